"""One page of an application as a Django form, built from the form's definition.

Saving is lenient, sending is strict: a missing answer is no error here (``grants.completeness`` tells of it),
a value that cannot be read is. What can be read is saved, and everything typed stays on the screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext

from common.money import format_euros
from county.models import Municipality
from grants import form_definition as forms_data
from grants.form_definition import Answers, Definition, Page, Question
from grants.forms import fields as make

Data = Mapping[str, Any]


@dataclass
class Rows:
    """A table of inputs: rows of bound fields under one caption."""

    name: str
    kind: str
    form: forms.Form
    count: int

    @property
    def columns(self) -> list[Any]:
        """The headings: label of each column and whether it is a sum."""
        return [
            {"label": one().label, "key": key, "is_money": isinstance(one(), make.PositiveEuros)}
            for key, one in make.ROW_FIELDS[self.kind].items()
        ]

    @property
    def rows(self) -> list[list[Any]]:
        """Bound fields, row by row."""
        return [
            [self.form[f"{self.name}-{row}-{column}"] for column in make.ROW_FIELDS[self.kind]]
            for row in range(self.count)
        ]


@dataclass
class Part:
    """One question on the page as its template sees it."""

    question: Question
    label: str
    help: str
    fields: list[Any] = field(default_factory=list)
    tables: dict[str, Rows] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The question's type."""
        return str(self.question["type"])

    @property
    def is_optional(self) -> bool:
        """Tell whether the label says "(valinnainen)"."""
        return not self.question.get("required", True)


class PageForm(forms.Form):
    """The fields of one page; ``parts`` groups them by question for the template."""

    use_required_attribute = False

    def __init__(self, definition: Definition, page: Page, application: Any, data: Data | None = None) -> None:
        super().__init__(data)
        self.definition, self.page, self.application = definition, page, application
        self.parts: list[Part] = []
        self._tables: dict[str, Rows] = {}
        for question in forms_data.asked_questions(page, definition, application.answers):
            self.parts.append(self._add(question))

    def _add(self, question: Question) -> Part:
        part = Part(question, forms_data.said(question, "label"), self._help(question))
        value = self.application.answers.get(question["key"])
        getattr(self, f"_add_{question['type']}")(question, part, value)
        return part

    def _help(self, question: Question) -> str:
        own = forms_data.said(question, "help")
        if question.get("copies_to") != "asked_sum":
            return own
        call = self.application.call
        limits = gettext("Vähintään %(least)s, enintään %(most)s.") % {
            "least": format_euros(call.minimum_sum),
            "most": format_euros(call.maximum_sum),
        }
        return f"{limits} {own}".strip()

    def _single(self, part: Part, one: forms.Field, value: Any) -> None:
        key = part.question["key"]
        one.label, one.help_text, one.initial = part.label, part.help, value
        self._keep(key, one, is_optional=part.is_optional)
        part.fields.append(self[key])

    def _keep(self, name: str, one: forms.Field, *, is_optional: bool) -> None:
        """Add a field; what must be answered says so on the page, but leaving it empty is no error here."""
        one.required = not is_optional
        if one.required:
            one.widget.attrs["aria-required"] = "true"
        self.fields[name] = one

    def full_clean(self) -> None:
        """Clean without asking for missing answers."""
        required = [one for one in self.fields.values() if one.required]
        for one in required:
            one.required = False
        super().full_clean()
        for one in required:
            one.required = True

    def _add_short_text(self, question: Question, part: Part, value: Any) -> None:
        if value is None and question.get("copies_to") == "contact_email":
            organisation = self.application.organisation
            value = organisation.contact_email or organisation.email
        self._single(part, make.text_field(question, part.label), value)

    def _add_text(self, question: Question, part: Part, value: Any) -> None:
        self._single(part, make.Prose(limit=question.get("max_length") or make.LONGEST), value)

    def _add_number(self, question: Question, part: Part, value: Any) -> None:
        self._single(part, make.WholeNumber(required=False), value)

    def _add_money(self, question: Question, part: Part, value: Any) -> None:
        self._single(part, make.PositiveEuros(required=False), forms_data.to_decimal(value))

    def _add_choice(self, question: Question, part: Part, value: Any) -> None:
        choices = [(choice["key"], forms_data.said(choice, "label")) for choice in question["choices"]]
        self._single(part, forms.ChoiceField(required=False, choices=choices, widget=forms.RadioSelect), value)

    def _add_municipalities(self, question: Question, part: Part, value: Any) -> None:
        own = make.municipality_choices(Municipality.objects.filter(is_own=True))
        one = forms.MultipleChoiceField(required=False, choices=own, widget=forms.CheckboxSelectMultiple)
        self._single(part, one, value)

    def _add_indicators(self, question: Question, part: Part, value: Any) -> None:
        for key in question["indicators"]:
            label = str(forms_data.INDICATORS[key])
            name = f"{question['key']}-{key}"
            one = make.WholeNumber(required=False, label=label[:1].upper() + label[1:], initial=(value or {}).get(key))
            self._keep(name, one, is_optional=part.is_optional)
            part.fields.append(self[name])

    def _add_contacts(self, question: Question, part: Part, value: Any) -> None:
        self._table(part, question["key"], question["type"], value)

    _add_partners = _add_contacts
    _add_funding = _add_contacts

    def _add_budget(self, question: Question, part: Part, value: Any) -> None:
        for kind in ("expenses", "income"):
            self._table(part, f"{question['key']}-{kind}", kind, (value or {}).get(kind))

    def _table(self, part: Part, name: str, kind: str, stored: list[dict[str, Any]] | None) -> None:
        stored = stored or []
        count = self._row_count(name, kind, len(stored))
        table = Rows(name, kind, self, count)
        for key, one in make.row_fields(name, kind, count).items():
            row, column = key.removeprefix(f"{name}-").split("-", 1)
            if int(row) < len(stored):
                value = stored[int(row)].get(column)
                is_money = isinstance(one, make.PositiveEuros)
                one.initial = forms_data.to_decimal(value) if is_money else value
            one.required = False
            self.fields[key] = one
        part.tables[kind] = table
        self._tables[name] = table

    def _row_count(self, name: str, kind: str, stored: int) -> int:
        """How many rows there are: the posted ones (and more when asked for), else the stored and some empty."""
        count = max(stored + make.EXTRA_ROWS[kind], make.FIRST_ROWS[kind])
        posted = str(self.data.get(f"{name}-rows", ""))
        if self.is_bound and posted.isascii() and posted.isdigit() and len(posted) < 4:
            count = int(posted)
            if self.data.get("add_row") == name:
                count += 3
        return max(1, min(count, make.MAX_ROWS))

    # The typed answers

    def answers(self) -> Answers:
        """Return the typed answers of the page after ``is_valid()``: everything that could be read.

        A single value that could not be read is left out (the stored one stays); a cell of a table that
        could not be read is empty. Rows without anything are dropped.
        """
        self.is_valid()
        found: Answers = {}
        for part in self.parts:
            key = part.question["key"]
            if part.kind == "indicators":
                found[key] = {name: self._value(f"{key}-{name}") for name in part.question["indicators"]}
            elif part.kind == "budget":
                found[key] = {kind: self._rows(part.tables[kind]) for kind in ("expenses", "income")}
            elif part.tables:
                found[key] = self._rows(part.tables[part.kind])
            elif key not in self.errors:
                found[key] = self._value(key)
        return found

    def _value(self, name: str) -> Any:
        return make.typed(self.cleaned_data.get(name))

    def _rows(self, table: Rows) -> list[dict[str, Any]]:
        rows = [
            {column: self._value(f"{table.name}-{row}-{column}") for column in make.ROW_FIELDS[table.kind]}
            for row in range(table.count)
        ]
        return [row for row in rows if not forms_data.is_empty(row)]

    def tables(self) -> list[Rows]:
        """Return the page's tables."""
        return list(self._tables.values())


def page_form(definition: Definition, page_key: str, application: Any, data: Data | None = None) -> PageForm:
    """Return the form of one page; ``data`` is the posted dictionary. Raises KeyError for an unknown page."""
    page = forms_data.find_page(definition, page_key)
    if page is None:
        raise KeyError(page_key)
    return PageForm(definition, page, application, data)
