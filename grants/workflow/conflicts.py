"""Conflict of interest (esteellisyys): said by the person, for one case, before they see it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.seams import Withdrawal
from grants.models import Application, Assessment, ConflictDeclaration, GrantCall, RevisionClaim
from grants.policies.base import of_organisations
from grants.workflow import events
from grants.workflow.meeting_matters import carry_to_claims, carry_to_meeting
from grants.workflow.officials import tell_stand_ins
from grants.workflow.statements import recuse_statements
from organisations.models import Membership


def likely_conflicts(user: Any, applications: Iterable[Application]) -> set[int]:
    """Return the applications in which an organisation of the person, now or earlier, applies or is a partner.

    A hint only: hallintolaki 434/2003 28 § asks of board membership and the like, and the person answers. One query.
    """
    organisations = Membership.objects.filter(user=user).values("organisation")
    asked = Application.objects.filter(pk__in=[case.pk for case in applications])
    return set(asked.filter(of_organisations(organisations)).values_list("pk", flat=True))


def declare_conflict(
    application: Application, *, has_conflict: bool, ground: str = "", is_private: bool = False, by: Any, now: datetime
) -> ConflictDeclaration:
    """Record what the person says of their conflict of interest in this case, before its decision.

    "No conflict" can turn into a conflict at any time; a declared conflict is never taken back
    (Refused ``conflict_stands``). On a conflict the person's own assessment of the case is dropped, and the
    record says that they withdrew; where they were to decide it as office-holder, the deputies are told, and a
    statement that was asked of them goes to whoever else answers for the post. Order of
    effects: call's row lock (a call that is being presented waits), case, declaration, event, messages, the matter on
    the meeting's agenda with its deputy. ``is_private``: nobody else reads the ground. Refused: ``ground_missing``.
    """
    ground = ground.strip()
    if has_conflict and not ground:
        raise Refused("ground_missing", _("Kerro, mistä esteellisyys johtuu."))
    with transaction.atomic():
        limit_waiting()
        call = _lock_call(application) if has_conflict else None
        locked: Application = get_allowed("grants.application.declare", by, now=now, lock=True, pk=application.pk)
        declared = ConflictDeclaration.objects.filter(application=locked, user=by).first()
        if declared is not None and (declared.has_conflict or not has_conflict):
            if declared.has_conflict and not has_conflict:
                raise Refused("conflict_stands", _("Olet jo vetäytynyt tästä asiasta. Ilmoitusta ei voi perua."))
            return declared
        if call is None:
            return _declare(locked, by, now, has_conflict=False)
        declaration = _declare(locked, by, now, has_conflict=True, ground=ground, is_private=is_private)
        tell_stand_ins(locked, by=by, now=now)
        recuse_statements(locked, by=by, now=now)
        if call.state == "presented" and call.agenda_item:
            carry_to_meeting(call.agenda_item, declaration, now)
        carry_to_claims(declaration, now)
    return declaration


def _lock_call(application: Application) -> GrantCall:
    call: GrantCall = GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    return call


def _declare(case: Application, person: Any, now: datetime, *, has_conflict: bool, **facts: Any) -> ConflictDeclaration:
    """Write the declaration of a locked case; a conflict drops the own assessment and is told in the record."""
    declaration, _made = ConflictDeclaration.objects.update_or_create(
        application=case,
        user=person,
        defaults={"ground": "", "is_private": False, **facts, "has_conflict": has_conflict, "declared_at": now},
    )
    if has_conflict:
        Assessment.objects.filter(application=case, assessor=person).delete()
        why = "Perustetta ei näytetä." if declaration.is_private else f"Peruste: {declaration.ground}"
        text = f"{person} ilmoitti esteellisyyden ja vetäytyi asian käsittelystä. {why}"
        events.record(case, "declare_conflict", text, by=person, now=now)
    return declaration


def follow_withdrawal(withdrawal: Withdrawal, now: datetime) -> None:
    """Provider of the ``withdrawals`` seam: who withdraws from a whole matter withdraws from every case in it.

    Taken back, the declarations that came from it go, and the person declares again. Order: call, cases by key.
    """
    here = Q(agenda_item=withdrawal.item, state="presented")
    claimed = RevisionClaim.objects.filter(here).values("decision__application")
    calls = GrantCall.objects.select_for_update(of=("self",))
    call = calls.filter(here | Q(applications__in=claimed)).first()
    if call is None:
        return
    rows = Application.objects.select_for_update(of=("self",)).filter(call=call)
    presented = Q(call__agenda_item=withdrawal.item, state="in_handling")
    for case in rows.filter(presented | Q(pk__in=claimed)).select_related("organisation").order_by("pk"):
        own = ConflictDeclaration.objects.filter(application=case, user=withdrawal.person)
        if withdrawal.is_taken_back:
            if own.filter(of_whole_item=True).delete()[0]:
                text = f"Merkintä henkilön {withdrawal.person} esteellisyydestä poistettiin, koska se oli virhe."
                events.record(case, "declare_conflict", text, by=None, now=now)
        elif not own.filter(has_conflict=True).exists():
            facts = {"ground": withdrawal.ground, "is_private": withdrawal.is_private, "of_whole_item": True}
            _declare(case, withdrawal.person, now, has_conflict=True, **facts)


def declare_no_conflicts(applications: Iterable[int], *, by: Any, now: datetime) -> int:
    """Say "no conflict" in many cases at once; cases already declared are left alone. Return how many were new."""
    with transaction.atomic():
        limit_waiting()
        cases = allowed("grants.application.declare", by, now=now).filter(pk__in=list(applications))
        fresh = cases.exclude(conflict_declarations__user=by).values_list("pk", flat=True)
        made = ConflictDeclaration.objects.bulk_create(
            (
                ConflictDeclaration(application_id=case, user=by, has_conflict=False, declared_at=now)
                for case in sorted(set(fresh))
            ),
            ignore_conflicts=True,
        )
    return len(made)
