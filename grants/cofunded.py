"""Co-funders beside the money: what the payment of a grant waits for, and what has been promised of each year."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from common.errors import Refused
from common.policies import allowed
from grants.life_cycles_negotiations import SMALLER, UNDECIDED
from grants.models import Application, CoFunding, Decision, ProjectShare

#: Co-funders for whose decision the payment waits: none yet, or a smaller one that nobody has settled.
WAITS = Q(is_condition=True) & (Q(state__in=UNDECIDED) | Q(state__in=SMALLER, settled_at__isnull=True))
ZERO = Decimal(0)


def refuse_waiting(decision: Decision) -> None:
    """Refuse ``cofunding_waits`` while a decision of another funder, on which the grant depends, is missing."""
    names = list(CoFunding.objects.filter(WAITS, application=decision.application_id).values_list("name", flat=True))
    if names:
        raise Refused(
            "cofunding_waits",
            _(
                "Maksaminen odottaa toisen rahoittajan päätöstä: %(names)s. Kirjaa päätös, ratkaise pienempi rahoitus "
                "tai poista ehto asian Hanke ja rahoittajat -välilehdellä."
            )
            % {"names": ", ".join(names)},
        )


def promised(user: Any, now: datetime) -> QuerySet[ProjectShare]:
    """Return the yearly shares that the person may read, with ``waits``: the grant waits for another funder."""
    cases = allowed("grants.cofunding.commitments", user, now=now)
    waits = CoFunding.objects.filter(WAITS, application=OuterRef("project__application"))
    return ProjectShare.objects.filter(project__application__in=cases).annotate(waits=Exists(waits))


GRANTED = Q(project__application__decision__sum__gt=0)
CONDITIONAL = Q(is_conditional=True) | Q(waits=True)
COMING = Q(project__application__state__in=("submitted", "in_handling"))


def by_year(rows: QuerySet[ProjectShare]) -> list[dict[str, Any]]:
    """Return year, committed, conditional and still negotiated euros; one query."""
    sums: Any = (
        rows.order_by("year")
        .values("year")
        .annotate(
            committed=Sum("sum", filter=GRANTED & ~CONDITIONAL, default=ZERO),
            conditional=Sum("sum", filter=GRANTED & CONDITIONAL, default=ZERO),
            coming=Sum("sum", filter=COMING, default=ZERO),
        )
    )
    return [row for row in sums if row["committed"] or row["conditional"] or row["coming"]]


def kind_of(share: Any) -> str:
    """Return what a share is: committed, conditional, coming, or nothing where the case was refused or withdrawn."""
    case: Application = share.project.application
    decision = getattr(case, "decision", None)
    if decision is not None:
        if not decision.is_grant:
            return ""
        return "conditional" if share.is_conditional or share.waits else "committed"
    return "coming" if case.state in ("submitted", "in_handling") else ""


def total(rows: Iterable[dict[str, Any]], name: str) -> Decimal:
    """Return the euros of one column."""
    return sum((row[name] for row in rows), ZERO)
