"""What the organisation keeps itself: the task list, one short page a part, and the yearly confirmation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from organisations.acting import acting_organisation
from organisations.confirmation import confirmed_within_a_year
from organisations.models import Organisation
from organisations.own_parts import MANY_TO_MANY, PARTS, Part, tasks
from organisations.views.helpers import attempt
from organisations.workflow.own_data import confirm_own_data, fingerprint, save_own_data

EDIT = "organisations.edit"


@sign_in_required
def own_data(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The parts with their states, and the button that confirms them all."""
    organisation = acting_organisation(request, organisation_id, EDIT)
    return render(
        request,
        "organisations/own_data.html",
        {
            "organisation": organisation,
            "tasks": list(tasks(organisation)),
            "is_confirmed": confirmed_within_a_year(organisation, clock.now()),
        },
    )


@sign_in_required
def own_data_part(request: HttpRequest, organisation_id: int, part: str) -> HttpResponse:
    """One part; saved alone. Two editors never write over each other without seeing it."""
    organisation = acting_organisation(request, organisation_id, EDIT)
    chosen = PARTS.get(part)
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST or None, instance=Organisation.objects.get(pk=organisation.pk))
    differences: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            save_own_data(
                organisation,
                chosen,
                form.cleaned_data,
                shown=request.POST.get("shown", ""),
                by=request.user,
                now=clock.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
            organisation = Organisation.objects.get(pk=organisation.pk)
            differences = _differences(chosen, organisation, form.cleaned_data)
        else:
            messages.success(request, _("Tiedot on tallennettu. Ne näkyvät nyt järjestön sivulla."))
            return redirect("organisations:own_data", organisation_id=organisation.pk)
    # A page with mistakes still answers for what it showed first; only one that tells both texts begins anew.
    is_anew = not request.POST or differences
    shown = fingerprint(organisation, chosen) if is_anew else request.POST.get("shown", "")
    return render(
        request,
        "organisations/own_data_part.html",
        {"organisation": organisation, "part": chosen, "form": form, "shown": shown, "differences": differences},
    )


def _differences(part: Part, organisation: Organisation, typed: dict[str, Any]) -> list[dict[str, Any]]:
    """Return label, what is stored and what was typed, for the fields where they are not the same."""
    rows: list[dict[str, Any]] = []
    for name in part.fields:
        stored, mine = _words(organisation, name), _typed_words(organisation, name, typed[name])
        if stored != mine:
            rows.append({"label": organisation._meta.get_field(name).verbose_name, "stored": stored, "typed": mine})  # type: ignore[union-attr]
    return rows


def _words(organisation: Organisation, name: str) -> str:
    value = getattr(organisation, name)
    return _typed_words(organisation, name, value.all() if name in MANY_TO_MANY else value)


def _typed_words(organisation: Organisation, name: str, value: Any) -> str:
    """Return the value as people read it: choices by their labels, several as a list, yes and no as words."""
    if name in MANY_TO_MANY:
        return ", ".join(sorted(str(row) for row in value))
    if isinstance(value, bool):
        return _("kyllä") if value else _("ei")
    choices = dict(organisation._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, "" if value is None else value))


@require_POST
@sign_in_required
def own_data_confirm(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """ "Tiedot pitävät yhä paikkansa.\""""
    organisation = acting_organisation(request, organisation_id, EDIT)
    if attempt(request, lambda: confirm_own_data(organisation, by=request.user, now=clock.now())):
        messages.success(request, _("Kiitos. Järjestön sivulla näkyy nyt, että tiedot on vahvistettu tänään."))
    return redirect("organisations:own_data", organisation_id=organisation.pk)
