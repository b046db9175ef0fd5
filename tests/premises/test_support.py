"""Free rooms as support: what was used, by year; what is only booked is none yet."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from common import clock
from common.times import local_date
from grants.state_aid import in_kind
from organisations.models import Organisation
from premises.support import room_support
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.premises.factories import DAY, NOW, RoomFactory, booker, make_booking, span

pytestmark = pytest.mark.django_db


def test_used_hours_have_a_value_and_coming_ones_have_none() -> None:
    organisation, user = booker()
    room = RoomFactory(hourly_value=Decimal(30), hourly_price=Decimal(10))
    make_booking(room, span("17.00", "18.30"), holder=organisation, by=user)
    make_booking(room, span(day=DAY + timedelta(days=27)), holder=organisation, by=user)
    rows = list(room_support([organisation.pk], 2026, 2027, staff("coordinator"), NOW + timedelta(days=14)))
    assert [(row.year, row.measure, row.sum) for row in rows] == [(2026, "in_kind", Decimal("30.00"))]
    assert "1,5 tuntia" in rows[0].note


def test_a_stranger_is_told_nothing_and_many_ask_once(django_assert_num_queries: object) -> None:
    room = RoomFactory(hourly_value=Decimal(30))
    make_booking(room)
    make_booking(room, span("10.00", "11.00"))
    keys, later = list(Organisation.objects.values_list("pk", flat=True)), NOW + timedelta(days=14)
    assert list(room_support(keys, 2026, 2026, UserFactory(), later)) == []
    officer = staff("coordinator")
    with django_assert_num_queries(2):  # type: ignore[operator]  # the officer's roles, the sums
        assert len(list(room_support(keys, 2026, 2026, officer, later))) == 2


def test_free_rooms_stand_beside_the_state_aid_of_the_three_years() -> None:
    organisation, user = booker()
    room = RoomFactory(hourly_value=Decimal(40))
    now = clock.now()
    day = local_date(now) - timedelta(days=1)
    with time_machine.travel(now - timedelta(days=30), tick=False):
        make_booking(room, span("10.00", "11.30", day=day), holder=organisation, by=user, now=clock.now())
    officer, payer = staff("coordinator"), staff("payments")
    assert [row.sum for row in in_kind([organisation.pk], officer, now)] == [Decimal("60.00")]
    assert in_kind([organisation.pk], payer, now) == []
    page = signed_in(officer).get(reverse("grants:aid_organisation", args=[organisation.pk])).content.decode()
    assert "Tuki muuna kuin rahana" in page
    assert "60,00" in page
    assert "Näitä ei ole laskettu summaan" in page
    later = now.replace(year=now.year + 4)
    assert in_kind([organisation.pk], officer, later) == []
