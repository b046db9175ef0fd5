"""Reminding organisations by hand of agreements that wait for them: many at once, each once a day."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import local_date
from grants.models import Agreement, AgreementParty, AgreementSignature, Side
from grants.workflow.agreement_news import record, tell_organisations

VERB = "remind"


def waiting_parties(agreement: Agreement) -> list[AgreementParty]:
    """Return the organisations for which the agreement waits: all on their turn, of signing those who have not."""
    parties = list(agreement.parties.select_related("organisation"))
    if agreement.state == "negotiating":
        return parties if agreement.turn == Side.ORGANISATION else []
    if agreement.state != "signing":
        return []
    newest = agreement.versions.order_by("-number").first()
    signed = set(AgreementSignature.objects.filter(version=newest, party__isnull=False).values_list("party", flat=True))
    return [party for party in parties if party.pk not in signed]


def remind_agreements(agreements: Iterable[int], *, by: Any, now: datetime) -> int:
    """Remind the organisations of these agreements (keys) now; return of how many it was done.

    Passed over: what does not wait for an organisation, what the person may not work on, and what was reminded of by
    hand today, so that a second press reminds nobody twice.
    """
    chosen = allowed("grants.agreement.work", by, now=now).filter(pk__in=list(agreements)).order_by("pk")
    return sum(_remind(row, by, now) for row in chosen)


def _remind(agreement: Agreement, by: Any, now: datetime) -> bool:
    with transaction.atomic():
        limit_waiting()
        locked: Agreement = get_allowed("grants.agreement.work", by, now=now, lock=True, pk=agreement.pk)
        last = locked.notes.filter(verb=VERB).order_by("-at").first()
        parties = waiting_parties(locked)
        if not parties or (last is not None and local_date(last.at) == local_date(now)):
            return False
        names = ", ".join(party.organisation.name for party in parties)
        note = record(locked, VERB, f"Sopimuksesta muistutettiin: {names}.", side=Side.COUNTY, by=by, now=now)
        is_signing = locked.state == "signing"
        subject = (
            gettext_noop("Muistutus: sopimus odottaa hyväksyntäänne: %(title)s")
            if is_signing
            else gettext_noop("Muistutus: sopimus odottaa teitä: %(title)s")
        )
        step = "approve" if is_signing else "sent"
        tell_organisations(locked, step, subject, key=f"remind:{note.pk}", now=now, parties=parties)
    return True
