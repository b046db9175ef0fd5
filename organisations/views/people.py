"""The organisation's people: who may do what, inviting, changing a role, leaving, accepting an invitation."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from accounts.roles import request_roles
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import format_date, local_date
from organisations.acting import acting_organisation
from organisations.forms import InvitationForm, RoleForm
from organisations.models import HandOver, Invitation, Membership, Organisation
from organisations.views.helpers import attempt
from organisations.workflow import accept_invitation, change_role, end_membership, invite, withdraw_invitation
from organisations.workflow.invitations import find_invitation


@sign_in_required
def people(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Who acts for the organisation now, and the invitations that are open."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    can_manage = _is_admin(request, organisation)
    memberships = Membership.objects.in_force(now).filter(organisation=organisation).select_related("user")
    invitations = allowed("organisations.invitation.manage", request.user, now=now).filter(
        organisation=organisation, state="sent", expires_at__gt=now
    )
    hand_overs = allowed("organisations.hand_over.view", request.user, now=now).filter(organisation=organisation)
    pending = hand_overs.filter(Q(state="waiting") | Q(state="accepted", effective_on__gt=local_date(now)))
    return render(
        request,
        "organisations/people.html",
        {
            "hand_overs": pending.select_related("outgoing__user", "incoming_user", "invitation"),
            "organisation": organisation,
            "page": paginate(request, memberships.order_by("user__full_name", "user__email")),
            "invitations": invitations.select_related("invited_by") if can_manage else [],
            "can_manage": can_manage,
        },
    )


def _is_admin(request: HttpRequest, organisation: Organisation) -> bool:
    """Say whether buttons are shown; the verbs ask the policy again."""
    target = ("organisation", organisation.pk)
    return any(role.key == "ngo.admin" and role.target == target for role in request_roles(request))


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
    form = RoleForm(request.POST or None, initial={"role": membership.role, "until": membership.valid_until})
    if request.method == "POST" and form.is_valid():
        changed = attempt(request, lambda: change_role(membership, **form.cleaned_data, by=request.user, now=now), form)
        if changed:
            messages.success(request, _("Rooli on tallennettu."))
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
        membership: Membership | None = attempt(
            request, lambda: accept_invitation(invitation, by=request.user, now=now)
        )
        return _welcome(request, membership, now) if membership else redirect("organisations:invitation", token=token)
    return render(
        request,
        "organisations/invitation.html",
        {
            "invitation": invitation,
            "organisation": invitation.organisation,
            "hand_over": HandOver.objects.filter(invitation=invitation).select_related("outgoing__user").first(),
            "is_open": invitation.state == "sent" and invitation.expires_at > now,
            "is_addressee": signed_in and may("organisations.invitation.accept", request.user, invitation, now=now),
        },
    )


def _welcome(request: HttpRequest, membership: Membership, now: datetime) -> HttpResponse:
    """Send the new person to the organisation, or tell from which day on they act for it."""
    if membership.is_in_force(local_date(now)):
        messages.success(request, _("Tervetuloa! Voit nyt toimia järjestön puolesta."))
        return redirect("organisations:own", organisation_id=membership.organisation_id)
    text = _("Kiitos! Voit toimia järjestön puolesta %(day)s alkaen.")
    messages.success(request, text % {"day": format_date(membership.valid_from)})
    return redirect("portal:next")
