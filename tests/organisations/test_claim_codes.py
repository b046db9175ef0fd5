"""The code of the launch campaign: how it is written, what typos are told, what using it does."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Refused
from common.policies import allowed
from notifications.models import Message
from organisations import claim_codes, code_tries
from organisations.models import Claim, ClaimCode, Membership, TimelineEntry
from organisations.workflow.campaigns import close_campaign
from organisations.workflow.claim_codes import find_code, open_code, use_code
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import NOW, ClaimFactory, OrganisationFactory, member
from tests.organisations.factories_relations import reachable, sent_campaign

pytestmark = pytest.mark.django_db
PAGE = "/jarjestot/koodi/"
ANY_CODE = st.builds(claim_codes.new_code)


def code_of(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def given_code(row: ClaimCode | None = None) -> tuple[ClaimCode, str]:
    """Return a sent code with its secret known."""
    if row is None:
        reachable()
        row = sent_campaign().codes.get()
    code = claim_codes.new_code()
    ClaimCode.objects.filter(pk=row.pk).update(code_hash=claim_codes.hash_code(code))
    found = find_code(code)
    assert found is not None
    return found, code


# How a code is written


@given(ANY_CODE)
def test_a_code_is_read_as_it_is_written(code: str) -> None:
    assert len(code) == 12
    assert set(code) <= set(claim_codes.ALPHABET)
    assert claim_codes.parse_code(claim_codes.written(code)) == code
    assert claim_codes.parse_code(f"  {claim_codes.written(code).lower().replace('-', ' ')} ") == code


@given(ANY_CODE, st.integers(0, 11), st.integers(1, 22))
def test_every_single_wrong_sign_is_noticed(code: str, place: int, step: int) -> None:
    sign = claim_codes.ALPHABET[(claim_codes.ALPHABET.index(code[place]) + step) % 23]
    with pytest.raises(ValidationError) as wrong:
        claim_codes.parse_code(code[:place] + sign + code[place + 1 :])
    assert wrong.value.code == "slip"


@given(ANY_CODE, st.integers(0, 11), st.integers(0, 11))
def test_every_pair_in_the_wrong_order_is_noticed(code: str, one: int, other: int) -> None:
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    if signs != list(code):
        with pytest.raises(ValidationError, match="kirjoitusvirhe"):
            claim_codes.parse_code("".join(signs))


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("ACDE-FGHJ", "wrong_length", "Koodissa on 12 merkkiä. Kirjoitit 8."),
        ("", "wrong_length", "Kirjoitit 0."),
        ("ACDO-FGHJ-KMN1", "strange_sign", "Koodeissa ei ole merkkiä 1, O."),
        ("ÅCDE-FGHJ-KMNP", "strange_sign", "merkkiä Å"),
    ],
)
def test_slips_are_told_kindly(typed: str, code: str, message: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        claim_codes.parse_code(typed)
    assert wrong.value.code == code
    assert message in wrong.value.messages[0]


def test_only_the_hash_is_kept_and_the_mail_forgets_the_code() -> None:
    reachable()
    row = sent_campaign().codes.select_related("message").get()

    assert row.message is not None
    assert (row.message.secret, row.message.required) == (True, True)
    typed = [word for word in row.message.text.split() if word.count("-") == 2 and len(word) == 14]
    assert claim_codes.hash_code(claim_codes.parse_code(typed[0])) == row.code_hash
    row.message.forget_secret()
    assert typed[0] not in row.message.text


# Using it


def test_whoever_has_the_code_becomes_admin_of_an_organisation_that_has_none() -> None:
    found, _code = given_code()
    person = UserFactory(full_name="Aino Esimerkki")

    open_code(found, by=person, now=NOW)
    membership = use_code(found, position="Sihteeri", by=person, now=NOW)

    assert isinstance(membership, Membership)
    assert (membership.role, membership.user) == ("admin", person)
    found.refresh_from_db()
    assert (found.state, found.opened_at, found.used_by) == ("used", NOW, person)
    assert (
        TimelineEntry.objects.latest("pk").text == "Käyttöönottokoodi käytettiin: järjestö sai pääkäyttäjän (Sihteeri)"
    )
    told = Message.objects.get(kind="organisations.code_used")
    assert told.to_address == "omaistuki@yhdistys.example"
    assert "pääkäyttäjä on nyt Aino Esimerkki" in told.text


def test_with_an_admin_there_the_coordinator_looks() -> None:
    found, _code = given_code()
    member(found.organisation)
    coordinator, person = staff("coordinator"), UserFactory()

    claim = use_code(found, position="Sihteeri", by=person, now=NOW)

    assert isinstance(claim, Claim)
    assert (claim.state, claim.role, claim.code) == ("waiting", "admin", found)
    assert not allowed("organisations.represent", person, now=NOW).exists()
    page = signed_in(coordinator).get(f"/hallinta/edustukset/{claim.pk}/").content.decode()
    assert "Koodi oikein" in page


def test_a_code_works_once() -> None:
    found, _code = given_code()
    use_code(found, position="Sihteeri", by=UserFactory(), now=NOW)

    assert code_of(lambda: use_code(found, position="Sihteeri", by=UserFactory(), now=NOW)) == "used"
    assert code_of(lambda: open_code(found, by=UserFactory(), now=NOW)) == "used"
    assert Membership.objects.count() == 1


def test_an_editor_becomes_admin_and_an_admin_needs_no_code() -> None:
    found, _code = given_code()
    editor = member(found.organisation, "editor")

    use_code(found, position="Sihteeri", by=editor, now=NOW)
    assert Membership.objects.get().role == "admin"
    again, _code = given_code(found)
    ClaimCode.objects.filter(pk=again.pk).update(state="sent", used_at=None)
    assert code_of(lambda: use_code(again, position="x", by=editor, now=NOW)) == "already_member"


def test_ones_own_waiting_claim_is_taken_back() -> None:
    found, _code = given_code()
    claim = ClaimFactory(organisation=found.organisation)

    use_code(found, position="Sihteeri", by=claim.user, now=NOW)

    claim.refresh_from_db()
    assert claim.state == "withdrawn"


def test_a_code_runs_out_and_ends_with_its_campaign() -> None:
    found, _code = given_code()
    person = UserFactory()

    assert code_of(lambda: use_code(found, position="x", by=person, now=NOW + timedelta(days=90))) == "expired"
    close_campaign(found.campaign, by=staff("coordinator"), now=NOW)
    assert code_of(lambda: use_code(found, position="x", by=person, now=NOW)) == "expired"
    assert not Membership.objects.exists()


# The page


@pytest.fixture(autouse=True)
def _no_tries() -> None:
    cache.clear()


def alive(found: ClaimCode) -> None:
    """Let the code hold at the present instant, whatever day it is."""
    ClaimCode.objects.filter(pk=found.pk).update(expires_at=NOW + timedelta(days=40000))


def test_strangers_are_told_what_the_code_is_for(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert "Kirjaudu tai luo tunnus." in page
    assert 'name="code"' not in page
    assert "Kirjaudu tai luo tunnus." in client.post(PAGE, {"code": "ACDE"}).content.decode()


def test_code_then_organisation_then_position() -> None:
    found, code = given_code()
    alive(found)
    client = signed_in(UserFactory())

    page = client.post(PAGE, {"code": claim_codes.written(code).lower()}).content.decode()
    assert "Omaistuki ry" in page
    assert "Asemasi järjestössä" in page
    assert not Membership.objects.exists()
    page = client.post(PAGE, {"code": code, "position": ""}).content.decode()
    assert "Vastaa kohtaan ”Asemasi järjestössä”." in page
    assert "Merkitse rasti kohtaan" in page
    answer = client.post(PAGE, {"code": code, "position": "Sihteeri", "confirmed": "on"})
    assert answer["Location"] == f"/omat/{found.organisation_id}/"
    assert "Koodi on jo käytetty." in client.post(PAGE, {"code": code}).content.decode()


def test_wrong_codes_are_counted_and_typos_are_not() -> None:
    client = signed_in(UserFactory())
    for _try in range(code_tries.PER_PERSON):
        assert "kirjoitusvirhe" in client.post(PAGE, {"code": "ACDE-FGHJ-KMNP"}).content.decode()
    for _try in range(code_tries.PER_PERSON):
        assert "Koodia ei löydy." in client.post(PAGE, {"code": claim_codes.new_code()}).content.decode()
    found, code = given_code()
    alive(found)
    assert "Olet kokeillut liian monta väärää koodia." in client.post(PAGE, {"code": code}).content.decode()
    other = signed_in(UserFactory()).post(PAGE, {"code": code}).content.decode()
    assert "Vahvista järjestö" in other


def test_the_address_is_counted_too() -> None:
    for _person in range(5):
        client = signed_in(UserFactory())
        for _try in range(code_tries.PER_PERSON):
            client.post(PAGE, {"code": claim_codes.new_code()})
    fresh = signed_in(UserFactory())
    assert "liian monta" in fresh.post(PAGE, {"code": claim_codes.new_code()}).content.decode()


def test_the_public_pages_lead_to_it(client: Client) -> None:
    organisation = OrganisationFactory()
    for address in ("/", "/jarjestot/", f"/jarjestot/{organisation.pk}/"):
        assert f'href="{PAGE}"' in client.get(address).content.decode() or address.endswith(f"/{organisation.pk}/")
    signed = signed_in(UserFactory())
    assert f'href="{PAGE}"' in signed.get(f"/jarjestot/{organisation.pk}/edusta/").content.decode()
