"""Contacts kept: one line, its next step, to a colleague, to its result; who reads them and how long they stay."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.personal_data import export_for
from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from county.models import Municipality
from liaisons.kept_contact_seams import (
    kept_contact_data,
    kept_contact_reminders,
    kept_contact_retention,
    kept_contact_todos,
)
from liaisons.models import Appointment, KeptContact, KeptContactStep
from liaisons.policies import may_keep_contacts, may_list_contacts
from liaisons.workflow.kept_contacts import close_contact, correct_contact, hand_on_contact
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import SubstituteFactory
from tests.liaisons.factories_networks import LONG_AGO, kept, liaison
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db


def step(days: int = 7, **fields: Any) -> dict[str, Any]:
    """Return the fields of a next step."""
    return {"next_step": "Lähetä aikataulu", "due_on": local_date(clock.now()) + timedelta(days=days), **fields}


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def mended(row: KeptContact, **fields: Any) -> dict[str, Any]:
    """Return what a correction is given: the row as it stands, and the changes."""
    names = ("kind", "on", "about", "met", "next_step", "due_on", "doer")
    return {**{name: getattr(row, name) for name in names}, "now": clock.now(), "by": row.written_by, **fields}


# Verbs


def test_one_line_is_a_contact_and_the_timeline_tells_the_county_without_its_words() -> None:
    writer = staff("coordinator")
    row = kept(writer, about="  Kyydit  ", met="Puheenjohtaja Aino")
    assert kept(writer, row.organisation, about="Kyydit", met="Puheenjohtaja Aino") == row, "a double press is one"
    assert (row.state, row.about, row.doer, row.due_on) == ("noted", "Kyydit", None, None)
    entry = row.organisation.timeline.get()
    assert entry.text.startswith("Yhteydenpito: puhelu ")
    assert (entry.visibility, entry.link) == ("county", row.get_absolute_url())
    assert "Kyydit" not in entry.text
    assert not Message.objects.exists()


def test_a_next_step_goes_to_the_writer_or_to_a_colleague_who_is_told_by_mail() -> None:
    writer, colleague = staff("coordinator"), liaison()
    assert kept(writer, **step()).doer == writer
    assert not Message.objects.exists()
    row = kept(writer, **step(doer=colleague))
    assert (row.state, row.doer) == ("open", colleague)
    mail = Message.objects.get(kind="liaisons.kept_contact_given")
    assert mail.to_user == colleague
    assert mail.subject == "Sinulle siirrettiin asia: Lähetä aikataulu"
    assert row.get_absolute_url() in mail.text
    assert [todo.url for todo in kept_contact_todos(colleague, clock.now())] == [row.get_absolute_url()]
    assert not next(kept_contact_todos(colleague, clock.now())).quiet
    kept(writer, **step(days=30, doer=liaison(colleague)))
    assert [todo.quiet for todo in kept_contact_todos(colleague, clock.now())] == [False, True]


def test_it_is_handed_on_and_closed_by_its_result_once() -> None:
    writer, colleague = staff("coordinator"), liaison()
    row = kept(writer, **step())
    later = local_date(clock.now()) + timedelta(days=20)
    for _twice in range(2):
        hand_on_contact(row, doer=colleague, due_on=later, words="Osaat tämän.", by=writer, now=clock.now())
    row.refresh_from_db()
    assert (row.doer, row.due_on) == (colleague, later)
    assert "Osaat tämän." in Message.objects.get(kind="liaisons.kept_contact_given").text
    assert row.steps.count() == 1
    assert code_of(lambda: close_contact(row, result="  ", by=colleague, now=clock.now())) == "no_result"
    for _twice in range(2):
        close_contact(row, result="Aikataulu lähetetty.", by=colleague, now=clock.now())
    row.refresh_from_db()
    assert (row.state, row.result) == ("done", "Aikataulu lähetetty.")
    assert row.steps.count() == 2
    assert code_of(lambda: close_contact(row, result="Muu", by=colleague, now=clock.now())) == "wrong_state"
    assert code_of(lambda: hand_on_contact(row, doer=writer, by=colleague, now=clock.now())) == "wrong_state"


def test_only_the_writer_corrects() -> None:
    writer, colleague = liaison(), staff("coordinator")
    row = kept(writer)
    with pytest.raises(Http404):
        correct_contact(row, **mended(row, about="Muu", by=colleague))
    for _twice in range(2):
        correct_contact(row, **mended(row, about="Kyytien aikataulu", **step()))
    row.refresh_from_db()
    assert (row.state, row.about, row.doer) == ("open", "Kyytien aikataulu", writer)
    assert row.steps.count() == 1
    correct_contact(row, **mended(row, next_step="", due_on=None))
    row.refresh_from_db()
    assert (row.state, row.doer, row.due_on) == ("noted", None, None)
    correct_contact(row, **mended(row, **step()))
    close_contact(row, result="Valmis.", by=writer, now=clock.now())
    row.refresh_from_db()
    assert code_of(lambda: correct_contact(row, **mended(row, next_step="", result="x"))) == "no_step"
    assert code_of(lambda: correct_contact(row, **mended(row))) == "no_result"
    correct_contact(row, **mended(row, result="Valmis jo."))
    row.refresh_from_db()
    assert (row.state, row.result) == ("done", "Valmis jo.")


def test_words_do_not_stay_in_the_history() -> None:
    row = kept(staff("coordinator"), met="Aino Asiakas", about="Vahingossa liikaa")
    columns = {field.name for field in KeptContact.pgh_event_model._meta.get_fields()}  # type: ignore[attr-defined]
    assert KeptContact.pgh_event_model.objects.filter(id=row.pk).count() == 1  # type: ignore[attr-defined]
    assert columns.isdisjoint({"met", "about", "next_step", "result"})


def test_what_is_refused() -> None:
    writer, stranger = staff("coordinator"), UserFactory()
    tomorrow = local_date(clock.now()) + timedelta(days=1)
    assert code_of(lambda: kept(stranger)) == "not_allowed"
    assert code_of(lambda: kept(staff("registrar"))) == "not_allowed"
    assert code_of(lambda: kept(writer, on=tomorrow)) == "future"
    assert code_of(lambda: kept(writer, about=" ")) == "no_words"
    assert code_of(lambda: kept(writer, next_step="Soita")) == "no_day"
    assert code_of(lambda: kept(writer, **step(doer=stranger))) == "not_colleague"
    row = kept(writer, **step())
    assert code_of(lambda: hand_on_contact(row, doer=stranger, by=writer, now=clock.now())) == "not_colleague"


# Rights


def test_who_reads_and_who_works() -> None:
    town = Municipality.objects.create(code="167", area_key="167", name_fi="Joensuu", is_own=True)
    writer, colleague, municipal = (
        staff("coordinator"),
        liaison(),
        liaison(level="municipal", municipality=town),
    )
    row, handed = kept(writer), kept(writer, **step(doer=municipal))
    now = clock.now()
    for person, reads, works, lists, writes in (
        (writer, {row, handed}, {row, handed}, True, True),
        (colleague, {row, handed}, set(), True, True),
        (municipal, {handed}, {handed}, True, True),
        (staff("registrar"), {row, handed}, set(), True, False),
        (staff("auditor"), {row, handed}, set(), True, False),
        (staff("payments_clerk"), set(), set(), False, False),
        (member(row.organisation), set(), set(), False, False),
        (UserFactory(), set(), set(), False, False),
    ):
        assert set(allowed("liaisons.kept_contact.view", person, now=now)) == reads
        assert set(allowed("liaisons.kept_contact.work", person, now=now)) == works
        assert may_list_contacts(person, now) is lists
        assert may_keep_contacts(person, now) is writes
        page = signed_in(person).get(row.get_absolute_url())
        assert page.status_code == (200 if row in reads else 404)
    substitute = UserFactory()
    SubstituteFactory(appointment=Appointment.objects.get(user=colleague), user=substitute, valid_from=LONG_AGO)
    assert may_keep_contacts(substitute, now)


def test_who_has_left_the_post_reads_no_more_and_the_coordinator_sees_what_was_left() -> None:
    coordinator, leaver = staff("coordinator"), liaison()
    row = kept(leaver, **step(days=-3))
    now = clock.now()
    assert [reminder.to for reminder in kept_contact_reminders(now)] == [leaver]
    assert not list(kept_contact_todos(coordinator, now))
    Appointment.objects.filter(user=leaver).update(valid_until=local_date(now) - timedelta(days=1))
    assert not allowed("liaisons.kept_contact.view", leaver, now=now).exists()
    assert [reminder.to for reminder in kept_contact_reminders(now)] == [coordinator]
    todo = list(kept_contact_todos(coordinator, now))
    assert [one.title for one in todo] == ["Siirrä toiselle yksi asia, jonka tekijä ei ole enää tehtävässään"]
    assert row.about in signed_in(coordinator).get(todo[0].url).content.decode()


# Constraints


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "letter"}, "liaisons_contact_values_known"),
        ({"state": "gone"}, "liaisons_contact_values_known"),
        ({"about": ""}, "liaisons_contact_says_something"),
        ({"due_on": None}, "liaisons_contact_step_has_day_and_doer"),
        ({"doer": None}, "liaisons_contact_step_has_day_and_doer"),
        ({"state": "noted"}, "liaisons_contact_open_has_step"),
        ({"state": "done"}, "liaisons_contact_done_has_result"),
        ({"state": "done", "result": "Valmis"}, "liaisons_contact_done_has_result"),
        ({"result": "Valmis"}, "liaisons_contact_done_has_result"),
    ],
)
def test_the_database_defends_it(fields: dict[str, Any], constraint: str) -> None:
    row = kept(staff("coordinator"), **step())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        KeptContact.objects.filter(pk=row.pk).update(**fields)


# Reminder, retention, own data


def test_the_day_has_passed_once() -> None:
    doer = staff("coordinator")
    row = kept(doer, **step(days=2))
    now = clock.now()
    assert not list(kept_contact_reminders(now + timedelta(days=2)))
    late = list(kept_contact_reminders(now + timedelta(days=3)))
    assert [reminder.to for reminder in late] == [doer]
    assert [one.dedup_key for one in kept_contact_reminders(now + timedelta(days=9))] == [late[0].dedup_key]
    close_contact(row, result="Tehty.", by=doer, now=now)
    assert not list(kept_contact_reminders(now + timedelta(days=3)))


def test_five_years_and_no_longer() -> None:
    writer = staff("coordinator")
    old, done = kept(writer), kept(writer, **step())
    waiting = kept(writer, about="Odottaa", **step())
    close_contact(done, result="Tehty.", by=writer, now=clock.now() + timedelta(days=10))
    at = clock.now() + timedelta(days=5 * 365 + 3)
    assert kept_contact_retention(at) == {"liaisons.KeptContact": 1}
    assert set(KeptContact.objects.all()) == {done, waiting}
    assert old.organisation.timeline.get().link == ""
    assert kept_contact_retention(at + timedelta(days=10)) == {"liaisons.KeptContact": 1}
    assert set(KeptContact.objects.all()) == {waiting}
    assert not KeptContactStep.objects.exists()


def test_a_person_downloads_what_they_wrote_and_were_given() -> None:
    writer, doer = staff("coordinator"), liaison()
    kept(writer, **step(doer=doer))
    assert [row["about"] for row in kept_contact_data(writer)["written"]] == ["Kyytien järjestäminen"]
    told = export_for(doer, clock.now())["liaisons.kept_contacts"]
    assert [row["next_step"] for row in told["to_do"]] == ["Lähetä aikataulu"]


# Pages


def test_from_the_countys_page_to_the_result() -> None:
    coordinator, colleague = staff("coordinator"), liaison(UserFactory(full_name="Kalle Kollega"))
    organisation = OrganisationFactory(name="Omaistuki ry")
    client = signed_in(coordinator)
    county_page = reverse("organisations:county_page", args=[organisation.pk])
    new = f"{reverse('liaisons:kept_contact_new')}?jarjesto={organisation.pk}"
    assert new in client.get(county_page).content.decode()
    today = clock.now().strftime("%d.%m.%Y")
    assert "Omaistuki ry" in client.get(new).content.decode()
    wrong = client.post(new, {"kind": "visit", "on": today, "about": "Ryhmätila", "next_step": "Kysy avaimia"})
    assert wrong.status_code == 422
    assert "mihin mennessä" in wrong.content.decode()
    due = (clock.now() + timedelta(days=5)).strftime("%d.%m.%Y")
    sent = {"kind": "visit", "on": today, "about": "Ryhmätila", "next_step": "Kysy avaimia", "due_on": due}
    page = client.post(new, {**sent, "doer": colleague.pk}, follow=True)
    assert page.redirect_chain[-1][0] == county_page
    assert "Kysy avaimia" in page.content.decode()
    row = KeptContact.objects.get()
    assert "Kysy avaimia" in signed_in(colleague).get(reverse("portal:next")).content.decode()
    working = signed_in(colleague)
    assert working.post(row.get_absolute_url(), {"act": "close", "result": ""}).status_code == 422
    done = working.post(row.get_absolute_url(), {"act": "close", "result": "Avaimet saatu."}, follow=True)
    assert "Avaimet saatu." in done.content.decode()
    assert working.post(row.get_absolute_url(), {"act": "burn"}).status_code == 404
    edit = reverse("liaisons:kept_contact_edit", args=[row.pk])
    assert working.get(edit).status_code == 404
    assert "Korjaa yhteydenpitoa" in client.get(edit).content.decode()
    again = {**sent, "about": "Ryhmätilan avaimet", "doer": colleague.pk, "result": "Avaimet saatu."}
    assert "Kirjaus on korjattu." in client.post(edit, again, follow=True).content.decode()


def test_a_liaison_finds_the_organisation_first() -> None:
    person, organisation = liaison(), OrganisationFactory(name="Kyytirinki ry")
    client = signed_in(person)
    new = reverse("liaisons:kept_contact_new")
    assert "Hae ensin järjestö" in client.get(new).content.decode()
    assert f"?jarjesto={organisation.pk}" in client.get(new, {"q": "kyytirinki"}).content.decode()
    assert "Järjestöä ei löytynyt" in client.get(new, {"q": "olematon"}).content.decode()
    today = clock.now().strftime("%d.%m.%Y")
    sent = {"kind": "call", "on": today, "about": "Kyydit"}
    page = client.post(f"{new}?jarjesto={organisation.pk}", sent, follow=True)
    assert page.redirect_chain[-1][0] == KeptContact.objects.get().get_absolute_url()
    assert client.get(reverse("organisations:county_page", args=[organisation.pk])).status_code == 404


def test_the_list_is_narrowed() -> None:
    coordinator, colleague = staff("coordinator"), liaison()
    kept(coordinator, OrganisationFactory(name="Alfa ry"), about="Myöhässä oleva", **step(days=-1))
    kept(colleague, OrganisationFactory(name="Beeta ry"), about="Toisen asia", **step())
    kept(coordinator, OrganisationFactory(name="Gamma ry"), about="Pelkkä kirjaus")
    client, address = signed_in(coordinator), reverse("liaisons:kept_contacts")

    def shown(**query: str) -> list[str]:
        page = client.get(address, query).content.decode()
        return [about for about in ("Myöhässä oleva", "Toisen asia", "Pelkkä kirjaus") if about in page]

    assert shown() == ["Myöhässä oleva", "Toisen asia"]
    assert shown(kenen="omat") == ["Myöhässä oleva"]
    assert shown(tila="myohassa") == ["Myöhässä oleva"]
    assert shown(tila="kaikki") == ["Myöhässä oleva", "Toisen asia", "Pelkkä kirjaus"]
    assert shown(tila="kaikki", q="gamma") == ["Pelkkä kirjaus"]
    assert shown(tila="hoidetut") == []
    assert "Tällä rajauksella ei ole" in client.get(address, {"q": "olematon"}).content.decode()


@pytest.mark.parametrize(("address", "most"), [("list", 12), ("new", 12), ("one", 13)])
def test_pages_have_a_fixed_number_of_queries(address: str, most: int) -> None:
    coordinator, organisation = staff("coordinator"), OrganisationFactory()
    row = kept(coordinator, organisation, **step())

    def count() -> int:
        client = signed_in(coordinator)
        url = {
            "list": reverse("liaisons:kept_contacts"),
            "new": f"{reverse('liaisons:kept_contact_new')}?jarjesto={organisation.pk}",
            "one": row.get_absolute_url(),
        }[address]
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    one = count()
    for number in range(2):
        person = liaison()
        kept(person, organisation, about=f"Asia {number}", **step())
        hand_on_contact(row, doer=person, by=coordinator, now=clock.now())
    assert count() == one <= most
