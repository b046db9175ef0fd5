"""The public calendar of calls, planned rounds, and who hears of a followed kind."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from county.area import AreaError, load_area
from grants.calendar import agreement_calendar, call_calendar, planned_calendar
from grants.models import GrantKind, KindFollow, PlannedRound
from grants.workflow.call_news import opening_reminders
from grants.workflow.call_terms import follow_kind
from grants.workflow.calls import extend_call, publish_call
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.call_pages import count, set_clock, text
from tests.grants.factories import CLOSES, NOW, OPENS, make_call, make_kind, make_organisation
from tests.grants.factories_agreements import Table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def planned(kind: GrantKind, on: date = date(2027, 11, 10), **fields: Any) -> PlannedRound:
    values = {"kind": kind, "opens_on": on, "closes_on": on + timedelta(days=28), "planned_by": staff("coordinator")}
    return PlannedRound.objects.create(**{**values, **fields})


def test_the_calendar_tells_calls_and_planned_rounds_by_month() -> None:
    call = make_call()
    planned(call.kind, note_fi="Määräraha vahvistuu talousarviossa.")
    page = text(Client().get(reverse("grants:call_calendar")))
    assert page.index("joulukuu 2026") < page.index("maaliskuu 2027") < page.index("marraskuu 2027")
    assert "Suunniteltu haku: Toiminta-avustus, 10.11.2027 – 8.12.2027" in page
    assert "Määräraha vahvistuu talousarviossa." in page
    data = Client().get(reverse("grants:call_calendar_file"))
    assert data["Content-Type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20271110" in data.content.decode()
    assert reverse("grants:call_calendar") in text(Client().get(reverse("grants:calls")))


def test_an_empty_calendar_says_what_to_do() -> None:
    assert "Hakuja ei ole vielä tiedossa" in text(Client().get(reverse("grants:call_calendar")))


def test_a_call_takes_the_place_of_its_plan() -> None:
    kind = make_kind()
    planned(kind, OPENS.date() + timedelta(days=20))
    year = (date(2026, 1, 1), date(2027, 12, 31))
    assert len(list(planned_calendar(*year))) == 2
    make_call(kind=kind)
    assert not list(planned_calendar(*year))


def test_the_coordinator_plans() -> None:
    kind = make_kind()
    client = signed_in(staff("coordinator"))
    new = reverse("grants:plan_new")
    form = {"kind": kind.pk, "opens_on": "10.11.2027", "closes_on": "9.11.2027", "note_fi": ""}
    assert "Haku päättyy ennen kuin se alkaa" in text(client.post(new, form))
    client.post(new, {**form, "closes_on": "8.12.2027"})
    row = PlannedRound.objects.get()
    assert "Tälle päivälle on jo suunniteltu" in text(client.post(new, {**form, "closes_on": "8.12.2027"}))
    client.post(reverse("grants:plan_edit", args=[row.pk]), {**form, "closes_on": "15.12.2027"})
    assert "15.12.2027" in text(client.get(reverse("grants:plan")))
    client.post(reverse("grants:plan_remove", args=[row.pk]))
    assert "Ei suunniteltuja hakuja" in text(client.get(reverse("grants:plan")))


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(number: int) -> None:
    for place in range(number):
        planned(make_kind(), date(2027, 11, 10 + place))
        make_call(title_fi=f"Haku {place}")
    assert count(Client(), reverse("grants:call_calendar")) <= 8
    client = signed_in(staff("coordinator"))
    assert count(client, reverse("grants:plan")) <= 12
    assert count(client, reverse("grants:follows")) <= 12


def test_followers_hear_of_publishing_opening_and_extension() -> None:
    officer, follower = staff("coordinator"), UserFactory()
    call = make_call(state="draft", opens_at=NOW + timedelta(days=1))
    client = signed_in(follower)
    for _twice in range(2):
        client.post(reverse("grants:follows"), {"kind": call.kind_id, "follow": "1"})
    assert KindFollow.objects.count() == 1
    publish_call(call, by=officer, now=NOW)
    extend_call(call, closes_at=CLOSES + timedelta(days=1), reason="Katko.", by=officer, now=NOW)
    told = Message.objects.filter(kind="grants.kind_followed", to_user=follower).order_by("pk")
    assert [mail.subject.split(":")[0] for mail in told] == ["Uusi haku", "Hakuaika jatkuu"]
    assert reverse("grants:follows") in told[0].text
    assert not list(opening_reminders(NOW))
    (reminder,) = opening_reminders(NOW + timedelta(days=1))
    assert (reminder.to, reminder.required) == (follower, False)
    assert "Seuraat" in text(client.get(reverse("grants:follows")))
    client.post(reverse("grants:follows"), {"kind": call.kind_id, "unfollow": "1"})
    assert not list(opening_reminders(NOW + timedelta(days=1)))
    assert client.post(reverse("grants:follows"), {"kind": "x", "follow": "1"}).status_code == 404


def test_a_negotiated_call_is_told_to_no_follower() -> None:
    kind = make_kind()
    follow_kind(kind, by=UserFactory(), now=NOW)
    call = make_call(kind=kind, procedure="negotiated", opens_at=NOW - timedelta(hours=1))
    extend_call(call, closes_at=CLOSES + timedelta(days=1), reason="Katko.", by=staff("coordinator"), now=NOW)
    assert not Message.objects.filter(kind="grants.kind_followed").exists()
    assert not list(opening_reminders(NOW))


def test_area_brings_the_columns_of_a_kind() -> None:
    load_area("pohjois-pohjanmaa", NOW)
    kind = GrantKind.objects.get(key="toiminta-avustus")
    assert (kind.no_double_funding_with, kind.decision_maker, kind.light) == (["municipality"], "body", False)
    assert GrantKind.objects.get(key="kumppanuusavustus").procedure == "negotiated"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('decision_maker = "office_holder"', "Kerro virka"),
        ('decided_by_post.fi = "johtaja"', "vain, kun päättäjä on viranhaltija"),
        ('no_double_funding_with = ["church"]', "church"),
        ('light = "kyllä"', "true tai false"),
    ],
)
def test_a_mistake_in_the_area_file_is_told(tmp_path: Any, settings: Any, line: str, words: str) -> None:
    source = (Path(settings.BASE_DIR) / "config" / "areas" / "pohjois-karjala.toml").read_text()
    broken = tmp_path / "koe.toml"
    broken.write_text(source.replace('key = "teema-avustus"', f'key = "teema-avustus"\n{line}'))
    with pytest.raises(AreaError, match=words):
        load_area("koe", NOW, folder=tmp_path)


def test_the_database_keeps_the_days_of_a_plan_in_order() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        planned(make_kind(), closes_on=date(2027, 1, 1))


def test_days_of_reports_and_agreements_are_on_the_wheel_and_many_of_a_day_are_one() -> None:
    year = (date(2027, 1, 1), date(2029, 12, 31))
    make_call(interim_report_due_on=date(2027, 8, 31), use_report_due_on=date(2028, 3, 31), title_fi="Yksi")
    make_call(use_report_due_on=date(2028, 3, 31), title_fi="Kaksi")
    days = {(entry.on, entry.title) for entry in call_calendar(*year)}
    assert (date(2027, 8, 31), "Väliselvitykset viimeistään: Yksi") in days
    assert (date(2028, 3, 31), "Käyttöselvitykset viimeistään: 2 hakua") in days
    assert not list(agreement_calendar(*year))
    Table(title="Ensimmäinen").in_force()
    own = {(entry.on, entry.title) for entry in agreement_calendar(*year)}
    assert (date(2027, 5, 1), "Sopimusraportti viimeistään: Ensimmäinen") in own
    assert (date(2028, 12, 31), "Sopimus päättyy: Ensimmäinen") in own
    Table(make_organisation("Toinen ry"), title="Toinen").in_force(ends_on="2029-06-30")
    both = {(entry.on, entry.title) for entry in agreement_calendar(*year)}
    assert (date(2027, 5, 1), "Sopimusraportit viimeistään: 2 sopimusta") in both
    assert (date(2029, 6, 30), "Sopimus päättyy: Toinen") in both
