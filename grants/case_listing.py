"""The page of a call's cases: rows and totals, by prepared queries where the address is of a usual kind.

What is asked is what ``grants.cases`` says; its SQL is written once for each order, filter and set of roles
(``common.prepared``). Words that are looked for, and the municipality, are parameters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Q

from common.prepared import Prepared
from grants import cases
from grants.models import GrantCall
from grants.models.applications import ENDED
from organisations.search import words_of


class _Kind(NamedTuple):
    """Of what kind the list is; ``forms`` tells of each word of a search whether it is short, and its needles."""

    is_whole: bool
    takes_joint: bool
    order: str = ""
    state: str = ""
    has_place: bool = False
    forms: tuple[tuple[bool, int], ...] | None = None
    is_filtered: bool = False


#: Filters whose values are part of the SQL: they are asked plainly.
_RARE = ("kasittelija", "ehdot", "lausunto", "alkaen", "enintaan")


def _chosen(kind: _Kind, words: tuple[str, ...]) -> dict[str, Any]:
    """Return the filters of the kind with the words as ``_words`` laid them out."""
    given = iter(words)
    chosen: dict[str, Any] = {"tila": kind.state}
    if kind.has_place:
        chosen["kunta"] = next(given)
    if kind.forms is not None:
        chosen["q"] = next(given)
        chosen["understood"] = [_form(is_short, needles, given) for is_short, needles in kind.forms]
    return chosen


def _form(is_short: bool, needles: int, given: Iterator[str]) -> Any:
    texts = tuple(next(given) for _one in range(needles))
    return SimpleNamespace(is_short=is_short, typed=texts[0], needles=texts)


def _rows(user: Any, now: datetime, key: int, kind: _Kind) -> Any:
    return cases.rows_of(key, user, now, is_whole=kind.is_whole, takes_joint=kind.takes_joint)


def _page(user: Any, now: datetime, key: int, *, shape: _Kind, words: tuple[str, ...] = ()) -> Any:
    rows = _rows(user, now, key, shape).filter(cases.condition(_chosen(shape, words)))
    return cases.in_order(cases.as_listed(rows), shape.order)


def _sums(user: Any, now: datetime, key: int, *, shape: _Kind, words: tuple[str, ...] = ()) -> Any:
    rows = _rows(user, now, key, shape)
    if not shape.is_filtered:
        return lambda: cases.sums(rows.exclude(state__in=ENDED), Q())
    condition = cases.condition(_chosen(shape, words))
    return lambda: cases.sums(rows, ~Q(state__in=ENDED), condition)


_PAGE, _SUMS = Prepared(_page, by_roles=True), Prepared(_sums, by_roles=True)


@dataclass
class Listing:
    """The cases of a call that the person sees and the address chooses: ``chosen`` of the filter form, ``order``."""

    call: GrantCall
    user: Any
    now: datetime
    is_whole: bool
    chosen: dict[str, Any]
    is_filtered: bool
    order: str = ""

    def __post_init__(self) -> None:
        is_usual = not any(self.chosen.get(name) not in (None, "") for name in _RARE)
        laid_out: tuple[_Kind | None, tuple[str, ...]] = self._laid_out() if is_usual else (None, ())
        self._kind, self._words = laid_out

    def _laid_out(self) -> tuple[_Kind, tuple[str, ...]]:
        typed = (self.chosen.get("q") or "").strip()
        words: list[str] = []
        forms: list[tuple[bool, int]] = []
        if place := self.chosen.get("kunta") or "":
            words.append(place)
        if typed:
            words.append(typed)
            for word in words_of(typed):
                needles = (word.typed,) if word.is_short else word.needles
                forms.append((word.is_short, len(needles)))
                words += needles
        kind = _Kind(
            is_whole=self.is_whole,
            takes_joint=self.call.takes_joint,
            order=cases.known_order(self.order),
            state=self.chosen.get("tila") or "",
            has_place=bool(place),
            forms=tuple(forms) if typed else None,
            is_filtered=self.is_filtered,
        )
        return kind, tuple(words)

    def totals(self) -> tuple[cases.Totals, cases.Totals | cases.Chosen]:
        """Return the totals of what has not ended, and those of what is chosen; one query."""
        if self._kind is None:
            return cases.totals_and_chosen(self._plain(), cases.condition(self.chosen))
        kind = self._kind._replace(order="")
        ((*found,),) = _SUMS.rows(self.user, self.now, self.call.pk, shape=kind, words=self._words)
        named = dict(zip((*cases.SUMS, *cases.CHOSEN_SUMS), found, strict=False))
        all_of = cases.as_totals(named)
        return all_of, cases.as_chosen(named) if self.is_filtered else all_of

    def _plain(self) -> Any:
        return cases.rows_of(
            self.call.pk, self.user, self.now, is_whole=self.is_whole, takes_joint=self.call.takes_joint
        )

    def __getitem__(self, window: slice) -> list[Any]:
        """Return a slice of the rows in their order; one query."""
        if self._kind is None:
            rows = self._plain().filter(cases.condition(self.chosen))
            return list(cases.in_order(cases.as_listed(rows), self.order)[window])
        kind = self._kind._replace(is_filtered=False)
        return _PAGE.objects(self.user, self.now, self.call.pk, shape=kind, words=self._words, window=window)
