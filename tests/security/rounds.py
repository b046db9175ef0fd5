"""Routes of comment rounds, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from liaisons.models import CommentRound, RoundFile
from liaisons.workflow.rounds import attach_to_round, confirm_round
from tests.liaisons.factories_rounds import planned_round
from tests.organisations.factories import statement
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import NGO, World

COORDINATOR = ("coordinator",)

_READ = ("rounds", "round", "round_file")
_MANAGE = (
    "round_new",
    "round_edit",
    "round_part_new",
    "round_part_edit",
    "round_extend",
    "round_cancel",
    "round_comment_enter",
    "round_answers",
    "round_summary",
)
_ACT = ("round_part_remove", "round_attach", "round_file_remove", "round_confirm", "round_publish")

ROUND_ROUTES: dict[str, Expect] = {
    "liaisons:public_rounds": PUBLIC,
    "liaisons:public_round": PUBLIC,
    "liaisons:public_round_file": PUBLIC,
    "liaisons:own_rounds": only(*NGO),
    "liaisons:own_round": only(*NGO),
    **{f"liaisons:{name}": only(*COORDINATOR, "auditor") for name in _READ},
    **{f"liaisons:{name}": only(*COORDINATOR) for name in _MANAGE},
    **{f"liaisons:{name}": only(*COORDINATOR, method="post") for name in _ACT},
}


def a_plan(world: World) -> CommentRound:
    """Return a round that has not been confirmed, with a file."""

    def make() -> CommentRound:
        by = world.people["coordinator"]
        made = planned_round(by=by)
        attach_to_round(made, upload=statement("luonnos.pdf"), by=by, now=made.created_at)
        return made

    return world.thing("round_plan", make)  # type: ignore[no-any-return]


def a_round(world: World) -> CommentRound:
    """Return an open round with a file."""

    def make() -> CommentRound:
        by = world.people["coordinator"]
        made = planned_round(by=by)
        attach_to_round(made, upload=statement("toinen.pdf"), by=by, now=made.created_at)
        return confirm_round(made, by=by, now=made.opens_at)

    return world.thing("round", make)  # type: ignore[no-any-return]


def _file(found: CommentRound) -> RoundFile:
    return RoundFile.objects.get(round=found)


def _own(world: World) -> dict[str, Any]:
    return {"organisation_id": world.organisation.pk, "pk": a_round(world).pk}


_PLAN = ("round_edit", "round_part_new", "round_attach", "round_confirm", "round", "round_cancel")
_OPEN = ("public_round", "round_extend", "round_comment_enter", "round_answers", "round_summary", "round_publish")

ROUND_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "liaisons:own_rounds": lambda world: {"organisation_id": world.organisation.pk},
    "liaisons:own_round": _own,
    **{f"liaisons:{name}": lambda world: {"pk": a_plan(world).pk} for name in _PLAN},
    **{f"liaisons:{name}": lambda world: {"pk": a_round(world).pk} for name in _OPEN},
    **{
        f"liaisons:{name}": lambda world: {"pk": a_plan(world).parts.order_by("number")[0].pk}
        for name in ("round_part_edit", "round_part_remove")
    },
    **{
        f"liaisons:{name}": lambda world: {"pk": _file(a_plan(world)).pk}
        for name in ("round_file", "round_file_remove")
    },
    "liaisons:public_round_file": lambda world: {"pk": _file(a_round(world)).pk},
}
