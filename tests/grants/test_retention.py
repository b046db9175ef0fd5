"""Cases go from the portal when the records system has them, their time is over and the organisation has been told."""

import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.times import add_days, day_start, format_date
from documents.models import RenderedDocument
from documents.uploads import check_upload
from grants.models import (
    ApplicationAttachment,
    CaseErasure,
    CaseMessage,
    CaseNote,
    Decision,
    GrantKind,
    MessageFile,
    SupplementRequest,
)
from grants.models.supplements import SupplementFile
from grants.retention import erasure_reminders, kept_until, past_their_time
from grants.workflow.erasure import case_retention, erase_case
from grants.workflow.receipts import ensure_receipt
from grants.workflow.records import make_package, record_receipt
from notifications import outbox
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import NOW, PDF, make_member, make_organisation
from tests.grants.factories_money import FINAL
from tests.grants.factories_records import make_whole_case
from tests.grants.test_handling_pages import set_clock, text

pytestmark = pytest.mark.django_db
MAIL = ("kind", "to", "subject", "template", "context", "dedup_key")


def upload(name: str = "oma.pdf") -> Any:
    return check_upload(SimpleUploadedFile(name, PDF))


def make_case(*, received: bool = True) -> Decision:
    """Return a final rejection, whose end is its final day, handed over with everything that a case may hold."""
    decision = make_whole_case()
    case = decision.application
    Decision.objects.filter(pk=decision.pk).update(state="final")
    officer = staff("registrar")
    asked = SupplementRequest.objects.create(
        application=case, text="Tilinpäätös?", due_on=date(2026, 12, 20), state="expired", asked_by=officer,
        asked_at=NOW, answers={"goals": "Ei lähetetty"}, note="Kesken",
    )  # fmt: skip
    file = SupplementFile(supplement=asked, attachment_slot=case.call.attachment_slots.first())
    file.take(upload("lahettamatta.pdf"), by=case.submitted_by, now=NOW)
    file.save()
    message = CaseMessage.objects.create(application=case, text="Kiitos.", from_applicant=True, written_at=NOW)
    sent = MessageFile(message=message)
    sent.take(upload("viesti.pdf"), by=case.submitted_by, now=NOW)
    sent.save()
    CaseNote.objects.create(application=case, text="Muistiinpano", written_by=officer, written_at=NOW)
    package = make_package(case.call, applications=[case.pk], reason="", by=officer, now=FINAL)
    if received:
        numbers = {row.pk: "D/12" for row in package.cases.all()}
        record_receipt(package, numbers=numbers, by=officer, now=FINAL)
    return Decision.objects.select_related("application__call__kind").get(pk=decision.pk)


def end_of(decision: Decision) -> date:
    until = kept_until(decision.application, decision)
    assert until is not None
    return until


def at(day: date) -> Any:
    return day_start(day) + timedelta(hours=3)


def test_time_is_counted_from_the_end_by_the_plan_of_the_kind() -> None:
    decision = make_case()
    assert decision.final_on is not None
    assert end_of(decision) == decision.final_on.replace(year=decision.final_on.year + 10)
    kind = decision.application.call.kind
    for years, expected in ((2, decision.final_on.year + 2), (None, None), ("pysyvä", None)):
        GrantKind.objects.filter(pk=kind.pk).update(facts={"retention_years": years})
        fresh = Decision.objects.select_related("application__call__kind").get(pk=decision.pk)
        until = kept_until(fresh.application, fresh)
        assert (until.year if until else None) == expected


@pytest.mark.parametrize("spoil", ["receipt", "message", "early", "payment"])
def test_what_is_not_whole_in_the_records_or_has_not_ended_is_never_announced(spoil: str) -> None:
    decision = make_case(received=spoil != "receipt")
    end = end_of(decision)
    if spoil == "message":
        CaseMessage.objects.create(application=decision.application, text="Vielä", written_at=FINAL + timedelta(days=1))
    if spoil == "payment":
        Decision.objects.filter(pk=decision.pk).update(state="issued")
    now = at(add_days(end, -61 if spoil == "early" else 1))
    assert not list(past_their_time(now, 60))
    assert case_retention(now)["grants.Application"] == 0
    assert not CaseErasure.objects.exists()


def test_organisation_is_told_twice_and_then_the_contents_go(django_capture_on_commit_callbacks: Any) -> None:
    decision = make_case()
    case, end = decision.application, end_of(decision)
    person = case.submitted_by
    ensure_receipt(case.submissions.get(), now=NOW)
    stored = [
        *ApplicationAttachment.everything.filter(application=case),
        *SupplementFile.objects.all(),
        *MessageFile.objects.all(),
    ]
    places = [(one.file.storage, one.file.name) for one in stored]
    assert all(storage.exists(name) for storage, name in places)
    announced = at(add_days(end, -59))
    for _twice in range(2):
        case_retention(announced)
    row = CaseErasure.objects.get()
    assert row.due_on == add_days(end, 1)
    first = list(erasure_reminders(announced))
    mail = outbox.queue(**{name: getattr(first[0], name) for name in MAIL}, now=announced)
    assert mail is not None
    assert f"hävitetään palvelusta {format_date(row.due_on)}" in " ".join(mail.text.split())
    assert reverse("grants:application", args=[case.organisation_id, case.pk]) in mail.html
    assert [one.to for one in first] == [person]
    assert f"Hakemus {case.case_number} hävitetään palvelusta" in first[0].subject
    assert [one.dedup_key for one in erasure_reminders(at(add_days(row.due_on, -15)))] == [first[0].dedup_key]
    last = list(erasure_reminders(at(add_days(row.due_on, -14))))
    assert last[0].dedup_key != first[0].dedup_key
    assert case_retention(at(add_days(row.due_on, -1)))["grants.Application"] == 0
    sent, sha = case.submissions.get(), case.submissions.get().sha256
    with django_capture_on_commit_callbacks(execute=True):
        assert case_retention(at(row.due_on))["grants.Application"] == 1
    assert erase_case(case.pk, now=at(row.due_on)) == 0, "twice is once"
    assert not any(storage.exists(name) for storage, name in places)
    case.refresh_from_db()
    sent.refresh_from_db()
    row.refresh_from_db()
    asked = SupplementRequest.objects.get()
    assert (case.answers, sent.content["answers"], sent.content["sender"]["name"]) == ({}, {}, "")
    assert (sent.sha256, sent.receipt) == (sha, None)
    assert (asked.answers, asked.note) == ({}, "")
    assert row.files >= len(places)
    assert not CaseMessage.objects.exists()
    assert not CaseNote.objects.exists()
    assert not RenderedDocument.objects.filter(kind="grants.receipt").exists()
    assert Decision.objects.get(pk=decision.pk).letter is not None, "the decision stays"
    assert not list(erasure_reminders(at(row.due_on)))
    with pytest.raises(DatabaseError, match="erasure_is_kept"), transaction.atomic():
        CaseErasure.objects.all().delete()
    assert "Hakemuksen sisältö hävitettiin" in case.events.first().text


def test_a_case_whose_time_was_over_long_ago_waits_sixty_days_too() -> None:
    decision = make_case()
    now = at(add_days(end_of(decision), 400))
    case_retention(now)
    assert CaseErasure.objects.get().due_on == add_days(end_of(decision), 460)
    assert len(list(erasure_reminders(now))) == 1


def names_in(response: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as bundle:
        return {name.split("/", 1)[1]: bundle.read(name) for name in bundle.namelist()}


def test_own_copy_has_everything_of_ones_own_and_nothing_of_the_officers(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_case()
    case = decision.application
    set_clock(monkeypatch, FINAL)
    assert case.submitted_by is not None
    client = signed_in(case.submitted_by)
    page = client.get(reverse("grants:application", args=[case.organisation_id, case.pk]))
    assert "Säilytetään palvelussa" in text(page)
    address = reverse("grants:own_copy", args=[case.organisation_id, case.pk])
    assert address in page.content.decode()
    response = client.get(address)
    assert response.streaming
    assert response["Cache-Control"] == "private, no-store"
    found = names_in(response)
    assert found["paatokset/paatos.pdf"] == PDF
    assert found["viestit/liitteet/01-viesti.pdf"] == PDF
    assert found["taydennykset/01-lahettamatta/01-lahettamatta.pdf"] == PDF
    assert {"hakemus-1.json", "sisalto.txt", "taydennykset/01.json"} <= set(found)
    assert sum(name.startswith("liitteet/") for name in found) == case.attachments.count()
    assert not [name for name, data in found.items() if b"Muistiinpano" in data or b"Vaikuttavaa" in data]
    stranger = make_member(make_organisation("Toinen ry"))
    for user in (stranger, staff("coordinator"), UserFactory()):
        assert signed_in(user).get(address).status_code == 404


def test_a_damaged_file_is_told_of_and_the_rest_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_case()
    set_clock(monkeypatch, FINAL)
    case = decision.application
    MessageFile.objects.update(sha256="0" * 64)
    person: Any = case.submitted_by
    found = names_in(signed_in(person).get(reverse("grants:own_copy", args=[case.organisation_id, case.pk])))
    assert "viestit/liitteet/01-viesti.pdf.vaurioitunut.txt" in found
    assert "paatokset/paatos.pdf" in found


def test_erased_case_can_still_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make_case()
    case, end = decision.application, end_of(decision)
    case_retention(at(add_days(end, -59)))
    case_retention(at(add_days(end, 1)))
    set_clock(monkeypatch, at(add_days(end, 2)))
    person = make_member(case.organisation)
    own = text(signed_in(person).get(reverse("grants:application", args=[case.organisation_id, case.pk])))
    assert "kun säilytysaika oli päättynyt" in own
    for name in ("case", "case_work", "case_history", "case_files"):
        seen = text(signed_in(staff("coordinator")).get(reverse(f"grants:{name}", args=[case.pk])))
        assert "säilytysajan päätyttyä" in seen or name in ("case_work", "case_files"), name
    assert names_in(signed_in(person).get(reverse("grants:own_copy", args=[case.organisation_id, case.pk])))


def test_the_nightly_search_asks_the_same_questions_of_one_and_three() -> None:
    counts = []
    for more in (1, 2):
        for _each in range(more):
            decision = make_case()
        now = at(add_days(end_of(decision), -30))
        with CaptureQueriesContext(connection) as queries:
            assert list(past_their_time(now, 60))
        counts.append(len(queries))
    assert counts[0] == counts[1]
