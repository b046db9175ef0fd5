"""Account numbers and the register's own constraints, broken around the forms."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from common.errors import Refused
from common.policies import allowed
from notifications.models import Message
from organisations import numbers
from organisations.models import BankAccount, Organisation
from organisations.workflow import enter_bank_account, refuse_bank_account, verify_bank_account
from tests.accounts.factories import staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member, statement

pytestmark = pytest.mark.django_db
IBAN, OTHER = "FI2112345600000785", "FI4250001510000023"


def test_an_account_is_paid_to_only_when_a_second_person_has_verified_it() -> None:
    organisation = OrganisationFactory()
    signatory, clerk = member(organisation, "signatory"), staff("payments_clerk")

    account = enter_bank_account(
        organisation, iban="FI21 1234 5600 0007 85", holder="Yhdistys", statement=statement(), by=signatory, now=NOW
    )

    assert (account.iban, account.state) == (IBAN, "entered")
    assert not BankAccount.objects.current().exists()
    assert Message.objects.get().to_user == clerk
    verify_bank_account(account, by=clerk, now=NOW)
    assert BankAccount.objects.current().get().verified_by == clerk


def test_a_new_account_replaces_the_old_one_only_when_verified() -> None:
    organisation = OrganisationFactory()
    admin, clerk = member(organisation), staff("payments_clerk")
    first = enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=admin, now=NOW)
    verify_bank_account(first, by=clerk, now=NOW)

    second = enter_bank_account(organisation, iban=OTHER, holder="A", statement=statement(), by=admin, now=NOW)
    assert BankAccount.objects.current().get() == first
    verify_bank_account(second, by=clerk, now=NOW)

    assert BankAccount.objects.current().get() == second
    first.refresh_from_db()
    assert first.state == "replaced"


def test_the_same_account_again_is_not_entered_twice() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)

    first = enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=admin, now=NOW)
    assert enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=admin, now=NOW) == first


def test_who_entered_an_account_does_not_verify_it() -> None:
    organisation, clerk = OrganisationFactory(), staff("payments_clerk")
    MembershipFactory(user=clerk, organisation=organisation, role="admin")
    account = enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=clerk, now=NOW)

    with pytest.raises(Refused) as refused:
        verify_bank_account(account, by=clerk, now=NOW)
    assert refused.value.code == "not_allowed"
    with pytest.raises(IntegrityError, match="bank_account_second_person"), transaction.atomic():
        BankAccount.objects.filter(pk=account.pk).update(state="verified", verified_by=clerk, verified_at=NOW)


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_editors_and_viewers_neither_enter_nor_see_accounts(role: str) -> None:
    organisation = OrganisationFactory()
    person = member(organisation, role)
    enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=member(organisation), now=NOW)

    with pytest.raises(Refused):
        enter_bank_account(organisation, iban=OTHER, holder="A", statement=statement(), by=person, now=NOW)
    assert not allowed("organisations.bank_account.view", person, now=NOW).exists()


def test_a_refused_account_tells_why() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    account = enter_bank_account(organisation, iban=IBAN, holder="A", statement=statement(), by=admin, now=NOW)

    refuse_bank_account(account, reason="Omistaja on eri.", by=staff("payments_clerk"), now=NOW)

    account.refresh_from_db()
    assert (account.state, account.note) == ("refused", "Omistaja on eri.")
    assert "Omistaja on eri." in Message.objects.get(kind="organisations.bank_account_refused").text


def test_a_wrong_iban_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match="FI21 1234 5600 0007 85"):
        numbers.parse_iban("FI2112345600000786")


def test_database_keeps_accounts_apart() -> None:
    organisation, admin, clerk = OrganisationFactory(), staff("registrar"), staff("payments_clerk")
    verified = {"state": "verified", "verified_at": NOW, "verified_by": clerk}
    base = {"organisation": organisation, "iban": IBAN, "holder": "A", "entered_at": NOW, "entered_by": admin}
    BankAccount.objects.create(**base, **verified)
    BankAccount.objects.create(**base)

    for fields, name in (
        (verified, "bank_account_one_current"),
        ({}, "bank_account_one_waiting"),
        ({"state": "replaced", "verified_at": NOW}, "bank_account_verified_who_and_when"),
        ({"state": "refused", "iban": "fi21"}, "bank_account_iban_shape"),
        ({"state": "gone"}, "bank_account_state_known"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            BankAccount.objects.create(**{**base, **fields})


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"association_number": 0}, "organisation_association_number_range"),
        ({"association_number": 1_000_000}, "organisation_association_number_range"),
        ({"business_id": "1234567-8"}, "organisation_business_id_ok"),
        ({"business_id": "785533-5"}, "organisation_business_id_ok"),
        ({"name": ""}, "organisation_has_name"),
        ({"status": "asleep"}, "organisation_status_known"),
        ({"legal_form": "gang"}, "organisation_legal_form_known"),
        ({"in_last_extract": True, "missing_since": date(2026, 1, 1)}, "organisation_missing_or_in_extract"),
    ],
)
def test_database_refuses_what_must_never_be(fields: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        Organisation.objects.create(**{"name": "Yhdistys ry", **fields})


def test_numbers_are_unique() -> None:
    OrganisationFactory(association_number=5, business_id="0785533-5")

    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(association_number=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(business_id="0785533-5")


def test_names_stand_in_finnish_order() -> None:
    for name in ("Öljy", "Ähtäri", "Åbo", "Zeniitti", "Virta", "Wirta", "aura", "Éclair", "Ekho"):
        OrganisationFactory(name=name)

    assert list(Organisation.objects.in_finnish_order().values_list("name", flat=True)) == [
        "aura",
        "Éclair",
        "Ekho",
        "Virta",
        "Wirta",
        "Zeniitti",
        "Åbo",
        "Ähtäri",
        "Öljy",
    ]


def test_folding_is_the_same_in_python_and_sql() -> None:
    letters = "".join(chr(code) for code in range(32, 0x180)) + "ſẞ–”"
    with connection.cursor() as cursor:
        cursor.execute("SELECT fi_fold(%s)", [letters])
        in_sql = cursor.fetchone()[0]

    differing = [
        (letter, mine, theirs)
        for letter, mine, theirs in zip(letters, (numbers.fold(x) for x in letters), in_sql, strict=False)
        if mine != theirs
    ]
    assert differing == [("İ", "i̇", "i"), *differing[1:]] or differing == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1764803-0", "1764803-0"), ("785533-5", "0785533-5"), ("1234567-8", None), ("17648030", None), ("x", None)],
)
def test_business_ids(text: str, expected: str | None) -> None:
    assert numbers.parse_business_id(text) == expected
    if expected:
        with connection.cursor() as cursor:
            cursor.execute("SELECT fi_business_id_ok(%s)", [expected])
            assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("123.456", 123456), ("3.022", 3022), ("70384", 70384), ("000001", 1), ("0", None), ("1.23", None), ("１", None)],
)
def test_association_numbers(text: str, expected: int | None) -> None:
    assert numbers.parse_association_number(text) == expected
