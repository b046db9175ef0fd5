"""The organisation's people: who may do what, inviting, changing a role, leaving, accepting an invitation."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from organisations.acting import acting_organisation
from organisations.forms import InvitationForm, RoleForm
from organisations.models import Invitation, Membership
from organisations.views.helpers import attempt
from organisations.workflow import accept_invitation, change_role, end_membership, invite, withdraw_invitation
from organisations.workflow.invitations import find_invitation


@sign_in_required
def people(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Who acts for the organisation now, and the invitations that are open."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    can_manage = may("organisations.manage_people", request.user, organisation, now=now)
    memberships = Membership.objects.in_force(now).filter(organisation=organisation).select_related("user")
    invitations = allowed("organisations.invitation.manage", request.user, now=now).filter(
        organisation=organisation, state="sent", expires_at__gt=now
    )
    return render(
        request,
        "organisations/people.html",
        {
            "organisation": organisation,
            "page": paginate(request, memberships.order_by("user__full_name", "user__email")),
            "invitations": invitations.select_related("invited_by") if can_manage else [],
            "can_manage": can_manage,
        },
    )


@sign_in_required
def person_invite(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Invite a person by e-mail."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.manage_people")
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sent = attempt(request, lambda: invite(organisation, **data, by=request.user, now=now), form)
        if sent:
            messages.success(request, _("Kutsu on lähetetty osoitteeseen %(email)s.") % {"email": data["email"]})
            return redirect("organisations:people", organisation_id=organisation.pk)
    return render(request, "organisations/invite.html", {"organisation": organisation, "form": form})


@sign_in_required
def person_role(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Give a person another role."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.manage_people")
    membership: Membership = get_allowed(
        "organisations.membership.manage", request.user, now=now, pk=pk, organisation=organisation
    )
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    if request.method == "POST" and form.is_valid():
        changed = attempt(request, lambda: change_role(membership, **form.cleaned_data, by=request.user, now=now), form)
        if changed:
            messages.success(request, _("Rooli on vaihdettu."))
            return redirect("organisations:people", organisation_id=organisation.pk)
    return render(
        request,
        "organisations/change_role.html",
        {"organisation": organisation, "form": form, "person": membership.user},
    )


@sign_in_required
def person_end(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """End a person's right, one's own included, after asking."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    membership: Membership = get_allowed(
        "organisations.membership.end", request.user, now=now, pk=pk, organisation=organisation
    )
    is_own = membership.user_id == request.user.pk
    if request.method == "POST":
        if attempt(request, lambda: end_membership(membership, by=request.user, now=now)):
            messages.success(request, _("Oikeus on päättynyt."))
            if is_own:
                return redirect("portal:next")
        return redirect("organisations:people", organisation_id=organisation.pk)
    return render(
        request,
        "organisations/end_membership.html",
        {"organisation": organisation, "person": membership.user, "is_own": is_own},
    )


@require_POST
@sign_in_required
def invitation_withdraw(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Take an open invitation back."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.manage_people")
    invitation: Invitation = get_allowed(
        "organisations.invitation.manage", request.user, now=now, pk=pk, organisation=organisation
    )
    if attempt(request, lambda: withdraw_invitation(invitation, by=request.user, now=now)):
        messages.success(request, _("Kutsu on peruttu, eikä sen linkki enää toimi."))
    return redirect("organisations:people", organisation_id=organisation.pk)


@never_cache
@public_page
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of an invitation's link: sign in first, then accept with the invited address."""
    now = clock.now()
    invitation = find_invitation(token)
    if invitation is None:
        raise Http404
    signed_in = request.user.is_authenticated
    if request.method == "POST" and signed_in:
        if attempt(request, lambda: accept_invitation(invitation, by=request.user, now=now)):
            messages.success(request, _("Tervetuloa! Voit nyt toimia järjestön puolesta."))
            return redirect("organisations:own", organisation_id=invitation.organisation_id)
        return redirect("organisations:invitation", token=token)
    return render(
        request,
        "organisations/invitation.html",
        {
            "invitation": invitation,
            "organisation": invitation.organisation,
            "is_open": invitation.state == "sent" and invitation.expires_at > now,
            "is_addressee": signed_in and may("organisations.invitation.accept", request.user, invitation, now=now),
        },
    )
