"""Booking in the browser's terms: one day, a season with clashes, moving, cancelling, the queue, the manager."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.times import add_days, format_date, local_date
from premises.models import AccessInstruction, Booking, Room, WaitingPlace
from tests.accounts.factories import signed_in, staff
from tests.liaisons.factories import UnitFactory
from tests.premises.factories import RoomFactory, SiteFactory, booker, hall, make_booking, make_terms, span

pytestmark = pytest.mark.django_db
TOLD = {
    "purpose": "Omaishoitajien vertaisryhmä",
    "expected_number": "8",
    "open_to": "members",
    "contact_name": "Aino Esimerkki",
    "contact_phone": "040 123 4567",
}


def a_room(**facts: Any) -> Room:
    """Return a room that is open every day: the tests count days from today, whatever holidays come."""
    if "site" not in facts:
        facts["site"] = SiteFactory(closed_on_holidays=False)
    return RoomFactory(**facts)


def _day(days: int = 14) -> Any:
    return add_days(local_date(clock.now()), days)


def _sent(day: Any, **values: Any) -> dict[str, Any]:
    return {"paiva": format_date(day), "klo": "17", "loppuu": "19", **TOLD, **values}


def _own(room: Room) -> tuple[Client, str, Any]:
    organisation, user = booker()
    return signed_in(user), reverse("premises:own_book", args=[organisation.pk, room.pk]), organisation


def test_who_books_for_one_organisation_goes_straight_to_the_form() -> None:
    room = a_room()
    client, page, _organisation = _own(room)
    answer = client.get(reverse("premises:book", args=[room.pk]), {"paiva": "2026-12-08", "klo": "17"})
    assert answer.status_code == 302
    assert answer.url.startswith(page)  # type: ignore[attr-defined]
    assert 'value="17"' in client.get(answer.url).content.decode()  # type: ignore[attr-defined]


def test_one_day_is_booked_and_shown() -> None:
    room = a_room()
    client, page, organisation = _own(room)
    answer = client.post(page, _sent(_day()), follow=True)
    booking = Booking.objects.get()
    assert (booking.state, booking.organisation) == ("confirmed", organisation)
    assert "Tila on varattu teille" in answer.content.decode()
    assert "040 123 4567" in answer.content.decode()


def test_a_taken_time_is_told_and_nothing_typed_is_lost() -> None:
    room = a_room()
    make_booking(room, span(day=_day()), now=clock.now())
    client, page, _organisation = _own(room)
    answer = client.post(page, _sent(_day()))
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Joku ehti ensin" in words
    assert "Omaishoitajien vertaisryhmä" in words
    assert "Liity jonoon" in words
    assert Booking.objects.count() == 1


def test_terms_have_to_be_accepted() -> None:
    room = a_room()
    make_terms()
    client, page, _organisation = _own(room)
    assert "Tilan voi varata, kun käyttöehdot on hyväksytty" in client.post(page, _sent(_day())).content.decode()
    client.post(page, _sent(_day(), terms_accepted="on"))
    assert Booking.objects.get().terms_accepted_at is not None


def test_a_season_shows_each_clash_and_books_what_was_chosen() -> None:
    site = SiteFactory(closed_on_holidays=False)
    room, other = a_room(site=site, name_fi="Ryhmähuone"), a_room(site=site, name_fi="Kerhotila")
    day = _day()
    make_booking(room, span(day=add_days(day, 7)), now=clock.now())
    client, page, organisation = _own(room)
    sent = _sent(day, asti=format_date(add_days(day, 21)), valein="1")
    preview = client.post(page, sent).content.decode()
    assert "Toinen tila: Kerhotila" in preview
    assert Booking.objects.filter(organisation=organisation).count() == 0
    answer = client.post(page, {**sent, "vaihe": "vahvista"}, follow=True)
    rows = Booking.objects.filter(organisation=organisation).select_related("room").order_by("starts_at")
    assert [row.room for row in rows] == [room, other, room, room]
    assert "Varasit 4 kertaa" in answer.content.decode()


def test_a_skipped_date_stays_and_can_be_tried_again() -> None:
    room = a_room()
    day = _day()
    rival = make_booking(room, span(day=add_days(day, 7)), now=clock.now())
    client, page, organisation = _own(room)
    sent = _sent(day, asti=format_date(add_days(day, 7)), valein="1", vaihe="vahvista")
    client.post(page, {**sent, f"kerta-{add_days(day, 7).isoformat()}": "skip"})
    skipped = Booking.objects.get(organisation=organisation, state="skipped")
    from premises.workflow import cancel

    cancel(rival, by=rival.made_by, now=clock.now())
    client.post(reverse("premises:booking_try_again", args=[skipped.pk]))
    skipped.refresh_from_db()
    assert skipped.state == "confirmed"


def test_changing_the_words_never_touches_the_time() -> None:
    organisation, user = booker()
    booking = make_booking(a_room(), span(day=_day()), holder=organisation, by=user, now=clock.now())
    client = signed_in(user)
    client.post(reverse("premises:booking_edit", args=[booking.pk]), {**TOLD, "purpose": "Kokous"})
    again = Booking.objects.get(pk=booking.pk)
    assert (again.purpose, again.starts_at) == ("Kokous", booking.starts_at)


def test_a_booking_is_moved_and_the_old_time_is_free() -> None:
    organisation, user = booker()
    room = a_room()
    booking = make_booking(room, span(day=_day()), holder=organisation, by=user, now=clock.now())
    sent = {"paiva": format_date(_day(15)), "klo": "10", "loppuu": "12", "room": room.pk}
    signed_in(user).post(reverse("premises:booking_move", args=[booking.pk]), sent)
    make_booking(room, span(day=_day()), now=clock.now())
    booking.refresh_from_db()
    assert local_date(booking.starts_at) == _day(15)


def test_the_rest_of_a_season_is_cancelled_in_one_press() -> None:
    room = a_room()
    client, page, organisation = _own(room)
    sent = _sent(_day(), asti=format_date(add_days(_day(), 21)), valein="1", vaihe="vahvista")
    client.post(page, sent)
    second = Booking.objects.filter(organisation=organisation).order_by("starts_at")[1]
    client.post(reverse("premises:booking_cancel", args=[second.pk]), {"mitka": "loput"})
    states = Booking.objects.filter(organisation=organisation).order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["confirmed", "cancelled", "cancelled", "cancelled"]


def test_the_manager_sees_who_would_lose_and_confirms_in_one_press() -> None:
    whole, half, _other = hall(approval="manager", site=SiteFactory(closed_on_holidays=False))
    first = make_booking(whole, span(day=_day()), now=clock.now())
    second = make_booking(half, span(day=_day()), now=clock.now())
    client = signed_in(whole.site.manager)
    page = client.get(reverse("premises:desk")).content.decode()
    assert page.count("Jäisi ilman") == 2
    client.post(reverse("premises:booking_confirm", args=[first.pk]))
    answer = client.post(reverse("premises:booking_confirm", args=[second.pk]), follow=True)
    assert "Joku ehti ensin" in answer.content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("confirmed", "requested")


def test_a_request_is_declined_with_a_reason() -> None:
    room = a_room(approval="manager")
    booking = make_booking(room, span(day=_day()), now=clock.now())
    client = signed_in(room.site.manager)
    page = reverse("premises:booking_decline", args=[booking.pk])
    assert client.post(page, {"reason": ""}).status_code == 409
    client.post(page, {"reason": "Remontti"})
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("declined", "Remontti")


def test_a_closure_shows_who_loses_and_spares_whom_it_names() -> None:
    room = a_room()
    stays = make_booking(room, span("10.00", "11.00", day=_day()), now=clock.now())
    goes = make_booking(room, span("13.00", "14.00", day=_day()), now=clock.now())
    client = signed_in(room.site.manager)
    page = reverse("premises:close", args=[room.pk])
    day = format_date(_day())
    sent = {"starts_at": f"{day} klo 8.00", "ends_at": f"{day} klo 16.00", "reason": "Koulutus"}
    assert "Nämä varaukset peruuntuvat" in client.post(page, sent).content.decode()
    answer = client.post(page, {**sent, "vaihe": "vahvista", "saa-jaada": [str(stays.pk)]})
    assert answer.status_code == 302
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.state, goes.state) == ("confirmed", "taken_back")


def test_the_queue_is_joined_and_the_freed_slot_is_taken() -> None:
    room = a_room()
    rival = make_booking(room, span(day=_day()), now=clock.now())
    client, _page, organisation = _own(room)
    join = reverse("premises:queue_join", args=[organisation.pk, room.pk])
    client.post(join, {"paiva": format_date(_day()), "klo": "17", "loppuu": "19", "purpose": "Vertaisryhmä"})
    from premises.workflow import cancel

    cancel(rival, by=rival.made_by, now=clock.now())
    place = WaitingPlace.objects.get()
    assert place.state == "offered"
    assert "Varaa aika" in client.get(reverse("premises:own_bookings", args=[organisation.pk])).content.decode()
    client.post(reverse("premises:queue_take", args=[organisation.pk, place.pk]), TOLD)
    assert Booking.objects.get(organisation=organisation).state == "confirmed"


def test_an_officer_books_for_who_called() -> None:
    room = a_room()
    organisation, _user = booker()
    client = signed_in(room.site.manager)
    sent = _sent(_day(), organisation=organisation.name, source="phone")
    client.post(reverse("premises:desk_book", args=[room.pk]), sent)
    booking = Booking.objects.get()
    assert (booking.organisation, booking.source) == (organisation, "phone")


def test_an_officer_books_for_a_unit_that_called() -> None:
    room = a_room()
    unit = UnitFactory(name_fi="Kotihoito")
    client, address = signed_in(room.site.manager), reverse("premises:desk_book", args=[room.pk])
    neither = client.post(address, _sent(_day(), organisation="", source="phone"))
    assert "mille järjestölle varaat, tai valitse yksikkö" in neither.content.decode()
    organisation, _user = booker()
    both = client.post(address, _sent(_day(), organisation=organisation.name, unit=unit.pk, source="phone"))
    assert "Valitse joko järjestö tai yksikkö." in both.content.decode()
    unknown = client.post(address, _sent(_day(), organisation="Ei mikään ry", source="phone"))
    assert "Tällaista järjestöä ei ole rekisterissä." in unknown.content.decode()
    assert "mille järjestölle varaat" not in unknown.content.decode()
    assert not Booking.objects.exists()
    client.post(address, _sent(_day(), organisation="", unit=unit.pk, source="phone"))
    booking = Booking.objects.get()
    assert (booking.unit, booking.organisation, booking.source) == (unit, None, "phone")


def test_the_day_and_the_week_show_what_is_booked() -> None:
    room = a_room()
    booking = make_booking(room, span(day=_day()), now=clock.now())
    client = signed_in(room.site.manager)
    for name in ("day", "week"):
        page = client.get(reverse(f"premises:{name}", args=[room.site_id]), {"paiva": _day().isoformat()})
        assert booking.organisation.name in page.content.decode()
    assert client.get(reverse("premises:day", args=[room.site_id]), {"paiva": "huomenna"}).status_code == 200


def test_afterwards_the_room_is_judged_and_what_broke_is_told() -> None:
    organisation, user = booker()
    now = clock.now()
    room = a_room()
    wished = span(day=local_date(now - timedelta(days=1)))
    booking = make_booking(room, wished, holder=organisation, by=user, now=now - timedelta(days=3))
    client = signed_in(user)
    client.post(reverse("premises:booking_feedback", args=[booking.pk]), {"rating": "4", "text": "Hyvä"})
    client.post(reverse("premises:booking_damage", args=[booking.pk]), {"text": "Valo vilkkuu"})
    assert booking.feedback.rating == 4
    report = room.damage_reports.get()
    desk = signed_in(room.site.manager)
    assert "Valo vilkkuu" in desk.get(reverse("premises:desk")).content.decode()
    desk.post(reverse("premises:damage", args=[report.pk]), {"answer": "Lamppu vaihdettu"})
    report.refresh_from_db()
    assert report.state == "handled"


@pytest.mark.parametrize("bookings", [1, 3])
def test_lists_ask_as_often_whatever_their_length(bookings: int, django_assert_max_num_queries: Any) -> None:
    organisation, user = booker()
    room = a_room(approval="manager")
    for n in range(bookings):
        make_booking(room, span(day=_day(14 + n)), holder=organisation, by=user, now=clock.now())
    client, desk = signed_in(user), signed_in(room.site.manager)
    pages = ((client, "own_bookings", [organisation.pk]), (desk, "desk", []), (desk, "week", [room.site_id]))
    for who, name, args in pages:
        with django_assert_max_num_queries(26):
            who.get(reverse(f"premises:{name}", args=args))


def test_how_one_gets_in_is_told_to_who_booked_and_to_no_auditor() -> None:
    organisation, user = booker("viewer")
    room = a_room()
    _editor_of, editor = booker(organisation=organisation)
    booking = make_booking(room, span(day=_day()), holder=organisation, by=editor, now=clock.now())
    AccessInstruction.objects.create(site=room.site, way_in="code", text="Ovikoodi 2468.", valid_from=_day(0))
    page = reverse("premises:booking", args=[booking.pk])
    seen = {
        name: "2468" in signed_in(person).get(page).content.decode()
        for name, person in {
            "viewer": user,
            "editor": editor,
            "manager": room.site.manager,
            "auditor": staff("auditor"),
        }.items()
    }
    assert seen == {"viewer": True, "editor": True, "manager": True, "auditor": False}
