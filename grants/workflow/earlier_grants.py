"""Grants of earlier years from a file: read and kept for looking at, then taken once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.roles import has_any_staff_role
from common.locks import limit_waiting
from common.policies import get_allowed
from county.models import get_county
from documents.uploads import clean_name
from grants import earlier_reading as reading
from grants.life_cycles_public import EARLIER_GRANT_IMPORT
from grants.models import EarlierGrant, EarlierGrantImport
from organisations.models import EarlierName, Organisation
from organisations.numbers import fold


@dataclass(frozen=True)
class Plan:
    """What taking one row would do: the row, whom the registry knows as its recipient, and whether it is known."""

    row: reading.Row
    organisation: Organisation | None
    by: Any
    fingerprint: str
    is_double: bool


def read_earlier_grants(upload: Any, *, form: str, funder: str, by: Any, now: datetime) -> EarlierGrantImport:
    """Read an uploaded file and keep what it says for looking at; nothing of it is taken yet.

    Refused: what ``earlier_reading.read`` refuses. Raises ``Http404`` for others than the coordinator.
    """
    if not has_any_staff_role(by, now, "coordinator"):
        raise Http404
    found = reading.read(upload.read(reading.MAX_BYTES + 1), funder=funder)
    return EarlierGrantImport.objects.create(
        file_name=clean_name(upload.name or "avustukset")[:150],
        form=form,
        funder=funder.strip(),
        rows=[asdict(row) for row in found.rows],
        refused=found.refused,
        unknown_columns=found.unknown_columns,
        created_at=now,
        by=by,
    )


def plan(run: EarlierGrantImport) -> list[Plan]:
    """Return what taking each row would do now; five queries, whatever the rows.

    A recipient is known by its business ID, else by its association number, else by a name or an earlier name
    that only one organisation has. A row that has been taken before, or stands twice in the file, is a double.
    """
    rows = [reading.Row(**told) for told in run.rows]
    by_number, by_association, by_name = _known(rows)
    prints = [row.fingerprint() for row in rows]
    seen = set(EarlierGrant.objects.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    plans = []
    for row, mark in zip(rows, prints, strict=True):
        ways = (
            (by_number.get(row.business_id), _("Y-tunnus")),
            (by_association.get(row.association_number or 0), _("rekisterinumero")),
            (None if row.business_id else by_name.get(fold(row.name)), _("nimi")),
        )
        organisation, way = next(((one, how) for one, how in ways if one), (None, ""))
        plans.append(Plan(row, organisation, way, mark, mark in seen))
        seen.add(mark)
    return plans


def _known(
    rows: list[reading.Row],
) -> tuple[dict[str | None, Organisation], dict[int | None, Organisation], dict[str, Organisation]]:
    """Return the organisations that the rows may mean, by business ID, association number and folded name."""
    standing = Organisation.objects.only("pk", "name", "business_id", "association_number", "search_key")
    numbers = {row.business_id for row in rows if row.business_id}
    associations = {row.association_number for row in rows if row.association_number}
    names = {fold(row.name) for row in rows}
    by_name: dict[str, set[Organisation]] = {}
    for one in standing.filter(search_key__in=names):
        by_name.setdefault(one.search_key, set()).add(one)
    earlier = EarlierName.objects.filter(name__in={row.name for row in rows}, organisation__merged_into__isnull=True)
    for old in earlier.select_related("organisation"):
        by_name.setdefault(fold(old.name), set()).add(old.organisation)
    return (
        {one.business_id: one for one in standing.filter(business_id__in=numbers)},
        {one.association_number: one for one in standing.filter(association_number__in=associations)},
        {name: next(iter(found)) for name, found in by_name.items() if len(found) == 1},
    )


def take_earlier_grants(run: EarlierGrantImport, *, with_unmatched: bool, by: Any, now: datetime) -> EarlierGrantImport:
    """Take the rows that are new; those without a known recipient only when ``with_unmatched``. Once.

    The rows are emptied from the reading afterwards. A run that was taken is given back as it is; a row that
    another import takes at the same moment is left to it (the fingerprint is unique in the database).
    """
    with transaction.atomic():
        limit_waiting()
        locked: EarlierGrantImport = get_allowed("grants.earlier.import", by, now=now, lock=True, pk=run.pk)
        if locked.state == "taken":
            return locked
        locked.state = EARLIER_GRANT_IMPORT.check(locked.state, "take_earlier_grants")
        chosen = [one for one in plan(locked) if not one.is_double and (with_unmatched or one.organisation)]
        before = EarlierGrant.objects.filter(run=locked).count()
        EarlierGrant.objects.bulk_create(_grants(chosen, locked), ignore_conflicts=True)
        locked.added = EarlierGrant.objects.filter(run=locked).count() - before
        locked.taken_at, locked.rows = now, []
        locked.save(update_fields=["state", "added", "taken_at", "rows"])
    return locked


def _grants(chosen: Iterable[Plan], run: EarlierGrantImport) -> list[EarlierGrant]:
    county = get_county()
    own = {fold(name) for name in (county.name_fi, county.short_name) if name} if county else set()
    return [
        EarlierGrant(
            funder=one.row.funder,
            is_own=fold(one.row.funder) in own,
            year=one.row.year,
            organisation=one.organisation,
            name=one.row.name,
            business_id=one.row.business_id,
            kind=one.row.kind,
            purpose=one.row.purpose,
            asked_sum=Decimal(one.row.asked_sum) if one.row.asked_sum is not None else None,
            granted_sum=Decimal(one.row.granted_sum),
            decided_on=date.fromisoformat(one.row.decided_on) if one.row.decided_on else None,
            case_number=one.row.case_number,
            source=run.form,
            fingerprint=one.fingerprint,
            run=run,
        )
        for one in chosen
    ]
