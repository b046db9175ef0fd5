"""What waits in reports: a draft for the coordinator, a report to read for the committee."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Todo
from reports.models import ReportReading


def todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield unfinished reports of the coordinator and unread ones of a committee's member."""
    for report in allowed("reports.annual.manage", user, now=now).exclude(state="frozen").order_by("year"):
        yield Todo(
            title=_("Viimeistele vuosiraportti %(year)s") % {"year": report.year},
            url=reverse("reports:edit", args=[report.pk]),
            button=_("Avaa luonnos"),
            detail=str(report.state_label),
            target=("report", report.pk),
        )
    read = ReportReading.objects.filter(user=user).values("report") if user.is_authenticated else []
    for report in allowed("reports.annual.mark_read", user, now=now).exclude(pk__in=read).order_by("-year")[:3]:
        yield Todo(
            title=_("Lue järjestöyhteistyön vuosiraportti %(year)s") % {"year": report.year},
            url=reverse("reports:report", args=[report.pk]),
            button=_("Lue raportti"),
            target=("report", report.pk),
        )
