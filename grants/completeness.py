"""The one rule of what is missing: asked by the task list, the review page and the verb that sends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from common.money import format_euros
from grants import form_definition as forms_data
from grants.form_definition import Answers, Definition, Page, Question
from grants.partner_checks import partner_problems
from grants.problems import MISSING, WRONG, Problem
from grants.state_aid import declaration_of
from grants.state_aid_checks import aid_problems

__all__ = ["MISSING", "WRONG", "Balance", "PageState", "Problem", "budget_balance", "page_problems", "problems"]


@dataclass(frozen=True)
class PageState:
    """How far a page is: its problems, and a state of four with its tone and word."""

    page: Page
    key: str
    tone: str
    word: str
    problems: tuple[Problem, ...]

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is missing from the page."""
        return not self.problems


def problems(application: Any, definition: Definition) -> list[Problem]:
    """Return everything that stands between the application and sending it, in the order of the form.

    Reads ``application.call`` (sums, attachment slots) and ``application.attachments``; prefetch both for a list.
    """
    found: list[Problem] = []
    for page in forms_data.pages(definition):
        found.extend(page_problems(page, application, definition))
    return found


def page_problems(page: Page, application: Any, definition: Definition) -> Iterator[Problem]:
    """Yield what is missing from or wrong on one page."""
    if forms_data.is_attachments(page):
        yield from _missing_attachments(page, application)
        return
    if forms_data.is_partners(page):
        yield from partner_problems(page, application, definition)
        return
    if forms_data.is_state_aid(page):
        yield from aid_problems(page, application, definition)
        return
    for question in forms_data.asked_questions(page, definition, application.answers):
        yield from _question_problems(page, question, application, definition)


def page_states(application: Any, definition: Definition) -> list[PageState]:
    """Return each page with its state, in order."""
    return [_state(page, application, definition) for page in forms_data.pages(definition)]


def _state(page: Page, application: Any, definition: Definition) -> PageState:
    found = tuple(page_problems(page, application, definition))
    if not found:
        return PageState(page, "done", "ok", _("Valmis"), found)
    if any(problem.kind == WRONG for problem in found):
        return PageState(page, "wrong", "bad", _("Korjattavaa"), found)
    if _is_started(page, application):
        return PageState(page, "started", "wait", _("Kesken"), found)
    return PageState(page, "new", "none", _("Ei aloitettu"), found)


def _is_started(page: Page, application: Any) -> bool:
    if forms_data.is_attachments(page):
        return bool(list(application.attachments.all()))
    if forms_data.is_partners(page):
        return bool(list(application.partners.all()))
    if forms_data.is_state_aid(page):
        return declaration_of(application) is not None
    return not forms_data.is_empty(forms_data.page_answers(page, application.answers))


def _missing_attachments(page: Page, application: Any) -> Iterator[Problem]:
    filled = {attachment.attachment_slot_id for attachment in application.attachments.all()}
    for slot in application.call.attachment_slots.all():
        if slot.required and slot.pk not in filled and not (slot.later_allowed and _is_promised(slot, application)):
            yield Problem(page["key"], f"id_slot-{slot.pk}", _("Liite puuttuu: %(name)s.") % {"name": slot.name})


def _is_promised(slot: Any, application: Any) -> bool:
    return any(
        promise.attachment_slot_id == slot.pk and promise.due_on <= slot.later_by
        for promise in application.promises.all()
    )


def _question_problems(page: Page, question: Question, application: Any, definition: Definition) -> Iterator[Problem]:
    value = application.answers.get(question["key"])
    label = forms_data.said(question, "label")
    if forms_data.is_empty(value):
        if _is_required(question, application.answers):
            yield Problem(page["key"], field_id(question), _missing_text(question, label))
        return
    yield from CHECKS.get(question["type"], _no_check)(page["key"], question, value, application, definition)


def _is_required(question: Question, answers: Answers) -> bool:
    condition = question.get("required_if")
    if condition and answers.get(condition["question"]) == condition["is"]:
        return True
    return bool(question.get("required", True))


def _missing_text(question: Question, label: str) -> str:
    texts = {
        "contacts": _("Vastuuhenkilö puuttuu. Anna ainakin yhden henkilön nimi, sähköposti ja puhelin."),
        "municipalities": _("Kunta puuttuu. Valitse ainakin yksi kunta, jossa toiminta on."),
        "budget": _("Talousarvio puuttuu. Kirjoita menot ja tulot."),
    }
    if question.get("copies_to") == "asked_sum":
        return _("Summa puuttuu. Kirjoita haettava summa euroina, esimerkiksi 4 500.")
    return texts.get(question["type"]) or _("Vastaus puuttuu: %(label)s") % {"label": label}


def field_id(question: Question) -> str:
    """Return the id of the input where the question's mending begins (as ``grants.forms.pages`` names it)."""
    first = {
        "contacts": "-0-name",
        "partners": "-0-name",
        "budget": "-expenses-0-what",
        "funding": "-0-kind",
        "municipalities": "_0",
        "choice": "_0",
    }.get(question["type"], "")
    if question["type"] == "indicators":
        first = f"-{question['indicators'][0]}"
    return f"id_{question['key']}{first}"


Check = Callable[[str, Question, Any, Any, Definition], Iterator[Problem]]


def _no_check(page: str, question: Question, value: Any, application: Any, definition: Definition) -> Iterator[Problem]:
    return iter(())


def _check_text(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    most = question.get("max_length")
    if most and len(value) > most:
        yield Problem(
            page,
            field_id(question),
            _("”%(label)s” on liian pitkä: %(length)s merkkiä, kun enintään %(most)s mahtuu. Lyhennä tekstiä.")
            % {"label": forms_data.said(question, "label"), "length": len(value), "most": most},
            WRONG,
        )
    if question.get("format") == "email" and not _is_email(value):
        yield Problem(
            page, field_id(question), _("Sähköpostiosoite ei ole oikein. Tarkista se kirjain kirjaimelta."), WRONG
        )


def _is_email(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _check_money(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    if question.get("copies_to") != "asked_sum":
        return
    asked = forms_data.to_decimal(value) or Decimal(0)
    call = application.call
    if asked < call.minimum_sum:
        text = _("Haette %(asked)s, mutta pienin haettava summa on %(least)s. Korjaa summa.")
    elif asked > call.maximum_sum:
        text = _("Haette %(asked)s, mutta suurin haettava summa on %(most)s. Korjaa summa.")
    else:
        return
    yield Problem(
        page,
        field_id(question),
        text
        % {
            "asked": format_euros(asked),
            "least": format_euros(call.minimum_sum),
            "most": format_euros(call.maximum_sum),
        },
        WRONG,
    )


def _check_indicators(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    for key in question["indicators"]:
        if value.get(key) is None:
            yield Problem(
                page,
                f"id_{question['key']}-{key}",
                _("Tavoite puuttuu: %(what)s. Kirjoita 0, jos se ei koske teitä.")
                % {"what": forms_data.INDICATORS[key]},
            )


def _check_contacts(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    rows = [(index, row) for index, row in enumerate(value) if not forms_data.is_empty(row)]
    for index, row in rows:
        who = row.get("name") or _("henkilö %(number)s") % {"number": index + 1}
        for column, text in (
            ("name", _("Nimi puuttuu henkilöltä riviltä %(number)s.") % {"number": index + 1}),
            ("email", _("Sähköposti puuttuu: %(who)s.") % {"who": who}),
            ("phone", _("Puhelinnumero puuttuu: %(who)s.") % {"who": who}),
        ):
            if forms_data.is_empty(row.get(column)):
                yield Problem(page, f"id_{question['key']}-{index}-{column}", text)


def _check_partners(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    for index, row in enumerate(value):
        if not forms_data.is_empty(row) and forms_data.is_empty(row.get("name")):
            yield Problem(
                page,
                f"id_{question['key']}-{index}-name",
                _("Kumppanin nimi puuttuu riviltä %(number)s.") % {"number": index + 1},
            )


def _check_funding(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    names = {
        "kind": _("rahoittajan laji"),
        "funder": _("rahoittajan nimi"),
        "year": _("vuosi"),
        "sum": _("summa"),
        "state": _("haettu vai myönnetty"),
        "same_activity": _("sama toiminta vai ei"),
    }
    for index, row in enumerate(value):
        if forms_data.is_empty(row):
            continue
        for column, name in names.items():
            if forms_data.is_empty(row.get(column)):
                yield Problem(
                    page,
                    f"id_{question['key']}-{index}-{column}",
                    _("Muun avustuksen riviltä %(number)s puuttuu %(what)s.") % {"number": index + 1, "what": name},
                )


def _check_budget(
    page: str, question: Question, value: Any, application: Any, definition: Definition
) -> Iterator[Problem]:
    key = question["key"]
    expenses, income = value.get("expenses") or [], value.get("income") or []
    yield from _check_budget_rows(page, key, expenses, income)
    if not expenses:
        yield Problem(page, f"id_{key}-expenses-0-what", _("Menot puuttuvat. Kirjoita ainakin yksi meno."))
        return
    asked = forms_data.asked_sum(definition, application.answers)
    if asked is None:
        return
    balance = budget_balance(value, asked)
    if balance.difference:
        yield Problem(
            page,
            f"id_{key}-income-0-source",
            _(
                "Menot %(expenses)s ja tulot %(income)s eivät täsmää: ero %(difference)s. "
                "Tarkista rivit tai kirjoita ero omaan osuuteen."
            )
            % {
                "expenses": format_euros(balance.expenses),
                "income": format_euros(balance.income),
                "difference": format_euros(abs(balance.difference)),
            },
            WRONG,
        )
    if balance.granted != asked:
        yield Problem(
            page,
            f"id_{key}-expenses-0-grant",
            _("Avustuksella maksettavat menot ovat %(granted)s, mutta haette %(asked)s. Korjaa jompikumpi.")
            % {"granted": format_euros(balance.granted), "asked": format_euros(asked)},
            WRONG,
        )


def _check_budget_rows(
    page: str, key: str, expenses: list[dict[str, Any]], income: list[dict[str, Any]]
) -> Iterator[Problem]:
    for index, row in enumerate(expenses):
        number = {"number": index + 1}
        if forms_data.is_empty(row.get("what")):
            yield Problem(
                page, f"id_{key}-expenses-{index}-what", _("Kirjoita, mihin menorivin %(number)s raha menee.") % number
            )
        if forms_data.is_empty(row.get("total")):
            yield Problem(page, f"id_{key}-expenses-{index}-total", _("Summa puuttuu menoriviltä %(number)s.") % number)
        elif (forms_data.to_decimal(row.get("grant")) or 0) > (forms_data.to_decimal(row["total"]) or 0):
            yield Problem(
                page,
                f"id_{key}-expenses-{index}-grant",
                _("Menorivin %(number)s avustusosuus on suurempi kuin koko meno. Korjaa summa.") % number,
                WRONG,
            )
    for index, row in enumerate(income):
        number = {"number": index + 1}
        if forms_data.is_empty(row.get("source")):
            yield Problem(
                page, f"id_{key}-income-{index}-source", _("Kirjoita, mistä tulorivin %(number)s raha tulee.") % number
            )
        if forms_data.is_empty(row.get("sum")):
            yield Problem(page, f"id_{key}-income-{index}-sum", _("Summa puuttuu tuloriviltä %(number)s.") % number)


@dataclass(frozen=True)
class Balance:
    """A budget added up, in euros; the asked grant is counted as income."""

    expenses: Decimal
    granted: Decimal
    own_income: Decimal
    asked: Decimal

    @property
    def income(self) -> Decimal:
        """All income with the asked grant."""
        return self.own_income + self.asked

    @property
    def difference(self) -> Decimal:
        """Expenses less income; zero when the budget balances."""
        return self.expenses - self.income

    @property
    def surplus(self) -> Decimal:
        """Income less expenses."""
        return -self.difference


def budget_balance(value: dict[str, Any], asked: Decimal | None) -> Balance:
    """Add up a budget answer."""
    expenses, income = value.get("expenses") or [], value.get("income") or []
    return Balance(
        expenses=forms_data.sum_of(expenses, "total"),
        granted=forms_data.sum_of(expenses, "grant"),
        own_income=forms_data.sum_of(income, "sum"),
        asked=asked or Decimal(0),
    )


CHECKS: dict[str, Check] = {
    "short_text": _check_text,
    "text": _check_text,
    "money": _check_money,
    "indicators": _check_indicators,
    "contacts": _check_contacts,
    "partners": _check_partners,
    "funding": _check_funding,
    "budget": _check_budget,
}
