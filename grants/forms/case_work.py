"""Forms of the officers' work on a case: asking for a supplement, check list, messages, notes, owner, transfer."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.money import EuroFormField
from common.text_fields import PlainTextField
from common.time_fields import DayField, InstantField
from common.times import add_days, local_date
from documents.uploads import UploadField
from grants import form_definition as forms_data
from grants.case_checks import CheckItem
from grants.inbox import CHECKS, STATEMENTS
from grants.models import Application, AttachmentSlot, CheckResult, GrantCall, SupplementRequest
from grants.models.supplements import DEFAULT_DAYS
from grants.workflow.case_work import Checked
from grants.workflow.supplements import openable_questions, opens_declaration

MOST = 4000
WHOLE = "*"


def _area(rows: int = 4, most: int = MOST) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "maxlength": most})


class DueForm(forms.Form):
    """The last day for an answer."""

    due_on = DayField(label=_("Viimeistään"), help_text=_("Hakija voi vastata tämän päivän loppuun asti."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = add_days(local_date(now), DEFAULT_DAYS)


class HearingForm(DueForm):
    """What the applicant is heard of, and by when."""

    text = PlainTextField(
        label=_("Mistä hakijaa kuullaan?"),
        help_text=_("Kirjoita uusi tieto, joka voi vaikuttaa päätökseen, ja mistä se on saatu."),
        max_length=MOST,
        widget=_area(6),
    )
    field_order = ("text", "due_on")


class SupplementForm(DueForm):
    """What is missing, by when, and which parts of the form are opened; ``cases`` when many are asked at once."""

    text = PlainTextField(
        label=_("Mitä puuttuu?"),
        help_text=_("Kirjoita hakijalle, mitä hänen täytyy täydentää. Esimerkiksi: Tilinpäätös puuttuu."),
        max_length=MOST,
        widget=_area(5),
    )
    field_order = ("cases", "text", "due_on")

    def __init__(
        self, *args: Any, definition: Any, call: GrantCall, cases: list[Application] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pages = openable_questions(definition)
        self.slots = list(call.attachment_slots.all())
        if cases is not None:
            self.fields["cases"] = forms.MultipleChoiceField(
                label=_("Keneltä pyydetään?"),
                choices=[(str(case.pk), f"{case.organisation.name}, {case.case_number}") for case in cases],
                widget=forms.CheckboxSelectMultiple,
                error_messages={"required": _("Valitse ainakin yksi hakemus.")},
            )
        if self.slots:
            self._choices("slots", _("Liitteet, jotka avataan"), [(str(slot.pk), slot.name) for slot in self.slots])
        if opens_declaration(definition):
            self.fields["state_aid"] = forms.BooleanField(
                label=_("Avaa valtiontukiselvitys"),
                required=False,
                help_text=_("Hakija voi korjata, onko toiminta taloudellista ja mitä tukea on saatu muualta."),
            )
        for page, questions in self.pages:
            named = [(one["key"], forms_data.said(one, "label")) for one in questions]
            self._choices(f"page-{page['key']}", forms_data.said(page, "title"), [(WHOLE, _("Koko sivu")), *named])
        self.order_fields(self.field_order)

    def _choices(self, name: str, label: Any, choices: list[tuple[str, Any]]) -> None:
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )

    @property
    def questions(self) -> list[str]:
        """Keys of the opened questions of a valid form."""
        found: list[str] = []
        for page, questions in self.pages:
            chosen = self.cleaned_data.get(f"page-{page['key']}", [])
            found += [one["key"] for one in questions if WHOLE in chosen or one["key"] in chosen]
        return found

    @property
    def chosen_slots(self) -> list[AttachmentSlot]:
        """The opened attachment slots of a valid form."""
        return [slot for slot in self.slots if str(slot.pk) in self.cleaned_data.get("slots", [])]

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of the verb."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "due_on": data["due_on"],
            "questions": self.questions,
            "slots": self.chosen_slots,
            "state_aid": self.cleaned_data.get("state_aid", False),
        }

    def clean(self) -> dict[str, Any]:
        """Something is opened."""
        data = super().clean() or {}
        if not self.questions and not self.chosen_slots and not data.get("state_aid"):
            self.add_error(None, _("Valitse ainakin yksi kysymys, liite tai selvitys, jota hakija täydentää."))
        return data


class CutoffForm(forms.Form):
    """The call's last instant for supplements."""

    cutoff_at = InstantField(
        label=_("Täydennyksiä otetaan enintään"),
        help_text=_(
            "Sen jälkeen täydennystä ei voi lähettää, vaikka sen määräpäivä olisi myöhemmin. Voi jättää tyhjäksi."
        ),
        required=False,
    )


class AnswerForm(forms.Form):
    """The words and files of an answer, beside the opened questions."""

    note = PlainTextField(label=_("Viesti käsittelijälle"), max_length=MOST, required=False, widget=_area(4))

    def __init__(self, *args: Any, supplement: SupplementRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = list(supplement.slots.all())
        note = self.fields["note"]
        note.initial = supplement.note
        if supplement.is_hearing:
            note.label = _("Vastauksenne")
            note.widget.attrs["rows"] = 10
        for slot in self.slots:
            label = _("Uusi tiedosto: %(name)s") % {"name": slot.name}
            self.fields[f"file-{slot.pk}"] = UploadField(label=label, required=False)

    @property
    def uploads(self) -> list[tuple[AttachmentSlot, Any]]:
        """The checked files with their slots; those that could not be read are left out."""
        found = [(slot, self.cleaned_data.get(f"file-{slot.pk}")) for slot in self.slots]
        return [(slot, upload) for slot, upload in found if upload]


class CheckForm(forms.Form):
    """The check list: a result and a note for each item; unmarked items stay unmarked."""

    def __init__(self, *args: Any, items: list[CheckItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for number, item in enumerate(items):
            found = item.found
            result: Any = forms.ChoiceField(
                label=str(item.label),
                help_text=item.hint.text if item.hint else "",
                choices=CheckResult.choices,
                required=False,
                initial=found.result if found else None,
                widget=forms.RadioSelect,
            )
            note: Any = PlainTextField(
                label=_("Mikä ei ole kunnossa tai on epäselvää?"),
                required=False,
                max_length=500,
                initial=found.note if found else "",
            )
            result.needed_later = note.needed_later = True  # nothing is demanded, but neither is "optional" said of it
            self.fields |= {f"result-{number}": result, f"note-{number}": note}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each item with its fields."""
        return [
            {"item": item, "result": self[f"result-{number}"], "note": self[f"note-{number}"]}
            for number, item in enumerate(self.items)
        ]

    def clean(self) -> dict[str, Any]:
        """What is not in order has its reason."""
        data = super().clean() or {}
        for number, _item in enumerate(self.items):
            if data.get(f"result-{number}") in ("not_ok", "unclear") and not data.get(f"note-{number}"):
                self.add_error(f"note-{number}", _("Kirjoita, mikä ei ole kunnossa tai on epäselvää."))
        return data

    @property
    def checked(self) -> list[Checked]:
        """The marked items of a valid form."""
        data = self.cleaned_data
        return [
            Checked(item.key, data[f"result-{number}"], data[f"note-{number}"])
            for number, item in enumerate(self.items)
            if data.get(f"result-{number}")
        ]


class CheckItemsForm(forms.Form):
    """The call's own items."""

    text = PlainTextField(
        label=_("Haun omat tarkistettavat asiat"),
        help_text=_("Yksi riville. Esimerkiksi: Järjestö on sitoutunut syrjimättömyyteen."),
        max_length=2000,
        required=False,
        widget=_area(5, 2000),
    )


class WordsForm(forms.Form):
    """One text: a message or a note."""

    text = PlainTextField(label=_("Viesti"), max_length=MOST, widget=_area(4))

    def __init__(self, *args: Any, label: Any = None, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = help_text


class MessageForm(WordsForm):
    """A message with up to three files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file_1"] = UploadField(label=_("Liite"), required=False)
        for name, label in (("file_2", _("Toinen liite")), ("file_3", _("Kolmas liite"))):
            self.fields[name] = UploadField(label=label, required=False, help_text="")

    @property
    def message(self) -> dict[str, Any]:
        """The arguments of the verb: the words and the checked files of a valid form."""
        files = [self.cleaned_data.get(name) for name in ("file_1", "file_2", "file_3")]
        return {"text": self.cleaned_data["text"], "uploads": [one for one in files if one]}


class HandlerForm(forms.Form):
    """Who handles a case, or the chosen ones."""

    handler = forms.ChoiceField(label=_("Käsittelijä"), required=False)

    def __init__(self, *args: Any, handlers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handlers = {str(person.pk): person for person in handlers}
        field: Any = self.fields["handler"]
        field.choices = [("", _("Ei kenenkään")), *((key, str(person)) for key, person in self.handlers.items())]

    @property
    def chosen(self) -> User | None:
        """The person of a valid form; None for nobody."""
        return self.handlers.get(self.cleaned_data["handler"])


class TransferForm(forms.Form):
    """To whom and why."""

    authority = PlainTextField(
        label=_("Mille viranomaiselle asia siirretään?"),
        help_text=_("Esimerkiksi: Joensuun kaupunki, hyvinvointipalvelut."),
        max_length=200,
    )
    reason = PlainTextField(
        label=_("Miksi asia kuuluu sille?"),
        help_text=_("Hakija saa perustelun tiedoksi."),
        max_length=2000,
        widget=_area(4, 2000),
    )


class SaveViewForm(forms.Form):
    """The name of a filter that is saved."""

    name = PlainTextField(label=_("Nimi"), help_text=_("Esimerkiksi: Omat, joista puuttuu lausunto."), max_length=60)


class InboxFilter(forms.Form):
    """The URL's filters of the inbox."""

    kasittelija = forms.ChoiceField(label=_("Käsittelijä"), required=False)
    haku = forms.ChoiceField(label=_("Haku"), required=False)
    tila = forms.ChoiceField(label=_("Odottaa"), required=False)
    kunta = forms.ChoiceField(label=_("Kotipaikka"), required=False)
    ehdot = forms.ChoiceField(label=_("Ehtojen tarkistus"), required=False)
    lausunto = forms.ChoiceField(label=_("Lausunto"), required=False)
    alkaen = EuroFormField(label=_("Haettu vähintään"), required=False)
    enintaan = EuroFormField(label=_("Haettu enintään"), required=False)

    def __init__(
        self,
        *args: Any,
        handlers: list[User],
        calls: list[tuple[str, str]],
        states: list[tuple[str, Any]],
        municipalities: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        everybody = [("", _("Kaikki")), ("mina", _("Minä")), ("ei", _("Ei kenenkään"))]
        self._choose("kasittelija", [*everybody, *((str(one.pk), str(one)) for one in handlers)])
        self._choose("haku", [("", _("Kaikki")), *calls])
        self._choose("tila", [("", _("Kaikki")), *states])
        self._choose("kunta", [("", _("Kaikki")), *municipalities])
        self._choose("ehdot", [("", _("Kaikki")), *CHECKS.items()])
        self._choose("lausunto", [("", _("Kaikki")), *STATEMENTS.items()])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def chosen(self) -> dict[str, Any]:
        """Return what could be read; a value that is no choice chooses nothing."""
        return self.cleaned_data if self.is_bound and (self.is_valid() or self.cleaned_data) else {}
