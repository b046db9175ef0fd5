"""The county's page of an organisation: everything on one page, an inner note, a claim from paper, looking only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from county.models import Municipality
from documents.uploads import check_upload
from grants.models import ConflictDeclaration
from notifications.models import Message
from organisations import timeline
from organisations.models import (
    Claim,
    ClaimCode,
    Contact,
    MailingRecipient,
    Membership,
    Organisation,
    ReadOnlyVisit,
    TimelineEntry,
)
from organisations.name_match import matching
from organisations.read_only import for_reading
from organisations.workflow import approve_claim, end_membership
from organisations.workflow.claims import enter_claim
from organisations.workflow.county_work import open_to_look, write_note
from organisations.workflow.mailings import send_mailing
from organisations.workflow.observations import confirm_observation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import make_desk
from tests.organisations.factories import NOW, ClaimFactory, OrganisationFactory, member
from tests.organisations.factories_relations import (
    make_mailing,
    make_sheet,
    make_verification,
    proposed,
    reachable,
    run_mailing,
    sent_campaign,
)

pytestmark = pytest.mark.django_db


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def page_of(organisation: Organisation) -> str:
    return f"/hallinta/jarjestot/{organisation.pk}/"


# The page


def test_the_whole_relationship_stands_on_one_page() -> None:
    coordinator, organisation = staff("coordinator"), reachable("Omaistuki ry")
    admin = member(organisation, full_name="Aino Esimerkki")
    ClaimFactory(organisation=organisation)
    Contact.objects.create(
        organisation=organisation, name="Kaisa Kontakti", email="k@example.org", since=NOW.date(), visibility="county"
    )
    make_verification(organisation, make_sheet(coordinator), coordinator)
    confirm_observation(proposed(organisation, text="Tilit myöhässä"), by=coordinator, now=NOW)
    run_mailing(send_mailing(make_mailing(coordinator), by=coordinator, now=NOW))
    for visibility in ("public", "organisation", "county"):
        timeline.write(organisation, f"Tapahtuma {visibility}", visibility=visibility, now=NOW)

    page = signed_in(coordinator).get(page_of(organisation)).content.decode()

    for wanted in (
        "Aino Esimerkki, pääkäyttäjä",
        "Edustuspyyntö odottaa",
        "Kaisa Kontakti",
        "kunnossa",
        "Tilit myöhässä",
        "Ottakaa portaali käyttöön",
        "Tapahtuma public",
        "Tapahtuma organisation",
        "Tapahtuma county",
        "Hakemuksia ei ole.",
        "Kirjoita muistiinpano",
    ):
        assert wanted in page, wanted
    assert admin.email not in page.split("Viimeksi lähetetyt viestit")[0]


def test_the_auditor_reads_and_does_nothing() -> None:
    organisation = OrganisationFactory()
    page = signed_in(staff("auditor")).get(page_of(organisation)).content.decode()

    assert "Kirjoita muistiinpano" not in page
    assert "Katso järjestön sivua" not in page


def test_the_timeline_is_filtered_by_who_sees_and_by_year_and_paged() -> None:
    organisation, client = OrganisationFactory(), signed_in(staff("coordinator"))
    timeline.write(organisation, "Vanha", visibility="public", now=NOW - timedelta(days=400))
    for number in range(21):
        timeline.write(organisation, f"Uusi {number}.", visibility="county", now=NOW)

    def shown(query: str) -> str:
        return client.get(f"{page_of(organisation)}{query}").content.decode()

    assert "Vanha" not in shown("")
    assert "Vanha" in shown("?sivu=2")
    assert "Vanha" in shown("?nakyvyys=public")
    assert "Uusi" not in shown("?nakyvyys=public")
    assert "Vanha" in shown("?vuosi=2025")
    assert "Uusi" not in shown("?vuosi=2025")
    assert "Tällä rajauksella ei ole tapahtumia." in shown("?nakyvyys=organisation")
    assert "Uusi" in shown("?vuosi=x")


def test_a_conflict_of_interest_hides_the_case_here_too() -> None:
    desk = make_desk(cases=1)
    case, client = desk.cases[0], signed_in(desk.coordinator)

    assert case.case_number.split("/")[0] in client.get(page_of(case.organisation)).content.decode()
    ConflictDeclaration.objects.create(
        application=case, user=desk.coordinator, has_conflict=True, ground="x", declared_at=NOW
    )
    assert "Hakemuksia ei ole." in client.get(page_of(case.organisation)).content.decode()


def fill(organisation: Organisation, coordinator: User, rows: int) -> None:
    for number in range(rows):
        member(organisation, "viewer")
        ClaimFactory(organisation=organisation)
        timeline.write(organisation, f"T{number}", visibility="county", now=NOW, by=UserFactory())
        confirm_observation(proposed(organisation), by=coordinator, now=NOW)
        Contact.objects.create(organisation=organisation, name="K", email="k@example.org", since=NOW.date())
        make_verification(organisation, make_sheet(coordinator), coordinator)
        reachable(f"Yhdistys{number} ry")
        sent_campaign(coordinator)
        run_mailing(send_mailing(make_mailing(coordinator, audience="contact"), by=coordinator, now=NOW))


LISTS = {
    "/hallinta/jarjestot/": 12,
    "/hallinta/jarjestot/{organisation}/": 30,  # gathers from every room (decision 0007)
    "/hallinta/tarkistukset/": 12,
    "/hallinta/tarkistuslomakkeet/": 12,
    "/hallinta/huomiot/?tila=kaikki": 12,
    "/hallinta/kampanjat/": 12,
    "/hallinta/jarjestoviestit/": 12,
    "/hallinta/kampanjat/{campaign}/": 15,  # facts, the failed ones and the names of the selection beside the rows
    "/hallinta/jarjestoviestit/{mailing}/": 13,  # the names of the selection beside the rows
}


@pytest.mark.parametrize("address", LISTS)
def test_queries_do_not_grow_with_the_rows(address: str, kunnat: dict[str, Municipality]) -> None:
    coordinator, organisation = staff("coordinator"), reachable("Omaistuki ry", domicile=kunnat["422"])
    client = signed_in(coordinator)

    def count() -> int:
        codes, recipients = ClaimCode.objects.latest("pk"), MailingRecipient.objects.latest("pk")
        url = address.format(organisation=organisation.pk, campaign=codes.campaign_id, mailing=recipients.mailing_id)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    fill(organisation, coordinator, 1)
    one = count()
    fill(organisation, coordinator, 2)
    assert count() == one
    assert one <= LISTS[address]


def test_own_lists_have_steady_queries() -> None:
    coordinator, organisation = staff("coordinator"), OrganisationFactory()
    client = signed_in(member(organisation))
    address = f"/omat/{organisation.pk}/huomiot/"

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    confirm_observation(proposed(organisation), by=coordinator, now=NOW)
    count()
    one = count()
    for _row in range(2):
        confirm_observation(proposed(organisation), by=coordinator, now=NOW)
    assert count() == one <= 12


def test_officers_find_it_from_the_public_page_and_the_desk() -> None:
    organisation = OrganisationFactory()
    for role, there in (("coordinator", True), ("auditor", True), ("payments_clerk", False)):
        client = signed_in(staff(role))
        assert (page_of(organisation) in client.get(f"/jarjestot/{organisation.pk}/").content.decode()) is there
        assert ('href="/hallinta/jarjestot/"' in client.get("/hallinta/").content.decode()) is there


# A note


def test_an_inner_note_stands_on_the_timeline_for_the_county_only() -> None:
    organisation, coordinator = OrganisationFactory(), staff("coordinator")
    admin = member(organisation)
    client = signed_in(coordinator)

    for _twice in range(2):
        assert client.post(f"{page_of(organisation)}muistiinpano/", {"text": "Soitettu."}).status_code == 302
    entry = TimelineEntry.objects.get()
    assert (entry.text, entry.visibility, entry.by) == ("Soitettu.", "county", coordinator)
    assert not allowed("organisations.timeline.view", admin, now=NOW).exists()
    assert code_of(lambda: write_note(organisation, text="x", by=staff("auditor"), now=NOW)) == "not_allowed"
    assert code_of(lambda: write_note(organisation, text="  ", by=coordinator, now=NOW)) == "no_text"


# A claim from paper


def paper(organisation: Organisation, by: User, **fields: Any) -> Claim:
    values: dict[str, Any] = {
        "full_name": "Aino Esimerkki",
        "email": "Aino@Example.org",
        "role": "admin",
        "position": "Puheenjohtaja",
        "evidence": "Kirje 1.11.2026",
        "came_by": "paper",
        "attachment": None,
        **fields,
    }
    return enter_claim(organisation, **values, by=by, now=NOW)


def test_a_claim_from_paper_makes_an_account_and_waits_in_the_queue() -> None:
    organisation, registrar, coordinator = OrganisationFactory(), staff("registrar"), staff("coordinator")
    upload = check_upload(SimpleUploadedFile("kirje.txt", b"Kirje"))

    claim = paper(organisation, registrar, attachment=upload)

    person = claim.user
    assert (person.email, person.full_name, person.has_usable_password()) == (
        "aino@example.org",
        "Aino Esimerkki",
        False,
    )
    assert (claim.came_by, claim.entered_by, claim.state) == ("paper", registrar, "waiting")
    case = signed_in(coordinator).get(claim.get_absolute_url()).content.decode()
    assert "pyyntö tuli paperilla" in case
    assert "kirje.txt" in case
    approve_claim(claim, role="admin", by=coordinator, now=NOW)
    told = Message.objects.get(to_user=person)
    assert "Unohtuiko salasana" in told.text
    assert allowed("organisations.edit", person, now=NOW).get() == organisation


def test_who_has_an_account_keeps_it() -> None:
    organisation, by = OrganisationFactory(), staff("registrar")
    person = UserFactory(email="aino@example.org", full_name="Aino")

    assert paper(organisation, by).user == person
    assert User.objects.get(pk=person.pk).full_name == "Aino"
    assert code_of(lambda: paper(organisation, by)) == "already_claimed"


def test_refusals_of_a_paper_claim() -> None:
    organisation, by = OrganisationFactory(), staff("registrar")
    member(organisation, email="jasen@example.org")
    UserFactory(email="suljettu@example.org", is_active=False)

    assert code_of(lambda: paper(organisation, by, email="jasen@example.org")) == "already_member"
    assert code_of(lambda: paper(organisation, by, email="suljettu@example.org")) == "closed_account"
    assert code_of(lambda: paper(organisation, staff("auditor"))) == "not_allowed"
    with pytest.raises(IntegrityError, match="claim_came_by_known"), transaction.atomic():
        Claim.objects.filter(pk=ClaimFactory().pk).update(came_by="pigeon")


def test_it_is_entered_on_its_page() -> None:
    organisation = OrganisationFactory()
    form = {
        "came_by": "phone",
        "full_name": "Aino",
        "email": "aino@example.org",
        "role": "admin",
        "position": "pj",
        "evidence": "Soitto",
    }
    address = f"{page_of(organisation)}edustuspyynto/"
    client = signed_in(staff("registrar"))

    assert "Korjaa yksi kohta" in client.post(address, {**form, "email": "ei osoite"}).content.decode()
    assert client.post(address, form)["Location"] == page_of(organisation)
    assert Claim.objects.get().came_by == "phone"


# The name among the signatories


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("Aino Virtanen", "whole"),
        ("aino maria VIRTANEN", "whole"),
        ("Virtanen, Aino", "whole"),
        ("Aino Maria Helmi Virtanen", "whole"),
        ("Aino Virtanen-Mäki", "part"),
        ("Aino Korhonen", ""),
        ("Virtanen", ""),
        ("", ""),
    ],
)
def test_the_claimants_name_is_looked_for_word_by_word(name: str, strength: str) -> None:
    organisation = OrganisationFactory()
    organisation.signatories.create(name="Virtanen Aino Maria", role="puheenjohtaja")
    organisation.signatories.create(name="Lahti Eino", role="sihteeri")

    found = matching(name, organisation.signatories.order_by("pk"))

    assert [match.strength for match in found] == ([strength] if strength else [])


def test_the_hint_stands_on_the_case() -> None:
    claim = ClaimFactory(user__full_name="Aino Virtanen")
    client = signed_in(staff("coordinator"))

    assert "Otteessa ei ole nimenkirjoittajia." in client.get(claim.get_absolute_url()).content.decode()
    claim.organisation.signatories.create(name="Lahti Eino")
    assert "Pyytäjän nimeä ei ole nimenkirjoittajissa" in client.get(claim.get_absolute_url()).content.decode()
    claim.organisation.signatories.create(name="Virtanen Aino Maria")
    assert "Pyytäjän nimi on nimenkirjoittajissa" in client.get(claim.get_absolute_url()).content.decode()


# Looking at the page that the person sees


def test_looking_is_stored_told_and_ends() -> None:
    organisation, coordinator = OrganisationFactory(name="Omaistuki ry"), staff("coordinator")
    admin = member(organisation)
    row = Membership.objects.get(user=admin)

    visit = open_to_look(organisation, seen_as=row, reason="Neuvonta puhelimessa", by=coordinator, now=NOW)

    assert (visit.by, visit.seen_as, visit.until) == (coordinator, admin, NOW + timedelta(minutes=30))
    entry = allowed("organisations.timeline.view", admin, now=NOW).get()
    assert "Syy: Neuvonta puhelimessa" in entry.text
    visits = "organisations.read_only_visit.view"
    assert allowed(visits, coordinator, now=NOW).get() == visit
    assert not allowed(visits, coordinator, now=NOW + timedelta(minutes=30)).exists()
    assert not allowed(visits, staff("coordinator"), now=NOW).exists()
    assert not allowed(visits, admin, now=NOW).exists()
    assert code_of(lambda: open_to_look(organisation, seen_as=row, reason=" ", by=coordinator, now=NOW)) == "no_reason"
    assert (
        code_of(lambda: open_to_look(OrganisationFactory(), seen_as=row, reason="x", by=coordinator, now=NOW))
        == "not_member"
    )
    assert code_of(lambda: open_to_look(organisation, seen_as=row, reason="x", by=staff("auditor"), now=NOW)) == (
        "not_allowed"
    )


def test_the_page_is_the_persons_own_without_a_way_to_do_anything() -> None:
    organisation = OrganisationFactory(name="Omaistuki ry")
    viewer = member(organisation, "viewer", full_name="Liisa Lukija")
    client = signed_in(staff("coordinator"))
    form = {"person": str(Membership.objects.get(user=viewer).pk), "reason": "Neuvonta"}

    answer = client.post(f"{page_of(organisation)}katselu/", form)
    page = client.get(answer["Location"]).content.decode()

    assert "Näin Liisa Lukija näkee sivun." in page
    seen = page.partition("Palaa hyvinvointialueen sivulle")[2].partition("</main>")[0]
    assert "Lukija näkee järjestön hakemukset" in seen
    assert "Tilinumero" not in seen  # what the viewer has not
    for way in ("<form", "<button", "<input", f'href="/omat/{organisation.pk}/'):
        assert way not in seen
    assert signed_in(staff("registrar")).get(answer["Location"]).status_code == 404
    end_membership(Membership.objects.get(user=viewer), by=viewer, now=NOW)
    assert client.get(answer["Location"]).status_code == 404


def test_an_organisation_without_people_has_nothing_to_look_at() -> None:
    page = signed_in(staff("coordinator")).get(f"{page_of(OrganisationFactory())}katselu/").content.decode()
    assert "Järjestöllä ei ole edustajia" in page


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ('<main id="x"><p>Hei <a href="/x">linkki</a></p></main><script>1</script>', "<p>Hei <span>linkki</span></p>"),
        ('<form><p>pois</p><input name="a"></form><p class="b" id="c">jää</p>', '<p class="b">jää</p>'),
        ("<p>a<br>b &lt;script&gt; &amp;</p>", "<p>a<br>b &lt;script&gt; &amp;</p>"),
        ('<nav class="crumbs"><ol><li>x</li></ol></nav><nav class="panel">y</nav>', '<div class="panel">y</div>'),
        ('<p onclick="x()" lang="fi">z</p>', '<p lang="fi">z</p>'),
    ],
)
def test_only_what_can_be_read_stays(html: str, read: str) -> None:
    assert for_reading(html) == read


def test_a_visit_has_a_reason_by_constraint() -> None:
    person = UserFactory()
    values = {"organisation": OrganisationFactory(), "seen_as": person, "by": person, "opened_at": NOW}
    with pytest.raises(IntegrityError, match="read_only_visit_has_reason"), transaction.atomic():
        ReadOnlyVisit.objects.create(**values, reason="", until=NOW + timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="read_only_visit_ends"), transaction.atomic():
        ReadOnlyVisit.objects.create(**values, reason="x", until=NOW)
