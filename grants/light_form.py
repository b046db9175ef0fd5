"""Kevyt lomake: the short form for small and fast rounds, four pages in three languages.

What a small sum does not need is left out: budget rows, other funding, indicators. The questions are those of
the default form, so that an organisation meets the same words in both.
"""

from typing import Any

from grants import default_form
from grants.form_definition import Definition, Question, all_questions, is_attachments

_PAGES: tuple[tuple[str, str, tuple[str, str, str], tuple[str, ...]], ...] = (
    ("hakija", "applicant", ("Hakija", "Sökande", "Applicant"), ("contact_email", "responsible")),
    (
        "toiminta",
        "activity",
        ("Mitä teette ja missä", "Vad ni gör och var", "What you do and where"),
        ("title", "description", "target_group", "municipalities"),
    ),
    ("raha", "money", ("Raha", "Pengar", "Money"), ("asked_sum", "budget_reasons")),
)


def definition(call: Any) -> Definition:
    """Return the light form for the call."""
    full = default_form.definition(call)
    questions = {question["key"]: question for _page, question in all_questions(full)}
    questions["budget_reasons"] = _use_of_money(questions["budget_reasons"])
    questions["description"]["max_length"] = 1500
    questions["target_group"]["max_length"] = 800
    pages = [
        {
            "key": key,
            "group": group,
            **dict(zip(("title_fi", "title_sv", "title_en"), title, strict=True)),
            "questions": [questions[name] for name in names],
        }
        for key, group, title, names in _PAGES
    ]
    pages[0]["show"], pages[-1]["show"] = "register", "bank_account"
    return {"pages": [*pages, *(page for page in full["pages"] if is_attachments(page))]}


def _use_of_money(question: Question) -> Question:
    """Return the question that stands for the budget: running text, obligatory."""
    return {
        **question,
        "label_fi": "Mihin käytätte avustuksen?",
        "label_sv": "Vad använder ni understödet till?",
        "label_en": "What will you use the grant for?",
        "help_fi": "Luettele menot ja niiden summat, esimerkiksi: tilavuokra 200 €, tarjoilu 150 €.",
        "help_sv": "Räkna upp utgifterna och deras summor, till exempel: hyra 200 €, servering 150 €.",
        "help_en": "List the costs and their sums, for example: rent 200 €, refreshments 150 €.",
        "required": True,
    }
