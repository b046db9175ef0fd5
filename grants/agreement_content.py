"""The text of an agreement as JSON: what it holds, what is missing from it, how it is read, what changed in it.

Days are ISO texts, sums texts of euros with a point, municipalities their codes, the plan a list of rows.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import format_euros
from common.times import format_date
from county.models import Municipality
from grants.models import AgreementKind
from liaisons.differences import Piece, difference

Content = dict[str, Any]
#: Rows of the implementation plan.
PLAN_ROWS = 8
PLAN_PARTS = ("what", "who", "when")
TEXTS = (
    "title",
    "purpose",
    "county_duties",
    "organisation_duties",
    "other_parties",
    "county_signatory",
    "organisation_signatory",
)

#: key -> what it is called, in the order in which the agreement is read
LABELS: dict[str, Any] = {
    "title": gettext_lazy("Sopimuksen nimi"),
    "purpose": gettext_lazy("Tarkoitus"),
    "other_parties": gettext_lazy("Muut osapuolet"),
    "starts_on": gettext_lazy("Alkaa"),
    "ends_on": gettext_lazy("Päättyy"),
    "municipalities": gettext_lazy("Kunnat"),
    "sum": gettext_lazy("Summa"),
    "county_duties": gettext_lazy("Hyvinvointialueen tehtävät"),
    "organisation_duties": gettext_lazy("Järjestön tehtävät"),
    "plan": gettext_lazy("Toteuttamissuunnitelma"),
    "reporting_months": gettext_lazy("Raportointi"),
    "county_signatory": gettext_lazy("Hyvinvointialueen allekirjoittaja"),
    "organisation_signatory": gettext_lazy("Järjestön allekirjoittajat"),
}
_NEEDED = ("title", "purpose", "starts_on", "county_duties", "organisation_duties")


@dataclass(frozen=True)
class Part:
    """One part of the agreement as it is read; ``text`` is empty where nothing has been written."""

    key: str
    label: Any
    text: str


@dataclass(frozen=True)
class Change:
    """One part that differs, word by word."""

    label: Any
    pieces: list[Piece]


def blank(kind: AgreementKind, title: str) -> Content:
    """Return the text of a new agreement of the kind."""
    return {
        **dict.fromkeys(TEXTS, ""),
        "title": title,
        "starts_on": "",
        "ends_on": "",
        "municipalities": [],
        "sum": "",
        "reporting_months": kind.reporting_months,
        "plan": [],
    }


def day(content: Mapping[str, Any], key: str) -> date | None:
    """Return ``starts_on`` or ``ends_on``."""
    return date.fromisoformat(content[key]) if content.get(key) else None


def money(content: Mapping[str, Any]) -> Decimal | None:
    """Return the sum in euros."""
    return Decimal(content["sum"]) if content.get("sum") else None


def digest(content: Mapping[str, Any]) -> str:
    """Return the hash of the text."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def missing(content: Mapping[str, Any]) -> list[str]:
    """Return the names of the parts without which the agreement cannot be sent."""
    return [str(LABELS[key]) for key in _NEEDED if not content.get(key)]


def term_problem(kind: AgreementKind, starts: date | None, ends: date | None) -> str:
    """Return why the term is longer than the kind of agreement allows, with its last day; empty when it is not."""
    last = kind.last_day(starts) if starts else None
    if starts is None or last is None or (ends is not None and ends <= last):
        return ""
    words = _(
        "Tämän lajin sopimus tehdään enintään %(years)s vuodeksi. Kun se alkaa %(starts)s, se päättyy viimeistään "
        "%(last)s."
    )
    return words % {"years": kind.most_years, "starts": format_date(starts), "last": format_date(last)}


def within_years(kind: AgreementKind, content: Content) -> Content:
    """Return the text with its last day drawn back to what the kind allows; one that is open gets the last day."""
    starts, ends = day(content, "starts_on"), day(content, "ends_on")
    last = kind.last_day(starts) if starts else None
    if last is None or (ends is not None and ends <= last):
        return content
    return {**content, "ends_on": last.isoformat()}


def municipality_names() -> dict[str, str]:
    """Return code -> name of the county's own municipalities; one query."""
    return {row.code: row.name for row in Municipality.objects.filter(is_own=True)}


def parts(content: Mapping[str, Any], names: Mapping[str, str]) -> list[Part]:
    """Return the agreement part by part; ``names`` are those of the municipalities."""
    return [Part(key, label, _shown(content, key, names)) for key, label in LABELS.items()]


def _shown(content: Mapping[str, Any], key: str, names: Mapping[str, str]) -> str:
    if key in ("starts_on", "ends_on"):
        found = day(content, key)
        until_further = _("toistaiseksi") if key == "ends_on" else ""
        return format_date(found) if found else until_further
    if key == "municipalities":
        return ", ".join(names.get(code, code) for code in content.get(key, [])) or _("koko alue")
    if key == "sum":
        return format_euros(money(content)) if content.get("sum") else ""
    if key == "plan":
        return "\n".join(_row(row) for row in content.get(key, []))
    if key == "reporting_months":
        return _("%(months)s kuukauden välein") % {"months": content[key]} if content.get(key) else ""
    return str(content.get(key, ""))


def _row(row: Mapping[str, str]) -> str:
    return " – ".join(row[part] for part in PLAN_PARTS if row.get(part))


def changes(before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Change]:
    """Yield the parts that differ between two texts."""
    for old, new in zip(parts(before, names), parts(after, names), strict=True):
        if old.text != new.text:
            yield Change(new.label, difference(old.text, new.text))
