"""Does a claimant's name stand among the signatories? A hint for the person who decides, never a decision."""

from collections.abc import Iterable
from dataclasses import dataclass

from organisations import numbers
from organisations.models import Signatory


@dataclass(frozen=True)
class Match:
    """A signatory and how well the name fits: ``whole`` (one has every word of the other) or ``part``."""

    signatory: Signatory
    strength: str


def _words(name: str) -> set[str]:
    return {word for word in numbers.fold(name).replace("-", " ").replace(",", " ").split() if len(word) > 1}


def matching(name: str, signatories: Iterable[Signatory]) -> list[Match]:
    """Return the signatories whose name shares at least two words with ``name``, the best first.

    The order of names and capitals make no difference: the extract writes ``Virtanen Aino Maria``, people
    ``Aino Virtanen``.
    """
    wanted = _words(name)
    found = []
    for signatory in signatories:
        held = _words(signatory.name)
        common = wanted & held
        if len(common) >= 2:
            found.append(Match(signatory, "whole" if common in (wanted, held) else "part"))
    return sorted(found, key=lambda match: match.strength != "whole")
