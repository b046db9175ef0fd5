"""Conflict of interest (esteellisyys): said by the person, for one case, before they see it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from grants.models import Application, Assessment, ConflictDeclaration
from grants.workflow import events
from organisations.models import Membership


def likely_conflicts(user: Any, applications: Iterable[Application]) -> set[int]:
    """Return the applications of organisations in which the person has or had a role in the portal.

    A hint only: hallintolaki 434/2003 28 § asks of board membership and the like, and the person answers.
    """
    organisations = set(Membership.objects.filter(user=user).values_list("organisation", flat=True))
    return {case.pk for case in applications if case.organisation_id in organisations}


def declare_conflict(
    application: Application, *, has_conflict: bool, ground: str = "", by: Any, now: datetime
) -> ConflictDeclaration:
    """Record what the person says of their conflict of interest in this case, before its decision.

    "No conflict" can turn into a conflict at any time; a declared conflict is never taken back
    (Refused ``conflict_stands``). On a conflict the person's own assessment of the case is dropped, and the
    record says that they withdrew. Refused: ``ground_missing``.
    """
    ground = ground.strip()
    if has_conflict and not ground:
        raise Refused("ground_missing", _("Kerro, mistä esteellisyys johtuu."))
    with transaction.atomic():
        limit_waiting()
        locked: Application = get_allowed("grants.application.declare", by, now=now, lock=True, pk=application.pk)
        declared = ConflictDeclaration.objects.filter(application=locked, user=by).first()
        if declared is not None and (declared.has_conflict or not has_conflict):
            if declared.has_conflict and not has_conflict:
                raise Refused("conflict_stands", _("Olet jo vetäytynyt tästä asiasta. Ilmoitusta ei voi perua."))
            return declared
        declaration, _made = ConflictDeclaration.objects.update_or_create(
            application=locked,
            user=by,
            defaults={"has_conflict": has_conflict, "ground": ground if has_conflict else "", "declared_at": now},
        )
        if has_conflict:
            Assessment.objects.filter(application=locked, assessor=by).delete()
            text = f"{by} ilmoitti esteellisyyden ja vetäytyi asian käsittelystä. Peruste: {ground}"
            events.record(locked, "declare_conflict", text, by=by, now=now)
    return declaration


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
