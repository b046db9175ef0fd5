"""The verbs of allocating a season; one module a matter."""

from premises.workflow.seasons.applying import (
    ApplicationFacts,
    TimeWish,
    save_application,
    send_application,
    withdraw_application,
)
from premises.workflow.seasons.computing import compute, start_computing
from premises.workflow.seasons.deciding import decide_season, settle_next, unsettled
from premises.workflow.seasons.rounds import (
    RoundFacts,
    cancel_season,
    close_due,
    close_season,
    extend_season,
    make_season,
    publish_season,
    save_season,
)
from premises.workflow.seasons.turns import add_turn, move_turn, pin_turn, remove_turn

__all__ = [
    "ApplicationFacts",
    "RoundFacts",
    "TimeWish",
    "add_turn",
    "cancel_season",
    "close_due",
    "close_season",
    "compute",
    "decide_season",
    "extend_season",
    "make_season",
    "move_turn",
    "pin_turn",
    "publish_season",
    "remove_turn",
    "save_application",
    "save_season",
    "send_application",
    "settle_next",
    "start_computing",
    "unsettled",
    "withdraw_application",
]
