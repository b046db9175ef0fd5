"""The verbs of reports; one module a matter."""

from reports.workflow.agenda import put_on_agenda, take_off_agenda
from reports.workflow.annual import (
    FIRST_YEAR,
    collect_again,
    finish_collecting,
    finish_freezing,
    freeze,
    mark_read,
    order_report,
    readers,
    save_texts,
)
from reports.workflow.talk import StaleComment, answer_question, ask_question, save_comment

__all__ = [
    "FIRST_YEAR",
    "StaleComment",
    "answer_question",
    "ask_question",
    "collect_again",
    "finish_collecting",
    "finish_freezing",
    "freeze",
    "mark_read",
    "order_report",
    "put_on_agenda",
    "readers",
    "save_comment",
    "save_texts",
    "take_off_agenda",
]
