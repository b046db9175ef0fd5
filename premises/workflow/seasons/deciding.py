"""The decision: the round is decided once, then each application is settled in a transaction of its own.

Killed in the middle, the worker goes on with the next application that has no answer (docs/decisions/0050).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import Refused
from common.policies import get_allowed
from liaisons.letters import said
from organisations import timeline
from organisations.batches import Left
from organisations.models import Visibility
from premises import rules, writer
from premises.availability import free_for
from premises.life_cycles import SEASON, SEASON_APPLICATION
from premises.models import Booking, BookingSeries, BookingSource, SeasonApplication, SeasonRound, SeasonTurn, UseTerms
from premises.recurrence import Occasion
from premises.seasons import letters
from premises.seasons.clashes import clashes
from premises.seasons.gathering import Pattern, days_of
from premises.seasons.reasons import told_all
from premises.seasons.telling import place_and_time
from premises.tree import Tree
from premises.workflow.base import Details, new_booking
from premises.workflow.seasons.computing import is_computing


@transaction.atomic
def decide_season(season: SeasonRound, *, by: Any, now: datetime) -> SeasonRound:
    """Confirm the allocation; the worker then makes the bookings and the letters. Again changes nothing.

    Refused: wrong_state, computing, clash.
    """
    from premises.tasks import settle_season

    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state == "decided":
        return row
    state = SEASON.check(row.state, "decide")
    if is_computing(row, now):
        raise Refused("computing", _("Ehdotusta lasketaan juuri nyt. Odota, kunnes laskenta on valmis."))
    turns = SeasonTurn.objects.filter(application__round=row).select_related("room")
    if clashes(list(turns)):
        raise Refused("clash", _("Ehdotuksessa on päällekkäisiä vuoroja. Siirrä tai poista ne ensin."))
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    key = row.pk
    transaction.on_commit(lambda: settle_season.delay(key))
    return row


def unsettled() -> list[int]:
    """Return the decided rounds in which somebody still waits for an answer: a worker was killed."""
    waiting = SeasonApplication.objects.filter(state="sent", round__state="decided")
    return sorted(set(waiting.values_list("round", flat=True)))


@transaction.atomic
def settle_next(pk: int, *, now: datetime) -> Left:
    """Book the turns of the round's next application, write its letter, and tell what is left."""
    waiting = SeasonApplication.objects.filter(round=pk, round__state="decided", state="sent").order_by("pk")
    row = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return Left.WITH_ANOTHER if waiting.exists() else Left.NOTHING
    application = SeasonApplication.objects.select_related("round__decided_by", "organisation", "sent_by").get(
        pk=row.pk
    )
    turns = list(application.turns.select_related("room__site").order_by("weekday", "start_time", "pk"))
    given = _Giving(application, now).book(turns)
    application.state = SEASON_APPLICATION.check(application.state, "grant" if given else "refuse")
    application.settled_at = now
    application.save(update_fields=["state", "settled_at", "reasons"])
    _tell(application, given, now)
    return Left.MORE


@dataclass
class _Day:
    """One day of a turn that is being booked."""

    occasion: Occasion
    reason: str = ""


@dataclass
class _Giving:
    """Books the turns of one application under one set of locks."""

    application: SeasonApplication
    now: datetime
    given: list[tuple[SeasonTurn, int]] = field(default_factory=list)

    def book(self, turns: list[SeasonTurn]) -> list[tuple[SeasonTurn, int]]:
        """Return the turns that were booked, each with the number of its days."""
        plans = [(turn, self._plan(turn)) for turn in turns if turn.series_id is None]
        if plans:
            tree = writer.lock(list({turn.room_id: turn.room for turn, _days in plans}.values()))
            for turn, days in plans:
                self._write(tree, turn, days)
        return self.given

    def _plan(self, turn: SeasonTurn) -> list[_Day]:
        """Return the days with the reasons that the room's hours give; read before the locks."""
        pattern = Pattern(turn.weekday, turn.start_time, turn.end_time)
        days = [_Day(one, rules.kept(one.skipped_reason)) for one in days_of(self.application.round, pattern)]
        open_ones = [day for day in days if not day.reason]
        found = free_for([turn.room], [day.occasion.span for day in open_ones], near=False)[turn.room_id]
        for day, verdict in zip(open_ones, found, strict=True):
            if day.occasion.span.start < self.now:
                day.reason = rules.kept("past")
            elif not verdict.is_free and verdict.why != "taken":
                day.reason = rules.kept(verdict.why)
        return days

    def _write(self, tree: Tree, turn: SeasonTurn, days: list[_Day]) -> None:
        left = [day for day in days if not day.reason]
        looked = writer.clashes(tree, turn.room, [day.occasion.span for day in left], now=self.now) if left else []
        for day, taken in zip(left, looked, strict=True):
            if taken:
                day.reason = rules.kept("taken")
        count = sum(not day.reason for day in days)
        if not count:
            lost = {"code": "lost", "turn": str(place_and_time(turn))}
            self.application.reasons = [*self.application.reasons, lost]
            return
        turn.series = self._series(turn, days)
        turn.save(update_fields=["series"])
        terms = self._terms(turn)
        rows = [self._row(turn, day, terms) for day in days]
        Booking.objects.bulk_create(rows)
        writer.hold(tree, turn.room, [row for row in rows if row.state == "confirmed"])
        self.given.append((turn, count))

    def _series(self, turn: SeasonTurn, days: list[_Day]) -> BookingSeries:
        return BookingSeries.objects.create(
            room=turn.room,
            first_day=days[0].occasion.day,
            last_day=days[-1].occasion.day,
            every_weeks=1,
            start_time=turn.start_time,
            end_time=turn.end_time,
            skips_holidays=True,
            made_by=self.application.round.decided_by,
            made_at=self.now,
        )

    def _terms(self, turn: SeasonTurn) -> UseTerms | None:
        """Return the terms of the room that the applicant had before them when sending; later ones are not theirs."""
        terms, sent_at = rules.terms_of([turn.room])[turn.room_id], self.application.sent_at
        return terms if terms is not None and sent_at is not None and terms.published_at <= sent_at else None

    def _row(self, turn: SeasonTurn, day: _Day, accepted: UseTerms | None) -> Booking:
        application = self.application
        row = new_booking(
            room=turn.room,
            holder=application.organisation,
            span=day.occasion.span,
            details=Details(
                purpose=application.purpose,
                expected_number=application.number,
                contact_name=application.contact_name,
                contact_phone=application.contact_phone,
                wishes=application.wishes,
                source=BookingSource.SEASON,
            ),
            terms=accepted,
            state="skipped" if day.reason else "confirmed",
            by=application.sent_by,
            now=self.now,
            series=turn.series,
            reason=day.reason,
        )
        if accepted:
            row.terms_accepted_at = application.sent_at
        if row.state == "confirmed":
            row.decided_by = application.round.decided_by
        return row


def _tell(application: SeasonApplication, given: list[tuple[SeasonTurn, int]], now: datetime) -> None:
    """One entry on the timeline and one letter with the result and its reasons."""
    season = application.round
    lines: list[Any] = []
    for turn, count in given:
        lines.append(said("%(turn)s: %(count)s", turn=place_and_time(turn), count=_Times(count)))
    if given:
        subject = said(_("Saitte kausivuoron: %(name)s"), name=season.name)
        lines.insert(0, _("Järjestönne sai vuoron. Varaukset on tehty, ja näette ne omista tilavarauksistanne."))
        words = _("Kausivuoroja myönnetty: %(count)s (%(name)s).")
    else:
        subject = said(_("Vuoroa ei saatu: %(name)s"), name=season.name)
        lines.append(_("Emme voineet antaa järjestöllenne vuoroa."))
        words = _("Kausivuoroa ei saatu (%(name)s).")
    lines += [_Told(reason) for reason in application.reasons]
    lines.append(_("Vapaita aikoja voi varata myös jaon jälkeen tilojen hausta."))
    timeline.write(
        application.organisation,
        words,
        {"name": season.name, "count": len(given)},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=season.decided_by,
        link=application.get_absolute_url(),
    )
    letters.tell(application, "season_result", subject, lines, now=now)


class _Times:
    """How many times, in the language of whoever reads."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __str__(self) -> str:
        return ngettext("%(count)s varattu kerta", "%(count)s varattua kertaa", self.count) % {"count": self.count}


class _Told:
    """A reason, in the language of whoever reads."""

    def __init__(self, reason: dict[str, Any]) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return " ".join(told_all([self.reason]))
