"""Bodies: names in time, seats demanded and filled, who runs a body of its own, public pages."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client

from common.errors import Refused
from liaisons.area_bodies import keep_names
from liaisons.composition import composition
from liaisons.models import Body, SeatRequirement
from liaisons.workflow import (
    add_body,
    apply_due_names,
    cancel_planned_name,
    edit_seat,
    give_duty,
    give_seat,
    rename_body,
    set_requirement,
)
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import NOW
from tests.liaisons.factories import BodyAppointmentFactory, BodyFactory, SeatFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def names(text: str) -> dict[str, str]:
    """Return a name in three languages."""
    return {"name_fi": text, "name_sv": "", "name_en": ""}


class TestNames:
    def test_old_minutes_keep_the_old_name(self) -> None:
        body = BodyFactory(name_fi="Vanha")
        keep_names(TODAY)
        coming = TODAY + timedelta(days=10)
        by = staff("coordinator")
        for _twice in range(2):
            rename_body(body, names=names("Uusi"), from_day=coming, by=by, now=NOW)
        body.refresh_from_db()
        assert (body.name_fi, body.name_on(TODAY), body.name_on(coming)) == ("Vanha", "Vanha", "Uusi")
        assert apply_due_names(now=NOW) == 0
        assert apply_due_names(now=NOW + timedelta(days=11)) == 1
        body.refresh_from_db()
        assert body.name_fi == "Uusi"

    def test_a_planned_name_is_cancelled_before_another(self) -> None:
        body, by = BodyFactory(name_fi="Vanha"), staff("administrator")
        keep_names(TODAY)
        rename_body(body, names=names("Uusi"), from_day=TODAY + timedelta(days=10), by=by, now=NOW)
        with pytest.raises(Refused) as refused:
            rename_body(body, names=names("Toinen"), from_day=TODAY + timedelta(days=20), by=by, now=NOW)
        assert refused.value.code == "name_planned"
        cancel_planned_name(body, by=by, now=NOW)
        assert [version.name_fi for version in body.names.all()] == ["Vanha"]
        with pytest.raises(Http404):
            rename_body(body, names=names("X"), from_day=TODAY, by=UserFactory(), now=NOW)


class TestComposition:
    def test_what_is_demanded_filled_vacant_and_ending(self) -> None:
        body = BodyFactory()
        SeatRequirement.objects.create(body=body, role="member", party="ngo", number=3)
        SeatFactory(body=body, party="ngo", valid_until=TODAY + timedelta(days=100))
        SeatFactory(body=body, party="ngo", valid_until=TODAY + timedelta(days=400))
        SeatFactory(body=body, party="ngo", valid_until=TODAY - timedelta(days=1))
        SeatFactory(body=body, role="expert")
        lines = composition(body.seats.select_related("user"), body.requirements.all(), TODAY)
        assert [(line.role, line.party, line.demanded, line.filled, line.vacant, line.ending) for line in lines] == [
            ("member", "ngo", 3, 2, 1, 1),
            ("expert", "", None, 1, 0, 0),
        ]

    def test_a_demand_is_set_once_a_kind(self) -> None:
        body, by = BodyFactory(), staff("coordinator")
        for number in (2, 4):
            set_requirement(body, role="member", party="", number=number, by=by, now=NOW)
        assert list(body.requirements.values_list("number", flat=True)) == [4]


class TestOwnOffice:
    def test_the_county_names_the_first_secretary_and_the_secretary_the_rest(self) -> None:
        coordinator = staff("coordinator")
        body = add_body(names=names("JANE"), kind="ngo_council", is_self_run=True, by=coordinator, now=NOW)
        person: dict[str, Any] = {"email": "s@example.org", "full_name": "Sini Sihteeri", "valid_from": TODAY}
        with pytest.raises(Refused) as refused:
            give_duty(body, role="presenter", by=coordinator, now=NOW, **person)
        assert refused.value.code == "secretary_first"
        duty = give_duty(body, role="secretary", by=coordinator, now=NOW, **person)
        seat: dict[str, Any] = {"email": "m@example.org", "full_name": "Mari", "role": "member", "valid_from": TODAY}
        with pytest.raises(Http404):
            give_seat(body, by=coordinator, now=NOW, **seat)
        given = give_seat(body, by=duty.user, now=NOW, **seat)
        assert give_seat(body, by=duty.user, now=NOW, **seat) == given
        assert edit_seat(given, position="chair", by=duty.user, now=NOW).position == "chair"

    def test_an_expert_decides_nothing(self) -> None:
        seat = SeatFactory(role="expert")
        client = signed_in(seat.user)
        assert client.get(f"/hallinta/toimielimet/{seat.body_id}/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"role": "member", "nominated_by": "JANE"}, "liaisons_seat_nomination_whole"),
        ({"role": "member", "appointed_section": 3}, "liaisons_seat_appointment_whole"),
        ({"role": "deputy", "position": "chair"}, "liaisons_seat_only_member_presides"),
    ],
)
def test_what_is_never_true_of_a_seat(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SeatFactory(**fields)


def test_one_chair_at_a_time() -> None:
    first = SeatFactory(position="chair", valid_until=TODAY)
    with pytest.raises(IntegrityError, match="liaisons_seat_one_chair"), transaction.atomic():
        SeatFactory(body=first.body, position="chair", valid_from=TODAY)
    SeatFactory(body=first.body, position="chair", valid_from=TODAY + timedelta(days=1))


class TestPages:
    def test_everybody_reads_who_sits_where_and_no_draft(self) -> None:
        seat = SeatFactory(user__full_name="Julkinen Jäsen", body__name_fi="JANE")
        draft = BodyFactory(name_fi="Luonnosryhmä", draft=True)
        page = Client().get("/toimielimet/")
        assert "JANE" in page.text
        assert "Luonnosryhmä" not in page.text
        assert "Julkinen Jäsen" in Client().get(f"/toimielimet/{seat.body_id}/").text
        assert Client().get(f"/toimielimet/{draft.pk}/").status_code == 404

    def test_the_coordinator_adds_a_body(self) -> None:
        client = signed_in(staff("coordinator"))
        page = client.post("/hallinta/toimielimet/uusi/", {"name_fi": "", "kind": "network"})
        assert "name_fi" in page.context["form"].errors
        data = {"name_fi": "Verkosto", "kind": "network", "record_kind": "memo"}
        page = client.post("/hallinta/toimielimet/uusi/", data, follow=True)
        assert Body.objects.get(name_fi="Verkosto").kind == "network"
        assert "Toimielin on lisätty" in page.text

    def test_ending_terms_are_shown_half_a_year_ahead(self) -> None:
        duty = BodyAppointmentFactory(role="secretary")
        for name, days in (("Pian Päättyvä", 30), ("Kaukana Oleva", 300)):
            SeatFactory(body=duty.body, user__full_name=name, valid_until=TODAY + timedelta(days=days))
        page = signed_in(duty.user).get("/hallinta/toimielimet/paattyvat/")
        assert "Pian Päättyvä" in page.text
        assert "Kaukana Oleva" not in page.text
