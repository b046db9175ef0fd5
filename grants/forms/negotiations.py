"""Input about negotiations: a version, a meeting and its memo, who takes part, reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import InstantField
from grants.models import Application, NegotiationMeeting, NegotiationVersion, Side
from grants.workflow.negotiation_meetings import Memo
from grants.workflow.negotiations import Offer
from liaisons.models import Post


def area(rows: int, most: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


class OpenForm(forms.Form):
    """Who makes the first proposal."""

    turn = forms.ChoiceField(
        label=_("Kuka tekee ensimmäisen ehdotuksen?"),
        choices=[
            (Side.ORGANISATION.value, _("Hakija: suunnitelman ja talousarvion")),
            (Side.COUNTY.value, _("Hyvinvointialue: summan, käyttötarkoituksen ja ehdot")),
        ],
        initial=Side.ORGANISATION.value,
        widget=forms.RadioSelect,
    )


class OfferForm(forms.Form):
    """One version of what is negotiated; it starts from the one before it, or from the application."""

    sum = EuroFormField(label=_("Avustus, €"), help_text=_("Enintään se, mitä on haettu."))
    purpose = PlainTextField(
        label=_("Käyttötarkoitus"),
        help_text=_("Mihin avustus käytetään. Tämä tulee esitykseen ja päätökseen."),
        max_length=1000,
        widget=area(3, 1000),
    )
    plan = PlainTextField(
        label=_("Toimintasuunnitelma"),
        help_text=_("Mitä tehdään, missä ja milloin."),
        required=False,
        max_length=10000,
        widget=area(8, 10000),
    )
    budget = PlainTextField(
        label=_("Talousarvio ja muut rahoittajat"),
        help_text=_("Menot ja tulot riveittäin, esimerkiksi: STEA 60 000 €."),
        required=False,
        max_length=6000,
        widget=area(6, 6000),
    )
    conditions = PlainTextField(
        label=_("Ehdot"),
        help_text=_("Esimerkiksi: avustus maksetaan, kun STEA on päättänyt omasta rahoituksestaan."),
        required=False,
        max_length=1500,
        widget=area(4, 1500),
    )
    indicators = PlainTextField(
        label=_("Mittarit"),
        help_text=_("Mistä nähdään, että toiminta onnistui."),
        required=False,
        max_length=1000,
        widget=area(3, 1000),
    )
    message = PlainTextField(
        label=_("Viesti toiselle osapuolelle"), required=False, max_length=2000, widget=area(3, 2000)
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, last: NegotiationVersion | None, case: Application, **kwargs: Any) -> None:
        names = ("sum", "purpose", "plan", "budget", "conditions", "indicators")
        start: dict[str, Any] = {"seen": last.number if last else 0}
        if last is not None:
            start |= {name: getattr(last, name) for name in names}
        else:
            description = str(case.answers.get("description") or "")
            start |= {"sum": case.asked_sum, "purpose": case.title, "plan": description}
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)

    def offer(self) -> Offer:
        """Return what a valid form proposes."""
        return Offer(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})

    def see(self, number: int) -> None:
        """Count the version as read: it is shown beside the form."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = str(number)
        self.data = data


class ReasonForm(forms.Form):
    """Why."""

    reason = PlainTextField(label=_("Perustelu"), max_length=2000, widget=area(4, 2000))

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label, help_text


class ParticipantsForm(forms.Form):
    """Which liaison posts take part."""

    posts = forms.MultipleChoiceField(
        label=_("Ketkä palveluiden yhteyshenkilöt osallistuvat?"),
        help_text=_("He lukevat neuvottelun ja hakemuksen, kun he ovat kertoneet, etteivät ole esteellisiä."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, asked: list[Post], people: dict[int, User], chosen: set[int], **kwargs: Any) -> None:
        kwargs["initial"] = {"posts": [str(key) for key in chosen]}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["posts"]
        field.choices = [
            (str(post.pk), f"{post.full_name}: {people.get(post.pk, '–')}")
            for post in asked
            if post.pk in people or post.pk in chosen
        ]


class MeetingForm(forms.Form):
    """When and where."""

    starts_at = InstantField(
        label=_("Aika"), help_text=_("Esimerkiksi 12.1.2027 klo 13.00. Voit kirjata myös jo pidetyn tapaamisen.")
    )
    place = forms.CharField(
        label=_("Paikka"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    link = forms.URLField(label=_("Etäyhteyden osoite"), required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, meeting: NegotiationMeeting | None = None, **kwargs: Any) -> None:
        if meeting is not None:
            kwargs["initial"] = {name: getattr(meeting, name) for name in ("starts_at", "place", "link")}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Ask for a place or an address."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("place") and not data.get("link") and not self.errors:
            self.add_error("place", _("Kirjoita paikka tai etäyhteyden osoite."))
        return data


class MemoForm(forms.Form):
    """Who was present, what was agreed, the memo; the inner note stays with the officers."""

    present_county = PlainTextField(
        label=_("Läsnä hyvinvointialueelta"), max_length=1000, widget=area(2, 1000), help_text=_("Nimi ja tehtävä.")
    )
    present_organisation = PlainTextField(
        label=_("Läsnä järjestöstä"), max_length=1000, widget=area(2, 1000), help_text=_("Nimi ja tehtävä.")
    )
    agreed = PlainTextField(label=_("Mitä sovittiin"), max_length=4000, widget=area(4, 4000))
    memo = PlainTextField(
        label=_("Muistio"),
        required=False,
        max_length=10000,
        widget=area(8, 10000),
        help_text=_("Molemmat osapuolet lukevat muistion."),
    )
    inner_note = PlainTextField(
        label=_("Sisäinen muistiinpano"),
        required=False,
        max_length=4000,
        widget=area(3, 4000),
        help_text=_("Vain hyvinvointialueen käsittelijät näkevät tämän."),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, meeting: NegotiationMeeting, **kwargs: Any) -> None:
        names = ("present_county", "present_organisation", "agreed", "memo", "inner_note", "revision")
        kwargs["initial"] = {name: getattr(meeting, name) for name in names}
        super().__init__(*args, **kwargs)

    def see(self, revision: int) -> None:
        """Let the next saving be over the revision."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["revision"] = str(revision)
        self.data = data

    def given(self) -> Memo:
        """Return what a valid form says."""
        return Memo(**{name: value for name, value in self.cleaned_data.items() if name != "revision"})
