"""Answers of last year's application as the beginning of this year's; sums never come along."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from grants import form_definition as forms_data
from grants.form_definition import Answers, Definition, Question
from grants.models import Application, GrantCall
from grants.workflow.drafts import copy_to_columns, lock_draft, start_application
from grants.workflow.partners import suggest_partners
from organisations.models import Organisation

#: Columns of rows that hold money, and the year that a row is about: asked anew every year.
EMPTIED = {"expenses": ("total", "grant"), "income": ("sum",)}
#: Kinds of question whose whole answer belongs to its year.
OF_ITS_YEAR = ("money", "indicators", "funding")


def earlier_applications(call: GrantCall, organisation: Any) -> QuerySet[Application]:
    """Return what the organisation (or an ``OuterRef`` of one) has sent to other calls of the same kind, latest first.

    Drafts and withdrawn ones are left out.
    """
    sent = Application.objects.arrived().filter(organisation=organisation, call__kind=call.kind_id)
    return sent.exclude(call=call).select_related("call", "form_version").order_by("-received_at", "-pk")


def start_from_earlier(*, organisation: Organisation, call: GrantCall, by: Any, now: datetime) -> Application:
    """Begin an application with the answers of the latest sent one of the same kind, as far as they fit.

    Only a draft in which nothing has been saved is filled: pressing twice, or a colleague who has already
    begun, loses nothing. Refuses what ``start_application`` refuses. Without an earlier one the draft is empty.
    """
    with transaction.atomic():
        application = start_application(organisation=organisation, call=call, by=by, now=now)
        earlier = earlier_applications(call, organisation).first()
        if earlier is None or application.state != "draft" or application.revision or application.answers:
            return application
        locked = lock_draft(application, by=by, now=now)
        if locked.revision or locked.answers:
            return locked
        locked.answers = fitting(earlier, locked.form_version.definition)
        locked.prefilled_from = earlier
        locked.revision += 1
        locked.saved_at, locked.saved_by = now, by
        copy_to_columns(locked, locked.form_version.definition)
        locked.save(
            update_fields=["answers", "prefilled_from", "revision", "saved_at", "saved_by", "asked_sum", "title"]
        )
        suggest_partners(earlier, locked, by=by, now=now)
        return locked


def fitting(earlier: Application, definition: Definition) -> Answers:
    """Return the earlier answers to questions that have the same key and type now; sums and targets left out.

    A budget keeps its rows' words with the sums empty, so that completeness asks for each of them.
    """
    before = _questions(earlier.form_version.definition)
    return {
        key: _without_sums(question, earlier.answers[key])
        for key, question in _questions(definition).items()
        if key in before
        and key in earlier.answers
        and before[key]["type"] == question["type"]
        and question["type"] not in OF_ITS_YEAR
        and _is_choice_still(question, earlier.answers[key])
    }


def _questions(definition: Definition) -> dict[str, Question]:
    return {question["key"]: question for page in forms_data.pages(definition) for question in page["questions"]}


def _is_choice_still(question: Question, value: Any) -> bool:
    if question["type"] != "choice":
        return True
    return value in {choice["key"] for choice in question["choices"]}


def _without_sums(question: Question, value: Any) -> Any:
    if question["type"] != "budget":
        return value
    return {
        part: [{**row, **dict.fromkeys(EMPTIED[part])} for row in rows]
        for part, rows in value.items()
        if part in EMPTIED
    }
