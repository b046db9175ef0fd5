"""Who speaks: name and address of somebody without an account, organisation of somebody with one."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.policies import allowed
from common.text_fields import PlainTextField
from forums.workflow.voices import Speaker

MOST_ORGANISATIONS = 50


def area(rows: int, limit: int, **attrs: Any) -> forms.Textarea:
    """Return a textarea with a counter."""
    return forms.Textarea(attrs={"rows": rows, "maxlength": limit, **attrs})


def own_organisations(user: Any, now: Any) -> Any:
    """Return the organisations for which the person may speak."""
    return allowed("organisations.prepare", user, now=now).order_by("sort_key")[:MOST_ORGANISATIONS]


class SpeakerForm(forms.Form):
    """Fields of who speaks. With an account only the organisation is asked; the hidden field catches programs."""

    name = forms.CharField(label=_("Nimesi"), max_length=150, error_messages={"required": _("Kirjoita nimesi.")})
    email = forms.EmailField(
        label=_("Sähköpostiosoitteesi"),
        help_text=_("Lähetämme linkin, jolla vahvistat osoitteen. Osoitetta ei näytetä muille."),
        error_messages={
            "required": _("Kirjoita sähköpostiosoitteesi."),
            "invalid": _("Tarkista osoite. Se on muotoa nimi@esimerkki.fi."),
        },
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, organisations: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = user if user.is_authenticated else None
        self.organisations = {str(row.pk): row for row in organisations}
        if self.person:
            for name in ("name", "email"):
                del self.fields[name]
            if self.organisations:
                self.fields["organisation"] = forms.ChoiceField(
                    label=_("Minkä järjestön puolesta"),
                    required=False,
                    choices=[
                        ("", _("Omasta puolestani")),
                        *((key, row.name) for key, row in self.organisations.items()),
                    ],
                )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("website"):
            raise forms.ValidationError(_("Tietoja ei voitu lähettää. Soita tai lähetä sähköpostia."))
        return data

    @property
    def speaker(self) -> Speaker | None:
        """Return who speaks without an account; None for a signed-in person."""
        if self.person:
            return None
        language = (get_language() or "fi")[:2]
        return Speaker(self.cleaned_data["name"], self.cleaned_data["email"], language)

    @property
    def organisation(self) -> Any:
        """Return the chosen organisation, or None."""
        return self.organisations.get(self.cleaned_data.get("organisation", ""))


class PlainAreaField(PlainTextField):
    """A long text of a person."""

    def __init__(self, *, rows: int = 5, max_length: int = 2000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=area(rows, max_length), **kwargs)
