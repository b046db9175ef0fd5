"""The package tells the whole case: paper, payments, reports, changes, claims; then all of it is erased in its time."""

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from common.times import add_days, day_start
from grants.award_terms import terms_of
from grants.models import (
    Application,
    CaseErasure,
    CaseEvent,
    ChangeRequest,
    ClaimFile,
    Decision,
    PaperOriginal,
    RecordsPackage,
    RevisionClaim,
    UseReport,
    UseReportAttachment,
    UseReportQuestion,
    UseReportVersion,
)
from grants.records_package import NAMESPACE
from grants.retention import handed_over, kept_until, past_their_time
from grants.workflow.claims import decide_claim, propose_claim, register_claim
from grants.workflow.erasure import ERASED_TEXT, case_retention
from grants.workflow.payments import confirm_paid
from grants.workflow.records import make_package, record_receipt
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF
from tests.grants.factories_money import FINAL, make_payment, make_use_report
from tests.grants.factories_records import make_whole_case
from tests.grants.test_handling_pages import set_clock, text

pytestmark = pytest.mark.django_db
DAY = FINAL.date()
N = {"r": NAMESPACE}
STORED: dict[str, Any] = {
    "size": len(PDF),
    "sha256": hashlib.sha256(PDF).hexdigest(),
    "content_type": "application/pdf",
    "uploaded_at": FINAL,
}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, FINAL)


def file(name: str) -> dict[str, Any]:
    return {"file": ContentFile(PDF, name=name), "name": name, **STORED}


def make_long_case() -> Decision:
    """Return a final grant that came on paper, was paid, reported twice, changed, and claimed against by a member."""
    decision = make_whole_case()
    case, by = decision.application, UserFactory()
    PaperOriginal.objects.create(application=case, **file("paperi.pdf"))
    Decision.objects.filter(pk=decision.pk).update(state="final", final_on=DAY)
    decision = Decision.objects.select_related("application__call__kind").get(pk=decision.pk)
    clerk = staff("payments_clerk")
    paid = make_payment(decision=decision, state="released", clerk=clerk)
    confirm_paid(paid, paid_on=DAY, by=clerk, now=FINAL)
    report = make_use_report(state="approved", decision=decision)
    content = {"what_was_done": "Kerho", "spent_sum": "3500.00", "costs": [], "draft": {"what_was_done": "Luonnos"}}
    for number in (1, 2):
        UseReportVersion.objects.create(use_report=report, number=number, content=content, sent_by=by, sent_at=FINAL)
    UseReportQuestion.objects.create(
        use_report=report, step="content", text="Montako kertaa?", due_on=DAY, asked_by=by, asked_at=FINAL,
        answer="Kymmenen.", answered_by=by, answered_at=FINAL,
    )  # fmt: skip
    UseReportAttachment.objects.create(use_report=report, **file("kuva.pdf"))
    terms = terms_of(decision).as_json()
    change = {"decision": decision, "before": terms, "asked": terms, "created_by": by, "created_at": FINAL}
    ChangeRequest.objects.create(state="withdrawn", ended_at=FINAL, **change)
    ChangeRequest.objects.create(
        state="rejected", case_number="MU/9", sent_by=by, sent_at=FINAL, why="Siirtyi.", letter=decision.letter,
        decider="Lautakunta", decided_by=by, decided_at=FINAL, reasons="x", legal_basis="x", revision_ends_on=DAY,
        decided_on=DAY, section_number=4, **change,
    )  # fmt: skip
    registrar = staff("registrar")
    claim = register_claim(
        decision, claimant="member", name="Maija Jäsen", demand="Liikaa.", arrived_at=FINAL, by=registrar, now=FINAL
    )
    ClaimFile.objects.create(claim=claim, **file("vaatimus.pdf"))
    propose_claim(claim, outcome="rejected", sum=None, reasons="Ei perustetta.", by=staff("coordinator"), now=FINAL)
    told = {"outcome": "rejected", "reasons": "x", "new_sum": None, "decided_on": DAY, "section_number": 9}
    decide_claim(claim, court="Hallinto-oikeus", by=registrar, now=FINAL, **told)
    Decision.objects.filter(pk=decision.pk).update(state="final", final_on=DAY)
    return Decision.objects.select_related("application__call__kind").get(pk=decision.pk)


def package_of(case: Application, reason: str = "", now: Any = FINAL) -> RecordsPackage:
    return make_package(case.call, applications=[case.pk], reason=reason, by=staff("registrar"), now=now)


def take(package: RecordsPackage) -> None:
    numbers = {row.pk: "D/12" for row in package.cases.all()}
    record_receipt(package, numbers=numbers, by=staff("registrar"), now=FINAL)


def opened(package: RecordsPackage) -> dict[str, bytes]:
    with package.file.open("rb") as stored, zipfile.ZipFile(io.BytesIO(stored.read())) as bundle:
        return {name.partition("/")[2] or name: bundle.read(name) for name in bundle.namelist()}


def test_the_package_has_the_paper_and_what_came_after_the_decision() -> None:
    decision = make_long_case()
    found = opened(package_of(decision.application))
    assert {
        "paperihakemus/paperi.pdf",
        "maksut.json",
        *("kayttoselvitykset/final-1.json", "kayttoselvitykset/final-2.json", "kayttoselvitykset/final.json"),
        "kayttoselvitykset/final-liitteet/01-kuva.pdf",
        *("muutokset/01.json", "muutokset/01-paatos.pdf"),
        *("oikaisuvaatimukset/01.json", "oikaisuvaatimukset/01-paatos.pdf"),
        "oikaisuvaatimukset/01-liitteet/01-vaatimus.pdf",
    } <= set(found)
    assert "muutokset/02.json" not in found, "a draft that was never sent is no document"
    assert found["paperihakemus/paperi.pdf"] == PDF
    report = json.loads(found["kayttoselvitykset/final.json"])
    assert [row["answer"] for row in report["questions"]] == ["Kymmenen."]
    assert report["content"]["spent_sum"] == f"{UseReport.objects.get().spent_sum:.2f}"
    assert "draft" not in json.loads(found["kayttoselvitykset/final-1.json"])["content"]
    claim = json.loads(found["oikaisuvaatimukset/01.json"])
    assert (claim["name"], claim["demand"], claim["outcome"]) == ("Maija Jäsen", "Liikaa.", "rejected")
    assert json.loads(found["muutokset/01.json"])["why"] == "Siirtyi."
    (paid,) = json.loads(found["maksut.json"])["payments"]
    assert set(paid) == {"number", "sum", "paid_on"}
    metadata = ET.fromstring(found["metadata.xml"])
    actions = [one.findtext("r:Type", "", N) for one in metadata.iterfind("r:Action", N)]
    assert actions == ["vireilletulo", "valmistelu", "päätöksenteko", "toimeenpano", "muutoksenhaku"]
    kinds = {one.text for one in metadata.iterfind(".//r:Record/r:Type", N)}
    assert {"alkuperäinen asiakirja", "maksatus", "käyttöselvitys", "muutoshakemus", "oikaisuvaatimus"} <= kinds


def test_a_paper_case_is_erased_with_everything_that_was_handed_over() -> None:
    decision = make_long_case()
    case = decision.application
    take(package_of(case))
    stored = [PaperOriginal.objects.get(), UseReportAttachment.objects.get(), ClaimFile.objects.get()]
    places = [(one.file.storage, str(one.file.name)) for one in stored]
    end = kept_until(case, decision)
    assert end is not None
    case_retention(day_start(add_days(end, -59)))
    people = UseReport.objects.get().people_reached
    case_retention(day_start(add_days(end, 1)) + timedelta(hours=3))
    erasure = CaseErasure.objects.get()
    assert erasure.erased_at is not None
    assert erasure.files >= 3
    for model in (PaperOriginal, UseReportAttachment, ClaimFile):
        assert not model.objects.exists()
    assert places
    report, version = UseReport.objects.get(), UseReportVersion.objects.first()
    assert version is not None
    assert (report.what_was_done, report.people_reached) == ("", people), "figures stay for the statistics"
    assert (version.content["what_was_done"], version.content["files"]) == ("", [])
    assert "draft" not in version.content
    question, claim = UseReportQuestion.objects.get(), RevisionClaim.objects.get()
    assert (question.text, question.answer) == (ERASED_TEXT, ERASED_TEXT)
    assert (claim.name, claim.demand, claim.email) == (ERASED_TEXT, ERASED_TEXT, "")
    assert claim.letter is not None, "what was decided stays"
    change = ChangeRequest.objects.exclude(case_number=None).get()
    assert (change.why, change.reasons) == (ERASED_TEXT, "x")
    for name, key in (("case", case.pk), ("change", change.pk), ("claim", claim.pk)):
        assert signed_in(staff("coordinator")).get(reverse(f"grants:{name}", args=[key])).status_code == 200
    assert signed_in(staff("coordinator")).get(f"/hallinta/selvitykset/{report.pk}/").status_code == 200


def test_what_came_after_the_package_or_an_older_kind_of_package_is_handed_over_again() -> None:
    decision = make_long_case()
    case = decision.application
    package = package_of(case)
    take(package)
    end = kept_until(case, decision)
    assert end is not None
    late = day_start(add_days(end, 1))
    assert list(past_their_time(late, pk=case.pk)) == [case.pk]
    client = signed_in(staff("registrar"))
    here = reverse("grants:records_call", args=[case.call_id])
    assert "luovuta uudelleen" not in text(client.get(here))
    CaseEvent.objects.create(application=case, at=FINAL + timedelta(days=1), verb="note_court", text="Tuomio.")
    assert list(past_their_time(late, pk=case.pk)) == []
    assert "luovuta uudelleen" in text(client.get(here))
    take(package_of(case, "Tuomio tuli.", FINAL + timedelta(days=2)))
    assert list(past_their_time(late, pk=case.pk)) == [case.pk]
    # A package of the time before packages held all of a case.
    old = RecordsPackage.objects.create(
        call=case.call, contents=1, state="received", received_by=UserFactory(), received_at=FINAL, **file("vanha.zip")
    )
    assert old.contents == 1
    assert handed_over().filter(pk=case.pk).exists()
    assert date(2026, 1, 1) < end
