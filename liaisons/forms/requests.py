"""Input of the finder and of co-operation requests."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from county.models import Municipality, Theme
from liaisons.forms.choices import filter_choices
from liaisons.models import Helped, Post, RequestKind, Result

_WRITE = {"class": "small", "maxlength": 5000}


class FinderForm(forms.Form):
    """Where and about what; everything may be left open."""

    kunta = forms.ChoiceField(label=_("Kunta"), required=False)
    teema = forms.ChoiceField(label=_("Teema"), required=False)
    aihe = forms.CharField(
        label=_("Mistä on kyse"),
        required=False,
        max_length=100,
        help_text=_("Palvelu tai asia yhdellä sanalla, esimerkiksi omaishoito."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in filter_choices(("kunta", "teema"), day).items():
            field: Any = self.fields[name]
            field.choices = [("", _("Kaikki")), *choices]


class RequestForm(forms.Form):
    """A new request. Nothing about clients is ever asked."""

    kind = forms.ChoiceField(label=_("Mitä pyydät?"), choices=RequestKind.choices, widget=forms.RadioSelect)
    organisation = forms.ChoiceField(label=_("Kenen puolesta?"), required=False)
    subject = forms.CharField(
        label=_("Otsikko"), max_length=200, help_text=_("Esimerkiksi: Lausunto STEA-hakemukseen.")
    )
    text = forms.CharField(
        label=_("Kerro asiasta"),
        max_length=5000,
        help_text=_("Mitä tarvitset, mihin ja miksi. Älä kirjoita tietoja asiakkaista."),
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": 5000}),
    )
    municipality = forms.ModelChoiceField(
        label=_("Kunta"),
        required=False,
        queryset=Municipality.objects.filter(is_own=True),
        to_field_name="code",
        empty_label=_("Koko alue"),
    )
    theme = forms.ModelChoiceField(
        label=_("Teema"), required=False, queryset=Theme.objects.all(), empty_label=_("Kaikki")
    )
    needed_by = DayField(label=_("Mihin mennessä tarvitset vastauksen?"), required=False)

    def __init__(self, *args: Any, organisations: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        field: Any = self.fields["organisation"]
        field.choices = [*((str(row.pk), row.name) for row in organisations), ("", _("Omasta puolestani"))]

    def clean_organisation(self) -> Any:
        """Return the organisation, or None for the person themselves."""
        return self.organisations.get(self.cleaned_data["organisation"])


class WordsForm(forms.Form):
    """Something written into the thread."""

    text = forms.CharField(
        label=_("Viesti"),
        max_length=5000,
        widget=forms.Textarea(attrs={**_WRITE, "rows": 5}),
        error_messages={"required": _("Kirjoita viesti.")},
    )


class AnswerForm(WordsForm):
    """The county's answer with its result."""

    result = forms.ChoiceField(label=_("Mitä siitä tuli?"), choices=Result.choices, widget=forms.RadioSelect)
    next_step = forms.CharField(
        label=_("Seuraava askel"),
        required=False,
        max_length=200,
        help_text=_("Jos asia jatkuu: mitä tapahtuu seuraavaksi ja milloin."),
    )


class TransferForm(forms.Form):
    """To which post the request goes."""

    post = forms.ModelChoiceField(label=_("Kenelle siirrät?"), queryset=Post.objects.none(), empty_label="–")
    reason = forms.CharField(label=_("Miksi"), max_length=300, help_text=_("Lähettäjä näkee perustelun."))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["post"]
        field.queryset = Post.objects.on(day).by_level().select_related("unit", "municipality")
        field.label_from_instance = lambda post: post.full_name


class HelpedForm(forms.Form):
    """Whether the answer helped."""

    helped = forms.ChoiceField(label=_("Auttoiko vastaus?"), choices=Helped.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Mitä jäi puuttumaan?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "small", "rows": 3, "maxlength": 2000}),
        help_text=_("Jos vastaus ei auttanut, pyyntö avataan uudelleen."),
    )


class RequestFilter(forms.Form):
    """What the list of those who answer is narrowed by."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Avoimet")),
            ("myohassa", _("Myöhässä")),
            ("vastatut", _("Vastatut ja päättyneet")),
            ("kaikki", _("Kaikki")),
        ],
    )
    laji = forms.ChoiceField(label=_("Laji"), required=False, choices=[("", _("Kaikki")), *RequestKind.choices])
    q = forms.CharField(
        label=_("Otsikko tai järjestö"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )
