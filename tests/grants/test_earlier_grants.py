"""Grants of earlier years from files: read, looked at, taken once, shown where they belong."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from county.models import County
from grants import earlier_reading
from grants.earlier_grants import earlier_grants, earlier_retention
from grants.models import EarlierGrant, EarlierGrantImport
from grants.workflow.earlier_grants import plan, read_earlier_grants, take_earlier_grants
from organisations.models import EarlierName
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import NOW, make_member, make_organisation
from tests.grants.test_handling_pages import set_clock

pytestmark = pytest.mark.django_db

TUTKI = (
    "Päätös pvm;Saaja;Y-tunnus;Myöntäjä;Asianumero;Haettu;Myönnetty;Käyttötarkoitus;Haku;Alueet\n"
    "12.3.2025;Lieksan Omaistuki;1234567-1;OPH;OPH-1/2025;5 000,00;3 000,50;Ryhmät;Yleishaku;Lieksa\n"
    "13.3.2025;Tuntematon ry;0164308-3;OPH;OPH-2/2025;100;0;Retki;Yleishaku;Nurmes\n"
)
STEA = (
    "jarjesto,y_tunnus,vuosi,kayttotarkoitus,avustuslaji,alue,haettu,ehdotettu,myonnetty,arvio\n"
    "Lieksan Omaistuki ry,1234567-1,2024,Vertaistuki,Ak,Lieksa,20000,18000,18000,x\n"
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def organisation() -> Any:
    return make_organisation(business_id="1234567-1")


def upload(text: str | bytes, name: str = "avustukset.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def run_of(text: str | bytes, by: Any = None, *, form: str = "tutkiavustuksia", funder: str = "") -> EarlierGrantImport:
    return read_earlier_grants(upload(text), form=form, funder=funder, by=by or staff("coordinator"), now=NOW)


def take(run: EarlierGrantImport, *, with_unmatched: bool = False) -> EarlierGrantImport:
    return take_earlier_grants(run, with_unmatched=with_unmatched, by=run.by, now=NOW)


def test_the_columns_of_three_sources(organisation: Any) -> None:
    first = plan(run_of(TUTKI))
    assert [one.organisation for one in first] == [organisation, None]
    assert (first[0].row.granted_sum, first[0].row.asked_sum, first[0].row.year) == ("3000.50", "5000.00", 2025)
    stea = run_of(STEA, form="stea", funder="STEA")
    assert stea.unknown_columns == ["arvio"]
    [one] = plan(stea)
    assert (one.organisation, one.row.funder, one.row.kind) == (organisation, "STEA", "Ak")
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        day = made.add_format({"num_format": "d.m.yyyy"})
        sheet.write_row(0, 0, ["Kaupungin avustukset 2023"])
        sheet.write_row(2, 0, ["Hakija", "Rekisterinumero", "Myönnetty avustus", "Päätöspäivä", "Tarkoitus"])
        sheet.write_row(3, 0, ["Joku", organisation.association_number, 1500.5])
        sheet.write_datetime(3, 3, date(2023, 5, 4), day)
        sheet.write_string(3, 4, "=1+1")
    [row] = plan(run_of(book.getvalue(), form="helsinki", funder="Helsinki"))
    assert row.organisation == organisation
    assert (row.row.granted_sum, row.row.decided_on, row.row.purpose) == ("1500.50", "2023-05-04", "=1+1")


def test_a_name_is_enough_only_when_one_has_it(organisation: Any) -> None:
    text = "Saaja;Vuosi;Myönnetty\nLIEKSAN omaistuki RY;2024;10\nKaksi ry;2024;10\nVanha nimi ry;2024;10\n"
    make_organisation("Kaksi ry")
    make_organisation("Kaksi ry")
    EarlierName.objects.create(organisation=organisation, name="Vanha nimi ry")
    found = [one.organisation for one in plan(run_of(text, funder="Säätiö"))]
    assert found == [organisation, None, organisation]


def test_taken_once_and_doubles_are_seen(organisation: Any) -> None:
    run = run_of(TUTKI)
    assert take(run).added == 1
    run.refresh_from_db()
    assert (run.rows, run.state) == ([], "taken")
    assert take(run).added == 1, "a second press changes nothing"
    again = run_of(TUTKI + TUTKI.partition("\n")[2])
    assert [one.is_double for one in plan(again)] == [True, False, True, True]
    assert take(again, with_unmatched=True).added == 1
    assert EarlierGrant.objects.count() == 2
    grant = earlier_grants(organisation).get()
    assert (grant.granted_sum, grant.asked_sum, grant.is_own) == (Decimal("3000.50"), Decimal(5000), False)
    grant.pk = None
    with pytest.raises(IntegrityError, match="grants_earlier_grant_once"), transaction.atomic():
        grant.save(force_insert=True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty"),
        ("a;b\n1;2\n", "not_ours"),
        ("Saaja;Vuosi;Myönnetty\n", "empty"),
        (b"\xff\xfea\0", "not_text"),
        (b"PK\x03\x04rikki", "not_ours"),
        (b"x" * (earlier_reading.MAX_BYTES + 1), "too_big"),
        ("Saaja;Vuosi;Myönnetty\n" + "A ry;2024;1\n" * (earlier_reading.MAX_ROWS + 1), "too_many_rows"),
    ],
)
def test_what_is_no_such_file_is_refused(content: str | bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        run_of(content or " ", funder="STEA")
    assert refused.value.code == code


def test_bad_rows_are_told_and_cost_nothing_else() -> None:
    rows = (";2024;1;", "A ry;24;1;", "A ry;2024;paljon;", "A ry;2024;-5;", "A ry;2024;;", "B ry;2024;7;1234567-9")
    text = "\n".join(("Saaja;Vuosi;Myönnetty;Y-tunnus", *rows))
    run = run_of(text, funder="STEA")
    assert [bad["line"] for bad in run.refused] == [2, 3, 4, 5, 6]
    [one] = plan(run)
    assert (one.row.business_id, len(one.row.warnings)) == ("", 1)
    with pytest.raises(Refused) as refused:
        run_of("Saaja;Vuosi;Myönnetty\nA ry;2024;1\n")
    assert refused.value.code == "no_funder"
    with pytest.raises(Http404):
        run_of(TUTKI, UserFactory())


def test_the_countys_own_earlier_grants_are_in_the_public_list(organisation: Any) -> None:
    County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue")
    text = "Saaja;Vuosi;Myönnetty\nLieksan Omaistuki ry;2023;1500\nMatti Meikäläinen;2023;90\n"
    take(run_of(text, funder="Koealueen hyvinvointialue", form="helsinki"), with_unmatched=True)
    page = Client().get("/avustukset/myonnetyt/").content.decode()
    assert organisation.name in page
    assert "Meikäläinen" not in page
    take(run_of(STEA, form="stea", funder="STEA"))
    assert "18" not in Client().get("/api/v1/grants.csv").content.decode()
    own = Client().get(reverse("grants:organisation_earlier", args=[organisation.pk])).content.decode()
    assert "STEA" in own
    assert "Vertaistuki" in own
    assert (
        reverse("grants:organisation_earlier", args=[organisation.pk])
        in signed_in(make_member(organisation))
        .get(reverse("organisations:own", args=[organisation.pk]))
        .content.decode()
    )


def test_from_the_desk_to_the_taken_rows(organisation: Any) -> None:
    client, address = signed_in(staff("coordinator")), reverse("grants:earlier_new")
    assert address in client.get(reverse("portal:desk")).content.decode()
    assert client.post(address, {}).status_code == 422
    bad = client.post(address, {"file": upload("a;b\n1;2\n"), "form": "stea"})
    assert bad.status_code == 422
    assert "Tiedostoa ei voitu lukea" in bad.content.decode()
    looked = client.post(address, {"file": upload(TUTKI), "form": "tutkiavustuksia"}, follow=True)
    text = looked.content.decode()
    assert "ei löytynyt" in text
    assert organisation.name in text
    run = EarlierGrantImport.objects.get()
    here = reverse("grants:earlier_import", args=[run.pk])
    assert "otettiin" in client.post(here, {"with_unmatched": "on"}, follow=True).content.decode()
    assert EarlierGrant.objects.count() == 2


def test_what_nobody_took_is_erased() -> None:
    run_of(TUTKI)
    assert earlier_retention(NOW + timedelta(days=29)) == {"grants.EarlierGrantImport": 0}
    assert earlier_retention(NOW + timedelta(days=31)) == {"grants.EarlierGrantImport": 1}


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(organisation: Any, number: int) -> None:
    rows = "".join(f"Lieksan Omaistuki ry;{2020 + n};1\nVieras {n} ry;2020;1\n" for n in range(number))
    run, waiting = (run_of(f"Saaja;Vuosi;Myönnetty\n{rows}", funder=funder) for funder in ("A", "B"))
    take(run)
    officer = signed_in(waiting.by)
    for client, address in (
        (officer, reverse("grants:earlier_import", args=[waiting.pk])),
        (officer, reverse("grants:earlier_new")),
        (Client(), reverse("grants:organisation_earlier", args=[organisation.pk])),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 12, [query["sql"] for query in queries]
