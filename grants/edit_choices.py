"""Two people saved the same page of a draft: what differs, field by field, and which text is to stand."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from grants import form_definition as forms_data
from grants.answers import AnswerRow, compare
from grants.form_definition import Answers, Page
from grants.forms.pages import PageForm
from grants.models import Application
from liaisons.differences import Piece, difference

OWN, STORED = "own", "stored"


@dataclass(frozen=True)
class Choice:
    """One field of which the stored answer and the typed one differ; ``pieces`` where both are long texts."""

    key: str
    label: str
    theirs: AnswerRow
    yours: AnswerRow
    pieces: tuple[Piece, ...]
    is_untouched: bool
    chosen: str

    @property
    def keeps_own(self) -> bool:
        """Whether the typed text is to stand."""
        return self.chosen == OWN


def opened_with(page: Page, answers: Answers) -> str:
    """Return what a page's form carries to tell which of its fields the person has changed since."""
    return " ".join(f"{q['key']}:{_digest(answers.get(q['key']))}" for q in page.get("questions", []))


def _digest(value: Any) -> str:
    """Return a short digest; nothing, an empty text and empty rows are the same."""
    kept = None if forms_data.is_empty(value) else value
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]


def choices_of(
    application: Application, page: Page, typed: Answers, posted: Mapping[str, Any], shown: Collection[str]
) -> list[Choice]:
    """Return the fields to choose of, each with the person's earlier choice, or else a safe one.

    Safe is the own text where the person wrote something, and the stored one where only the other did:
    ``posted["opened"]`` (``opened_with``) tells. What the person did not have on the page is not asked of.
    """
    opened = str(posted.get("opened", "")).split()
    found = []
    for row in compare(application, page, {key: value for key, value in typed.items() if key in shown}):
        key = row["key"]
        is_untouched = f"{key}:{_digest(typed[key])}" in opened
        earlier = posted.get(f"keep-{key}")
        chosen = earlier if earlier in (OWN, STORED) else STORED if is_untouched else OWN
        pieces = _pieces(row["theirs"], row["yours"])
        found.append(Choice(key, row["label"], row["theirs"], row["yours"], pieces, is_untouched, chosen))
    return found


def _pieces(theirs: AnswerRow, yours: AnswerRow) -> tuple[Piece, ...]:
    return tuple(difference(theirs.text, yours.text)) if theirs.is_long and yours.is_long else ()


def takes_stored(page: Page, posted: Mapping[str, Any]) -> set[str]:
    """Return the keys of the fields in which the person lets the stored answer stand."""
    return {q["key"] for q in page.get("questions", []) if posted.get(f"keep-{q['key']}") == STORED}


def with_stored(form: PageForm, application: Application, keys: Collection[str]) -> PageForm:
    """Return the posted form with the stored answers in the fields of ``keys``, the rest as it was typed."""
    data = QueryDict(mutable=True)
    for name, value in form.data.items():
        data.setlist(name, form.data.getlist(name) if isinstance(form.data, QueryDict) else [value])
    fresh = PageForm(form.definition, form.page, application)
    for part in fresh.parts:
        key = part.question["key"]
        if key not in keys:
            continue
        data.pop(f"keep-{key}", None)
        for table in part.tables.values():
            data[f"{table.name}-rows"] = str(table.count)
            part.fields += [cell for row in table.rows for cell in row]
        for bound in part.fields:
            value = bound.value()
            shown = value if isinstance(value, list) else [bound.field.widget.format_value(value)]
            data.setlist(bound.html_name, [_flat(one) for one in shown])
    return PageForm(form.definition, form.page, application, data)


def _flat(value: Any) -> str:
    one = value[0] if isinstance(value, list) and value else value
    return "" if one in (None, []) else str(one)
