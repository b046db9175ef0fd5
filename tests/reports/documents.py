"""A co-operation document in its states, through the verbs."""

from datetime import datetime, timedelta
from typing import Any

from common.times import local_date
from liaisons.models import CommentRound
from liaisons.workflow.rounds import move_due_rounds, publish_round, write_summary
from reports.cooperation import terms
from reports.models import CooperationDocument
from reports.workflow import cooperation as workflow
from tests.liaisons.factories import BodyFactory


def begun(by: Any, *, now: datetime, place: int = 0) -> CooperationDocument:
    """Return a draft of the present term (``place`` 1: of the next) with one text."""
    document = workflow.begin_document(terms(local_date(now))[place], by=by, now=now)
    workflow.save_chapter(document, key="johdanto", text="Teemme työtä yhdessä.", version=0, by=by, now=now)
    return document


def sent(by: Any, *, now: datetime, place: int = 0) -> CooperationDocument:
    """Return a document that is being commented."""
    document = begun(by, now=now, place=place)
    closes = now + timedelta(days=14)
    return workflow.send_for_comments(document, asks="Mitä puuttuu?", closes_at=closes, by=by, now=now)


def answered(by: Any, *, now: datetime, place: int = 0) -> CooperationDocument:
    """Return a document whose round (a fortnight before ``now``) has been published."""
    document = sent(by, now=now - timedelta(days=20), place=place)
    move_due_rounds(now=now)
    found = CommentRound.objects.get(pk=document.round_id)
    write_summary(found, summary="Ei muutoksia.", by=by, now=now)
    publish_round(found, by=by, now=now)
    document.refresh_from_db()
    return document


def decided(by: Any, *, now: datetime, section: int = 10, place: int = 0) -> CooperationDocument:
    """Return a document in force."""
    document = answered(by, now=now, place=place)
    body = BodyFactory(kind="committee", name_fi="HYTE-lautakunta")
    return workflow.decide_document(document, body=body, decided_on=local_date(now), section=section, by=by, now=now)
