"""Input of proposed dates: the times one a line, the group, and the answers."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField, parse_instant
from common.times import format_clock, format_instant
from county.models import RegionalGroup
from forums.models import DateOption, EventSeries, Suits
from forums.workflow.dates import Person
from liaisons.models import Body, Network

_DASH = re.compile(r"\s*[–—-]\s*(?:klo\s*)?(?=\d{1,2}(?:[.:]\d{2})?\s*$)")
_KINDS: dict[str, Any] = {"regional_group": RegionalGroup, "network": Network, "body": Body}


def read_times(text: str) -> list[tuple[datetime, datetime]]:
    """Read ``8.12.2026 klo 13.00–15.00``, one a line; raise ValidationError that names the line."""
    found = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        parts = _DASH.split(line)
        if len(parts) != 2:
            raise ValidationError(
                _("Kirjoita aika näin: 8.12.2026 klo 13.00–15.00. Emme ymmärtäneet riviä ”%(line)s”."),
                code="invalid",
                params={"line": line[:60]},
            )
        start = parse_instant(parts[0])
        end = parse_instant(f"{parts[0].split()[0]} klo {parts[1]}")
        if end <= start:
            raise ValidationError(
                _("Aika päättyy ennen kuin se alkaa: ”%(line)s”."), code="order", params={"line": line[:60]}
            )
        found.append((start, end))
    return found


def read_people(text: str) -> list[Person]:
    """Read ``Nimi, osoite@esimerkki.fi``, one a line; raise ValidationError that names the line."""
    found = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        name, _comma, email = line.rpartition(",")
        email = email.strip().strip("<>")
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(
                _("Kirjoita rivi näin: Maija Meikäläinen, maija@esimerkki.fi. Emme ymmärtäneet riviä ”%(line)s”."),
                code="invalid",
                params={"line": line[:80]},
            ) from None
        found.append(Person(name.strip() or email, email))
    return found


class ProposeForm(forms.Form):
    """What, which times, to whom, until when."""

    title = forms.CharField(label=_("Mistä on kyse"), max_length=200)
    series = forms.ModelChoiceField(
        label=_("Sarja"), queryset=EventSeries.objects.all(), required=False, empty_label=_("Ei mitään sarjaa")
    )
    times = forms.CharField(
        label=_("Ehdotetut ajat"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "small"}),
        help_text=_("Yksi aika riville, esimerkiksi 8.12.2026 klo 13.00–15.00. Vähintään kaksi."),
    )
    group = forms.ChoiceField(label=_("Keneltä kysytään"), required=False)
    people = forms.CharField(
        label=_("Muut kysyttävät"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "small"}),
        help_text=_("Yksi riville: nimi, pilkku ja sähköpostiosoite. Tunnusta ei tarvita."),
    )
    text = forms.CharField(
        label=_("Saatesanat"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )
    answer_until = InstantField(label=_("Vastaa viimeistään"))

    def __init__(self, *args: Any, networks: Iterable[Network], all_groups: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(f"network:{row.pk}", row.name) for row in networks]
        if all_groups:
            rows = [
                *((f"regional_group:{row.pk}", row.name) for row in RegionalGroup.objects.all()),
                *rows,
                *((f"body:{row.pk}", row.name) for row in Body.objects.filter(draft=False)),
            ]
        field: Any = self.fields["group"]
        field.choices = [("", _("Vain alla olevilta")), *rows]

    def clean_times(self) -> list[tuple[datetime, datetime]]:
        """Return the times."""
        return read_times(self.cleaned_data["times"])

    def clean_people(self) -> list[Person]:
        """Return the people of the lines."""
        return read_people(self.cleaned_data["people"])

    @property
    def target(self) -> tuple[str, Any]:
        """Return the kind of the chosen group and the row, or nothing."""
        kind, _colon, pk = self.cleaned_data["group"].partition(":")
        return (kind, _KINDS[kind].objects.get(pk=int(pk))) if kind else ("", None)


class AnswerForm(forms.Form):
    """How each time suits."""

    def __init__(self, *args: Any, options: Iterable[DateOption], known: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = list(options)
        for option in self.options:
            self.fields[f"time_{option.pk}"] = forms.ChoiceField(
                label=f"{format_instant(option.starts_at)}–{format_clock(option.ends_at)}",
                choices=Suits.choices,
                widget=forms.RadioSelect,
                initial=known.get(option.pk),
            )
        self.fields["comment"] = forms.CharField(label=_("Kommentti"), max_length=500, required=False)

    @property
    def answers(self) -> dict[int, str]:
        """Return the answers by the key of the time."""
        return {option.pk: self.cleaned_data[f"time_{option.pk}"] for option in self.options}
