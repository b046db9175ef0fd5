"""The cases of a call as one person may see them: list, filters, order, totals.

Every figure of a case stands behind ``can_read``: who has declared a conflict of interest, or has not declared
yet, gets the applicant's name and the sum, whether the case is listed, sorted, searched, summed or exported.
Points and the proposal stand behind ``sees_points``: an assessor sees none before the own assessment is done.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.policies import allowed
from grants.case_search import matching
from grants.joint import partner_names
from grants.models import Assessment, ConflictDeclaration, GrantCall, Outcome
from grants.models.applications import ENDED

STATES = (
    ("arvioimatta", gettext_lazy("Arvioimatta")),
    ("eroavat", gettext_lazy("Pisteet eroavat yli rajan")),
    ("ilman-esitysta", gettext_lazy("Ilman esitystä")),
    ("esitetaan", gettext_lazy("Esitetään")),
    ("hylataan", gettext_lazy("Hylätään")),
    ("peruutettu", gettext_lazy("Peruutettu")),
    ("siirretty", gettext_lazy("Siirretty")),
)
_CONDITIONS: dict[str, Q] = {
    "arvioimatta": Q(sees_points=True, mean__isnull=True),
    "eroavat": Q(highest__gt=F("lowest") + F("call__spread_limit")),
    "ilman-esitysta": Q(sees_points=True, proposed__isnull=True),
    "esitetaan": Q(proposed__gt=0),
    "hylataan": Q(proposed=0),
}
_ORDERS = {
    "hakija": "organisation__name",
    "kotipaikka": "organisation__domicile__name_fi",
    "haettu": "asked_sum",
    "pisteet": "mean",
    "esitys": "proposed",
    "numero": "case_number",
}


def _scores(value: Any) -> Subquery:
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done").order_by().values("application")
    return Subquery(done.annotate(value=value).values("value"))


def cases_of(call: GrantCall, user: Any, now: datetime) -> Any:
    """Return the call's cases that stand before the person, with ``can_read`` and what that lets them see.

    Annotated: ``recused``, ``declared``, ``sees_points`` (false also while the own assessment is not done), and only
    where ``sees_points``: ``mean``, ``lowest``, ``highest`` (points of finished assessments), ``proposed`` (euros).
    ``done_assessments`` and ``proposal`` are for readers of the row to guard.
    """
    listed: Any = allowed("grants.application.listed", user, now=now).filter(call=call)
    points: dict[str, Any] = {
        "mean": _scores(Avg("total")),
        "lowest": _scores(Min("total")),
        "highest": _scores(Max("total")),
    }
    points["proposed"] = F("proposal__sum")
    seen = allowed("grants.scores.view", user, now=now)
    if listed.exclude(pk__in=seen.values("pk")).exists():
        rows = listed.annotate(
            can_read=Exists(allowed("grants.application.view", user, now=now).filter(pk=OuterRef("pk"))),
            sees_points=Exists(seen.filter(pk=OuterRef("pk"))),
            **_declarations(user),
        ).annotate(**{name: Case(When(sees_points=True, then=value)) for name, value in points.items()})
    else:  # the usual one, of an officer without conflicts: the database is not asked the same of every case again
        yes = Value(True, BooleanField())
        rows = listed.annotate(can_read=yes, sees_points=yes, **_declarations(user), **points)
    done = Assessment.objects.filter(state="done").select_related("assessor").order_by("pk")
    found: Any = rows.select_related("organisation__domicile", "proposal", "decision", "call").prefetch_related(
        Prefetch("assessments", queryset=done, to_attr="done_assessments")
    )
    # The partners' names are seen as the applicant's: who declares a conflict of interest must know of both.
    return found.annotate(partner_names=partner_names()) if call.takes_joint else found


def _declarations(user: Any) -> dict[str, Exists]:
    own = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=user)
    return {"recused": Exists(own.filter(has_conflict=True)), "declared": Exists(own)}


def choose(rows: Any, chosen: dict[str, Any]) -> Any:
    """Narrow and order by the URL: ``q`` (name, number, answers), ``kunta`` (code), ``tila``, ``jarjesta``."""
    words = (chosen.get("q") or "").strip()
    if words:
        rows = rows.filter(matching(words))
    if chosen.get("kunta"):
        rows = rows.filter(organisation__domicile__code=chosen["kunta"])
    state = chosen.get("tila") or ""
    ended = {"peruutettu": "withdrawn", "siirretty": "transferred"}.get(state)
    rows = rows.filter(state=ended) if ended else rows.exclude(state__in=ENDED)
    rows = rows.filter(_CONDITIONS.get(state, Q()))
    order = str(chosen.get("jarjesta") or "-pisteet")
    column = F(_ORDERS.get(order.removeprefix("-"), "mean"))
    sorted_by = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return rows.order_by(sorted_by, "pk")


@dataclass(frozen=True)
class Totals:
    """Of the rows in the list: how many, and euros asked and (of those that may be read) proposed.

    Of cases in handling: how many are without points and without a proposal; and of those whose points are seen,
    how many are without a proposal (``missing``) and how many have differing points.
    """

    count: int
    asked: Decimal
    proposed: Decimal
    unassessed: int
    unproposed: int
    missing: int
    differing: int


def totals(rows: Any) -> Totals:
    """Add up the rows in one query."""
    in_handling = Q(state="in_handling")
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done")
    found = (
        rows.annotate(is_scored=Exists(done))
        .order_by()
        .aggregate(
            count=Count("pk"),
            asked=Sum("asked_sum"),
            total=Sum("proposed"),
            unassessed=Count("pk", filter=in_handling & Q(is_scored=False)),
            unproposed=Count("pk", filter=in_handling & Q(proposal__isnull=True)),
            missing=Count("pk", filter=in_handling & _CONDITIONS["ilman-esitysta"]),
            differing=Count("pk", filter=in_handling & _CONDITIONS["eroavat"]),
        )
    )
    nothing = Decimal(0)
    return Totals(
        found["count"],
        found["asked"] or nothing,
        found["total"] or nothing,
        found["unassessed"],
        found["unproposed"],
        found["missing"],
        found["differing"],
    )


def points_text(case: Any) -> str:
    """Return each assessor's points, ``84 / 80``; a dash for nothing or for what may not be seen."""
    done = case.done_assessments if case.sees_points else []
    return " / ".join(str(row.total) for row in done) or "–"


def differ(case: Any) -> bool:
    """Tell whether two assessors' points are further apart than the call's limit."""
    return case.highest is not None and case.highest - case.lowest > case.call.spread_limit


def tag_of(case: Any) -> tuple[str, str]:
    """Return tone and word of the case in an officer's list."""
    if not case.can_read:
        return ("none", _("Olet vetäytynyt")) if case.recused else ("wait", _("Kerro esteellisyydestäsi"))
    if case.state in ("submitted", *ENDED):
        return case.state_tone, str(case.state_label)
    if case.state == "decided":
        return case.decision.outcome_tone, case.decision.outcome_label
    return _tag_in_handling(case)


def _tag_in_handling(case: Any) -> tuple[str, str]:
    if not case.sees_points:
        return "wait", _("Arviointisi puuttuu")
    if differ(case):
        return "wait", _("Pisteet eroavat")
    if case.proposed is not None:
        if case.proposal.outcome == Outcome.NOT_EXAMINED:
            return "none", _("Jätetään tutkimatta")
        return ("ok", _("Esitetään")) if case.proposed > 0 else ("none", _("Hylätään"))
    return ("wait", _("Arvioimatta")) if case.mean is None else ("info", _("Arvioitu"))


def municipalities_of(rows: Any) -> list[tuple[str, str]]:
    """Return code and name of the applicants' home municipalities, for a filter."""
    found = rows.order_by().values_list("organisation__domicile__code", "organisation__domicile__name_fi").distinct()
    return sorted(((code, name) for code, name in found if code), key=lambda row: row[1])
