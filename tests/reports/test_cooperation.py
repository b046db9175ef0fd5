"""The co-operation document: written, commented, decided and frozen, replaced by the next."""

import subprocess
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import clock
from common.errors import Refused
from common.times import local_date
from forums.models import EventSeries
from liaisons.models import CommentRound, RoundPart
from liaisons.workflow.rounds import cancel_round, move_due_rounds
from reports.cooperation import BY_KEY, CHAPTERS, draft_chapters, frozen_chapters, terms
from reports.models import CooperationChapter, CooperationDocument
from reports.todos import document_todos
from reports.workflow import cooperation as workflow
from tests.accounts.factories import signed_in, staff
from tests.documents.pdf_checks import assert_accessible
from tests.grants.factories import body_of
from tests.liaisons.factories import BodyFactory
from tests.liaisons.factories_rounds import commented
from tests.reports.conftest import Readers
from tests.reports.documents import answered, begun, decided, sent

pytestmark = pytest.mark.django_db
NOW = clock.now()
TODAY = local_date(NOW)


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


class TestWriting:
    def test_one_in_preparation_a_term(self, coordinator: User, desk: Client) -> None:
        first = terms(TODAY)[0]
        answer = desk.post("/hallinta/yhteistyoasiakirja/", {"first_year": first})
        document = CooperationDocument.objects.get()
        assert answer.headers["Location"] == f"/hallinta/yhteistyoasiakirja/{document.pk}/"
        assert (document.first_year, document.last_year, document.edition) == (first, first + 4, 1)
        assert workflow.begin_document(first, by=coordinator, now=NOW) == document
        with pytest.raises(Refused) as refused:
            workflow.begin_document(first - 4, by=coordinator, now=NOW)
        assert refused.value.code == "bad_term"
        with pytest.raises(IntegrityError, match="reports_cooperation_one_in_preparation"), transaction.atomic():
            CooperationDocument.objects.create(
                first_year=first, last_year=first + 4, edition=2, created_by=coordinator, created_at=NOW
            )

    def test_the_chapter_says_what_the_portal_knows_in_finnish(self, coordinator: User, field: None) -> None:
        document = begun(coordinator, now=NOW)
        EventSeries.objects.create(
            key="koe", name_fi="Koefoorumi", name_sv="Provforum", a_year_min=1, a_year_max=3, statute="612/2021 7 §"
        )
        known = {one.key: one for one in draft_chapters(document, NOW)}
        assert [line.detail for line in known["jarjestokentta"].lines] == ["4", "2"]
        lines = {line.label: line.detail for line in known["foorumit"].lines}
        assert lines["Koefoorumi"] == "1–3 kertaa vuodessa (612/2021 7 §)"
        assert known["johdanto"].text == "Teemme työtä yhdessä."

    def test_every_living_page_is_there(self, desk: Client) -> None:
        for chapter in CHAPTERS:
            for _label, url in chapter.links:
                assert desk.get(url).status_code == 200, url

    def test_nobody_writes_over_words_not_seen(self, coordinator: User, desk: Client) -> None:
        document = begun(staff("coordinator"), now=NOW)
        address = f"/hallinta/yhteistyoasiakirja/{document.pk}/luvut/johdanto/"
        assert "Teemme työtä yhdessä." in desk.get(address).content.decode()
        answer = desk.post(address, {"version": "0", "text": "Toinen"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Teemme työtä yhdessä." in page
        assert ">\nToinen</textarea>" in page
        assert 'name="version" value="1"' in page
        assert desk.post(address, {"version": "1", "text": "Molemmat"}).status_code == 302
        row = CooperationChapter.objects.get()
        assert (row.text, row.version, row.written_by) == ("Molemmat", 2, coordinator)
        assert (
            workflow.save_chapter(
                document, key="johdanto", text=" Molemmat ", version=0, by=coordinator, now=NOW
            ).version
            == 2
        )
        assert desk.get(f"/hallinta/yhteistyoasiakirja/{document.pk}/luvut/olematon/").status_code == 404

    def test_only_the_coordinator(self, coordinator: User, readers: Readers) -> None:
        document = begun(coordinator, now=NOW)
        for person in (readers.presenter, staff("auditor")):
            with pytest.raises(Http404):
                workflow.begin_document(terms(TODAY)[1], by=person, now=NOW)
            with pytest.raises(Http404):
                workflow.save_chapter(document, key="johdanto", text="x", version=1, by=person, now=NOW)
            assert signed_in(person).get("/hallinta/yhteistyoasiakirja/").status_code == 404

    def test_preview_and_empty_states(self, coordinator: User, desk: Client) -> None:
        assert "Asiakirjasta ei ole vielä päätetty" in Client().get("/yhteistyoasiakirja/").content.decode()
        assert "Asiakirjoja ei vielä ole." in desk.get("/hallinta/yhteistyoasiakirja/").content.decode()
        document = begun(coordinator, now=NOW)
        page = desk.get(f"/hallinta/yhteistyoasiakirja/{document.pk}/esikatselu/").content.decode()
        assert "Teemme työtä yhdessä." in page
        assert 'id="palvelut"' not in page  # a chapter with nothing in it is not shown


class TestComments:
    def test_a_round_with_a_part_for_each_chapter_once(self, coordinator: User, desk: Client, field: None) -> None:
        document = begun(coordinator, now=NOW)
        address = f"/hallinta/yhteistyoasiakirja/{document.pk}/"
        closes = (TODAY + timedelta(days=14)).strftime("%d.%m.%Y klo 16.00")
        assert desk.post(f"{address}kommenteille/", {"asks": "Mitä puuttuu?", "closes_at": closes}).status_code == 302
        document.refresh_from_db()
        assert document.state == "commenting"
        workflow.send_for_comments(document, asks="x", closes_at=NOW + timedelta(days=3), by=coordinator, now=NOW)
        made = CommentRound.objects.get()
        parts = {part.title: part.text for part in RoundPart.objects.filter(round=made)}
        assert parts["Johdanto"] == "Teemme työtä yhdessä."
        assert "• Rekisteröityjä järjestöjä: 4" in parts["Järjestökenttä"]
        assert f'href="{made.get_absolute_url()}"' in Client().get("/yhteistyoasiakirja/").content.decode()
        assert "vastaa jokaiseen kommenttiin" in desk.get(address).content.decode()

    def test_refused_without_a_text_and_in_the_past(self, coordinator: User) -> None:
        document = workflow.begin_document(terms(TODAY)[0], by=coordinator, now=NOW)
        later = NOW + timedelta(days=14)
        with pytest.raises(Refused) as refused:
            workflow.send_for_comments(document, asks="Mitä?", closes_at=later, by=coordinator, now=NOW)
        assert refused.value.code == "nothing_written"
        workflow.save_chapter(document, key="johdanto", text="Sana", version=0, by=coordinator, now=NOW)
        with pytest.raises(Refused) as refused:
            workflow.send_for_comments(document, asks="Mitä?", closes_at=NOW, by=coordinator, now=NOW)
        assert refused.value.code == "closing_past"

    def test_no_decision_while_a_comment_waits(self, coordinator: User, desk: Client) -> None:
        document = sent(coordinator, now=NOW)
        found = CommentRound.objects.get()
        commented(found, text="Lisää kyydit.")
        later = NOW + timedelta(days=15)
        move_due_rounds(now=later)
        known = {"body": BodyFactory(), "decided_on": local_date(later), "section": 10, "by": coordinator, "now": later}
        with pytest.raises(Refused, match="Vastaa kommentteihin") as refused:
            workflow.decide_document(document, **known)
        assert refused.value.code == "comments_unanswered"
        with pytest.raises(Refused) as refused:
            workflow.back_to_draft(document, by=coordinator, now=later)
        assert refused.value.code == "round_goes_on"
        cancel_round(found, reason="Virhe luonnoksessa", by=coordinator, now=later)
        with pytest.raises(Refused) as refused:
            workflow.decide_document(document, **known)
        assert refused.value.code == "round_cancelled"
        assert desk.post(f"/hallinta/yhteistyoasiakirja/{document.pk}/luonnokseksi/").status_code == 302
        document.refresh_from_db()
        assert document.state == "draft"
        assert workflow.back_to_draft(document, by=coordinator, now=later).state == "draft"


class TestDecided:
    def test_public_frozen_and_readable_for_everybody(self, coordinator: User, desk: Client, field: None) -> None:
        document = answered(coordinator, now=NOW)
        assert [todo.url for todo in document_todos(coordinator, NOW)] == [
            f"/hallinta/yhteistyoasiakirja/{document.pk}/"
        ]
        assert list(document_todos(staff("auditor"), NOW)) == []
        body = BodyFactory(name_fi="HYTE-lautakunta")
        answer = desk.post(
            f"/hallinta/yhteistyoasiakirja/{document.pk}/paatos/",
            {"body": body.pk, "decided_on": TODAY.strftime("%d.%m.%Y"), "section": "10"},
        )
        assert answer.headers["Location"] == "/yhteistyoasiakirja/"
        document.refresh_from_db()
        assert document.state == "decided"
        with CaptureQueriesContext(connection) as asked:
            page = Client().get("/yhteistyoasiakirja/").content.decode()
        assert len(asked) <= 12
        assert "HYTE-lautakunta" in page
        assert "10 §" in page
        assert "Teemme työtä yhdessä." in page
        assert "Rekisteröityjä järjestöjä" in page
        assert 'href="/jarjestot/"' in page
        data = body_of(Client().get(f"/yhteistyoasiakirja/{document.pk}/pdf/"))
        assert_accessible(data)
        found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
        text = found.stdout.decode()
        assert "Järjestöyhteistyön asiakirja" in text
        assert "HYTE-lautakunta" in text
        assert "Teemme työtä yhdessä." in text
        assert "Ajantasaiset tiedot" not in text
        assert Client().get(f"/yhteistyoasiakirja/{document.pk}/").headers["Location"] == "/yhteistyoasiakirja/"
        assert desk.get(f"/hallinta/yhteistyoasiakirja/{document.pk}/").status_code == 302

    def test_what_changes_later_changes_nothing_in_it(self, coordinator: User, field: None) -> None:
        document = decided(coordinator, now=NOW)
        EventSeries.objects.create(key="uusi", name_fi="Uusi sarja")
        lines = {line.label for one in frozen_chapters(document) for line in one.lines}
        assert "Uusi sarja" not in lines
        assert "Uusi sarja" in {line.label for one in draft_chapters(document, NOW) for line in one.lines}

    def test_again_the_same_changes_nothing_and_a_day_must_be_right(self, coordinator: User) -> None:
        document = answered(coordinator, now=NOW)
        body = BodyFactory()
        for day, code in ((TODAY + timedelta(days=1), "in_future"), (TODAY - timedelta(days=60), "before_draft")):
            with pytest.raises(Refused) as refused:
                workflow.decide_document(document, body=body, decided_on=day, section=1, by=coordinator, now=NOW)
            assert refused.value.code == code
        with pytest.raises(Refused) as refused:
            workflow.decide_document(document, body=body, decided_on=TODAY, section=0, by=coordinator, now=NOW)
        assert refused.value.code == "section_not_positive"
        known = {"body": body, "decided_on": TODAY, "section": 1, "by": coordinator, "now": NOW}
        made = workflow.decide_document(document, **known)
        assert workflow.decide_document(document, **known) == made
        with pytest.raises(Refused) as refused:
            workflow.decide_document(document, **{**known, "section": 2})
        assert refused.value.code == "wrong_state"
        with pytest.raises(Refused) as refused:
            workflow.save_chapter(document, key="johdanto", text="x", version=1, by=coordinator, now=NOW)
        assert refused.value.code == "decided"

    @pytest.mark.parametrize(
        ("sql", "message"),
        [
            ("update reports_cooperationdocument set contents = '{}'", "a decided document does not change"),
            ("update reports_cooperationdocument set state = 'draft'", "a decided document does not change"),
            ("delete from reports_cooperationdocument", "a decided document does not change"),
            ("update reports_cooperationchapter set text = 'x'", "chapters of a decided document"),
            ("delete from reports_cooperationchapter", "chapters of a decided document"),
        ],
    )
    def test_stays_even_for_sql(self, coordinator: User, sql: str, message: str) -> None:
        decided(coordinator, now=NOW)
        with (
            pytest.raises(DatabaseError, match=message),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_the_next_begins_with_its_texts_and_replaces_it(self, coordinator: User, desk: Client) -> None:
        first = decided(coordinator, now=NOW)
        later = NOW + timedelta(days=30)
        second = workflow.begin_document(first.first_year, by=coordinator, now=later)
        assert (second.edition, second.chapters.get().text) == (2, "Teemme työtä yhdessä.")
        workflow.send_for_comments(second, asks="Mitä?", closes_at=later + timedelta(days=1), by=coordinator, now=later)
        end = later + timedelta(days=2)
        move_due_rounds(now=end)
        CommentRound.objects.filter(pk=CooperationDocument.objects.get(pk=second.pk).round_id).update(
            state="published", published_at=end, summary="Ei muutoksia."
        )
        workflow.decide_document(
            second, body=BodyFactory(), decided_on=local_date(end), section=3, by=coordinator, now=end
        )
        first.refresh_from_db()
        assert (first.state, first.replaced_on) == ("replaced", local_date(end))
        page = Client().get(f"/yhteistyoasiakirja/{first.pk}/").content.decode()
        assert "Tämä asiakirja ei ole enää voimassa" in page
        assert f'href="/yhteistyoasiakirja/{first.pk}/"' in Client().get("/yhteistyoasiakirja/").content.decode()
        page = desk.get("/hallinta/yhteistyoasiakirja/").content.decode()
        assert "Korvattu uudella" in page
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            CooperationDocument.objects.filter(pk=first.pk).update(state="decided", replaced_on=None)

    @pytest.mark.parametrize(
        ("changed", "name"),
        [
            ({"last_year": 2020}, "reports_cooperation_term_order"),
            ({"state": "outo"}, "reports_cooperation_"),
            ({"state": "commenting"}, "reports_cooperation_has_round"),
            ({"section": 3}, "reports_cooperation_decided_whole"),
            ({"replaced_on": TODAY}, "reports_cooperation_replaced_on"),
        ],
    )
    def test_the_database_defends_it(self, coordinator: User, changed: dict[str, object], name: str) -> None:
        document = begun(coordinator, now=NOW)
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            CooperationDocument.objects.filter(pk=document.pk).update(**changed)


def test_the_public_page_asks_as_much_with_many_older_ones(coordinator: User) -> None:
    document = decided(coordinator, now=NOW)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert Client().get("/yhteistyoasiakirja/").status_code == 200
        return len(found)

    before = asked()
    for edition in range(2, 5):
        known = {
            field.attname: getattr(document, field.attname) for field in document._meta.fields if field.name != "id"
        }
        CooperationDocument.objects.create(**{**known, "edition": edition, "state": "replaced", "replaced_on": TODAY})
    assert asked() == before <= 12


def test_links_to_it_stand_where_people_look(desk: Client) -> None:
    assert 'href="/yhteistyoasiakirja/"' in Client().get("/raportit/").content.decode()
    assert "/hallinta/yhteistyoasiakirja/" in desk.get("/hallinta/").content.decode()


def test_keys_of_chapters_are_unique() -> None:
    assert len(BY_KEY) == len(CHAPTERS)
