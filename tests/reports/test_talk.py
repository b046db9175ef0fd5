"""What is said of a report: comments on a draft, questions and answers, who has read."""

import subprocess
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.personal_data import personal_data
from common.errors import Refused
from common.policies import allowed
from notifications.models import Message
from reports import told, workflow
from reports.keeping import ASKER_KEPT, report_retention
from reports.models import AnnualReport, SectionComment, SectionQuestion
from reports.todos import question_todos
from tests.accounts.factories import signed_in, staff
from tests.documents.pdf_checks import assert_accessible
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db
LATER = NOW.replace(hour=15)


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def write(report: AnnualReport, by: User, text: str, *, section: str = "kentta", version: int = 0) -> SectionComment:
    return workflow.save_comment(report, section=section, text=text, version=version, by=by, now=NOW)


def ask(report: AnnualReport, by: User, text: str = "Miksi?", section: str = "kentta") -> SectionQuestion:
    return workflow.ask_question(report, section=section, text=text, by=by, now=NOW)


def publish(report: AnnualReport, by: User) -> AnnualReport:
    workflow.freeze(report, by=by, now=NOW)
    workflow.finish_freezing(report.pk, now=NOW)
    report.refresh_from_db()
    assert report.state == "frozen", report.trouble
    return report


class TestComments:
    def test_stands_under_its_section_on_the_page_and_in_the_document(
        self, coordinator: User, desk: Client, field: None
    ) -> None:
        draft = collected(coordinator)
        address = f"/hallinta/raportit/{draft.pk}/kommentit/kentta/"
        edit = desk.get(f"/hallinta/raportit/{draft.pk}/").content.decode()
        assert address in edit
        answer = desk.post(address, {"version": "0", "text": "Uusia yhdistyksiä <b>syntyi</b> pohjoiseen."})
        assert answer.headers["Location"] == f"/hallinta/raportit/{draft.pk}/#kentta"
        assert "Uusia yhdistyksiä" in desk.get(f"/hallinta/raportit/{draft.pk}/").content.decode()
        report = publish(draft, coordinator)
        page = Client().get(f"/raportit/{report.pk}/").content.decode()
        section = page[page.index('id="kentta"') : page.index('id="avustukset"')]
        assert "Uusia yhdistyksiä &lt;b&gt;syntyi&lt;/b&gt; pohjoiseen." in section
        assert address not in page
        answer = Client().get(f"/raportit/{report.pk}/pdf/")
        data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        answer.close()
        assert_accessible(data)
        found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
        assert "Uusia yhdistyksiä" in found.stdout.decode()

    def test_nobody_writes_over_words_not_seen(self, coordinator: User, desk: Client, field: None) -> None:
        report = collected(coordinator)
        other = staff("coordinator")
        assert write(report, other, "Ensimmäinen").version == 1
        address = f"/hallinta/raportit/{report.pk}/kommentit/kentta/"
        answer = desk.post(address, {"version": "0", "text": "Toinen"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Ensimmäinen" in page
        assert ">\nToinen</textarea>" in page
        assert 'name="version" value="1"' in page
        assert SectionComment.objects.get().text == "Ensimmäinen"
        assert desk.post(address, {"version": "1", "text": "Molemmat"}).status_code == 302
        row = SectionComment.objects.get()
        assert (row.text, row.version, row.written_by) == ("Molemmat", 2, coordinator)

    def test_the_same_words_again_are_no_conflict(self, coordinator: User, field: None) -> None:
        report = collected(coordinator)
        write(report, coordinator, "Sama")
        assert write(report, coordinator, " Sama ", version=0).version == 1

    def test_emptied_it_is_not_shown_and_still_guards(self, coordinator: User, field: None) -> None:
        report = collected(coordinator)
        write(report, coordinator, "Turha")
        write(report, coordinator, "", version=1)
        assert told.comments_of(report) == {}
        with pytest.raises(workflow.StaleComment):
            write(report, coordinator, "Vanha", version=1)

    def test_only_a_draft_and_only_its_sections(self, coordinator: User, field: None) -> None:
        report = collected(coordinator)
        with pytest.raises(Refused) as refused:
            write(report, coordinator, "Teksti", section="olematon")
        assert refused.value.code == "no_such_section"
        publish(report, coordinator)
        with pytest.raises(Refused) as refused:
            write(report, coordinator, "Teksti")
        assert refused.value.code == "not_draft"

    def test_others_do_not_write(self, coordinator: User, readers: Readers, field: None) -> None:
        report = collected(coordinator)
        for person in (readers.member, readers.presenter, staff("auditor")):
            with pytest.raises(Http404):
                write(report, person, "Teksti")

    @pytest.mark.parametrize(
        "sql",
        [
            "update reports_sectioncomment set text = 'muutettu'",
            "delete from reports_sectioncomment",
            "insert into reports_sectioncomment (report_id, section, text, version, written_by_id, written_at)"
            " select report_id, 'kaytto', text, 1, written_by_id, written_at from reports_sectioncomment",
        ],
    )
    def test_frozen_with_the_report_even_for_sql(self, coordinator: User, field: None, sql: str) -> None:
        report = collected(coordinator)
        write(report, coordinator, "Pysyy")
        publish(report, coordinator)
        with (
            pytest.raises(DatabaseError, match="comments of a frozen report"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
        assert SectionComment.objects.get().text == "Pysyy"

    def test_a_new_version_begins_with_them(self, coordinator: User, field: None) -> None:
        first = collected(coordinator)
        write(first, coordinator, "Jatkuu")
        write(first, coordinator, "Pois", section="kaytto")
        write(first, coordinator, "", section="kaytto", version=1)
        publish(first, coordinator)
        second = collected(coordinator)
        assert {key: row.text for key, row in told.comments_of(second).items()} == {"kentta": "Jatkuu"}
        write(second, coordinator, "Korjattu", version=1)
        assert told.comments_of(first)["kentta"].text == "Jatkuu"

    def test_a_comment_whose_section_is_gone_waits_on_the_draft(
        self, coordinator: User, desk: Client, field: None
    ) -> None:
        report = collected(coordinator)
        SectionComment.objects.create(
            report=report, section="poistunut", text="Siirrä minut", written_by=coordinator, written_at=NOW
        )
        assert "Siirrä minut" in desk.get(f"/hallinta/raportit/{report.pk}/").content.decode()
        address = f"/hallinta/raportit/{report.pk}/kommentit/poistunut/"
        assert desk.post(address, {"version": "1", "text": ""}).status_code == 302
        assert "Siirrä minut" not in desk.get(f"/hallinta/raportit/{report.pk}/").content.decode()
        assert desk.get(f"/hallinta/raportit/{report.pk}/kommentit/olematon/").status_code == 404

    def test_one_a_section(self, coordinator: User, field: None) -> None:
        report = collected(coordinator)
        write(report, coordinator, "Yksi")
        with pytest.raises(IntegrityError, match="reports_one_comment_a_section"), transaction.atomic():
            SectionComment.objects.create(
                report=report, section="kentta", text="Toinen", written_by=coordinator, written_at=NOW
            )
        with pytest.raises(IntegrityError, match="reports_comment_has_section"), transaction.atomic():
            SectionComment.objects.create(
                report=report, section="", text="Toinen", written_by=coordinator, written_at=NOW
            )


class TestQuestions:
    def test_from_question_to_answer(self, coordinator: User, desk: Client, readers: Readers, field: None) -> None:
        report = frozen(coordinator)
        Message.objects.all().delete()
        member = signed_in(readers.member)
        page = member.get(f"/raportit/{report.pk}/").content.decode()
        assert f"/raportit/{report.pk}/kysy/?osio=kentta" in page
        form = member.get(f"/raportit/{report.pk}/kysy/?osio=kentta").content.decode()
        assert '<option value="kentta" selected>' in form
        answer = member.post(f"/raportit/{report.pk}/kysy/", {"section": "kentta", "text": "Miksi <vain> neljä?"})
        assert answer.headers["Location"] == f"/raportit/{report.pk}/#kentta"
        question = SectionQuestion.objects.get()
        to_coordinator = Message.objects.get()
        assert (to_coordinator.to_user, to_coordinator.kind) == (coordinator, "reports.question_asked")
        assert "Miksi <vain> neljä?" in to_coordinator.text
        assert f"/hallinta/raportit/kysymykset/{question.pk}/" in to_coordinator.text
        assert [todo.url for todo in question_todos(coordinator, NOW)] == [
            f"/hallinta/raportit/kysymykset/{question.pk}/"
        ]
        assert "Miksi" not in Client().get(f"/raportit/{report.pk}/").content.decode()
        waiting = member.get(f"/raportit/{report.pk}/").content.decode()
        assert "Odottaa vastausta" in waiting
        assert str(readers.member) in waiting
        done = desk.post(f"/hallinta/raportit/kysymykset/{question.pk}/", {"answer": "Rekisteriin tuli neljä."})
        assert done.headers["Location"] == f"/hallinta/raportit/{report.pk}/lukijat/"
        to_asker = Message.objects.get(kind="reports.question_answered")
        assert to_asker.to_user == readers.member
        assert "Rekisteriin tuli neljä." in to_asker.text
        assert f"/raportit/{report.pk}/#kentta" in to_asker.text
        assert list(question_todos(coordinator, NOW)) == []
        public = Client().get(f"/raportit/{report.pk}/").content.decode()
        section = public[public.index('id="kentta"') : public.index('id="avustukset"')]
        assert "Miksi &lt;vain&gt; neljä?" in section
        assert "Rekisteriin tuli neljä." in section
        assert str(readers.member) not in public

    def test_the_same_again_is_one(self, coordinator: User, readers: Readers, field: None) -> None:
        report = frozen(coordinator)
        first = ask(report, readers.member)
        assert ask(report, readers.member, " Miksi? ") == first
        assert Message.objects.filter(kind="reports.question_asked").count() == 1
        workflow.answer_question(first, answer="Siksi.", by=coordinator, now=LATER)
        assert workflow.answer_question(first, answer="Siksi. ", by=coordinator, now=LATER).answered_at == LATER
        assert Message.objects.filter(kind="reports.question_answered").count() == 1
        with pytest.raises(Refused) as refused:
            workflow.answer_question(first, answer="Toisin.", by=coordinator, now=LATER)
        assert refused.value.code == "already_answered"

    def test_a_late_answer_keeps_what_was_typed(
        self, coordinator: User, desk: Client, readers: Readers, field: None
    ) -> None:
        question = ask(frozen(coordinator), readers.member)
        workflow.answer_question(question, answer="Ensin.", by=staff("coordinator"), now=NOW)
        answer = desk.post(f"/hallinta/raportit/kysymykset/{question.pk}/", {"answer": "Myöhässä."})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Ensin." in page
        assert ">\nMyöhässä.</textarea>" in page

    @pytest.mark.parametrize("data", [{}, {"section": "kentta", "text": ""}, {"section": "olematon", "text": "Mitä?"}])
    def test_a_bad_form_is_shown_again(
        self, coordinator: User, readers: Readers, field: None, data: dict[str, str]
    ) -> None:
        report = frozen(coordinator)
        answer = signed_in(readers.member).post(f"/raportit/{report.pk}/kysy/", data)
        assert answer.status_code == 200
        assert "data-focus" in answer.content.decode()
        assert data.get("text", "") in answer.content.decode()
        assert not SectionQuestion.objects.exists()

    def test_who_asks_and_who_answers(self, coordinator: User, readers: Readers, stranger: User, field: None) -> None:
        report = frozen(coordinator, 2024)
        draft = collected(coordinator, 2025)
        for person in (readers.former, stranger, staff("auditor")):
            with pytest.raises(Http404):
                ask(report, person)
        with pytest.raises(Http404):
            ask(draft, readers.member)
        for person in (readers.member, readers.deputy, readers.presenter, coordinator):
            question = ask(report, person)
            with pytest.raises(Http404):
                workflow.answer_question(question, answer="Siksi.", by=readers.member, now=NOW)
        assert SectionQuestion.objects.count() == 4
        # The coordinator's own question is nobody else's mail here.
        assert Message.objects.filter(kind="reports.question_asked").count() == 3
        seen = {
            name: allowed("reports.question.read", person, now=NOW).count()
            for name, person in (("member", readers.member), ("stranger", stranger), ("coordinator", coordinator))
        }
        assert seen == {"member": 4, "stranger": 0, "coordinator": 4}
        workflow.answer_question(question, answer="Siksi.", by=coordinator, now=NOW)
        assert allowed("reports.question.read", stranger, now=NOW).count() == 1

    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"text": ""}, "reports_question_has_words"),
            ({"section": ""}, "reports_question_has_words"),
            ({"answer": "Siksi."}, "reports_answer_has_words"),
            ({"answered_at": LATER}, "reports_answer_has_words"),
            ({"answer": "Siksi.", "answered_at": LATER}, "reports_answered_by_and_at"),
            ({"answer": "Siksi.", "answered_at": NOW.replace(year=2020), "answered_by": 0}, "after_question"),
        ],
    )
    def test_the_database_defends_them(
        self, coordinator: User, readers: Readers, field: None, changes: dict[str, Any], name: str
    ) -> None:
        question = ask(frozen(coordinator), readers.member)
        if "answered_by" in changes:
            changes = {**changes, "answered_by": coordinator}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            SectionQuestion.objects.filter(pk=question.pk).update(**changes)

    def test_once_and_of_a_published_report_only(self, coordinator: User, readers: Readers, field: None) -> None:
        report = frozen(coordinator, 2024)
        ask(report, readers.member)
        row = {"section": "kentta", "text": "Miksi?", "asked_by": readers.member, "asked_at": NOW}
        with pytest.raises(IntegrityError, match="reports_question_once"), transaction.atomic():
            SectionQuestion.objects.create(report=report, **row)
        with pytest.raises(IntegrityError, match="asked of a published report"), transaction.atomic():
            SectionQuestion.objects.create(report=collected(coordinator, 2025), **row)


class TestReadersPage:
    def test_shows_who_has_read_and_what_waits_first(
        self, coordinator: User, desk: Client, readers: Readers, field: None
    ) -> None:
        report = frozen(coordinator)
        address = f"/hallinta/raportit/{report.pk}/lukijat/"
        empty = desk.get(address).content.decode()
        assert "Raportista ei ole kysytty mitään" in empty
        assert "Luetuksi merkinneitä 0, lukijoita kaikkiaan 3." in empty
        assert address in desk.get(f"/raportit/{report.pk}/").content.decode()
        workflow.mark_read(report, by=readers.deputy, now=NOW)
        done = ask(report, readers.member, "Vanha?")
        workflow.answer_question(done, answer="Kyllä.", by=coordinator, now=NOW)
        ask(report, readers.member, "Uusi?")
        page = desk.get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")
        assert "Luetuksi merkinneitä 1, lukijoita kaikkiaan 3." in page
        assert page.index("Uusi?") < page.index("Vanha?")
        assert "21.11.2026 klo 12.00" in page
        assert page.count("ei vielä") == 2

    def test_not_of_a_draft_nor_for_others(
        self, coordinator: User, desk: Client, readers: Readers, field: None
    ) -> None:
        report = frozen(coordinator, 2024)
        draft = collected(coordinator, 2025)
        assert desk.get(f"/hallinta/raportit/{draft.pk}/lukijat/").status_code == 404
        assert signed_in(readers.member).get(f"/hallinta/raportit/{report.pk}/lukijat/").status_code == 404

    def test_without_a_reading_body_it_says_what_to_do(self, coordinator: User, desk: Client, field: None) -> None:
        report = frozen(coordinator)
        page = desk.get(f"/hallinta/raportit/{report.pk}/lukijat/").content.decode()
        assert "Mikään toimielin ei lue vuosiraporttia." in page

    def test_queries_do_not_grow(self, coordinator: User, desk: Client, readers: Readers, field: None) -> None:
        report = frozen(coordinator)
        member = signed_in(readers.member)
        pages = [(desk, f"/hallinta/raportit/{report.pk}/lukijat/"), (member, f"/raportit/{report.pk}/")]

        def counted() -> list[int]:
            found = []
            for client, address in pages:
                with CaptureQueriesContext(connection) as asked:
                    assert client.get(address).status_code == 200
                found.append(len(asked))
            return found

        def talk(number: int) -> None:
            question = ask(report, readers.member, f"Kysymys {number}?")
            workflow.answer_question(question, answer="Vastaus.", by=coordinator, now=NOW)
            ask(report, readers.deputy, f"Kysymys {number}?")

        talk(1)
        workflow.mark_read(report, by=readers.member, now=NOW)
        counted()
        one = counted()
        talk(2)
        talk(3)
        workflow.mark_read(report, by=readers.deputy, now=NOW)
        assert counted() == one
        assert max(one) <= 12


def test_the_asker_is_forgotten_after_a_term_and_the_words_stay(
    coordinator: User, readers: Readers, field: None
) -> None:
    report = frozen(coordinator)
    question = ask(report, readers.member)
    assert report_retention(NOW + ASKER_KEPT) == {"reports.SectionQuestion.asker": 0}
    after = NOW + ASKER_KEPT.__class__(days=ASKER_KEPT.days + 1)
    assert report_retention(after) == {"reports.SectionQuestion.asker": 1}
    question.refresh_from_db()
    assert (question.asked_by, question.text) == (None, "Miksi?")
    workflow.answer_question(question, answer="Siksi.", by=coordinator, now=LATER)
    assert not Message.objects.filter(kind="reports.question_answered").exists()


def test_people_download_their_own(coordinator: User, readers: Readers, field: None) -> None:
    draft = collected(coordinator)
    write(draft, coordinator, "Kommentti")
    report = publish(draft, coordinator)
    ask(report, readers.member)
    workflow.mark_read(report, by=readers.member, now=NOW)
    provider = dict(personal_data.items())["reports"]
    mine = provider(readers.member)
    assert [row["text"] for row in mine["questions"]] == ["Miksi?"]
    assert [row["read_at"] for row in mine["readings"]] == [NOW]
    assert [row["text"] for row in provider(coordinator)["comments"]] == ["Kommentti"]
    assert not any(provider(readers.deputy).values())


def test_texts_of_a_report_that_is_being_frozen_stay(coordinator: User, field: None) -> None:
    report = collected(coordinator)
    workflow.freeze(report, by=coordinator, now=NOW)
    with pytest.raises(Refused) as refused:
        workflow.save_texts(report, {"findings": "Myöhässä"}, by=coordinator, now=NOW)
    assert refused.value.code == "not_draft"
    report.refresh_from_db()
    assert (report.state, report.findings) == ("freezing", "")
