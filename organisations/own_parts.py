"""The parts of what an organisation keeps itself: one short page each, and how far each has come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from organisations.forms import own_data as forms
from organisations.models import Organisation

MANY_TO_MANY = ("sectors", "themes", "target_groups", "municipalities")


@dataclass(frozen=True)
class Part:
    """One page: its key in the address, its words, its form, and which fields must be told for it to be ready.

    In ``needed`` a tuple of several names is ready when one of them is told.
    """

    key: str
    title: str | Promise
    lead: str | Promise
    form: Any
    needed: tuple[tuple[str, ...], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the columns and relations that the page shows."""
        names: tuple[str, ...] = self.form.Meta.fields
        return names


PARTS: dict[str, Part] = {
    part.key: part
    for part in (
        Part(
            "kuvaus",
            _("Kuvaus"),
            _("Kerro, mitä järjestö tekee. Kuvaus näkyy kaikille, ja haku löytää järjestön sen sanoilla."),
            forms.DescriptionForm,
            (("description_fi",),),
        ),
        Part(
            "alat",
            _("Toimialat, teemat ja kohderyhmät"),
            _("Näillä järjestö löytyy haussa ja tilastoissa. Valinnat näkyvät kaikille."),
            forms.FieldsForm,
            (("sectors",), ("themes",), ("target_groups",)),
        ),
        Part(
            "missa",
            _("Missä järjestö toimii"),
            _("Kunnat ja ulottuvuus näkyvät kaikille."),
            forms.PlacesForm,
            (("municipalities",), ("reach",)),
        ),
        Part(
            "tekijat",
            _("Kuka tekee työn"),
            _("Tiedot näkyvät kaikille järjestön sivulla. Hyvinvointialue kokoaa niistä tilastoja."),
            forms.WorkersForm,
            (("run_by",), ("member_count",), ("volunteer_count",), ("employee_count",), ("is_service_producer",)),
        ),
        Part(
            "esteettomyys",
            _("Esteettömyys"),
            _("Tämä näkyy kaikille. Moni päättää sen perusteella, voiko tulla mukaan."),
            forms.AccessibilityForm,
            (("accessibility",),),
        ),
        Part(
            "yhteydet",
            _("Yhteystiedot ja linkit"),
            _("Järjestön omat yhteystiedot näkyvät kaikille. Henkilöiden tiedot annetaan yhteyshenkilöissä."),
            forms.ReachForm,
            (("contact_email", "contact_phone"),),
        ),
    )
}

DONE: tuple[Tone, Any] = ("ok", _("Valmis"))
HALF: tuple[Tone, Any] = ("wait", _("Kesken"))
NOT_BEGUN: tuple[Tone, Any] = ("none", _("Ei aloitettu"))


def answered(organisation: Organisation) -> set[str]:
    """Return the fields that the organisation has answered, also with ``0`` or ``False``; one query."""
    many = {
        f"has_{name}": Exists(getattr(Organisation, name).through.objects.filter(organisation=OuterRef("pk")))
        for name in MANY_TO_MANY
    }
    related = Organisation.everything.filter(pk=organisation.pk).annotate(**many).values(*many).get()
    columns = (name for part in PARTS.values() for name in part.fields if name not in MANY_TO_MANY)
    said = {name for name in columns if getattr(organisation, name) not in (None, "")}
    return said | {name for name in MANY_TO_MANY if related[f"has_{name}"]}


def state(part: Part, said: set[str]) -> tuple[Tone, Any]:
    """Return the part's tone and word, when the fields of ``said`` are answered."""
    if all(said.intersection(names) for names in part.needed):
        return DONE
    return HALF if said.intersection(part.fields) else NOT_BEGUN


def tasks(organisation: Organisation) -> Iterator[dict[str, Any]]:
    """Yield the rows of the task list, in order; one query."""
    said = answered(organisation)
    for part in PARTS.values():
        tone, word = state(part, said)
        url = reverse("organisations:own_data_part", args=[organisation.pk, part.key])
        yield {"label": part.title, "url": url, "tone": tone, "word": word}
