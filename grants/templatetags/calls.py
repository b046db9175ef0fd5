"""Tags of pages about calls: texts in the reader's language, where the call stands, the guide's paragraphs."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import normalize_newlines
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from common.money import format_euros
from common.templatetags.portal import number_fi, tag
from grants import call_times, form_definition
from grants.models import GrantCall

register = template.Library()


def _said(row: Any, field: str) -> tuple[str, bool]:
    """Return the text in the reader's language and whether it had to be the Finnish one."""
    language = (get_language() or "fi")[:2]
    own = getattr(row, f"{field}_{language}", "")
    return (own, False) if own else (getattr(row, f"{field}_fi"), language != "fi")


@register.simple_tag
def local(row: Any, field: str) -> str:
    """The row's text in the reader's language; a Finnish text on another language's page says that it is Finnish."""
    text, fell_back = _said(row, field)
    return format_html('<span lang="fi">{}</span>', text) if fell_back else text


@register.simple_tag
def finnish(text: str) -> str:
    """A text that exists only in Finnish, marked so on a page of another language."""
    is_finnish_page = (get_language() or "fi").startswith("fi")
    return text if is_finnish_page else format_html('<span lang="fi">{}</span>', text)


def _with_breaks(part: str) -> str:
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in part.split("\n")))


@register.simple_tag
def local_paragraphs(row: Any, field: str) -> str:
    """A plain text as paragraphs: an empty line parts them, a line break stays; everything is escaped."""
    text, fell_back = _said(row, field)
    parts = [part.strip() for part in normalize_newlines(text).split("\n\n") if part.strip()]
    inner = format_html_join("", "<p>{}</p>", ((_with_breaks(part),) for part in parts))
    return format_html('<div lang="fi">{}</div>', inner) if fell_back else inner


@register.simple_tag
def public_tag(call: GrantCall, now: datetime) -> str:
    """Where the call stands, for everybody."""
    return tag(*call_times.public_status(call, now))


@register.simple_tag
def officer_tag(call: GrantCall, now: datetime) -> str:
    """Where the call stands, for officers."""
    return tag(*call_times.officer_status(call, now))


@register.filter
def time_left(until: datetime, now: datetime) -> str:
    """Days, within 48 hours whole hours."""
    return call_times.time_left(until, now)


# The form as the applicant meets it

TYPE_NAMES = {
    "short_text": _("Lyhyt teksti"),
    "text": _("Teksti"),
    "number": _("Luku"),
    "money": _("Summa euroina"),
    "choice": _("Valinta"),
    "municipalities": _("Kuntien valinta"),
    "indicators": _("Tavoiteluvut"),
    "contacts": _("Henkilöt ja yhteystiedot"),
    "partners": _("Kumppanit"),
    "budget": _("Menot ja tulot"),
    "funding": _("Muu rahoitus"),
}


@register.simple_tag
def said(row: dict[str, Any], name: str) -> str:
    """A text of the form's definition in the reader's language, else in Finnish."""
    return form_definition.said(row, name)


@register.simple_tag
def question_type(question: dict[str, Any]) -> Any:
    """What kind of answer the question asks, in words."""
    return TYPE_NAMES.get(question["type"], question["type"])


@register.simple_tag
def question_rules(question: dict[str, Any], definition: dict[str, Any]) -> list[str]:
    """The question's limits, each a sentence: length, from which sum on, after which answer."""
    rules = []
    if limit := question.get("max_length"):
        rules.append(gettext("Enintään %(count)s merkkiä.") % {"count": number_fi(limit)})
    if least := question.get("min_sum_euros"):
        rules.append(gettext("Kysytään, kun haettu summa on vähintään %(sum)s.") % {"sum": format_euros(least)})
    if "only_if" in question:
        rules.append(_condition_in_words(question["only_if"], definition))
    return rules


def _condition_in_words(condition: dict[str, str], definition: dict[str, Any]) -> str:
    for _page, question in form_definition.all_questions(definition):
        if question["key"] == condition["question"]:
            options = {option["key"]: form_definition.said(option, "label") for option in question.get("choices", [])}
            return gettext("Kysytään vain, kun vastaus kysymykseen ”%(label)s” on ”%(option)s”.") % {
                "label": form_definition.said(question, "label"),
                "option": options.get(condition["is"], "–"),
            }
    return gettext("Kysytään vain, kun aiempi vastaus sitä edellyttää.")
