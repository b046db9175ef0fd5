"""What waits for an applicant: drafts of open calls that have not been sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Todo
from grants.applicant import progress
from grants.models import Application
from grants.state_aid import prefetch_aid


def draft_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Yield one thing to do for each unsent draft that the person may fill in; a fixed number of queries."""
    drafts = (
        Application.objects.unfinished(now)
        .filter(pk__in=allowed("grants.application.edit", user, now=now).values("pk"))
        .select_related("call", "organisation", "form_version")
        .prefetch_related("attachments", "call__attachment_slots")
        .order_by("call__closes_at", "pk")
    )
    found = list(drafts)
    prefetch_aid(found)
    for draft in found:
        done, total = progress(draft)
        title = _("Lähetä muutettu hakemus uudelleen: %(call)s") if draft.received_at else _("Lähetä hakemus: %(call)s")
        yield Todo(
            title=title % {"call": draft.call.title},
            url=reverse("grants:application", args=[draft.organisation_id, draft.pk]),
            button=_("Jatka hakemusta"),
            due=draft.call.closes_at,
            detail=_("%(organisation)s. %(done)s osaa %(total)s:sta valmiina.")
            % {"organisation": draft.organisation.name, "done": done, "total": total},
            target=("organisation", draft.organisation_id),
        )
