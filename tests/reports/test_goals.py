"""Development goals: from the area file, named, measured, followed, told to everybody and frozen with the year."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from organisations.models import Organisation
from reports.goals import enter_value, fill_values, follow_goal, goals_of_year, name_responsible, save_indicator
from reports.models import AnnualReport, DevelopmentGoal, GoalIndicator, GoalUpdate, GoalValue, Light
from reports.todos import goal_todos
from tests.accounts.factories import UserFactory, signed_in
from tests.reports.conftest import NOW, collected

pytestmark = pytest.mark.django_db


def make_goal(order: int = 0, **fields: Any) -> DevelopmentGoal:
    given = {"text_fi": f"Tavoite numero {order + 1}", "first_year": 2025, "last_year": 2028, "order": order, **fields}
    row: DevelopmentGoal = DevelopmentGoal.objects.create(**given)
    return row


def follow(goal: DevelopmentGoal, by: User, on: date = date(2026, 11, 1), **fields: Any) -> GoalUpdate:
    given = {"light": Light.ON_TRACK, "text": "Koordinaattori on palkattu.", **fields}
    return follow_goal(goal, update=GoalUpdate(on=on, **given), by=by, now=NOW)


def test_the_portal_counts_an_indicator_every_night(coordinator: User, field: None) -> None:
    counted = GoalIndicator(
        goal=make_goal(), label="Järjestöjä", source="figure", figure_key="organisations.registered"
    )
    save_indicator(counted, by=coordinator, now=NOW)
    values = dict(counted.values.values_list("year", "value"))
    assert values == {2024: 4, 2025: 4, 2026: 4}
    Organisation.objects.filter(pk=Organisation.objects.earliest("pk").pk).delete()
    assert fill_values(NOW) == 2  # this year and last year; the earlier ones stand
    assert fill_values(NOW) == 0
    assert dict(counted.values.values_list("year", "value")) == {2024: 4, 2025: 3, 2026: 3}


def test_a_frozen_report_s_figure_stays_the_goal_s_figure(coordinator: User, field: None) -> None:
    from reports import workflow

    report = collected(coordinator)
    workflow.freeze(report, by=coordinator, now=NOW)
    workflow.finish_freezing(report.pk, now=NOW)
    Organisation.objects.filter(pk=Organisation.objects.earliest("pk").pk).delete()
    counted = GoalIndicator(
        goal=make_goal(), label="Järjestöjä", source="figure", figure_key="organisations.registered"
    )
    save_indicator(counted, by=coordinator, now=NOW)
    assert counted.values.get(year=2025).value == 4
    assert counted.values.get(year=2026).value == 3


def test_a_counted_indicator_is_not_entered_by_hand(coordinator: User) -> None:
    counted = GoalIndicator(goal=make_goal(), label="X", source="figure", figure_key="organisations.registered")
    save_indicator(counted, by=coordinator, now=NOW)
    with pytest.raises(Refused, match="laskee portaali"):
        enter_value(counted, year=2025, value=Decimal(1), note="", by=coordinator, now=NOW)


def test_a_value_of_the_same_year_replaces_the_earlier_one(coordinator: User) -> None:
    row = save_indicator(GoalIndicator(goal=make_goal(), label="Osuus", unit="%"), by=coordinator, now=NOW)
    for value in ("34", "41.5"):
        enter_value(row, year=2025, value=Decimal(value), note=" kysely ", by=coordinator, now=NOW)
    found = row.values.get()
    assert (found.value, found.note, found.entered_by) == (Decimal("41.50"), "kysely", coordinator)


@pytest.mark.parametrize(("wish", "value", "reached"), [("up", 5, True), ("up", 4, False), ("down", 5, True)])
def test_a_target_is_reached_from_its_own_side(wish: str, value: int, reached: bool) -> None:
    row = GoalIndicator(label="X", wish=wish, target=Decimal(5))
    assert row.is_reached(Decimal(value)) is reached
    assert row.is_reached(None) is False


def test_who_answers_for_a_goal_follows_it_and_no_other(coordinator: User) -> None:
    mine, other = make_goal(0), make_goal(1)
    person = UserFactory()
    name_responsible(mine, email=f" {person.email.upper()} ", by=coordinator, now=NOW)
    follow(mine, person)
    with pytest.raises(Http404):
        follow(other, person)
    with pytest.raises(Http404):
        name_responsible(mine, email="", by=person, now=NOW)
    client = signed_in(person)
    page = client.get(reverse("reports:goals_desk")).content.decode()
    assert f'href="/hallinta/tavoitteet/{mine.pk}/"' in page
    assert f'href="/hallinta/tavoitteet/{other.pk}/"' not in page
    assert client.get(reverse("reports:goal_desk", args=[other.pk])).status_code == 404


def test_a_person_without_an_account_cannot_be_named(coordinator: User) -> None:
    with pytest.raises(Refused, match="ei ole käyttäjää"):
        name_responsible(make_goal(), email="kuka@example.org", by=coordinator, now=NOW)


def test_the_same_words_twice_are_one_update(coordinator: User) -> None:
    goal = make_goal()
    assert follow(goal, coordinator) == follow(goal, coordinator)
    assert goal.updates.count() == 1


def test_what_has_not_happened_is_not_followed(coordinator: User) -> None:
    with pytest.raises(Refused, match="vasta tulossa"):
        follow(make_goal(), coordinator, on=NOW.date() + timedelta(days=1))


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda goal: make_goal(1, first_year=2028, last_year=2025), "reports_goal_period_order"),
        (lambda goal: make_goal(1, text_fi=""), "reports_goal_has_text"),
        (lambda goal: GoalIndicator.objects.create(goal=goal, label="A", source="figure"), "reports_indicator_source"),
        (
            lambda goal: GoalIndicator.objects.create(goal=goal, label="A", source="hand", figure_key="x"),
            "reports_indicator_source",
        ),
        (
            lambda goal: GoalUpdate.objects.create(
                goal=goal, on=date(2026, 1, 1), light="on_track", text="", written_at=NOW
            ),
            "reports_goal_update_has_text",
        ),
        (
            lambda goal: GoalValue.objects.create(
                indicator=GoalIndicator.objects.create(goal=goal, label="A"), year=25, value=1, entered_at=NOW
            ),
            "reports_goal_value_year_sane",
        ),
    ],
)
def test_the_database_keeps_goals_sane(make: Any, constraint: str) -> None:
    goal = make_goal()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make(goal)


def test_a_silent_goal_waits_for_who_answers_for_it(coordinator: User) -> None:
    goal = make_goal()
    person = UserFactory()
    name_responsible(goal, email=person.email, by=coordinator, now=NOW)
    assert [todo.url for todo in goal_todos(person, NOW)] == [reverse("reports:goal_follow", args=[goal.pk])]
    assert list(goal_todos(coordinator, NOW)) == []
    follow(goal, person)
    assert list(goal_todos(person, NOW)) == []
    assert len(list(goal_todos(person, NOW + timedelta(days=181)))) == 1
    assert list(goal_todos(person, NOW.replace(year=2029))) == []


def test_the_public_page_tells_light_words_and_numbers(coordinator: User) -> None:
    goal = make_goal()
    row = save_indicator(GoalIndicator(goal=goal, label="Osuus", unit="%", target=Decimal(60)), by=coordinator, now=NOW)
    for year, value in ((2024, 34), (2025, 61)):
        enter_value(row, year=year, value=Decimal(value), note="", by=coordinator, now=NOW)
    follow(goal, coordinator, text="<b>Työ</b> jatkuu.", light=Light.ATTENTION)
    text = Client().get(reverse("reports:goals")).content.decode()
    assert "Vaatii huomiota" in text
    assert "&lt;b&gt;Työ" in text
    assert "61 % (2025)" in text
    assert "Tavoitearvo saavutettu" in text
    own = Client().get(goal.get_absolute_url()).content.decode()
    assert '<figure class="chart">' in own
    lines = Client().get(reverse("reports:goals_csv")).content.decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "2025–2028;Tavoite numero 1;Osuus;%;2024;34,00;60,00;",
        "2025–2028;Tavoite numero 1;Osuus;%;2025;61,00;60,00;",
    ]


def test_pages_teach_when_there_are_no_goals(coordinator: User) -> None:
    assert "ei ole vielä kirjattu" in Client().get(reverse("reports:goals")).content.decode()
    assert "aluetiedostosta" in signed_in(coordinator).get(reverse("reports:goals_desk")).content.decode()


def filled(count: int, by: User) -> None:
    for order in range(DevelopmentGoal.objects.count(), count):
        goal = make_goal(order)
        row = save_indicator(GoalIndicator(goal=goal, label="Osuus"), by=by, now=NOW)
        for year in (2024, 2025):
            enter_value(row, year=year, value=Decimal(order), note="", by=by, now=NOW)
        follow(goal, by)


@pytest.mark.parametrize("name", ["goals", "goals_desk", "goals_csv"])
def test_lists_ask_as_much_for_three_goals_as_for_one(coordinator: User, name: str) -> None:
    client = signed_in(coordinator)
    counts = []
    for count in (1, 3):
        filled(count, coordinator)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(f"reports:{name}")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_the_year_s_report_keeps_the_goals_as_they_were(coordinator: User, field: None) -> None:
    goal = make_goal()
    row = save_indicator(GoalIndicator(goal=goal, label="Osuus", unit="%", target=Decimal(60)), by=coordinator, now=NOW)
    enter_value(row, year=2025, value=Decimal(61), note="", by=coordinator, now=NOW)
    follow(goal, coordinator, on=date(2025, 12, 1), text="Vuoden työ.")
    follow(goal, coordinator, on=date(2026, 2, 1), text="Seuraavan vuoden työ.", light=Light.OFF_TRACK)
    (told,) = goals_of_year(2025)
    assert (told["light"], told["comment"]) == ("on_track", "Vuoden työ.")
    report = collected(coordinator)
    enter_value(row, year=2025, value=Decimal(1), note="", by=coordinator, now=NOW)
    text = signed_in(coordinator).get(reverse("reports:edit", args=[report.pk])).content.decode()
    assert "Osuus 61 % (tavoite 60 %)" in text
    assert "Vuoden työ." in text
    assert "Seuraavan vuoden työ." not in text


def test_a_snapshot_from_before_the_goals_is_still_read(coordinator: User, field: None) -> None:
    report = collected(coordinator)
    report.figures.pop("goals")
    AnnualReport.objects.filter(pk=report.pk).update(figures=report.figures)
    assert signed_in(coordinator).get(reverse("reports:edit", args=[report.pk])).status_code == 200


def test_forms_keep_what_was_typed_and_say_what_is_wrong(coordinator: User) -> None:
    goal = make_goal()
    client = signed_in(coordinator)
    page = client.post(
        reverse("reports:goal_follow", args=[goal.pk]), {"on": "32.1.2026", "light": "on_track", "text": "Tehty"}
    ).content.decode()
    assert "Tätä päivää emme ymmärtäneet" in page
    assert "Tehty" in page
    new = reverse("reports:indicator_new", args=[goal.pk])
    given = {"label": "Osuus", "unit": "%", "wish": "up", "figure_key": "", "baseline": "2,6", "target": "3,5"}
    assert client.post(new, given).status_code == 302
    row = goal.indicators.get()
    assert (row.baseline, row.target, row.source) == (Decimal("2.60"), Decimal("3.50"), "hand")
    assert "jo tämänniminen mittari" in client.post(new, given).content.decode()
    value = reverse("reports:indicator_value", args=[row.pk])
    assert client.post(value, {"year": "2025", "value": "2,9", "note": ""}).status_code == 302
    assert row.values.get().value == Decimal("2.90")
    assert client.post(reverse("reports:indicator_remove", args=[row.pk])).status_code == 302
    assert not goal.indicators.exists()
