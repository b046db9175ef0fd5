"""The list's search and filters, kept in the URL: ``?q=omaishoitaja&kunta=167&kunta=422&ala=3&tila=registered``.

``OrganisationFilter(data, queryset=…).qs`` is the whole selection in its order, for exports, mail and stored searches:
``data`` is a QueryDict, a dict, or the query string itself. ``found()`` is one page of it with the counts of every
choice. Within a filter the choices widen (Joensuu or Lieksa), between filters they narrow. What is not understood
does not narrow. Dissolved and removed organisations are left out until their state is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.facets import Chip, Choice, Facet
from common.pagination import PER_PAGE
from county.models import Municipality, Sector, TargetGroup, Theme
from organisations import facets
from organisations.facets import Counted
from organisations.models import LegalForm, Organisation, Reach, RegisterStatus
from organisations.search import MAX_QUERY, Query, find_similar, understand

ACTIVE = (RegisterStatus.REGISTERED.value, RegisterStatus.LIQUIDATION.value)
GONE = (RegisterStatus.DISSOLVED.value, RegisterStatus.REMOVED.value)
FACETS = ("kunta", "ala", "teema", "ryhma", "ulottuvuus", "muoto", "tila")
_FIXED: dict[str, Any] = {"ulottuvuus": Reach, "muoto": LegalForm, "tila": RegisterStatus}
_LISTED: dict[str, Any] = {"ala": Sector, "teema": Theme, "ryhma": TargetGroup}
_FIELDS = {"ala": ("sectors", "sector"), "teema": ("themes", "theme"), "ryhma": ("target_groups", "targetgroup")}
_FINNISH_ORDER = str.maketrans("åäö", "{|}")


class _Words(forms.CharField):
    """The words on one line, cut to what search reads."""

    def clean(self, value: Any) -> str:
        return " ".join(str(value or "").replace("\0", " ")[:MAX_QUERY].split())


class _Values(forms.Field):
    """Every value given under the name, as text; which of them mean something is asked later."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        given = [value] if isinstance(value, str) else value or ()
        return tuple(dict.fromkeys(str(one) for one in given if one))


class _WordsFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = _Words


class _ValuesFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = _Values


@dataclass(frozen=True)
class Found:
    """One page of what was found, and what its heading and filters say.

    ``total`` is None when over ``facets.MOST``; ``unfiltered`` is how many there are without the filters, and
    ``gone`` how many dissolved or removed ones the page leaves out (0 when they are asked for or not counted).
    """

    page: Page[Any]
    total: int | None
    unfiltered: int | None
    gone: int
    facets: tuple[Facet, ...]


class OrganisationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Words, municipality, sector, theme, target group, reach, legal form and state; and the order."""

    q = _WordsFilter(
        label=_("Nimi, numero tai sana toiminnasta"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": MAX_QUERY}),
    )
    kunta = _ValuesFilter(label=_("Kunta"))
    ala = _ValuesFilter(label=_("Toimiala"))
    teema = _ValuesFilter(label=_("Teema"))
    ryhma = _ValuesFilter(label=_("Kohderyhmä"))
    ulottuvuus = _ValuesFilter(label=_("Ulottuvuus"))
    muoto = _ValuesFilter(label=_("Yhteisömuoto"))
    tila = _ValuesFilter(label=_("Tila rekisterissä"))
    jarjesta = _ValuesFilter(label=_("Järjestys"))

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, data: QueryDict | Mapping[str, Any] | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_as_query(data), *args, **kwargs)

    # What was asked

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the URL says, field by field, as text."""
        self.form.is_valid()
        return dict(self.form.cleaned_data)

    @property
    def words(self) -> str:
        """The words that are looked for; empty when none are."""
        words: str = self.asked["q"]
        return words

    @cached_property
    def query(self) -> Query:
        """The words as search understands them."""
        return understand(self.words)

    @cached_property
    def order(self) -> str:
        """The order: what was asked, else relevance for words and Finnish alphabetical order without."""
        given = next((one for one in self.asked["jarjesta"] if one in facets.ORDERS), "")
        if given == "osuvuus" and not self.query:
            given = ""
        return given or ("osuvuus" if self.query else "nimi")

    @cached_property
    def names(self) -> dict[str, dict[str, tuple[str, str]]]:
        """For each filter the values that mean something: ``{"kunta": {"167": ("Joensuu", language)}}``; one query."""
        language = (get_language() or "fi")[:2]
        own = Municipality.objects.filter(is_own=True)
        listed = _rows_of("kunta", own, F("code")).union(
            *(_rows_of(name, model.objects.all(), Cast("pk", CharField())) for name, model in _LISTED.items())
        )
        names: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in FACETS}
        for row in sorted(listed, key=lambda row: (row["place"], row["name_fi"].lower().translate(_FINNISH_ORDER))):
            here = row.get(f"name_{language}", "")
            names[row["kind"]][row["value"]] = (here or row["name_fi"], language if here else "fi")
        for name, choices in _FIXED.items():
            names[name] = {value: (str(label), "") for value, label in choices.choices}
        return names

    @cached_property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """What is chosen in each filter that narrows, known values only; the state is always among them."""
        given = {name: self.asked[name] for name in FACETS if self.asked[name]}
        known = {name: tuple(one for one in values if one in self.names[name]) for name, values in given.items()}
        states = known.pop("tila", ()) or ACTIVE
        chosen = {name: values for name, values in known.items() if values}
        return {**chosen, "tila": states}

    @property
    def is_narrowed(self) -> bool:
        """Whether the URL asks for anything but the whole list."""
        return bool(self.words) or len(self.chosen) > 1 or set(self.chosen["tila"]) != set(ACTIVE)

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """The condition of each filter that narrows."""
        conditions = {name: _condition(name, values) for name, values in self.chosen.items()}
        if set(self.chosen["tila"]) == set(RegisterStatus.values):
            del conditions["tila"]
        return conditions

    # What is found

    def filter_queryset(self, queryset: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the whole selection in its order."""
        return self.query.matching(self._narrowed()).order_by(*facets.ordering(self.order, self.query))

    def _narrowed(self) -> QuerySet[Organisation]:
        rows: QuerySet[Organisation] = self.queryset.order_by()
        for condition in self.conditions.values():
            rows = rows.filter(condition)
        return rows

    def similar(self) -> QuerySet[Organisation]:
        """Return the few whose name resembles the words, for when nothing was found as typed."""
        return find_similar(self.words, self._narrowed()) if self.query else self.queryset.none()

    def seen(self) -> QuerySet[Organisation]:
        """Return what all pages of the list show together: the finds, or near ones when nothing at all was found."""
        everything: QuerySet[Organisation] = self.qs
        if self.query and not everything.exists() and not self.query.matching(self.queryset).exists():
            return self.similar()
        return everything

    def first(self, number: int) -> list[Organisation]:
        """Return the first ones found, else the nearest; dissolved ones only when nobody else is found."""
        for conditions in (self.conditions, {}):
            counted = self._look(0, number, conditions)
            if counted.page:
                return _in_order(counted.page)
        return list(self.similar().select_related("domicile")[:number])

    def found(self, number: str | None, *, per_page: int = PER_PAGE) -> Found:
        """Return the page that the URL asks for, or the nearest one, with the counts of every choice."""
        wanted = max(int(number), 1) if number and number.isascii() and number.isdecimal() and len(number) < 9 else 1
        counted = self._look((wanted - 1) * per_page, per_page, self.conditions)
        total = facets.MOST if counted.total is None else counted.total
        paginator = Paginator(range(total), per_page)
        page = paginator.get_page(wanted)
        if page.number != wanted:
            counted = self._look((page.number - 1) * per_page, per_page, self.conditions)
        states = counted.counts.get("tila", {})
        return Found(
            page=Page(_in_order(counted.page), page.number, paginator),
            total=counted.total,
            unfiltered=counted.matching,
            gone=sum(states.get(state, 0) for state in GONE if state not in self.chosen["tila"]),
            facets=tuple(self._facet(name, counted.counts.get(name)) for name in FACETS),
        )

    def _look(self, offset: int, limit: int, conditions: Mapping[str, Q]) -> Counted:
        return facets.look(self.queryset, self.query, conditions, order=self.order, offset=offset, limit=limit)

    def _facet(self, name: str, counts: Mapping[str, int] | None) -> Facet:
        """Return the filter with the choices that would leave something, those chosen, or all when not counted."""
        chosen = self.chosen.get(name, ())
        choices = (
            Choice(value, label, None if counts is None else counts.get(value, 0), value in chosen, language)
            for value, (label, language) in self.names[name].items()
        )
        shown = tuple(choice for choice in choices if choice.count != 0 or choice.chosen)
        return Facet(name, str(self.filters[name].label), shown)

    # What is chosen, as links that take it away

    @property
    def chips(self) -> list[Chip]:
        """Each thing by which the list is narrowed, with the query string of the list without it."""
        chips = [Chip(str(_("Haku")), self.words, self._without("q", self.words))] if self.words else []
        for name, values in self.chosen.items():
            if name == "tila" and set(values) == set(ACTIVE):
                continue
            for value in values:
                label, language = self.names[name][value]
                chips.append(Chip(str(self.filters[name].label), label, self._without(name, value), language))
        return chips

    def _without(self, name: str, value: str) -> str:
        kept = {key: list(values) for key, values in self.chosen.items() if key != "tila" or self.asked["tila"]}
        if self.words:
            kept["q"] = [self.words]
        kept[name] = [one for one in kept.get(name, []) if one != value]
        return self.query_string(kept)

    def with_gone(self) -> str:
        """The query string of the same list with dissolved and removed organisations."""
        kept = {key: list(values) for key, values in self.chosen.items()} | {"tila": [*ACTIVE, *GONE]}
        return self.query_string(kept | ({"q": [self.words]} if self.words else {}))

    def without_filters(self) -> str:
        """The query string of the words alone."""
        return self.query_string({"q": [self.words]} if self.words else {})

    @property
    def is_sorted(self) -> bool:
        """Whether the URL asks for an order."""
        return any(one in facets.ORDERS for one in self.asked["jarjesta"])

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """The orders to choose from: words, query string, and whether it is the present one."""
        names = [("osuvuus", _("osuvin ensin"))] if self.query else []
        names += [("nimi", _("nimi A–Ö")), ("-rekisteroity", _("uusin ensin")), ("rekisteroity", _("vanhin ensin"))]
        query = self.data.copy()
        query.pop("sivu", None)
        sorts = []
        for order, label in names:
            query["jarjesta"] = order
            sorts.append((str(label), f"?{query.urlencode()}", order == self.order))
        return sorts

    def query_string(self, values: Mapping[str, Iterable[str]]) -> str:
        """Return the values as a query string in the filters' order, with the order that was asked for."""
        query = QueryDict(mutable=True)
        for name in ("q", *FACETS):
            query.setlist(name, list(values.get(name, [])))
        if self.is_sorted:
            query["jarjesta"] = self.order
        return f"?{query.urlencode()}"


def _as_query(data: QueryDict | Mapping[str, Any] | str | None) -> QueryDict:
    if isinstance(data, QueryDict):
        return data
    if isinstance(data, str):
        return QueryDict(data.removeprefix("?"))
    query = QueryDict(mutable=True)
    for name, value in (data or {}).items():
        query.setlist(name, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)])
    return query


def _rows_of(kind: str, rows: QuerySet[Any], value: Any) -> QuerySet[Any, Any]:
    place: Any = Value(0) if kind == "kunta" else F("order")
    named: QuerySet[Any, Any] = rows.order_by().annotate(kind=Value(kind, CharField()), value=value, place=place)
    return named.values("kind", "value", "place", "name_fi", "name_sv", "name_en")


def _condition(name: str, values: Iterable[str]) -> Q:
    if name in facets.COLUMNS:
        return Q(**{f"{facets.COLUMNS[name]}__in": list(values)})
    if name == "kunta":
        chosen = Municipality.objects.filter(code__in=list(values)).order_by().values("pk")
        works = Organisation.municipalities.through.objects.filter(municipality__in=chosen)
        return Q(domicile__in=chosen) | Q(pk__in=works.values("organisation"))
    field, column = _FIELDS[name]
    through: Any = getattr(Organisation, field).through
    named = through.objects.filter(**{f"{column}__in": [int(value) for value in values]})
    return Q(pk__in=named.values("organisation"))


def _in_order(keys: list[int]) -> list[Organisation]:
    by_key = Organisation.objects.select_related("domicile").in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]
