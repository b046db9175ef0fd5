"""The declaration of state aid in a draft: the applicant's pages, the officer's of what came on paper; own ledger."""

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
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from grants import form_definition as forms_data
from grants.applicant import own_url, page_url
from grants.completeness import page_problems
from grants.forms.state_aid import AidForm, DeclarationForm
from grants.models import Application, DeclaredAid, StateAidDeclaration
from grants.state_aid import (
    CEILING,
    Position,
    declaration_of,
    first_counted_day,
    in_kind,
    position_of,
    prefetch_aid,
    served_aid,
)
from grants.undertakings import group_of
from grants.views.applicant_parts import can_be_filled_in, template_of
from grants.views.undertakings import may_link, shown_links
from grants.workflow.state_aid import add_declared, change_declared, declare_aid, remove_declared
from organisations.acting import acting_organisation

#: At which field of a form a refusal is shown.
_AT = {
    **dict.fromkeys(("in_future", "too_old"), "granted_on"),
    "not_positive": "sum",
    "earlier_missing": "has_earlier",
    "rows_left": "has_earlier",
}


def _loaded(request: HttpRequest, pk: int) -> Application:
    """Return the application with what these pages need; 404 where state aid is not asked."""
    found = Application.objects.select_related("call", "organisation", "form_version", "saved_by").get(pk=pk)
    if not found.call.state_aid:
        raise Http404
    prefetch_aid([found])
    if not found.is_unsent_paper:
        request.acting_organisation = found.organisation  # type: ignore[attr-defined]
    return found


def _own(request: HttpRequest, organisation_id: int, application_id: int) -> Application:
    found = get_allowed(
        "grants.application.view_own",
        request.user,
        now=clock.now(),
        pk=application_id,
        organisation_id=organisation_id,
    )
    return _loaded(request, found.pk)


def _paper(request: HttpRequest, call_id: int, application_id: int) -> Application:
    found = get_allowed("grants.application.paper", request.user, now=clock.now(), pk=application_id, call_id=call_id)
    return _loaded(request, found.pk)


def _edited(request: HttpRequest, found: Application) -> Application:
    """Return the application when the person may fill it in, else 404."""
    if not may("grants.application.edit", request.user, found, now=clock.now()):
        raise Http404
    return found


def _page(found: Application) -> dict[str, Any]:
    pages = forms_data.pages(found.form_version.definition)
    page = next((page for page in pages if forms_data.is_state_aid(page)), None)
    if page is None:
        raise Http404
    return page


def _next(found: Application, key: str) -> str:
    keys = [page["key"] for page in forms_data.pages(found.form_version.definition)]
    following = keys[keys.index(key) + 1 :]
    return page_url(found, following[0]) if following else own_url(found)


def _declaration(request: HttpRequest, found: Application) -> HttpResponse:
    """Show the declaration with the total and what may be asked; save it. 409 and 422 keep what was typed."""
    now, page = clock.now(), _page(found)
    if found.state != "draft":
        return redirect(own_url(found))
    may_edit = may("grants.application.edit", request.user, found, now=now) and can_be_filled_in(found, now)
    told = declaration_of(found)
    form = DeclarationForm(request.POST or None, declaration=told)
    status = 200
    if request.method == "POST":
        _edited(request, found)
        if form.is_valid():
            try:
                saved = declare_aid(found, **form.cleaned_data, by=request.user, now=now)
            except Refused as refused:
                form.add_error(_AT.get(refused.code), str(refused))
                status = 409
            else:
                return _saved(request, found, page, saved)
        else:
            status = 422
    context = {
        "application": found,
        "call": found.call,
        "form": form,
        "title": forms_data.said(page, "title"),
        "may_edit": may_edit,
        "declaration": told,
        "problems": list(page_problems(page, found, found.form_version.definition)) if told else [],
        "since": first_counted_day(local_date(now)),
        "back_url": own_url(found),
        "next_url": _next(found, page["key"]),
        "new_url": own_url(found, "aid_new"),
        "ceiling": CEILING,
        "application_key": str(found.pk),
        "links": shown_links(found.organisation),
        "may_link": may_edit,
        **(_told(found, position_of(found, told)) if told and told.is_economic else {}),
        "in_kind": in_kind([found.organisation_id], request.user, now) if told and told.is_economic else [],
    }
    return render(request, template_of(found, "state_aid"), context, status=status)


def _told(found: Application, position: Position) -> dict[str, Any]:
    asked = forms_data.asked_sum(found.form_version.definition, found.answers)
    return {
        "position": position,
        "asked": asked,
        "is_over": position.is_over(asked),
        "declared": [
            {"row": row, "edit_url": own_url(found, "aid", row.pk), "remove_url": own_url(found, "aid_remove", row.pk)}
            for row in found.declared_aid.all()
        ],
    }


def _saved(request: HttpRequest, found: Application, page: dict[str, Any], saved: StateAidDeclaration) -> HttpResponse:
    """Go on; or stay where aid is still to be listed or the sum is too much."""
    messages.success(request, _("Sivu ”%(title)s” on tallennettu.") % {"title": forms_data.said(page, "title")})
    fresh = _loaded(request, found.pk)
    if saved.is_economic and list(page_problems(page, fresh, fresh.form_version.definition)):
        return redirect(own_url(found, "state_aid"))
    return redirect(_next(found, page["key"]))


def _row_page(request: HttpRequest, found: Application, form: AidForm, act: Callable[..., Any], heading: str) -> Any:
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user, now=clock.now())
        except Refused as refused:
            form.add_error(_AT.get(refused.code) if _AT.get(refused.code) in form.fields else None, str(refused))
            status = 409
        else:
            messages.success(request, _("Tallennettu."))
            return redirect(f"{own_url(found, 'state_aid')}#tuet")
    context = {
        "application": found,
        "call": found.call,
        "form": form,
        "heading": heading,
        "list_url": own_url(found, "state_aid"),
        "since": first_counted_day(local_date(clock.now())),
    }
    return render(request, template_of(found, "aid_form"), context, status=status)


def _new(request: HttpRequest, found: Application) -> HttpResponse:
    def act(**given: Any) -> Any:
        return add_declared(found, **given)

    page: HttpResponse = _row_page(request, found, AidForm(request.POST or None), act, _("Lisää tuki"))
    return page


def _edit(request: HttpRequest, found: Application, aid_id: int) -> HttpResponse:
    row = get_object_or_404(DeclaredAid, application=found, pk=aid_id)
    start = {name: getattr(row, name) for name in ("granter", "granted_on", "sum", "purpose")}

    def act(**given: Any) -> Any:
        return change_declared(row, **given)

    form = AidForm(request.POST or None, initial=start)
    page: HttpResponse = _row_page(request, found, form, act, _("Muuta tukea"))
    return page


def _remove(request: HttpRequest, found: Application, aid_id: int) -> HttpResponse:
    row = DeclaredAid.objects.filter(application=found, pk=aid_id).select_related("application").first()
    if row is not None:  # else pressed twice
        try:
            remove_declared(row, by=request.user, now=clock.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Poistettu: %(name)s") % {"name": row.granter})
    return redirect(f"{own_url(found, 'state_aid')}#tuet")


# The applicant's


@login_required
def declaration(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Is the activity economic, and what aid has been got."""
    return _declaration(request, _own(request, organisation_id, application_id))


@login_required
def aid_new(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """List one aid."""
    return _new(request, _edited(request, _own(request, organisation_id, application_id)))


@login_required
def aid(request: HttpRequest, organisation_id: int, application_id: int, aid_id: int) -> HttpResponse:
    """Change a listed aid."""
    return _edit(request, _edited(request, _own(request, organisation_id, application_id)), aid_id)


@login_required
@require_POST
def aid_remove(request: HttpRequest, organisation_id: int, application_id: int, aid_id: int) -> HttpResponse:
    """Take a listed aid out."""
    return _remove(request, _edited(request, _own(request, organisation_id, application_id)), aid_id)


@login_required
@require_safe
def own_ledger(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The de minimis aid of an organisation in the last three years, as the county knows it, and what is left."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    since = first_counted_day(local_date(now))
    rows: Any = allowed("grants.aid.view_own", request.user, now=now)
    own = list(rows.since(since).filter(organisation=organisation).order_by("-granted_on", "-pk"))
    others: Any = served_aid().filter(organisation__in=group_of(organisation.pk) - {organisation.pk})
    linked = list(others.filter(granted_on__gte=since).select_related("organisation").order_by("-granted_on", "-pk"))
    context = {
        "organisation": organisation,
        "position": Position(since, (*own, *linked), ()),
        "page": paginate(request, [*own, *linked]),
        "ceiling": CEILING,
        "links": shown_links(organisation),
        "may_link": may_link(organisation, request.user, now),
    }
    return render(request, "grants/aid/own.html", context)


# The officer's, of what came on paper


@login_required
def paper_declaration(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The declaration as the paper has it."""
    found = _paper(request, call_id, application_id)
    return _declaration(request, found) if found.is_unsent_paper else redirect("grants:case", found.pk)


@login_required
def paper_aid_new(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """Enter an aid from the paper."""
    return _new(request, _edited(request, _paper(request, call_id, application_id)))


@login_required
def paper_aid(request: HttpRequest, call_id: int, application_id: int, aid_id: int) -> HttpResponse:
    """Correct an aid entered from the paper."""
    return _edit(request, _edited(request, _paper(request, call_id, application_id)), aid_id)


@login_required
@require_POST
def paper_aid_remove(request: HttpRequest, call_id: int, application_id: int, aid_id: int) -> HttpResponse:
    """Take out an aid entered by mistake."""
    return _remove(request, _edited(request, _paper(request, call_id, application_id)), aid_id)
