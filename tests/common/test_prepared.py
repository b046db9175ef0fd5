"""A prepared query returns what its queryset returns, and one that depends on anything else is not prepared."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, DateField, Min, Value
from django.test.utils import CaptureQueriesContext

from accounts.models import StaffRole
from accounts.roles import has_any_staff_role, roles_in_force
from common.prepared import NotFixed, Prepared
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import NOW, make_organisation

pytestmark = pytest.mark.django_db


def rows_of(user: Any, now: Any) -> Any:
    return StaffRole.objects.in_force(now).filter(user=user).order_by("pk").values_list("role", "valid_from")


def test_it_says_what_the_queryset_says_for_each_person_and_day() -> None:
    prepared = Prepared(rows_of)
    one, other = staff("coordinator"), staff("auditor")
    StaffRole.objects.filter(user=other).update(valid_until=NOW.date())
    for user in (one, other, UserFactory()):
        for now in (NOW, NOW + timedelta(days=1), NOW - timedelta(days=9000)):
            assert prepared.rows(user, now) == list(rows_of(user, now))
    assert prepared.rows(other, NOW) == [("auditor", date(2020, 1, 1))]
    assert prepared.rows(other, NOW + timedelta(days=1)) == []


def test_a_right_that_ends_is_gone_at_the_next_asking() -> None:
    user = staff("coordinator")
    assert [role.key for role in roles_in_force(user, NOW)] == ["coordinator"]
    StaffRole.objects.filter(user=user).update(valid_until=NOW.date() - timedelta(days=1))
    assert roles_in_force(user, NOW) == []


def test_all_roles_are_one_query_a_room() -> None:
    user = staff("coordinator")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        roles_in_force(user, NOW)
    assert len(asked) == 5


@pytest.mark.parametrize(
    "build",
    [
        lambda user, now: StaffRole.objects.filter(user=user, valid_from__lte=now.date() - timedelta(days=7)),
        lambda user, now: StaffRole.objects.filter(user=user, pk__gt=now.minute),
        lambda user, now: StaffRole.objects.filter(pk__in=list(StaffRole.objects.values_list("pk", flat=True))),
        lambda user, now: StaffRole.objects.filter(user=user, role__in=["auditor", "coordinator"][: 1 + now.month % 2]),
    ],
)
def test_what_depends_on_more_is_refused(build: Any) -> None:
    prepared = Prepared(lambda user, now: build(user, now).values_list("pk"))
    with pytest.raises(NotFixed):
        prepared.rows(UserFactory(), NOW)


def test_what_depends_on_roles_is_prepared_for_each_set_of_them_and_asked_plainly_where_they_are_unknown() -> None:
    asked: list[Any] = []

    def build(user: Any, now: Any, key: int) -> Any:
        asked.append(user.pk)
        rows = StaffRole.objects.filter(pk=key).values_list("pk")
        return rows if has_any_staff_role(user, now, "coordinator") else rows.filter(role="")

    prepared = Prepared(build, by_roles=True)
    one, other = staff("coordinator"), staff("auditor")
    key = StaffRole.objects.get(user=one).pk
    assert prepared.rows(one, NOW, key) == [(key,)]  # a verb: asked of the database each time
    assert asked == [one.pk]
    one._staff_kinds, other._staff_kinds = frozenset(["coordinator"]), frozenset(["auditor"])  # type: ignore[attr-defined]
    for _time in range(3):
        assert prepared.rows(one, NOW, key) == [(key,)]
        assert prepared.rows(other, NOW, key) == []
    assert prepared.rows(one, NOW, key + 1000) == []
    assert len(asked) == 1 + 2 * 2


def named(user: Any, now: Any, words: tuple[str, ...], shape: str) -> Any:
    rows = Organisation.objects.select_related("domicile").filter(name__icontains=words[0]).exclude(website=words[1])
    return rows.annotate(asked_on=Value(now.date(), DateField())).order_by(shape)


def test_rows_come_as_objects_with_what_stands_beside_them() -> None:
    prepared = Prepared(named)
    for name in ("Sata%prosenttia ry", "Sataprosenttia ry", r"Kaksi_\viivaa ry"):
        make_organisation(name)
    for words in ("a%p", "sata", "_", r"\v", "ei mitään"):
        for order in ("name", "-name"):
            given = {"words": (words, "https://a.example"), "shape": order}
            found = prepared.objects(None, NOW, **given)
            assert found == list(named(None, NOW, **given))
            assert [row.asked_on for row in found] == [NOW.date()] * len(found)
    found = prepared.objects(None, NOW, words=("prosentt", "-"), shape="name")
    assert [row.name for row in found] == ["Sata%prosenttia ry", "Sataprosenttia ry"]
    places = {row.pk: row.domicile.name_fi for row in Organisation.objects.select_related("domicile")}
    with CaptureQueriesContext(connection) as asked:
        assert [row.domicile.name_fi for row in found] == [places[row.pk] for row in found]
        window = prepared.objects(None, NOW, words=("prosentt", "-"), shape="name", window=slice(1, 3))
    assert [row.name for row in window] == ["Sataprosenttia ry"]
    assert len(asked) == 1


def test_what_nobody_sees_is_not_asked() -> None:
    prepared = Prepared(lambda user, now: StaffRole.objects.none().values_list("pk"))
    assert prepared.rows(UserFactory(), NOW) == []


def test_a_sum_is_prepared_as_the_function_asks_it() -> None:
    prepared = Prepared(
        lambda user, now: lambda: StaffRole.objects.filter(user=user).aggregate(roles=Count("pk"), first=Min("role"))
    )
    assert prepared.rows(staff("coordinator"), NOW) == [(1, "coordinator")]
    assert prepared.rows(UserFactory(), NOW) == [(0, None)]
