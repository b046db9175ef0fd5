"""The coordinator's work with events in the browser's terms: form, clashes, room, lists, runs, series, what waits."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock, seams
from common.times import add_days, format_date, local_date
from forums.event_seams import event_hits, event_retention, event_todos, events_of_year, own_event_data
from forums.happenings import Wish, fetched, happenings, next_ones
from forums.models import Event, EventRun, EventSeries
from liaisons.models import NgoEvening
from organisations.merging import relations
from premises.models import Booking
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory, EventSeriesFactory
from tests.liaisons.factories import UnitFactory
from tests.organisations.factories import OrganisationFactory
from tests.premises.factories import RoomFactory, SiteFactory, municipality

pytestmark = pytest.mark.django_db


def day(days: int = 20) -> date:
    """Return a day from today."""
    return add_days(local_date(clock.now()), days)


def sent(**values: Any) -> dict[str, Any]:
    """Return a form of a remote event."""
    return {
        "name_fi": "Etäkahvit",
        "paiva": format_date(day()),
        "klo": "9",
        "loppuu": "10",
        "form": "remote",
        "visibility": "public",
        "takes_sign_ups": "on",
        # A day of today's count may be a holiday: what the test is about is not that.
        "despite": "on",
        **values,
    }


@pytest.fixture
def client() -> Client:
    """The coordinator's browser."""
    return signed_in(staff("coordinator"))


def test_an_event_is_planned_published_and_seen(client: Client) -> None:
    answer = client.post(reverse("forums:event_new"), sent(meeting_url="https://meet.example/x"), follow=True)
    event = Event.objects.get()
    assert "Muut eivät näe tätä vielä" in answer.content.decode()
    assert Client().get(event.get_absolute_url()).status_code == 404
    client.post(reverse("forums:event_publish", args=[event.pk]))
    assert Client().get(event.get_absolute_url()).status_code == 200


def test_what_a_series_says_fills_the_form(client: Client) -> None:
    EventSeriesFactory(key="foorumi", name_fi="Järjestöfoorumi", forms=["hybrid"], open_to="ngos")
    page = client.get(reverse("forums:event_new"), {"sarja": "foorumi"}).content.decode()
    assert 'value="Järjestöfoorumi"' in page
    assert '<option value="hybrid" selected>' in page
    assert '<option value="ngos" selected>' in page


def test_clashes_are_shown_before_anything_is_saved(client: Client) -> None:
    client.post(reverse("forums:event_new"), sent(name_fi="Järjestöfoorumi"))
    answer = client.post(reverse("forums:event_new"), sent(despite=""))
    page = answer.content.decode()
    assert "Samaan aikaan: Järjestöfoorumi" in page
    assert 'value="Etäkahvit"' in page
    assert Event.objects.count() == 1
    client.post(reverse("forums:event_new"), sent())
    assert Event.objects.count() == 2


def test_a_taken_room_brings_the_form_back_with_others_and_nothing_lost(client: Client) -> None:
    room = RoomFactory(site=SiteFactory(closed_on_holidays=False))
    other = RoomFactory(site=room.site, name_fi="Vapaa huone")
    unit = UnitFactory()
    form = sent(form="on_site", room=room.pk, unit=unit.pk, description_fi="Pitkä kuvaus")
    client.post(reverse("forums:event_new"), sent(form="on_site", room=room.pk, unit=unit.pk, name_fi="Ensimmäinen"))
    assert Booking.objects.get().state == "confirmed"
    answer = client.post(reverse("forums:event_new"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Joku ehti ensin" in page
    assert other.name in page
    assert "Pitkä kuvaus" in page
    assert Event.objects.count() == 1


def test_an_edit_moves_the_booking_and_a_cancelling_frees_it(client: Client) -> None:
    room, unit = RoomFactory(site=SiteFactory(closed_on_holidays=False)), UnitFactory()
    client.post(reverse("forums:event_new"), sent(form="on_site", room=room.pk, unit=unit.pk))
    event = Event.objects.get()
    page = client.get(reverse("forums:event_edit", args=[event.pk])).content.decode()
    assert f'<option value="{room.pk}" selected>' in page
    moved = sent(form="on_site", room=room.pk, unit=unit.pk, klo="13", loppuu="15")
    client.post(reverse("forums:event_edit", args=[event.pk]), moved)
    booking = Booking.objects.get()
    event.refresh_from_db()
    assert booking.starts_at == event.starts_at
    client.post(reverse("forums:event_cancel", args=[event.pk]), {"reason": "Puhuja sairastui"})
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert "Puhuja sairastui" in client.get(event.get_absolute_url()).content.decode()


def test_the_form_tells_what_is_missing(client: Client) -> None:
    for facts, words in (
        ({"loppuu": "8"}, "loppuu ennen kuin se alkaa"),
        ({"visibility": "members"}, "kenen jäsenille"),
        ({"name_fi": ""}, "name_fi"),
    ):
        answer = client.post(reverse("forums:event_new"), sent(**facts))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Event.objects.exists()


def test_lines_are_written_and_empty_ones_left_out(client: Client) -> None:
    event = EventFactory(starts_at=clock.now() + timedelta(days=5))
    organisation, person = OrganisationFactory(), UserFactory()
    total = {"rivi-TOTAL_FORMS": "3", "rivi-INITIAL_FORMS": "0"}
    agenda = {**total, "rivi-0-starts_at": "9", "rivi-0-title": "Avaus", "rivi-2-title": "Keskustelu"}
    client.post(reverse("forums:event_agenda", args=[event.pk]), agenda)
    assert [slot.title for slot in event.agenda.all()] == ["Avaus", "Keskustelu"]
    hosts = {**total, "rivi-0-user": person.email, "rivi-1-organisation": organisation.name, "rivi-2-label": "JANE"}
    client.post(reverse("forums:event_hosts", args=[event.pk]), hosts)
    page = Client().get(event.get_absolute_url()).content.decode()
    assert all(name in page for name in (person.full_name, organisation.name, "JANE", "Keskustelu"))
    wrong = client.post(reverse("forums:event_hosts", args=[event.pk]), {**total, "rivi-0-user": "kuka@example.org"})
    assert wrong.status_code == 422
    services = {**total, "rivi-0-kind": "sign", "rivi-0-confirmed": "on"}
    client.post(reverse("forums:event_services", args=[event.pk]), services)
    assert "Viittomakielen tulkki" in Client().get(event.get_absolute_url()).content.decode()


def test_a_run_is_previewed_and_made(client: Client) -> None:
    event = EventFactory(state="planned", starts_at=clock.now() + timedelta(days=10))
    page = reverse("forums:event_repeat", args=[event.pk])
    form = {"kuinka": "w1", "kuun": "0", "asti": format_date(day(32)), "pyhat": "keep", "yksi": "on"}
    shown = client.post(page, form)
    assert shown.content.decode().count('name="paivat"') == 3
    assert not EventRun.objects.exists()
    first = local_date(event.starts_at)
    chosen = [(first + timedelta(days=7 * number)).isoformat() for number in (1, 3)]
    done = client.post(page, {**form, "vaihe": "tee", "paivat": chosen}, follow=True)
    run = EventRun.objects.get()
    assert run.one_sign_up
    assert run.forum_events.count() == 3
    assert "Julkaise kaikki" in done.content.decode()
    client.post(reverse("forums:run_publish", args=[run.pk]))
    assert set(run.forum_events.values_list("state", flat=True)) == {"published"}
    client.post(reverse("forums:run_edit", args=[run.pk]), {})
    run.refresh_from_db()
    assert not run.one_sign_up
    assert client.post(page, form).status_code == 302


def test_none_of_the_days_chosen_brings_the_preview_back(client: Client) -> None:
    event = EventFactory(state="planned", starts_at=clock.now() + timedelta(days=10))
    form = {"kuinka": "w1", "kuun": "0", "asti": format_date(day(32)), "pyhat": "keep", "vaihe": "tee"}
    answer = client.post(reverse("forums:event_repeat", args=[event.pk]), {**form, "paivat": ["roskaa"]})
    assert answer.status_code == 422
    assert "vähintään yksi päivä" in answer.content.decode()


def test_a_copy_goes_on_to_be_checked(client: Client) -> None:
    event = EventFactory(description_fi="Jutellaan", starts_at=clock.now() + timedelta(days=3))
    page = reverse("forums:event_copy", args=[event.pk])
    answer = client.post(page, {"paiva": format_date(day(30)), "klo": "9", "loppuu": "10", "parts": ["texts"]})
    copy = Event.objects.exclude(pk=event.pk).get()
    assert answer.url == reverse("forums:event_edit", args=[copy.pk])  # type: ignore[attr-defined]
    assert copy.description_fi == "Jutellaan"


def test_a_series_is_added_and_one_of_the_area_keeps_its_edits(client: Client) -> None:
    facts = {"name_fi": "Verkostopäivä", "open_to": "everyone", "per": "county", "a_year_min": "1", "a_year_max": "2"}
    client.post(reverse("forums:series_new"), facts)
    client.post(reverse("forums:series_new"), facts)
    assert list(EventSeries.objects.order_by("pk").values_list("key", flat=True)) == [
        "verkostopaiva",
        "verkostopaiva-2",
    ]
    row = EventSeriesFactory(area_key="foorumi", area_values={"a_year_min": None}, name_fi="Foorumi")
    client.post(reverse("forums:series_edit", args=[row.pk]), {**facts, "name_fi": "Foorumi"})
    row.refresh_from_db()
    assert row.area_edits(["a_year_min"]) == {"a_year_min": (None, 1)}
    wrong = client.post(reverse("forums:series_edit", args=[row.pk]), {**facts, "a_year_max": "0"})
    assert "Enimmäismäärä" in wrong.content.decode()
    assert "1–2 kertaa vuodessa" in client.get(reverse("forums:series_list")).content.decode()


def test_evenings_stand_in_the_same_calendar_and_filters_narrow_it() -> None:
    now = clock.now()
    town = municipality()
    start = now + timedelta(days=9)
    evening = NgoEvening.objects.create(
        municipality=town,
        title="Joensuun järjestöilta",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        place="Sali",
    )
    series = EventSeriesFactory(key="kahvit")
    event = EventFactory(starts_at=start, series=series, name_fi="Kahvit")
    other = EventFactory(starts_at=start, form="on_site", place="Sali", municipality=town, name_fi="Paikan päällä")

    def found(**asked: str) -> set[str]:
        page = Client().get(reverse("forums:events"), asked).content.decode()
        rows = {"evening": evening, "event": event, "other": other}
        return {name for name, row in rows.items() if row.get_absolute_url() in page}

    assert found() == {"evening", "event", "other"}
    assert found(kunta=town.code) == {"evening", "other"}
    assert found(sarja="kahvit") == {"event"}
    assert found(sarja="illat") == {"evening"}
    assert found(tapa="remote") == {"event"}
    assert found(tapa="on_site") == {"evening", "other"}
    assert found(sarja="roskaa", tapa="x", kunta="y", teema="z") == {"evening", "event", "other"}
    front = Client().get(reverse("portal:front")).content.decode()
    assert evening.get_absolute_url() in front


@pytest.mark.parametrize("name", ["forums:events", "forums:events_desk", "forums:series_list"])
def test_lists_ask_as_much_of_three_rows_as_of_one(client: Client, name: str) -> None:
    def asked(page: str = name) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(page)).status_code == 200
        return len(queries)

    def more(number: int) -> None:
        start = clock.now() + timedelta(days=number)
        room = RoomFactory()
        EventFactory(starts_at=start, series=EventSeriesFactory(), room=room, form="hybrid")
        NgoEvening.objects.create(
            municipality=room.site.municipality,
            title="Ilta",
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            place="x",
        )

    more(3)
    asked()
    one = asked()
    more(4)
    more(5)
    asked()  # a new site lets it be asked again who manages sites
    assert asked() == one
    # What every page asks of the person and the county is not the list's.
    assert one - asked("portal:accessibility") <= 12


def test_what_waits_and_where_others_find_events() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    planned = EventFactory(name_fi="Suunniteltu", state="planned", starts_at=now + timedelta(days=9))
    over = EventFactory(name_fi="Ollut", starts_at=now - timedelta(days=1))
    EventFactory(name_fi="Kaukana", state="planned", starts_at=now + timedelta(days=90))
    titles = [todo.title for todo in event_todos(coordinator, now)]
    assert [title.partition(":")[0] for title in titles] == ["Merkitse pidetyksi", "Julkaise tapahtuma"]
    assert list(event_todos(UserFactory(), now)) == []
    over.hosts.create(user=coordinator)
    assert [row["label"] for row in own_event_data(coordinator)["hosted"]] == [""]
    assert [hit.title for hit in event_hits(coordinator, "suunniteltu", 5)] == ["Suunniteltu"]
    assert list(event_hits(UserFactory(), "suunniteltu", 5)) == []
    today = local_date(now)
    wheel = events_of_year(today - timedelta(days=3), today + timedelta(days=30))
    assert [entry.title for entry in wheel] == ["Ollut"]
    assert planned.state == "planned"


def test_the_desk_marks_an_event_held(client: Client) -> None:
    event = EventFactory(starts_at=clock.now() - timedelta(days=1))
    assert "Pidettiinkö tapahtuma?" in client.get(reverse("forums:event_desk", args=[event.pk])).content.decode()
    client.post(reverse("forums:event_hold", args=[event.pk]))
    event.refresh_from_db()
    assert event.state == "held"


def test_one_organisation_hosts_once_after_a_merge() -> None:
    assert any(row.key == "forums.eventhost.organisation" for row in relations())
    assert "forums.events" in dict(seams.todos.items())


def test_cancelled_ones_are_not_next_on_the_front_page() -> None:
    now = clock.now()
    EventFactory(state="cancelled", reason="x", starts_at=now + timedelta(days=1))
    coming = EventFactory(starts_at=now + timedelta(days=2))
    rows = next_ones(UserFactory(), now, 3)
    assert [row.url for row in rows] == [coming.get_absolute_url()]
    assert len(fetched(happenings(UserFactory(), Wish(), now))) == 2


def test_people_and_links_of_old_events_are_forgotten() -> None:
    now = clock.now()
    old, recent = (EventFactory(starts_at=now - timedelta(days=days), state="held") for days in (4 * 366, 30))
    for event in (old, recent):
        event.hosts.create(user=UserFactory())
        event.hosts.create(user=UserFactory(), label="JANE")
        event.agenda.create(title="Avaus", speaker="Minna Malli")
    assert event_retention(now) == {
        "forums.EventHost people": 2,
        "forums.AgendaSlot speakers": 1,
        "forums.Event links": 1,
    }
    assert [(host.user, host.label) for host in old.hosts.all()] == [(None, "JANE")]
    assert set(event_retention(now).values()) == {0}
    assert recent.hosts.exclude(user=None).count() == 2
