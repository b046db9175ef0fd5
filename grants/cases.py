"""The cases of a call as one person may see them: list, filters, order, totals.

Every figure of a case stands behind ``can_read``: who has declared a conflict of interest, or has not declared
yet, gets the applicant's name and the sum, whether the case is listed, sorted, searched, summed or exported.
Points and the proposal stand behind ``sees_points``: an assessor sees none before the own assessment is done.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import BoolAnd
from django.contrib.postgres.expressions import ArraySubquery
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
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.policies import allowed
from common.prepared import Prepared
from grants.case_search import matching
from grants.inbox import narrow_as_inbox
from grants.joint import partner_names
from grants.models import Application, Assessment, ConflictDeclaration, GrantCall, Outcome
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


#: Stands in a cell for what is not there or may not be seen.
NOTHING = "–"
#: Filters of what only who may read the case knows.
_INNER = ("kasittelija", "ehdot", "lausunto")


def _scores(value: Any) -> Subquery:
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done").order_by().values("application")
    return Subquery(done.annotate(value=value).values("value"))


def cases_of(call: GrantCall, user: Any, now: datetime) -> Any:
    """Return the call's cases that stand before the person, with ``can_read`` and what that lets them see.

    Annotated: ``recused``, ``declared``, ``sees_points`` (false also while the own assessment is not done), and only
    where ``sees_points``: ``mean``, ``lowest``, ``highest`` (points of finished assessments), ``points`` (each's, in
    the order of the assessments), ``proposed`` (euros). ``proposal`` is for readers of the row to guard.
    """
    listed: Any = allowed("grants.application.listed", user, now=now).filter(call=call)
    seen = allowed("grants.scores.view", user, now=now)
    is_whole = not listed.exclude(pk__in=seen.values("pk")).exists()
    return rows_of(call.pk, user, now, is_whole=is_whole, takes_joint=call.takes_joint)


@dataclass(frozen=True)
class Facets:
    """What a filter of a call's list offers: home municipalities (code, name) and handlers (key, name).

    ``is_whole``: the person sees the points of each listed case.
    """

    municipalities: list[tuple[str, str]]
    handlers: list[tuple[str, str]]
    is_whole: bool


def desk_of(call: GrantCall, user: Any, now: datetime) -> tuple[Any, Facets]:
    """Return ``cases_of`` and what its filters offer; one query."""
    facets = facets_of(call, user, now)
    return rows_of(call.pk, user, now, is_whole=facets.is_whole, takes_joint=call.takes_joint), facets


def facets_of(call: GrantCall, user: Any, now: datetime) -> Facets:
    """Return what the filters of the call's list offer the person; one query."""
    found = _PLACES.rows(user, now, call.pk)
    places = sorted({(code, name) for code, name, *_handler, _whole in found if code}, key=lambda row: row[1])
    people = {(str(key), name or email) for _code, _name, key, name, email, _whole in found if key}
    return Facets(places, sorted(people, key=lambda row: row[1]), is_whole=all(row[-1] for row in found))


def _places(user: Any, now: datetime, call: int) -> QuerySet[Any, Any]:
    """Return home municipalities and handlers of the listed cases, and whether the points of all of them are seen."""
    listed: Any = allowed("grants.application.listed", user, now=now).filter(call=call)
    seen = allowed("grants.scores.view", user, now=now)
    is_seen = Case(When(pk__in=seen.values("pk"), then=True), default=False)
    place = ("organisation__domicile__code", "organisation__domicile__name_fi")
    columns = (*place, "handler", "handler__full_name", "handler__email")
    rows: QuerySet[Any, Any] = listed.order_by().values_list(*columns).annotate(is_whole=BoolAnd(is_seen))
    return rows


_PLACES = Prepared(_places, by_roles=True)


def rows_of(call: int, user: Any, now: datetime, *, is_whole: bool, takes_joint: bool) -> Any:
    """Return the rows of ``cases_of`` of the call with that key; ``is_whole`` when the person sees all their points."""
    listed: Any = allowed("grants.application.listed", user, now=now).filter(call=call)
    points: dict[str, Any] = {
        "mean": _scores(Avg("total")),
        "lowest": _scores(Min("total")),
        "highest": _scores(Max("total")),
    }
    points["proposed"] = F("proposal__sum")
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done").order_by("pk")
    points["points"] = ArraySubquery(done.values("total"))
    if (
        is_whole
    ):  # the usual one, of an officer without conflicts: the database is not asked the same of every case again
        yes = Value(True, BooleanField())
        rows = listed.annotate(can_read=yes, sees_points=yes, **_declarations(user), **points)
    else:
        seen = allowed("grants.scores.view", user, now=now)
        rows = listed.annotate(
            can_read=Exists(allowed("grants.application.view", user, now=now).filter(pk=OuterRef("pk"))),
            sees_points=Exists(seen.filter(pk=OuterRef("pk"))),
            **_declarations(user),
        ).annotate(**{name: Case(When(sees_points=True, then=value)) for name, value in points.items()})
    found: Any = rows.select_related("organisation__domicile", "proposal", "decision", "call")
    # The partners' names are seen as the applicant's: who declares a conflict of interest must know of both.
    return found.annotate(partner_names=partner_names()) if takes_joint else found


#: The columns that a list of cases shows; of answers, texts and facts it shows nothing.
SHOWN = (
    *("id", "state", "case_number", "asked_sum", "received_at", "call_id", "organisation_id"),
    "organisation__name",
    *(f"organisation__domicile__name_{language}" for language in ("fi", "sv", "en")),
    *("proposal__outcome", "decision__sum", "decision__outcome", "decision__acceptance"),
)


def as_listed(rows: Any) -> Any:
    """Return the rows with nothing but what a list shows of each."""
    return rows.select_related(None).select_related("organisation__domicile", "proposal", "decision").only(*SHOWN)


def _declarations(user: Any) -> dict[str, Exists]:
    own = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=user)
    return {"recused": Exists(own.filter(has_conflict=True)), "declared": Exists(own)}


def choose(rows: Any, chosen: dict[str, Any]) -> Any:
    """Narrow and order by the URL: ``q`` (name, number, answers), ``kunta`` (code), ``tila``, ``jarjesta``."""
    return in_order(rows.filter(condition(chosen)), str(chosen.get("jarjesta") or ""))


def condition(chosen: dict[str, Any]) -> Q:
    """Return the condition on rows of ``cases_of`` that the URL's filters make; what has ended only when asked for.

    As in the inbox: ``kasittelija`` (mina, ei or a key), ``ehdot``, ``lausunto``, ``alkaen`` and ``enintaan``. Of a
    case that the person may not read its handler, checks and statements are not asked either.
    """
    state = chosen.get("tila") or ""
    ended = {"peruutettu": "withdrawn", "siirretty": "transferred"}.get(state)
    found = Q(state=ended) if ended else ~Q(state__in=ENDED)
    words = (chosen.get("q") or "").strip()
    if words:
        found &= matching(words, chosen.get("understood"))
    if chosen.get("kunta"):
        found &= Q(organisation__domicile__code=chosen["kunta"])
    if any(chosen.get(name) for name in _INNER):
        found &= Q(can_read=True)
    if any(chosen.get(name) not in (None, "") for name in (*_INNER, "alkaen", "enintaan")):
        found &= Q(pk__in=narrow_as_inbox(Application.objects.all(), chosen).values("pk"))
    return found & _CONDITIONS.get(state, Q())


def known_order(order: str) -> str:
    """Return the order by which the list is shown: by points where the URL names no column."""
    if order.removeprefix("-") in _ORDERS:
        return order
    return "pisteet" if order and not order.startswith("-") else "-pisteet"


def in_order(rows: Any, order: str) -> Any:
    """Order by the URL's ``jarjesta``, best points first when it names no column."""
    order = known_order(order)
    column = F(_ORDERS[order.removeprefix("-")])
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


@dataclass(frozen=True)
class Chosen:
    """Of the rows that a filter chooses: how many, euros asked and proposed."""

    count: int
    asked: Decimal
    proposed: Decimal


def totals(rows: Any) -> Totals:
    """Add up the rows in one query."""
    return as_totals(sums(rows, Q()))


def totals_and_chosen(rows: Any, chosen: Q) -> tuple[Totals, Chosen]:
    """Add up what has not ended, and what the condition chooses, in one query."""
    found = sums(rows, ~Q(state__in=ENDED), chosen)
    return as_totals(found), as_chosen(found)


#: The names of what ``sums`` returns, in its order.
SUMS = ("count", "asked", "total", "unassessed", "unproposed", "missing", "differing")
CHOSEN_SUMS = ("chosen_count", "chosen_asked", "chosen_total")


def sums(rows: Any, of: Q, chosen: Q | None = None) -> dict[str, Any]:
    """Return the sums of the rows that are ``of``, and where a condition is given of what it chooses; one query."""
    in_handling = of & Q(state="in_handling")
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done")
    more: dict[str, Any] = {}
    rows = rows.annotate(is_scored=Exists(done))
    if chosen is not None:
        rows = rows.annotate(is_chosen=Case(When(chosen, then=True), default=False))
        more = {
            "chosen_count": Count("pk", filter=Q(is_chosen=True)),
            "chosen_asked": Sum("asked_sum", filter=Q(is_chosen=True)),
            "chosen_total": Sum("proposed", filter=Q(is_chosen=True)),
        }
    return dict(
        rows.order_by().aggregate(
            count=Count("pk", filter=of),
            asked=Sum("asked_sum", filter=of),
            total=Sum("proposed", filter=of),
            unassessed=Count("pk", filter=in_handling & Q(is_scored=False)),
            unproposed=Count("pk", filter=in_handling & Q(proposal__isnull=True)),
            missing=Count("pk", filter=in_handling & _CONDITIONS["ilman-esitysta"]),
            differing=Count("pk", filter=in_handling & _CONDITIONS["eroavat"]),
            **more,
        )
    )


def as_chosen(found: dict[str, Any]) -> Chosen:
    """Return what ``sums`` found of what is chosen."""
    nothing = Decimal(0)
    return Chosen(found["chosen_count"], found["chosen_asked"] or nothing, found["chosen_total"] or nothing)


def as_totals(found: dict[str, Any]) -> Totals:
    """Return what ``sums`` found of all."""
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
    points = case.points if case.sees_points else []
    return " / ".join(str(one) for one in points) or NOTHING


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
