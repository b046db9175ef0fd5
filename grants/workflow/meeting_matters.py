"""Carrying what a member said of their conflict of interest to the matter on the meeting's agenda."""

from datetime import datetime

from grants.models import Application, ConflictDeclaration, GrantCall, RevisionClaim
from liaisons.models import AgendaItem
from liaisons.workflow import withdraw_from_part


def part_of(case: Application) -> str:
    """Return by what a meeting's matter knows the case."""
    return case.case_number or str(case.pk)


def carry_to_meeting(item: AgendaItem, declaration: ConflictDeclaration, now: datetime) -> None:
    """Note in the meeting's matter that the person has withdrawn from the case; the caller holds the call's lock."""
    case = declaration.application
    withdraw_from_part(
        item,
        part=part_of(case),
        part_title=case.organisation.name,
        person=declaration.user,
        ground=declaration.ground,
        is_private=declaration.is_private,
        now=now,
    )


def carry_to_claims(declaration: ConflictDeclaration, now: datetime) -> None:
    """Note in the matters of the case's presented claims for revision that the person has withdrawn."""
    claims = RevisionClaim.objects.filter(decision__application=declaration.application_id, state="presented")
    for claim in claims.select_related("agenda_item").order_by("pk"):
        _carry_to_claim(claim, declaration, now)


def carry_claim_conflicts(claim: RevisionClaim, now: datetime) -> None:
    """Note in a claim's matter that has just come on the agenda who of the body had withdrawn from its case."""
    rows = ConflictDeclaration.objects.filter(application=claim.decision.application_id, has_conflict=True)
    for row in rows.select_related("application__organisation", "user").order_by("pk"):
        _carry_to_claim(claim, row, now)


def _carry_to_claim(claim: RevisionClaim, declaration: ConflictDeclaration, now: datetime) -> None:
    if claim.agenda_item is None:
        return
    withdraw_from_part(
        claim.agenda_item,
        part=claim.case_number,
        part_title=declaration.application.organisation.name,
        person=declaration.user,
        ground=declaration.ground,
        is_private=declaration.is_private,
        now=now,
    )


def carry_all_to_meeting(call: GrantCall, item: AgendaItem, now: datetime) -> None:
    """Note in a matter that has just come on the agenda who of the body had already withdrawn from the call's cases."""
    rows = ConflictDeclaration.objects.filter(application__call=call, application__state="in_handling")
    for row in rows.filter(has_conflict=True).select_related("application__organisation", "user").order_by("pk"):
        carry_to_meeting(item, row, now)
