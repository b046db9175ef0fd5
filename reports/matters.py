"""Where a report is dealt with, as far as the reader may know, and the way back from the matter to the report."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import MatterLink
from common.times import format_date
from reports.models import AnnualReport
from reports.models.agenda import ReportMatter


@dataclass(frozen=True)
class Dealt:
    """One meeting that deals with the report: in words, with the address that the reader may open."""

    matter: ReportMatter
    words: str
    where: str
    url: str
    may_take_off: bool = False


def dealt_with(report: AnnualReport, user: Any, now: datetime) -> list[Dealt]:
    """Return the meetings that deal with the report and that the person may know of, the earliest first."""
    rows = list(
        ReportMatter.objects.filter(report=report)
        .exclude(meeting__state="cancelled")
        .select_related("item", "meeting__body")
        .prefetch_related("meeting__body__names")
        .order_by("meeting__starts_at", "pk")
    )
    if not rows:
        return []
    items = [row.item_id for row in rows]
    inside = set(allowed("liaisons.item.read", user, now=now).filter(pk__in=items).values_list("pk", flat=True))
    public = set(allowed("liaisons.item.public", user, now=now).filter(pk__in=items).values_list("pk", flat=True))
    manages = set(allowed("reports.matter.manage", user, now=now).filter(report=report).values_list("pk", flat=True))
    found = []
    for row in rows:
        if row.item_id not in inside | public:
            continue
        url = (
            reverse("liaisons:item", args=[row.item_id])
            if row.item_id in inside
            else reverse("liaisons:public_meeting", args=[row.meeting_id])
        )
        held = row.meeting.state != "planned"
        words = _("Käsitelty:") if held else _("Käsitellään:")
        found.append(Dealt(row, words, _where(row), url, row.pk in manages and not held))
    return found


def _where(row: ReportMatter) -> str:
    """Return ``Lautakunta 117 §, 9.11.2026``; without § until the minutes give it."""
    section = f" {row.item.section_number}\N{NO-BREAK SPACE}§" if row.item.section_number else ""
    return f"{row.meeting.body_name}{section}, {format_date(row.meeting.starts_at)}"


def links_of_matters(items: Iterable[int], user: Any, now: datetime) -> Iterator[MatterLink]:
    """Provider of the ``matter_links`` seam: the report of each matter; a published report everybody may read."""
    rows = ReportMatter.objects.filter(item__in=list(items)).select_related("report").defer("report__figures")
    for row in rows:
        yield MatterLink(
            item=row.item_id,
            label=_("Raportti verkkosivuna: %(title)s") % {"title": row.report.title},
            url=reverse("reports:report", args=[row.report_id]),
        )
