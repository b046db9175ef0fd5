"""What lists are filtered by, in one query: municipalities, units of a day, themes, life situations."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast

from county.models import LifeSituation, Municipality, Theme
from liaisons.models import Unit

Choices = list[tuple[str, str]]


def filter_choices(kinds: Iterable[str], day: date) -> dict[str, Choices]:
    """Return kind -> choices in the active language, for ``kunta``, ``yksikko``, ``teema`` and ``tilanne``; one query.

    A municipality's value is its code, the others' their id. A unit is told apart by the one above it.
    """
    asked = list(kinds)
    first, *others = (_rows(kind, day) for kind in asked)
    found: dict[str, Choices] = {kind: [] for kind in asked}
    for row in sorted(first.union(*others, all=True).order_by(), key=lambda row: (row[0], row[2], row[3])):
        kind, value, _order, *names = row
        found[kind].append((value, _label(names)))
    return found


def _rows(kind: str, day: date) -> QuerySet[Any]:
    sources: dict[str, QuerySet[Any]] = {
        "kunta": Municipality.objects.filter(is_own=True),
        "yksikko": Unit.objects.on(day),
        "teema": Theme.objects.all(),
        "tilanne": LifeSituation.objects.all(),
    }
    text: CharField[Any, Any] = CharField()
    value = F("code") if kind == "kunta" else Cast("pk", text)
    above = [F(f"parent__name_{code}") if kind == "yksikko" else Value("") for code in ("fi", "sv", "en")]
    order = Value(0) if kind == "kunta" else F("order")
    rows = sources[kind].order_by()
    return rows.values_list(Value(kind), value, order, "name_fi", "name_sv", "name_en", *above)


def _label(names: list[str | None]) -> str:
    own, above = (
        Unit(name_fi=fi or "", name_sv=sv or "", name_en=en or "").name for fi, sv, en in (names[:3], names[3:])
    )
    return f"{own} ({above})" if above else own
