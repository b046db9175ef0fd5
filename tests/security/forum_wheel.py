"""Routes of the annual wheel, negotiations, proposed dates, calendars and figures, and their arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from common import clock
from common.times import local_date
from forums.models import Event, EventSeries, NegotiationGoal, NegotiationMeasure
from forums.workflow.dates import Person, propose_dates
from forums.workflow.negotiations import add_goal, add_measure, begin_record
from tests.forums.factories import EventFactory, EventSeriesFactory
from tests.security.expect import PUBLIC, SIGNED_IN_POST, Expect, only
from tests.security.world import World

_READ = ("coordinator", "auditor")
_WRITE = "coordinator"

FORUM_WHEEL_ROUTES: dict[str, Expect] = {
    # The organisation's admin convenes the world's network, and conveners propose dates to their own.
    "forums:date_polls": only(*_READ, "ngo_admin"),
    "forums:date_poll_new": only(_WRITE, "ngo_admin"),
    **{
        f"forums:{name}": only(*_READ)
        for name in (
            "wheel",
            "wheel_file",
            "negotiations",
            "negotiation",
            "date_poll",
            "lahella_csv",
            "lahella_json",
            "figures",
            "figures_csv",
            "figures_xlsx",
        )
    },
    "forums:negotiation_pdf": only(),  # an open record has none yet
    **{
        f"forums:{name}": only(_WRITE)
        for name in (
            "negotiation_invite",
            "negotiation_party_new",
            "negotiation_party_invited",
            "negotiation_presence",
            "negotiation_minutes",
            "negotiation_goal_new",
            "negotiation_goal_follow",
            "negotiation_measure_new",
            "negotiation_measure_done",
        )
    },
    **{
        f"forums:{name}": only(_WRITE, method="post")
        for name in (
            "negotiation_begin",
            "negotiation_party_remove",
            "negotiation_complete",
            "negotiation_reopen",
            "date_choose",
            "date_drop",
        )
    },
    **{
        f"forums:{name}": PUBLIC
        for name in ("public_year", "feeds", "feed_all", "feed_series", "feed_municipality", "feed_own", "date_answer")
    },
    "forums:feed_renew": SIGNED_IN_POST,
}


def a_negotiation(world: World) -> Event:
    """Return an event of a statutory series whose record has been begun, with a goal and a measure."""

    def make() -> Event:
        now = clock.now()
        event: Event = EventFactory(
            series=EventSeriesFactory(statute="612/2021 6–7 §"),
            starts_at=now + timedelta(days=30),
            ends_at=now + timedelta(days=30, hours=2),
        )
        by = world.people["coordinator"]
        record = begin_record(event, by=by, now=now)
        add_goal(record, text="Yhteinen kalenteri", by=by, now=now)
        due = local_date(now) + timedelta(days=90)
        add_measure(record, text="Avaa kalenteri", owner="Kunta", due_on=due, by=by, now=now)
        return event

    return world.thing("negotiation", make)  # type: ignore[no-any-return]


def a_poll(world: World) -> Any:
    """Return proposed dates that wait for answers."""

    def make() -> Any:
        now = clock.now()
        first = now + timedelta(days=20)
        return propose_dates(
            title="Kevään tapaaminen",
            text="",
            options=[(first + timedelta(days=days), first + timedelta(days=days, hours=1)) for days in (0, 1)],
            people=[Person("Aino", "aino@example.org")],
            answer_until=now + timedelta(days=10),
            by=world.people["coordinator"],
            now=now,
        )

    return world.thing("date_poll", make)


def _event(world: World) -> dict[str, Any]:
    return {"pk": a_negotiation(world).pk}


def _party(world: World) -> dict[str, Any]:
    event = a_negotiation(world)
    return {"pk": event.pk, "party": event.negotiation.parties.first().pk}


def _series(world: World) -> dict[str, Any]:
    a_negotiation(world)
    return {"key": EventSeries.objects.order_by("pk")[0].key}


def _key(world: World) -> dict[str, Any]:
    from forums.feeds import key_of

    return {"token": key_of(world.people["plain"], clock.now()).token}


_OF_EVENT = ("", "_pdf", "_begin", "_invite", "_party_new", "_presence", "_minutes", "_goal_new", "_measure_new")

FORUM_WHEEL_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys((f"forums:negotiation{name}" for name in (*_OF_EVENT, "_complete", "_reopen")), _event),
    **dict.fromkeys(("forums:negotiation_party_remove", "forums:negotiation_party_invited"), _party),
    "forums:negotiation_goal_follow": lambda world: {
        **_event(world),
        "goal": NegotiationGoal.objects.get(negotiation__event=a_negotiation(world)).pk,
    },
    "forums:negotiation_measure_done": lambda world: {
        **_event(world),
        "measure": NegotiationMeasure.objects.get(negotiation__event=a_negotiation(world)).pk,
    },
    **dict.fromkeys(("forums:date_poll", "forums:date_drop"), lambda world: {"pk": a_poll(world).pk}),
    "forums:date_choose": lambda world: {"pk": a_poll(world).pk, "option": a_poll(world).options.first().pk},
    "forums:date_answer": lambda world: {"token": a_poll(world).asked.get().token},
    "forums:feed_series": _series,
    "forums:feed_municipality": lambda _world: {"code": "167"},
    "forums:feed_own": _key,
}


def _one_event(world: World) -> dict[str, Any]:
    return {"id": a_negotiation(world).pk}


FORUM_WHEEL_KWARGS["api:event"] = _one_event
