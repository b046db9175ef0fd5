"""The newsletter: double opt-in, what it gathers, sent once to each, unsubscribing, the archive."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.times import format_date, format_instant
from notifications.carrier import Carrier
from notifications.models import AddressOptOut, Message
from notifications.unsubscribe import hash_address
from portal import newsletters as verbs
from portal.models import Newsletter, Subscriber
from portal.newsletter_content import gather
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory
from tests.liaisons.factories_trainings import CourseFactory, TrainingFactory

pytestmark = pytest.mark.django_db
NOW = clock.now()


def reader(email: str, language: str = "fi") -> Subscriber:
    row: Subscriber = Subscriber.objects.create(email=email, language=language, asked_at=NOW)
    return verbs.confirm_subscription(row.token, by=None, now=NOW)


def an_event(**fields: Any) -> Any:
    start = NOW + timedelta(days=10)
    return EventFactory(starts_at=start, ends_at=start + timedelta(hours=1), **fields)


def a_letter(by: Any) -> Newsletter:
    letter = verbs.draft_newsletter(NOW.date(), by=by, now=NOW)
    return verbs.write_intro(letter, intro_fi="Hei kaikki!", intro_sv="Hej!", intro_en="", by=by, now=NOW)


def test_a_subscription_holds_only_after_the_link_is_confirmed(client: Client) -> None:
    client.post(reverse("portal:newsletters"), {"email": "Lukija@Example.org", "language": "sv"})
    row = Subscriber.objects.get()
    assert (row.email, row.state, row.language) == ("lukija@example.org", "asked", "sv")
    letter = Message.objects.get(kind="portal.newsletter_confirm")
    assert row.token in letter.text
    client.post(reverse("portal:newsletters"), {"email": "lukija@example.org", "language": "fi"})
    assert Message.objects.count() == 1  # an address cannot be flooded
    address = reverse("portal:newsletter_confirm", args=[row.token])
    client.get(address)
    assert Subscriber.objects.get().state == "asked"  # a look confirms nothing
    client.post(address)
    assert Subscriber.objects.get().state == "on"
    assert client.get(reverse("portal:newsletter_confirm", args=["arvaus"])).status_code == 404


def test_the_letter_gathers_only_what_is_public() -> None:
    an_event(name_fi="Julkinen foorumi", name_sv="Öppet forum")
    an_event(name_fi="Järjestöille", visibility="ngos")
    found = gather(NOW.date(), NOW)
    assert [row["text"] for section in found["fi"] for row in section["rows"]] == ["Julkinen foorumi"]
    assert [row["text"] for section in found["sv"] for row in section["rows"]] == ["Öppet forum"]


def test_trainings_that_take_sign_ups_stand_in_it_without_place_and_link() -> None:
    course = CourseFactory(name_fi="Perehdytys", name_sv="Introduktion")
    shown = TrainingFactory(course=course)
    TrainingFactory(state="planned")
    TrainingFactory(sign_up_until=NOW - timedelta(days=1))  # too late to sign up
    TrainingFactory(state="cancelled", ended_at=NOW)
    TrainingFactory(starts_at=NOW + timedelta(days=90))  # told in a later letter
    found = gather(NOW.date(), NOW)
    [section] = found["fi"]
    assert section["heading"] == "Koulutukset yhteyshenkilöille"
    [row] = section["rows"]
    assert (row["text"], row["url"]) == ("Perehdytys", shown.get_absolute_url())
    until = format_date(shown.sign_up_until)
    assert row["note"] == f"{format_instant(shown.starts_at)}, Joensuu ja etänä, ilmoittaudu viimeistään {until}"
    assert [row["text"] for row in found["sv"][0]["rows"]] == ["Introduktion"]
    assert "Kaisla" not in str(found)
    assert "kokous.example" not in str(found)


def test_it_is_sent_once_to_each_in_their_language_with_unsubscribing() -> None:
    by = staff("coordinator")
    an_event(name_fi="Julkinen foorumi", name_sv="Öppet forum")
    letter = a_letter(by)
    reader("fi@example.org")
    reader("sv@example.org", "sv")
    Subscriber.objects.create(email="ei@example.org", asked_at=NOW)
    verbs.send_newsletter(letter, by=by, now=NOW)
    assert verbs.write_to_subscribers(letter.pk, now=NOW) == 2
    assert verbs.write_to_subscribers(letter.pk, now=NOW) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.recipients) == ("sent", 2)
    texts = dict(Message.objects.filter(kind="portal.newsletter").values_list("to_address", "text"))
    assert "Julkinen foorumi" in texts["fi@example.org"]
    assert "Öppet forum" in texts["sv@example.org"]
    assert "Hej!" in texts["sv@example.org"]
    headers = (
        Carrier()._letter(Message.objects.get(kind="portal.newsletter", to_address="fi@example.org")).extra_headers
    )
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/viestit/peruuta/" in headers["List-Unsubscribe"]


def test_a_worker_that_died_goes_on_where_it_stopped() -> None:
    by = staff("coordinator")
    an_event()
    letter = a_letter(by)
    first, second = reader("a@example.org"), reader("b@example.org")
    verbs.send_newsletter(letter, by=by, now=NOW)
    letter.refresh_from_db()
    with transaction.atomic():
        verbs._write(letter, first, None, NOW)
    assert verbs.write_to_subscribers(letter.pk, now=NOW) == 1
    assert Message.objects.filter(kind="portal.newsletter").count() == 2
    assert Message.objects.filter(to_address=second.email).count() == 1


def test_leaving_by_either_link_ends_it_and_the_address_is_erased(client: Client) -> None:
    by = staff("coordinator")
    an_event()
    left, refused = reader("a@example.org"), reader("b@example.org")
    client.post(reverse("portal:newsletter_leave", args=[left.token]))
    AddressOptOut.objects.create(address_hash=hash_address(refused.email), kind=verbs.KIND, at=NOW)
    letter = a_letter(by)
    verbs.send_newsletter(letter, by=by, now=NOW)
    assert verbs.write_to_subscribers(letter.pk, now=NOW) == 0
    assert set(Subscriber.objects.values_list("state", flat=True)) == {"off"}
    assert verbs.newsletter_retention(NOW + timedelta(days=29)) == {"portal.Subscriber": 0}
    assert verbs.newsletter_retention(clock.now() + timedelta(days=31)) == {"portal.Subscriber": 2}


def test_who_comes_back_gets_it_again() -> None:
    row = reader("a@example.org")
    verbs.leave(row.token, by=None, now=NOW)
    AddressOptOut.objects.create(address_hash=hash_address(row.email), kind=verbs.KIND, at=NOW)
    verbs.subscribe("A@example.org", language="en", now=NOW + timedelta(days=1))
    row.refresh_from_db()
    assert row.state == "asked"
    assert verbs.confirm_subscription(row.token, by=None, now=NOW).state == "on"
    assert not AddressOptOut.objects.exists()


def test_what_cannot_be_sent_is_refused() -> None:
    by = staff("coordinator")
    letter = verbs.draft_newsletter(date(2026, 11, 30), by=by, now=NOW)
    assert letter.month == date(2026, 11, 1)
    for act in (
        lambda: verbs.send_newsletter(letter, by=by, now=NOW),
        lambda: verbs.draft_newsletter(date(2026, 12, 1), by=UserFactory(), now=NOW),
        lambda: verbs.subscribe("ei osoite", language="fi", now=NOW),
    ):
        with pytest.raises(Refused):
            act()
    verbs.write_intro(letter, intro_fi="Hei", intro_sv="", intro_en="", by=by, now=NOW)
    with pytest.raises(Refused) as refused:
        verbs.send_newsletter(letter, by=by, now=NOW)
    assert refused.value.code == "nothing"
    for change in ({"state": "sending"}, {"state": "lost"}, {"sent_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Newsletter.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.create(email="x@example.org", asked_at=NOW, state="on")


def test_the_desk_shows_the_letter_before_it_is_sent_and_the_archive_after(client: Client) -> None:
    officer = signed_in(staff("coordinator"))
    event = an_event(name_fi="Julkinen foorumi")
    answer = officer.post(reverse("portal:newsletter_desk"))
    letter = Newsletter.objects.get()
    assert answer.url == reverse("portal:newsletter_edit", args=[letter.pk])
    assert event.name in officer.get(answer.url).content.decode()
    officer.post(answer.url, {"intro_fi": "Hei kaikki!"})
    assert client.get(letter.get_absolute_url()).status_code == 404
    officer.post(reverse("portal:newsletter_send", args=[letter.pk]))
    text = client.get(letter.get_absolute_url()).content.decode()
    assert "Hei kaikki!" in text
    assert event.name in text
    assert letter.get_absolute_url() in client.get(reverse("portal:newsletters")).content.decode()
    assert signed_in(UserFactory()).get(reverse("portal:newsletter_desk")).status_code == 404
