"""``{% load event_panels %}``: a panel of a part of forums, filled with its own context beside the page's."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from forums.event_panels import EventPanel

register = template.Library()


@register.simple_tag(takes_context=True)
def event_panel(context: Context, panel: EventPanel) -> SafeString:
    """``{% event_panel panel %}``: the panel's template with the page's context and, over it, the panel's own."""
    engine = context.template.engine  # type: ignore[union-attr]
    with context.push(**panel.context):
        return engine.get_template(panel.template).render(context)
