"""What an assessor's task or an office-holder's deciding post lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from common.prepared import Prepared
from common.seams import Role
from grants.models import AssessorAssignment, DecidingOfficial, GrantCall


def _rows(rows: QuerySet[Any], source: str, *columns: Any) -> QuerySet[Any]:
    """Return tasks or posts as plain rows of the same shape, so that both come in one query."""
    return rows.order_by().values_list(Value(source), "pk", "valid_from", "valid_until", *columns)


def _tasks(user: Any, now: datetime) -> QuerySet[Any, Any]:
    titles = ("call__title_fi", "call__title_sv", "call__title_en")
    assigned = AssessorAssignment.objects.in_force(now).filter(user=user)
    tasks = _rows(assigned, "assessor", *titles, "call_id", Value(False, BooleanField()))
    held = DecidingOfficial.objects.holding(user, now)
    return tasks.union(_rows(held, "official", "post", "reason", Value(""), "pk", "is_deputy"), all=True).order_by()


_TASKS = Prepared(_tasks)


def case_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam: the calls that the person assesses and the posts they decide in; one query."""
    if not user.is_authenticated:
        return
    for source, pk, since, until, *rest in sorted(_TASKS.rows(user, now), key=lambda row: row[:2]):
        yield _assessor(since, until, *rest) if source == "assessor" else _official(pk, since, until, *rest)


def _assessor(since: Any, until: Any, fi: str, sv: str, en: str, call_id: int, _deputy: bool) -> Role:
    return Role(
        key="assessor",
        label=_("Arvioija"),
        scope=GrantCall(title_fi=fi, title_sv=sv, title_en=en).title,
        since=since,
        until=until,
        source=_("Koordinaattorin antama tehtävä"),
        explanation=_("Saat lukea sinulle kuuluvat hakemukset, joissa et ole esteellinen, ja antaa niille pisteet."),
        target=("call", call_id),
        needs_second_factor=True,
        url=reverse("grants:assessments"),
    )


def _official(pk: int, since: Any, until: Any, post: str, reason: str, _none: str, _same: int, is_deputy: bool) -> Role:
    return Role(
        key="official",
        label=_("Päättävän viranhaltijan sijainen") if is_deputy else _("Päättävä viranhaltija"),
        scope=post,
        since=since,
        until=until,
        source=_("Pääkäyttäjän antama tehtävä. Peruste: %(reason)s") % {"reason": reason},
        explanation=_(
            "Saat lukea viralle esitetyt hakemukset, joissa et ole esteellinen, ja päättää niistä. Et voi päättää "
            "omasta esityksestäsi."
        ),
        target=("official", pk),
        needs_second_factor=True,
        url=reverse("grants:official"),
    )
