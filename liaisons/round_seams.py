"""Comment rounds where other rooms ask: what waits, the week's reminder, calendar, panel, search, retention."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common import clock, seams
from common.policies import allowed
from common.seams import CalendarEntry, Reminder, SearchHit, Todo
from common.times import day_start, local_date
from liaisons.asked import people_of
from liaisons.letters import said
from liaisons.models import CommentRound, RoundComment
from liaisons.policies import may_manage_rounds
from liaisons.rounds_asked import round_organisations, rounds_asking
from notifications.kinds import register_kind
from organisations.merging import register_merge_rule, same_stays
from organisations.models import Organisation

BEFORE_CLOSING = timedelta(days=7)
#: Nobody is reminded of what they were asked the day before.
AFTER_ASKING = timedelta(days=2)
DRAFTS_KEPT = timedelta(days=365)
NAMES_KEPT = timedelta(days=6 * 365 + 2)
SHOWN = 5


@dataclass(frozen=True)
class RoundsPanel:
    """The rounds that ask one organisation now, with whether it has commented, for ``template``."""

    organisation: Organisation
    rows: list[tuple[CommentRound, bool]]
    template: str = "liaisons/rounds_panel.html"


def rounds_panel(user: Any, organisation: Any, now: datetime) -> Iterator[RoundsPanel]:
    """Provider of the ``panels`` seam, for an organisation's own page; two queries."""
    if not isinstance(organisation, Organisation):
        return
    rounds = list(rounds_asking(_open(now), organisation).order_by("closes_at")[:SHOWN])
    done = set(
        RoundComment.objects.sent().filter(organisation=organisation, round__in=rounds).values_list("round", flat=True)
    )
    yield RoundsPanel(organisation, [(row, row.pk in done) for row in rounds])


def _open(now: datetime) -> Any:
    return CommentRound.objects.taking_comments(now)


def round_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: rounds that ask the person's organisations; the coordinator's unanswered ones."""
    if not user.is_authenticated:
        return
    if may_manage_rounds(user, now):
        yield from _to_answer(now)
    if not _open(now).exists():
        return
    for organisation in allowed("organisations.prepare", user, now=now)[:SHOWN]:
        sent = RoundComment.objects.sent().filter(organisation=organisation).values("round")
        for row in rounds_asking(_open(now), organisation).exclude(pk__in=sent).order_by("closes_at")[:SHOWN]:
            yield Todo(
                title=_("Kommentoi: %(title)s") % {"title": row.title},
                url=reverse("liaisons:own_round", args=[organisation.pk, row.pk]),
                button=_("Lue ja kommentoi"),
                due=row.closes_at,
                detail=organisation.name,
                target=("organisation", organisation.pk),
                quiet=True,
            )


def _to_answer(now: datetime) -> Iterator[Todo]:
    over = CommentRound.objects.filter(Q(state="closed") | Q(state="open", closes_at__lte=now))
    waiting = Count("comments", filter=Q(comments__sent_at__isnull=False, comments__answered_at__isnull=True))
    rows: Any = over.annotate(waiting=waiting).order_by("closes_at", "pk")[:10]
    for row in rows:
        title = _("Julkaise yhteenveto: %(title)s") % {"title": row.title}
        if row.waiting:
            words = ngettext(
                "Vastaa yhteen kommenttiin: %(title)s", "Vastaa %(count)s kommenttiin: %(title)s", row.waiting
            )
            title = words % {"count": row.waiting, "title": row.title}
        yield Todo(
            title=title,
            url=reverse("liaisons:round_answers" if row.waiting else "liaisons:round", args=[row.pk]),
            button=_("Vastaa") if row.waiting else _("Avaa kierros"),
        )


def round_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: a week before closing, to those asked who have not commented; once."""
    soon = CommentRound.objects.filter(
        state="open", closes_at__gt=now, closes_at__lte=now + BEFORE_CLOSING, announced_at__lte=now - AFTER_ASKING
    )
    for row in soon.order_by("pk"):
        sent = RoundComment.objects.sent().filter(round=row).values("organisation")
        for organisation, people in people_of(round_organisations(row).exclude(pk__in=sent), now).items():
            for person in people:
                yield Reminder(
                    kind="liaisons.round_reminder",
                    to=person,
                    subject=said(gettext_lazy("Ehdit vielä kommentoida: %(title)s"), title=row.title),
                    template="emails/liaisons/letter",
                    context={
                        "lines": [
                            said(
                                gettext_lazy("%(ngo)s ei ole vielä lähettänyt kommentteja. Aikaa on %(until)s asti."),
                                ngo=organisation.name,
                                until=row.closes_at,
                            )
                        ],
                        "path": reverse("liaisons:own_round", args=[organisation.pk, row.pk]),
                        "action": gettext_lazy("Lue luonnos ja kommentoi"),
                    },
                    dedup_key=f"liaisons.round_reminder:{row.pk}:{organisation.pk}:{person.pk}",
                )


def rounds_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: when rounds open and close, from ``first`` to ``last``, both included."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    rounds = CommentRound.objects.filter(confirmed_at__isnull=False).exclude(state="cancelled")
    for row in rounds.filter(opens_at__lt=end, closes_at__gte=start).order_by("closes_at"):
        for at, words in (
            (row.opens_at, _("Kommentointi alkaa: %(title)s")),
            (row.closes_at, _("Kommentointi päättyy: %(title)s")),
        ):
            if start <= at < end:
                yield CalendarEntry(
                    title=words % {"title": row.title},
                    on=local_date(at),
                    url=row.get_absolute_url(),
                    kind="comment_round",
                )


def round_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: rounds whose title or question holds every word; one query."""
    now = clock.now()
    rounds = allowed("liaisons.round.public", user, now=now)
    for word in words.split():
        rounds = rounds.filter(Q(title__icontains=word) | Q(asks__icontains=word))
    for row in rounds[:limit]:
        yield SearchHit(
            title=row.title,
            url=row.get_absolute_url(),
            kind=_("Kommentointikierros"),
            detail=str(row.public_label_at(now)[0]),
        )


def round_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: unsent drafts go a year after the round's end, writers' names after six.

    Comments and answers stay with the round by the records plan.
    """
    old = CommentRound.objects.filter(closes_at__lt=now - DRAFTS_KEPT).values("pk")
    drafts, _models = RoundComment.objects.filter(round__in=old, sent_at__isnull=True).delete()
    drafts += RoundComment.objects.filter(round__in=old).exclude(draft="").update(draft="")
    named = RoundComment.objects.filter(round__closes_at__lt=now - NAMES_KEPT, written_by__isnull=False)
    return {"liaisons.RoundComment.draft": drafts, "liaisons.RoundComment.written_by": named.update(written_by=None)}


def own_comments(user: Any) -> list[dict[str, Any]]:
    """Return what the person has written in rounds, for their own copy of their data."""
    fields = ("round__title", "part__title", "organisation__name", "draft", "text", "sent_at", "source")
    return list(RoundComment.objects.filter(written_by=user).values(*fields))


def register_rounds() -> None:
    """Give comment rounds to the seams, and register their messages; called once when the portal starts."""
    seams.todos.register("liaisons.rounds", round_todos)
    seams.reminders.register("liaisons.rounds", round_reminders)
    seams.calendar.register("liaisons.rounds", rounds_of_year)
    seams.panels.register("liaisons.rounds", rounds_panel)
    seams.search.register("liaisons.rounds", round_hits)
    seams.retention.register("liaisons.rounds", round_retention)
    register_merge_rule("liaisons.RoundComment", same_stays("round_id", "part_id"))
    register_kind("liaisons.round_open", gettext_lazy("Järjestöltäsi pyydetään kommentteja"))
    register_kind("liaisons.round_reminder", gettext_lazy("Kommentoinnin aika päättyy pian"))
    register_kind("liaisons.round_published", gettext_lazy("Kommentteihinne on vastattu"), required=True)
    register_kind(
        "liaisons.round_cancelled",
        gettext_lazy("Kommentointikierros, johon olette kirjoittaneet, on peruttu"),
        required=True,
    )
