"""What waits in reports: a draft and questions for the coordinator, a report to read for the committee."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Todo
from common.times import local_date
from reports.models import DevelopmentGoal, ReportReading
from reports.models.goals import is_silent


def todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield unfinished reports of the coordinator and unread ones of a committee's member."""
    for report in allowed("reports.annual.manage", user, now=now).exclude(state="frozen").order_by("year"):
        yield Todo(
            title=_("Viimeistele vuosiraportti %(year)s") % {"year": report.year},
            url=reverse("reports:edit", args=[report.pk]),
            button=_("Avaa luonnos"),
            detail=f"{report.get_audience_display()}, {report.state_label}",
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


def question_todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield the questions about reports that wait for the coordinator's answer, the oldest first."""
    rows = allowed("reports.question.answer", user, now=now).filter(answered_at=None).select_related("report")
    for question in rows.order_by("asked_at", "pk")[:10]:
        yield Todo(
            title=_("Vastaa kysymykseen vuosiraportista %(year)s") % {"year": question.report.year},
            url=reverse("reports:question", args=[question.pk]),
            button=_("Vastaa"),
            detail=question.text[:80],
            target=("report_question", question.pk),
        )


def document_todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield the co-operation document whose comments have been answered: it waits for its decision."""
    rows = allowed("reports.cooperation.manage", user, now=now).filter(state="commenting", round__state="published")
    for document in rows.order_by("pk"):
        yield Todo(
            title=_("Vie järjestöyhteistyön asiakirja %(term)s päätettäväksi") % {"term": document.term},
            url=reverse("reports:cooperation_edit", args=[document.pk]),
            button=_("Avaa asiakirja"),
            target=("cooperation_document", document.pk),
        )


def goal_todos(user: Any, now: datetime) -> Iterable[Todo]:
    """Yield the goals that wait for a word of who answers for them; the period goes on."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    rows = DevelopmentGoal.objects.in_period(today.year).filter(responsible=user).order_by("order", "pk")
    last = dict(rows.order_by().annotate(last=Max("updates__on")).values_list("pk", "last"))
    for goal in rows if last else ():
        if is_silent(last[goal.pk], today):
            yield Todo(
                title=_("Kirjaa, miten kehittämistavoite %(number)s etenee") % {"number": goal.order + 1},
                url=reverse("reports:goal_follow", args=[goal.pk]),
                button=_("Kirjaa"),
                detail=goal.text[0],
                target=("goal", goal.pk),
            )
