"""Handing decided cases over to the records system: the package, its receipt, never twice silently."""

import hashlib
import io
import json
import zipfile
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from grants.award_terms import terms_of
from grants.models import (
    CaseEvent,
    ChangeRequest,
    ClaimFile,
    ConflictDeclaration,
    PackagedCase,
    RecordsPackage,
    RecoveryCase,
)
from grants.records_package import NAMESPACE
from grants.workflow.claims import decide_claim, propose_claim, register_claim
from grants.workflow.records import make_package, record_receipt
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF, body_of, make_call, make_organisation, make_submitted
from tests.grants.factories_money import FINAL
from tests.grants.factories_records import make_whole_case
from tests.grants.test_handling_pages import set_clock

pytestmark = pytest.mark.django_db
N = {"r": NAMESPACE}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, FINAL)


def package_of(case: Any, by: Any, reason: str = "") -> RecordsPackage:
    return make_package(case.call, applications=[case.pk], reason=reason, by=by, now=FINAL)


def opened(package: RecordsPackage) -> zipfile.ZipFile:
    with package.file.open("rb") as stored:
        return zipfile.ZipFile(io.BytesIO(stored.read()))


def test_the_package_holds_the_case_and_every_hash_is_true() -> None:
    case = make_whole_case().application
    package = package_of(case, staff("registrar"))
    bundle = opened(package)
    manifest = json.loads(bundle.read("manifest.json"))
    told = {entry["path"]: entry for entry in manifest["files"]}
    assert set(bundle.namelist()) == {*told, "manifest.json"}
    for path, entry in told.items():
        data = bundle.read(path)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["size"], entry["sha256"]), path
    folder = str(case.case_number).replace("/", "-")
    assert {f"{folder}/{name}" for name in ("hakemus-1.json", "esitys.json", "paatos.pdf", "metadata.xml")} <= set(told)
    assert sum(f"{folder}/liitteet/" in path for path in told) == case.attachments.count() > 0
    assert told[f"{folder}/hakemus-1.json"]["sha256"] == case.submissions.get().sha256
    metadata = ET.fromstring(bundle.read(f"{folder}/metadata.xml"))
    assert metadata.findtext("r:NativeId", namespaces=N) == case.case_number
    assert metadata.findtext("r:RetentionPeriod", namespaces=N) == "10"
    assert [one.text for one in metadata.iterfind("r:Agent/r:Role", N)] == ["hakija", "päättäjä"]
    documents = metadata.iterfind(".//r:Document", N)
    in_xml = {one.findtext("r:Path", "", N): one.findtext("r:HashValue", "", N) for one in documents}
    assert in_xml == {path: entry["sha256"] for path, entry in told.items() if entry["kind"] != "metatiedot"}


def test_never_twice_silently() -> None:
    case, registrar = make_whole_case().application, staff("registrar")
    first = package_of(case, registrar)
    with pytest.raises(Refused, match="Jo luovutettu"):
        package_of(case, registrar)
    second = package_of(case, registrar, "Siirto keskeytyi.")
    assert second.cases.get().again_reason == "Siirto keskeytyi."
    said = list(CaseEvent.objects.filter(verb="make_package").order_by("pk").values_list("text", flat=True))
    assert len(said) == 2
    assert "Siirto keskeytyi." in said[1]
    with pytest.raises(IntegrityError, match="again_has_reason"), transaction.atomic():
        PackagedCase.objects.create(package=RecordsPackage.objects.create(**_copy(first)), application=case)
    for spoil in (
        lambda: RecordsPackage.objects.filter(pk=first.pk).update(sha256="0" * 64),
        lambda: PackagedCase.objects.filter(package=first).update(again_reason="muu"),
        lambda: PackagedCase.objects.filter(package=first).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()


def _copy(package: RecordsPackage) -> dict[str, Any]:
    names = ("call_id", "file", "name", "size", "sha256", "content_type", "uploaded_at")
    return {name: getattr(package, name) for name in names}


def test_the_receipt_is_recorded_once() -> None:
    case, registrar = make_whole_case().application, staff("registrar")
    package = package_of(case, registrar)
    key = package.cases.get().pk
    with pytest.raises(Refused) as refused:
        record_receipt(package, numbers={key: " "}, by=registrar, now=FINAL)
    assert refused.value.code == "number_missing"
    record_receipt(package, numbers={key: "HVA/123/2027"}, by=registrar, now=FINAL)
    record_receipt(package, numbers={key: "muu"}, by=registrar, now=FINAL)
    package.refresh_from_db()
    assert (package.state, package.received_by) == ("received", registrar)
    assert package.cases.get().external_number == "HVA/123/2027"
    assert CaseEvent.objects.filter(application=case, verb="record_receipt").count() == 1


def test_a_conflict_of_ones_own_hides_the_case_and_its_package() -> None:
    case, registrar = make_whole_case().application, staff("registrar")
    package = package_of(case, staff("coordinator"))
    ConflictDeclaration.objects.create(
        application=case, user=registrar, has_conflict=True, ground="Hallituksen jäsen", declared_at=FINAL
    )
    with pytest.raises(Refused) as refused:
        package_of(case, registrar, "Uudelleen.")
    assert refused.value.code == "nothing_chosen"
    with pytest.raises(Http404):
        record_receipt(package, numbers={package.cases.get().pk: "1"}, by=registrar, now=FINAL)
    client = signed_in(registrar)
    for name in ("records_package", "records_download"):
        assert client.get(reverse(f"grants:{name}", args=[package.pk])).status_code == 404
    assert case.case_number not in client.get(reverse("grants:records_call", args=[case.call_id])).content.decode()


def test_undecided_cases_and_strangers_get_nothing() -> None:
    case = make_submitted()
    with pytest.raises(Refused):
        package_of(case, staff("registrar"))
    with pytest.raises(Refused):
        package_of(make_whole_case().application, UserFactory())


def test_from_the_desk_to_the_receipt() -> None:
    case = make_whole_case().application
    client = signed_in(staff("registrar"))
    assert reverse("grants:records") in client.get(reverse("portal:desk")).content.decode()
    address = reverse("grants:records_call", args=[case.call_id])
    assert address in client.get(reverse("grants:records")).content.decode()
    assert client.post(address, {}).status_code == 409
    page = client.post(address, {"asia": [str(case.pk)]}, follow=True)
    package = RecordsPackage.objects.get()
    text = page.content.decode()
    assert reverse("grants:records_download", args=[package.pk]) in text
    assert (
        hashlib.sha256(body_of(client.get(reverse("grants:records_download", args=[package.pk])))).hexdigest()
        == package.sha256
    )
    again = client.post(address, {"asia": [str(case.pk)]})
    assert again.status_code == 409
    assert "Jo luovutettu" in again.content.decode()
    here = reverse("grants:records_package", args=[package.pk])
    assert client.post(here, {}).status_code == 422
    client.post(here, {f"numero_{package.cases.get().pk}": "HVA/9/2027"})
    assert "HVA/9/2027" in client.get(address).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(number: int) -> None:
    call, registrar = make_call(), staff("registrar")
    for count in range(number):
        case = make_whole_case(call=make_call(), organisation=make_organisation(f"Yhdistys {count} ry")).application
        package_of(case, registrar)
    cases = [
        make_whole_case(closed=n == number - 1, call=call, organisation=make_organisation(f"Järjestö {n} ry"))
        for n in range(number)
    ]
    package = make_package(call, applications=[one.application_id for one in cases], reason="", by=registrar, now=FINAL)
    client = signed_in(registrar)
    for address in (
        reverse("grants:records"),
        reverse("grants:records_call", args=[call.pk]),
        reverse("grants:records_package", args=[package.pk]),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 13, [query["sql"] for query in queries]


def test_later_decisions_about_the_grant_come_with_their_letters() -> None:
    case, registrar = make_whole_case().application, staff("registrar")
    decision, by = case.decision, UserFactory()
    letters = [decision.letter] * 3
    day = FINAL.date()
    sent = {"created_by": by, "created_at": FINAL, "sent_by": by, "sent_at": FINAL, "why": "Siirtyi."}
    terms = terms_of(decision).as_json()
    decided = {"reasons": "x", "legal_basis": "x", "revision_ends_on": day, "decided_on": day, "section_number": 4}
    change = ChangeRequest.objects.create(
        decision=decision,
        case_number="MU/7",
        state="rejected",
        before=terms,
        asked=terms,
        letter=letters[0],
        decider="Lautakunta",
        decided_by=by,
        decided_at=FINAL,
        **sent,
        **decided,
    )
    RecoveryCase.objects.create(
        decision=decision,
        case_number="TP/7",
        state="decided",
        ground="unused",
        facts="x",
        sum=1,
        opened_by=by,
        opened_at=FINAL,
        unheard_why="x",
        due_on=day,
        interest_rate=9,
        reference="700011",
        letter=letters[1],
        recorded_by=by,
        recorded_at=FINAL,
        **decided,
    )
    ChangeRequest.objects.create(decision=decision, before=terms, asked=terms, created_by=by, created_at=FINAL)
    given = {"claimant": "party", "name": "A ry", "demand": "x", "arrived_at": FINAL, "by": registrar, "now": FINAL}
    claim = register_claim(decision, change=change, **given)
    ClaimFile.objects.create(
        claim=claim, file=ContentFile(PDF, name="a.pdf"), name="a.pdf", size=len(PDF), uploaded_at=FINAL,
        sha256=hashlib.sha256(PDF).hexdigest(), content_type="application/pdf",
    )  # fmt: skip
    propose_claim(claim, outcome="rejected", sum=None, reasons="x", by=staff("coordinator"), now=FINAL)
    told = {"outcome": "rejected", "reasons": "x", "new_sum": None, "decided_on": day, "section_number": 9}
    decide_claim(claim, court="Hallinto-oikeus", by=registrar, now=FINAL, **told)
    names = set(opened(package_of(case, registrar)).namelist())
    folder = str(case.case_number).replace("/", "-")
    later = {name.removeprefix(f"{folder}/") for name in names if "/muutokset/" in name or "/takaisin" in name}
    matters = ("muutokset/01", "takaisinperinnat/01")
    assert later == {f"{name}{end}" for name in matters for end in (".json", "-paatos.pdf")}
    claimed = {name.removeprefix(f"{folder}/oikaisuvaatimukset/") for name in names if "/oikaisuvaatimukset/" in name}
    assert claimed == {"01.json", "01-paatos.pdf", "01-liitteet/01-a.pdf"}
