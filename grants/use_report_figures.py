"""The promised figures of a use report against those that came true, by the catalogue of indicators."""

from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from grants.form_definition import INDICATORS
from grants.models import UseReport


@dataclass(frozen=True)
class Figure:
    """One indicator: its code in the catalogue, its name, the promised and the real number (None: not told)."""

    code: str
    label: str
    target: int | None
    value: int | None

    @property
    def difference(self) -> int | None:
        """How many more than promised (below zero: fewer); None while either is not told."""
        return None if self.target is None or self.value is None else self.value - self.target

    @property
    def percent(self) -> int | None:
        """How much of the promise came true, in per cent."""
        return round(100 * self.value / self.target) if self.target and self.value is not None else None


@dataclass(frozen=True)
class Places:
    """Municipalities: promised and not reached, reached and not promised."""

    missed: list[Any]
    added: list[Any]


def figures_of(report: UseReport) -> list[Figure]:
    """Return every indicator of the catalogue in its order."""
    targets = report.decision.application.answers.get("targets") or {}
    return [
        Figure(code, capfirst(str(label)), targets.get(code), getattr(report, code))
        for code, label in INDICATORS.items()
    ]


def places_of(report: UseReport) -> Places:
    """Return how the municipalities differ from those of the application; two queries."""
    promised = list(report.decision.application.municipalities.all())
    real = list(report.municipalities.all())
    return Places([row for row in promised if row not in real], [row for row in real if row not in promised])
