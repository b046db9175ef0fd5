"""Input about an organisation's contact persons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from organisations.forms.own_data import phone_validator
from organisations.models import Contact, ContactVisibility


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """One contact person; a public one needs the person's own consent."""

    phone = forms.CharField(label=_("Puhelin"), max_length=50, required=False, validators=[phone_validator])
    since = DayField(label=_("Alkaen"), help_text=_("Päivä, josta alkaen häneltä voi kysyä, esimerkiksi 1.3.2027."))
    consent = forms.BooleanField(
        label=_("Henkilö on antanut suostumuksen siihen, että hänen yhteystietonsa näkyvät kaikille"),
        required=False,
        help_text=_("Tarvitaan vain, jos yhteystieto on julkinen. Hän voi perua suostumuksen milloin tahansa."),
    )

    class Meta:
        model = Contact
        fields = ("name", "duty", "about", "email", "phone", "since", "visibility")
        widgets = {"visibility": forms.RadioSelect}
        help_texts = {
            "duty": _("Esimerkiksi sihteeri tai toiminnanjohtaja."),
            "about": _("Missä asioissa häneltä voi kysyä, esimerkiksi vertaisryhmät ja vapaaehtoistyö."),
            "email": _("Anna sähköpostiosoite tai puhelinnumero."),
            "visibility": _("Julkinen yhteystieto näkyy järjestön sivulla ja avoimessa datassa."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].initial = self.instance.consented_on is not None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        reached = data.get("email") or data.get("phone")
        if not reached and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("Anna sähköpostiosoite tai puhelinnumero."))
        if data.get("visibility") == ContactVisibility.PUBLIC and not data.get("consent"):
            self.add_error(
                "consent",
                _("Pyydä henkilön suostumus ja merkitse se tähän, tai näytä tieto vain hyvinvointialueelle."),
            )
        return data


class LeavingForm(forms.Form):
    """When and why a contact person left, and who goes on."""

    on = DayField(
        label=_("Päivä, jona lähti tehtävästä"),
        help_text=_("Siitä päivästä alkaen henkilön yhteystiedot eivät näy muille."),
    )
    reason = forms.CharField(
        label=_("Miksi tehtävä päättyi"),
        max_length=300,
        help_text=_("Esimerkiksi: kausi päättyi tai työsuhde päättyi. Älä kirjoita terveystietoja."),
    )
    successor = forms.ModelChoiceField(
        label=_("Kuka jatkaa"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=_("Ei seuraajaa"),
        help_text=_("Lisää uusi yhteyshenkilö ensin, jos hän ei ole luettelossa."),
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.queryset = others
