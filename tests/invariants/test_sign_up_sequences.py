"""Whatever is done to an event's sign-ups in whatever order: never over the places, nobody lost, the line in order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Refused
from forums.models import Event, EventPlaces, SignUp
from forums.sign_up_places import lock_places, settle
from forums.workflow.sign_ups import cancel, change_way, confirm
from tests.forums.factories import NOW
from tests.forums.sign_up_steps import hybrid, send

pytestmark = pytest.mark.django_db(transaction=False)
WAYS = st.sampled_from(["on_site", "remote"])
PLACES = st.one_of(st.none(), st.integers(0, 3))
STEPS = st.one_of(
    st.tuples(st.just("send"), WAYS),
    st.tuples(st.just("confirm"), st.integers(0, 9)),
    st.tuples(st.just("cancel"), st.integers(0, 9)),
    st.tuples(st.just("change"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("places"), st.tuples(PLACES, PLACES)),
)


class Walk:
    """One event, what was done to it, and what must be true after each step."""

    def __init__(self, places: tuple[int | None, int | None]) -> None:
        self.event: Event = hybrid(*places)
        self.now = NOW
        self.count = 0
        self.ceiling: dict[str, int | None] = {}

    def step(self, what: str, value: Any) -> None:
        self.now += timedelta(minutes=1)
        before = self._line()
        rows = list(self.event.sign_ups.order_by("pk"))
        code = ""
        try:
            getattr(self, f"do_{what}")(value, rows)
        except Refused as refusal:
            code = refusal.code
        except Http404:
            code = "over"
            self.count -= 1
        assert code in ("", "lapsed", "full", "wrong_state", "already_began", "over")
        assert code != "over" or self.now > self.event.ends_at
        with transaction.atomic():
            lock_places(self.event.pk)
            settle(self.event, self.now)
        self.check(before)

    def do_send(self, way: str, _rows: list[SignUp]) -> None:
        self.count += 1
        assert send(self.event, f"h{self.count}", way, now=self.now).head is not None

    def do_confirm(self, place: int, rows: list[SignUp]) -> None:
        if rows:
            confirm(rows[place % len(rows)], now=self.now)

    def do_cancel(self, place: int, rows: list[SignUp]) -> None:
        if rows:
            cancel([rows[place % len(rows)]], now=self.now)

    def do_change(self, place: int, rows: list[SignUp]) -> None:
        if rows:
            row = rows[place % len(rows)]
            change_way(row, way="remote" if row.way == "on_site" else "on_site", now=self.now)

    def do_wait(self, hours: int, _rows: list[SignUp]) -> None:
        self.now += timedelta(hours=hours)

    def do_places(self, value: tuple[int | None, int | None], _rows: list[SignUp]) -> None:
        self.event.places_on_site, self.event.places_remote = value
        self.event.save(update_fields=["places_on_site", "places_remote"])

    def _line(self) -> dict[str, list[int]]:
        return {
            way: list(self.event.sign_ups.in_line().filter(way=way).values_list("pk", flat=True))
            for way in ("on_site", "remote")
        }

    def check(self, before: dict[str, list[int]]) -> None:
        assert self.event.sign_ups.count() == self.count, "nobody is lost"
        counters = {row.way: row for row in EventPlaces.objects.filter(event=self.event)}
        coming = self.now < self.event.starts_at
        for way, capacity in (("on_site", self.event.places_on_site), ("remote", self.event.places_remote)):
            holds = self.event.sign_ups.filter(way=way, has_hold=True).count()
            counter = counters.get(way)
            assert (counter.taken if counter else 0) == holds
            assert counter is None or counter.ceiling is None or holds <= counter.ceiling
            last = self.ceiling.get(way)
            if capacity is not None:
                # Lowered places throw nobody out; but nobody comes in over them.
                assert holds <= max(capacity, last or 0)
            self.ceiling[way] = holds
            line = self._line()[way]
            kept = [pk for pk in before[way] if pk in line]
            assert [pk for pk in line if pk in before[way]] == kept
            left = [pk for pk in before[way] if pk not in line]
            moved = set(SignUp.objects.filter(pk__in=left, state="signed", way=way).values_list("pk", flat=True))
            assert all(pk < min(kept, default=pk + 1) for pk in moved), "first come first"
            if coming and line and capacity is not None:
                assert holds >= capacity, "nobody waits beside a free place"
            assert not (coming and line and capacity is None)


@settings(max_examples=25, report_multiple_bugs=False)
@given(places=st.tuples(PLACES, PLACES), steps=st.lists(STEPS, min_size=1, max_size=15))
def test_whatever_the_order(places: tuple[int | None, int | None], steps: list[tuple[str, Any]]) -> None:
    walk = Walk(places)
    for what, value in steps:
        walk.step(what, value)
