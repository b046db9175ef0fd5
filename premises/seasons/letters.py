"""Letters about applications for a season: to who sent it, else to the organisation's administrators."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from organisations.models import Membership
from premises import mails
from premises.models import SeasonApplication

OPEN = _("Avaa vuorohakemus")


def people(application: SeasonApplication, now: datetime) -> list[User]:
    """Return whom to write to; one query."""
    members = Membership.objects.in_force(now).filter(organisation=application.organisation_id, user__is_active=True)
    rows = list(members.select_related("user").order_by("user"))
    sender = [row.user for row in rows if row.user_id == application.sent_by_id]
    admins = {row.user_id: row.user for row in rows if row.role == "admin"}
    return sender[:1] or list(admins.values())


def tell(
    application: SeasonApplication, kind: str, subject: Any, lines: Iterable[Any], *, now: datetime, key: str = ""
) -> None:
    """Queue one letter of ``premises.<kind>`` to each of the applicant's people, once for each ``key``."""
    said_lines = list(lines)
    for user in people(application, now):
        mails.letter(
            kind,
            user,
            subject,
            said_lines,
            path=application.get_absolute_url(),
            button=OPEN,
            key=f"{application.pk}:{key}",
            now=now,
        )
