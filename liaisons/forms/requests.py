"""Input of the finder and of co-operation requests."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from county.models import Municipality, Theme
from documents.uploads import UploadField
from liaisons.forms.choices import filter_choices
from liaisons.models import CameBy, Helped, Post, RequestKind, Result
from organisations.forms.choosing import OrganisationField

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


class AttachmentMixin(forms.Form):
    """One file beside the words; a browser does not keep it over an error, so the page says to choose it again."""

    upload = UploadField(label=_("Liite"), required=False)

    def add_error(self, field: str | None, error: Any) -> None:
        """Add the error, and beside it that the file is to be chosen again."""
        super().add_error(field, error)
        if field != "upload" and self.files.get(self.add_prefix("upload")) and "upload" not in self.errors:
            super().add_error("upload", _("Valitse liite uudelleen, kun olet korjannut muut kohdat."))


class AskingForm(AttachmentMixin):
    """What is asked. Nothing about clients is ever asked."""

    kind = forms.ChoiceField(label=_("Mitä pyydät?"), choices=RequestKind.choices, widget=forms.RadioSelect)
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
    field_order: tuple[str, ...] = ("kind", "organisation", "subject", "text", "upload")


class RequestForm(AskingForm):
    """A new request of somebody who is signed in."""

    organisation = forms.ChoiceField(label=_("Kenen puolesta?"), required=False)

    def __init__(self, *args: Any, organisations: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(row.pk): row for row in organisations}
        field: Any = self.fields["organisation"]
        field.choices = [*((str(row.pk), row.name) for row in organisations), ("", _("Omasta puolestani"))]

    def clean_organisation(self) -> Any:
        """Return the organisation, or None for the person themselves."""
        return self.organisations.get(self.cleaned_data["organisation"])


class RecordedForm(AskingForm):
    """A request that came by telephone, e-mail, letter or in a talk."""

    came_by = forms.ChoiceField(
        label=_("Miten pyyntö tuli?"),
        choices=[choice for choice in CameBy.choices if choice[0] != CameBy.PORTAL],
        widget=forms.RadioSelect,
    )
    organisation = OrganisationField(label=_("Järjestö"), required=False)
    caller_name = forms.CharField(label=_("Kuka otti yhteyttä?"), max_length=150)
    caller_email = forms.EmailField(label=_("Sähköposti"), required=False)
    caller_phone = forms.CharField(label=_("Puhelin"), required=False, max_length=40)
    field_order = (
        *("came_by", "organisation", "caller_name", "caller_email", "caller_phone"),
        *("kind", "subject", "text", "upload"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].label = _("Mitä pyydetään?")
        self.fields["text"].help_text = _("Mitä tarvitaan, mihin ja miksi. Älä kirjoita tietoja asiakkaista.")
        self.fields["needed_by"].label = _("Mihin mennessä vastaus tarvitaan?")

    def clean(self) -> dict[str, Any]:
        """Somebody must be reachable."""
        data: dict[str, Any] = super().clean() or {}
        if not (data.get("caller_email") or data.get("caller_phone")):
            self.add_error("caller_phone", _("Kirjoita sähköposti tai puhelinnumero, johon vastataan."))
        return data

    @property
    def caller(self) -> dict[str, str]:
        """Return who called or wrote and how."""
        return {name: self.cleaned_data[name] for name in ("came_by", "caller_name", "caller_email", "caller_phone")}

    @property
    def asked(self) -> dict[str, Any]:
        """Return what was asked."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.caller}


class WordsForm(AttachmentMixin):
    """Something written into the thread."""

    text = forms.CharField(
        label=_("Viesti"),
        max_length=5000,
        widget=forms.Textarea(attrs={**_WRITE, "rows": 5}),
        error_messages={"required": _("Kirjoita viesti.")},
    )
    field_order: tuple[str, ...] = ("text", "upload")


class AnswerForm(WordsForm):
    """The county's answer with its result."""

    result = forms.ChoiceField(label=_("Mitä siitä tuli?"), choices=Result.choices, widget=forms.RadioSelect)
    next_step = forms.CharField(
        label=_("Seuraava askel"),
        required=False,
        max_length=200,
        help_text=_("Jos asia jatkuu: mitä tapahtuu seuraavaksi ja milloin."),
    )
    field_order = ("text", "result", "next_step", "upload")


def offer_posts(field: Any, posts: Any) -> None:
    """Let the field offer these posts with their full names, the levels in their order."""
    field.queryset = posts.by_level().select_related("unit", "municipality")
    field.label_from_instance = lambda post: post.full_name


class TransferForm(forms.Form):
    """To which post the request goes."""

    post = forms.ModelChoiceField(label=_("Kenelle siirrät?"), queryset=Post.objects.none(), empty_label="–")
    reason = forms.CharField(label=_("Miksi"), max_length=300, help_text=_("Lähettäjä näkee perustelun."))

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_posts(self.fields["post"], Post.objects.on(day))


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
    tehtava = forms.ModelChoiceField(
        label=_("Tehtävä"), required=False, queryset=Post.objects.none(), empty_label=_("Kaikki")
    )
    q = forms.CharField(
        label=_("Otsikko tai järjestö"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_posts(self.fields["tehtava"], posts)


class NeedForm(forms.Form):
    """What a service area needs."""

    title = forms.CharField(label=_("Otsikko"), max_length=150)
    text = forms.CharField(
        label=_("Mitä tarvitaan?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7, "maxlength": 4000}),
        help_text=_("Kerro, mitä asukkaat tarvitsevat, missä ja milloin, ja mitä hyvinvointialue voi antaa."),
    )
    post = forms.ModelChoiceField(
        label=_("Kenelle ideat tulevat?"), queryset=Post.objects.none(), empty_label=_("Valitse")
    )
    theme = forms.ModelChoiceField(
        label=_("Teema"), required=False, queryset=Theme.objects.all(), empty_label=_("Ei yhtä teemaa")
    )
    open_until = DayField(label=_("Ideoita voi lähettää viimeistään"))

    def __init__(self, *args: Any, posts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_posts(self.fields["post"], posts)


class OutcomeForm(forms.Form):
    """What came of a need."""

    outcome = forms.CharField(
        label=_("Mitä tarpeesta tuli?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "small", "rows": 4, "maxlength": 2000}),
        help_text=_("Kaikki näkevät tämän. Esimerkiksi: kolme ideaa, kaksi kokeillaan syksyllä."),
    )
