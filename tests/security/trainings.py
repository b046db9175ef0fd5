"""Routes of introductions and trainings, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from liaisons.models import TrainingRecord
from liaisons.workflow.training_records import organiser_of
from tests.liaisons.factories_trainings import CourseFactory, RecordFactory, SignUpFactory, TrainingFactory
from tests.security.expect import SIGNED_IN, Expect, only
from tests.security.world import LIAISON, STAFF, World

COORDINATOR = only("coordinator")
COORDINATOR_POST = only("coordinator", method="post")
READERS = only("coordinator", "auditor")
HOLDER = "liaison_unit"
# To whom trainings are open; a deputy and a member of a body are not the county's staff.
TRAINED = (*STAFF, *LIAISON, "presenter", "secretary")

_READ = ("trainings", "courses", "training_desk", "training_register", "training_person")
_MANAGE = (
    "training_new",
    "course_new",
    "course_edit",
    "training_edit",
    "training_cancel",
    "training_invite",
    "training_sign_up",
    "training_attendance",
    "training_record_new",
    "training_record_withdraw",
)

TRAINING_ROUTES: dict[str, Expect] = {
    # A person's own lists are everybody's and hold nothing for most.
    "liaisons:own_trainings": SIGNED_IN,
    "liaisons:own_trainings_calendar": SIGNED_IN,
    "liaisons:training": only(*TRAINED),
    "liaisons:training_calendar": only("coordinator", HOLDER),
    "liaisons:training_certificate": only("coordinator", HOLDER),
    **{f"liaisons:{name}": READERS for name in (*_READ, "training_register_csv", "training_register_xlsx")},
    **{f"liaisons:{name}": COORDINATOR for name in _MANAGE},
    "liaisons:training_open": COORDINATOR_POST,
    "liaisons:training_sign_up_cancel": COORDINATOR_POST,
}


def a_sign_up(world: World) -> Any:
    """Return the place of the world's liaison person of a unit in an open session."""
    return world.thing("training_sign_up", lambda: SignUpFactory(user=world.people[HOLDER], session=_session(world)))


def _session(world: World) -> Any:
    return world.thing(
        "training", lambda: TrainingFactory(course=_course(world), created_by=world.people["coordinator"])
    )


def _course(world: World) -> Any:
    return world.thing("training_course", CourseFactory)


def a_record(world: World) -> TrainingRecord:
    """Return what the same person took in a session."""

    def make() -> Any:
        session = a_sign_up(world).session
        return RecordFactory(
            user=world.people[HOLDER],
            course=session.course,
            session=session,
            organiser=organiser_of(session),
            completed_on=clock.now().date(),
            source="",
        )

    return world.thing("training_record", make)  # type: ignore[no-any-return]


def _training(world: World) -> dict[str, Any]:
    return {"pk": a_sign_up(world).session_id}


TRAINING_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            f"liaisons:{name}"
            for name in (
                "training",
                "training_calendar",
                "training_desk",
                "training_edit",
                "training_open",
                "training_cancel",
                "training_invite",
                "training_sign_up",
                "training_attendance",
            )
        ),
        _training,
    ),
    "liaisons:course_edit": lambda world: {"pk": _course(world).pk},
    "liaisons:training_sign_up_cancel": lambda world: {"pk": a_sign_up(world).pk},
    "liaisons:training_person": lambda world: {"pk": world.people[HOLDER].pk},
    "liaisons:training_certificate": lambda world: {"pk": a_record(world).pk},
    "liaisons:training_record_withdraw": lambda world: {"pk": a_record(world).pk},
}
