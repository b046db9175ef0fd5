"""Figures that moved since a draft was built: found, shown, taken with one press."""

from copy import deepcopy
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from county.models import Municipality
from reports import workflow
from reports.moved import Moved, differences, moved
from tests.accounts.factories import signed_in
from tests.organisations.factories import OrganisationFactory
from tests.reports.conftest import NOW, collected, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def register_one() -> None:
    OrganisationFactory(domicile=Municipality.objects.get(code="167"), registered_on=date(2025, 3, 1))


def test_nothing_has_moved_of_itself(coordinator: User, field: None) -> None:
    report = collected(coordinator)
    assert moved(report, NOW) == []
    assert differences(report.figures, deepcopy(report.figures), 2025) == []


def test_one_more_organisation_is_seen_where_it_is_read(coordinator: User, field: None) -> None:
    report = collected(coordinator)
    register_one()
    found = moved(report, NOW)
    assert Moved("Järjestökentässä on 5 rekisteröityä järjestöä", "Joensuu", "3", "4") in [
        Moved(row.place, row.label.partition(",")[0], row.before, row.now) for row in found
    ]
    report.refresh_from_db()
    assert report.figures["organisations"]["registered"] == 4


def test_a_section_that_came_or_went_is_one_line(coordinator: User, field: None) -> None:
    figures = collected(coordinator).figures
    goal = {"text": "Tavoite", "light": "", "comment": "", "on": None, "indicators": []}
    with_goal = {**figures, "goals": [goal]}
    came = differences({**figures, "goals": []}, with_goal, 2025)
    assert [(row.label, row.before, row.now) for row in came] == [("Koko osio", "ei mukana", "mukana")]
    went = differences(with_goal, {**figures, "goals": []}, 2025)
    assert [(row.label, row.before, row.now) for row in went] == [("Koko osio", "mukana", "ei mukana")]


def test_last_years_figure_moves_too(coordinator: User, field: None) -> None:
    figures = collected(coordinator).figures
    after = deepcopy(figures)
    row = next(row for row in after["headline"] if row["unit"] != "€")
    row["value"], row["previous"] = row["value"] or 1, 1234567
    found = [moved for moved in differences(figures, after, 2025) if moved.label == f"{row['label']}, 2024"]
    # On the first page, and in the section that tells the figure, where there is one.
    assert {row.now.replace("\N{NO-BREAK SPACE}", " ")[:9] for row in found} == {"1 234 567"}


def test_the_draft_shows_them_and_one_press_takes_them(coordinator: User, desk: Client, field: None) -> None:
    report = collected(coordinator)
    address = f"/hallinta/raportit/{report.pk}/muuttuneet/"
    page = desk.get(f"/hallinta/raportit/{report.pk}/").content.decode()
    assert f'hx-get="{address}?osa=1"' in page
    assert f'<a href="{address}">' in page
    assert "Luonnoksen luvut ovat samat" in desk.get(address).content.decode()
    register_one()
    for shown in (desk.get(address), desk.get(f"{address}?osa=1")):
        text = shown.content.decode()
        assert "muuttunut luonnoksen jälkeen" in text
        assert 'name="verb" value="collect"' in text
    assert "<html" not in desk.get(f"{address}?osa=1").content.decode()
    desk.post(f"/hallinta/raportit/{report.pk}/toimet/", {"verb": "collect"})
    workflow.finish_collecting(report.pk, now=NOW)
    assert "Luonnoksen luvut ovat samat" in desk.get(address).content.decode()


def test_a_published_report_is_not_compared(coordinator: User, desk: Client, field: None) -> None:
    report = frozen(coordinator)
    assert desk.get(f"/hallinta/raportit/{report.pk}/muuttuneet/").status_code == 404
