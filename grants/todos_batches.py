"""What waits about payment batches: instalments to put on one, one to approve, one to send, answers to record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import local_date
from grants.batch_checks import candidates


def batch_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; three queries and what the rights ask."""
    if not user.is_authenticated:
        return
    address = reverse("grants:payment_batches")
    waiting = allowed("grants.payment_batch.handle", user, now=now).filter(state="made").exclude(made_by=user).count()
    if waiting:
        title = ngettext("Hyväksy %(count)s maksulista", "Hyväksy %(count)s maksulistaa", waiting)
        yield Todo(
            title=title % {"count": waiting},
            url=f"{address}?tila=made",
            button=_("Avaa maksulistat"),
            detail=_("Toinen henkilö on laatinut ne."),
        )
    unanswered = Q(state="sent", pay_on__lt=local_date(now))
    found = allowed("grants.payment_batch.manage", user, now=now).aggregate(
        approved=Count("pk", filter=Q(state="approved")), unanswered=Count("pk", filter=unanswered)
    )
    if found["approved"]:
        count = found["approved"]
        title = ngettext("Vie %(count)s maksulista maksuun", "Vie %(count)s maksulistaa maksuun", count)
        yield Todo(title=title % {"count": count}, url=f"{address}?tila=approved", button=_("Avaa maksulistat"))
    if found["unanswered"]:
        count = found["unanswered"]
        title = ngettext("Kirjaa %(count)s maksulistan maksut", "Kirjaa %(count)s maksulistan maksut", count)
        yield Todo(title=title % {"count": count}, url=f"{address}?tila=sent", button=_("Avaa maksulistat"))
    ready = candidates(user, now).count()
    if ready:
        title = ngettext("Laadi maksulista: %(count)s maksuerä", "Laadi maksulista: %(count)s maksuerää", ready)
        yield Todo(
            title=title % {"count": ready}, url=reverse("grants:payment_batch_new"), button=_("Laadi maksulista")
        )
