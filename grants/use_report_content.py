"""A use report as frozen content: what each sending said, and what changed from one to the next."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.money import format_euros
from grants.form_definition import to_decimal
from grants.models import UseReport

_FIELDS = (
    "what_was_done",
    "what_changed",
    "what_was_learned",
    "what_differed",
    "spent_sum",
    "people_reached",
    "meetings",
    "volunteers",
    "volunteer_hours",
)


@dataclass(frozen=True)
class Change:
    """One thing that a later sending says otherwise."""

    label: str
    before: str
    after: str


def content_of(report: UseReport) -> dict[str, Any]:
    """Return everything the report says, as JSON: texts, figures, sums as text, lines, places, files by their hash."""
    said = {name: getattr(report, name) for name in _FIELDS if name != "spent_sum"}
    return {
        **said,
        "spent_sum": None if report.spent_sum is None else f"{report.spent_sum:.2f}",
        "costs": report.costs,
        "municipalities": sorted(place.code for place in report.municipalities.all()),
        "files": [{"name": file.name, "sha256": file.sha256} for file in report.attachments.all()],
    }


def as_sent(report: UseReport, content: dict[str, Any]) -> UseReport:
    """Return a copy of the report for reading, with the texts, figures and lines of a sending.

    What the organisation is writing in a report that was asked about does not show before it is sent again.
    """
    sent = copy(report)
    for name in _FIELDS:
        setattr(sent, name, content[name])
    sent.spent_sum, sent.costs = to_decimal(content["spent_sum"]), content["costs"]
    return sent


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Return what the later content says otherwise than the earlier, in the order of the form."""
    found = []
    for name in _FIELDS:
        if before.get(name) != after.get(name):
            label = str(UseReport._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Change(capfirst(label), _words(name, before.get(name)), _words(name, after.get(name))))
    lines = [_lines(content) for content in (before, after)]
    if lines[0] != lines[1]:
        found.append(Change(_("Menot riveittäin"), *lines))
    files = [", ".join(file["name"] for file in content.get("files", [])) or "–" for content in (before, after)]
    if before.get("files") != after.get("files"):
        found.append(Change(_("Tiedostot"), *files))
    return found


def _words(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    return format_euros(to_decimal(value)) if name == "spent_sum" else str(value)


def _lines(content: dict[str, Any]) -> str:
    rows = content.get("costs") or []
    return "\n".join(f"{row['what']}: {format_euros(to_decimal(row['used']))}" for row in rows) or "–"
