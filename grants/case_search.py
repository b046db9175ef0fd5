"""Finding cases by what their applications say, in whatever form the word stands (decision 0008)."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q

from grants import form_definition as forms_data
from grants.models import Application, ApplicationPartner, ApplicationSearch
from organisations.finnish import Word
from organisations.search import words_of

#: Persons are not found by their names or addresses: a search is for what is done, not for who does it.
LEFT_OUT = ("contacts",)
ADDRESSES = ("email", "phone")


def index_answers(application: Application) -> None:
    """Write the search text of an application from its answers as they now stand; needs ``form_version``."""
    lines = [application.title, *_lines(application)]
    found = ApplicationSearch(application=application, text="\n".join(line for line in lines if line))
    ApplicationSearch.objects.bulk_create(
        [found], update_conflicts=True, unique_fields=["application"], update_fields=["text"]
    )


def _lines(application: Application) -> Iterator[str]:
    definition, answers = application.form_version.definition, application.answers
    for page in forms_data.pages(definition):
        if forms_data.is_attachments(page):
            continue
        if forms_data.is_partners(page):
            for partner in application.partners.all():
                yield from (partner.shown_name, partner.task)
            continue
        for question in forms_data.asked_questions(page, definition, answers):
            if question["type"] not in LEFT_OUT and question.get("format") not in ADDRESSES:
                yield from _said(question, answers.get(question["key"]))


def _said(question: Any, value: Any) -> Iterator[str]:
    """Return the words of one answer: of a choice its label, of tables the text of their cells."""
    if question["type"] == "choice":
        yield from (forms_data.said(row, "label", "fi") for row in question["choices"] if row["key"] == value)
        return
    yield from texts(value)


def texts(value: Any) -> Iterator[str]:
    """Return every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def matching(words: str, understood: Sequence[Word] | None = None) -> Q:
    """Return a condition on cases that have ``can_read``: the name of the applicant or a partner, or the number, holds
    the words, or, where the person may read the case, its title and answers hold each word in some form.

    ``understood``: the words' forms, where they are known already.
    """
    partners = ApplicationPartner.objects.filter(Q(organisation__name__icontains=words) | Q(name__icontains=words))
    named = (
        Q(organisation__name__icontains=words)
        | Q(case_number__icontains=words)
        | Q(pk__in=partners.values("application"))
    )
    understood = words_of(words) if understood is None else understood
    if not understood:
        return named
    told = reduce(and_, (_holds(word) for word in understood))
    found = ApplicationSearch.objects.filter(told).values("application")
    return named | Q(can_read=True, title__icontains=words) | Q(can_read=True, pk__in=found)


def _holds(word: Word) -> Q:
    if word.is_short:
        edges = (f" {word.typed}", f"\n{word.typed}")
        return reduce(or_, (Q(folded__contains=edge) for edge in edges), Q(folded__startswith=word.typed))
    return reduce(or_, (Q(folded__contains=needle) for needle in word.needles))
