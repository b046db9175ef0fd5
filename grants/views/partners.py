"""The partners of a joint application in its draft: the applicant's pages, and the officer's of what came on paper."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.policies import get_allowed, may
from grants import form_definition as forms_data
from grants.applicant import own_url, page_url
from grants.completeness import page_problems
from grants.forms.partners import LeadForm, NewPartnerForm, PartnerForm
from grants.joint import digest, lead_share_of, prefetch_partners, sums_of
from grants.models import Application, ApplicationPartner
from grants.models.partners import MOST_PARTNERS
from grants.views.applicant_parts import can_be_filled_in, template_of
from grants.workflow.partners import add_partner, ask_partner, change_partner, remove_partner, set_lead_share

#: At which field of a form a refusal is shown.
_AT = {
    **dict.fromkeys(("is_applicant", "already", "own_organisation"), "organisation"),
    **dict.fromkeys(("address_missing", "own_address"), "contact_email"),
}


def _own(request: HttpRequest, organisation_id: int, application_id: int) -> Application:
    """Return the organisation's application if the person may read it, with what these pages need; else 404."""
    found = get_allowed(
        "grants.application.view_own",
        request.user,
        now=clock.now(),
        pk=application_id,
        organisation_id=organisation_id,
    )
    return _with_partners(request, found.pk)


def _with_partners(request: HttpRequest, pk: int) -> Application:
    """Return the application with its partners; the officer who enters a paper acts for nobody."""
    rows = Application.objects.select_related("call", "organisation", "form_version", "lead_share", "saved_by")
    found = rows.get(pk=pk)
    prefetch_partners([found])
    if not found.is_unsent_paper:
        request.acting_organisation = found.organisation  # type: ignore[attr-defined]
    return found


def _paper(request: HttpRequest, call_id: int, application_id: int) -> Application:
    found = get_allowed("grants.application.paper", request.user, now=clock.now(), pk=application_id, call_id=call_id)
    return _with_partners(request, found.pk)


def _edited(request: HttpRequest, found: Application) -> Application:
    """Return the application when its partners may be edited here, else 404: not joint, or not the person's to edit."""
    if not found.call.takes_joint or not may("grants.application.edit", request.user, found, now=clock.now()):
        raise Http404
    return found


def _page(found: Application) -> dict[str, Any] | None:
    pages = forms_data.pages(found.form_version.definition)
    return next((page for page in pages if forms_data.is_partners(page)), None)


def _next(found: Application, key: str) -> str:
    """Return the address of the page after the partners', or of the task list."""
    keys = [page["key"] for page in forms_data.pages(found.form_version.definition)]
    following = keys[keys.index(key) + 1 :]
    return page_url(found, following[0]) if following else own_url(found)


def _list(request: HttpRequest, found: Application) -> HttpResponse:
    """Show the partners with where each stands, everybody's shares and what is missing."""
    now, page = clock.now(), _page(found)
    if page is None:
        raise Http404
    if found.state != "draft":
        return redirect(own_url(found))
    definition, partners, lead = found.form_version.definition, list(found.partners.all()), lead_share_of(found)
    context = {
        "application": found,
        "call": found.call,
        "partners": [
            {
                "partner": partner,
                "edit_url": own_url(found, "partner", partner.pk),
                "remove_url": own_url(found, "partner_remove", partner.pk),
            }
            for partner in partners
        ],
        "lead": lead,
        "lead_url": own_url(found, "lead"),
        "new_url": own_url(found, "partner_new"),
        "back_url": own_url(found),
        "next_url": _next(found, page["key"]),
        "sums": sums_of(found, definition, [lead, *partners] if lead else partners),
        "problems": list(page_problems(page, found, definition)),
        "title": forms_data.said(page, "title"),
        "may_edit": may("grants.application.edit", request.user, found, now=now) and can_be_filled_in(found, now),
        "is_full": len(partners) >= MOST_PARTNERS,
    }
    return render(request, template_of(found, "partners"), context)


def _form_page(
    request: HttpRequest, found: Application, form: Any, act: Callable[[dict[str, Any]], Any], **extra: Any
) -> HttpResponse:
    """Show a form of the partners, or do what was posted and lead back to the list; a refusal keeps what was typed."""
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            form.add_error(_AT.get(refused.code) if _AT.get(refused.code) in form.fields else None, str(refused))
            status = 409
        else:
            messages.success(request, _("Tallennettu."))
            return redirect(own_url(found, "partners"))
    context = {"application": found, "call": found.call, "form": form, "list_url": own_url(found, "partners"), **extra}
    return render(request, template_of(found, "partner_form"), context, status=status)


def _new(request: HttpRequest, found: Application) -> HttpResponse:
    form = NewPartnerForm(request.POST or None)

    def act(given: dict[str, Any]) -> Any:
        return add_partner(found, **given, by=request.user, now=clock.now())

    return _form_page(request, found, form, act, heading=_("Lisää kumppani"))


def _partner_of(found: Application, partner_id: int) -> ApplicationPartner:
    partner: ApplicationPartner = get_object_or_404(ApplicationPartner, application=found, pk=partner_id)
    return partner


def _edit(request: HttpRequest, found: Application, partner_id: int) -> HttpResponse:
    partner = _partner_of(found, partner_id)
    names = ("task", "grant_share", "own_share", "contact_name", "contact_email")
    form = PartnerForm(request.POST or None, initial={name: getattr(partner, name) for name in names})
    seen = str(request.POST.get("seen", "")) if request.method == "POST" else digest(partner)

    def act(given: dict[str, Any]) -> Any:
        return change_partner(partner, **given, seen=seen, by=request.user, now=clock.now())

    # After a refusal the page carries what stands now, so that saving once more is a choice made with open eyes.
    extra = {"heading": partner.shown_name, "partner": partner, "seen": digest(partner)}
    return _form_page(request, found, form, act, **extra)


def _lead(request: HttpRequest, found: Application) -> HttpResponse:
    lead = lead_share_of(found)
    names = ("task", "grant_share", "own_share")
    form = LeadForm(request.POST or None, initial={name: getattr(lead, name) for name in names} if lead else None)

    def act(given: dict[str, Any]) -> Any:
        return set_lead_share(found, **given, by=request.user, now=clock.now())

    return _form_page(request, found, form, act, heading=_("Oman järjestön osuus"))


def _do(request: HttpRequest, found: Application, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(own_url(found, "partners"))


def _remove(request: HttpRequest, found: Application, partner_id: int) -> HttpResponse:
    partner = found.partners.filter(pk=partner_id).first()
    if partner is None:  # pressed twice
        return redirect(own_url(found, "partners"))
    name = partner.shown_name
    return _do(
        request,
        found,
        lambda: remove_partner(partner, by=request.user, now=clock.now()),
        _("Poistettu: %(name)s") % {"name": name},
    )


# The applicant's


@login_required
@require_safe
def partners(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The partners, their shares and confirmations."""
    return _list(request, _own(request, organisation_id, application_id))


@login_required
def partner_new(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Name a partner."""
    return _new(request, _edited(request, _own(request, organisation_id, application_id)))


@login_required
def partner(request: HttpRequest, organisation_id: int, application_id: int, partner_id: int) -> HttpResponse:
    """Change a partner's task, shares or contact person."""
    return _edit(request, _edited(request, _own(request, organisation_id, application_id)), partner_id)


@login_required
def lead(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """What the own organisation does, and its shares."""
    return _lead(request, _edited(request, _own(request, organisation_id, application_id)))


@login_required
@require_POST
def partner_remove(request: HttpRequest, organisation_id: int, application_id: int, partner_id: int) -> HttpResponse:
    """Take a partner out."""
    return _remove(request, _edited(request, _own(request, organisation_id, application_id)), partner_id)


@login_required
@require_POST
def partner_ask(request: HttpRequest, organisation_id: int, application_id: int, partner_id: int) -> HttpResponse:
    """Ask the partner to confirm."""
    found = _edited(request, _own(request, organisation_id, application_id))
    asked = _partner_of(found, partner_id)
    return _do(
        request,
        found,
        lambda: ask_partner(asked, by=request.user, now=clock.now()),
        _("Vahvistusta on pyydetty: %(name)s") % {"name": asked.shown_name},
    )


# The officer's, of what came on paper


@login_required
@require_safe
def paper_partners(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The partners that stand in the paper, confirmed by it."""
    found = _paper(request, call_id, application_id)
    return _list(request, found) if found.is_unsent_paper else redirect("grants:case", found.pk)


@login_required
def paper_partner_new(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """Enter a partner from the paper."""
    return _new(request, _edited(request, _paper(request, call_id, application_id)))


@login_required
def paper_partner(request: HttpRequest, call_id: int, application_id: int, partner_id: int) -> HttpResponse:
    """Correct a partner entered from the paper."""
    return _edit(request, _edited(request, _paper(request, call_id, application_id)), partner_id)


@login_required
def paper_lead(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The applicant's own part, as the paper has it."""
    return _lead(request, _edited(request, _paper(request, call_id, application_id)))


@login_required
@require_POST
def paper_partner_remove(request: HttpRequest, call_id: int, application_id: int, partner_id: int) -> HttpResponse:
    """Take out a partner entered by mistake."""
    return _remove(request, _edited(request, _paper(request, call_id, application_id)), partner_id)
