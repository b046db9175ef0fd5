"""One thing that stands between a draft and sending it; what the rule of completeness is made of."""

from dataclasses import dataclass

MISSING = "missing"
WRONG = "wrong"


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the page's key, the id of the field there, what to do, and whether it is missing or wrong."""

    page: str
    field: str
    text: str
    kind: str = MISSING
