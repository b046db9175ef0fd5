"""What a seat, a duty or a liaison post lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from common.prepared import Prepared
from common.seams import Role
from common.times import local_date
from county.models import Municipality
from liaisons.models import Appointment, AppointmentRole, Body, Post, SeatRole, Substitute, Unit
from liaisons.policies import appointments_in_force, seats_in_force
from liaisons.responsible import covering


def _explanation(key: str) -> str:
    return {
        "member": _("Saat lukea toimielimen kokousten esitykset ja ilmoittaa esteellisyydestä ennen käsittelyä."),
        "deputy": _("Saat lukea toimielimen kokousten esitykset ja osallistua, kun varsinainen jäsen on poissa."),
        "expert": _("Saat lukea toimielimen esityslistat ja osallistua kokouksiin ilman äänioikeutta."),
        "presenter": _("Saat viedä asioita esityslistalle ja esitellä ne toimielimelle."),
        "substitute_presenter": _("Saat esitellä asiat toimielimelle, kun esittelijä on poissa tai esteellinen."),
        "secretary": _("Saat suunnitella kokoukset ja kirjata, mitä tarkastettu pöytäkirja sanoo."),
    }[key]


def _terms(rows: QuerySet[Any], source: str) -> QuerySet[Any]:
    """Return seats or duties as plain rows of the same shape, so that both come in one query."""
    names = ("body__name_fi", "body__name_sv", "body__name_en")
    return rows.order_by().values_list("pk", "role", "body_id", *names, "valid_from", "valid_until", Value(source))


def _served(user: Any, now: datetime) -> QuerySet[Any, Any]:
    seats = _terms(seats_in_force(user, now), "seat")
    return seats.union(_terms(appointments_in_force(user, now), "duty"), all=True).order_by()


_SERVED = Prepared(_served)


def body_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam: the person's seats and duties in bodies; one query."""
    if not user.is_authenticated:
        return
    sources = {"seat": _("Paikka toimielimessä"), "duty": _("Tehtävä toimielimessä")}
    labels = {**dict(SeatRole.choices), **dict(AppointmentRole.choices)}
    for row in sorted(_SERVED.rows(user, now), key=lambda row: (row[-1] != "seat", row[0])):
        _pk, role, body_id, name_fi, name_sv, name_en, since, until, source = row
        label = str(labels[role])
        yield Role(
            key=f"body.{role}",
            label=label[:1].upper() + label[1:],
            scope=Body(name_fi=name_fi, name_sv=name_sv, name_en=name_en).name,
            since=since,
            until=until,
            source=sources[source],
            explanation=_explanation(role),
            target=("body", body_id),
            needs_second_factor=True,
            url=reverse("liaisons:body", args=[body_id]),
        )


def liaison_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam: ``liaison.<level>`` for each post held, ``liaison.substitute``; one query.

    A post that nobody has accepted gives no role. ``target`` is the post.
    """
    if not user.is_authenticated:
        return
    for row in _POSTS.rows(user, now):
        yield _post_role(user, dict(zip(_POST_COLUMNS, row, strict=True)))


_NAMES = ("name_fi", "name_sv", "name_en")
_POST_COLUMNS = (
    *("user_id", "valid_from", "valid_until", "stand_in_from", "stand_in_until", "post_id", "post__level"),
    *(f"{path}__{name}" for path in ("post", "post__unit", "post__municipality") for name in _NAMES),
)


def _posts(user: Any, now: datetime) -> QuerySet[Any, Any]:
    day = local_date(now)
    mine = Substitute.objects.filter(covering(day), appointment=OuterRef("pk"), user=user).order_by("valid_from")
    rows: QuerySet[Any, Any] = Appointment.objects.on(day).filter(covering(day, "post__"))
    rows = rows.annotate(stand_in_from=Subquery(mine.values("valid_from")[:1]))
    rows = rows.annotate(stand_in_until=Subquery(mine.values("valid_until")[:1]))
    rows = rows.filter(Q(user=user) | Q(stand_in_from__isnull=False))
    return rows.order_by("pk").values_list(*_POST_COLUMNS)


_POSTS = Prepared(_posts)


def _post_role(user: Any, row: dict[str, Any]) -> Role:
    """Return the role that a row gives: the holder's, or that of who stands in."""
    unit, municipality = _named(Unit, row, "post__unit"), _named(Municipality, row, "post__municipality")
    names = {name: row[f"post__{name}"] for name in _NAMES}
    post = Post(pk=row["post_id"], level=row["post__level"], unit=unit, municipality=municipality, **names)
    if row["user_id"] == user.pk:
        return _liaison(
            f"liaison.{post.level}",
            post,
            (row["valid_from"], row["valid_until"]),
            _("Nimitys, jonka olet ottanut vastaan"),
            _("Järjestöt kääntyvät puoleesi. Vastaat kysymyksiin ja kerrot, milloin olet poissa."),
        )
    return _liaison(
        "liaison.substitute",
        post,
        (row["stand_in_from"], row["stand_in_until"]),
        _("Sijaiseksi nimeäminen"),
        _("Vastaat kysymyksiin, kun varsinainen yhteyshenkilö on poissa."),
    )


def _named(model: Any, row: dict[str, Any], path: str) -> Any:
    """Return a unit or municipality that has its names only; None where the post has none."""
    names = {name: row[f"{path}__{name}"] for name in _NAMES}
    return model(**names) if names["name_fi"] is not None else None


def _liaison(key: str, post: Post, term: tuple[date, date | None], source: str, explanation: str) -> Role:
    return Role(
        key=key,
        label=post.name[:1].upper() + post.name[1:],
        scope=post.place,
        since=term[0],
        until=term[1],
        source=source,
        explanation=explanation,
        target=("post", post.pk),
        needs_second_factor=True,
        url=reverse("liaisons:own_posts"),
    )
