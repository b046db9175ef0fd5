"""What a load did, in numbers and in plain words."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from county.area.schema import SECTION_NAMES


@dataclass
class SectionCount:
    """Rows of one section by what happened to them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0  # edited in the portal, so not overwritten
    removed: int = 0  # no longer in the file; stays in the portal


@dataclass
class AreaReport:
    """Counts by section, and ``lines`` of what deserves a sentence."""

    area_name: str
    sections: dict[str, SectionCount] = field(default_factory=lambda: defaultdict(SectionCount))
    lines: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # sections whose rows are counted under another one

    @property
    def added(self) -> int:
        return sum(count.added for count in self.sections.values())

    @property
    def changed(self) -> int:
        return sum(count.changed for count in self.sections.values())

    @property
    def unchanged(self) -> int:
        return sum(count.unchanged for count in self.sections.values())

    @property
    def kept(self) -> int:
        return sum(count.kept for count in self.sections.values())

    @property
    def removed(self) -> int:
        return sum(count.removed for count in self.sections.values())

    @property
    def changed_anything(self) -> bool:
        """Tell whether the load wrote anything."""
        return bool(self.added or self.changed)

    def say(self, line: str) -> None:
        """Add a sentence to the report."""
        self.lines.append(line)

    def text(self) -> str:
        """Return the whole report: a line a section, then the sentences, then the sum."""
        rows = [_describe(name, count) for name, count in self.sections.items() if count != SectionCount()]
        if self.changed_anything:
            summary = _("Alue %(area)s: %(added)s uutta, %(changed)s muuttunutta, %(kept)s säilytettyä.") % {
                "area": self.area_name,
                "added": self.added,
                "changed": self.changed,
                "kept": self.kept,
            }
        else:
            summary = _("Alue %(area)s: mikään ei muuttunut.") % {"area": self.area_name}
        return "\n".join([*rows, *self.lines, summary])


def _describe(name: str, count: SectionCount) -> str:
    words = (
        (count.added, _("uutta")),
        (count.changed, _("muuttunutta")),
        (count.unchanged, _("ennallaan")),
        (count.kept, _("muokattu portaalissa, säilytetty")),
        (count.removed, _("ei enää tiedostossa, säilytetty")),
    )
    told = ", ".join(f"{number} {word}" for number, word in words if number)
    return f"{section_name(name)}: {told}"


def section_name(name: str) -> str:
    """Return what people call the section of the file."""
    return str(SECTION_NAMES.get(name, name))
