"""Widgets without Django's templates: an input, a text area and a list of choices are a line of HTML each.

A page of filters has some forty options, each of them a template with an included one. What is written is what
``django/forms/widgets/*.html`` write; whatever is not named here goes to the templates (``FORM_RENDERER``).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


def _said(value: Any) -> str:
    return conditional_escape(value if isinstance(value, SafeString) else str(value))


def _attributes(widget: Widget) -> str:
    found = []
    for name, value in widget["attrs"].items():
        if value is True:
            found.append(f" {name}")
        elif value is not False:
            found.append(f' {name}="{_said(value)}"')
    return "".join(found)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_said(widget["value"])}"'
    return f'<input type="{widget["type"]}" name="{_said(widget["name"])}"{value}{_attributes(widget)}>\n'


def _textarea(widget: Widget) -> str:
    value = _said(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_said(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>\n'


def _select(widget: Widget) -> str:
    found = []
    for name, options, _index in widget["optgroups"]:
        if name:
            found.append(f'\n  <optgroup label="{_said(name)}">')
        found += [f"\n  {_option(option)}" for option in options]
        if name:
            found.append("\n  </optgroup>")
    return f'<select name="{_said(widget["name"])}"{_attributes(widget)}>{"".join(found)}\n</select>\n'


def _option(option: Widget) -> str:
    return f'<option value="{_said(option["value"])}"{_attributes(option)}>{_said(option["label"])}</option>\n'


_INPUTS = ("input", "text", "number", "email", "url", "password", "hidden", "date", "time", "datetime", "search", "tel")
QUICK: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
}


class QuickRenderer(TemplatesSetting):
    """Django's renderer, which writes the plain widgets itself."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return the HTML of a widget, a form or a part of one."""
        quick = QUICK.get(template_name)
        if quick is None:
            return super().render(template_name, context, request)
        return mark_safe(quick(context["widget"]).strip())  # noqa: S308 - every part is escaped above
