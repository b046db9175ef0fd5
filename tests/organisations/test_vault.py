"""The document vault: who sees and keeps it, what it says is missing, and the statement of an account."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from organisations.models import BankAccount, BankStatement, Organisation, VaultDocument
from organisations.models.vault import newest_expected
from organisations.retention import registry_retention
from organisations.workflow import enter_bank_account, verify_bank_account
from organisations.workflow.vault import MOST, add_document, remove_document
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory, member, statement

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


def put(organisation: Organisation, kind: str = "accounts", year: int | None = 2025, **more: Any) -> VaultDocument:
    known = {"upload": statement("tilinpaatos.pdf"), "by": member(organisation), "now": NOW, **more}
    return add_document(organisation, kind=kind, year=year, **known)


def a_file(name: str = "tilinpäätös.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_document_is_added_once_replaced_and_removed(django_capture_on_commit_callbacks: Any) -> None:
    organisation = OrganisationFactory()
    first = put(organisation)
    assert put(organisation) == first, "the same bytes again are the same document"
    old = str(first.file.name)
    storage = first.file.storage

    with django_capture_on_commit_callbacks(execute=True):
        second = put(organisation, upload=statement("uusi.pdf"), replaces=first)
    assert [row.pk for row in organisation.vault.all()] == [second.pk]
    assert not storage.exists(old)
    assert storage.exists(str(second.file.name))

    for _twice in range(2):
        remove_document(second, by=member(organisation), now=NOW)
    assert not organisation.vault.exists()
    assert [entry.text for entry in organisation.timeline.order_by("pk")] == [
        "Asiakirjasalkkuun lisättiin tilinpäätös 2025",
        "Asiakirjasalkkuun lisättiin tilinpäätös 2025",
        "Asiakirjasalkusta poistettiin tilinpäätös 2025",
    ]


def test_what_is_refused() -> None:
    organisation = OrganisationFactory()
    for call, code in (
        (lambda: put(organisation, year=None), "no_year"),
        (lambda: put(organisation, by=member(organisation, "viewer")), "not_allowed"),
        (lambda: put(organisation, by=member(OrganisationFactory())), "not_allowed"),
        (lambda: put(organisation, by=staff("auditor")), "not_allowed"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == code
    for number in range(MOST):
        put(organisation, upload=statement(f"{number}.pdf"))
    with pytest.raises(Refused) as refused:
        put(organisation, upload=statement("liikaa.pdf"))
    assert refused.value.code == "too_many"
    assert organisation.vault.count() == MOST


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "diary"}, "vault_kind_known"),
        ({"year": 1999}, "vault_year_sensible"),
        ({"year": None}, "vault_year_given"),
        ({"size": 0}, "not_empty"),
    ],
)
def test_the_database_defends_it(fields: dict[str, Any], constraint: str) -> None:
    document = put(OrganisationFactory())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        VaultDocument.objects.filter(pk=document.pk).update(**fields)


def test_who_sees_the_documents() -> None:
    document = put(OrganisationFactory())
    for person, sees in (
        (member(document.organisation, "viewer"), True),
        (member(document.organisation, "editor"), True),
        (staff("coordinator"), True),
        (staff("auditor"), True),
        (staff("registrar"), False),
        (member(OrganisationFactory()), False),
    ):
        assert allowed("organisations.vault.view", person, now=NOW).exists() is sees
        page = signed_in(person).get(reverse("organisations:vault_file", args=[document.organisation_id, document.pk]))
        assert page.status_code == (200 if sees else 404)
        assert not sees or b"".join(page)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "on", "year"),
    [
        ("accounts", date(2026, 4, 30), 2024),
        ("accounts", date(2026, 5, 1), 2025),
        ("plan", date(2026, 1, 1), 2026),
        ("rules", date(2026, 1, 1), None),
        ("minutes", date(2026, 1, 1), None),
    ],
)
def test_which_year_should_stand_there(kind: str, on: date, year: int | None) -> None:
    assert newest_expected(kind, on) == year


def test_from_the_empty_vault_to_a_document() -> None:
    organisation = OrganisationFactory()
    editor = signed_in(member(organisation, "editor"))
    address = reverse("organisations:vault", args=[organisation.pk])
    assert "Salkku on vielä tyhjä" in editor.get(address).content.decode()
    add = reverse("organisations:vault_add", args=[organisation.pk, "accounts"])

    wrong = editor.post(add, {"year": "", "upload": a_file()})
    assert wrong.status_code == 422
    assert "Kirjoita, mitä vuotta asiakirja koskee." in wrong.content.decode()
    lying = editor.post(add, {"year": "2025", "upload": a_file(content=b"MZ\x00\x00")}).content.decode()
    assert "ei ole sitä, mitä sen nimi lupaa" in lying
    assert not VaultDocument.objects.exists()

    done = editor.post(add, {"year": "2025", "upload": a_file()}, follow=True).content.decode()
    assert "Tilinpäätös 2025 on nyt asiakirjasalkussa." in done
    assert "2025: tilinpäätös.pdf" in done
    document = VaultDocument.objects.get()
    kept = editor.post(f"{add}?korvaa={document.pk}", {"year": "2025", "upload": a_file("uusi.pdf", PDF + b"\n")})
    assert kept.status_code == 302
    assert [row.name for row in organisation.vault.all()] == ["uusi.pdf"]
    gone = editor.post(
        reverse("organisations:vault_remove", args=[organisation.pk, organisation.vault.get().pk]), follow=True
    )
    assert "Asiakirja on poistettu salkusta." in gone.content.decode()
    unknown = reverse("organisations:vault_add", args=[organisation.pk, "diary"])
    assert editor.get(unknown).status_code == 404


def test_queries_do_not_grow() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    address = reverse("organisations:vault", args=[organisation.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    put(organisation)
    count()
    one = count()
    put(organisation, year=2024)
    put(organisation, kind="rules", year=None)
    assert count() == one <= 12


def test_a_document_goes_after_ten_years() -> None:
    old, kept = put(OrganisationFactory()), put(OrganisationFactory(), kind="rules", year=None)
    storage, name = old.file.storage, str(old.file.name)
    VaultDocument.objects.filter(pk=old.pk).update(uploaded_at=NOW - timedelta(days=3651))
    assert registry_retention(NOW)["organisations.VaultDocument"] == 1
    assert [row.pk for row in VaultDocument.objects.all()] == [kept.pk]
    assert not storage.exists(name)


# The statement of an account

KNOWN = {"iban": "FI2112345600000785", "holder": "Yhdistys ry"}


def test_an_account_comes_with_its_statement_and_nothing_typed_is_lost() -> None:
    organisation = OrganisationFactory()
    admin = signed_in(member(organisation))
    address = reverse("organisations:bank_account", args=[organisation.pk])
    bare = admin.post(address, KNOWN).content.decode()
    assert "Liitä tiliote tai pankin todistus" in bare
    assert 'value="FI2112345600000785"' in bare
    assert not BankAccount.objects.exists()

    admin.post(address, {**KNOWN, "statement": a_file("tiliote.pdf")})
    account = BankAccount.objects.get()
    assert (account.statement.name, account.state) == ("tiliote.pdf", "entered")
    link = reverse("organisations:bank_statement", args=[account.pk])
    assert link in admin.get(address).content.decode()
    clerk = signed_in(staff("payments_clerk"))
    assert link in clerk.get(reverse("organisations:bank_account_case", args=[account.pk])).content.decode()
    assert b"".join(clerk.get(link)) == PDF  # type: ignore[arg-type]
    assert signed_in(member(organisation, "editor")).get(link).status_code == 404


def test_an_account_without_a_statement_is_not_verified() -> None:
    organisation = OrganisationFactory()
    admin, clerk = member(organisation), staff("payments_clerk")
    account = enter_bank_account(organisation, **KNOWN, statement=statement(), by=admin, now=NOW)
    BankStatement.objects.all().delete()
    with pytest.raises(Refused) as refused:
        verify_bank_account(account, by=clerk, now=NOW)
    assert refused.value.code == "no_statement"
    page = signed_in(clerk).get(reverse("organisations:bank_account_case", args=[account.pk])).content.decode()
    assert "Ei liitetty." in page

    again = enter_bank_account(organisation, **KNOWN, statement=statement(), by=admin, now=NOW)
    assert again == account
    verify_bank_account(account, by=clerk, now=NOW)
    assert BankAccount.objects.current().get() == account
