"""The figures of a published report as open data: what is published of each, and the rows for JSON.

``FIELDS`` is the one list of what an item says. Everything comes from the frozen snapshot, never from today's tables.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from reports.models import AnnualReport

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Field:
    """One published field: its name in the file and what it means."""

    name: str
    meaning: Any


FIELDS: tuple[Field, ...] = (
    Field("key", _("Luvun pysyvä tunnus: sama luku löytyy samalla tunnuksella joka vuoden raportista.")),
    Field("label", _("Luvun nimi suomeksi.")),
    Field("value", _("Luku raportin vuodelta; tyhjä (null), jos lukua ei ole.")),
    Field("previous", _("Sama luku edelliseltä vuodelta, sellaisena kuin se oli, kun raportin luvut koottiin.")),
    Field("unit", _("Yksikkö, esimerkiksi €; tyhjä, kun luku on kappalemäärä.")),
    Field("definition", _("Mitä luku tarkoittaa ja miten se on laskettu, suomeksi.")),
    Field(
        "parts",
        _("Luku osina, jos se on jaettu: osan nimi (label), luku (value) ja edellisen vuoden luku (previous)."),
    ),
)


def number(value: Any) -> int | float | None:
    """Return a snapshot's value as a number; the snapshot keeps exact decimals as text."""
    if value is None or value == "":
        return None
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def as_object(row: dict[str, Any]) -> dict[str, Any]:
    """Return one figure of the snapshot with the names of ``FIELDS``."""
    return {
        "key": row["key"],
        "label": row["label"],
        "value": number(row["value"]),
        "previous": number(row["previous"]),
        "unit": row["unit"],
        "definition": row["definition"],
        "parts": [
            {"label": label, "value": number(value), "previous": number(previous)}
            for label, value, previous in row.get("rows", ())
        ],
    }


def as_file(report: AnnualReport, *, source: str, address: str) -> dict[str, Any]:
    """Return the whole file: where it comes from, what its fields mean, and the figures in the report's order."""
    return {
        "licence": LICENCE,
        "source": source,
        "report": {
            "year": report.year,
            "version": report.version,
            "published_at": report.frozen_at,
            "collected_at": report.collected_at,
            "change_note": report.change_note,
            "url": address,
            "document_sha256": report.document.sha256 if report.document else "",
        },
        "fields": {field.name: str(field.meaning) for field in FIELDS},
        "items": [as_object(row) for row in report.figures["headline"] if report.reader.tells(row["key"])],
    }
