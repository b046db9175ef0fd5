"""Naming the office-holders who decide grants, and ending their duty. Nobody names themselves."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import has_any_staff_role
from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from grants.models import DecidingOfficial, DecisionMaker, GrantKind
from liaisons.workflow.saving import save_checked
from notifications import outbox

LOCK = "grants.officials"  # one key: duties change rarely


def deciding_titles() -> list[str]:
    """Return the titles of the posts that decide some kind of grant."""
    rows = GrantKind.objects.filter(decision_maker=DecisionMaker.OFFICE_HOLDER).order_by("decided_by_post_fi")
    return list(rows.values_list("decided_by_post_fi", flat=True).distinct())


def name_official(
    post: str,
    *,
    user: User,
    is_deputy: bool,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    by: Any,
    now: datetime,
) -> DecidingOfficial:
    """Name a person to decide in the post for a term (both days included), as holder or deputy, and tell them.

    The same from the same day again returns what stands. Refused: ``own_role``, ``unknown_post``,
    ``official_refused`` (no reason, wrong order of days, a term that overlaps); 404 without the right.
    """
    with transaction.atomic():
        advisory_lock(LOCK, 0)
        if not has_any_staff_role(by, now, "administrator"):
            raise Http404
        if by.pk == user.pk:
            raise Refused("own_role", _("Et voi nimetä itseäsi päättäjäksi. Pyydä toista pääkäyttäjää."))
        if post not in deciding_titles():
            raise Refused("unknown_post", _("Tämä virka ei päätä mistään avustuslajista. Valitse virka luettelosta."))
        there: DecidingOfficial | None = DecidingOfficial.objects.filter(
            post=post, user=user, valid_from=valid_from, is_deputy=is_deputy
        ).first()
        if there is not None:
            return there
        row = DecidingOfficial(
            post=post,
            user=user,
            is_deputy=is_deputy,
            valid_from=valid_from,
            valid_until=valid_until,
            reason=reason.strip(),
            given_by=by,
            given_at=now,
        )
        save_checked(row, "official_refused")
        outbox.queue(
            kind="grants.official",
            to=user,
            subject=format_lazy(gettext_lazy("Sinut on nimetty päättämään avustuksista: {post}"), post=post),
            template="emails/grants/official",
            context={"row": row, "link": outbox.absolute(reverse("grants:official"))},
            dedup_key=f"grants.official:{row.pk}",
            now=now,
        )
    return row


def end_official(row: DecidingOfficial, *, ends_on: date, by: Any, now: datetime) -> DecidingOfficial:
    """End the duty on a day, which is its last; ended on the same day again it stays. Refused ``official_refused``."""
    with transaction.atomic():
        advisory_lock(LOCK, 0)
        locked: DecidingOfficial = get_allowed("grants.official.manage", by, now=now, lock=True, pk=row.pk)
        if locked.valid_until == ends_on:
            return locked
        locked.valid_until = ends_on
        save_checked(locked, "official_refused")
    return locked
