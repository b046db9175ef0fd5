"""What waits about recoveries: a statement to give, a decision to record, money that is late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import add_days, day_start, local_date


def recovery_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; two queries and what the rights ask."""
    if not user.is_authenticated:
        return
    yield from _own(user, now)
    today = local_date(now)
    heard = Q(state="hearing") & (~Q(statement="") | Q(answer_by__lt=today))
    waiting = allowed("grants.recovery.decide", user, now=now).filter(heard).count()
    if waiting:
        title = ngettext("Kirjaa %(count)s takaisinperintäpäätös", "Kirjaa %(count)s takaisinperintäpäätöstä", waiting)
        yield Todo(
            title=title % {"count": waiting}, url=reverse("grants:recoveries"), button=_("Avaa takaisinperinnät")
        )
    owed: Any = allowed("grants.recovery.collect", user, now=now).filter(state="decided", due_on__lt=today)
    late = owed.unclaimed(now).count()
    if late:
        title = ngettext(
            "%(count)s takaisinperintä on maksamatta yli eräpäivän",
            "%(count)s takaisinperintää on maksamatta yli eräpäivän",
            late,
        )
        url = f"{reverse('grants:recoveries')}?tila=velka"
        yield Todo(title=title % {"count": late}, url=url, button=_("Avaa takaisinperinnät"))


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    open_now = Q(state="hearing", answer_by__gte=local_date(now), statement="") | Q(state="decided")
    rows: Any = allowed("grants.recovery.answer", user, now=now).filter(open_now)
    for row in (
        rows.unclaimed(now)
        .select_related("decision__application__organisation", "decision__application__call")
        .order_by("pk")
    ):
        application = row.decision.application
        is_heard = row.state == "hearing"
        title = _("Antakaa lausuma takaisinperinnästä: %(call)s") if is_heard else _("Maksakaa takaisin: %(call)s")
        day = row.answer_by if is_heard else row.due_on
        yield Todo(
            title=title % {"call": application.call.title},
            url=reverse("grants:own_recovery", args=[application.organisation_id, row.pk]),
            button=_("Avaa asia"),
            due=day_start(add_days(day, 1)) - timedelta(minutes=1),
            detail=application.organisation.name + ".",
            target=("organisation", application.organisation_id),
        )
