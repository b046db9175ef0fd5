"""The application form tried out by the coordinator: the applicant's own fields, nothing saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants import form_definition as forms_data
from grants.applicant import PageBalance, balances_of
from grants.form_definition import Answers, Definition
from grants.forms.pages import PageForm
from grants.models import Application, FormVersion, GrantCall
from organisations.models import Organisation


@dataclass(frozen=True)
class PreviewPage:
    """One page: its definition, its fields (none for attachments), and the sums of its budget."""

    page: dict[str, Any]
    form: PageForm | None
    balances: list[PageBalance]


def question_count(call: GrantCall, definition: Definition, asked: Decimal) -> int:
    """Count the questions that are asked of one who asks for the sum and has answered no choice yet."""
    answers = _with_sum(definition, asked)
    return sum(forms_data.is_asked(q, definition, answers) for _page, q in forms_data.all_questions(definition))


def preview(
    call: GrantCall, version: FormVersion, asked: Decimal, data: Mapping[str, Any] | None
) -> tuple[list[PreviewPage], Answers]:
    """Return the pages for the sum, or for what was typed (``data``), and the answers that they stand for.

    Typed answers are read until no further question comes along, so that a chain of conditions shows at once.
    The application and its organisation exist only here; nothing is saved.
    """
    application = Application(
        call=call,
        form_version=version,
        organisation=Organisation(),
        answers=_with_sum(version.definition, asked),
    )
    if data is not None:
        for _page, _question in forms_data.all_questions(version.definition):
            before = application.answers
            application.answers = {**before, **_typed(application, version.definition, data)}
            if application.answers == before:
                break
    shown = [
        page
        for page in forms_data.pages(version.definition)
        if not forms_data.is_partners(page) and not forms_data.is_state_aid(page)
    ]
    return [_page_of(application, page, data) for page in shown], application.answers


def _with_sum(definition: Definition, asked: Decimal) -> Answers:
    key = forms_data.key_of(definition, "asked_sum")
    return {key: f"{asked:.2f}"} if key else {}


def _typed(application: Application, definition: Definition, data: Mapping[str, Any]) -> Answers:
    found: Answers = {}
    for page in forms_data.pages(definition):
        found |= PageForm(definition, page, application, data).answers()
    return found


def _page_of(application: Application, page: dict[str, Any], data: Mapping[str, Any] | None) -> PreviewPage:
    if forms_data.is_attachments(page):
        return PreviewPage(page, None, [])
    form = PageForm(application.form_version.definition, page, application, data)
    return PreviewPage(page, form, balances_of(application, page))
