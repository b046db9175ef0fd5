"""Forms around public data: the list's filters, the file of earlier grants, packages for the records system."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants import public_list
from grants.models import GrantKind, SourceForm


class PublicGrantFilter(forms.Form):
    """The URL's filters of the public list."""

    q = forms.CharField(label=_("Järjestön nimi tai Y-tunnus"), max_length=100, required=False)
    vuosi = forms.ChoiceField(label=_("Avustusvuosi"), required=False)
    laji = forms.ChoiceField(label=_("Avustuslaji"), required=False)
    kunta = forms.ChoiceField(label=_("Kotipaikka"), required=False)
    teema = forms.ChoiceField(label=_("Järjestön teema"), required=False)
    tulos = forms.ChoiceField(
        label=_("Tulos"),
        required=False,
        choices=[("", _("Kaikki")), ("myonnetty", _("Myönnetty")), ("hylatty", _("Ei myönnetty"))],
    )
    jarjesta = forms.ChoiceField(
        label=_("Järjestys"), required=False, choices=[(key, name) for key, (name, _by) in public_list.ORDERS.items()]
    )
    jarjesto = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, years: list[int], kinds: list[GrantKind], municipalities: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choices("vuosi", [(str(year), str(year)) for year in years])
        self._choices("laji", [(str(kind.pk), kind.name) for kind in kinds])
        self._choices("kunta", [(place.code, place.name) for place in municipalities])
        self._choices("teema", [(str(theme.pk), theme.name) for theme in public_list.themes()])

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("Kaikki")), *choices]
        if not choices:
            del self.fields[name]

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}


class EarlierFileForm(forms.Form):
    """A file of grants of earlier years, and who gave them when the file does not tell it."""

    file = forms.FileField(
        label=_("Tiedosto"),
        help_text=_("CSV- tai Excel-tiedosto (XLSX), enintään 5 Mt ja 5 000 riviä."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={
            "required": _("Valitse tiedosto."),
            "empty": _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."),
        },
    )
    form = forms.ChoiceField(
        label=_("Mistä tiedosto on?"),
        choices=SourceForm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Valitse, mistä tiedosto on.")},
    )
    funder = forms.CharField(
        label=_("Myöntäjä"),
        required=False,
        max_length=200,
        help_text=_("Kirjoita, jos tiedostossa ei ole myöntäjän saraketta. Esimerkiksi Joensuun kaupunki."),
    )


class TakeForm(forms.Form):
    """Whether rows whose recipient was not found in the registry are taken too."""

    with_unmatched = forms.BooleanField(
        label=_("Ota myös rivit, joiden saajaa ei löytynyt rekisteristä"),
        required=False,
        help_text=_("Rivi ilman Y-tunnusta voi koskea yksityishenkilöä. Sitä ei näytetä julkisesti."),
    )


class PackageForm(forms.Form):
    """Which cases go into a package; a reason when one of them has been handed over before."""

    reason = forms.CharField(
        label=_("Miksi uudelleen?"),
        required=False,
        max_length=300,
        help_text=_("Kirjoita, jos valitset asian, joka on jo luovutettu. Esimerkiksi: siirto keskeytyi."),
    )


class ReceiptForm(forms.Form):
    """The records system's own numbers of the cases of a package."""

    def __init__(self, *args: Any, cases: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = cases
        for case in cases:
            self.fields[f"numero_{case.pk}"] = forms.CharField(
                label=_("%(case)s: numero asianhallinnassa") % {"case": case.application.case_number},
                max_length=60,
                error_messages={"required": _("Kirjoita numero, jonka asianhallinta antoi.")},
            )

    def numbers(self) -> dict[int, str]:
        """Return the given number of each case."""
        return {case.pk: self.cleaned_data[f"numero_{case.pk}"].strip() for case in self.cases}
