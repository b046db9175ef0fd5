"""Municipalities' NGO evenings and the page of their liaison person."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock, seams
from common.times import HELSINKI, local_date
from county.models import Municipality
from liaisons.models import NgoEvening
from liaisons.workflow.evenings import cancel_evening, save_evening
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import AppointmentFactory, PostFactory
from tests.liaisons.test_requests import code_of, held

pytestmark = pytest.mark.django_db
LONG_AGO = date(2023, 1, 1)


@pytest.fixture
def lieksa() -> Municipality:
    return Municipality.objects.get_or_create(code="422", defaults={"name_fi": "Lieksa", "is_own": True})[0]


def liaison_of(municipality: Municipality) -> Any:
    post = PostFactory(level="municipal", unit=None, municipality=municipality, valid_from=LONG_AGO)
    return AppointmentFactory(post=post, user=UserFactory(), valid_from=LONG_AGO, accepted_on=LONG_AGO).user


def fields(**changes: Any) -> dict[str, Any]:
    starts = (clock.now() + timedelta(days=10)).replace(second=0, microsecond=0)
    return {
        "title": "Lieksan järjestöilta",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "place": "Kulttuurikeskus",
        "text": "Kahvit klo 17.",
        **changes,
    }


def test_an_evening_is_announced_changed_and_cancelled(lieksa: Municipality) -> None:
    liaison, now = liaison_of(lieksa), clock.now()
    made = save_evening(None, municipality=lieksa, **fields(), by=liaison, now=now)
    assert save_evening(None, municipality=lieksa, **fields(), by=liaison, now=now) == made
    day = local_date(made.starts_at)
    assert [row.title for row in dict(seams.calendar.items())["liaisons.evenings"](day, day)] == [made.title]
    save_evening(made, municipality=lieksa, **fields(place="Kirjasto"), by=staff("coordinator"), now=now)
    for _twice in range(2):
        cancel_evening(made, by=liaison, now=now)
    made.refresh_from_db()
    assert (made.place, made.cancelled_at) == ("Kirjasto", now)
    assert not NgoEvening.objects.coming(now)
    assert not list(dict(seams.calendar.items())["liaisons.evenings"](day, day))
    assert code_of(lambda: save_evening(made, municipality=lieksa, **fields(), by=liaison, now=now)) == "ended"


def test_what_is_refused(lieksa: Municipality) -> None:
    liaison, now = liaison_of(lieksa), clock.now()
    known: dict[str, Any] = {"municipality": lieksa, "by": liaison, "now": now}
    past = now - timedelta(days=1)
    assert code_of(lambda: save_evening(None, **fields(starts_at=past), **known)) == "past"
    assert code_of(lambda: save_evening(None, **fields(ends_at=past), **known)) == "ends_before_start"
    with pytest.raises(Http404):
        save_evening(None, **fields(), **{**known, "by": UserFactory()})
    made = save_evening(None, **fields(), **known)
    later = made.ends_at + timedelta(days=1)
    assert code_of(lambda: cancel_evening(made, by=liaison, now=later)) == "ended"
    with pytest.raises(Http404):
        cancel_evening(made, by=UserFactory(), now=now)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"ends_at": datetime(2001, 1, 1, tzinfo=HELSINKI)}, "liaisons_evening_ends_after_start"),
        ({"place": ""}, "liaisons_evening_has_words"),
    ],
)
def test_the_database_defends_it(lieksa: Municipality, changes: dict[str, Any], constraint: str) -> None:
    made = save_evening(None, municipality=lieksa, **fields(), by=liaison_of(lieksa), now=clock.now())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        NgoEvening.objects.filter(pk=made.pk).update(**changes)


def test_the_liaison_persons_page_and_what_everybody_sees(lieksa: Municipality) -> None:
    held(name_fi="maakunnallinen järjestöyhdyshenkilö")
    client = signed_in(liaison_of(lieksa))
    own = client.get(reverse("liaisons:own_municipality", args=["422"])).content.decode()
    assert "Maakunnallinen järjestöyhdyshenkilö" in own
    assert "Ei tulevia järjestöiltoja" in own
    assert "Ei tulevia järjestöiltoja" in client.get(reverse("liaisons:evenings")).content.decode()
    starts = clock.now() + timedelta(days=10)
    day = f"{starts:%-d.%-m.%Y}"
    sent = {"title": "Ilta", "starts_at": f"{day} klo 17.00", "ends_at": f"{day} klo 19.00", "place": "Kirjasto"}
    address = reverse("liaisons:evening_new", args=["422"])
    wrong = client.post(address, {**sent, "ends_at": f"{day} klo 16.00"}).content.decode()
    assert "päättyy ennen kuin se alkaa" in wrong
    client.post(address, sent)
    made = NgoEvening.objects.get()
    public = signed_in(UserFactory()).get(made.get_absolute_url()).content.decode()
    assert "Kirjasto" in public
    assert "Peru järjestöilta" not in public
    assert "Ilta" in client.get(reverse("liaisons:evenings")).content.decode()
    client.post(reverse("liaisons:evening_edit", args=[made.pk]), {**sent, "place": "Torppa"})
    client.post(reverse("liaisons:evening_cancel", args=[made.pk]))
    gone = client.get(made.get_absolute_url()).content.decode()
    assert "Torppa" in gone
    assert "Peruttu" in gone


def test_the_list_has_a_fixed_number_of_queries(lieksa: Municipality) -> None:
    liaison = liaison_of(lieksa)

    def count() -> int:
        client = signed_in(liaison)
        client.get(reverse("liaisons:evenings"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("liaisons:evenings")).status_code == 200
        return len(queries)

    save_evening(None, municipality=lieksa, **fields(), by=liaison, now=clock.now())
    one = count()
    for number in range(2):
        save_evening(None, municipality=lieksa, **fields(title=f"Ilta {number}"), by=liaison, now=clock.now())
    assert count() == one <= 12
