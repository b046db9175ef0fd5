"""The audit trail: written by the database, never changed, read in plain Finnish."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.audit import Change, timeline_of, timeline_where
from accounts.models import StaffRole, User
from tests.accounts.factories import StaffRoleFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("statement", ["UPDATE {table} SET pgh_label = 'x'", "DELETE FROM {table}"])
@pytest.mark.parametrize("model", [User, StaffRole])
def test_events_cannot_be_changed_even_in_sql(model: type, statement: str) -> None:
    StaffRoleFactory()
    table = model.pgh_event_model._meta.db_table  # type: ignore[attr-defined]
    refused = pytest.raises(DatabaseError, match="Cannot update or delete rows")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table))


def test_a_bulk_update_is_tracked() -> None:
    users = [UserFactory(full_name="Vanha") for _ in range(2)]
    User.objects.filter(pk__in=[user.pk for user in users]).update(full_name="Uusi")
    for user in users:
        newest = timeline_of(user)[0]
        assert newest.changes == (Change("Nimi", "Vanha", "Uusi"),)
        assert newest.who == "Palvelu itse"


def test_signing_in_is_no_change_of_the_person() -> None:
    user = UserFactory()
    signed_in(user)
    user.set_password("toinen-salasana-1")
    user.save()
    assert [entry.action for entry in timeline_of(user)] == ["Lisätty"]


def test_the_trail_names_the_person_who_did_it() -> None:
    user = UserFactory(full_name="Aino Järvinen")
    signed_in(user).post("/omat/tiedot/", {"full_name": "Aino Koski", "phone": "040 123", "language": "sv"})
    newest = timeline_of(user)[0]
    assert newest.who == "Aino Koski"
    assert set(newest.changes) == {
        Change("Nimi", "Aino Järvinen", "Aino Koski"),
        Change("Puhelin", "–", "040 123"),
        Change("Kieli", "suomi", "svenska"),
    }


def test_dates_choices_and_relations_are_words() -> None:
    role = StaffRoleFactory(role="auditor", user__full_name="Aino Järvinen", reason="Tarkastus")
    [added] = timeline_of(role)
    assert added.action == "Lisätty"
    assert added.subject == "virkarooli"
    assert set(added.changes) == {
        Change("Alkaa", "–", "1.1.2020"),
        Change("Käyttäjä", "–", "Aino Järvinen"),
        Change("Rooli", "–", "Tarkastaja"),
        Change("Peruste", "–", "Tarkastus"),
    }


def test_deleted_rows_stay_in_the_trail_newest_first() -> None:
    role = StaffRoleFactory()
    user = role.user
    role.delete()
    assert [entry.action for entry in timeline_where(StaffRole, user_id=user.pk)] == ["Poistettu", "Lisätty"]
