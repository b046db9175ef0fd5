"""Input for what belongs to an event: lines of the agenda, hosts, interpreters. Each page writes the whole list."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from forums.models import ServiceKind
from organisations.forms.choosing import OrganisationField
from premises.forms.clock import ClockField

SPARE, MOST = 3, 40


class PersonField(forms.CharField):
    """A text field whose cleaned value is a User of the portal: told by e-mail address or exact name."""

    def clean(self, value: Any) -> User | None:
        text = super().clean(value).strip()
        if not text:
            return None
        rows = list(User.objects.filter(Q(email__iexact=text) | Q(full_name__iexact=text), is_active=True)[:2])
        if not rows:
            raise forms.ValidationError(
                _("Tällaista henkilöä ei ole portaalissa. Tarkista osoite, tai kirjoita nimi viimeiseen kenttään.")
            )
        if len(rows) > 1:
            raise forms.ValidationError(_("Tämän nimisiä on useita. Kirjoita sähköpostiosoite."))
        return rows[0]


class _Line(forms.Form):
    """One line of a list; a line that is left empty is left out."""

    use_required_attribute = False

    @property
    def facts(self) -> dict[str, Any] | None:
        """Return what the verb takes, or nothing for an empty line."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "DELETE"}
        if self.cleaned_data.get("DELETE") or not any(self._told(data)):
            return None
        return data

    def _told(self, data: dict[str, Any]) -> list[Any]:
        return list(data.values())


class AgendaLine(_Line):
    """One thing on the agenda."""

    starts_at = ClockField(label=_("Klo"), required=False)
    title = forms.CharField(label=_("Aihe"), max_length=200, required=False)
    speaker = forms.CharField(label=_("Puhuja"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("starts_at") or data.get("speaker")) and not data.get("title"):
            self.add_error("title", _("Kirjoita aihe."))
        return data


class HostLine(_Line):
    """One host: a person of the portal, an organisation, or a name."""

    user = PersonField(
        label=_("Henkilö portaalissa"),
        max_length=254,
        required=False,
        help_text=_("Sähköpostiosoite tai nimi. Hän voi sen jälkeen hallita tapahtumaa."),
    )
    organisation = OrganisationField(label=_("Järjestö"), required=False)
    label = forms.CharField(
        label=_("Nimi, jolla kerrotaan"),
        max_length=200,
        required=False,
        help_text=_("Esimerkiksi JANE tai Joensuun seurakuntayhtymä."),
    )


class ServiceLine(_Line):
    """One interpreter or captioning."""

    kind = forms.ChoiceField(label=_("Mikä"), required=False, choices=[("", _("Valitse")), *ServiceKind.choices])
    language = forms.CharField(label=_("Kieli"), max_length=60, required=False)
    provider = forms.CharField(label=_("Kuka"), max_length=200, required=False)
    confirmed = forms.BooleanField(label=_("Vahvistettu"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("kind") and any(data.get(name) for name in ("language", "provider", "confirmed")):
            self.add_error("kind", _("Valitse, mikä tulkkaus tai tekstitys."))
        if data.get("kind") == ServiceKind.LANGUAGE and not data.get("language"):
            self.add_error("language", _("Kirjoita, mistä kielestä tulkataan."))
        return data


class _Lines(forms.BaseFormSet):  # type: ignore[type-arg]
    """A list of lines with a few empty ones after it."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the lines that say something."""
        return [facts for form in self.forms if (facts := form.facts) is not None]


def lines_of(line: type[_Line]) -> type[_Lines]:
    """Return the form of a whole list."""
    return forms.formset_factory(line, formset=_Lines, extra=SPARE, max_num=MOST, can_delete=True)  # type: ignore[return-value]


AgendaLines, HostLines, ServiceLines = lines_of(AgendaLine), lines_of(HostLine), lines_of(ServiceLine)
