"""Correcting an error in a served decision (hallintolaki 434/2003 50–51 §): a new version, the old one kept."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import local_date
from grants.life_cycles import DECISION
from grants.models import Decision, GrantCall, Outcome, VersionKind
from grants.workflow.aid_ledger import mark_anew, require_room
from grants.workflow.decisions import check_content, set_dates
from grants.workflow.official_numbers import decide_anew
from grants.workflow.serving import follow_with_use_report, keep_version, move_ledger, tell_issued, what_was_decided
from grants.workflow.voting import forget_vote

TEXTS = ("reasons", "legal_basis", "purpose", "terms", "contact")


def correct_decision(
    decision: Decision,
    *,
    kind: VersionKind,
    why: str,
    sum: Decimal,
    is_consented: bool = False,
    decided_on: date | None = None,
    section_number: int | None = None,
    de_minimis: bool | None = None,
    revision: int,
    by: Any,
    now: datetime,
    **texts: str,
) -> Decision:
    """Correct a served decision as a new version with a new letter; ``texts`` are the whole new texts.

    A writing error (51 §) changes words or an obvious slip of the sum; the periods run on. An error of substance
    (50 §) means that the body decided the case anew: its day and § are needed, the periods begin anew. An
    office-holder corrects the own decision under a new number, and nobody else does (``not_decider``). ``de_minimis``
    says anew whether the grant is such aid (None: as it was). What takes
    from the party needs the party's consent. ``revision`` is the version that the form showed: an older one is
    refused as ``stale``, which also stops the second press. Order of effects: call's row lock, decision, ledger,
    letter, version, event and message. Refused: ``why_missing``, ``no_body``, ``no_consent``, ``declined``,
    ``already_paid``, ``over_asked``, ``over_appropriation``.
    """
    with transaction.atomic():
        limit_waiting()
        get_allowed("grants.decision.issue", by, now=now, pk=decision.pk)
        call = GrantCall.objects.select_for_update(of=("self",)).get(applications=decision.application_id)
        locked: Decision = get_allowed("grants.decision.issue", by, now=now, lock=True, pk=decision.pk)
        if locked.version != revision:
            raise Refused("stale", _("Päätöstä on jo korjattu. Lataa sivu uudelleen ja tarkista uusin versio."))
        is_anew = kind == VersionKind.SUBSTANCE
        target = "issued" if is_anew else locked.state
        state = DECISION.check(locked.state, "correct_decision", target=target)
        if not why.strip():
            raise Refused("why_missing", _("Kerro, mitä korjataan ja miksi. Se tulee päätökseen."))
        if is_anew and locked.is_official and not locked.stands_by_section:
            decide_anew(locked, by=by, now=now)
        elif is_anew:
            _take_meeting(locked, decided_on, section_number, now)
        if sum < locked.sum and not is_consented:
            raise Refused("no_consent", _("Korjaus asianosaisen vahingoksi vaatii asianosaisen suostumuksen (50 §)."))
        mark_anew(locked, de_minimis, total=sum, why=why, by=by, now=now)
        change_sum(locked, call, sum)
        for name in TEXTS:
            setattr(locked, name, texts[name].strip())
        check_content(locked)
        locked.version, locked.state = locked.version + 1, state
        if is_anew:
            set_dates(locked, local_date(now))
        keep_version(locked, kind, why=why.strip(), by=by, now=now)
        locked.save()
        follow_with_use_report(locked)
        text = f"Päätöksen virhe korjattiin, versio {locked.version}. {what_was_decided(locked)}"
        tell_issued(locked, text, verb="correct_decision", by=by, now=now)
    return locked


def _take_meeting(decision: Decision, decided_on: date | None, section_number: int | None, now: datetime) -> None:
    if decided_on is None or section_number is None or not decision.decided_on <= decided_on <= local_date(now):
        raise Refused(
            "no_body", _("Asiavirheen korjaa päättäjä. Kirjoita päivä ja pykälä, joilla asia ratkaistiin uudelleen.")
        )
    decision.decided_on, decision.section_number = decided_on, section_number
    forget_vote(decision)
    decision.minutes_published_on, decision.members_end_on = None, None


def change_sum(decision: Decision, call: GrantCall, total: Decimal, *, on: date | None = None) -> None:
    """Set the decided sum in euros under the call's lock and move the ledger; the caller saves the decision.

    ``on``: the day on which it was so decided, when that is not yet the decision's.
    """
    if total == decision.sum:
        return
    if decision.is_declined:
        raise Refused("declined", _("Hakija on kieltäytynyt avustuksesta, joten summaa ei voi muuttaa."))
    if not 0 <= total <= (decision.application.asked_sum or Decimal(0)):
        raise Refused("over_asked", _("Summa on enintään se, mitä haettiin, eikä pienempi kuin nolla."))
    if total < decision.planned_total:
        raise Refused("already_paid", _("Avustusta on jo valmisteltu maksuun enemmän. Summaa ei voi pienentää näin."))
    if total > decision.sum:
        require_room(decision.application, total, on=on or decision.decided_on)
    move_ledger(call, total - decision.sum)
    if total > 0 and decision.outcome == Outcome.NOT_EXAMINED:
        decision.outcome = Outcome.GRANTED
    decision.sum = total
