"""Whether an organisation can apply: the questions of a call, answered on the spot and kept nowhere."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from grants.models import EligibilityQuestion


class Answered(NamedTuple):
    """A question with the answer given (``yes``, ``no`` or nothing) as its fields show them."""

    question: EligibilityQuestion
    name: str
    answer: str

    @property
    def is_good(self) -> bool:
        """Tell whether one can apply with the answer."""
        return self.answer == self.question.good_answer

    @property
    def is_bad(self) -> bool:
        """Tell whether the answer needs the advice."""
        return bool(self.answer) and not self.is_good


class Result(NamedTuple):
    """What the answers say together."""

    rows: list[Answered]

    @property
    def is_answered(self) -> bool:
        """Tell whether every question has an answer."""
        return all(row.answer for row in self.rows)

    @property
    def is_good(self) -> bool:
        """Tell whether nothing stands in the way."""
        return all(row.is_good for row in self.rows)

    @property
    def advice(self) -> list[Answered]:
        """The answers that need advice."""
        return [row for row in self.rows if row.is_bad]

    @property
    def is_blocked(self) -> bool:
        """Tell whether a blocking question lacks its good answer."""
        return any(row.question.blocking and not row.is_good for row in self.rows)


def read(questions: Iterable[EligibilityQuestion], data: Mapping[str, Any]) -> Result:
    """Return the questions with the posted answers; what is neither yes nor no is no answer."""
    rows = []
    for question in questions:
        name = f"kysymys-{question.pk}"
        answer = str(data.get(name, ""))
        rows.append(Answered(question, name, answer if answer in ("yes", "no") else ""))
    return Result(rows)
