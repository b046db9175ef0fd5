"""Routes of building an application form and of eligibility questions, and their arguments."""

from collections.abc import Callable
from typing import Any

from common import clock
from grants.models import EligibilityQuestion
from tests.grants.factories import make_call, make_kind
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

COORDINATOR = "coordinator"

_BUILD = (
    "form_start",
    "form_preview",
    "form_page_new",
    "form_page",
    "form_page_remove",
    "form_question_new",
    "form_question",
    "form_question_remove",
    "call_eligibility",
    "call_eligibility_new",
    "call_eligibility_question",
    "call_eligibility_remove",
)
_POST = ("form_move", "call_eligibility_usual", "call_eligibility_move")

FORM_ROUTES: dict[str, Expect] = {
    **{f"grants:{name}": only(COORDINATOR) for name in _BUILD},
    **{f"grants:{name}": only(COORDINATOR, method="post") for name in _POST},
    "grants:eligibility_check": PUBLIC,
}


def a_question(world: World, state: str = "draft") -> EligibilityQuestion:
    """Return an eligibility question of a draft, or of a call that has been published."""

    def make() -> EligibilityQuestion:
        call = make_call(state="draft", kind=make_kind(decided_by=world.body), title_fi=f"Kelpoisuus {state}")
        question = EligibilityQuestion.objects.create(call=call, text_fi="Rekisteröity?", advice_fi="Rekisteröikää.")
        if state != "draft":
            call.state, call.published_by, call.published_at = state, call.created_by, clock.now()
            call.save()
        return question

    return world.thing(f"eligibility_{state}", make)  # type: ignore[no-any-return]


def _call(world: World) -> dict[str, Any]:
    return {"call_id": a_question(world).call_id}


def _question(world: World) -> dict[str, Any]:
    return {**_call(world), "question_id": a_question(world).pk}


FORM_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **{
        f"grants:{name}": _call
        for name in (
            "form_start",
            "form_preview",
            "form_page_new",
            "form_move",
            "call_eligibility",
            "call_eligibility_new",
            "call_eligibility_usual",
        )
    },
    **{
        f"grants:{name}": lambda world: {**_call(world), "page_key": "toiminta"}
        for name in ("form_page", "form_page_remove", "form_question_new")
    },
    **{
        f"grants:{name}": lambda world: {**_call(world), "question_key": "open_to_all"}
        for name in ("form_question", "form_question_remove")
    },
    **{f"grants:call_eligibility_{name}": _question for name in ("question", "move", "remove")},
    "grants:eligibility_check": lambda world: {"call_id": a_question(world, "published").call_id},
}
