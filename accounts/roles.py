"""Which roles a person has now: every room answers through the seam."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRole, StaffRoleKind, User
from common import clock, seams
from common.prepared import Prepared
from county.models import Title

# The county's own word for its coordinator stands in the area file under this key.
COORDINATOR_TITLE = "county_liaison"
TITLE_NAMES = ("name_fi", "name_sv", "name_en")


class Duty(NamedTuple):
    """What a staff role does, in a sentence that a non-programmer understands, and where its work begins."""

    explanation: Promise
    view_name: str = "portal:next"


DUTIES: dict[str, Duty] = {
    StaffRoleKind.COORDINATOR: Duty(
        _(
            "Saat avata hakuja, käsitellä hakemuksia, hyväksyä järjestöjen edustajat, pitää tapaamisia ja koota "
            "vuosiraportin."
        )
    ),
    StaffRoleKind.REGISTRAR: Duty(
        _("Saat antaa asianumeroita, kirjata paperilla tulleet asiakirjat ja siirtää asiat asianhallintaan.")
    ),
    StaffRoleKind.PAYMENTS_CLERK: Duty(
        _("Saat vapauttaa avustuserät maksuun ja viedä maksut kirjanpitoon. Et voi muuttaa päätöksiä.")
    ),
    StaffRoleKind.AUDITOR: Duty(
        _("Saat lukea kaiken, mikä ei ole salassa pidettävää, tarkastusta varten. Et voi muuttaa mitään.")
    ),
    StaffRoleKind.ADMINISTRATOR: Duty(
        _(
            "Saat antaa ja päättää henkilöstön rooleja ja katsella käyttäjiä. Et voi antaa roolia itsellesi.",
        ),
        "accounts:users",
    ),
}


def _held(user: Any, now: datetime) -> QuerySet[Any, Any]:
    own = Title.objects.filter(key=COORDINATOR_TITLE)
    titles = [Subquery(own.values(name)[:1]) for name in TITLE_NAMES]
    rows = StaffRole.objects.in_force(now).filter(user=user).order_by("pk")
    return rows.values_list("role", "valid_from", "valid_until", "reason", *titles)


_HELD = Prepared(_held)


def staff_roles(user: Any, now: datetime) -> Iterable[seams.Role]:
    """Return the user's staff roles in force as the seam tells them; one query."""
    for role, since, until, reason, *names in _HELD.rows(user, now):
        duty = DUTIES[role]
        title = Title(**{name: text or "" for name, text in zip(TITLE_NAMES, names, strict=True)})
        yield seams.Role(
            key=role,
            label=_label(role, title if names[0] else None),
            since=since,
            until=until,
            source=gettext("Pääkäyttäjän antama rooli. Peruste: %(reason)s") % {"reason": reason}
            if reason
            else gettext("Pääkäyttäjän antama rooli"),
            explanation=str(duty.explanation),
            needs_second_factor=True,
            url=reverse(duty.view_name),
        )


def role_labels(kinds: Iterable[str]) -> dict[str, str]:
    """Return the names of staff roles; the coordinator's is the county's own where the area file gives one."""
    asked = set(kinds)
    own = Title.objects.filter(key=COORDINATOR_TITLE).first() if StaffRoleKind.COORDINATOR in asked else None
    return {kind: _label(kind, own) for kind in asked}


def _label(kind: str, coordinator: Title | None) -> str:
    """Return the name of a staff role; ``coordinator`` is the county's own title of its coordinator."""
    if kind == StaffRoleKind.COORDINATOR and coordinator:
        return coordinator.name[:1].upper() + coordinator.name[1:]
    return str(StaffRoleKind(kind).label)


def roles_in_force(user: Any, now: datetime) -> list[seams.Role]:
    """Return all roles of the user at ``now``, from all rooms, in the rooms' order; none for a stranger."""
    if not user.is_authenticated:
        return []
    return [role for provider in seams.roles for role in provider(user, now)]


def request_roles(request: HttpRequest) -> list[seams.Role]:
    """Return the roles of the person behind the request, asked once a request."""
    user = request.user
    cached: list[seams.Role] | None = getattr(user, "_roles_now", None)
    if cached is None:
        cached = roles_in_force(user, clock.now())
        if user.is_authenticated:
            user._roles_now = cached  # type: ignore[attr-defined]
    return cached


def current_user(request: HttpRequest) -> User:
    """Return the signed-in person as a row of their own, fresh from the database; 404 for a stranger."""
    user = User.objects.filter(pk=request.user.pk or 0).first()
    if user is None:
        raise Http404
    return user


def has_staff_role(user: Any, kind: str, now: datetime) -> bool:
    """Tell whether the user holds the staff role (``StaffRoleKind`` value) at ``now``."""
    return has_any_staff_role(user, now, kind)


def has_any_staff_role(user: Any, now: datetime, *kinds: str) -> bool:
    """Tell whether the user holds one of the staff roles at ``now``; every room's policies ask here.

    A page that is only read knows them from the door (``remember_staff_roles``); everything else asks the
    database each time, so that a verb never acts on a right that has ended.
    """
    if not user.is_authenticated:
        return False
    known: frozenset[str] | None = getattr(user, "_staff_kinds", None)
    if known is not None:
        return not known.isdisjoint(kinds)
    held = StaffRole.objects.in_force(now).filter(user_id=user.pk, user__is_active=True, role__in=kinds)
    return held.exists()


def remember_staff_roles(request: HttpRequest) -> None:
    """Let the policies of a request that only reads know the person's staff roles without asking again."""
    if request.method in ("GET", "HEAD") and request.user.is_authenticated:
        keys = {role.key for role in request_roles(request)}
        request.user._staff_kinds = frozenset(keys & set(StaffRoleKind.values))  # type: ignore[attr-defined]
