"""Input of putting a report on an agenda."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.times import format_instant
from liaisons.models import Meeting


class _MeetingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.body_name}, {format_instant(obj.starts_at)}"


class PlaceForm(forms.Form):
    """Which coming meeting deals with the report."""

    meeting = _MeetingChoice(
        label=_("Mihin kokoukseen?"),
        queryset=Meeting.objects.none(),
        empty_label=_("Valitse kokous"),
        error_messages={
            "invalid_choice": _("Tätä kokousta ei voi valita. Valitse kokous, jota ei ole vielä pidetty."),
            "required": _("Valitse kokous."),
        },
    )

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["meeting"]
        choice.queryset = meetings.select_related("body").prefetch_related("body__names").order_by("starts_at", "pk")
