"""Pairs that may be one organisation: what is found, what is not, and what an officer says of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import Refused
from county.models import Municipality
from organisations.models import DuplicateCandidate, ImportRun, Organisation
from organisations.register.duplicates import find_duplicates
from organisations.tasks import find_register_duplicates
from organisations.workflow import dismiss_duplicate, reopen_duplicate
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory
from tests.organisations.test_pages import count_queries

pytestmark = pytest.mark.django_db


def found() -> set[tuple[str, str, str]]:
    rows = DuplicateCandidate.objects.filter(state="open").select_related("first", "second")
    return {(row.first.name, row.second.name, row.reason) for row in rows}


def two(first: str, second: str, **fields: Any) -> tuple[Organisation, Organisation]:
    return OrganisationFactory(name=first, **fields), OrganisationFactory(name=second, **fields)


def test_the_same_and_similar_names_of_one_domicile_are_found(kunnat: dict[str, Municipality]) -> None:
    two("Lieksan Omaistuki ry", "Lieksan omaistuki r.y.", domicile=kunnat["422"], in_last_extract=True)
    two("Kiteen Näkövammaisten Kerho ry", "Kiteen Nakovammaisten Kerhot ry", domicile=kunnat["260"])
    two("Joensuun Kalakerho ry", "Nurmeksen Luontoväki ry", domicile=kunnat["167"])  # not alike
    OrganisationFactory(name="Sotilaskotiyhdistys ry", domicile=kunnat["167"], in_last_extract=True)
    OrganisationFactory(name="Sotilaskotiyhdistys ry", domicile=kunnat["541"], in_last_extract=True)  # another town
    two("Partiolippukunta 12 ry", "Partiolippukunta 13 ry", domicile=kunnat["707"])  # numbered names differ
    two("Purettujen Kerho ry", "Purettujen kerho ry", domicile=kunnat["707"], status="dissolved")

    assert find_duplicates(now=NOW) == 2
    assert found() == {
        ("Lieksan Omaistuki ry", "Lieksan omaistuki r.y.", "same_name"),
        ("Kiteen Näkövammaisten Kerho ry", "Kiteen Nakovammaisten Kerhot ry", "similar_name"),
    }
    assert max(DuplicateCandidate.objects.values_list("score", flat=True)) == 99


def test_outside_the_county_only_what_is_not_in_the_extract_is_compared(kunnat: dict[str, Municipality]) -> None:
    oulu = kunnat["564"]
    two("Oulun Tanssijat ry", "Oulun Tanssijatt ry", domicile=oulu, in_last_extract=True)
    OrganisationFactory(name="Oulun Kirjallisuuspiiri ry", domicile=oulu, in_last_extract=True)
    OrganisationFactory(name="Oulun Kirjallisuuspiirit ry", domicile=oulu)
    OrganisationFactory(name="Kunnaton Kerho ry")
    OrganisationFactory(name="Kunnaton kerho", domicile=oulu)

    find_duplicates(now=NOW)

    assert found() == {
        ("Oulun Kirjallisuuspiiri ry", "Oulun Kirjallisuuspiirit ry", "similar_name"),
        ("Kunnaton Kerho ry", "Kunnaton kerho", "same_name"),
    }


def test_a_dismissed_pair_stays_dismissed_and_an_old_one_goes(kunnat: dict[str, Municipality]) -> None:
    first, _second = two("Kylätupa ry", "Kylätupa r.y.", domicile=kunnat["422"])
    third, _fourth = two("Martat ry", "Martat rf", domicile=kunnat["167"])
    find_duplicates(now=NOW)
    pair = DuplicateCandidate.objects.get(first=first)
    dismiss_duplicate(pair, note="Eri hallitukset.", by=staff("registrar"), now=NOW)
    Organisation.objects.filter(pk=third.pk).update(name="Aivan Muu ry")

    assert find_duplicates(now=NOW + timedelta(days=1)) == 0
    assert list(DuplicateCandidate.objects.values_list("pk", "state")) == [(pair.pk, "dismissed")]


def test_two_rows_that_claim_one_business_id_are_a_pair(import_text: Callable[..., ImportRun]) -> None:
    header = "rekisterinumero;y_tunnus;nimi"
    import_text(f"{header}\n1;0785533-5;Haltija ry\n2;;Toinen ry\n")

    import_text(f"{header}\n1;;Haltija ry\n2;0785533-5;Toinen ry\n")
    find_register_duplicates()

    pair = DuplicateCandidate.objects.get()
    assert (pair.reason, pair.score, pair.state) == ("number", 100, "open")


def test_deciding_asks_right_and_reason() -> None:
    first, second = two("A ry", "B ry")
    pair = DuplicateCandidate.objects.create(first=first, second=second, reason="same_name", score=99, found_at=NOW)
    officer = staff("coordinator")

    for by, note, code in ((staff("auditor"), "x", "not_allowed"), (officer, " ", "no_reason")):
        with pytest.raises(Refused) as refused:
            dismiss_duplicate(pair, note=note, by=by, now=NOW)
        assert refused.value.code == code
    dismiss_duplicate(pair, note="Eri", by=officer, now=NOW)
    dismiss_duplicate(pair, note="Toinen syy", by=officer, now=NOW)  # twice does not do it twice
    pair.refresh_from_db()
    assert (pair.note, pair.decided_by) == ("Eri", officer)
    reopen_duplicate(pair, by=officer, now=NOW)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_at) == ("open", None)


@pytest.mark.parametrize("broken", ["itself", "backwards", "twice", "score"])
def test_the_database_refuses_a_broken_pair(broken: str) -> None:
    first, second = two("A ry", "B ry")
    known: dict[str, Any] = {"first": first, "second": second, "reason": "number", "score": 90, "found_at": NOW}
    changed: dict[str, dict[str, Any]] = {
        "itself": {"second": first},
        "backwards": {"first": second, "second": first},
        "twice": {},
        "score": {"score": 101},
    }
    if broken == "twice":
        DuplicateCandidate.objects.create(**known)
    with pytest.raises(IntegrityError), transaction.atomic():
        DuplicateCandidate.objects.create(**{**known, **changed[broken]})


def test_the_queue_and_the_comparison(kunnat: dict[str, Municipality]) -> None:
    first, second = two("Kylätupa ry", "Kylätupa r.y.", domicile=kunnat["422"])
    client = signed_in(staff("registrar"))
    listed = reverse("organisations:duplicates")
    assert "Kaksoiskappaleita ei ole löytynyt" in client.get(listed).content.decode()
    find_duplicates(now=NOW)

    page = client.get(listed).content.decode()
    compare = reverse("organisations:compare", args=[first.pk, second.pk])
    assert compare in page
    assert "99 %" in page
    assert "Tarkista mahdollinen kaksoiskappale" in client.get(reverse("portal:desk")).content.decode()
    assert "Tällä rajauksella ei ole pareja" in client.get(f"{listed}?syy=number").content.decode()
    page = client.get(compare).content.decode()
    assert "Ne ovat eri järjestöt" in page
    assert "Vastaa kohtaan" in client.post(compare, {"dismiss": "1", "note": ""}).content.decode()
    client.post(compare, {"dismiss": "1", "note": "Eri hallitukset."})
    assert "Kylätupa r.y." in client.get(f"{listed}?tila=dismissed").content.decode()
    assert "Eri hallitukset." in client.get(compare).content.decode()
    client.post(compare, {"reopen": "1"})
    assert DuplicateCandidate.objects.get().state == "open"
    assert client.get(reverse("organisations:compare", args=[first.pk, first.pk])).status_code == 404


def test_picking_tells_what_is_wrong() -> None:
    first, second = two("A ry", "B ry", business_id=None)
    client, address = signed_in(staff("coordinator")), reverse("organisations:pick_pair")

    unknown = client.get(address, {"first": "999999", "second": "x"}).content.decode()
    assert unknown.count("Tällaista järjestöä ei ole rekisterissä.") >= 2, "each field says so"
    two("Sama ry", "Sama ry", business_id=None)
    assert "Tämän nimisiä on useita." in client.get(address, {"first": "sama RY", "second": "x"}).content.decode()
    same = client.get(address, {"first": f"/jarjestot/{first.pk}/", "second": f"/jarjestot/{first.pk}/"})
    assert "Valitse toinen järjestö kuin ensimmäinen." in same.content.decode()
    found_both = client.get(
        address, {"first": f"https://portaali.fi/jarjestot/{first.pk}/", "second": str(second.association_number)}
    )
    assert found_both["Location"] == reverse("organisations:compare", args=[first.pk, second.pk])


@pytest.mark.parametrize("place", ["duplicates", "merges"])
def test_lists_have_steady_queries(place: str, kunnat: dict[str, Municipality]) -> None:
    from tests.organisations.merging import merged

    officer = staff("coordinator")
    client, address = signed_in(officer), reverse(f"organisations:{place}")

    def more(count: int) -> int:
        for _number in range(count):
            first, second = two("A ry", "B ry", domicile=kunnat["422"])
            if place == "merges":
                merged(first, second, by=officer)
            else:
                DuplicateCandidate.objects.create(
                    first=first, second=second, reason="same_name", score=99, found_at=NOW
                )
        client.get(address)
        return count_queries(client, address)

    one = more(1)
    assert one == more(2)
    assert one <= 12
