"""Template tags and filters of every page: sums, dates, links, icons, notices, problems of a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from lucide.templatetags.lucide import _render_icon

from common import clock, links, money, times

register = template.Library()

NO_VALUE = "–"
TONES = ("ok", "wait", "info", "bad", "none")


# Sums and times


@register.filter
def euros(value: Decimal | int | None) -> str:
    """``1 234,50 €``; whole euros without cents; ``–`` for nothing."""
    return NO_VALUE if value in (None, "") else money.format_euros(value)


@register.filter
def euros_cents(value: Decimal | int | None) -> str:
    """``1 234,00 €``: always with cents, for columns that are added up."""
    return NO_VALUE if value in (None, "") else money.format_euros(value, cents=True)


@register.filter
def number_fi(value: Decimal | int | None) -> str:
    """``11 460``: a whole number with no-break spaces between thousands."""
    return NO_VALUE if value in (None, "") else f"{value:,}".replace(",", times.NBSP)


@register.filter
def date_fi(value: date | None) -> str:
    """``8.12.2026`` on Finland's calendar; ``–`` for nothing."""
    return times.format_date(value) if value else NO_VALUE


@register.filter
def instant_fi(value: datetime | None) -> str:
    """``8.12.2026 klo 16.00`` on Finland's clock; ``–`` for nothing."""
    return times.format_instant(value) if value else NO_VALUE


@register.filter
def clock_fi(value: datetime | None) -> str:
    """``16.00`` on Finland's clock."""
    return times.format_clock(value) if value else NO_VALUE


@register.filter
def days_left(until: datetime | None, now: datetime | None = None) -> str:
    """How long there is: in days, on the last day in hours, in the last hour in minutes.

    Use ``{{ call.closes_at|days_left:now }}``; without an argument the present instant is asked.
    """
    if not until:
        return ""
    moment = now or clock.now()
    seconds = int((until - moment).total_seconds())
    if seconds <= 0:
        return gettext("aika on päättynyt")
    days = times.days_left(until, moment)
    if days >= 1:
        return ngettext("%(count)s päivä jäljellä", "%(count)s päivää jäljellä", days) % {"count": days}
    hours = seconds // 3600
    if hours >= 1:
        return ngettext("%(count)s tunti jäljellä", "%(count)s tuntia jäljellä", hours) % {"count": hours}
    minutes = max(seconds // 60, 1)
    return ngettext("%(count)s minuutti jäljellä", "%(count)s minuuttia jäljellä", minutes) % {"count": minutes}


@register.filter
def urgency(due: datetime | None, now: datetime | None = None) -> str:
    """``late`` when the time is past, ``soon`` within seven days, else nothing: the class of a line that waits."""
    if not due:
        return ""
    moment = now or clock.now()
    if due <= moment:
        return "late"
    return "soon" if times.days_left(due, moment) <= 7 else ""


@register.filter
def page_numbers(page: Page[Any]) -> list[int]:
    """The page numbers to show: first, last and two around the present one; 0 stands for a gap."""
    last = page.paginator.num_pages
    shown = sorted({1, last, *range(max(page.number - 1, 1), min(page.number + 1, last) + 1)})
    numbers: list[int] = []
    for number in shown:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(0)
        numbers.append(number)
    return numbers


@register.filter
def is_filtering(form: forms.BaseForm) -> bool:
    """Whether any field of a filter form has a value in the URL."""
    return form.is_bound and any(form.data.get(form.add_prefix(name)) for name in form.fields)


@register.filter
def breakable(text: Any) -> SafeString:
    """The text with places to break a line after each slash, for case numbers in narrow columns."""
    return format_html_join(mark_safe("/<wbr>"), "{}", ((part,) for part in str(text).split("/")))


@register.filter
def file_size(value: int | None) -> str:
    """``340 kt`` or ``1,2 Mt``: bytes as people read them."""
    if value is None:
        return NO_VALUE
    if value < 1024 * 1024:
        return gettext("%(size)s kt") % {"size": max(round(value / 1024), 1)}
    return gettext("%(size)s Mt") % {"size": f"{value / 1024 / 1024:.1f}".replace(".", ",")}


# Links


@register.simple_tag(name="fixed_url")
def _fixed_url(name: str) -> str:
    """The address of a page without parameters, for what stands on every page."""
    return links.fixed_url(name)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The page's own query string with changes: ``{% qs sivu=2 %}`` → ``?q=ry&sivu=2``; None removes a key."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def crumbs(*parts: Any) -> str:
    """Breadcrumbs from pairs and the page's own name: ``{% crumbs next_url "Omat asiat" "Talousarvio" %}``."""
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    links = format_html_join("", '<li><a href="{}">{}</a></li>', pairs)
    return format_html(
        '<nav class="crumbs" aria-label="{}"><ol>{}<li aria-current="page">{}</li></ol></nav>',
        gettext("Murupolku"),
        links,
        parts[-1],
    )


@register.simple_tag(takes_context=True)
def sort_th(context: Context, key: str, label: str, numeric: bool = False) -> str:
    """A column heading that sorts by URL (``?jarjesta=key`` or ``-key``) and says its direction."""
    request = context.get("request")
    now = request.GET.get("jarjesta", "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(now)
    link = qs(context, jarjesta=f"-{key}" if now == key else key, sivu=None)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="{}">{}</a></th>',
        mark_safe(' class="num"') if numeric else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        link,
        label,
    )


# Small components


@register.simple_tag
def icon(name: str, label: str = "", css_class: str = "") -> str:
    """An inline Lucide icon; decorative unless ``label`` gives it words."""
    attrs: dict[str, object] = {"class": f"icon {css_class}".strip()}
    if label:
        attrs |= {"role": "img", "aria_label": str(label)}
    else:
        attrs |= {"aria_hidden": "true", "focusable": "false"}
    return _render_icon(name, None, **attrs)


@register.simple_tag
def tag(tone: str, word: Any) -> str:
    """A state as a shape and a word: ``{% tag "wait" "Kesken" %}``; tones ok, wait, info, bad, none."""
    return format_html('<span class="tag {}">{}</span>', tone if tone in TONES else "none", word)


@register.simple_block_tag
def notice(content: str, tone: str = "info", heading: str = "", role: str = "") -> str:
    """A boxed message: ``{% notice tone="wait" heading="…" %}<p>…</p>{% endnotice %}``."""
    return format_html(
        '<div class="notice {}"{}>{}{}</div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        format_html("<h2>{}</h2>", heading) if heading else "",
        content,
    )


# Forms


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the id of the field it is about (may be empty) and what to do."""

    target: str
    message: str


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field needs a fieldset and legend: several inputs under one question."""
    return field.use_fieldset or isinstance(field.field.widget, forms.MultiWidget)


@register.filter
def focus_id(field: BoundField) -> str:
    """The id that a link to the field leads to: the first input of a group, else the field itself."""
    base = str(field.field.widget.attrs.get("id") or field.auto_id)
    if isinstance(field.field.widget, forms.SelectDateWidget):
        return f"{base}_day"
    return f"{base}_0" if is_group(field) else base


@register.filter
def has_class(field: BoundField, name: str) -> bool:
    """Whether the widget has the CSS class."""
    return name in str(field.field.widget.attrs.get("class", "")).split()


@register.filter
def attr(field: BoundField, name: str) -> Any:
    """An attribute of the field's widget, or nothing."""
    return field.field.widget.attrs.get(name)


@register.filter
def length_of(field: BoundField) -> int:
    """How many characters the field holds now."""
    return len(str(field.value() or ""))


@register.filter
def limit_of(field: BoundField) -> int:
    """How many characters the field may hold (the widget's ``maxlength``)."""
    return int(field.field.widget.attrs.get("maxlength") or 0)


@register.filter
def field_shape(field: BoundField) -> str:
    """``hidden``, ``check``, ``choices``, ``multi``, ``file``, ``textarea`` or ``plain``: which shape the field has."""
    widget = field.field.widget
    shapes: tuple[tuple[Any, str], ...] = (
        (forms.HiddenInput, "hidden"),
        (forms.MultipleHiddenInput, "hidden"),
        (forms.CheckboxSelectMultiple, "choices"),
        (forms.RadioSelect, "choices"),
        (forms.CheckboxInput, "check"),
        (forms.MultiWidget, "multi"),
        (forms.SelectDateWidget, "multi"),
        (forms.FileInput, "file"),
        (forms.Textarea, "textarea"),
    )
    return next((shape for kind, shape in shapes if isinstance(widget, kind)), "plain")


@register.simple_tag
def form_widget(field: BoundField) -> SafeString:
    """The field's input with the class of its kind; Django itself names help and error in ``aria-describedby``."""
    extra: dict[str, Any] = {}
    if field.field.widget.attrs.get("placeholder"):
        extra["placeholder"] = False
    if classes := _classes(field):
        extra["class"] = classes
    if field_shape(field) == "textarea" and field.field.widget.attrs.get("maxlength"):
        extra["aria-describedby"] = f"{field.aria_describedby or ''} {field.auto_id}_counter".strip()
    return field.as_widget(attrs=extra)


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """One field of a list's filters, as ``as_crispy_field`` shows it; the usual ones without a template each."""
    if field_shape(field) != "plain" or is_group(field) or field.errors or attr(field, "data-unit"):
        shown: SafeString = as_crispy_field(field)
        return shown
    inner, html = field.field, form_widget(field)
    is_optional = not (inner.required or inner.disabled or getattr(inner, "needed_later", False))
    return format_html(
        '<div class="field"><label for="{}">{} {}</label>{}{}</div>',
        focus_id(field),
        field.label,
        format_html('<span class="optional">({})</span>', gettext("valinnainen")) if is_optional else "",
        format_html('<div class="help" id="{}_helptext">{}</div>', field.auto_id, mark_safe(str(field.help_text)))  # noqa: S308 - ours
        if field.help_text
        else "",
        format_html('<span class="with-unit">{} <span aria-hidden="true">€</span></span>', html)
        if has_class(field, "money")
        else html,
    )


def _classes(field: BoundField) -> str:
    own = str(field.field.widget.attrs.get("class", "")).split()
    kinds: tuple[tuple[Any, str], ...] = (
        (forms.DateField, "date"),
        (forms.TimeField, "time"),
        (forms.IntegerField, "number"),
    )
    kind = next((name for field_type, name in kinds if isinstance(field.field, field_type)), "")
    if kind and not own and field_shape(field) == "plain" and not isinstance(field.field.widget, forms.Select):
        own = [kind]
    return " ".join(own)


@register.filter
def describes(field: BoundField) -> str:
    """The ids of a group's help and error, for its fieldset's ``aria-describedby``."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    return " ".join([*ids, f"{field.auto_id}_error"] if field.errors else ids)


@register.filter
def field_messages(field: BoundField) -> list[str]:
    """The field's errors as people read them; Django's bare "required" becomes a sentence that names the field."""
    bare = str(forms.Field.default_error_messages["required"])
    return [_say_what_is_missing(field) if str(message) == bare else str(message) for message in field.errors]


def _say_what_is_missing(field: BoundField) -> str:
    shape = field_shape(field)
    if shape == "file":
        return gettext("Valitse tiedosto kohtaan ”%(label)s”.") % {"label": field.label}
    if shape == "check":
        return gettext("Merkitse rasti kohtaan ”%(label)s”.") % {"label": field.label}
    if shape == "choices" or isinstance(field.field.widget, forms.Select):
        return gettext("Valitse vastaus kohtaan ”%(label)s”.") % {"label": field.label}
    return gettext("Vastaa kohtaan ”%(label)s”.") % {"label": field.label}


@register.filter
def errors_id(form: forms.BaseForm) -> str:
    """The id of the box that shows what is wrong with the form as a whole."""
    return f"{form.prefix or 'form'}_errors"


def _problems_of_form(form: forms.BaseForm) -> Iterator[Problem]:
    for message in form.non_field_errors():
        yield Problem(errors_id(form), str(message))
    for field in form:
        target = "" if field.is_hidden else focus_id(field)
        for message in field_messages(field):
            yield Problem(target, message)


@register.simple_tag
def form_problems(*sources: Any) -> list[Problem]:
    """Everything to mend in forms, formsets and mappings ``{id: message}``, in reading order."""
    found: list[Problem] = []
    for source in sources:
        if isinstance(source, forms.BaseForm) and source.is_bound:
            found.extend(_problems_of_form(source))
        elif isinstance(source, BaseFormSet) and source.is_bound:
            found.extend(Problem("", str(message)) for message in source.non_form_errors())
            for form in source.forms:
                found.extend(_problems_of_form(form))
        elif isinstance(source, Mapping):
            found.extend(Problem(str(target), str(message)) for target, message in source.items())
    return found
