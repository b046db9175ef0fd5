"""Routes of units, posts and appointments, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from common import clock
from county.models import Municipality
from liaisons.models import Appointment, CooperationRequest, Need, NgoEvening, PostPower
from liaisons.workflow.evenings import save_evening
from liaisons.workflow.needs import save_need
from liaisons.workflow.requests import send_request
from tests.liaisons.factories import AbsenceFactory, PostFactory, SubstituteFactory, UnitFactory, proposal
from tests.organisations.factories import statement
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import LIAISON, NGO, SINCE, World

MANAGERS = ("coordinator", "administrator")
READERS = (*MANAGERS, "auditor")
HOLDER = "liaison_unit"

_READ = (
    "posts",
    "posts_csv",
    "posts_xlsx",
    "coverage",
    "post",
    "units",
    "unit",
)
_MANAGE = (
    "post_new",
    "post_edit",
    "post_end",
    "appoint",
    "power_new",
    "power_end",
    "appointment_edit",
    "appointment_withdraw",
    "appointment_end",
    "substitute_new",
    "substitute_end",
    "absence_new",
    "absence_end",
    "unit_new",
    "unit_rename",
    "unit_move",
    "unit_end",
    "unit_municipalities",
)
_OWN = ("own_post", "own_edit", "own_end", "own_substitute", "own_substitute_end", "own_absence_end")

POST_ROUTES: dict[str, Expect] = {
    "liaisons:directory": PUBLIC,
    "liaisons:public_post": PUBLIC,
    "liaisons:finder": PUBLIC,
    # Anybody who is signed in may ask, and sees what they asked themselves.
    "liaisons:requests_own": SIGNED_IN,
    "liaisons:request_new": SIGNED_IN,
    "liaisons:request": only(*NGO, "coordinator", "auditor", HOLDER),
    "liaisons:requests_to_answer": only("coordinator", "auditor", *LIAISON),
    "liaisons:request_attachment": only(*NGO, "coordinator", "auditor", HOLDER),
    **{
        f"liaisons:{name}": only("coordinator", "auditor")
        for name in ("statistics", "statistics_csv", "statistics_xlsx")
    },
    "liaisons:request_record": only("coordinator", *LIAISON),
    # Municipalities' evenings are public; the liaison person of the municipality keeps them.
    "liaisons:evenings": PUBLIC,
    "liaisons:evening": PUBLIC,
    "liaisons:evening_new": only("liaison_municipal"),
    "liaisons:evening_edit": only("coordinator", "liaison_municipal"),
    "liaisons:evening_cancel": only("coordinator", "liaison_municipal", method="post"),
    "liaisons:own_municipality_first": only("liaison_municipal"),
    "liaisons:own_municipality": only("liaison_municipal"),
    # What service areas need is public; whoever answers posts publishes, and ends their own post's.
    "liaisons:needs": PUBLIC,
    "liaisons:need": PUBLIC,
    "liaisons:need_new": only("coordinator", *LIAISON),
    "liaisons:need_edit": only("coordinator", HOLDER),
    "liaisons:need_end": only("coordinator", HOLDER),
    # A person's own lists are everybody's and hold nothing for most.
    "liaisons:own_posts": SIGNED_IN,
    "liaisons:own_absence": SIGNED_IN,
    **{f"liaisons:{name}": only(HOLDER) for name in _OWN},
    **{f"liaisons:{name}": only(*READERS) for name in _READ},
    **{f"liaisons:{name}": only(*MANAGERS) for name in _MANAGE},
    "liaisons:own_accept": only(HOLDER, method="post"),
    "liaisons:own_decline": only(HOLDER, method="post"),
    "liaisons:posts_remind": only(*MANAGERS, method="post"),
    "liaisons:unit_cancel": only(*MANAGERS, method="post"),
}


def an_appointment(world: World) -> Appointment:
    """Return the accepted appointment of the world's liaison person of a unit."""
    return Appointment.objects.get(user=world.people[HOLDER], state="accepted")


def a_request(world: World) -> CooperationRequest:
    """Return a request of the world's organisation to the post of its liaison person."""

    def make() -> CooperationRequest:
        return send_request(
            kind="visit",
            subject="Vierailu ryhmään",
            text="Tulisiko joku kertomaan palveluista?",
            organisation=world.organisation,
            post=an_appointment(world).post,
            upload=statement("kutsu.pdf"),
            by=world.people["ngo_admin"],
            now=clock.now(),
        )

    return world.thing("request", make)  # type: ignore[no-any-return]


def a_need(world: World) -> Need:
    """Return a need of the post of the world's liaison person."""
    return world.thing(  # type: ignore[no-any-return]
        "need",
        lambda: save_need(
            None,
            title="Kyytejä",
            text="Kuka ajaisi?",
            post=an_appointment(world).post,
            open_until=date(2090, 1, 1),
            by=world.people[HOLDER],
            now=clock.now(),
        ),
    )


def an_evening(world: World) -> NgoEvening:
    """Return an evening of the municipality of the world's other liaison person."""

    def make() -> NgoEvening:
        day = clock.now() + timedelta(days=9)
        return save_evening(
            None,
            municipality=Municipality.objects.get(code="167"),
            title="Järjestöilta",
            starts_at=day,
            ends_at=day + timedelta(hours=2),
            place="Kirjasto",
            text="",
            by=world.people["liaison_municipal"],
            now=clock.now(),
        )

    return world.thing("evening", make)  # type: ignore[no-any-return]


def a_proposal(world: World) -> Appointment:
    """Return a proposal that waits for the same person's answer."""
    return world.thing("proposal", lambda: proposal(post=PostFactory(), user=world.people[HOLDER]))  # type: ignore[no-any-return]


def a_power(world: World) -> Any:
    """Return power delegated to the person's post."""
    fields = {"post": an_appointment(world).post, "power": "statement", "decided_by": "Johtaja", "decided_on": SINCE}
    return world.thing("power", lambda: PostPower.objects.create(**fields, valid_from=SINCE))


def a_substitute(world: World) -> Any:
    """Return the person's substitute."""
    return world.thing("substitute", lambda: SubstituteFactory(appointment=an_appointment(world)))


def an_absence(world: World) -> Any:
    """Return an absence of the person, long from now."""
    days = {"valid_from": date(2090, 1, 1), "valid_until": date(2090, 1, 5)}
    return world.thing("absence", lambda: AbsenceFactory(user=world.people[HOLDER], **days))


def a_unit(world: World) -> Any:
    """Return a unit without posts."""
    return world.thing("unit", UnitFactory)


def _of(make: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": make(world).pk}


_POST = _of(lambda world: an_appointment(world).post)
_APPOINTMENT = _of(an_appointment)
_UNIT = _of(a_unit)

POST_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "liaisons:request": lambda world: {"pk": a_request(world).pk},
    "liaisons:request_attachment": lambda world: {"pk": a_request(world).entries.get().attachments.get().pk},
    **{f"liaisons:{name}": _of(an_evening) for name in ("evening", "evening_edit", "evening_cancel")},
    **{f"liaisons:{name}": lambda _world: {"code": "167"} for name in ("evening_new", "own_municipality")},
    **{f"liaisons:{name}": _of(a_need) for name in ("need", "need_edit", "need_end")},
    **{f"liaisons:{name}": _POST for name in ("public_post", "post", "post_edit", "post_end", "appoint", "power_new")},
    **{
        f"liaisons:{name}": _APPOINTMENT
        for name in (
            "own_post",
            "own_edit",
            "own_end",
            "own_substitute",
            "appointment_edit",
            "appointment_end",
            "substitute_new",
            "absence_new",
        )
    },
    **{f"liaisons:{name}": _of(a_proposal) for name in ("own_accept", "own_decline", "appointment_withdraw")},
    **{
        f"liaisons:{name}": _UNIT
        for name in ("unit", "unit_rename", "unit_move", "unit_end", "unit_municipalities", "unit_cancel")
    },
    "liaisons:power_end": _of(a_power),
    "liaisons:own_substitute_end": _of(a_substitute),
    "liaisons:substitute_end": _of(a_substitute),
    "liaisons:own_absence_end": _of(an_absence),
    "liaisons:absence_end": _of(an_absence),
}
