"""Pages of the registry: what they show, to whom, with how many queries."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from county.models import Municipality
from organisations import timeline
from organisations.models import Claim, ImportRun, Invitation, Membership, Organisation
from organisations.workflow import enter_bank_account, import_register, invite, run_import
from organisations.workflow.invitations import find_invitation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import (
    NOW,
    ClaimFactory,
    MembershipFactory,
    OrganisationFactory,
    member,
    statement,
)
from tests.organisations.test_import import SAMPLE

pytestmark = pytest.mark.django_db


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


LISTS: dict[str, Callable[[User, Organisation, int], None]] = {
    "/hallinta/edustukset/": lambda user, home, n: [ClaimFactory() for _ in range(n)] and None,
    "/hallinta/tilinumerot/": lambda user, home, n: (
        [
            enter_bank_account(
                org, iban="FI2112345600000785", holder="A", statement=statement(), by=member(org), now=NOW
            )
            for org in [OrganisationFactory() for _ in range(n)]
        ]
        and None
    ),
    "/hallinta/rekisteri/": lambda user, home, n: (
        [import_register(SAMPLE, now=NOW, by=user) for _ in range(n)] and None
    ),
    "/omat/{home}/jasenet/": lambda user, home, n: (
        [
            (
                MembershipFactory(organisation=home, role="viewer"),
                invite(home, email=f"k{n}-{i}@example.org", role="viewer", by=user, now=NOW),
            )
            for i in range(n)
        ]
        and None
    ),
    "/omat/{home}/": lambda user, home, n: (
        [timeline.write(home, f"Tapahtui {i}", visibility="organisation", now=NOW, by=UserFactory()) for i in range(n)]
        and None
    ),
}


@pytest.mark.parametrize("address", list(LISTS))
def test_queries_do_not_grow_with_the_rows(address: str, kunnat: dict[str, Municipality]) -> None:
    user = staff("coordinator") if address.startswith("/hallinta/") else UserFactory()
    home = MembershipFactory(user=user).organisation
    client = signed_in(user)
    fill, url = LISTS[address], address.format(home=home.pk)

    fill(user, home, 1)
    client.get(url)
    one = count_queries(client, url)
    fill(user, home, 2)
    three = count_queries(client, url)

    assert one == three
    assert one <= 12 or address == "/omat/{home}/", one  # that page gathers what waits from every room


def test_import_report_has_steady_queries(kunnat: dict[str, Municipality]) -> None:
    client = signed_in(staff("registrar"))
    run = import_register(SAMPLE, now=NOW)
    url = reverse("organisations:import_report", args=[run.pk])

    client.get(url)
    many = count_queries(client, url)
    assert many == count_queries(client, f"{url}?laji=changed") + 1  # none found: the page of rows is not read
    assert many <= 12


def test_organisation_page_shows_register_and_own_data(client: Client, kunnat: dict[str, Municipality]) -> None:
    import_register(SAMPLE, now=NOW)
    organisation = Organisation.objects.get(association_number=98970)
    organisation.description_fi = "Pidämme kahvilaa."
    organisation.save()
    timeline.write(organisation, "Sai avustusta", visibility="public", now=NOW)
    timeline.write(organisation, "Sisäinen huomio", visibility="county", now=NOW)
    timeline.write(organisation, "Järjestön oma", visibility="organisation", now=NOW)

    page = client.get(organisation.get_absolute_url()).content.decode()

    assert '<h1 lang="fi">Ilomantsin Liikuntaväki ry</h1>' in page
    assert "Tieto yhdistysrekisteristä, ote 16.11.2026." in page
    assert "98.970" in page
    assert "Vielä Vanhempi Nimi ry" in page
    assert "Pidämme kahvilaa." in page
    assert "Sai avustusta" in page
    assert "Sisäinen huomio" not in page
    assert "Järjestön oma" not in page
    assert "Esimerkki Aino" not in page  # signatories are not for everybody
    assert "Edustan tätä järjestöä" in page
    assert "Esimerkki Aino" in signed_in(staff("coordinator")).get(organisation.get_absolute_url()).content.decode()


def test_missing_organisation_says_so(client: Client) -> None:
    organisation = OrganisationFactory(missing_since=NOW.date())

    page = client.get(organisation.get_absolute_url()).content.decode()

    assert "ei enää otteessa" in page
    assert "Järjestö ei ole ollut rekisteriotteessa 16.11.2026 alkaen." in page


@pytest.mark.parametrize(
    ("name", "allowed_roles"),
    [
        ("own", {"admin", "editor", "signatory", "viewer"}),
        ("people", {"admin", "editor", "signatory", "viewer"}),
        ("own_data", {"admin", "editor"}),
        ("own_timeline", {"admin", "editor", "signatory", "viewer"}),
        ("contacts", {"admin", "editor", "signatory", "viewer"}),
        ("contact_new", {"admin", "editor"}),
        ("bank_account", {"admin", "signatory"}),
        ("invite", {"admin"}),
    ],
)
def test_own_pages_open_by_role_and_to_nobody_else(name: str, allowed_roles: set[str]) -> None:
    organisation = OrganisationFactory()
    address = reverse(f"organisations:{name}", args=[organisation.pk])

    for role in ("admin", "editor", "signatory", "viewer"):
        expected = 200 if role in allowed_roles else 404
        assert signed_in(member(organisation, role)).get(address).status_code == expected, role
    assert signed_in(member(OrganisationFactory())).get(address).status_code == 404
    assert signed_in(staff("coordinator")).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_another_organisations_people_are_out_of_reach() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation))
    strange = MembershipFactory()
    for name in ("change_role", "end_membership"):
        for home in (organisation.pk, strange.organisation_id):
            assert client.get(reverse(f"organisations:{name}", args=[home, strange.pk])).status_code == 404
    open_one = invite(strange.organisation, email="a@example.org", role="viewer", by=strange.user, now=NOW)
    address = reverse("organisations:invitation_withdraw", args=[organisation.pk, open_one.pk])
    assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("claims", {"coordinator", "auditor"}),
        ("bank_accounts", {"coordinator", "payments_clerk", "auditor"}),
        ("register", {"coordinator", "registrar"}),
    ],
)
def test_desk_pages_open_by_staff_role(name: str, roles: set[str]) -> None:
    address = reverse(f"organisations:{name}")
    for role in ("coordinator", "registrar", "payments_clerk", "auditor", "administrator"):
        assert signed_in(staff(role)).get(address).status_code == (200 if role in roles else 404), role
    assert signed_in(member(OrganisationFactory())).get(address).status_code == 404


def test_claim_from_the_page_to_the_organisations_own_page() -> None:
    person, coordinator, organisation = UserFactory(), staff("coordinator"), OrganisationFactory(name="Omaistuki ry")
    client, desk = signed_in(person), signed_in(coordinator)

    empty = client.post(reverse("organisations:claim_new", args=[organisation.pk]), {"role": "admin"})
    assert "Korjaa 2 kohtaa" in empty.content.decode()
    sent = client.post(
        reverse("organisations:claim_new", args=[organisation.pk]),
        {"role": "admin", "position": "Puheenjohtaja", "evidence": "Ote"},
    )
    claim = Claim.objects.get()
    assert sent["Location"] == reverse("organisations:own_claim", args=[claim.pk])
    assert "Odottaa hyvinvointialueen hyväksyntää" in client.get(sent["Location"]).content.decode()
    assert "Ratkaise edustuspyyntö: Omaistuki ry" in desk.get(reverse("portal:desk")).content.decode()

    case = reverse("organisations:claim_case", args=[claim.pk])
    assert "Kirjoita" not in desk.get(case).content.decode()
    unreasoned = desk.post(case, {"refuse": "1", "hylkaa-reason": ""})
    assert "Vastaa kohtaan ”Perustelu”." in unreasoned.content.decode()
    assert desk.post(case, {"approve": "1", "hyvaksy-role": "admin"}).status_code == 302

    own = client.get(reverse("organisations:own", args=[organisation.pk])).content.decode()
    assert "Toimit: Omaistuki ry" in own
    assert "Ilmoita järjestön tilinumero" in own


def test_an_auditor_reads_a_claim_but_does_not_decide() -> None:
    claim, client = ClaimFactory(), signed_in(staff("auditor"))
    case = reverse("organisations:claim_case", args=[claim.pk])

    assert 'name="approve"' not in client.get(case).content.decode()
    page = client.post(case, {"approve": "1", "hyvaksy-role": "admin"})
    assert "Sinulla ei ole oikeutta tähän." in page.content.decode()
    claim.refresh_from_db()
    assert claim.state == "waiting"


def test_invitation_link_asks_to_sign_in_and_gives_the_role(monkeypatch: pytest.MonkeyPatch) -> None:
    from common import clock

    organisation = OrganisationFactory(name="Omaistuki ry")
    monkeypatch.setattr("organisations.workflow.invitations.secrets.token_urlsafe", lambda _n: "lippu")
    invite(organisation, email="uusi@example.org", role="editor", by=member(organisation), now=clock.now())
    address = reverse("organisations:invitation", args=["lippu"])

    assert f"?next={address}" in Client().get(address).content.decode()
    other = signed_in(UserFactory())
    assert "toiseen sähköpostiosoitteeseen" in other.get(address).content.decode()
    assert other.post(address).status_code == 302
    assert not Membership.objects.filter(role="editor").exists()
    right = signed_in(UserFactory(email="uusi@example.org"))
    assert "Hyväksy kutsu" in right.get(address).content.decode()
    assert right.post(address)["Location"] == reverse("organisations:own", args=[organisation.pk])
    assert "Tämä kutsu ei ole enää voimassa." in Client().get(address).content.decode()
    assert Client().get(reverse("organisations:invitation", args=["olematon"])).status_code == 404
    assert find_invitation("olematon") is None


def test_people_page_invites_changes_and_ends() -> None:
    organisation = OrganisationFactory()
    admin = member(organisation)
    other = MembershipFactory(organisation=organisation, role="viewer")
    client = signed_in(admin)

    client.post(reverse("organisations:invite", args=[organisation.pk]), {"email": "a@example.org", "role": "editor"})
    invitation = Invitation.objects.get()
    assert "a@example.org" in client.get(reverse("organisations:people", args=[organisation.pk])).content.decode()
    client.post(reverse("organisations:invitation_withdraw", args=[organisation.pk, invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"
    client.post(reverse("organisations:change_role", args=[organisation.pk, other.pk]), {"role": "editor"})
    other.refresh_from_db()
    assert other.role == "editor"
    own = Membership.objects.get(user=admin)
    kept = client.post(reverse("organisations:end_membership", args=[organisation.pk, own.pk]), follow=True)
    assert "Järjestöllä on oltava pääkäyttäjä." in kept.content.decode()
    client.post(reverse("organisations:end_membership", args=[organisation.pk, other.pk]))
    other.refresh_from_db()
    assert other.ended_by == admin


def test_bank_account_page_tells_the_error_and_the_state() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation, "signatory"))
    address = reverse("organisations:bank_account", args=[organisation.pk])

    wrong = client.post(address, {"iban": "FI00", "holder": "A"})
    assert "Tilinumero ei ole oikein." in wrong.content.decode()
    file = SimpleUploadedFile("tiliote.pdf", b"%PDF-1.4\n%%EOF\n")
    client.post(address, {"iban": "FI21 1234 5600 0007 85", "holder": "A", "statement": file})
    assert "Odottaa tarkistusta" in client.get(address).content.decode()
    account = organisation.bank_accounts.get()
    case = reverse("organisations:bank_account_case", args=[account.pk])
    assert client.get(case).status_code == 404
    clerk = signed_in(staff("payments_clerk"))
    assert clerk.post(case, {"verify": "1"}).status_code == 302
    assert "Tarkistettu" in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_upload_is_previewed_then_taken_by_the_worker(
    kunnat: dict[str, Municipality], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", sent.append)
    client = signed_in(staff("registrar"))
    upload = SimpleUploadedFile("ote.csv", SAMPLE.read_bytes())

    done = client.post(reverse("organisations:register"), {"file": upload, "extract_on": "1.11.2026"})
    run = ImportRun.objects.get()
    assert (sent, run.state) == ([run.pk], "waiting")
    assert "Tuonti alkaa pian." in client.get(done["Location"]).content.decode()

    run_import(run, now=NOW)
    run_import(run, now=NOW)  # a redelivered task does nothing more

    run.refresh_from_db()
    assert (run.state, bool(run.file), run.counts["new"]) == ("previewed", True, 48)
    assert Organisation.objects.count() == 0
    page = client.get(done["Location"]).content.decode()
    assert "Rekisteriä ei ole vielä muutettu." in page
    assert "Ilomantsin Liikuntaväki ry" in client.get(f"{done['Location']}?laji=new").content.decode()
    assert client.get(reverse("organisations:import_progress", args=[run.pk])).status_code == 204

    act = reverse("organisations:import_act", args=[run.pk])
    client.post(act, {"take": "1"})
    client.post(act, {"take": "1"})  # a double click
    run.refresh_from_db()
    assert (sent, run.state) == ([run.pk, run.pk], "waiting")
    run_import(run, now=NOW)

    run.refresh_from_db()
    assert (run.state, bool(run.file), run.counts["new"]) == ("finished", False, 48)
    assert Organisation.objects.count() == 48
    page = client.get(done["Location"]).content.decode()
    assert "Riviltä puuttuu nimi." in page
    assert "Vientiin vahvistanut" in page


@pytest.mark.django_db(transaction=True)
def test_a_previewed_extract_is_left_and_its_file_erased(
    kunnat: dict[str, Municipality], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", lambda _pk: None)
    client = signed_in(staff("coordinator"))
    upload = SimpleUploadedFile("ote.csv", SAMPLE.read_bytes())
    done = client.post(reverse("organisations:register"), {"file": upload, "extract_on": "1.11.2026"})
    run = run_import(ImportRun.objects.get(), now=NOW)
    path, storage = run.file.name, run.file.storage

    client.post(reverse("organisations:import_act", args=[run.pk]), {"discard": "1"})

    run.refresh_from_db()
    assert (run.state, bool(run.file), storage.exists(path)) == ("discarded", False, False)
    assert Organisation.objects.count() == 0
    assert "Otetta ei viety rekisteriin" in client.get(done["Location"]).content.decode()
    late = client.post(reverse("organisations:import_act", args=[run.pk]), {"take": "1"}, follow=True)
    assert "Tätä ei voi enää tehdä" in late.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_bad_upload_fails_with_its_reason(kunnat: dict[str, Municipality], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organisations.tasks.import_register_file.delay", lambda _pk: None)
    client = signed_in(staff("coordinator"))
    upload = SimpleUploadedFile("väärä.csv", b"a;b\n1;2\n")

    done = client.post(reverse("organisations:register"), {"file": upload, "extract_on": "1.11.2026"})
    run_import(ImportRun.objects.get(), now=NOW + timedelta(minutes=1))

    assert "Ensimmäinen rivi ei ole rekisteriotteen otsikko." in client.get(done["Location"]).content.decode()
