"""Files with the messages of a case: both ways, checked, behind the conflict rule, and handed over to the archive."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common.times import add_days, local_date
from grants.models import CaseMessage, MessageFile
from grants.views import case_bundle
from grants.workflow.case_work import answer_message, write_message
from grants.workflow.conflicts import declare_conflict
from grants.workflow.records import make_package
from grants.workflow.statements import ask_statements, give_statement
from grants.workflow.supplement_answers import save_supplement, send_supplement
from grants.workflow.supplements import ask_supplement
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF, body_of, make_member
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk
from tests.grants.factories_money import FINAL
from tests.grants.factories_records import make_whole_case
from tests.grants.test_handling_pages import page, set_clock, text
from tests.grants.test_supplements import upload
from tests.liaisons.factories import AppointmentFactory
from tests.security.test_bad_uploads import BAD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def desk() -> Desk:
    return make_desk(cases=1, assessors=1)


def pdf(name: str = "saannot.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_files_go_both_ways_and_who_has_a_conflict_gets_none(desk: Desk) -> None:
    case = desk.cases[0]
    officer, sender = signed_in(desk.coordinator), signed_in(case.submitted_by)
    work = reverse("grants:case_work", args=[case.pk])
    own = reverse("grants:application_messages", args=[case.organisation_id, case.pk])
    for _twice in range(2):
        given = {"act": "message", "message-text": "Tässä malli.", "message-file_1": pdf("malli.pdf")}
        assert officer.post(work, {**given, "message-file_2": pdf("ohje.pdf", PDF + b"%2")}).status_code == 302
    message = CaseMessage.objects.get()
    assert sorted(file.name for file in message.files.all()) == ["malli.pdf", "ohje.pdf"], "a double press is one"
    file = message.files.get(name="malli.pdf")
    theirs = reverse("grants:application_message_file", args=[case.organisation_id, case.pk, file.pk])
    assert theirs in sender.get(own).content.decode()
    assert body_of(sender.get(theirs)) == PDF
    sender.post(own, {"text": "Täytettynä.", "file_1": pdf("malli.pdf", PDF + b"%3")}, follow=True)
    answer = MessageFile.objects.get(message__from_applicant=True)
    ours = reverse("grants:case_message_file", args=[case.pk, answer.pk])
    assert ours in page(desk.coordinator, "case_work", case.pk)
    assert body_of(officer.get(ours)) == PDF + b"%3"
    for stranger in (UserFactory(), desk.assessors[0], make_member(make_desk(cases=1).cases[0].organisation)):
        client = signed_in(stranger)
        assert [client.get(ours).status_code, client.get(theirs).status_code] == [404, 404]
    assert officer.get(theirs).status_code == 404
    assert (
        officer.get(reverse("grants:case_message_file", args=[make_desk().cases[0].pk, answer.pk])).status_code == 404
    )
    declare_conflict(case, has_conflict=True, ground="Olen jäsen.", by=desk.coordinator, now=TAKEN_UP)
    assert officer.get(ours).status_code == 404


@pytest.mark.parametrize("what", ["exe named pdf", "zip bomb", "macro in docx", "empty"])
def test_a_bad_file_is_refused_and_the_words_are_kept(desk: Desk, what: str) -> None:
    case = desk.cases[0]
    name, make, _code, words = BAD[what]
    pages = (
        (desk.coordinator, reverse("grants:case_work", args=[case.pk]), "message-", {"act": "message"}),
        (case.submitted_by, reverse("grants:application_messages", args=[case.organisation_id, case.pk]), "", {}),
    )
    for person, address, prefix, act in pages:
        given = {**act, f"{prefix}text": "Liitteenä säännöt.", f"{prefix}file_1": pdf(name, make())}
        answer = signed_in(person).post(address, given)
        assert answer.status_code == 422
        assert words in text(answer)
        assert "Liitteenä säännöt." in text(answer)
    assert not CaseMessage.objects.exists()


def test_the_bundle_lists_messages_and_files_to_officers_only(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, seen = desk.cases[0], []
    message = write_message(case, text="Malli.", uploads=[upload(PDF)], by=desk.coordinator, now=TAKEN_UP)
    whole = case_bundle.render_pdf

    def keep(template: str, context: dict[str, Any], **fields: Any) -> bytes:
        seen.append(context["thread"])
        return whole(template, context, **fields)

    monkeypatch.setattr(case_bundle, "render_pdf", keep)
    declare_conflict(case, has_conflict=False, by=desk.assessors[0], now=TAKEN_UP)
    for person in (desk.coordinator, desk.assessors[0]):
        answer = signed_in(person).get(reverse("grants:case_pdf", args=[case.pk]))
        assert answer["Content-Type"] == "application/pdf"
    assert seen == [[message], []]


def test_the_hand_over_has_messages_supplements_and_statements() -> None:
    desk = make_desk(cases=1)
    case, officer, sender = desk.cases[0], desk.coordinator, desk.cases[0].submitted_by
    assert sender is not None
    due = add_days(local_date(TAKEN_UP), 14)
    answer_message(case, text="Tässä.", uploads=[upload(PDF + b"%5")], by=sender, now=TAKEN_UP)
    asked = ask_supplement(case, text="Tavoitteet?", due_on=due, questions=["goals"], by=officer, now=TAKEN_UP)
    kept = save_supplement(asked, answers={"goals": "Uudet."}, note="Korjattu.", revision=0, by=sender, now=TAKEN_UP)
    send_supplement(kept, by=sender, now=TAKEN_UP)
    held = AppointmentFactory()
    row = ask_statements(case, [held.post.pk], question="Tarve?", due_on=due, by=officer, now=TAKEN_UP)[0]
    declare_conflict(case, has_conflict=False, by=held.user, now=TAKEN_UP)
    give_statement(row, side="reserved", text="On tarvetta.", by=held.user, now=TAKEN_UP)
    decided = make_whole_case().application
    for moved in (case.messages, case.supplements, case.statements):
        moved.update(application=decided)
    package = make_package(decided.call, applications=[decided.pk], reason="", by=staff("registrar"), now=FINAL)
    with package.file.open("rb") as stored:
        bundle = zipfile.ZipFile(io.BytesIO(stored.read()))
    folder = str(decided.case_number).replace("/", "-")
    told = {
        name: json.loads(bundle.read(f"{folder}/{name}"))
        for name in ("viestit/001.json", "taydennykset/01.json", "lausunnot/01.json")
    }
    assert told["viestit/001.json"]["text"] == "Tässä."
    assert (told["taydennykset/01.json"]["answer"], told["taydennykset/01.json"]["submission"]) == ("Korjattu.", 2)
    statement = told["lausunnot/01.json"]
    assert (statement["side"], statement["text"], statement["question"]) == ("reserved", "On tarvetta.", "Tarve?")
    files = [name for name in bundle.namelist() if "viestit/liitteet/" in name]
    assert [bundle.read(name) for name in files] == [PDF + b"%5"]
    assert "Viestin liite" in bundle.read(f"{folder}/metadata.xml").decode()
