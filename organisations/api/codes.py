"""Code lists: what the numbers and words of the data mean, in three languages."""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from django.db.models import Model, TextChoices
from django.utils import translation

from county.models import LifeSituation, Municipality, Sector, TargetGroup, Theme

LANGUAGES = ("fi", "sv", "en")
Coded = dict[str, Any]


def names(row: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the names of a code in three languages; None where there is none."""
    return {language: row[f"name_{language}"] or None for language in LANGUAGES}


@cache
def _labels(kind: type[TextChoices]) -> dict[str, Coded]:
    labels: dict[str, dict[str, str]] = {value: {} for value in kind.values}
    for language in LANGUAGES:
        with translation.override(language):
            for value, label in kind.choices:
                labels[value][language] = str(label)
    return {value: {"code": value, "name": found} for value, found in labels.items()}


def choice(kind: type[TextChoices], value: str) -> Coded | None:
    """Return ``{"code": …, "name": {"fi": …, "sv": …, "en": …}}`` of a chosen value; None for no choice."""
    return _labels(kind)[value] if value else None


def _items(model: type[Model], key: str) -> dict[int, Coded]:
    """Return the rows by primary key, in the list's own order: ``{key: …, "name": {…}}``."""
    rows = model._default_manager.values("pk", key, "name_fi", "name_sv", "name_en")
    return {row["pk"]: {key: row[key], "name": names(row)} for row in rows}


class Codes:
    """The code lists as they stand now; each is read in one query when it is first asked for."""

    @cached_property
    def municipalities(self) -> dict[int, Coded]:
        """Municipalities of Finland by row; told apart by the official number."""
        return _items(Municipality, "code")

    @cached_property
    def sectors(self) -> dict[int, Coded]:
        """Fields of work."""
        return _items(Sector, "id")

    @cached_property
    def themes(self) -> dict[int, Coded]:
        """Themes of the co-operation."""
        return _items(Theme, "id")

    @cached_property
    def target_groups(self) -> dict[int, Coded]:
        """People for whom something is meant."""
        return _items(TargetGroup, "id")

    @cached_property
    def life_situations(self) -> dict[int, Coded]:
        """What a client's life is about now."""
        return _items(LifeSituation, "id")

    def listed(self, name: str, rows: list[int]) -> list[Coded]:
        """Return the codes of these rows of a list, in the list's own order."""
        if not rows:
            return []
        wanted = set(rows)
        return [code for row, code in getattr(self, name).items() if row in wanted]
