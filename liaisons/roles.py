"""What a seat or a duty lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import Role
from liaisons.models import BodyAppointment, Seat
from liaisons.policies import appointments_in_force, seats_in_force


def _explanation(key: str) -> str:
    return {
        "member": _("Saat lukea toimielimen kokousten esitykset ja ilmoittaa esteellisyydestä ennen käsittelyä."),
        "deputy": _("Saat lukea toimielimen kokousten esitykset ja osallistua, kun varsinainen jäsen on poissa."),
        "presenter": _("Saat viedä asioita esityslistalle ja esitellä ne toimielimelle."),
        "substitute_presenter": _("Saat esitellä asiat toimielimelle, kun esittelijä on poissa tai esteellinen."),
        "secretary": _("Saat suunnitella kokoukset ja kirjata, mitä tarkastettu pöytäkirja sanoo."),
    }[key]


def _role(row: Seat | BodyAppointment, source: str) -> Role:
    label = row.get_role_display()
    return Role(
        key=f"body.{row.role}",
        label=label[:1].upper() + label[1:],
        scope=row.body.name,
        since=row.valid_from,
        until=row.valid_until,
        source=source,
        explanation=_explanation(row.role),
        target=("body", row.body_id),
        needs_second_factor=True,
        url=reverse("liaisons:body", args=[row.body_id]),
    )


def body_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam; two queries."""
    for seat in seats_in_force(user, now).select_related("body"):
        yield _role(seat, _("Paikka toimielimessä"))
    for duty in appointments_in_force(user, now).select_related("body"):
        yield _role(duty, _("Tehtävä toimielimessä"))
