"""What a seat, a duty or a liaison post lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import Role
from liaisons.models import Appointment, BodyAppointment, Seat
from liaisons.policies import appointments_in_force, liaison_appointments, seats_in_force, substitutions


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


def liaison_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam: ``liaison.<level>`` for each post held, ``liaison.substitute``; two queries.

    A post that nobody has accepted gives no role. ``target`` is the post.
    """
    places = ("post__unit", "post__municipality")
    for row in liaison_appointments(user, now).select_related(*places):
        yield _liaison(
            f"liaison.{row.post.level}",
            row,
            row,
            _("Nimitys, jonka olet ottanut vastaan"),
            _("Järjestöt kääntyvät puoleesi. Vastaat kysymyksiin ja kerrot, milloin olet poissa."),
        )
    for row in substitutions(user, now).select_related(*(f"appointment__{place}" for place in places)):
        yield _liaison(
            "liaison.substitute",
            row.appointment,
            row,
            _("Sijaiseksi nimeäminen"),
            _("Vastaat kysymyksiin, kun varsinainen yhteyshenkilö on poissa."),
        )


def _liaison(key: str, appointment: Appointment, term: Any, source: str, explanation: str) -> Role:
    post = appointment.post
    return Role(
        key=key,
        label=post.name[:1].upper() + post.name[1:],
        scope=post.place,
        since=term.valid_from,
        until=term.valid_until,
        source=source,
        explanation=explanation,
        target=("post", post.pk),
        needs_second_factor=True,
        url=reverse("liaisons:own_posts"),
    )
