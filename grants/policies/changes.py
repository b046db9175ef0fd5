"""Rights to changes after award; every officer's path has the conflict rule."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from county.models import County
from grants.models import ChangeRequest, Decision
from grants.policies.base import (
    EDITORS,
    READING_STAFF,
    SENDERS,
    deciding_posts,
    for_staff,
    for_unbiased,
    has_declared,
    represented,
)
from liaisons.models import BodyAppointment

_CASE = "decision__application"
#: A change of an office-holder's grant that was laid before the body above: it passes what the kind leaves to the post.
_BEYOND_OFFICIAL = Q(decision__official_number__isnull=False, laid_at__isnull=False) & ~Q(
    decider__in=["", F("decision__body_name")]
)


@policy("grants.change.view_own")
def own_changes(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """Every member of an organisation reads its changes, also unsent ones."""
    return ChangeRequest.objects.filter(
        decision__application__organisation__in=represented(user, now).values("organisation")
    )


@policy("grants.change.start")
def decisions_to_change(user: Any, now: datetime) -> QuerySet[Decision]:
    """Those who fill in for the organisation begin a change of a grant whose decision has been served."""
    own = represented(user, now, *EDITORS).values("organisation")
    return Decision.objects.filter(state__in=("issued", "final"), sum__gt=0, application__organisation__in=own)


@policy("grants.change.edit")
def changes_to_edit(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """Those who fill in for the organisation write in it."""
    own = represented(user, now, *EDITORS).values("organisation")
    return ChangeRequest.objects.filter(decision__application__organisation__in=own)


@policy("grants.change.send")
def changes_to_send(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """A signatory or an admin sends and withdraws."""
    own = represented(user, now, *SENDERS).values("organisation")
    return ChangeRequest.objects.filter(decision__application__organisation__in=own)


def _sent() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.filter(sent_at__isnull=False)


def _of_bodies(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """Return the changes laid before, or decided by, a body of which the person is the secretary."""
    served = BodyAppointment.objects.in_force(now).filter(user=user, role="secretary").values("body")
    kind = "decision__application__call__kind"
    above = Q(_BEYOND_OFFICIAL, **{f"{kind}__claims_to__in": served})
    rows = _sent().filter(Q(**{f"{kind}__decided_by__in": served}) | above, laid_at__isnull=False)
    return rows.exclude(has_declared(user, True, _CASE))


def _of_posts(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """Return the changes of grants that were decided in the person's post, where declared to be without conflict."""
    made = _sent().filter(decision__official_number__isnull=False, decision__body_name__in=deciding_posts(user, now))
    return made.filter(has_declared(user, False, _CASE))


@policy("grants.change.view")
def changes_to_read(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """Reading staff and the payments clerk; the body's secretary once laid; the office-holder who granted."""
    if not user.is_authenticated:
        return ChangeRequest.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF, "payments_clerk"):
        return _sent().exclude(has_declared(user, True, _CASE))
    return ChangeRequest.objects.filter(
        Q(pk__in=_of_bodies(user, now).values("pk")) | Q(pk__in=_of_posts(user, now).values("pk"))
    )


@policy("grants.change.prepare")
def changes_to_prepare(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """The coordinator asks for more, and lays before who granted what is not the coordinator's to decide."""
    return for_unbiased(_sent(), _CASE, user, now, "coordinator")


@policy("grants.change.decide")
def changes_to_decide(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """The coordinator within the county's powers; the office-holder in whose post the grant was decided."""
    prepared = changes_to_prepare(user, now)
    if not user.is_authenticated:
        return prepared
    return ChangeRequest.objects.filter(Q(pk__in=prepared.values("pk")) | Q(pk__in=_of_posts(user, now).values("pk")))


@policy("grants.change.record")
def changes_to_record(user: Any, now: datetime) -> QuerySet[ChangeRequest]:
    """The registry, or the secretary of the body that granted, records what the body decided."""
    if not user.is_authenticated:
        return ChangeRequest.objects.none()
    registry = for_unbiased(_sent(), _CASE, user, now, "registrar")
    rows = ChangeRequest.objects.filter(Q(pk__in=registry.values("pk")) | Q(pk__in=_of_bodies(user, now).values("pk")))
    return rows.filter(Q(decision__official_number__isnull=True) | _BEYOND_OFFICIAL)


@policy("grants.change.powers")
def county_of_powers(user: Any, now: datetime) -> QuerySet[County]:
    """The coordinator keeps what the county's rules (hallintosääntö) say, as with the county's other settings."""
    return for_staff(County.objects.all(), user, now, "coordinator")
