"""Erasing from the portal what a case holds, once the records system has it and its time is over."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

import pgtrigger
from django.db import transaction

from common.locks import limit_waiting
from common.times import add_days, format_date, local_date
from documents.models import RenderedDocument
from grants.models import (
    Application,
    ApplicationAttachment,
    ApplicationPartner,
    ApplicationSearch,
    CaseErasure,
    GrantCall,
    MessageFile,
    Submission,
    SupplementRequest,
)
from grants.models.supplements import SupplementFile
from grants.retention import NOTICES, past_their_time
from grants.workflow.case_events import happened
from grants.workflow.erasure_later import DEFENDED, erase_later_texts, later_files

ERASED_TEXT = "Hävitetty säilytysajan päätyttyä."
#: What the database defends, and the records plan alone may undo.
_DEFENDED = (
    "grants.Submission:what_was_sent_stays",
    "grants.Submission:receipt_stays",
    "grants.SupplementRequest:sent_supplement_stays",
    "grants.CaseStatement:given_statement_stays",
    "documents.RenderedDocument:rendered_never_deleted",
    *DEFENDED,
)
_PERSONAL = {"contact_name": "", "contact_email": "", "answer_note": "", "token_hash": None, "link_until": None}


def case_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many cases were erased, and how many are now announced.

    A case is announced ``max(NOTICES)`` days before it goes, so a case whose time was over long ago waits as long.
    """
    announced = sum(_announce(pk, now) for pk in past_their_time(now, max(NOTICES)))
    due = CaseErasure.objects.filter(erased_at__isnull=True, due_on__lte=local_date(now))
    erased = sum(erase_case(pk, now=now) for pk in due.values_list("application", flat=True))
    return {"grants.Application": erased, "grants.CaseErasure announced": announced}


@transaction.atomic
def _announce(application_id: int, now: datetime) -> int:
    """Set the day on which the case goes, once; return 1 when it was set now."""
    case = _locked(application_id)
    day = add_days(local_date(now), max(NOTICES))
    _row, is_new = CaseErasure.objects.get_or_create(application=case, defaults={"planned_at": now, "due_on": day})
    if is_new:
        said = f"Hakemus liitteineen hävitetään palvelusta {format_date(day)}. Ladatkaa oma kopio sitä ennen."
        happened(case, "announce_erasure", said, by=None, now=now)
    return int(is_new)


def _locked(application_id: int) -> Application:
    """Lock the call's and then the case's row."""
    limit_waiting()
    GrantCall.objects.select_for_update().get(applications=application_id)
    rows = Application.objects.select_for_update(of=("self",)).select_related("call", "organisation")
    return rows.get(pk=application_id)


@transaction.atomic
def erase_case(application_id: int, *, now: datetime) -> int:
    """Erase the contents of one case and return 1; 0 when it has been erased, was not announced, or has no right to go.

    What stays: number, organisation, sums, states, days, the letters of what was decided, figures of use reports, the
    hash of what was sent. Files go after the commit.
    """
    case = _locked(application_id)
    row = CaseErasure.objects.select_for_update().filter(application=case, erased_at__isnull=True).first()
    if row is None or row.due_on > local_date(now) or not list(past_their_time(now, pk=case.pk)):
        return 0
    with pgtrigger.ignore(*_DEFENDED):
        files = _erase_files(case)
        _erase_texts(case)
    row.erased_at, row.files = now, files
    row.save(update_fields=["erased_at", "files"])
    happened(case, "erase_case", "Hakemuksen sisältö hävitettiin säilytysajan päätyttyä.", by=None, now=now)
    return 1


def _erase_files(case: Application) -> int:
    """Erase every file of the case with its row, also of supplement drafts that were never sent; return how many."""
    papers = list(case.submissions.exclude(receipt=None).values_list("receipt", flat=True))
    case.submissions.exclude(receipt=None).update(receipt=None)
    stored: list[Iterable[Any]] = [
        ApplicationAttachment.everything.filter(application=case),
        SupplementFile.objects.filter(supplement__application=case),
        MessageFile.objects.filter(message__application=case),
        RenderedDocument.objects.filter(pk__in=papers),
        *later_files(case),
    ]
    count = 0
    for rows in stored:
        for file in rows:
            storage, name = file.file.storage, str(file.file.name)
            file.delete()
            transaction.on_commit(partial(storage.delete, name), robust=True)
            count += 1
    return count


def _erase_texts(case: Application) -> None:
    """Erase what was written into the case; where the database wants words, say that they were erased."""
    for sent in case.submissions.all():
        Submission.objects.filter(pk=sent.pk).update(content=_emptied(sent.content))
    requests = SupplementRequest.objects.filter(application=case)
    requests.update(answers={}, aid=None, text=ERASED_TEXT, note="")
    requests.filter(state="sent", kind="hearing").update(note=ERASED_TEXT)
    case.statements.update(question=ERASED_TEXT)
    case.statements.filter(state="given").update(text=ERASED_TEXT)
    for related in (case.messages, case.notes, case.comments, case.checks, case.promises):
        related.all().delete()
    ApplicationPartner.everything.filter(application=case).update(**_PERSONAL)
    ApplicationSearch.objects.filter(application=case).delete()
    erase_later_texts(case, ERASED_TEXT)
    case.answers = {}
    case.save(update_fields=["answers"])


def _emptied(content: dict[str, Any]) -> dict[str, Any]:
    """Return a submission's content without what people wrote; its shape stays, so that it can still be opened."""
    kept = ("version", "case_number", "received_at", "organisation", "call", "form_version", "guideline_version")
    sums = ("title", "asked_sum", "municipalities")
    nobody = {"sender": {"name": "", "email": ""}, "answers": {}, "attachments": [], "later": [], "erased": True}
    return {name: content[name] for name in (*kept, *sums) if name in content} | nobody
