"""The organisation's own pages: what waits, what has happened, account number."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, may
from organisations.acting import acting_organisation
from organisations.following import follows_merge
from organisations.forms import BankAccountForm
from organisations.models import Membership, Visibility
from organisations.views.helpers import attempt
from organisations.workflow import enter_bank_account

TIMELINE_ENTRIES = 10
OWN_LEVELS = (Visibility.PUBLIC, Visibility.ORGANISATION)


@sign_in_required
@follows_merge("organisation_id")
def own(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What waits for the person in this organisation, their role, and the ways on."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    target = ("organisation", organisation.pk)
    todos = [todo for provider in seams.todos for todo in provider(request.user, now) if todo.target == target]
    todos.sort(key=lambda todo: (todo.due is None, todo.due or now))
    panels = [panel for provider in seams.panels for panel in provider(request.user, organisation, now)]
    readable = organisation.timeline.filter(visibility__in=OWN_LEVELS)
    return render(
        request,
        "organisations/own.html",
        {
            "organisation": organisation,
            "membership": Membership.objects.in_force(now).filter(user=request.user, organisation=organisation).first(),
            "todos": todos,
            "panels": panels,
            "timeline": readable.select_related("by")[:TIMELINE_ENTRIES],
            "can_edit": may("organisations.edit", request.user, organisation, now=now),
            "can_sign": may("organisations.sign", request.user, organisation, now=now),
            "now": now,
        },
    )


@sign_in_required
def own_timeline(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Everything that has happened in the organisation's matters, as its own people see it."""
    organisation = acting_organisation(request, organisation_id)
    readable = allowed("organisations.timeline.view", request.user, now=clock.now()).filter(
        organisation=organisation, visibility__in=OWN_LEVELS
    )
    page = paginate(request, readable.select_related("by").order_by("-at", "-pk"))
    return render(request, "organisations/own_timeline.html", {"organisation": organisation, "page": page})


@sign_in_required
def bank_account(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The account to which grants are paid: the verified one, the waiting one, and a new one."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.sign")
    form = BankAccountForm(request.POST or None, request.FILES or None, initial={"holder": organisation.name})
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request, lambda: enter_bank_account(organisation, **form.cleaned_data, by=request.user, now=now), form
        )
    ):
        messages.success(request, _("Tilinumero on ilmoitettu. Hyvinvointialue tarkistaa sen ennen maksua."))
        return redirect("organisations:bank_account", organisation_id=organisation.pk)
    accounts = allowed("organisations.bank_account.view", request.user, now=now).filter(organisation=organisation)
    return render(
        request,
        "organisations/bank_account.html",
        {
            "organisation": organisation,
            "form": form,
            "accounts": accounts.select_related("entered_by", "statement")[:10],
        },
    )
