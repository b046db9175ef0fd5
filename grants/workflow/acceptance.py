"""The applicant's answer to a grant: accepted with its terms, or declined, which frees the sum."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from grants.models import Acceptance, Decision, GrantCall
from grants.workflow.serving import follow_with_use_report, happened, move_ledger


def answer_grant(decision: Decision, *, accepts: bool, by: Any, now: datetime) -> Decision:
    """Accept the grant and its terms, or decline it; the same answer again changes nothing.

    Declined, the sum returns to the call's appropriation and an untouched use report goes. Order of effects: call's
    row lock, decision's, ledger, event. Refused: ``declined`` (a declined grant is not taken back), ``already_paid``.
    """
    with transaction.atomic():
        limit_waiting()
        get_allowed("grants.grant.answer", by, now=now, pk=decision.pk)
        call = GrantCall.objects.select_for_update(of=("self",)).get(applications=decision.application_id)
        locked: Decision = get_allowed("grants.grant.answer", by, now=now, lock=True, pk=decision.pk)
        answer = Acceptance.ACCEPTED if accepts else Acceptance.DECLINED
        if locked.acceptance == answer:
            return locked
        if locked.is_declined:
            raise Refused("declined", _("Avustuksesta on jo kieltäydytty. Ota yhteyttä lisätietojen antajaan."))
        locked.acceptance, locked.answered_by, locked.answered_at = answer, by, now
        with translation.override("fi"):
            total = format_euros(locked.sum)
        if not accepts:
            _free(locked, call)
        locked.save()
        follow_with_use_report(locked)
        said = "hyväksyi avustuksen ja sen ehdot" if accepts else "kieltäytyi avustuksesta"
        text = f"{locked.application.organisation.name} {said}: {locked.application.case_number}, {total}."
        happened(locked.application, "answer_grant", text, by=by, now=now)
    return locked


def _free(decision: Decision, call: GrantCall) -> None:
    if decision.planned_total > 0:
        raise Refused(
            "already_paid",
            _("Avustusta on jo valmisteltu maksuun. Ota yhteyttä lisätietojen antajaan, niin palautuksesta sovitaan."),
        )
    move_ledger(call, -decision.sum)
    decision.declined_sum, decision.sum = decision.sum, Decimal(0)
