"""The county as a tree: the whole of it, one unit with its history, and the changes."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms import TreeDayForm, UnitEndForm, UnitForm, UnitMoveForm, UnitMunicipalitiesForm, UnitRenameForm
from liaisons.models import Post, Unit
from liaisons.policies import may_manage_posts
from liaisons.units import Branch, tree_on
from liaisons.views.pages import ask, require_manager, require_reader, unit_crumbs
from liaisons.workflow import add_unit, cancel_planned_change, end_unit, move_unit, rename_unit
from organisations.views.helpers import attempt


@sign_in_required
def unit_tree(request: HttpRequest) -> HttpResponse:
    """The units of a day as a nested list; ``?paiva=`` looks back or ahead."""
    now = clock.now()
    require_reader(request)
    units = allowed("liaisons.unit.view", request.user, now=now)
    form = TreeDayForm(request.GET or None, initial={"paiva": local_date(now)})
    day: date = (form.cleaned_data["paiva"] if form.is_valid() else None) or local_date(now)
    branches = tree_on(units, day)
    return render(
        request,
        "liaisons/unit_tree.html",
        {
            "branches": branches,
            "count": _count(branches),
            "day": day,
            "form": form,
            "can_manage": may_manage_posts(request.user, now),
        },
    )


def _count(branches: list[Branch]) -> int:
    return sum(1 + _count(branch.children) for branch in branches)


@sign_in_required
def unit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: where it belongs, what it has been called, who continues, its posts."""
    now = clock.now()
    today = local_date(now)
    units = allowed("liaisons.unit.view", request.user, now=now)
    unit = get_allowed("liaisons.unit.view", request.user, now=now, pk=pk)
    versions = list(unit.versions.select_related("parent").order_by("-valid_from"))
    return render(
        request,
        "liaisons/unit_detail.html",
        {
            "unit": unit,
            "parent": unit.parent,
            "versions": versions,
            "planned": next((row for row in versions if row.valid_from > today), None),
            "before": unit.precursions.select_related("before"),
            "after": unit.successions.select_related("after"),
            "children": Unit.objects.on(today).filter(parent=unit, pk__in=units.values("pk")),
            "posts": Post.objects.on(today).filter(unit=unit).select_related("municipality", "unit"),
            "municipalities": unit.municipalities.all(),
            "is_over": unit.valid_until is not None and unit.valid_until < today,
            "can_manage": may("liaisons.unit.manage", request.user, unit, now=now),
        },
    )


def _unit(request: HttpRequest, pk: int) -> Unit:
    unit: Unit = get_allowed("liaisons.unit.manage", request.user, now=clock.now(), pk=pk)
    return unit


@sign_in_required
def unit_new(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    now = clock.now()
    require_manager(request)
    form = UnitForm(request.POST or None, now=now, initial={"parent": request.GET.get("kuuluu")})

    def act() -> Any:
        data = form.cleaned_data
        chosen = {key: data[key] for key in ("kind", "parent", "valid_from")}
        return add_unit(names=form.names, **chosen, by=request.user, now=now)

    return ask(
        request,
        form,
        act,
        done=_("Yksikkö on lisätty."),
        to="liaisons:units",
        heading=_("Lisää yksikkö"),
        submit=_("Lisää yksikkö"),
        trail=unit_crumbs(),
    )


def _change(request: HttpRequest, unit: Unit, form: Any, act: Any, done: str, heading: str, lead: str) -> HttpResponse:
    address = unit.get_absolute_url()
    return ask(
        request,
        form,
        act,
        done=done,
        to=address,
        heading=heading,
        submit=_("Tallenna"),
        trail=unit_crumbs((address, unit.name)),
        lead=lead,
    )


@sign_in_required
def unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the unit a new name from a day."""
    now = clock.now()
    unit = _unit(request, pk)
    names = {name: getattr(unit, name) for name in ("name_fi", "name_sv", "name_en")}
    form = UnitRenameForm(request.POST or None, initial={**names, "from_day": local_date(now)})

    def act() -> Any:
        data = form.cleaned_data
        return rename_unit(
            unit, names=form.names, from_day=data["from_day"], reason=data["reason"], by=request.user, now=now
        )

    lead = _("Vanhat asiat säilyttävät nimen, joka yksiköllä silloin oli.")
    return _change(request, unit, form, act, _("Uusi nimi on tallennettu."), _("Vaihda nimi"), lead)


@sign_in_required
def unit_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the unit under another one from a day."""
    now = clock.now()
    unit = _unit(request, pk)
    form = UnitMoveForm(
        request.POST or None, unit=unit, now=now, initial={"parent": unit.parent_id, "from_day": local_date(now)}
    )

    def act() -> Any:
        return move_unit(unit, **form.cleaned_data, by=request.user, now=now)

    lead = _("Yksikkö siirtyy alayksiköineen ja tehtävineen.")
    return _change(request, unit, form, act, _("Siirto on tallennettu."), _("Siirrä toiseen yksikköön"), lead)


@sign_in_required
def unit_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the unit and say who continues its work."""
    now = clock.now()
    unit = _unit(request, pk)
    form = UnitEndForm(request.POST or None, unit=unit, now=now, initial={"last_day": local_date(now)})

    def act() -> Any:
        return end_unit(unit, **form.cleaned_data, by=request.user, now=now)

    lead = _("Käytä tätä, kun yksikkö lakkaa, yhdistyy toiseen tai jakautuu. Sen asiat ja historia säilyvät.")
    return _change(request, unit, form, act, _("Yksikön päättyminen on tallennettu."), _("Päätä yksikkö"), lead)


@sign_in_required
def unit_municipalities(request: HttpRequest, pk: int) -> HttpResponse:
    """Which municipalities the unit serves."""
    unit = _unit(request, pk)
    form = UnitMunicipalitiesForm(request.POST or None, instance=unit)
    lead = _("Kuntien mukaan löytyy oikea yhteyshenkilö.")
    done = _("Kunnat on tallennettu.")
    return _change(request, unit, form, form.save, done, _("Kunnat, joita yksikkö palvelee"), lead)


@sign_in_required
@require_POST
def unit_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a planned change."""
    unit = _unit(request, pk)
    if attempt(request, lambda: cancel_planned_change(unit, by=request.user, now=clock.now())):
        messages.success(request, _("Suunniteltu muutos on peruttu."))
    return redirect(unit.get_absolute_url())
