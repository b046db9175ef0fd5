"""Input about changes after award: the organisation's copy, the officers' steps, the county's powers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.money import EuroFormField, format_euros
from common.text_fields import PlainTextField
from common.time_fields import DayField
from common.times import format_date
from grants.award_terms import Line, Terms
from grants.forms.decisions import PhrasePicker, area
from grants.life_cycles_changes import CHANGE
from liaisons.models import Meeting

#: Empty rows for new lines of the budget, beside those that stand.
NEW_LINES = 3
PURPOSE = 3000


class TermsFields(forms.Form):
    """Mixin: until when, for what, and the lines of the budget; rows with no name and no sum are left out.

    ``terms`` are the values that stand, and give their lines rows of their own; ``granted`` is what the lines add
    up to, in euros.
    """

    use_to = DayField(label=_("Käyttöaika päättyy"))
    purpose = PlainTextField(label=_("Mihin avustusta käytetään"), max_length=PURPOSE, widget=area(5, PURPOSE))

    def __init__(self, *args: Any, terms: Terms, granted: Decimal, **kwargs: Any) -> None:
        start: dict[str, Any] = {"use_to": terms.use_to, "purpose": terms.purpose}
        for number, line in enumerate(terms.lines, 1):
            start |= {f"what-{number}": line.what, f"sum-{number}": line.sum}
        kwargs["initial"] = {**start, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.terms, self.rows = terms, len(terms.lines) + NEW_LINES
        self.hint = _("Rivien summa on yhteensä %(sum)s, joka on myönnetty. Jätä ylimääräiset rivit tyhjiksi.") % {
            "sum": format_euros(granted, cents=True)
        }
        for number in range(1, self.rows + 1):
            what: Any = forms.CharField(label=_("Rivi %(n)s: mihin") % {"n": number}, max_length=200, required=False)
            paid: Any = EuroFormField(label=_("Rivi %(n)s: summa") % {"n": number}, required=False)
            for field in (what, paid):
                field.needed_later = True  # the hint says that rows may stay empty
            self.fields[f"what-{number}"], self.fields[f"sum-{number}"] = what, paid

    def line_fields(self) -> list[tuple[Any, Any]]:
        """Return the bound fields of the lines in pairs, for the page."""
        return [(self[f"what-{number}"], self[f"sum-{number}"]) for number in range(1, self.rows + 1)]

    def other_fields(self) -> list[Any]:
        """Return the bound fields that are not of the lines."""
        return [field for field in self.visible_fields() if not field.name.startswith(("what-", "sum-"))]

    def clean(self) -> dict[str, Any]:
        """A line has a name and a sum, and no name stands twice; a line of nothing has gone."""
        data = super().clean() or {}
        seen: set[str] = set()
        for number in range(1, self.rows + 1):
            what, paid = (data.get(f"what-{number}") or "").strip(), data.get(f"sum-{number}")
            if f"sum-{number}" in self.errors:
                continue
            if what and paid is None:
                self.add_error(f"sum-{number}", _("Kirjoita riville summa, tai tyhjennä rivi."))
            elif paid and not what:
                self.add_error(f"what-{number}", _("Kirjoita, mihin summa käytetään."))
            elif paid is not None and paid < 0:
                self.add_error(f"sum-{number}", _("Summa on nolla tai suurempi."))
            elif what in seen and what:
                self.add_error(f"what-{number}", _("Tämä rivi on jo luettelossa. Yhdistä rivit."))
            seen.add(what)
        return data

    def new_terms(self) -> Terms:
        """Return what a valid form says; the start of the use period does not change."""
        data = self.cleaned_data
        rows = [(data[f"what-{number}"].strip(), data[f"sum-{number}"]) for number in range(1, self.rows + 1)]
        lines = tuple(Line(what, paid) for what, paid in rows if what and paid)
        return Terms(self.terms.use_from, data["use_to"], data["purpose"].strip(), lines)


class ChangeForm(TermsFields):
    """The organisation's copy and why it is asked for."""

    why = PlainTextField(
        label=_("Miksi muutosta tarvitaan?"),
        help_text=_("Kertokaa, mitä on tapahtunut ja miten muutos vaikuttaa toimintaan. Saa jäädä vielä kesken."),
        max_length=4000,
        required=False,
        widget=area(6, 4000),
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, use_to_now: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["use_to"].help_text = _("Nyt voimassa: %(day)s.") % {"day": format_date(use_to_now)}
        self.fields["purpose"].help_text = _("Muuttakaa tekstiä, jos toiminta muuttuu.")

    def show_revision(self, revision: int) -> None:
        """Let the next save go over what somebody else saved in between: the person has been told."""
        self.data = {**self.data.dict(), "revision": str(revision)}  # type: ignore[attr-defined]  # a QueryDict


class ReturnChangeForm(forms.Form):
    """What the organisation is asked for."""

    question = PlainTextField(
        label=_("Mitä järjestön pitää täydentää?"),
        help_text=_("Järjestö lukee tämän. Esimerkiksi: Kertokaa, mitä uudella rivillä ostetaan."),
        max_length=2000,
        widget=area(4, 2000),
    )


class LayChangeForm(forms.Form):
    """What is proposed to who decides."""

    proposal = PlainTextField(
        label=_("Esitys päättäjälle"),
        help_text=_("Mitä esität päätettäväksi ja miksi. Päätös kirjataan tämän pohjalta."),
        max_length=4000,
        widget=area(6, 4000),
    )
    meeting: Any = forms.ModelChoiceField(
        label=_("Kokous"),
        help_text=_("Muutos tulee tämän kokouksen esityslistalle omaksi asiakseen."),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=_("Ei vielä esityslistalle"),
    )

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meetings:
            self.fields["meeting"].queryset = meetings  # type: ignore[attr-defined]
        else:
            del self.fields["meeting"]


OUTCOMES = [
    ("approved", _("Hyväksytään sellaisena kuin haettiin")),
    ("partly", _("Hyväksytään osittain: korjaan arvot alla")),
    ("rejected", _("Ei hyväksytä")),
]


class DecideChangeForm(PhrasePicker, TermsFields):
    """What is decided: the values count only where the change is approved in part."""

    outcome = forms.ChoiceField(label=_("Ratkaisu"), choices=OUTCOMES, widget=forms.RadioSelect)
    reasons = PlainTextField(label=_("Perustelut"), max_length=8000, widget=area(6, 8000))
    legal_basis = PlainTextField(label=_("Oikeusperuste"), max_length=2000, widget=area(2, 2000))

    field_order = ("outcome", "use_to", "purpose", "phrase", "reasons", "legal_basis")
    #: Fields that stand above the lines on the page.
    ABOVE = ("outcome", "use_to", "purpose")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()

    def above(self) -> list[Any]:
        """Return the bound fields above the lines."""
        return [self[name] for name in self.ABOVE]

    def below(self) -> list[Any]:
        """Return the bound fields below the lines."""
        return [field for field in self.other_fields() if field.name not in self.ABOVE]

    def decided_terms(self) -> Terms | None:
        """Return the approved terms of a valid form: as asked, as edited, or none."""
        chosen = self.cleaned_data["outcome"]
        if chosen == "rejected":
            return None
        return self.new_terms() if chosen == "partly" else self.terms


class RecordChangeForm(DecideChangeForm):
    """What the body decided, and in which meeting."""

    decided_on = DayField(label=_("Kokouspäivä"))
    section_number = forms.IntegerField(label=_("Pykälä"), min_value=1, max_value=9999)


class PowersForm(forms.Form):
    """What an officer decides alone."""

    post = forms.CharField(
        label=_("Virka, jossa päätetään"),
        help_text=_("Tulee päätökseen ja sen numeroon. Esimerkiksi: järjestöpäällikkö."),
        max_length=150,
    )
    rule = forms.CharField(
        label=_("Mistä toimivalta tulee?"),
        help_text=_("Esimerkiksi: Hallintosääntö 45 §. Tulee päätökseen."),
        max_length=300,
    )
    years_after = forms.IntegerField(
        label=_("Käyttöaikaa saa jatkaa enintään näin monta vuotta"),
        help_text=_("0: avustusvuoden loppuun. 1: seuraavan vuoden loppuun."),
        min_value=0,
        max_value=3,
    )
    budget_percent = forms.IntegerField(
        label=_("Talousarvion riviltä toiselle saa siirtyä, % avustuksesta"),
        help_text=_("0: jokainen siirto menee päättäjälle."),
        min_value=0,
        max_value=100,
    )
    content = forms.BooleanField(label=_("Myös sisältöä eli käyttötarkoitusta saa muuttaa"), required=False)


class KindLimitsForm(forms.Form):
    """How much of a change of one kind of grant is decided without the body."""

    months = forms.IntegerField(
        label=_("Käyttöaikaa saa pidentää ilman toimielintä enintään, kuukautta"),
        help_text=_("Lasketaan alkuperäisestä käyttöajasta. Tyhjä: kuukausia ei rajata tässä. 0: pidennys menee aina."),
        min_value=0,
        max_value=36,
        required=False,
        widget=forms.NumberInput({"class": "short"}),
    )
    sum = EuroFormField(
        label=_("Talousarvion riviltä toiselle saa siirtää ilman toimielintä enintään"),
        help_text=_(
            "Euroina yhdessä muutoksessa. Tyhjä: summaa ei rajata tässä. 0: jokainen siirto menee toimielimelle."
        ),
        required=False,
    )


class ChangeFilter(forms.Form):
    """Which changes are listed; the field names stand in the address."""

    q = forms.CharField(label=_("Järjestö tai asianumero"), required=False)
    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Kaikki")),
            ("avoin", _("Ratkaisematta")),
            *((key, label) for key, label in CHANGE.choices() if key != "draft"),
        ],
    )
