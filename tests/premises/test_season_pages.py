"""A season in the browser's terms: applying without losing what was typed, the desk, the result with its reasons."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.times import add_days, format_date, format_instant, local_date
from premises.models import SeasonApplication, SeasonRound, SeasonTurn
from premises.workflow import seasons as verbs
from tests.accounts.factories import signed_in, staff
from tests.premises.factories import booker
from tests.premises.seasons import a_room, apply, facts, open_round, switch_on, wish

pytestmark = pytest.mark.django_db


def _round(rooms: list[Any], **fields: Any) -> SeasonRound:
    """Return a round that takes applications by the real clock."""
    now = clock.now()
    first = add_days(local_date(now), 60)
    given = {"first_day": first, "last_day": add_days(first, 70), "opens_at": now - timedelta(days=1)}
    return open_round(rooms, **{**given, "closes_at": now + timedelta(days=14), **fields})


def _proposed(season: SeasonRound) -> None:
    now = clock.now()
    verbs.close_season(season, by=season.made_by, now=now)
    verbs.start_computing(season, by=season.made_by, now=now)
    verbs.compute(season.pk, since=now, now=now)


def _sent(room: Any, **values: str) -> dict[str, str]:
    return {
        "purpose": "Omaishoitajien vertaisryhmä",
        "number": "8",
        "turns_wanted": "1",
        "weekday_1": "1",
        "earliest_1": "17",
        "latest_1": "18",
        "minutes_1": "120",
        "room_1": str(room.pk),
        "contact_name": "Aino Esimerkki",
        "contact_phone": "040 123 4567",
        **values,
    }


def test_nothing_is_reached_or_linked_while_the_switch_is_off() -> None:
    season = _round([a_room()])
    organisation, user = booker()
    switch_on(False)
    client, desk = signed_in(user), signed_in(staff())
    pages = [
        (client, reverse("premises:seasons")),
        (client, reverse("premises:season", args=[season.pk])),
        (client, reverse("premises:own_seasons", args=[organisation.pk])),
        (client, reverse("premises:season_apply", args=[organisation.pk, season.pk])),
        (desk, reverse("premises:season_desks")),
        (desk, reverse("premises:season_new")),
        (desk, reverse("premises:season_desk", args=[season.pk])),
    ]
    assert {who.get(page).status_code for who, page in pages} == {404}
    linking = [
        (client, reverse("premises:search")),
        (client, reverse("premises:own_bookings", args=[organisation.pk])),
        (desk, reverse("premises:managed")),
    ]
    assert not any("vuorojako" in who.get(page).content.decode() for who, page in linking)
    switch_on()
    assert all("vuorojako" in who.get(page).content.decode() for who, page in linking)


def test_everybody_reads_the_rules_before_applying() -> None:
    season = _round([a_room(name_fi="Ryhmähuone")], first_timers=7)
    page = signed_in(booker()[1]).get(reverse("premises:season", args=[season.pk])).content.decode()
    assert "Kukaan ei saa toista vuoroa ennen kuin jokainen" in page
    assert "Ryhmähuone" in page
    assert ">7<" in page
    assert "Hae vuoroa" in page


def test_a_draft_is_kept_errors_lose_nothing_and_sending_gives_a_receipt() -> None:
    room = a_room()
    season = _round([room])
    organisation, user = booker()
    client, page = signed_in(user), reverse("premises:season_apply", args=[organisation.pk, season.pk])
    answer = client.post(
        page, {"number": "8", "turns_wanted": "1", "purpose": "Kerho", "vaihe": "luonnos"}, follow=True
    )
    assert "Luonnos on tallennettu" in answer.content.decode()
    wrong = client.post(page, _sent(room, earliest_1="", weekday_2="", earliest_2="9", vaihe="laheta"))
    words = wrong.content.decode()
    assert wrong.status_code == 409
    assert "Kirjoita, mihin aikaan vuoro voi alkaa" in words
    assert "Valitse viikonpäivä, tai tyhjennä kellonajat." in words
    assert "Omaishoitajien vertaisryhmä" in words
    unfinished = client.post(page, _sent(room, contact_phone="", vaihe="laheta"))
    assert "Kerro yhteyshenkilön nimi ja puhelinnumero." in unfinished.content.decode()
    assert SeasonApplication.objects.get().state == "draft"
    answer = client.post(page, _sent(room, vaihe="laheta"), follow=True)
    row = SeasonApplication.objects.get()
    assert (row.state, row.organisation, row.purpose) == ("sent", organisation, "Omaishoitajien vertaisryhmä")
    assert "Hakemus on lähetetty" in answer.content.decode()
    assert [(one.room, one.rank) for one in row.room_wishes.all()] == [(room, 1)]
    again = client.post(page, _sent(room, number="12"), follow=True)
    assert "Muutokset on tallennettu." in again.content.decode()
    row.refresh_from_db()
    assert (row.number, row.state) == (12, "sent")
    client.post(reverse("premises:season_application_withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_coordinator_makes_a_round_and_publishes_it() -> None:
    switch_on()
    room = a_room()
    client = signed_in(staff())
    now = clock.now()
    first = add_days(local_date(now), 30)
    sent = {
        "name": "Kevään vuorot",
        "first_day": format_date(first),
        "last_day": format_date(add_days(first, 100)),
        "opens_at": format_instant(now),
        "closes_at": format_instant(now + timedelta(days=10)),
        "most_turns": "2",
        **dict.fromkeys(("first_timers", "target_weight", "last_use", "size"), "4"),
    }
    wrong = client.post(reverse("premises:season_new"), sent)
    assert "Valitse ainakin yksi tila" in wrong.content.decode()
    answer = client.post(reverse("premises:season_new"), {**sent, "rooms": [str(room.pk)]}, follow=True)
    assert "tallennettu luonnoksena" in answer.content.decode()
    season = SeasonRound.objects.get()
    client.post(reverse("premises:season_edit", args=[season.pk]), {**sent, "rooms": [str(room.pk)], "size": "9"})
    client.post(reverse("premises:season_publish", args=[season.pk]))
    season.refresh_from_db()
    assert (season.state, season.size, list(season.rooms.all())) == ("open", 9, [room])
    later = format_instant(now + timedelta(days=20))
    client.post(reverse("premises:season_edit", args=[season.pk]), {"closes_at": later})
    season.refresh_from_db()
    assert local_date(season.closes_at) == local_date(now + timedelta(days=20))


def test_an_officer_writes_in_a_paper_application() -> None:
    room = a_room()
    season = _round([room])
    organisation, _user = booker("admin")
    client = signed_in(staff())
    page = reverse("premises:season_for_whom", args=[season.pk])
    answer = client.post(page, {"organisation": organisation.name})
    told = _sent(room, source="paper", source_note="Kirjaamosta 3.12.", vaihe="laheta")
    client.post(answer.url, told)  # type: ignore[attr-defined]
    row = SeasonApplication.objects.get()
    assert (row.state, row.source, row.source_note) == ("sent", "paper", "Kirjaamosta 3.12.")
    assert "Kirjaamosta 3.12." in client.get(row.get_absolute_url()).content.decode()


def test_the_proposal_is_edited_by_hand_and_decided_and_the_applicant_reads_why() -> None:
    room, other = a_room(name_fi="Sali"), a_room(name_fi="Kerho")
    season = _round([room, other])
    organisation, user = booker()
    small = apply(season, facts([room], number=2), organisation=organisation, by=user, now=clock.now())
    apply(season, facts([room], number=20), now=clock.now())
    _proposed(season)
    client = signed_in(season.made_by)
    desk = reverse("premises:season_desk", args=[season.pk])
    assert "Toivomillenne ajoille oli muitakin hakijoita" in client.get(desk).content.decode()
    turn = {"room": str(room.pk), "weekday": "1", "start_time": "17", "end_time": "19"}
    client.post(reverse("premises:season_turn_new", args=[small.pk]), turn)
    assert "päällekkäin" in client.get(desk).content.decode()
    added = SeasonTurn.objects.get(application=small)
    client.post(reverse("premises:season_turn_move", args=[added.pk]), {**turn, "room": str(other.pk)})
    client.post(reverse("premises:season_turn_pin", args=[added.pk]), {"kiinni": "0"})
    added.refresh_from_db()
    assert (added.room, added.is_pinned) == (other, False)
    client.post(reverse("premises:season_turn_remove", args=[added.pk]), {"reason": "Kerho suljetaan."})
    assert not SeasonTurn.objects.filter(pk=added.pk).exists()
    assert (
        "Varaukset tehdään koko kaudeksi"
        in client.get(reverse("premises:season_decide", args=[season.pk])).content.decode()
    )
    client.post(reverse("premises:season_decide", args=[season.pk]))
    own = signed_in(user)
    assert "Kerho suljetaan." not in own.get(small.get_absolute_url()).content.decode()
    while verbs.settle_next(season.pk, now=clock.now()).value == "more":
        pass
    words = own.get(small.get_absolute_url()).content.decode()
    assert "Vuoroa ei saatu" in words
    assert "Perustelu: Kerho suljetaan." in words
    assert "Vuorot on jaettu" in client.get(desk).content.decode()


@pytest.mark.parametrize("path", ["laske", "sulje", "julkaise"])
def test_a_press_out_of_turn_is_told_in_words(path: str) -> None:
    season = _round([a_room()])
    SeasonRound.objects.filter(pk=season.pk).update(state="decided", decided_at=clock.now())
    answer = signed_in(season.made_by).post(f"/hallinta/tilat/vuorojako/{season.pk}/{path}/", follow=True)
    assert "Tätä ei voi enää tehdä" in answer.content.decode()


def test_lists_ask_as_often_whatever_their_length() -> None:
    asked: dict[int, dict[str, int]] = {}
    coordinator = staff()
    organisation, user = booker()
    for count in (1, 3):
        SeasonTurn.objects.all().delete()
        rooms = [a_room() for _number in range(count)]
        seasons = [_round(rooms, by=coordinator) for _number in range(count + 1)]
        for season in seasons:
            apply(season, facts(rooms[:1]), organisation=organisation, by=user, now=clock.now())
        for _number in range(count - 1):
            apply(seasons[0], facts(rooms, wish(1), wish(2), turns_wanted=2), now=clock.now())
        application = SeasonApplication.objects.filter(organisation=organisation).latest("pk")
        _proposed(seasons[0])
        pages = {
            "seasons": (user, []),
            "season": (user, [seasons[0].pk]),
            "own_seasons": (user, [organisation.pk]),
            "season_application": (user, [application.pk]),
            "season_apply": (user, [organisation.pk, seasons[-1].pk]),
            "season_desks": (coordinator, []),
            "season_desk": (coordinator, [seasons[0].pk]),
        }
        asked[count] = {}
        for name, (who, args) in pages.items():
            client = signed_in(who)
            client.get(reverse(f"premises:{name}", args=args))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(f"premises:{name}", args=args)).status_code in (200, 302)
            asked[count][name] = len(queries)
    assert asked[1] == asked[3]
    assert max(asked[3].values()) <= 26
