"""A turn that could be given, as the choice sees it. Pure, and light: the solver is loaded by the worker only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """One turn that could be given: minutes of the day, ``until`` with the tidying after it."""

    applicant: int
    wish: int
    weekday: int
    start: int
    until: int
    leaves: tuple[int, ...]
    score: int

    def clashes(self, other: "Option") -> bool:
        """Tell whether both cannot be given."""
        return (
            self.weekday == other.weekday
            and self.start < other.until
            and other.start < self.until
            and not set(self.leaves).isdisjoint(other.leaves)
        )
