"""Pages of development goals: "Näin edistymme" for everybody, the desk for who follows them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock
from common.exports import csv_response
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.views.pages import ask
from organisations.views.helpers import attempt
from reports.figures import headline
from reports.forms.goals import IndicatorForm, ResponsibleForm, UpdateForm, ValueForm
from reports.goals import (
    enter_value,
    follow_goal,
    goals_with_all,
    name_responsible,
    newest,
    remove_indicator,
    save_indicator,
    trend,
)
from reports.models import DevelopmentGoal, GoalIndicator, GoalUpdate
from reports.policies.goals import may_list_goals

NEWEST_FIRST = ("-first_year", "order", "pk")


def _shown(goal: DevelopmentGoal) -> dict[str, Any]:
    return {"goal": goal, "newest": newest(goal), "trends": [trend(row) for row in goal.indicators.all()]}


@public_page
def goals(request: HttpRequest) -> HttpResponse:
    """The goals of the period that goes on, or of the newest one, each with how it goes."""
    now = clock.now()
    year = local_date(now).year
    rows = allowed("reports.goal.read", request.user, now=now)
    current = rows.in_period(year) if rows.in_period(year).exists() else rows  # type: ignore[attr-defined]
    found = [_shown(goal) for goal in goals_with_all(current.order_by(*NEWEST_FIRST))]
    lights: dict[str, int] = {}
    for row in found:
        word = row["newest"].get_light_display() if row["newest"] else _("Ei seurantaa")
        lights[word] = lights.get(word, 0) + 1
    return render(
        request,
        "reports/goals.html",
        {"goals": found, "lights": [{"label": word, "value": str(count)} for word, count in lights.items()]},
    )


@public_page
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal with its indicators' lines and everything that has been done for it."""
    now = clock.now()
    get_allowed("reports.goal.read", request.user, now=now, pk=pk)
    found = goals_with_all(DevelopmentGoal.objects.filter(pk=pk)).get()
    follows = may("reports.goal.follow", request.user, found, now=now)
    return render(request, "reports/goal.html", {**_shown(found), "follows": follows})


@public_page
def goals_csv(request: HttpRequest) -> HttpResponse:
    """Every value of every indicator as CSV, with its goal and target."""
    rows = goals_with_all(allowed("reports.goal.read", request.user).order_by("first_year", "order", "pk"))
    lines = [
        (row.period, row.text_fi, mark.label, mark.unit, value.year, value.value, mark.target, value.note)
        for row in rows
        for mark in row.indicators.all()
        for value in mark.values.all()
    ]
    head = ["kausi", "tavoite", "mittari", "yksikkö", "vuosi", "arvo", "tavoitearvo", "lähde"]
    return csv_response("kehittamistavoitteet", head, lines)


# The desk


def _trail(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("reports:goals_desk"), _("Kehittämistavoitteet")), *more]


def _goal_trail(row: DevelopmentGoal) -> list[tuple[str, str]]:
    return _trail((reverse("reports:goal_desk", args=[row.pk]), _("Tavoite %(number)s") % {"number": row.order + 1}))


@sign_in_required
def goals_desk(request: HttpRequest) -> HttpResponse:
    """All goals with who answers for them and when they were last followed; one's own for who answers for some."""
    now = clock.now()
    rows = allowed("reports.goal.follow", request.user, now=now)
    followed = set(rows.values_list("pk", flat=True))
    if may_list_goals(request.user, now):
        rows = allowed("reports.goal.read", request.user, now=now)
    elif not followed:
        raise Http404
    found = [_shown(row) | {"follows": row.pk in followed} for row in goals_with_all(rows.order_by(*NEWEST_FIRST))]
    return render(request, "reports/goals_desk.html", {"goals": found})


@sign_in_required
def goal_desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One goal's setting up and following."""
    now = clock.now()
    get_allowed("reports.goal.follow", request.user, now=now, pk=pk)
    found = goals_with_all(DevelopmentGoal.objects.filter(pk=pk)).get()
    manages = may("reports.goal.manage", request.user, found, now=now)
    return render(request, "reports/goal_desk.html", {**_shown(found), "manages": manages})


@sign_in_required
def goal_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Write how the goal goes."""
    now = clock.now()
    row: DevelopmentGoal = get_allowed("reports.goal.follow", request.user, now=now, pk=pk)
    form = UpdateForm(request.POST if request.method == "POST" else None, instance=GoalUpdate(goal=row), now=now)
    return ask(
        request,
        form,
        lambda: follow_goal(row, update=form.instance, by=request.user, now=now),
        done=_("Seuranta on tallennettu. Se näkyy julkisella sivulla."),
        to=reverse("reports:goal_desk", args=[row.pk]),
        heading=_("Kirjaa, miten tavoite etenee"),
        lead=row.text[0],
        submit=_("Tallenna"),
        trail=_goal_trail(row),
    )


@sign_in_required
def goal_responsible(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who answers for the goal."""
    now = clock.now()
    row: DevelopmentGoal = get_allowed("reports.goal.manage", request.user, now=now, pk=pk)
    person = row.responsible_id and DevelopmentGoal.objects.select_related("responsible").get(pk=row.pk).responsible
    initial = {"email": person.email if person else ""}
    form = ResponsibleForm(request.POST if request.method == "POST" else None, initial=initial)
    return ask(
        request,
        form,
        lambda: name_responsible(row, email=form.cleaned_data["email"], by=request.user, now=now),
        done=_("Vastuuhenkilö on tallennettu."),
        to=reverse("reports:goal_desk", args=[row.pk]),
        heading=_("Kuka vastaa tavoitteesta"),
        lead=row.text[0],
        submit=_("Tallenna"),
        trail=_goal_trail(row),
    )


def _figure_choices(year: int) -> list[tuple[str, str]]:
    return [(figure.key, str(figure.label)) for figure in headline(year)]


def _indicator_page(request: HttpRequest, indicator: GoalIndicator, heading: str) -> HttpResponse:
    now = clock.now()
    goal_row = indicator.goal
    figures = _figure_choices(local_date(now).year)
    form = IndicatorForm(request.POST if request.method == "POST" else None, instance=indicator, figures=figures)
    return ask(
        request,
        form,
        lambda: save_indicator(form.instance, by=request.user, now=now),
        done=_("Mittari on tallennettu."),
        to=reverse("reports:goal_desk", args=[goal_row.pk]),
        heading=heading,
        lead=goal_row.text[0],
        submit=_("Tallenna mittari"),
        trail=_goal_trail(goal_row),
    )


@sign_in_required
def indicator_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new indicator of a goal."""
    row: DevelopmentGoal = get_allowed("reports.goal.manage", request.user, pk=pk)
    return _indicator_page(request, GoalIndicator(goal=row), _("Uusi mittari"))


@sign_in_required
def indicator_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an indicator."""
    row: GoalIndicator = get_allowed("reports.indicator.manage", request.user, pk=pk)
    return _indicator_page(request, GoalIndicator.objects.select_related("goal").get(pk=row.pk), _("Muuta mittaria"))


@require_POST
@sign_in_required
def indicator_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an indicator away."""
    now = clock.now()
    row: GoalIndicator = get_allowed("reports.indicator.manage", request.user, now=now, pk=pk)
    if attempt(request, lambda: remove_indicator(row, by=request.user, now=now)):
        messages.success(request, _("Mittari on poistettu."))
    return redirect("reports:goal_desk", row.goal_id)


@sign_in_required
def indicator_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an indicator's value of a year."""
    now = clock.now()
    get_allowed("reports.indicator.follow", request.user, now=now, pk=pk)
    row = GoalIndicator.objects.select_related("goal").get(pk=pk)
    initial = {"year": local_date(now).year - 1}
    form = ValueForm(request.POST if request.method == "POST" else None, initial=initial)
    return ask(
        request,
        form,
        lambda: enter_value(row, by=request.user, now=now, **form.cleaned_data),
        done=_("Luku on tallennettu."),
        to=reverse("reports:goal_desk", args=[row.goal_id]),
        heading=_("Kirjaa luku: %(indicator)s") % {"indicator": row.label},
        lead=_("Jos vuodella on jo luku, uusi tulee sen tilalle. Vanha jää muutoshistoriaan."),
        submit=_("Tallenna luku"),
        trail=_goal_trail(row.goal),
    )
