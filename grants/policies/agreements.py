"""Rights to agreements: the county's side, the organisations' side, and what anyone may know.

Nobody works on the county's side of an agreement with an organisation for which they act (hallintolaki 434/2003
28 §); such an agreement they read only as the organisation's people or as the public.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from grants.life_cycles_agreements import AGREED
from grants.models import Agreement, AgreementParty
from grants.policies.base import EDITORS, READING_STAFF, SENDERS, represented
from liaisons.models import Appointment, Post, PostPower
from liaisons.responsible import covering
from organisations.models import Organisation


def powers_of(user: Any, now: datetime) -> QuerySet[PostPower]:
    """Return the delegated powers in force of the posts that the person holds."""
    if not user.is_authenticated:
        return PostPower.objects.none()
    today = local_date(now)
    held = Appointment.objects.in_force(now).filter(user_id=user.pk, user__is_active=True).values("post")
    posts = Post.objects.on(today).filter(pk__in=held)
    return PostPower.objects.filter(covering(today), post__in=posts.values("pk"))


def signers_of(agreement: Agreement, now: datetime) -> QuerySet[Appointment]:
    """Return the appointments whose holder may sign the agreement for the county now, with person and post."""
    today = local_date(now)
    powers = PostPower.objects.filter(covering(today), power=agreement.kind.signed_with).values("post")
    posts = Post.objects.on(today).filter(pk__in=powers)
    found = Appointment.objects.in_force(now).filter(post__in=posts.values("pk"), user__is_active=True)
    return found.select_related("user", "post__unit", "post__municipality").order_by("pk")


def _not_own(rows: QuerySet[Agreement], user: Any, now: datetime) -> QuerySet[Agreement]:
    own = AgreementParty.objects.filter(organisation__in=represented(user, now).values("organisation"))
    return rows.exclude(pk__in=own.values("agreement"))


def _of_parties(user: Any, now: datetime, *roles: str) -> QuerySet[Agreement]:
    own = represented(user, now, *roles).values("organisation")
    parties = AgreementParty.objects.filter(organisation__in=own)
    return Agreement.objects.exclude(state="draft").filter(pk__in=parties.values("agreement"), reference="")


@policy("grants.agreement.start")
def organisations_to_agree_with(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator begins an agreement with any organisation but the own ones."""
    if not has_any_staff_role(user, now, "coordinator"):
        return Organisation.objects.none()
    return Organisation.objects.exclude(pk__in=represented(user, now).values("organisation"))


@policy("grants.agreement.view")
def agreements_to_read(user: Any, now: datetime) -> QuerySet[Agreement]:
    """Reading staff, and whoever may sign for the county once it is negotiated."""
    rows = Agreement.objects.all()
    if not has_any_staff_role(user, now, *READING_STAFF):
        rows = rows.exclude(state="draft").filter(kind__signed_with__in=powers_of(user, now).values("power"))
    return _not_own(rows, user, now)


@policy("grants.agreement.work")
def agreements_to_work(user: Any, now: datetime) -> QuerySet[Agreement]:
    """The coordinator writes for the county."""
    rows = Agreement.objects.all() if has_any_staff_role(user, now, "coordinator") else Agreement.objects.none()
    return _not_own(rows, user, now)


@policy("grants.agreement.sign")
def agreements_to_sign(user: Any, now: datetime) -> QuerySet[Agreement]:
    """The holder of a post to which the power to sign agreements of the kind has been delegated."""
    powers = powers_of(user, now).values("power")
    rows = Agreement.objects.filter(kind__signed_with__in=powers, reference="").exclude(state="draft")
    return _not_own(rows, user, now)


@policy("grants.agreement.view_own")
def own_agreements(user: Any, now: datetime) -> QuerySet[Agreement]:
    """Members read their organisation's agreements once the county has sent the first version."""
    return _of_parties(user, now)


@policy("grants.agreement.work_own")
def own_agreements_to_work(user: Any, now: datetime) -> QuerySet[Agreement]:
    """Those who fill in for an organisation write for it."""
    return _of_parties(user, now, *EDITORS)


@policy("grants.agreement.sign_own")
def own_agreements_to_sign(user: Any, now: datetime) -> QuerySet[Agreement]:
    """Those who send for an organisation approve for it."""
    return _of_parties(user, now, *SENDERS)


@policy("grants.agreement.public")
def public_agreements(user: Any, now: datetime) -> QuerySet[Agreement]:
    """Anyone: what all have approved, and the contracts that are referred to (621/1999 1, 6 §)."""
    return Agreement.objects.filter(state__in=AGREED)
