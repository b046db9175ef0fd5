"""The cases of a call as sharing its appropriation needs them: rows with flags, the plan of a page, its sums.

Every figure stands behind ``can_read`` (grants.cases): of a case with a declared or undeclared conflict of interest
there are the applicant's name and the sum asked, and no model touches it. Nor does one touch a case that the person
is still to assess: its points and proposal are not seen (``sees_points``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from common.policies import allowed
from common.times import local_date
from grants import cases
from grants.allocation import CENT, ZERO, Ask, Outcome, Sums, Terms, outcome, share
from grants.allocation_reserves import ReserveKeys, left_of
from grants.models import Decision, GrantCall, MunicipalOpinion, Stance, UseReport

HAND, RESERVES = "nykyiset", "kiintiot"
LABELS = {
    HAND: _("Nykyiset esitykset"),
    "tasa": _("Tasaosuus ja loput pisteillä"),
    "kynnys": _("Kynnys ja järjestys"),
    "pisteet": _("Pisteiden suhteessa"),
    RESERVES: _("Kiintiö ensin"),
}


@dataclass(frozen=True)
class Row:
    """One case: what is asked and proposed, last year's grant of the same kind, and what to be careful of.

    ``previous`` is euros granted to the organisation by calls of the same kind a year earlier; ``overdue`` counts its
    use reports that should have come. ``barred``: a municipality funds the activity and the kind pays nothing then.
    ``editable``: the reader may propose. ``by_hand``: a person wrote the proposal.
    """

    case: Any
    ask: Ask
    proposed: Decimal | None
    spread: int | None
    previous: Decimal | None
    municipality_funds: bool
    barred: bool
    overdue: int
    editable: bool
    by_hand: bool

    @property
    def name(self) -> str:
        """The applicant."""
        return str(self.case.organisation.name)

    @property
    def place_code(self) -> str:
        """The code of the applicant's home municipality; empty when it is not known."""
        domicile = self.case.organisation.domicile
        return domicile.code if domicile else ""

    @property
    def place(self) -> str:
        """The applicant's home municipality, or a dash."""
        domicile = self.case.organisation.domicile
        return domicile.name if domicile else "–"


@dataclass(frozen=True)
class Plan:
    """What the page's address chooses: models, their terms, euros kept unshared, whether hand-made ones give way."""

    models: tuple[str, ...] = ()
    terms: Terms = field(default_factory=Terms)
    base: str = "kynnys"
    holdback: Decimal = ZERO
    replace: bool = False


def rows_of(call: GrantCall, user: Any, now: datetime) -> list[Row]:
    """Return the cases that are or were in handling, best points first; two queries at any size."""
    keys = ReserveKeys(call)
    editable = allowed("grants.proposal.edit", user, now=now).filter(pk=OuterRef("pk"))
    funds = MunicipalOpinion.objects.filter(application=OuterRef("pk"), stance=Stance.FUNDS)
    late = UseReport.objects.overdue(local_date(now)).filter(
        decision__application__organisation=OuterRef("organisation")
    )
    before = Decision.objects.exclude(state="recorded").filter(
        application__organisation=OuterRef("organisation"),
        application__call__kind=call.kind_id,
        application__call__year=call.year - 1,
    )
    found = (
        cases.cases_of(call, user, now)
        .filter(state__in=["in_handling", "decided"])
        .annotate(
            editable=Exists(editable),
            funds=Exists(funds),
            late=Subquery(_of_one(late, "decision__application__organisation", Count("pk"))),
            before=Subquery(_of_one(before, "application__organisation", Sum("sum"))),
            **keys.annotations(),
        )
        .order_by(F("mean").desc(nulls_last=True), "pk")
    )
    return [_row(case, keys) for case in found]


def _of_one(rows: Any, organisation: str, value: Any) -> Any:
    """Return the value of the organisation's rows as a subquery."""
    return rows.order_by().values(organisation).annotate(value=value).values("value")


def _row(case: Any, keys: ReserveKeys) -> Row:
    points = None if case.mean is None else Decimal(str(case.mean)).quantize(CENT)
    can_read = case.can_read
    return Row(
        case=case,
        ask=Ask(case.pk, case.asked_sum or ZERO, points, keys.of(case)),
        proposed=case.proposed,
        spread=case.highest - case.lowest if case.highest is not None else None,
        previous=case.before,
        municipality_funds=can_read and case.funds,
        barred=can_read and case.funds and keys.bars_municipal,
        overdue=(case.late or 0) if can_read else 0,
        editable=case.editable,
        by_hand=case.proposed is not None and not case.proposal.from_model,
    )


def movable(row: Row, plan: Plan) -> bool:
    """Tell whether a model may change the case's proposal: read, assessed, in handling, and not kept by hand.

    In a decided call models are calculated for comparison; ``adopt_model`` writes only while the call is in handling.
    """
    if row.ask.points is None or not row.case.sees_points:
        return False
    if row.case.state != "in_handling" and row.case.call.state != "decided":
        return False
    return plan.replace or not row.by_hand


def pool_of(call: GrantCall, rows: Sequence[Row], plan: Plan) -> Decimal:
    """Return the euros that a model shares: what is left and what it may move, without what is held back."""
    own = sum((row.proposed or ZERO for row in rows if movable(row, plan)), ZERO)
    return Decimal(call.appropriation - call.proposed_total + own - plan.holdback)


@dataclass(frozen=True)
class Column:
    """One model's sums by case, the outcome of all rows and a seal of what a press would write."""

    key: str
    label: str
    sums: dict[int, Decimal | None]
    outcome: Outcome
    seal: str

    @property
    def is_hand(self) -> bool:
        """Tell whether these are the proposals as they stand."""
        return self.key == HAND


def run(model: str, rows: Sequence[Row], pool: Decimal, plan: Plan) -> Sums:
    """Return the model's sums of the cases that it may move."""
    asks = [replace(row.ask, points=None) if row.barred else row.ask for row in rows if movable(row, plan)]
    terms = plan.terms
    if model == RESERVES:
        kept = [(row.ask, row.proposed or ZERO) for row in rows if not movable(row, plan)]
        return share(plan.base, asks, pool, replace(terms, reserves=left_of(terms.reserves, kept)))
    return share(model, asks, pool, Terms(terms.floor, terms.least, terms.percent, terms.step))


def column(model: str, call: GrantCall, rows: Sequence[Row], plan: Plan) -> Column:
    """Return a model beside the others; cases that it may not move keep the proposal they have."""
    moved: Sums = {} if model == HAND else run(model, rows, pool_of(call, rows, plan), plan)
    sums = {row.case.pk: moved.get(row.case.pk, row.proposed) for row in rows}
    seen = [row.ask for row in rows if row.case.sees_points]
    left = Decimal(call.appropriation) - Decimal(call.proposed_total)
    left += sum((row.proposed or ZERO for row in rows), ZERO)
    counted = outcome(seen, {key: euros or ZERO for key, euros in sums.items()}, left)
    return Column(model, str(LABELS[model]), sums, counted, seal(rows, moved))


def seal(rows: Sequence[Row], sums: Sums) -> str:
    """Return a short hash of what a press would write over what: another's change in between breaks it."""
    parts = [f"{row.case.pk}:{sums[row.case.pk]}:{_revision(row)}" for row in rows if row.case.pk in sums]
    return hashlib.sha256("|".join(sorted(parts)).encode()).hexdigest()[:32]


def _revision(row: Row) -> int:
    return 0 if row.proposed is None else row.case.proposal.revision
