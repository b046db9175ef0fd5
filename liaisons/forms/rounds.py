"""Input of comment rounds: the round, its parts, comments, answers, the summary."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import InstantField
from county.models import Municipality, Theme
from documents.uploads import UploadField
from liaisons.models import CommentRound, CommentSource, Outcome, RoundComment, RoundPart
from organisations.models import Organisation

WHOLE = "koko"


def _area(rows: int, limit: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": limit})


class RoundForm(forms.Form):
    """A round: what is asked, of whom, from when to when."""

    title = forms.CharField(label=_("Otsikko"), max_length=200)
    asks = forms.CharField(
        label=_("Mitä kysytään"),
        max_length=4000,
        widget=_area(6, 4000),
        help_text=_("Mistä luonnoksessa on kyse, mihin erityisesti toivotaan kommentteja ja mihin niitä käytetään."),
    )
    opens_at = InstantField(label=_("Avautuu"), help_text=_("Esimerkiksi 8.12.2026 klo 16.00."))
    closes_at = InstantField(label=_("Päättyy"))
    municipalities = forms.ModelMultipleChoiceField(
        label=_("Minkä kuntien järjestöiltä"),
        required=False,
        queryset=Municipality.objects.filter(is_own=True),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Jätä tyhjäksi, jos kysyt koko alueen järjestöiltä."),
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Minkä teemojen järjestöiltä"),
        required=False,
        queryset=Theme.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Jätä tyhjäksi, jos kysyt kaikkien teemojen järjestöiltä."),
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if closes and closes <= self.now:
            self.add_error("closes_at", _("Päättymisaika on jo mennyt. Valitse myöhempi aika."))
        elif opens and closes and closes <= opens:
            self.add_error("closes_at", _("Kierros päättyy ennen kuin se avautuu. Korjaa jompikumpi aika."))
        return data

    @classmethod
    def initial_of(cls, found: CommentRound) -> dict[str, Any]:
        """Return what the form shows of a round."""
        many = {name: getattr(found, name).all() for name in ("municipalities", "themes")}
        return {**{name: getattr(found, name) for name in ("title", "asks", "opens_at", "closes_at")}, **many}


class PartForm(forms.Form):
    """A numbered part of the draft."""

    title = forms.CharField(label=_("Kohdan otsikko"), max_length=200)
    text = forms.CharField(label=_("Luonnoksen teksti"), required=False, max_length=20_000, widget=_area(12, 20_000))
    question = forms.CharField(
        label=_("Mitä tästä kysytään"),
        required=False,
        max_length=500,
        help_text=_("Esimerkiksi: Puuttuuko tästä jotain järjestönne kannalta tärkeää?"),
    )


class RoundFileForm(forms.Form):
    """The draft as a file."""

    upload = UploadField(label=_("Luonnos tiedostona"))


class ExtendForm(forms.Form):
    """A later end."""

    closes_at = InstantField(label=_("Uusi päättymisaika"))


class CancelRoundForm(forms.Form):
    """Why the round is cancelled."""

    reason = forms.CharField(
        label=_("Miksi kierros perutaan?"), max_length=300, help_text=_("Syy näkyy kierroksen julkisella sivulla.")
    )


class OwnCommentsForm(forms.Form):
    """An organisation's comments: one box a part, and one for the whole."""

    def __init__(self, *args: Any, parts: Iterable[RoundPart], comments: Iterable[RoundComment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts: dict[str, int | None] = {f"kohta-{part.pk}": part.pk for part in parts}
        self.parts[WHOLE] = None
        rows = {comment.part_id: comment for comment in comments}
        for name, part in self.parts.items():
            row = rows.get(part)
            self.fields[name] = forms.CharField(
                label=_("Kommenttinne koko luonnoksesta") if part is None else _("Kommenttinne tähän kohtaan"),
                required=False,
                max_length=5000,
                initial=(row.draft or row.text) if row else "",
                widget=_area(5, 5000),
            )

    @property
    def texts(self) -> dict[int | None, str]:
        """Return the words by part."""
        return {part: self.cleaned_data.get(name, "") for name, part in self.parts.items()}


class EnterCommentForm(forms.Form):
    """A comment that came by mail, telephone or on paper."""

    organisation: Any = forms.CharField(
        label=_("Järjestö"),
        max_length=200,
        help_text=_("Nimi, Y-tunnus tai yhdistysrekisterinumero."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    part: Any = forms.ModelChoiceField(
        label=_("Mihin kohtaan"), required=False, queryset=RoundPart.objects.none(), empty_label=_("Koko luonnokseen")
    )
    text = forms.CharField(label=_("Kommentti"), max_length=5000, widget=_area(6, 5000))
    source = forms.ChoiceField(
        label=_("Miten kommentti saatiin"),
        choices=[choice for choice in CommentSource.choices if choice[0] != CommentSource.PORTAL],
        widget=forms.RadioSelect,
    )
    source_note = forms.CharField(
        label=_("Tarkenne"), required=False, max_length=200, help_text=_("Esimerkiksi: puhelu 3.2., puheenjohtaja.")
    )

    def __init__(self, *args: Any, found: CommentRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].queryset = found.parts.all()  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation:
        """Return the one organisation that the words name."""
        words = self.cleaned_data["organisation"].strip()
        named = Organisation.objects.filter(name__iexact=words) | Organisation.objects.filter(business_id=words)
        if words.isdecimal() and len(words) < 10:
            named = named | Organisation.objects.filter(association_number=int(words))
        found = list(named.distinct()[:2])
        if not found:
            raise forms.ValidationError(_("Tällaista järjestöä ei löydy. Tarkista nimi järjestöluettelosta."))
        if len(found) > 1:
            raise forms.ValidationError(_("Samannimisiä järjestöjä on useita. Kirjoita Y-tunnus."))
        return found[0]


class AnswersForm(forms.Form):
    """One answer to the chosen comments."""

    outcome = forms.ChoiceField(label=_("Mitä kommentista seurasi?"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Perustelu"),
        max_length=4000,
        widget=_area(4, 4000),
        help_text=_("Mitä muutettiin tai miksi ei muutettu. Vastaus julkaistaan kommentin kanssa."),
    )


class AnswersFilter(forms.Form):
    """What the comments to answer are narrowed by."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[("", _("Vastaamatta")), ("vastatut", _("Vastatut")), ("kaikki", _("Kaikki"))],
    )
    kohta = forms.ChoiceField(label=_("Kohta"), required=False)

    def __init__(self, *args: Any, parts: Iterable[RoundPart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kohta"]
        numbered = [(str(part.pk), str(part)) for part in parts]
        field.choices = [("", _("Kaikki")), *numbered, (WHOLE, _("Koko luonnos"))]


class SummaryForm(forms.Form):
    """The summary that is published."""

    summary = forms.CharField(
        label=_("Yhteenveto"),
        max_length=10_000,
        widget=_area(12, 10_000),
        help_text=_("Mitä kommenteissa nousi esiin, mitä muutettiin ja mitä seuraavaksi tapahtuu."),
    )
