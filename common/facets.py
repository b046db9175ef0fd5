"""A list's filters as choices with counts, and what has been chosen as links that take it away.

Plain data for ``components/facets.html`` and ``components/chips.html``; each room counts in its own way.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One choice: its value in the URL, its words, and how many rows it would leave (None: not counted)."""

    value: str
    label: str
    count: int | None
    chosen: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Facet:
    """One filter: its name in the URL, its heading, and its choices in their order."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> int:
        """How many of the choices are chosen."""
        return sum(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Chip:
    """One thing by which the list is narrowed now, and the query string of the list without it."""

    label: str
    value: str
    query: str
    lang: str = ""
