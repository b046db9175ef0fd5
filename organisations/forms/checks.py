"""Input of verification sheets, answers and observations."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.time_fields import DayField
from organisations.models import ObservationLevel, Verification, VerificationSheet
from organisations.models.verification import question_text

ANSWERS = (("yes", _("Kyllä")), ("no", _("Ei")), ("na", _("Ei koske")))
ADDED = 3


class VerificationForm(forms.Form):
    """One answer and a note to each question of the sheet, the outcome and how long it holds."""

    def __init__(self, *args: Any, sheet: VerificationSheet, valid_until: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        language = get_language() or "fi"
        for number, question in enumerate(sheet.questions, start=1):
            self.fields[f"value_{question['key']}"] = forms.ChoiceField(
                label=f"{number}. {question_text(question, language)}", choices=ANSWERS, widget=forms.RadioSelect
            )
            self.fields[f"note_{question['key']}"] = forms.CharField(
                label=_("Huomautus kohtaan %(number)s") % {"number": number}, required=False, max_length=300
            )
        self.fields["outcome"] = forms.ChoiceField(
            label=_("Tulos"),
            choices=[
                (Verification.Outcome.PASSED, _("Kunnossa")),
                (Verification.Outcome.LACKING, _("Puutteita, jotka järjestön on korjattava")),
            ],
            widget=forms.RadioSelect,
        )
        self.fields["summary"] = forms.CharField(
            label=_("Yhteenveto"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["valid_until"] = DayField(
            label=_("Voimassa asti"),
            initial=valid_until,
            help_text=_("Sen jälkeen järjestö tarkistetaan uudelleen. Saat muistutuksen työpöydälle."),
        )

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The question's two fields side by side, for the template."""
        return [
            {"value": self[f"value_{question['key']}"], "note": self[f"note_{question['key']}"]}
            for question in self.sheet.questions
        ]

    @property
    def result(self) -> list[Any]:
        """The fields after the questions."""
        return [self["outcome"], self["summary"], self["valid_until"]]

    def answers(self) -> dict[str, dict[str, str]]:
        """Return the answers by question as they are stored."""
        data = self.cleaned_data
        return {
            question["key"]: {
                "value": data[f"value_{question['key']}"],
                "note": data[f"note_{question['key']}"].strip(),
            }
            for question in self.sheet.questions
        }


class SheetForm(forms.Form):
    """The questions of a draft, three languages each, with empty rows for new ones; a row without Finnish goes away."""

    valid_months = forms.IntegerField(
        label=_("Tarkistus on voimassa (kuukautta)"), min_value=1, max_value=60, widget=forms.NumberInput
    )

    def __init__(self, *args: Any, sheet: VerificationSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_months"].initial = sheet.valid_months
        used = [question["key"] for question in sheet.questions]
        self.keys = [*used, *self._new_keys(used)]
        texts = {question["key"]: question for question in sheet.questions}
        for number, key in enumerate(self.keys, start=1):
            for language, label in (("fi", _("suomeksi")), ("sv", _("ruotsiksi")), ("en", _("englanniksi"))):
                self.fields[f"{language}_{key}"] = forms.CharField(
                    label=_("Kysymys %(number)s %(language)s") % {"number": number, "language": label},
                    required=False,
                    max_length=300,
                    initial=texts.get(key, {}).get(language, ""),
                    widget=forms.TextInput(attrs={"lang": language}),
                )

    @staticmethod
    def _new_keys(used: list[str]) -> list[str]:
        free = (f"q{number}" for number in range(1, 200))
        return [key for key in free if key not in used][:ADDED]

    @property
    def rows(self) -> list[list[Any]]:
        """The fields of one question together, for the template."""
        return [[self[f"{language}_{key}"] for language in ("fi", "sv", "en")] for key in self.keys]

    def questions(self) -> list[dict[str, str]]:
        """Return the questions as they are stored; those without a Finnish text are left out."""
        data = self.cleaned_data
        return [
            {"key": key, **{language: data[f"{language}_{key}"].strip() for language in ("fi", "sv", "en")}}
            for key in self.keys
            if data[f"fi_{key}"].strip()
        ]


class ObservationForm(forms.Form):
    """What has been noticed of the organisation."""

    level = forms.ChoiceField(
        label=_("Taso"),
        choices=[
            (ObservationLevel.INFORMATION, _("Tieto: hyvä tietää asioita käsiteltäessä.")),
            (ObservationLevel.REMARK, _("Huomautettava: järjestön on korjattava asia.")),
            (ObservationLevel.SERIOUS, _("Vakava: vaikuttaa yhteistyön tai avustuksen edellytyksiin.")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Mitä on huomattu?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 2000}),
        help_text=_(
            "Kirjoita järjestöstä, ei ihmisistä: ei nimiä, ei terveystietoja, ei asiakastietoja. Kerro, mihin huomio "
            "perustuu. Järjestö lukee tekstin ja voi vastata siihen."
        ),
    )
    valid_from = DayField(label=_("Voimassa alkaen"))
    valid_until = DayField(
        label=_("Voimassa asti"), required=False, help_text=_("Jätä tyhjäksi, jos huomio on voimassa toistaiseksi.")
    )


class ReplyForm(forms.Form):
    """What the organisation answers."""

    text = forms.CharField(
        label=_("Vastine"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": 3000}),
        help_text=_("Kerro, miten asia teidän mielestänne on ja mitä olette tehneet. Vastine jää huomion yhteyteen."),
    )


class ObservationFilter(forms.Form):
    """Which observations are shown: those in force unless asked otherwise."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Voimassa")),
            ("proposed", _("Odottavat vahvistajaa")),
            ("withdrawn", _("Perutut")),
            ("kaikki", _("Kaikki")),
        ],
    )


class VerificationFilter(forms.Form):
    """Which verifications are shown."""

    tila = forms.ChoiceField(
        label=_("Tila"),
        required=False,
        choices=[
            ("", _("Kaikki viimeisimmät")),
            ("vanhenee", _("Vanhenee 60 päivässä tai on vanhentunut")),
            ("lacking", _("Puutteita")),
        ],
    )
