"""Statements of a case for reading, who would answer a request, and what waits for a liaison person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from common.policies import allowed, may
from common.seams import Reminder, Todo
from common.times import add_days, format_date, local_date
from grants.models import Application, CaseStatement, ConflictDeclaration
from grants.models.statements import STATEMENT_REMIND_DAYS
from grants.workflow.case_events import path_of
from liaisons.models import Post, PostLevel, Substitute
from liaisons.own_desk import OwnPostsDesk
from liaisons.responsible import covering, holders_on, with_absence

WITH_POST = ("post__unit", "post__municipality")


def posts_to_ask(now: datetime) -> QuerySet[Post]:
    """Return the county's own liaison posts in force; municipalities are asked their opinion in its own way."""
    posts = Post.objects.on(local_date(now)).exclude(level=PostLevel.MUNICIPAL).by_level()
    return posts.select_related("unit", "municipality")


def answerers(posts: Iterable[Post], now: datetime, without: Iterable[int] = ()) -> dict[int, User]:
    """Return post id -> who would answer today: a holder who is in, else a substitute who is; two queries.

    People whose keys are in ``without`` (a conflict of interest) are passed over; a post without anybody is left out.
    """
    day, left_out = local_date(now), set(without)
    asked = list(posts)
    held = holders_on(asked, day)
    rows = Substitute.objects.filter(
        covering(day), appointment__in=[row.pk for many in held.values() for row in many], user__is_active=True
    ).select_related("user")
    standing: dict[int, list[Any]] = {}
    for row in with_absence(rows, day).filter(is_away=False).order_by("order", "pk"):
        standing.setdefault(row.appointment_id, []).append(row.user)
    found: dict[int, User] = {}
    for post in asked:
        people = [row.user for row in held[post.pk] if not row.is_away]
        people += [user for row in held[post.pk] for user in standing.get(row.pk, [])]
        able = [person for person in people if person.pk not in left_out]
        if able:
            found[post.pk] = able[0]
    return found


def conflicted_in(application: Application) -> set[int]:
    """Return the keys of the people who have declared a conflict of interest in the case; one query."""
    rows = ConflictDeclaration.objects.filter(application=application, has_conflict=True)
    return set(rows.values_list("user", flat=True))


def with_later_conflict(rows: QuerySet[CaseStatement]) -> QuerySet[CaseStatement]:
    """Add ``later_recused``: who gave the statement has declared a conflict of interest afterwards."""
    declared = ConflictDeclaration.objects.filter(
        application=OuterRef("application"), user=OuterRef("answered_by"), has_conflict=True
    )
    return rows.annotate(later_recused=Exists(declared)).select_related(*WITH_POST, "answered_by", "asked_person")


def statements_of(case: Application, user: Any, now: datetime) -> list[CaseStatement]:
    """Return the given statements of a case for who reads it.

    Who has not yet given their own sees nobody else's, so that each says what they think themselves; who follows the
    officers' work sees all.
    """
    rows = with_later_conflict(case.statements.filter(state="given"))
    own = allowed("grants.statement.give", user, now=now).filter(application=case, state="asked")
    if own.exists() and not may("grants.case.follow", user, case, now=now):
        rows = rows.filter(answered_by=user)
    return list(rows)


def own_requests(user: Any, now: datetime) -> Any:
    """Return the requests to the person's posts with ``recused`` and ``declared``, those that wait first."""
    declared = ConflictDeclaration.objects.filter(application=OuterRef("application"), user=user)
    rows = allowed("grants.statement.listed", user, now=now).annotate(
        declared=Exists(declared), recused=Exists(declared.filter(has_conflict=True))
    )
    return rows.select_related("application__organisation", "application__call", *WITH_POST)


def own_waiting(user: Any, now: datetime) -> Any:
    """Return those that the person can still answer, the first due first."""
    waiting = CaseStatement.objects.waiting().filter(due_on__gte=local_date(now))
    return own_requests(user, now).filter(pk__in=waiting.values("pk"), recused=False).order_by("due_on", "pk")


def statement_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: statements that the person is asked for; one query."""
    if not user.is_authenticated:
        return
    for row in own_waiting(user, now):
        yield Todo(
            title=_("Anna lausunto hakemuksesta: %(name)s") % {"name": row.application.organisation.name},
            url=reverse("grants:own_statement", args=[row.pk]),
            button=_("Anna lausunto"),
            due=row.last_instant,
            detail=row.application.call.title + ".",
        )


@dataclass(frozen=True)
class StatementPanel:
    """How many statements wait for the person, for ``template``."""

    waiting: int
    template: str = "grants/statements/panel.html"


def statement_panel(user: Any, thing: Any, now: datetime) -> Iterator[StatementPanel]:
    """Provider of the ``panels`` seam: on a liaison person's own page, when something has been asked; one query."""
    if not isinstance(thing, OwnPostsDesk):
        return
    waiting = Q(pk__in=own_waiting(user, now).order_by().values("pk"))
    counts = allowed("grants.statement.listed", user, now=now).aggregate(
        total=Count("pk"), waiting=Count("pk", filter=waiting)
    )
    if counts["total"]:
        yield StatementPanel(counts["waiting"])


def statement_reminders(now: datetime) -> Iterator[Reminder]:
    """Yield reminders of statements that have not been given three days before their day, to who answers for the post.

    A request whose time is shorter than that is not reminded of. A fixed number of queries.
    """
    today = local_date(now)
    rows = [
        row
        for row in CaseStatement.objects.waiting()
        .filter(due_on__gte=today, due_on__lte=add_days(today, STATEMENT_REMIND_DAYS))
        .select_related("application__call", "application__organisation", *WITH_POST)
        .order_by("pk")
        if local_date(row.asked_at) < add_days(row.due_on, -STATEMENT_REMIND_DAYS)
    ]
    if not rows:
        return
    conflicts: dict[int, set[int]] = {}
    declared = ConflictDeclaration.objects.filter(
        application__in=[row.application_id for row in rows], has_conflict=True
    )
    for case, recused in declared.values_list("application", "user"):
        conflicts.setdefault(case, set()).add(recused)
    # Hardly any case has a conflict: the posts of the others are asked about at once.
    usual = answerers([row.post for row in rows], now)
    for row in rows:
        biased = conflicts.get(row.application_id, set())
        person = usual.get(row.post_id)
        if person is not None and person.pk in biased:
            person = answerers([row.post], now, biased).get(row.post_id)
        if person is not None:
            yield _reminder(row, person)


def _reminder(row: CaseStatement, user: User) -> Reminder:
    with translation.override(user.language):
        subject = _("Lausuntosi puuttuu, viimeistään %(day)s") % {"day": format_date(row.due_on)}
    return Reminder(
        kind="grants.statement_reminder",
        to=user,
        subject=subject,
        template="emails/grants/statement_reminder",
        context={
            "application": row.application,
            "call": row.application.call,
            "organisation": row.application.organisation,
            "statement": row,
            "path": path_of("own_statement", row.pk),
        },
        dedup_key=f"grants.statement_reminder:{row.pk}:{row.due_on:%Y%m%d}:{user.pk}",
    )
