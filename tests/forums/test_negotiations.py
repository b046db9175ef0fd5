"""Statutory negotiations: green only when every party was invited; presence, minutes, goals, constraints."""

import hashlib
import subprocess
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common import clock
from common.errors import Refused
from county.models import Municipality, RegionalGroup
from documents.models import RenderedDocument
from forums.models import Event, Negotiation, NegotiationGoal, NegotiationMeasure, NegotiationParty, Per
from forums.negotiations import lacks, lights, previous, uninvited
from forums.wheel import wheel
from forums.wheel_seams import wheel_todos
from forums.workflow import negotiations as verbs
from forums.workflow.events import hold_event
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import MunicipalityFactory
from tests.documents.pdf_checks import assert_accessible
from tests.forums.factories import NOW, STARTS, EventFactory, EventSeriesFactory
from tests.grants.factories import body_of
from tests.liaisons.factories import AppointmentFactory, PostFactory
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
AFTER = STARTS + timedelta(days=1)
KINDS = ("authority", "parish", "business", "ngo")


def a_group(*names: str) -> RegionalGroup:
    group = RegionalGroup.objects.create(key="pohjoinen", name_fi="Pohjoinen")
    group.municipalities.set([MunicipalityFactory(name_fi=name, is_own=True) for name in names])
    return group


def an_event(group: RegionalGroup | None = None, **fields: Any) -> Event:
    series = fields.pop("series", None) or EventSeriesFactory(per=Per.REGIONAL_GROUP, statute="612/2021 6–7 §")
    found: Event = EventFactory(series=series, regional_group=group, **fields)
    return found


def begun(*names: str) -> tuple[Negotiation, Any]:
    by = staff("coordinator")
    return verbs.begin_record(an_event(a_group(*(names or ("Lieksa", "Nurmes")))), by=by, now=NOW), by


def invite_all(row: Negotiation, by: Any) -> None:
    for kind in KINDS:
        verbs.add_party(row, kind=kind, name=kind, email=f"{kind}@example.org", by=by, now=NOW)
    for party in row.parties.filter(email=""):
        verbs.record_invited(party, how="talk", at=NOW, by=by, now=NOW)
    verbs.send_invitations(row, text="Tervetuloa", by=by, now=NOW)


def filled(row: Negotiation, by: Any) -> None:
    invite_all(row, by)
    county = row.parties.get(kind="county")
    verbs.record_presence(row, came={county.pk: (True, "Kaisa")}, by=by, now=AFTER)
    verbs.write_minutes(row, minutes="Neuvoteltiin.", minutes_url="", by=by, now=AFTER)
    verbs.add_goal(row, text="Yhteinen kalenteri", by=by, now=AFTER)


def pdf_text(data: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(found.stdout.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_the_record_begins_with_the_county_and_each_municipality_and_its_liaison() -> None:
    group = a_group("Lieksa", "Nurmes")
    liaison = UserFactory(full_name="Liisa Lieksa", email="liisa@example.org")
    post = PostFactory(level="municipal", unit=None, municipality=Municipality.objects.get(name_fi="Lieksa"))
    AppointmentFactory(post=post, user=liaison, valid_from=date(2020, 1, 1), accepted_on=date(2020, 1, 1))
    by = staff("coordinator")
    event = an_event(group)
    row = verbs.begin_record(event, by=by, now=NOW)
    assert verbs.begin_record(event, by=by, now=NOW) == row
    assert [(party.kind, party.name, party.email) for party in row.parties.all()][1:] == [
        ("municipality", "Lieksa", "liisa@example.org"),
        ("municipality", "Nurmes", ""),
    ]
    assert refusal(lambda: verbs.begin_record(EventFactory(series=None), by=by, now=NOW)) == "not_statutory"
    with pytest.raises(Http404):
        verbs.begin_record(event, by=UserFactory(), now=NOW)


def test_green_only_when_every_kind_and_every_municipality_was_invited() -> None:
    row, by = begun()
    assert [light.tone for light in lights(row)] == ["bad"] * 6
    for kind in KINDS:
        verbs.add_party(row, kind=kind, name=kind, email=f"{kind}@example.org", by=by, now=NOW)
    assert verbs.send_invitations(row, text="", by=by, now=NOW) == 5
    assert refusal(lambda: verbs.send_invitations(row, text="", by=by, now=NOW)) == "nobody"
    assert Message.objects.filter(kind="forums.negotiation_invited").count() == 5
    assert uninvited(row) == ["Lieksa", "Nurmes"]
    lieksa, nurmes = row.parties.filter(kind="municipality").order_by("name")
    verbs.record_invited(lieksa, how="talk", at=NOW, by=by, now=NOW)
    assert {light.kind: (light.tone, light.word) for light in lights(row)}["municipality"] == ("wait", "kutsuttu 1/2")
    assert refusal(lambda: verbs.record_invited(nurmes, how="talk", at=AFTER, by=by, now=NOW)) == "in_the_future"
    verbs.record_invited(nurmes, how="email", at=NOW, by=by, now=NOW)
    assert uninvited(row) == []
    assert [light.tone for light in lights(row)] == ["ok"] * 6
    assert refusal(lambda: verbs.remove_party(nurmes, by=by, now=NOW)) == "invited"


def test_it_is_held_only_with_invitations_presence_minutes_and_goals() -> None:
    row, by = begun()
    done = lambda: verbs.complete_record(row, by=by, now=AFTER)  # noqa: E731
    assert refusal(done) == "not_invited"
    invite_all(row, by)
    assert refusal(lambda: verbs.complete_record(row, by=by, now=NOW)) == "not_held_yet"
    assert refusal(done) == "no_presence"
    county = row.parties.get(kind="county")
    came = {county.pk: (True, "Kaisa")}
    assert refusal(lambda: verbs.record_presence(row, came=came, by=by, now=NOW)) == "not_held_yet"
    assert (
        refusal(lambda: verbs.record_presence(row, came={county.pk: (True, " ")}, by=by, now=AFTER)) == "party_refused"
    )
    verbs.record_presence(row, came=came, by=by, now=AFTER)
    assert refusal(done) == "no_minutes"
    verbs.write_minutes(row, minutes="", minutes_url="https://example.org/1", by=by, now=AFTER)
    assert refusal(done) == "no_goals"
    goal = verbs.add_goal(row, text="Yhteinen kalenteri", by=by, now=AFTER)
    assert verbs.add_goal(row, text="Yhteinen kalenteri", by=by, now=AFTER) == goal
    finished = done()
    assert (finished.state, finished.event.pk, Event.objects.get().state) == ("complete", row.event_id, "held")
    assert done().completed_at == finished.completed_at
    assert wheel(2026, AFTER).rows[0].light == ("ok", "pidetty")
    assert refusal(lambda: verbs.add_goal(row, text="Toinen", by=by, now=AFTER)) == "complete"
    assert verbs.reopen_record(row, by=by, now=AFTER).state == "open"
    assert wheel(2026, AFTER).rows[0].light[1] == "pidetty, kirjaus kesken"


def test_the_meeting_may_be_held_before_its_record_but_counts_only_with_it() -> None:
    row, by = begun()
    assert hold_event(row.event, by=by, now=AFTER).state == "held"
    line = wheel(2026, AFTER).rows[0]
    assert (line.held, line.light) == (0, ("wait", "pidetty, kirjaus kesken"))
    titles = [todo.title for todo in wheel_todos(by, AFTER)]
    assert f"Kirjaa neuvottelu: {row.event.name} 26.11.2026" in titles
    filled(row, by)
    verbs.complete_record(row, by=by, now=AFTER)
    line = wheel(2026, AFTER).rows[0]
    assert (line.held, line.light) == (1, ("ok", "pidetty"))
    assert f"Kirjaa neuvottelu: {row.event.name} 26.11.2026" not in [todo.title for todo in wheel_todos(by, AFTER)]


def test_the_desk_of_a_begun_negotiation_leads_to_what_its_record_lacks() -> None:
    now = clock.now()
    event = an_event(starts_at=now - timedelta(hours=1))
    page = signed_in(staff("coordinator")).get(reverse("forums:event_desk", args=[event.pk]))
    assert "Vuosikelloon se lasketaan, kun myös sen kirjaus on valmis." in page.text
    record = reverse("forums:negotiation", args=[event.pk])
    assert f'<a href="{record}">Katso, mitä kirjauksesta puuttuu</a>' in page.text
    other = EventFactory(starts_at=now - timedelta(hours=1))
    page = signed_in(staff("coordinator")).get(reverse("forums:event_desk", args=[other.pk]))
    assert "kirjauksesta puuttuu" not in page.text


def test_last_years_goals_are_followed_up_before_the_next_is_complete() -> None:
    row, by = begun()
    filled(row, by)
    verbs.complete_record(row, by=by, now=AFTER)
    year = timedelta(days=365)
    event = an_event(row.event.regional_group, series=row.event.series, starts_at=STARTS + year)
    following = verbs.begin_record(event, by=by, now=NOW + year)
    assert previous(following) == row
    filled_at = AFTER + year
    assert "not_followed" in [lack.code for lack in lacks(following, filled_at)]
    goal = row.goals.get()
    assert refusal(lambda: verbs.follow_goal(goal, outcome="reached", note="", by=by, now=filled_at)) == "goal_refused"
    verbs.follow_goal(goal, outcome="partly", note="Kalenteri on käytössä Lieksassa", by=by, now=filled_at)
    assert "not_followed" not in [lack.code for lack in lacks(following, filled_at)]


def test_the_complete_record_is_a_pdf_that_everybody_can_read() -> None:
    row, by = begun()
    filled(row, by)
    verbs.add_measure(row, text="Avaa kalenteri", owner="Lieksa", due_on=date(2027, 1, 31), by=by, now=AFTER)
    address = reverse("forums:negotiation_pdf", args=[row.event_id])
    page = reverse("forums:negotiation", args=[row.event_id])
    client = signed_in(by)
    assert client.get(address).status_code == 404
    assert "Lataa kirjaus (PDF)" not in client.get(page).text
    done = verbs.complete_record(row, by=by, now=AFTER)
    assert verbs.complete_record(row, by=by, now=AFTER).document == done.document  # stored once
    assert RenderedDocument.objects.filter(kind="forums.negotiation").count() == 1
    data = body_of(client.get(address))
    assert hashlib.sha256(data).hexdigest() == done.document.sha256  # type: ignore[union-attr]
    assert_accessible(data)
    text = pdf_text(data)
    for words in ("612/2021 6–7 §", "Pohjoinen", "Nurmes (kunta)", "Kaisa", "Yhteinen kalenteri", "Avaa kalenteri"):
        assert words in text
    assert "@" not in text  # nobody's address
    assert "Lataa kirjaus (PDF)" in client.get(page).text
    assert signed_in(UserFactory()).get(address).status_code == 404
    verbs.reopen_record(row, by=by, now=AFTER)
    assert "Aiempi kirjaus" in client.get(page).text  # what stood is read until the correction is complete
    verbs.write_minutes(row, minutes="Neuvoteltiin kalenterista.", minutes_url="", by=by, now=AFTER)
    again = verbs.complete_record(row, by=by, now=AFTER + timedelta(hours=1))
    assert again.document != done.document
    assert "Neuvoteltiin kalenterista." in pdf_text(body_of(client.get(address)))


def test_measures_have_an_owner_and_a_day() -> None:
    row, by = begun()
    add = lambda **facts: verbs.add_measure(  # noqa: E731
        row, **{"text": "Avaa kalenteri", "owner": "Lieksa", "due_on": date(2027, 1, 31), **facts}, by=by, now=AFTER
    )
    measure = add()
    assert add() == measure
    assert refusal(lambda: add(text="Toinen", due_on=date(2026, 1, 1))) == "measure_refused"
    assert refusal(lambda: add(text="Toinen", owner=" ")) == "measure_refused"
    assert refusal(lambda: verbs.finish_measure(measure, note=" ", by=by, now=AFTER)) == "measure_refused"
    assert verbs.finish_measure(measure, note="Avattu", by=by, now=AFTER).done_at == AFTER


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda row: row.parties.filter(kind="county").update(kind="village"), "forums_negotiationparty_known"),
        (lambda row: row.parties.filter(kind="municipality").update(municipality=None), "party_municipality"),
        (
            lambda row: row.parties.filter(kind="county").update(organisation=OrganisationFactory()),
            "party_organisation",
        ),
        (lambda row: row.parties.update(invited_at=NOW), "party_invited_whole"),
        (lambda row: row.parties.update(present=True), "party_present_named"),
        (lambda row: NegotiationGoal.objects.create(negotiation=row, text=""), "goal_has_text"),
        (
            lambda row: NegotiationGoal.objects.create(negotiation=row, text="A", outcome="reached"),
            "goal_followed_whole",
        ),
        (
            lambda row: NegotiationMeasure.objects.create(negotiation=row, text="A", owner="", due_on=date(2027, 1, 1)),
            "measure_has_words",
        ),
        (
            lambda row: NegotiationMeasure.objects.create(
                negotiation=row, text="A", owner="B", due_on=date(2027, 1, 1), done_at=NOW
            ),
            "measure_done_told",
        ),
        (lambda row: Negotiation.objects.update(completed_at=NOW), "negotiation_completed_who"),
        (lambda row: Negotiation.objects.update(state="lost"), "forums_negotiation_(state|complete)"),
        (
            lambda row: NegotiationParty.objects.create(
                negotiation=row, kind="municipality", name="Taas", municipality=row.parties.last().municipality
            ),
            "municipality_once",
        ),
    ],
)
def test_the_database_refuses_what_must_never_be(change: Any, name: str) -> None:
    row, _by = begun()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change(row)


def test_the_database_refuses_a_record_that_is_complete_without_its_parts() -> None:
    row, by = begun()
    whole = {"state": "complete", "completed_at": AFTER, "completed_by": by, "minutes": "Neuvoteltiin."}
    with pytest.raises(IntegrityError, match="complete_has_all"), transaction.atomic():
        Negotiation.objects.filter(pk=row.pk).update(**whole)
    filled(row, by)
    party = row.parties.get(name="Nurmes")
    NegotiationParty.objects.filter(pk=party.pk).update(invited_at=None, invited_by=None, invited_how="")
    with pytest.raises(IntegrityError, match="complete_has_all"), transaction.atomic():
        Negotiation.objects.filter(pk=row.pk).update(**whole)
    verbs.record_invited(party, how="talk", at=NOW, by=by, now=NOW)
    assert Negotiation.objects.filter(pk=row.pk).update(**whole) == 1


def test_the_coordinator_is_told_of_missing_invitations_and_records() -> None:
    row, by = begun()
    assert "Kutsu neuvottelun osapuolet" in "".join(todo.title for todo in wheel_todos(by, NOW))
    invite_all(row, by)
    assert "Kutsu neuvottelun osapuolet" not in "".join(todo.title for todo in wheel_todos(by, NOW))
    assert "Kirjaa neuvottelu" in "".join(todo.title for todo in wheel_todos(by, AFTER))
    assert list(wheel_todos(UserFactory(), NOW)) == []


def test_the_pages_lead_from_beginning_to_end() -> None:
    by = staff("coordinator")
    event = an_event(a_group("Lieksa"))
    client = signed_in(by)
    at = lambda name, *args: reverse(f"forums:negotiation{name}", args=[event.pk, *args])  # noqa: E731
    assert "Aloita kirjaus" in client.get(at("")).content.decode()
    client.post(at("_begin"))
    row = Negotiation.objects.get()
    text = client.get(at("")).content.decode()
    assert "Tästä puuttuu vielä" in text
    assert "Lieksa" in text
    client.post(at("_party_new"), {"kind": "parish", "name": "Lieksan seurakunta", "email": "srk@example.org"})
    party = row.parties.get(kind="parish")
    assert "Kirjaa kutsu" in client.get(at("_party_invited", party.pk)).content.decode()
    assert "1 osapuolelle" in client.get(at("_invite")).content.decode() or row.parties.exclude(email="").count() != 1
    client.post(at("_goal_new"), {"text": "Yhteinen kalenteri"})
    client.post(at("_measure_new"), {"text": "Avaa", "owner": "Lieksa", "due_on": "31.3.2027"})
    client.post(at("_minutes"), {"minutes": "Neuvoteltiin.", "minutes_url": ""})
    text = client.get(at("")).content.decode()
    assert "Yhteinen kalenteri" in text
    assert "31.3.2027" in text
    assert "Neuvoteltiin." in text
    reader = signed_in(staff("auditor"))
    assert reader.get(at("")).status_code == 200
    assert reader.post(at("_goal_new"), {"text": "Salaa"}).status_code == 404
    assert signed_in(UserFactory()).get(at("")).status_code == 404
    assert event.name in client.get(reverse("forums:negotiations")).content.decode()
