"""Input of what the organisation keeps itself: one short form a part."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from county.models import Municipality
from organisations.forms.activities import check_lahella_address
from organisations.models import Organisation

DESCRIPTION_MAX = 3000
ACCESSIBILITY_MAX = 1500
LINKS_MAX = 10
ADDRESS_MAX = 300
COUNT_MAX = 1_000_000
WEB = ("http", "https")

phone_validator = RegexValidator(
    r"^[0-9 +()\-]{5,50}$", _("Kirjoita puhelinnumero numeroina, esimerkiksi 040 123 4567."), code="phone"
)


class LongText(forms.CharField):
    """A text of several lines; a line break counts as one character, as in the counter beside the field."""

    def __init__(self, *, max_length: int, rows: int = 6, lang: str = "", **kwargs: Any) -> None:
        attrs = {"rows": rows, "maxlength": max_length, **({"lang": lang} if lang else {})}
        super().__init__(max_length=max_length, required=False, widget=forms.Textarea(attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class WebAddress(forms.URLField):
    """An address of a web page, http or https."""

    default_validators = [URLValidator(schemes=WEB)]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=ADDRESS_MAX, required=False, assume_scheme="https", **kwargs)


def _description(language: str, label: Any, *, rows: int, help_text: Any = "") -> LongText:
    return LongText(label=label, max_length=DESCRIPTION_MAX, rows=rows, lang=language, help_text=help_text)


class DescriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the organisation does, in its own words, in three languages."""

    description_fi = _description(
        "fi",
        _("Kuvaus suomeksi"),
        rows=8,
        help_text=_("Mitä teette, kenelle ja miten mukaan pääsee. Kirjoita lyhyesti ja tavallisin sanoin."),
    )
    description_sv = _description("sv", _("Kuvaus ruotsiksi"), rows=5)
    description_en = _description("en", _("Kuvaus englanniksi"), rows=5)

    class Meta:
        model = Organisation
        fields = ("description_fi", "description_sv", "description_en")


class FieldsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Sectors, themes and target groups."""

    class Meta:
        model = Organisation
        fields = ("sectors", "themes", "target_groups")
        widgets = dict.fromkeys(fields, forms.CheckboxSelectMultiple)
        help_texts = {
            "sectors": _("Valitse toimialat, joilla järjestöllä on toimintaa."),
            "themes": _("Valitse teemat, joihin toimintanne liittyy."),
            "target_groups": _("Valitse ihmiset, joille toimintanne on tarkoitettu."),
        }


class PlacesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where the organisation works and how far it reaches."""

    class Meta:
        model = Organisation
        fields = ("municipalities", "reach")
        widgets = {"municipalities": forms.CheckboxSelectMultiple, "reach": forms.RadioSelect}
        help_texts = {"municipalities": _("Valitse kunnat, joissa teillä on toimintaa.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        municipalities: Any = self.fields["municipalities"]
        municipalities.queryset = Municipality.objects.filter(is_own=True)
        _without_blank(self.fields["reach"])


def _count(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=COUNT_MAX, required=False, help_text=help_text)


class WorkersForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who does the work, and whether the organisation produces services."""

    member_count = _count(_("Jäseniä"), _("Jäsenmäärä viime vuoden lopussa. Kirjoita 0, jos jäseniä ei ole."))
    volunteer_count = _count(_("Vapaaehtoisia"), _("Arvio riittää. Kirjoita 0, jos vapaaehtoisia ei ole."))
    employee_count = _count(_("Palkattuja työntekijöitä"), _("Kirjoita 0, jos palkattuja työntekijöitä ei ole."))
    is_service_producer = forms.TypedChoiceField(
        label=_("Tuottaako järjestö palveluja?"),
        choices=[("True", _("Kyllä")), ("False", _("Ei"))],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Esimerkiksi asumispalvelua tai kotipalvelua, jota myydään asiakkaalle tai hyvinvointialueelle."),
    )

    class Meta:
        model = Organisation
        fields = ("run_by", "member_count", "volunteer_count", "employee_count", "is_service_producer")
        widgets = {"run_by": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_blank(self.fields["run_by"])


class AccessibilityForm(forms.ModelForm):  # type: ignore[type-arg]
    """How one gets in and takes part."""

    accessibility = LongText(
        label=_("Esteettömyys ja saavutettavuus"),
        max_length=ACCESSIBILITY_MAX,
        help_text=_(
            "Esimerkiksi: kynnyksetön sisäänkäynti, hissi, inva-WC, induktiosilmukka, selkokieltä, tulkki pyynnöstä. "
            "Kerro myös, mikä on vaikeaa."
        ),
    )

    class Meta:
        model = Organisation
        fields = ("accessibility",)


class ReachForm(forms.ModelForm):  # type: ignore[type-arg]
    """How to reach the organisation, and where it tells more of itself."""

    contact_phone = forms.CharField(
        label=_("Puhelin"),
        max_length=50,
        required=False,
        validators=[phone_validator],
        help_text=_("Numero, johon kuka tahansa voi soittaa."),
    )
    contact_website = WebAddress(label=_("Verkkosivu"), help_text=_("Esimerkiksi https://www.yhdistys.fi."))
    links = LongText(
        label=_("Muut linkit"),
        max_length=LINKS_MAX * (ADDRESS_MAX + 1),
        rows=4,
        help_text=_("Esimerkiksi sosiaalisen median sivut. Kirjoita jokainen osoite omalle rivilleen, enintään 10."),
    )
    lahella_url = WebAddress(
        label=_("Järjestön sivu Lähellä.fi-palvelussa"),
        help_text=_("Tarkista, että sivu aukeaa ja on ajan tasalla: tallennus merkitsee sen tarkistetuksi tänään."),
    )

    class Meta:
        model = Organisation
        fields = ("contact_email", "contact_phone", "contact_website", "links", "lahella_url")
        help_texts = {"contact_email": _("Osoite, johon kuka tahansa voi kirjoittaa.")}

    def clean_links(self) -> str:
        """Return the addresses one a line, each once; an address without its beginning gets https."""
        found = dict.fromkeys(_web_address(line) for line in self.cleaned_data["links"].split("\n") if line.strip())
        if len(found) > LINKS_MAX:
            raise ValidationError(_("Linkkejä on liikaa. Jätä enintään 10 tärkeintä."), code="too_many")
        return "\n".join(found)

    def clean_lahella_url(self) -> str:
        """The address leads to Lähellä.fi."""
        return check_lahella_address(self.cleaned_data["lahella_url"])


def _web_address(line: str) -> str:
    address = line.strip()
    if "://" not in address and ":" not in address.partition("/")[0]:
        address = f"https://{address}"
    try:
        URLValidator(schemes=WEB)(address)
    except ValidationError as wrong:
        raise _not_an_address(line) from wrong
    if len(address) > ADDRESS_MAX:
        raise _not_an_address(line)
    return address


def _not_an_address(line: str) -> ValidationError:
    return ValidationError(
        _("”%(line)s” ei ole verkko-osoite. Kirjoita se näin: https://www.yhdistys.fi."),
        code="invalid",
        params={"line": line.strip()[:60]},
    )


def _without_blank(field: Any) -> None:
    field.choices = [choice for choice in field.choices if choice[0]]
