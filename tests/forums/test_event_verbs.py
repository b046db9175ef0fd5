"""The verbs of events: planned, moved with their room, published, held, cancelled; hosts; rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from common.policies import allowed
from forums.event_hooks import AFTER_EDIT
from forums.models import Event, EventHost
from forums.workflow.event_copies import PARTS, copy_event
from forums.workflow.event_parts import set_agenda, set_hosts, set_services
from forums.workflow.event_rooms import RoomWish
from forums.workflow.events import cancel_event, edit_event, hold_event, plan_event, publish_event
from notifications.models import Message
from organisations.models import TimelineEntry
from premises.models import Booking
from premises.spans import Span
from premises.workflow import SlotTaken
from tests.accounts.factories import UserFactory, staff
from tests.forums.factories import NOW, STARTS, EventFactory
from tests.liaisons.factories import UnitFactory
from tests.organisations.factories import OrganisationFactory
from tests.premises.factories import RoomFactory, make_booking, make_terms

pytestmark = pytest.mark.django_db
ENDS = STARTS + timedelta(hours=2)


@pytest.fixture
def by() -> Any:
    """The coordinator."""
    return staff("coordinator")


def plan(by: Any, **facts: Any) -> Event:
    """Plan a remote event."""
    known = {"name_fi": "Etäkahvit", "starts_at": STARTS, "ends_at": ENDS, "form": "remote"}
    return plan_event(by=by, now=NOW, **{**known, **facts})


def in_room(by: Any, room: Any, **facts: Any) -> Event:
    """Plan an event in a room that is booked for a unit."""
    return plan(by, form="on_site", room=room, wish=RoomWish(UnitFactory()), **facts)


def test_planning_twice_makes_one(by: Any) -> None:
    assert plan(by).pk == plan(by).pk
    assert Event.objects.count() == 1


def test_only_the_coordinator_plans_and_only_for_the_future(by: Any) -> None:
    with pytest.raises(Refused, match="koordinaattori"):
        plan(staff("auditor"))
    with pytest.raises(Refused) as told:
        plan(by, starts_at=NOW - timedelta(hours=1))
    assert told.value.code == "in_the_past"


def test_needs_are_forgotten_a_fortnight_after(by: Any) -> None:
    assert str(plan(by).needs_erased_on) == "2026-12-10"


def test_the_room_is_booked_with_the_event_and_let_go_with_it(by: Any) -> None:
    event = in_room(by, RoomFactory())
    booking = event.booking
    assert booking is not None
    assert (booking.state, booking.purpose, booking.starts_at) == ("confirmed", "Etäkahvit", STARTS)
    cancel_event(event, reason="Puhuja sairastui", by=by, now=NOW)
    booking.refresh_from_db()
    assert booking.state == "cancelled"


def test_a_taken_room_refuses_the_whole_event_and_offers_others(by: Any) -> None:
    room = RoomFactory()
    make_booking(room=room, when=Span(STARTS, ENDS))
    with pytest.raises(SlotTaken, match="Vapaana on"):
        in_room(by, room)
    assert not Event.objects.exists()


def test_a_move_takes_the_booking_along_and_grows_the_sequence(by: Any) -> None:
    event = in_room(by, RoomFactory())
    later = timedelta(days=1)
    moved = edit_event(event, starts_at=STARTS + later, ends_at=ENDS + later, by=by, now=NOW)
    booking = Booking.objects.get()
    assert (moved.sequence, booking.starts_at, booking.state) == (1, STARTS + later, "confirmed")
    again = edit_event(moved, name_fi="Toinen nimi", by=by, now=NOW)
    assert again.sequence == 1


def test_a_move_to_a_room_with_terms_of_its_own_books_anew(by: Any) -> None:
    event = in_room(by, RoomFactory())
    other = RoomFactory()
    terms = make_terms(other.site)
    moved = edit_event(event, room=other, wish=RoomWish(UnitFactory(), terms), by=by, now=NOW)
    states = dict(Booking.objects.values_list("room", "state"))
    assert states == {event.room_id: "cancelled", other.pk: "confirmed"}
    assert moved.booking is not None
    assert moved.booking.room_id == other.pk


def test_from_afar_the_room_is_let_go(by: Any) -> None:
    event = in_room(by, RoomFactory())
    edit_event(event, form="remote", by=by, now=NOW)
    assert Booking.objects.get().state == "cancelled"


def test_a_failed_move_leaves_everything_as_it_was(by: Any) -> None:
    room = RoomFactory()
    event = in_room(by, room)
    later = timedelta(days=1)
    make_booking(room=room, when=Span(STARTS + later, ENDS + later))
    with pytest.raises(SlotTaken):
        edit_event(event, starts_at=STARTS + later, ends_at=ENDS + later, by=by, now=NOW)
    event.refresh_from_db()
    assert (event.starts_at, event.sequence, event.booking.starts_at) == (STARTS, 0, STARTS)  # type: ignore[union-attr]


def test_a_host_cancels_with_the_room_that_the_coordinator_booked(by: Any) -> None:
    event, host = in_room(by, RoomFactory()), UserFactory()
    set_hosts(event, hosts=[{"user": host, "organisation": None, "label": ""}], by=by, now=NOW)
    cancel_event(event, reason="Ei väkeä", by=host, now=NOW)
    assert Booking.objects.get().state == "cancelled"


def test_who_is_named_a_host_is_told_once_in_their_language(by: Any) -> None:
    event, host = plan(by), UserFactory(language="sv")
    name = lambda *people: set_hosts(  # noqa: E731
        event, hosts=[{"user": one, "organisation": None, "label": ""} for one in people], by=by, now=NOW
    )
    name(by, host)
    name(by)
    name(by, host)
    told = Message.objects.get(kind="forums.host_named")  # not to who named themselves, not again
    assert (told.to_user, told.language, told.dedup_key) == (host, "sv", f"forums.host_named:{event.pk}:{host.pk}")
    assert "26.11.2026 klo\N{NO-BREAK SPACE}17.00–19.00" in told.text
    assert f"/hallinta/tapahtumat/{event.pk}/" in told.text
    later = timedelta(days=28)
    copied = copy_event(event, starts_at=STARTS + later, ends_at=ENDS + later, parts=["hosts"], by=by, now=NOW)
    again = Message.objects.filter(kind="forums.host_named").latest("pk")
    assert (again.to_user, again.dedup_key) == (host, f"forums.host_named:{copied.pk}:{host.pk}")


def test_life(by: Any) -> None:
    event = plan(by)
    with pytest.raises(Refused):
        hold_event(event, by=by, now=NOW)
    shown = publish_event(event, by=by, now=NOW)
    assert publish_event(shown, by=by, now=NOW).published_at == NOW
    with pytest.raises(Refused) as told:
        hold_event(event, by=by, now=NOW)
    assert told.value.code == "too_early"
    assert hold_event(event, by=by, now=ENDS).state == "held"
    with pytest.raises(Refused) as told:
        edit_event(event, place="muualla", by=by, now=ENDS)
    assert told.value.code == "ended"
    with pytest.raises(Refused) as told:
        cancel_event(event, reason="myöhässä", by=by, now=ENDS)
    assert told.value.code == "wrong_state"


def test_a_cancelling_has_a_reason_and_happens_once(by: Any) -> None:
    event = publish_event(plan(by), by=by, now=NOW)
    with pytest.raises(Refused) as told:
        cancel_event(event, reason="  ", by=by, now=NOW)
    assert told.value.code == "no_reason"
    first = cancel_event(event, reason="Lumimyrsky", by=by, now=NOW)
    assert cancel_event(event, reason="Toinen", by=by, now=NOW).reason == "Lumimyrsky"
    assert first.sequence == 1


def test_an_event_on_the_spot_needs_a_place_to_be_shown(by: Any) -> None:
    event = plan(by, form="on_site")
    with pytest.raises(Refused, match="Kirjoita paikka"):
        publish_event(event, by=by, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(state="published")


def test_the_parts_hear_of_an_edit_in_its_transaction(by: Any) -> None:
    event = plan(by)

    def refuse(_event: Event, _now: Any) -> None:
        raise Refused("too_few", "Paikkoja on liian vähän.")

    AFTER_EDIT["test"] = refuse
    try:
        with pytest.raises(Refused, match="liian vähän"):
            edit_event(event, places_remote=1, by=by, now=NOW)
    finally:
        del AFTER_EDIT["test"]
    event.refresh_from_db()
    assert event.places_remote is None


def test_lists_are_written_whole_and_twice_is_once(by: Any) -> None:
    event = plan(by)
    slots = [
        {"starts_at": None, "title": "Avaus", "speaker": ""},
        {"starts_at": None, "title": "Ideat", "speaker": "A"},
    ]
    set_agenda(event, slots=slots, by=by, now=NOW)
    first = list(event.agenda.values_list("pk", flat=True))
    set_agenda(event, slots=slots, by=by, now=NOW)
    assert list(event.agenda.values_list("pk", flat=True)) == first
    set_agenda(event, slots=slots[1:], by=by, now=NOW)
    assert [slot.title for slot in event.agenda.all()] == ["Ideat"]
    with pytest.raises(Refused, match="mistä kielestä"):
        set_services(event, services=[{"kind": "language", "language": ""}], by=by, now=NOW)


def test_a_host_runs_the_event_and_others_do_not(by: Any) -> None:
    event, host = plan(by), UserFactory()
    with pytest.raises(Http404):
        publish_event(event, by=host, now=NOW)
    set_hosts(event, hosts=[{"user": host, "organisation": None, "label": ""}], by=by, now=NOW)
    assert allowed("forums.event.view", host, now=NOW).filter(pk=event.pk).exists()
    assert publish_event(event, by=host, now=NOW).state == "published"
    with pytest.raises(Refused):
        copy_event(event, starts_at=ENDS, ends_at=ENDS + timedelta(hours=1), parts=[], by=host, now=NOW)


def test_an_organisation_that_hosts_reads_of_it_on_its_timeline(by: Any) -> None:
    event, organisation = plan(by), OrganisationFactory()
    set_hosts(event, hosts=[{"user": None, "organisation": organisation, "label": ""}], by=by, now=NOW)
    publish_event(event, by=by, now=NOW)
    publish_event(event, by=by, now=NOW)
    texts = list(TimelineEntry.objects.filter(organisation=organisation).values_list("text", flat=True))
    assert texts == ["Järjestö on mukana järjestämässä tapahtumaa Etäkahvit 26.11.2026."]


@pytest.mark.parametrize("parts", [[], list(PARTS)])
def test_a_copy_has_the_chosen_parts(by: Any, parts: list[str]) -> None:
    event = plan(by, description_fi="Jutellaan", meeting_url="https://meet.example/x", places_remote=30)
    set_agenda(event, slots=[{"starts_at": None, "title": "Avaus", "speaker": ""}], by=by, now=NOW)
    set_hosts(event, hosts=[{"user": by, "organisation": None, "label": "JANE"}], by=by, now=NOW)
    later = timedelta(days=28)
    made = copy_event(event, starts_at=STARTS + later, ends_at=ENDS + later, parts=parts, by=by, now=NOW)
    again = copy_event(event, starts_at=STARTS + later, ends_at=ENDS + later, parts=parts, by=by, now=NOW)
    assert made.pk == again.pk != event.pk
    told = (made.description_fi, made.meeting_url, made.places_remote, made.agenda.count(), made.hosts.count())
    assert told == (("Jutellaan", "https://meet.example/x", 30, 1, 1) if parts else ("", "", None, 0, 0))
    assert (made.name_fi, made.state, made.sequence, made.booking_id) == ("Etäkahvit", "planned", 0, None)


def test_the_database_defends_hosts() -> None:
    event, person = EventFactory(), UserFactory()
    EventHost.objects.create(event=event, user=person)
    for facts in ({"user": person}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EventHost.objects.create(event=event, **facts)
