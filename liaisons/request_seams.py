"""Co-operation requests where other rooms ask: what waits, reminders of late ones, panels, retention."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role, has_staff_role
from common.policies import allowed
from common.seams import Reminder, Todo
from common.times import local_date
from liaisons.models import CooperationRequest
from liaisons.policies import posts_answered
from liaisons.policies.requests import READS_ALL
from liaisons.responsible import responsible_on
from liaisons.workflow.requests import close_silent
from organisations.county_panels import CountyFile
from organisations.models import Organisation
from organisations.workflow.guards import staff

KEPT = timedelta(days=5 * 365 + 1)
#: An answer to which nothing is said is taken to have helped.
SILENCE = timedelta(days=30)
SHOWN = 5


@dataclass(frozen=True)
class RequestsPanel:
    """The newest requests of one organisation, for ``template``."""

    organisation: Organisation
    rows: list[CooperationRequest]
    is_own: bool
    may_record: bool = False
    template: str = "liaisons/requests_panel.html"


def requests_panel(user: Any, thing: Any, now: datetime) -> Iterator[RequestsPanel]:
    """Provider of the ``panels`` seam, for the own page and the county's page of an organisation; one query.

    An officer who may not read the organisation's requests gets no panel, rather than one that says there are none.
    """
    organisation = thing.organisation if isinstance(thing, CountyFile) else thing
    if not isinstance(organisation, Organisation):
        return
    rows = list(allowed("liaisons.request.view", user, now=now).filter(organisation=organisation)[:SHOWN])
    if rows or organisation is thing or has_any_staff_role(user, now, *READS_ALL):
        may_record = organisation is not thing and has_any_staff_role(user, now, "coordinator")
        yield RequestsPanel(organisation, rows, organisation is thing, may_record)


def request_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: own posts' requests, late ones for the coordinator, answers to oneself."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    found = _waiting(user, now)
    if found:
        late = sum(row.is_late(today) for row in found)
        number = len(found)
        yield Todo(
            title=ngettext("Vastaa yhteen yhteistyöpyyntöön", "Vastaa %(count)s yhteistyöpyyntöön", number)
            % {"count": number},
            url=reverse("liaisons:requests_to_answer"),
            button=_("Vastaa"),
            detail=_("Myöhässä: %(count)s.") % {"count": late} if late else "",
        )
    asked = CooperationRequest.objects.filter(asked_by=user, state__in=("waiting_asker", "answered"))
    for row in asked.order_by("pk")[:SHOWN]:
        title = _("Kerro, auttoiko vastaus: %(subject)s") if row.state == "answered" else _("Vastaa: %(subject)s")
        yield Todo(title=title % {"subject": row.subject}, url=row.get_absolute_url(), button=_("Avaa pyyntö"))


def need_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: needs whose time for ideas has passed wait for what came of them."""
    rows = allowed("liaisons.need.manage", user, now=now).filter(state="published", open_until__lt=local_date(now))
    for row in rows.order_by("open_until", "pk")[:SHOWN]:
        yield Todo(
            title=_("Kerro, mitä tarpeesta tuli: %(title)s") % {"title": row.title},
            url=row.get_absolute_url(),
            button=_("Avaa tarve"),
        )


def _waiting(user: Any, now: datetime) -> list[CooperationRequest]:
    """Return what waits for the person: in their own posts; for the coordinator also what is late or nobody's."""
    waiting = CooperationRequest.objects.filter(state__in=("received", "in_progress"))
    own = Q(post__in=posts_answered(user, now).values("pk"))
    if not has_staff_role(user, StaffRoleKind.COORDINATOR, now):
        return list(waiting.filter(own))
    today = local_date(now)
    rows = list(waiting.select_related("post"))
    answers = responsible_on({row.post_id: row.post for row in rows}.values(), today)
    return [row for row in rows if answers[row.post_id].user in (None, user) or row.is_late(today)]


def late_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: the promise has passed; who answers is told once, and nobody means all."""
    today = local_date(now)
    rows = list(CooperationRequest.objects.late(today).select_related("post", "organisation", "asked_by"))
    answers = responsible_on({row.post_id: row.post for row in rows}.values(), today)
    coordinators = list(staff(now, StaffRoleKind.COORDINATOR)) if rows else []
    for row in rows:
        user = answers[row.post_id].user
        for person in [user] if user else coordinators:
            yield Reminder(
                kind="liaisons.request_late",
                to=person,
                subject=format_lazy(gettext_lazy("Luvattu vastaus on myöhässä: {subject}"), subject=row.subject),
                template="emails/liaisons/request_to_county",
                context={"request": row},
                dedup_key=f"liaisons.request_late:{row.pk}:{row.due_on}:{person.pk}",
            )


def request_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: silent answers are closed, ended requests go after five years."""
    for row in CooperationRequest.objects.filter(state="answered", answered_at__lt=now - SILENCE):
        close_silent(row, now=now)
    _all, erased = CooperationRequest.objects.filter(closed_at__lt=now - KEPT).delete()
    return {"liaisons.CooperationRequest": erased.get("liaisons.CooperationRequest", 0)}
