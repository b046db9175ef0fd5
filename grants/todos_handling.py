"""What waits for the people of the handling: coordinator, assessor, presenter, member, secretary."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from grants.distribution import without_assessor
from grants.models import Application, Assessment, ConflictDeclaration, GrantCall
from grants.policies import cases_of_assessor
from liaisons.models import DECIDING, Seat


def handling_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; a fixed number of queries, whatever the number of calls and cases."""
    if not user.is_authenticated:
        return
    yield from _coordinators(user, now)
    yield from _assessors(user, now)
    yield from _presenters(user, now)
    yield from _members(user, now)
    yield from _secretaries(user, now)


def _cases(condition: Q) -> Count:
    return Count("applications", filter=Q(applications__state="in_handling") & condition, distinct=True)


def _coordinators(user: Any, now: datetime) -> Iterator[Todo]:
    managed = allowed("grants.call.manage", user, now=now)
    for call in managed.filter(state="handling").annotate(
        unproposed=_cases(Q(applications__proposal__isnull=True)),
        done=Count("applications__assessments", filter=Q(applications__assessments__state="done"), distinct=True),
    ):
        if not call.unproposed:
            continue
        count = call.unproposed
        left = ngettext("%(count)s hakemus on ilman esitystä.", "%(count)s hakemusta on ilman esitystä.", count)
        yield Todo(
            title=_("Tee esitykset: %(call)s") % {"call": call.title} if call.done else _named(call),
            url=reverse("grants:proposals" if call.done else "grants:call_assessors", args=[call.pk]),
            button=_("Avaa esitys") if call.done else _("Nimeä arvioijat"),
            detail=left % {"count": count},
        )
    yield from _unshared(user, now)
    yield from _to_issue(user, now)


def _unshared(user: Any, now: datetime) -> Iterator[Todo]:
    """Cases of a shared call that nobody active assesses; those of the person's own conflict are not told."""
    readable = allowed("grants.application.view", user, now=now).filter(
        without_assessor(now),
        call__in=allowed("grants.call.manage", user, now=now).filter(state="handling").values("pk"),
    )
    rows: Any = readable.order_by("call").values("call", "call__title_fi").annotate(count=Count("pk"))
    for row in rows:
        count = row["count"]
        left = ngettext("%(count)s hakemus ilman arvioijaa", "%(count)s hakemusta ilman arvioijaa", count)
        yield Todo(
            title=_("Jaa hakemukset: %(call)s") % {"call": row["call__title_fi"]},
            url=reverse("grants:distribution", args=[row["call"]]),
            button=_("Avaa jako"),
            detail=left % {"count": count},
        )


def _named(call: GrantCall) -> str:
    return _("Huolehdi arvioinneista: %(call)s") % {"call": call.title}


def _to_issue(user: Any, now: datetime) -> Iterator[Todo]:
    """Decisions to serve; that a final one can be paid is told by ``grants.todos_money``."""
    rows: Any = (
        allowed("grants.decision.issue", user, now=now)
        .filter(state="recorded")
        .order_by()
        .values("application__call", "application__call__title_fi")
        .annotate(recorded=Count("pk"))
    )
    for row in rows:
        count = ngettext("%(count)s päätös.", "%(count)s päätöstä.", row["recorded"])
        yield Todo(
            title=_("Anna päätökset tiedoksi: %(call)s") % {"call": row["application__call__title_fi"]},
            url=reverse("grants:decisions", args=[row["application__call"]]),
            button=_("Avaa päätökset"),
            detail=count % {"count": row["recorded"]},
        )


def _assessors(user: Any, now: datetime) -> Iterator[Todo]:
    own = Assessment.objects.filter(application=OuterRef("pk"), assessor=user, state="done")
    conflict = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=user, has_conflict=True)
    left = cases_of_assessor(user, now).exclude(Exists(own)).exclude(Exists(conflict)).count()
    if left:
        title = ngettext("Arvioi %(count)s hakemus", "Arvioi %(count)s hakemusta", left)
        yield Todo(title=title % {"count": left}, url=reverse("grants:assessments"), button=_("Avaa arvioinnit"))


def _presenters(user: Any, now: datetime) -> Iterator[Todo]:
    calls = allowed("grants.call.present", user, now=now).filter(state="handling")
    for call in calls.annotate(cases=_cases(Q()), unproposed=_cases(Q(applications__proposal__isnull=True))):
        if call.cases and not call.unproposed:
            yield Todo(
                title=_("Vie esitykset kokoukseen: %(call)s") % {"call": call.title},
                url=reverse("grants:call_present", args=[call.pk]),
                button=_("Valitse kokous"),
            )


def _members(user: Any, now: datetime) -> Iterator[Todo]:
    bodies = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    declared = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=user)
    waiting = (
        Application.objects.filter(call__kind__decided_by__in=bodies, call__state="presented", state="in_handling")
        .exclude(Exists(declared))
        .values("call")
    )
    calls = GrantCall.objects.filter(pk__in=waiting, agenda_item__meeting__state="planned")
    for call in calls.select_related("agenda_item__meeting"):
        item = call.agenda_item
        yield Todo(
            title=_("Ilmoita mahdollinen esteellisyys ennen kokousta: %(call)s") % {"call": call.title},
            url=reverse("grants:committee_call", args=[call.pk]),
            button=_("Avaa luettelo"),
            due=item.meeting.starts_at if item else None,
        )


def _secretaries(user: Any, now: datetime) -> Iterator[Todo]:
    calls = allowed("grants.call.decide", user, now=now).filter(state="presented")
    for call in calls.filter(agenda_item__meeting__state__in=["held", "minutes_checked"]):
        yield Todo(
            title=_("Kirjaa kokouksen päätökset: %(call)s") % {"call": call.title},
            url=reverse("grants:decisions_record", args=[call.pk]),
            button=_("Kirjaa päätökset"),
        )
