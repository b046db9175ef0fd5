"""The public list of what was applied for and granted: served decisions, and the county's own of earlier years.

Both are read as the same columns and joined by UNION, so that the list is sorted and cut into pages by the
database. Sums are euros; a municipality is the recipient's domicile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from common import charts
from common.policies import allowed
from county.models import Municipality, Theme
from grants.models import GrantKind
from organisations.models import Organisation
from organisations.numbers import fold

ZERO = Decimal(0)
MOST_BARS = 15

#: value of ``jarjesta`` -> name and order
ORDERS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "": (_("Uusin päätös ensin"), ("-day", "-year_of", "sort", "case")),
    "jarjesto": (_("Järjestön nimen mukaan"), ("sort", "-year_of", "case")),
    "myonnetty": (_("Suurin avustus ensin"), ("-granted", "sort", "case")),
    "haettu": (_("Suurin haettu summa ensin"), ("-wanted", "sort", "case")),
}
OUTCOMES = {
    "myonnetty": _("Myönnetty"),
    "osittain": _("Myönnetty osittain"),
    "hylatty": _("Ei myönnetty"),
}
TONES = {"myonnetty": "ok", "osittain": "ok", "hylatty": "none"}


@dataclass(frozen=True)
class PublicGrant:
    """One row of the list: what anyone may know of one decided application."""

    origin: str
    year: int
    kind: str
    organisation: int | None
    name: str
    business_id: str
    association_number: int | None
    municipality: Municipality | None
    title: str
    asked: Decimal | None
    granted: Decimal
    decided_on: date | None
    section: int | None
    official_number: int | None
    official_year: int | None
    body: str
    case_number: str

    @property
    def official_reference(self) -> str:
        """Number and year of the office-holder's decision, ``3/2027``; empty where a body decided."""
        return f"{self.official_number}/{self.official_year}" if self.official_number else ""

    @property
    def outcome(self) -> str:
        """``myonnetty`` (all that was asked), ``osittain`` or ``hylatty``."""
        if self.granted <= 0:
            return "hylatty"
        return "osittain" if self.asked is not None and self.granted < self.asked else "myonnetty"

    @property
    def outcome_label(self) -> Any:
        """The outcome in words."""
        return OUTCOMES[self.outcome]

    @property
    def tone(self) -> str:
        """The tone of the outcome's tag."""
        return TONES[self.outcome]


@dataclass(frozen=True)
class Totals:
    """How many applications and grants there are, and how many euros."""

    applications: int
    asked: Decimal
    grants: int
    granted: Decimal


def _decisions(user: Any, now: datetime) -> QuerySet[Any]:
    return allowed("grants.decision.public", user, now=now)


def _earlier(user: Any, now: datetime) -> QuerySet[Any]:
    return allowed("grants.earlier.public", user, now=now).filter(is_own=True)


class PublicList:
    """The list's rows, read when asked; ``narrowed`` takes the filters of ``forms.public_data.PublicGrantFilter``."""

    def __init__(self, user: Any, now: datetime) -> None:
        self.chosen: Mapping[str, Any] = {}
        self.municipalities = {row.pk: row for row in Municipality.objects.all()}
        self.kinds = {row.pk: row for row in GrantKind.objects.all()}
        self._decisions = _decisions(user, now)
        self._earlier = _earlier(user, now)

    def narrowed(self, chosen: Mapping[str, Any]) -> "PublicList":
        """Return the list itself, narrowed and ordered by the filters."""
        self.chosen = chosen
        self._decisions = self._of(self._decisions, _DECISION)
        self._earlier = self._of(self._earlier, _EARLIER)
        return self

    def _of(self, rows: QuerySet[Any], names: Mapping[str, str]) -> QuerySet[Any]:
        """Return the rows of one source that the filters leave."""
        organisation = names["organisation"]
        if year := self.chosen.get("vuosi"):
            rows = rows.filter(**{names["year"]: int(year)})
        if kind := self.chosen.get("laji"):
            rows = rows.filter(names_kind(names, self.kinds.get(int(kind))))
        if code := self.chosen.get("kunta"):
            rows = rows.filter(**{f"{organisation}__domicile__code": code})
        if theme := self.chosen.get("teema"):
            rows = rows.filter(**{f"{organisation}__in": Organisation.objects.filter(themes=int(theme))})
        if key := self.chosen.get("jarjesto"):
            rows = rows.filter(**{organisation: key})
        if outcome := self.chosen.get("tulos"):
            rows = rows.filter(**{f"{names['granted']}__{'gt' if outcome == 'myonnetty' else 'lte'}": 0})
        if text := (self.chosen.get("q") or "").strip():
            asked = Q(**{f"{organisation}__search_key__contains": fold(text)})
            asked |= Q(**{f"{organisation}__business_id": text})
            if "name" in names:
                asked |= Q(**{f"{names['name']}__icontains": text}) | Q(business_id=text)
            rows = rows.filter(asked)
        return rows

    def rows(self) -> QuerySet[Any]:
        """Return the rows as dictionaries, in the chosen order; ``grant`` makes one of them a ``PublicGrant``."""
        both = _as_columns(self._decisions, _DECISION_COLUMNS).union(
            _as_columns(self._earlier, _EARLIER_COLUMNS), all=True
        )
        order = ORDERS.get(self.chosen.get("jarjesta") or "", ORDERS[""])[1]
        return both.order_by(*order, "origin")

    def grant(self, row: Mapping[str, Any]) -> PublicGrant:
        """Return one of ``rows`` with its kind and municipality."""
        kind = self.kinds.get(row["kind_pk"])
        return PublicGrant(
            origin=row["origin"],
            year=row["year_of"],
            kind=kind.name if kind else row["kind_text"],
            organisation=row["recipient_pk"],
            name=row["recipient"],
            business_id=row["recipient_id"] or "",
            association_number=row["recipient_number"],
            municipality=self.municipalities.get(row["place"]),
            title=row["what"],
            asked=row["wanted"],
            granted=row["granted"],
            decided_on=row["day"],
            section=row["section"],
            official_number=row["official"],
            official_year=row["official_of"],
            body=row["body"],
            case_number=row["case"],
        )

    def by_municipality(self) -> list[tuple[Municipality | None, Totals]]:
        """Return the totals of each domicile, most granted first; two queries."""
        found: dict[int | None, list[Any]] = {}
        for rows, names in ((self._decisions, _DECISION), (self._earlier, _EARLIER)):
            for place, count, asked, grants, granted in (
                rows.order_by()
                .values_list(f"{names['organisation']}__domicile")
                .annotate(
                    count=Count("pk"),
                    asked=Sum(names["asked"], default=ZERO),
                    grants=Count("pk", filter=Q(**{f"{names['granted']}__gt": 0})),
                    granted_total=Sum(names["granted"], default=ZERO),
                )
            ):
                sums = found.setdefault(place, [0, ZERO, 0, ZERO])
                found[place] = [
                    before + more for before, more in zip(sums, (count, asked, grants, granted), strict=True)
                ]
        ordered = sorted(found.items(), key=lambda one: (-one[1][3], -one[1][1], one[0] or 0))
        return [(self.municipalities.get(place or 0), Totals(*sums)) for place, sums in ordered]


def names_kind(names: Mapping[str, str], kind: GrantKind | None) -> Q:
    """Return the condition of a kind of grant; earlier years tell it only by name."""
    if "kind" in names:
        return Q(**{names["kind"]: kind})
    return Q(kind__iexact=kind.name_fi if kind else "")


def total(groups: list[tuple[Municipality | None, Totals]]) -> Totals:
    """Return the totals of all municipalities together."""
    sums = [one for _place, one in groups]
    return Totals(
        sum(one.applications for one in sums),
        sum((one.asked for one in sums), ZERO),
        sum(one.grants for one in sums),
        sum((one.granted for one in sums), ZERO),
    )


def chart(groups: list[tuple[Municipality | None, Totals]]) -> charts.BarChart | None:
    """Return the granted sums by municipality as bars with their table; None when nothing was granted."""
    shown = [(place, one) for place, one in groups if one.granted > 0][:MOST_BARS]
    if not shown:
        return None
    return charts.bars(
        key="kunnat",
        heading=str(_("Myönnetyt avustukset kunnittain")),
        rows=[charts.Bar(place.name if place else str(_("Kotipaikka puuttuu")), one.granted) for place, one in shown],
        row_label=str(_("Kunta")),
        value_label=str(_("Myönnetty")),
        note=str(_("Kunta on järjestön kotipaikka.")),
        written=charts.in_euros,
    )


def years(user: Any, now: datetime) -> list[int]:
    """Return the years that the list has, newest first; one query."""
    decided = _decisions(user, now).order_by().annotate(year_of=F("application__call__year")).values_list("year_of")
    earlier = _earlier(user, now).order_by().annotate(year_of=F("year")).values_list("year_of")
    return sorted((row[0] for row in decided.union(earlier)), reverse=True)


def themes() -> list[Theme]:
    """Return the themes of the co-operation for the filter."""
    return list(Theme.objects.all())


_DECISION = {
    "year": "application__call__year",
    "kind": "application__call__kind",
    "organisation": "application__organisation",
    "asked": "application__asked_sum",
    "granted": "sum",
}
_EARLIER = {
    "year": "year",
    "organisation": "organisation",
    "name": "name",
    "asked": "asked_sum",
    "granted": "granted_sum",
}


def _text(value: Any) -> Cast:
    return Cast(value, TextField())


_SORTED_NAME = Func(F("name"), function="fi_sort", output_field=TextField(db_collation="C"))
_DECISION_COLUMNS: dict[str, Any] = {
    "origin": Func(Value("d"), _text("pk"), function="concat", output_field=TextField()),
    "year_of": Cast("application__call__year", IntegerField()),
    "kind_pk": F("application__call__kind"),
    "kind_text": Value("", output_field=CharField()),
    "recipient_pk": F("application__organisation"),
    "recipient": _text("application__organisation__name"),
    "recipient_id": _text("application__organisation__business_id"),
    "recipient_number": F("application__organisation__association_number"),
    "place": F("application__organisation__domicile"),
    "what": _text("application__title"),
    "wanted": F("application__asked_sum"),
    "granted": F("sum"),
    "day": F("decided_on"),
    "section": Cast("section_number", IntegerField()),
    "official": Cast("official_number", IntegerField()),
    "official_of": Cast("official_year", IntegerField()),
    "body": _text("body_name"),
    "case": _text("application__case_number"),
    "sort": F("application__organisation__sort_key"),
}
_EARLIER_COLUMNS: dict[str, Any] = {
    "origin": Func(Value("e"), _text("pk"), function="concat", output_field=TextField()),
    "year_of": Cast("year", IntegerField()),
    "kind_pk": Cast(Value(None), IntegerField()),
    "kind_text": _text("kind"),
    "recipient_pk": F("organisation"),
    "recipient": Coalesce(_text("organisation__name"), _text("name")),
    "recipient_id": Coalesce(_text("organisation__business_id"), _text("business_id")),
    "recipient_number": F("organisation__association_number"),
    "place": F("organisation__domicile"),
    "what": _text("purpose"),
    "wanted": F("asked_sum"),
    "granted": F("granted_sum"),
    "day": F("decided_on"),
    "section": Cast(Value(None), IntegerField()),
    "official": Cast(Value(None), IntegerField()),
    "official_of": Cast(Value(None), IntegerField()),
    "body": Value("", output_field=CharField()),
    "case": _text("case_number"),
    "sort": Coalesce(F("organisation__sort_key"), _SORTED_NAME),
}


def _as_columns(rows: QuerySet[Any], columns: Mapping[str, Any]) -> QuerySet[Any]:
    listed: QuerySet[Any] = rows.order_by().annotate(**columns).values(*columns)
    return listed
