"""The verbs of a series: see each clash beforehand, book in one go, try a skipped date again, cancel the rest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.errors import Refused
from common.policies import get_allowed
from liaisons.letters import said
from premises import mails, rules, writer
from premises.alternatives import Alternative, alternatives
from premises.availability import Verdict, free_for
from premises.life_cycles import BOOKING, LIVE
from premises.models import Booking, BookingSeries, Room, UseTerms
from premises.policies.bookings import Holder
from premises.recurrence import MOST_OCCASIONS, Occasion, Rule, occasions
from premises.spans import Span
from premises.tree import Tree
from premises.workflow.base import (
    Details,
    bookable_room,
    check_time,
    first_come,
    first_state,
    lock_booking,
    look,
    new_booking,
    on_timeline,
    read_booking,
)
from premises.workflow.offers import offer_freed


@dataclass(frozen=True)
class Choice:
    """What becomes of one day: booked as it is, left out, in another room, at another time of the same day."""

    action: str
    room: Room | None = None
    span: Span | None = None


@dataclass(frozen=True)
class Preview:
    """One day of a series before it is booked; ``alternatives`` are other rooms, ``verdict.near`` the same room."""

    occasion: Occasion
    verdict: Verdict
    alternatives: list[Alternative]


@dataclass(frozen=True)
class SeriesResult:
    """What came of a series: bookings (confirmed or requested) and the days left out, rows with their reason."""

    series: BookingSeries
    bookings: list[Booking]
    skipped: list[Booking]


@dataclass
class _Wish:
    """One day that is being booked."""

    occasion: Occasion
    room: Room
    span: Span
    reason: str = ""

    def row(self, *, state: str, **facts: Any) -> Booking:
        return new_booking(room=self.room, span=self.span, state=state, reason=self.reason, **facts)


def preview_series(*, room: Room, holder: Holder, rule: Rule, by: Any, now: datetime) -> list[Preview]:
    """Return each day of the rule with what stands in its way and what else there is; reads only, holds nothing.

    Raises Http404 for whom may not book for the holder. Refused: not_bookable, not_for_you, too_many.
    """
    row = bookable_room(room, holder, by, now)
    days = _days(rule)
    verdicts = free_for([row], [day.span for day in days], now=now)[row.pk]
    judged = [
        Verdict(day.span, False, "closed", None) if day.skipped_reason else verdict
        for day, verdict in zip(days, verdicts, strict=True)
    ]
    open_ones = [Verdict(one.span, True) if day.skipped_reason else one for day, one in zip(days, judged, strict=True)]
    others = alternatives(row, holder, open_ones, now=now)
    return [
        Preview(day, verdict, [pair for pair in found if pair[0].pk != row.pk])
        for day, verdict, found in zip(days, judged, others, strict=True)
    ]


def _days(rule: Rule) -> list[Occasion]:
    days = occasions(rule)
    if len(days) > MOST_OCCASIONS:
        raise Refused("too_many", _("Sarjassa on liikaa kertoja. Varaa enintään 60 kertaa yhdellä sarjalla."))
    return days


@transaction.atomic
def book_series(
    *,
    room: Room,
    holder: Holder,
    rule: Rule,
    choices: Mapping[date, Choice],
    all_or_nothing: bool,
    details: Details,
    terms: UseTerms | None,
    by: Any,
    now: datetime,
) -> SeriesResult:
    """Book every day of the rule as chosen, under one set of locks; what cannot be had stays as a row with the reason.

    A day without a choice is booked as it is. The same series again returns the first. With ``all_or_nothing`` one
    clash (a holiday or a chosen skip is none) refuses all. The terms accepted are those of ``room``; a chosen other
    room has them too, or its day is skipped. Raises Http404. Refused: as ``book``, and too_many, nothing_left,
    not_all.
    """
    row = bookable_room(room, holder, by, now)
    days = _days(rule)
    accepted = rules.check_terms(row, terms)
    again = _same_series(row, holder, rule)
    if again is not None:
        return again
    wishes = [_wish(day, choices.get(day.day, Choice("book")), row, holder, by, now) for day in days]
    _judge(wishes, accepted, now)
    tree = writer.lock(list({wish.room.pk: wish.room for wish in wishes}.values()))
    again = _same_series(row, holder, rule)
    if again is not None:
        return again
    _mark_taken(tree, wishes, now)
    _check_result(wishes, choices, all_or_nothing)
    series = BookingSeries.objects.create(
        room=row,
        first_day=rule.first_day,
        last_day=rule.last_day,
        every_weeks=rule.every_weeks,
        start_time=rule.start_time,
        end_time=rule.end_time,
        skips_holidays=rule.skips_holidays,
        made_by=by,
        made_at=now,
    )
    facts = {"holder": holder, "details": details, "terms": accepted, "by": by, "now": now, "series": series}
    result = _write(tree, series, wishes, facts)
    _tell_series(result, by=by, now=now)
    return result


def _wish(day: Occasion, choice: Choice, room: Room, holder: Holder, by: Any, now: datetime) -> _Wish:
    wish = _Wish(day, room, day.span, rules.kept(day.skipped_reason))
    if choice.action == "skip":
        wish.reason = wish.reason or rules.kept("by_choice")
    elif not wish.reason and choice.action in ("room", "time"):
        wish.span = choice.span or day.span
        if choice.room is not None and choice.room.pk != room.pk:
            wish.room = bookable_room(choice.room, holder, by, now)
    return wish


def _judge(wishes: list[_Wish], accepted: UseTerms | None, now: datetime) -> None:
    """Write the reason into the days that the rooms' rules do not give; a fixed number of queries a room."""
    by_room: dict[int, list[_Wish]] = defaultdict(list)
    for wish in wishes:
        if not wish.reason:
            by_room[wish.room.pk].append(wish)
    rooms = {wish.room.pk: wish.room for wish in wishes}
    terms = rules.terms_of(list(rooms.values()))
    for pk, here in by_room.items():
        wanted = terms[pk]
        strange = wanted is not None and (accepted is None or wanted.pk != accepted.pk)
        for wish, verdict in zip(here, free_for([rooms[pk]], [one.span for one in here], now=now)[pk], strict=True):
            if strange:
                wish.reason = rules.kept("other_terms")
            elif not verdict.is_free and verdict.why != "taken":
                wish.reason = rules.kept(verdict.why)


def _mark_taken(tree: Tree, wishes: list[_Wish], now: datetime) -> None:
    """Look under the locks: a day that somebody has gets its reason; two queries a room."""
    by_room: dict[int, list[_Wish]] = defaultdict(list)
    for wish in wishes:
        if not wish.reason:
            by_room[wish.room.pk].append(wish)
    for here in by_room.values():
        found = writer.clashes(tree, here[0].room, [wish.span for wish in here], now=now)
        for wish, rows in zip(here, found, strict=True):
            if rows:
                wish.reason = rules.kept("taken")


def _check_result(wishes: Sequence[_Wish], choices: Mapping[date, Choice], all_or_nothing: bool) -> None:
    if all(wish.reason for wish in wishes):
        raise Refused("nothing_left", _("Yhtään sarjan päivää ei voi varata. Valitse toinen aika tai tila."))
    if not all_or_nothing:
        return
    failed = [
        wish.occasion.day
        for wish in wishes
        if wish.reason
        and not wish.occasion.skipped_reason
        and choices.get(wish.occasion.day, Choice("book")).action != "skip"
    ]
    if failed:
        days = ", ".join(f"{day.day}.{day.month}." for day in failed)
        words = _("Mitään ei varattu, koska näitä päiviä ei saa: %(days)s Valitse niille muu aika tai tila.")
        raise Refused("not_all", str(words) % {"days": days})


def _write(tree: Tree, series: BookingSeries, wishes: list[_Wish], facts: dict[str, Any]) -> SeriesResult:
    """Save the rows and hold the confirmed ones, room by room."""
    states = {wish.room.pk: wish.room for wish in wishes}
    first = {pk: first_state(room, facts["by"], facts["now"]) for pk, room in states.items()}
    rows = [wish.row(state="skipped" if wish.reason else first[wish.room.pk], **facts) for wish in wishes]
    Booking.objects.bulk_create(rows)
    for pk, room in states.items():
        here = [row for row in rows if row.room_id == pk and row.state == "confirmed"]
        if here:
            writer.hold(tree, room, here)
    skipped = [row for row in rows if row.state == "skipped"]
    return SeriesResult(series, [row for row in rows if row.state != "skipped"], skipped)


def _same_series(room: Room, holder: Holder, rule: Rule) -> SeriesResult | None:
    """Return the holder's own series of the same rule that still has live bookings, for a form sent twice."""
    kind = "unit" if mails.unit_or_none(holder) else "organisation"
    series = BookingSeries.objects.filter(
        room=room,
        first_day=rule.first_day,
        last_day=rule.last_day,
        every_weeks=rule.every_weeks,
        start_time=rule.start_time,
        end_time=rule.end_time,
        pk__in=Booking.objects.live().filter(**{kind: holder}).values("series"),
    ).first()
    if series is None:
        return None
    rows = list(series.bookings.select_related("room__site", "organisation", "unit"))
    return SeriesResult(
        series, [row for row in rows if row.state in LIVE], [row for row in rows if row.state == "skipped"]
    )


def _tell_series(result: SeriesResult, *, by: Any, now: datetime) -> None:
    """One timeline entry, one letter to the booker and one to the manager of each site, however many days."""
    first = result.bookings[0]
    count = len(result.bookings)
    words = _("Tila varattu sarjana: %(room)s, %(count)s kertaa, ensimmäinen %(when)s.")
    on_timeline(first, words, by=by, now=now, count=count, when=mails.when(first))
    lines = [said(_COUNTED % {"count": count}), *_listed(result.bookings), *_left_out(result.skipped)]
    mails.tell_holder(first, "series_booked", _("Sarja on varattu: %(room)s, alkaen %(when)s"), lines, now=now)
    asked: dict[int, list[Booking]] = defaultdict(list)
    for row in result.bookings:
        if row.state == "requested":
            asked[row.room.site_id].append(row)
    for rows in asked.values():
        head = _("Vahvista sarjan varaukset tai kerro, miksi ne eivät sovi.")
        what = [head, *mails.booker_facts(rows[0]), *_listed(rows)]
        subject = _("Sarja odottaa vahvistusta: %(room)s, alkaen %(when)s")
        mails.tell_managers(rows[0], "booking_asked", subject, what, now=now)


_COUNTED = ngettext_lazy("Sarjassa on %(count)s varaus.", "Sarjassa on %(count)s varausta.", "count")
_LINE = "%(when)s, %(room)s (%(state)s)"


def _listed(rows: Iterable[Booking]) -> list[Any]:
    return [said(_LINE, when=mails.when(row), room=row.room, state=BOOKING.label(row.state)) for row in rows]


def _left_out(rows: Iterable[Booking]) -> list[Any]:
    return [
        said(_("Jäi väliin %(when)s: %(reason)s"), when=mails.when(row), reason=row.reason)
        for row in rows
        if row.reason != rules.kept("by_choice")
    ]


@first_come
def try_again(booking: Booking, *, by: Any, now: datetime) -> Booking:
    """Book a skipped date of a series after all. Again changes nothing.

    Refused: wrong_state, the codes of the room's rules, taken.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.state in LIVE:
        return row
    target = first_state(row.room, by, now)
    state = BOOKING.check(row.state, "try_again", target=target)
    bookable_room(row.room, mails.holder_of(row), by, now)
    check_time(row.room, writer.span_of(row), now)
    tree = writer.lock([row.room])
    if state == "confirmed":
        look(tree, row, mails.holder_of(row), now)
    row.state, row.reason, row.sequence = state, "", row.sequence + 1
    if state == "confirmed":
        row.decided_by, row.decided_at = by, now
    row.save(update_fields=["state", "reason", "sequence", "decided_by", "decided_at"])
    if state == "confirmed":
        writer.hold(tree, row.room, [row])
        lines = [_("Väliin jäänyt päivä on nyt varattu."), *mails.facts(row)]
        mails.tell_holder(row, "booking_confirmed", _("Varaus on vahvistettu: %(room)s %(when)s"), lines, now=now)
    else:
        lines = [_("Vahvista varaus tai kerro, miksi se ei sovi."), *mails.booker_facts(row)]
        subject = _("Varaus odottaa vahvistusta: %(room)s %(when)s")
        mails.tell_managers(row, "booking_asked", subject, lines, now=now)
    return row


@transaction.atomic
def cancel_rest(booking: Booking, *, by: Any, now: datetime) -> list[Booking]:
    """Cancel this and the later bookings of its series that have not begun; return those cancelled, in order.

    One letter, and the queue is offered each freed time. Again returns nothing. Refused: no_series.
    """
    known: Booking = get_allowed("premises.booking.change", by, now=now, pk=booking.pk)
    if known.series_id is None:
        raise Refused("no_series", _("Varaus ei kuulu sarjaan. Peru se yksin."))
    later = Booking.objects.filter(series=known.series_id, starts_at__gte=known.starts_at, starts_at__gt=now)
    later = later.filter(state__in=(*LIVE, "skipped")).order_by("pk")
    keys = list(later.select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = [read_booking(pk) for pk in keys]
    if not rows:
        return []
    held = [row for row in rows if row.state == "confirmed"]
    tree = writer.lock([row.room for row in held]) if held else None
    for row in rows:
        row.state = BOOKING.check(row.state, "cancel")
        row.ended_at, row.sequence = now, row.sequence + 1
        row.save(update_fields=["state", "ended_at", "sequence"])
    writer.let_go(held)
    for row in held:
        if tree is not None:
            offer_freed(tree, row.room, writer.held_span(row.room, row), now=now)
    rows.sort(key=lambda row: (row.starts_at, row.pk))
    first = rows[0]
    words = _("Tilavarauksen sarjasta peruttu %(count)s kertaa: %(room)s, alkaen %(when)s.")
    on_timeline(first, words, by=by, now=now, count=len(rows), when=mails.when(first))
    lines = [_("Sarjan loput varaukset on peruttu."), *[mails.when(row) for row in rows]]
    mails.tell_holder(first, "booking_cancelled", _("Sarja on peruttu: %(room)s, alkaen %(when)s"), lines, now=now)
    return rows
