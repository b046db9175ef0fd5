"""What the rooms did in the year: collected, frozen and told, against values counted by hand and by SQL of our own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.seams import Period
from common.times import HELSINKI, year_period
from county.models import RegionalGroup
from forums.models import Event, EventSeries, Per
from forums.wheel import Wheel
from forums.workflow.negotiations import complete_record
from liaisons.models import Body, SeatRequirement
from liaisons.representation_statistics import NgoSeats, ngo_seats, nominations
from reports.duties import duties
from reports.figures import collect, headline
from reports.models import AnnualReport
from reports.sections import KEY_FACTS, build, content, facts
from reports.year_duties_sections import MOST_ALONE, plan_sections
from reports.year_pieces import Section, written
from reports.year_plan import plan
from reports.year_sections import TOLD_IN_SECTIONS, by_key
from tests.accounts.factories import UserFactory
from tests.forums.factories import EventFactory, EventSeriesFactory, SignUpFactory
from tests.forums.factories_after import answered, make_action, make_public
from tests.forums.test_negotiations import AFTER, begun, filled
from tests.liaisons.factories import AppointmentFactory, BodyFactory, PostFactory, SeatFactory
from tests.liaisons.factories_bodies import CandidateFactory, OpenNominationFactory
from tests.organisations.factories import OrganisationFactory
from tests.premises.factories import RoomFactory, booker, make_booking, span
from tests.reports.conftest import NOW, collected, frozen

pytestmark = pytest.mark.django_db
NEW = ("parameters", "demanded", "attendance", "seats", "requests", "rooms", "surveys", "duties", "plan")
KEYS = [
    "kentta",
    "avustukset",
    "kasittely",
    "kielteiset",
    "kaytto",
    "sopimukset",
    "vuosikello",
    "foorumit",
    "edustus",
    "pyynnot",
    "tilat",
    "ideat",
    "kyselyt",
    "velvoitteet",
    "suunnitelma",
]


def snapshot(year: int = 2025, now: datetime = NOW) -> dict[str, Any]:
    return collect(year, now, lambda _done: None)


def spaced(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def section(figures: dict[str, Any], key: str) -> Section:
    """Return the section with ordinary spaces in its heading and sentences."""
    found = next(row for row in build(figures) if row.key == key)
    return replace(found, heading=spaced(found.heading), paragraphs=tuple(map(spaced, found.paragraphs)))


def cells(found: Section) -> dict[str, tuple[str, ...]]:
    assert found.table is not None
    return {row[0]: tuple(map(spaced, row[1:])) for row in found.table.rows}


def on(day: date, state: str = "held", **fields: Any) -> Event:
    start = datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)
    event: Event = EventFactory(starts_at=start, ends_at=start + timedelta(hours=2), state=state, **fields)
    return event


def value_of(sql: str, *given: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchone()[0]


def test_an_empty_year_says_so_kindly_in_every_section(coordinator: User) -> None:
    figures = snapshot()
    told = {row.key: spaced(row.heading) for row in build(figures)}
    assert list(told) == KEYS
    assert {key: told[key] for key in KEYS[3:]} == {
        "kielteiset": "Yhtään hakemusta ei hylätty",
        "kaytto": "Käyttöselvityksiä ei ole vielä saapunut",
        "sopimukset": "Sopimuksia ei ollut voimassa",
        "vuosikello": "Vuodelle ei ollut vaadittuja tapahtumia",
        "foorumit": "Tapahtumia ei ole kirjattu pidetyiksi",
        "edustus": "Järjestöjen paikkoja ei ole kirjattu",
        "pyynnot": "Yhteistyöpyyntöjä ei tullut",
        "tilat": "Tiloja ei varattu vuoden aikana",
        "ideat": "Ideoita tai toimenpiteitä ei kirjattu",
        "kyselyt": "Vuodelta 2025 ei ole kyselyn tuloksia",
        "velvoitteet": "Lain velvoitteista toteutui 1 / 7",
        "suunnitelma": "Vuodelle 2026 ei ole vielä julkaistuja päiviä",
    }
    for row in build(figures)[5:13]:
        assert (len(row.paragraphs), row.table, row.drawings) == (1, None, ())


def test_a_snapshot_from_before_is_read_as_it_was_frozen(coordinator: User, field: None) -> None:
    figures = snapshot()
    whole = AnnualReport(year=2025, figures=figures)
    older = AnnualReport(year=2025, figures={key: value for key, value in figures.items() if key not in NEW})
    sections = content(older)["sections"]
    assert [row.key for row in sections] == ["kentta", "avustukset", "kasittely", "kaytto", "muut-luvut"]
    assert len(sections[2].table.rows) == 6
    as_then = sorted(figures["headline"], key=lambda row: not (row["value"] or row["previous"]))
    assert [fact.key for fact in facts(older.figures)] == [row["key"] for row in as_then]
    assert len(sections[-1].table.rows) == len(figures["headline"]) - 12
    left = {fact.key for fact in facts(figures)[12:]} - TOLD_IN_SECTIONS
    assert len(content(whole)["sections"][-1].table.rows) == len(left)


def test_every_headline_figure_has_a_definition_and_its_parameters_are_frozen() -> None:
    figures = snapshot()
    lacking = [row["key"] for row in figures["headline"] if not row["definition"]]
    assert lacking == []
    keys = [row["key"] for row in figures["headline"]]
    assert len(keys) == len(set(keys))
    assert set(KEY_FACTS) <= set(keys)
    assert TOLD_IN_SECTIONS - set(keys) <= {"premises.season_turns", "premises.season_refused"}
    assert figures["parameters"] == {
        "year": 2025,
        "start": "2025-01-01T00:00:00+02:00",
        "end": "2026-01-01T00:00:00+02:00",
        "as_of": "2025-12-31",
        "version": 2,
    }
    assert snapshot(2026)["parameters"]["as_of"] == "2026-11-21"


class TestEvents:
    def test_held_against_demanded_by_series(self) -> None:
        groups = [RegionalGroup.objects.create(key=name.lower(), name_fi=name) for name in ("Etelä", "Pohjoinen")]
        forum = EventSeriesFactory(name_fi="Järjestöfoorumi", a_year_min=2)
        coffee = EventSeriesFactory(name_fi="Etäkahvit", a_year_min=1, per=Per.REGIONAL_GROUP)
        EventSeriesFactory(name_fi="Tarpeen mukaan")
        for day in (date(2025, 3, 3), date(2025, 9, 1), date(2025, 11, 3)):
            on(day, series=forum)
        on(date(2025, 4, 1), series=coffee, regional_group=groups[0])
        on(date(2024, 4, 1), series=coffee, regional_group=groups[1])
        found = section(snapshot(), "vuosikello")
        assert found.heading == "Vaadituista tapahtumista pidettiin 3 / 4"
        assert cells(found) == {
            "Järjestöfoorumi": ("2 vuodessa", "3 / 2", "–"),
            "Etäkahvit": ("1 vuodessa", "1 / 2", "Pohjoinen"),
        }

    def test_attendance_first_timers_and_feedback_against_sql(self) -> None:
        forum = EventSeriesFactory(name_fi="Järjestöfoorumi")
        earlier, event, other = (
            on(date(2024, 5, 6), series=forum),
            on(date(2025, 5, 5), series=forum),
            on(date(2025, 6, 2)),
        )
        for row, emails in ((earlier, "a"), (event, "abc"), (other, "ac")):
            for letter in emails:
                SignUpFactory(event=row, email=f"{letter}@example.org", attended=True, attended_way="remote")
        SignUpFactory(event=event, email="poissa@example.org", attended=False)
        answered(event, 5, 5, 4, 4, 3)
        figures = snapshot()
        times = value_of(
            "select count(*) from forums_signup s join forums_event e on e.id = s.event_id where s.attended and "
            "e.starts_at >= '2025-01-01 00:00+02' and e.starts_at < '2026-01-01 00:00+02'"
        )
        found = section(figures, "foorumit")
        assert times == 5
        assert found.heading == f"Tapahtumissa oltiin mukana {times} kertaa"
        assert found.paragraphs == (
            "2 ihmistä oli mukana ensi kertaa. Hyödyllisyys sai keskiarvon 4,2 asteikolla 1–5 (5 vastausta).",
        )
        assert cells(found)["Osallistumiset tapahtumiin"] == ("5", "1", "+400 %")
        assert cells(found)["Pidetyt tapahtumat"] == ("2", "1", "+100 %")
        chart = found.drawings[0].chart
        assert chart.table.rows == (("Järjestöfoorumi", "3", "1"), ("Muut tapahtumat", "2", "0"))

    def test_four_answers_give_no_mean(self) -> None:
        event = on(date(2025, 5, 5))
        SignUpFactory(event=event, attended=True)
        answered(event, 5, 5, 4, 4)
        found = section(snapshot(), "foorumit")
        assert "keskiarvo" not in found.paragraphs[0]
        assert cells(found)["Tapahtumien hyödyllisyys, keskiarvo"][0] == "–"


class TestRepresentation:
    def test_seats_and_nominations(self) -> None:
        jane = BodyFactory(kind="ngo_council", name_fi="JANE", order=1)
        group = BodyFactory(kind="partnership_group", name_fi="Pohjoinen", order=2)
        draft = BodyFactory(kind="ngo_council", draft=True)
        for body, party, number in ((jane, "", 2), (group, "ngo", 2), (group, "county", 3), (draft, "", 9)):
            SeatRequirement.objects.create(body=body, role="member", party=party, number=number)
        for _extra in range(3):
            SeatFactory(body=jane)
        SeatFactory(body=group, party="ngo", valid_from=date(2025, 6, 1))
        SeatFactory(body=group, party="county")
        assert ngo_seats(date(2025, 12, 31)) == (NgoSeats("JANE", 2, 2), NgoSeats("Pohjoinen", 2, 1))
        assert ngo_seats(date(2024, 12, 31))[1] == NgoSeats("Pohjoinen", 2, 0)
        when = datetime(2025, 4, 1, tzinfo=HELSINKI)
        call = OpenNominationFactory(body=group, chooser=jane, published_at=when, members=2, deputies=2)
        OpenNominationFactory(body=group, chooser=jane, published_at=when, state="cancelled", cancel_reason="Siirtyi")
        CandidateFactory(call=call)
        CandidateFactory(call=call, state="withdrawn")
        found = nominations(Period(2025, *year_period(2025)))
        assert (found.calls, found.seats, found.candidates, found.organisations, found.seated) == (1, 4, 1, 1, 0)
        told = section(snapshot(), "edustus")
        assert told.heading == "Järjestöjen paikoista toimielimissä on täytetty 3 / 4"
        assert told.paragraphs == ("Vuoden edustajahauissa oli 4 paikkaa. Niihin on nimetty 0.",)
        assert told.drawings[0].chart.table.rows == (("JANE", "2", "2"), ("Pohjoinen", "1", "2"))

    def test_coverage_stands_as_on_the_last_day(self) -> None:
        post = PostFactory(is_established=True)
        PostFactory(is_established=True, unit=None, level="county_liaison")
        AppointmentFactory(post=post, valid_from=date(2025, 2, 1), accepted_on=date(2025, 2, 1))
        figures = snapshot()
        found = section(figures, "pyynnot")
        assert found.paragraphs == ("Vakiinnutetuista yhteyshenkilön tehtävistä hoidossa on 1 / 2.",)
        assert cells(found)["Yhteyshenkilön tehtävistä hoidossa"] == ("1", "0", "–")


def test_answer_times_are_told_of_kinds_with_enough_requests() -> None:
    row = {"label": "Vierailu", "count": 5, "first": "1.5", "answer": "3.0", "p90": "120.4"}
    few = {"label": "Muu", "count": 4, "first": "0.5", "answer": "1.0", "p90": "1.0"}
    figures = {**snapshot(), "requests": [row, few]}
    found = section(figures, "vastausajat")
    assert found.heading == "Nopeimmin vastattiin: Vierailu"
    assert cells(found) == {"Vierailu": ("5", "1,5", "3", "120")}
    assert "vastausajat" not in [one.key for one in build({**figures, "requests": [few]})]


def test_premises_value_hours_and_utilisation() -> None:
    room = RoomFactory(hourly_value=Decimal("12.50"))
    holder, user = booker()
    for hour in ("10.00", "13.00"):
        start = int(hour.split(".")[0])
        make_booking(room, span(hour, f"{start + 2}.00"), holder=holder, by=user)
    booked = span("10.00", "12.00").start
    figures = snapshot(booked.year, booked + timedelta(days=1))
    found = section(figures, "tilat")
    value = value_of(
        "select sum(extract(epoch from b.ends_at - b.starts_at) / 3600 * (r.hourly_value - r.hourly_price)) "
        "from premises_booking b join premises_room r on r.id = b.room_id where b.state = 'confirmed'"
    )
    assert Decimal(by_key(figures)["premises.value"]["value"]) == value
    assert found.heading == f"Maksuton tilankäyttö oli järjestöille {spaced(written(value, '€'))} arvoista"
    assert found.paragraphs == ("Tiloja käytti yksi järjestö.",)
    assert cells(found)["Tilojen käyttö tunteina"][:2] == ("4 h", "0 h")
    assert [(row["label"], row["used"]) for row in figures["rooms"]] == [(room.name, "4.00")]


def test_ideas_and_actions_by_fate() -> None:
    make_public(now=datetime(2025, 5, 5, tzinfo=HELSINKI))
    make_action(due_on=date(2025, 12, 31))
    make_action(
        due_on=date(2025, 1, 1), state="done", result="Avattiin.", closed_at=datetime(2025, 1, 2, tzinfo=HELSINKI)
    )
    make_action(due_on=date(2026, 1, 1))
    found = section(snapshot(), "ideat")
    assert found.heading == "Julkaistiin yksi idea"
    assert found.paragraphs == ("Toimenpiteistä, joiden määräpäivä oli vuoden aikana, on tehty 1 / 2.",)
    assert found.drawings[0].chart.table.rows == (("Uusi", "1", "0"),)


class TestDuties:
    def told(self, year: int = 2025, now: datetime = NOW) -> dict[str, tuple[str, ...]]:
        return cells(section(snapshot(year, now), "velvoitteet"))

    def test_without_anything_the_portal_has_no_evidence_where_it_cannot_know(self) -> None:
        assert {duty: row[1] for duty, row in self.told().items()} == {
            "Vuosittaiset neuvottelut": "Ei näyttöä portaalissa",
            "Järjestöjen toimintaedellytysten edistäminen": "Ei toteutunut",
            "Osallistumisen ja vaikuttamisen mahdollisuudet": "Ei näyttöä portaalissa",
            "Nuorisovaltuusto": "Ei näyttöä portaalissa",
            "Vanhusneuvosto": "Ei näyttöä portaalissa",
            "Vammaisneuvosto": "Ei näyttöä portaalissa",
            "Oikaisuvaatimusten ratkaiseminen": "Toteutui",
        }

    def test_a_negotiation_counts_when_its_record_is_complete(self) -> None:
        record, by = begun()
        filled(record, by)
        complete_record(record, by=by, now=AFTER)
        series = record.event.series
        EventSeries.objects.update(name_fi="Neuvottelu")
        south, east = (RegionalGroup.objects.create(key=name.lower(), name_fi=name) for name in ("Etelä", "Itä"))
        on(date(2026, 5, 2), series=series, regional_group=south)
        over = datetime(2027, 1, 5, tzinfo=HELSINKI)
        rows = self.told(2026, over)
        assert rows["Neuvottelu: Pohjoinen"] == ("612/2021 6–7 §", "Toteutui", "Pidetty ja kirjattu 26.11.2026")
        assert rows["Neuvottelu: Etelä"][1:] == ("Ei toteutunut", "Pidetty 2.5.2026, kirjaus kesken")
        assert rows["Neuvottelu: Itä"][1:] == ("Ei toteutunut", "Neuvottelua ei ole kirjattu.")
        assert "Vuosittaiset neuvottelut" not in rows
        on(date(2027, 12, 3), "published", series=series, regional_group=east)
        on(date(2027, 12, 4), "planned", series=series, regional_group=south)
        coming = self.told(2027, over)
        assert coming["Neuvottelu: Itä"][1:] == ("Kesken", "Suunniteltu 3.12.2027")
        assert coming["Neuvottelu: Etelä"][1:] == ("Kesken", "Suunnitteilla")
        assert rows["Osallistumisen ja vaikuttamisen mahdollisuudet"][1:] == (
            "Toteutui",
            "Tapahtumia 2, julkaistuja ideoita 0, vastattuja aihe-ehdotuksia 0.",
        )

    def test_councils_have_members_or_not(self) -> None:
        both = BodyFactory(key="vanhus-ja-vammaisneuvosto", kind="participation_body", name_fi="Yhteinen neuvosto")
        young = BodyFactory(key="nuorisovaltuusto", kind="participation_body", name_fi="Nuorisovaltuusto")
        SeatFactory(body=both)
        SeatFactory(body=both, valid_until=date(2025, 6, 30))
        rows = self.told()
        assert rows["Vanhusneuvosto"] == rows["Vammaisneuvosto"]
        assert rows["Vanhusneuvosto"] == ("611/2021 32 §", "Toteutui", "Yhteinen neuvosto: jäseniä ja varajäseniä 1.")
        assert rows["Nuorisovaltuusto"][1:] == (
            "Ei näyttöä portaalissa",
            "Nuorisovaltuusto: jäseniä ei ole kirjattu portaaliin.",
        )
        SeatFactory(body=young, valid_until=date(2025, 6, 30))
        assert self.told()["Nuorisovaltuusto"][1:] == ("Ei toteutunut", "Nuorisovaltuusto: jäseniä ja varajäseniä 0.")

    def test_nothing_was_missed_in_a_year_of_which_the_portal_has_no_events(self) -> None:
        series = EventSeriesFactory(name_fi="Neuvottelu", statute="612/2021 6–7 §")
        on(date(2026, 3, 2), series=series)
        assert self.told()["Neuvottelu: Koko alue"][1:] == ("Ei näyttöä portaalissa", "Neuvottelua ei ole kirjattu.")
        on(date(2025, 3, 2))
        assert self.told()["Neuvottelu: Koko alue"][1] == "Ei toteutunut"

    def test_claims_that_wait_are_open(self) -> None:
        claims = {"key": "grants.claims", "value": 3, "rows": [("Hylätty", 2, 0), ("Ratkaisematta", 1, 0)]}
        rows = duties(Period(2025, *year_period(2025)), Wheel(2025, ()), [claims], date(2025, 12, 31), NOW)
        assert (rows[-1]["met"], rows[-1]["evidence"]) == ("open", "Oikaisuvaatimuksia 3, niistä ratkaisematta 1.")


class TestPlan:
    def test_only_what_everybody_may_see_stands_in_it(self) -> None:
        on(date(2026, 2, 3), "published", name_fi="Avoin foorumi")
        on(date(2026, 2, 4), "published", name_fi="Järjestöille", visibility="ngos")
        on(date(2026, 2, 5), "planned", name_fi="Vasta suunnitteilla")
        on(date(2026, 2, 6), "cancelled", name_fi="Peruttu", reason="Sairaus")
        EventSeriesFactory(a_year_min=2)
        figures = snapshot()
        assert [day["title"] for day in figures["plan"]["days"]] == ["Avoin foorumi"]
        found = section(figures, "suunnitelma")
        assert found.heading == "Vuodelle 2026 on julkaistu yksi päivä"
        assert found.paragraphs == ("Vaadituista tapahtumista on merkitty vuosikelloon 0 / 2.",)
        assert cells(found) == {"3.2.2026": ("Avoin foorumi", "Tapahtuma")}

    def test_many_days_of_a_kind_are_told_by_quarters(self) -> None:
        days = [{"on": f"2026-0{1 + n % 6}-10", "title": f"T{n}", "group": "Tapahtuma"} for n in range(MOST_ALONE + 1)]
        days.append({"on": "2026-03-31", "title": "Avustushaku päättyy", "group": "Haku"})
        days.sort(key=lambda day: day["on"])
        (found,) = plan_sections({"plan": {"year": 2026, "days": days, "needed": 0, "missing": 0}})
        assert found.table is not None
        assert found.table.rows == (
            ("tammi–maaliskuu", "7 julkaistua päivää", "Tapahtuma"),
            ("31.3.2026", "Avustushaku päättyy", "Haku"),
            ("huhti–kesäkuu", "6 julkaistua päivää", "Tapahtuma"),
        )

    def test_an_empty_plan_has_no_days(self) -> None:
        assert plan(2027, NOW) == {"year": 2027, "days": [], "needed": 0, "missing": 0}


def test_what_changes_after_freezing_changes_nothing_in_the_report(coordinator: User, field: None) -> None:
    event = on(date(2025, 5, 5), series=EventSeriesFactory(name_fi="Järjestöfoorumi", a_year_min=1))
    SignUpFactory(event=event, attended=True)
    report = frozen(coordinator)
    page = Client().get(f"/raportit/{report.pk}/").content.decode()
    shown = spaced(page.replace("&nbsp;", " "))
    for words in ("Vaadituista tapahtumista pidettiin 1 / 1", "Lain velvoitteet ja näyttö", "Järjestöfoorumi"):
        assert words in shown
    SignUpFactory(event=event, attended=True)
    EventSeries.objects.update(name_fi="Uusi nimi")
    again = Client().get(f"/raportit/{report.pk}/").content.decode()
    assert again[again.index('id="lyhyesti"') :] == page[page.index('id="lyhyesti"') :]
    assert collected(coordinator).figures["attendance"][0]["attendances"] == 2


def test_collecting_asks_as_many_questions_for_one_as_for_three(coordinator: User) -> None:
    counts = []
    group = RegionalGroup.objects.create(key="pohjoinen", name_fi="Pohjoinen")
    for number in range(3):
        series = EventSeriesFactory(a_year_min=1, per=Per.REGIONAL_GROUP)
        event = on(date(2025, 3, 3 + number), series=series, regional_group=group)
        SignUpFactory(event=event, attended=True, organisation=OrganisationFactory())
        on(date(2026, 3, 3 + number), "published")
        body: Body = BodyFactory(kind="ngo_council")
        SeatRequirement.objects.create(body=body, role="member", number=1)
        SeatFactory(body=body)
        post = PostFactory(is_established=True)
        AppointmentFactory(post=post, user=UserFactory())
        with CaptureQueriesContext(connection) as asked:
            snapshot()
        counts.append(len(asked))
    assert counts[0] == counts[2], counts


def test_the_seam_gives_each_figure_once() -> None:
    keys = [figure.key for figure in headline(2025)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "pv", "–"),
        ("2.4", "pv", "2,4\N{NO-BREAK SPACE}pv"),
        ("2.0", "", "2"),
        ("99.96", "h", "100\N{NO-BREAK SPACE}h"),
        ("1234.5", "h", "1\N{NO-BREAK SPACE}235\N{NO-BREAK SPACE}h"),
        ("12.5", "€", "13\N{NO-BREAK SPACE}€"),
        (0, "", "0"),
    ],
)
def test_numbers_are_written_as_they_are(value: Any, unit: str, said: str) -> None:
    assert written(value, unit) == said
