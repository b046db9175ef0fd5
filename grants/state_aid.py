"""De minimis aid as it is counted and read: the rolling three years, the room that is left, the declaration.

Regulation (EU) 2023/2831 article 3: the total granted to a single undertaking does not exceed 300 000 euros over any
period of three years, counted to the day. Sums are euros.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from common import seams
from common.times import local_date
from grants.models import AidMark, Application, DeclaredAid, DeMinimisAid, StateAidDeclaration
from grants.undertakings import group_of, groups_of, links_of

CEILING = Decimal("300000.00")
YEARS = 3
ZERO = Decimal(0)


def first_counted_day(on: date) -> date:
    """Return the first day of the three years that end on the day: aid of just three years ago is out.

    The three years that end on 15.6.2027 began on 16.6.2024, those that end on 28.2.2027 on 29.2.2024.
    """
    try:
        same_day = on.replace(year=on.year - YEARS)
    except ValueError:  # 29 February
        same_day = on.replace(year=on.year - YEARS, day=28)
    return same_day + timedelta(days=1)


def counted(rows: Iterable[Any]) -> list[Any]:
    """Return the rows (``DeMinimisAid``, ``DeclaredAid``) each aid once.

    The same aid may be told of in several applications and by an officer; two alike in one source are two.
    """
    found, seen = [], Counter[Any]()
    by_source: Counter[Any] = Counter()
    for row in rows:
        if row.is_own:
            found.append(row)
            continue
        by_source[row.source, row.key] += 1
        if by_source[row.source, row.key] > seen[row.key]:
            seen[row.key] += 1
            found.append(row)
    return found


def total_of(rows: Iterable[Any]) -> Decimal:
    """Add up the aid, each once."""
    return sum((row.sum for row in counted(rows)), ZERO)


@dataclass(frozen=True)
class Position:
    """Where an undertaking stands: aid counted since the day ``since``, and what may still be granted."""

    since: date
    known: tuple[Any, ...]
    declared: tuple[Any, ...]

    @property
    def total(self) -> Decimal:
        """All aid in the three years."""
        return total_of([*self.known, *self.declared])

    @property
    def left(self) -> Decimal:
        """What may still be granted; never below zero."""
        return max(CEILING - self.total, ZERO)

    def is_over(self, asked: Decimal | None) -> bool:
        """Tell whether the sum would pass the ceiling; exactly the ceiling does not."""
        return asked is not None and asked > self.left


def declaration_of(application: Application) -> StateAidDeclaration | None:
    """Return what the applicant has declared, if anything."""
    return getattr(application, "state_aid", None)


def is_de_minimis(application: Application) -> bool:
    """Tell whether a grant in the case is de minimis aid: as the officer marked, else as the applicant declared."""
    mark = AidMark.objects.filter(application=application.pk).first()
    if mark is not None:
        return mark.is_de_minimis
    if not application.call.state_aid:
        return False
    return StateAidDeclaration.objects.filter(application=application.pk, is_economic=True).exists()


@dataclass(frozen=True)
class Standing:
    """Whether a grant in a case is de minimis aid, and by whose word: the officer's ``mark``, else the declaration."""

    is_de_minimis: bool
    mark: AidMark | None
    declaration: StateAidDeclaration | None


def standing_of(application: Application) -> Standing:
    """Return the same as ``is_de_minimis`` with its ground; reads ``aid_mark`` and ``state_aid`` of the row."""
    mark: AidMark | None = getattr(application, "aid_mark", None)
    declaration = declaration_of(application) if application.call.state_aid else None
    declared = declaration is not None and declaration.is_economic
    return Standing(mark.is_de_minimis if mark else declared, mark, declaration)


def served_aid() -> QuerySet[DeMinimisAid]:
    """Return the ledger as an applicant may know it: without decisions that have not been served yet."""
    return DeMinimisAid.objects.exclude(decision__state="recorded").select_related(
        "decision__application", "organisation"
    )


def prefetch_aid(applications: Iterable[Application]) -> None:
    """Read declarations and ledgers of those whose call asks them, at once; no query where none does."""
    asking = [application for application in applications if application.call.state_aid]
    prefetch_related_objects(asking, "state_aid")
    economic = [one for one in asking if (told := declaration_of(one)) is not None and told.is_economic]
    if not economic:
        return
    prefetch_related_objects(economic, "declared_aid")
    groups = groups_of({one.organisation_id for one in economic})
    rows = list(served_aid().filter(organisation__in=set().union(*groups.values())))
    for one in economic:
        group = groups[one.organisation_id]
        one.organisation.aid_read = [row for row in rows if row.organisation_id in group]  # type: ignore[attr-defined]


def position_of(
    application: Application, declaration: StateAidDeclaration, rows_declared: Iterable[DeclaredAid] | None = None
) -> Position:
    """Return where the applicant stood on the day of the declaration, with what it declares in this application.

    ``rows_declared`` stands in the place of the application's own rows (a corrected declaration on its copy).
    """
    since = first_counted_day(local_date(declaration.declared_at))
    rows = getattr(application.organisation, "aid_read", None)
    if rows is None:
        rows = list(served_aid().filter(organisation__in=group_of(application.organisation_id)))
    known = [row for row in rows if row.granted_on >= since and not _is_of(row, application)]
    told = application.declared_aid.all() if rows_declared is None else rows_declared
    declared = [row for row in told if row.granted_on >= since]
    return Position(since, tuple(known), tuple(declared))


def position_for(case: Application, rows: Any, on: date) -> Position:
    """Return where the applicant stands on the day by the queryset that an officer may read, the case's own apart."""
    since = first_counted_day(on)
    found = rows.since(since).filter(organisation__in=group_of(case.organisation_id))
    known = found.exclude(decision__application=case.pk).select_related("organisation")
    return Position(since, tuple(known.order_by("-granted_on", "-pk")), ())


def in_kind(organisations: Iterable[int], user: Any, now: datetime) -> list[seams.SupportRow]:
    """Return what the undertaking has had otherwise than in money, by calendar year, as the reader may know it.

    Free use of the county's rooms is de minimis aid where the activity in them is economic (Commission Notice
    2016/C 262/01, paragraphs 17 and 66), which the portal does not know: the sums stand beside the total for who
    decides it. The first of the years is told whole although the three years begin in its middle.
    """
    today = local_date(now)
    first, last = first_counted_day(today).year, today.year
    keys = list(organisations)
    rows = [row for provider in seams.in_kind for row in provider(keys, first, last, user, now)]
    return sorted(rows, key=lambda row: (-row.year, row.kind))


def _is_of(row: DeMinimisAid, application: Application) -> bool:
    """Tell whether the row came from this very application."""
    granted = row.decision is not None and row.decision.application_id == application.pk
    return granted or row.declared_in_id == application.pk


def frozen_aid(application: Application) -> dict[str, Any]:
    """Return what a submission keeps of the declaration: ``{"state_aid": …}``, or nothing where it was not asked."""
    declaration = declaration_of(application) if application.call.state_aid else None
    if declaration is None:
        return {}
    return {"state_aid": freeze(application, declaration, list(application.declared_aid.all()))}


def freeze(application: Application, declaration: StateAidDeclaration, declared: list[DeclaredAid]) -> dict[str, Any]:
    """Return a declaration with its rows of earlier aid as a submission keeps them; sums are text in euros."""
    position = position_of(application, declaration, declared)
    is_told = declaration.is_economic
    links = links_of(application.organisation) if is_told else ()
    return {
        "is_economic": declaration.is_economic,
        "has_earlier": declaration.has_earlier,
        "linked": declaration.linked,
        "undertakings": [
            {"name": row.name_to(application.organisation), "number": row.number_to(application.organisation)}
            for row in links
        ],
        "declared_at": declaration.declared_at.isoformat(),
        "counted_from": position.since.isoformat(),
        "known": [frozen_row(row) for row in position.known] if is_told else [],
        "declared": [frozen_row(row) for row in declared] if is_told else [],
        "total": f"{position.total:.2f}",
        "left": f"{position.left:.2f}",
    }


def frozen_row(row: DeMinimisAid | DeclaredAid) -> dict[str, str]:
    """Return one aid as a submission keeps it."""
    return {
        "granter": row.granter,
        "granted_on": row.granted_on.isoformat(),
        "sum": f"{row.sum:.2f}",
        "purpose": row.purpose,
    }


def told_of(application: Application) -> dict[str, Any] | None:
    """Return the declaration as it was sent, of a draft as it stands; None where there is none."""
    if not application.call.state_aid:
        return None
    if application.state != "draft":
        last = application.submissions.order_by("-number").first()
        return last.content.get("state_aid") if last else None
    found: dict[str, Any] | None = frozen_aid(application).get("state_aid")
    return found
