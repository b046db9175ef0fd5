"""The handling of use reports: check lists, questions back, lines against the budget, reminders, paper, interim."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from grants.models import (
    CaseEvent,
    ConflictDeclaration,
    GrantCall,
    UseReport,
    UseReportAttachment,
    UseReportCheck,
    UseReportQuestion,
    UseReportVersion,
)
from grants.money_lists import report_choices, use_reports
from grants.statistics import grant_year
from grants.use_report_costs import asks_full_report, cost_table, planned_costs
from grants.use_report_figures import figures_of, places_of
from grants.workflow import use_report_desk as desk_verbs
from grants.workflow import use_reports as verbs
from grants.workflow.serving import follow_with_use_report
from notifications.models import Message
from tests.accounts.factories import signed_in, staff
from tests.grants.factories import PDF, make_call, make_kind, make_member, make_municipality, make_organisation
from tests.grants.factories_money import CONTENT, FINAL, MONEY, STORY, make_decision, make_use_report, ticked
from tests.grants.test_payments import refused, text

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def own(state: str = "open", *, full: bool = False, **fields: Any) -> tuple[UseReport, User]:
    """Return a report and an editor of its organisation."""
    organisation = make_organisation()
    report = make_use_report(state=state, organisation=organisation, **fields)
    if full:
        UseReport.objects.filter(pk=report.pk).update(is_full=True)
    return fresh(report), make_member(organisation, "editor")


def fresh(report: UseReport) -> UseReport:
    return UseReport.objects.get(pk=report.pk)


def address(report: UseReport) -> str:
    return f"/omat/{report.decision.application.organisation_id}/selvitykset/{report.pk}/"


def desk(report: UseReport) -> str:
    return f"/hallinta/selvitykset/{report.pk}/"


def typed(**changes: Any) -> dict[str, Any]:
    return {**{name: str(value) for name, value in STORY.items()}, "revision": "0", **changes}


class TestCheckLists:
    def test_each_item_is_answered_and_who_and_when_stay(self) -> None:
        report, _person = own("submitted")
        coordinator, clerk = staff("coordinator"), staff("payments_clerk")
        some = {**CONTENT, "pictures": "kissa"}
        said = refused("unchecked", verbs.check_use_report, report, items=some, by=coordinator, now=FINAL)
        assert said == "Tarkista vielä: Kuvissa olevilta on kuvauslupa."
        assert fresh(report).state == "submitted"
        found = {**CONTENT, "pictures": "not_relevant"}
        verbs.check_use_report(report, items=found, note="Hyvä.", by=coordinator, now=FINAL)
        verbs.approve_use_report(report, items=MONEY, by=clerk, now=FINAL)
        checks = [(row.step, row.checked_by, row.checked_at, row.note) for row in UseReportCheck.objects.all()]
        assert checks == [("content", coordinator, FINAL, "Hyvä."), ("money", clerk, FINAL, "")]
        with pytest.raises(ProgrammingError, match="report_check_stays"), transaction.atomic():
            UseReportCheck.objects.update(note="Muu")

    def test_page_keeps_what_was_ticked_and_shows_it_afterwards(self) -> None:
        report, _person = own("submitted")
        client = signed_in(staff("coordinator"))
        posted = {**ticked("check"), "sisalto-note": "Hyvä raportti"}
        posted.pop("sisalto-story")
        page = text(client.post(desk(report), posted))
        assert "Tarkista vielä: Selvityksestä näkee, mitä tehtiin ja mitä siitä seurasi." in page
        assert page.count(" checked") == 4
        assert "Hyvä raportti" in page
        client.post(desk(report), ticked("check"))
        page = text(client.get(desk(report)))
        assert "Tehdyt tarkastukset" in page
        assert "Sisältö on kunnossa" not in page


class TestQuestions:
    def test_question_is_answered_on_the_reopened_report_and_the_first_sending_stays(self) -> None:
        report, person = own()
        verbs.save_use_report(report, dict(STORY), revision=0, by=person, now=FINAL)
        verbs.submit_use_report(report, by=person, now=FINAL)
        coordinator, clerk = staff("coordinator"), staff("payments_clerk")
        verbs.check_use_report(report, items=CONTENT, by=coordinator, now=FINAL)
        UseReport.objects.filter(pk=report.pk).update(due_on=date(2027, 2, 1))
        Message.objects.all().delete()
        day = date(2027, 2, 20)
        for _time in range(2):
            verbs.return_use_report(report, reason="Mihin 500 € meni?", due_on=day, by=clerk, now=FINAL)
        question = UseReportQuestion.objects.get()
        assert (question.step, question.due_on, fresh(report).due_on) == ("money", day, day)
        (mail,) = Message.objects.filter(to_user=person)
        assert "Vastaa ja lähetä selvitys uudelleen viimeistään 20.2.2027." in mail.text
        said = refused("incomplete", verbs.submit_use_report, report, by=person, now=FINAL)
        assert said == "Vastaa kysymykseen. Jos muutit selvitystä, kerro, mitä muutit."
        client = signed_in(person)
        revision = fresh(report).revision
        verbs.save_use_report(report, {"what_was_done": "Kesken"}, revision=revision, by=person, now=FINAL)
        assert "Kesken" not in text(signed_in(coordinator).get(desk(report)))  # the officer reads what was sent
        revision = fresh(report).revision
        client.post(address(report), typed(revision=revision, meetings="45", answer="Vuokraan.", send="1"))
        sent = fresh(report)
        assert (sent.state, sent.meetings, sent.checked_by) == ("submitted", 45, None)
        question.refresh_from_db()
        assert (question.answer, question.answered_by) == ("Vuokraan.", person)
        versions = UseReportVersion.objects.values_list("number", "content__meetings")
        assert list(versions) == [(1, 44), (2, 45)]
        page = text(signed_in(coordinator).get(desk(report)))
        assert "Mihin 500 € meni?" in page
        assert "Mitä muuttui lähetyksessä 2" in page
        assert "Sisältö on kunnossa" in page  # both checks are made anew
        with pytest.raises(ProgrammingError, match="sent_report_stays"), transaction.atomic():
            UseReportVersion.objects.update(number=9)
        with pytest.raises(ProgrammingError, match="report_answer_stays"), transaction.atomic():
            UseReportQuestion.objects.update(answer="Muuta")

    def test_bad_days_and_the_time_that_the_organisation_still_had(self) -> None:
        report, _person = own("submitted")
        by = staff("coordinator")
        ask = {"reason": "Miksi?", "by": by, "now": FINAL}
        refused("bad_day", verbs.return_use_report, report, due_on=FINAL.date(), **ask)
        page = text(signed_in(by).post(desk(report), {"verb": "return", "reason": "Miksi?", "due_on": "1.2.2027"}))
        assert "Vastauspäivä on myöhemmin kuin tänään." in page
        assert "Miksi?" in page
        verbs.return_use_report(report, due_on=date(2027, 2, 20), **ask)
        assert fresh(report).due_on == date(2028, 3, 31)

    def test_officers_name_is_not_told_to_the_organisation(self) -> None:
        report, person = own("submitted")
        officer = staff("coordinator", full_name="Nimi Salainen")
        verbs.return_use_report(report, reason="Miksi?", by=officer, now=FINAL)
        values = {**STORY, "answer": "Siksi."}
        verbs.save_use_report(report, values, revision=fresh(report).revision, by=person, now=FINAL)
        verbs.submit_use_report(report, by=person, now=FINAL)
        page = text(signed_in(person).get(address(report)))
        assert "Siksi." in page
        assert "Salainen" not in page


class TestLines:
    def test_lines_follow_the_budget_in_proportion_to_the_cent(self) -> None:
        decision = make_decision(sum="3333.33")
        lines = planned_costs(decision)
        assert [(row.what, row.budgeted) for row in lines] == [
            ("Vertaisohjaajien palkkiot", Decimal("3185.18")),
            ("Tarjoilut ja tarvikkeet", Decimal("148.15")),
        ]

    def test_lines_that_do_not_add_up_are_kept_and_told(self) -> None:
        report, person = own(full=True)
        client = signed_in(person)
        page = text(client.get(address(report)))
        assert "Vertaisohjaajien palkkiot" in page
        assert "3 344,44 €" in page
        lines = {"costs-rows": "2", "costs-0-used": "3 000", "costs-1-used": "200"}
        story = typed(
            what_was_learned="Paljon.", send="1", **lines, **{"costs-2-what": "Vuokra", "costs-2-used": "100"}
        )
        page = text(client.post(address(report), story))
        assert "Menorivien summa on 3 300 €, mutta kirjoitit käytetyksi 3 500 €. Ero on 200 €." in page
        assert "Ei täsmää" in page
        assert 'value="Vuokra"' in page
        saved = fresh(report)
        assert (saved.state, len(saved.costs)) == ("open", 3)
        again = {**story, "revision": str(saved.revision), "spent_sum": ""}
        client.post(address(report), again)
        sent = fresh(report)
        assert (sent.state, sent.spent_sum) == ("submitted", Decimal("3300.00"))  # the page made the sum
        page = text(signed_in(staff("coordinator")).get(desk(report)))
        assert "Menot talousarvioon verrattuna" in page
        assert "−344,44 €" in page

    def test_another_row_loses_nothing_and_saves_nothing(self) -> None:
        report, person = own(full=True)
        posted = typed(**{"costs-rows": "2", "costs-2-what": "Vuokra", "costs-2-used": "10", "add_row": "costs"})
        page = text(signed_in(person).post(address(report), posted))
        assert 'value="Vuokra"' in page
        assert "costs-5-what" in page
        assert fresh(report).costs == []

    def test_autosave_shows_the_sums(self) -> None:
        report, person = own(full=True)
        posted = typed(spent_sum="200", **{"costs-rows": "2", "costs-0-used": "150,50"})
        page = text(signed_in(person).post(f"{address(report)}?autosave=1", posted))
        assert 'id="costs-sums"' in page
        assert "150,50 €" in page

    def test_wrong_sum_in_a_line_is_told_and_kept_on_the_page(self) -> None:
        report, person = own(full=True)
        page = text(signed_in(person).post(address(report), typed(**{"costs-rows": "2", "costs-0-used": "paljon"})))
        assert "Emme ymmärtäneet kirjoitustasi ”paljon”." in page
        assert 'value="paljon"' in page

    def test_full_only_from_the_sum_of_the_kind(self) -> None:
        kind = make_kind(full_report_from=Decimal("3500.00"))
        decision = make_decision(call=make_call(kind=kind))
        assert asks_full_report(decision)
        decision.sum = Decimal("3499.99")
        assert not asks_full_report(decision)
        assert not asks_full_report(make_decision())

    def test_full_report_names_what_it_lacks(self) -> None:
        report, _person = own(full=True)
        names = [name for name, _text in verbs.missing(report)]
        assert "costs" in names
        assert "what_was_learned" in names
        assert cost_table(report).budgeted == Decimal("3500.00")


def test_figures_and_places_against_promises() -> None:
    report, _person = own("submitted")
    report.municipalities.set([make_municipality("167", "Joensuu")])
    reached = figures_of(report)[0]
    assert (reached.code, reached.target, reached.value, reached.difference, reached.percent) == (
        "people_reached",
        40,
        52,
        12,
        130,
    )
    places = places_of(report)
    assert [row.name for row in places.missed] == ["Lieksa"]
    assert [row.name for row in places.added] == ["Joensuu"]
    page = text(signed_in(staff("auditor")).get(desk(report)))
    assert "Luvattu, ei toimittu" in page
    assert "12 (130 %)" in page


class TestPictures:
    def test_picture_needs_consent_and_a_document_none(self) -> None:
        report, person = own()
        client = signed_in(person)
        add = f"{address(report)}tiedostot/"
        page = text(client.post(add, {"file": SimpleUploadedFile("kuva.png", PNG)}, follow=True))
        assert "Kerro, onko kuvassa olevilta lupa." in page
        client.post(add, {"file": SimpleUploadedFile("kuva.png", PNG), "consent": "public"})
        client.post(add, {"file": SimpleUploadedFile("esite.pdf", PDF), "consent": "public"})
        files = UseReportAttachment.objects.values_list("name", "consent")
        assert list(files) == [("kuva.png", "public"), ("esite.pdf", "")]
        assert "luvan myös julkaista kuvan" in text(client.get(address(report)))
        with pytest.raises(IntegrityError, match="grants_report_file_consent_known"), transaction.atomic():
            UseReportAttachment.objects.update(consent="kissa")


class TestDesk:
    def test_reminds_the_chosen_once_a_day(self) -> None:
        late, person = own(due_on=date(2027, 2, 9))
        sent, _other = own("submitted")
        client = signed_in(staff("payments_clerk"))
        page = text(client.get("/hallinta/selvitykset/"))
        assert f'name="valittu" value="{late.pk}"' in page
        assert f'name="valittu" value="{sent.pk}"' not in page
        posted = {"valittu": [str(late.pk), str(sent.pk), "x"], "tila": "", "q": "omais"}
        response = client.post("/hallinta/selvitykset/muistuta/", posted, follow=True)
        assert response.redirect_chain[0][0] == "/hallinta/selvitykset/?q=omais"
        page = text(response)
        assert "Muistutus on lähetetty yhdestä." in page
        assert "Yhdestä ei muistutettu" in page
        assert "muistutettu 10.2.2027" in page
        client.post("/hallinta/selvitykset/muistuta/", posted)
        (mail,) = Message.objects.filter(to_user=person, kind="grants.use_report_reminder")
        assert mail.subject == "Käyttöselvitys on myöhässä, määräpäivä oli 9.2.2027"
        assert mail.required
        assert CaseEvent.objects.filter(verb="remind_use_report").count() == 1
        page = text(client.post("/hallinta/selvitykset/muistuta/", {}, follow=True))
        assert "Valitse ensin selvitykset, joista muistutetaan." in page

    def test_own_conflict_is_neither_seen_nor_reminded(self) -> None:
        report, _person = own()
        officer = staff("coordinator")
        ConflictDeclaration.objects.create(
            application=report.decision.application, user=officer, has_conflict=True, ground="Jäsen", declared_at=FINAL
        )
        assert desk_verbs.remind_use_reports([report.pk], by=officer, now=FINAL) == 0
        assert list(use_reports(officer, {}, FINAL)) == []
        client = signed_in(officer)
        assert client.get(desk(report)).status_code == 404
        assert client.get(f"{desk(report)}kirjaa/").status_code == 404

    def test_call_and_municipality(self) -> None:
        first, _person = own("submitted", call=make_call(title_fi="Yksi", title_sv="Ett"))
        second, _person = own(call=make_call(title_fi="Kaksi"))
        joensuu = make_municipality("167", "Joensuu")
        for report in (first, second):
            report.municipalities.set([joensuu])
        user = staff("auditor")
        assert list(use_reports(user, {"haku": first.decision.application.call_id}, FINAL)) == [first]
        # What is still being written does not count; what was promised does.
        assert list(use_reports(user, {"kunta": "167"}, FINAL)) == [first]
        assert set(use_reports(user, {"kunta": "422"}, FINAL)) == {first, second}
        with translation.override("sv"):
            choices = report_choices(user, FINAL)
        assert {name for _key, name in choices.calls} == {"Ett", "Kaksi"}
        assert [code for code, _name in choices.places] == ["167", "422"]
        client = signed_in(user)
        query = f"?haku={first.decision.application.call_id}&kunta=167"
        assert "Yksi selvitys" in text(client.get(f"/hallinta/selvitykset/{query}"))
        export = client.get(f"/hallinta/selvitykset/vienti.csv{query}").content.decode()
        assert len(export.splitlines()) == 2

    def test_list_of_unsent_ones_asks_as_much_at_one_and_three(self) -> None:
        call, client, counts = make_call(), signed_in(staff("coordinator")), []
        for more in (1, 2):
            for _ in range(more):
                make_use_report(call=call)
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/hallinta/selvitykset/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 12


class TestPaper:
    def test_officer_enters_what_came_and_the_draft_stays(self) -> None:
        report, person = own(full=True)
        verbs.save_use_report(report, {"what_was_done": "Oma luonnos"}, revision=0, by=person, now=FINAL)
        officer = staff("registrar")
        client = signed_in(officer)
        page_of = f"{desk(report)}kirjaa/"
        assert page_of in text(client.get(desk(report)))
        page = text(client.get(page_of))
        assert "Oma luonnos" not in page
        posted = {**typed(volunteers="", arrived_on="11.2.2027"), "costs-rows": "2", "costs-0-used": "1"}
        page = text(client.post(page_of, posted))
        assert "Saapumispäivä ei voi olla tulevaisuudessa." in page
        assert STORY["what_was_done"] in page
        posted.update(arrived_on="8.2.2027", scan=SimpleUploadedFile("selvitys.pdf", PDF))
        assert "Selvitys on kirjattu." in text(client.post(page_of, posted, follow=True))
        sent = fresh(report)
        assert (sent.state, sent.arrived_on, sent.submitted_by, sent.volunteers) == (
            "submitted",
            date(2027, 2, 8),
            officer,
            None,
        )
        assert sent.attachments.get().name == "selvitys.pdf"
        assert Message.objects.filter(to_user=person, subject="Käyttöselvitys on saapunut").count() == 1
        page = text(signed_in(person).get(address(report)))
        assert "Selvitys saapui paperilla 8.2.2027." in page
        assert "Oma luonnos" in page
        assert client.post(page_of, posted).status_code == 200  # told, not done twice
        assert "Selvitys on jo saapunut." in text(client.get(page_of, follow=True))
        assert UseReportVersion.objects.count() == 1

    def test_too_little_and_too_late(self) -> None:
        report, person = own()
        by = staff("coordinator")
        enter = {"arrived_on": date(2027, 2, 8), "by": by, "now": FINAL}
        refused("incomplete", desk_verbs.enter_use_report, report, {"what_was_done": "Jotain"}, **enter)
        with pytest.raises(Http404):
            desk_verbs.enter_use_report(report, dict(STORY), **{**enter, "by": person})
        make_member(report.decision.application.organisation, "viewer", user=by)
        with pytest.raises(Http404):
            desk_verbs.enter_use_report(report, dict(STORY), **enter)
        sent, _person = own("submitted")
        refused("wrong_state", desk_verbs.enter_use_report, sent, dict(STORY), **enter)


class TestInterim:
    def test_call_that_names_a_day_asks_both(self) -> None:
        call = make_call(interim_report_due_on=date(2027, 9, 30))
        decision = make_decision(call=call)
        for _time in range(2):
            follow_with_use_report(decision)
        kinds = [(row.kind, row.due_on) for row in decision.use_reports.all()]
        assert kinds == [("interim", date(2027, 9, 30)), ("final", date(2028, 3, 31))]
        assert decision.use_report.kind == "final"
        person = make_member(decision.application.organisation, "editor")
        page = text(signed_in(person).get(f"/omat/{decision.application.organisation_id}/selvitykset/"))
        assert "Toiminta-avustus 2027: Väliselvitys" in page
        with pytest.raises(IntegrityError, match="grants_call_interim_before_final"), transaction.atomic():
            GrantCall.objects.filter(pk=call.pk).update(interim_report_due_on=date(2028, 3, 31))

    def test_asks_less_and_counts_in_no_figure(self) -> None:
        report, person = own()
        UseReport.objects.filter(pk=report.pk).update(kind="interim")
        asked = ["what_was_done", "people_reached", "spent_sum"]
        assert sorted(name for name, _text in verbs.missing(fresh(report))) == sorted(asked)
        values = {name: STORY[name] for name in asked} | {"spent_sum": Decimal("100.00")}
        verbs.save_use_report(report, values, revision=0, by=person, now=FINAL)
        sent = verbs.submit_use_report(report, by=person, now=FINAL)
        assert sent.unused_sum == 0
        assert grant_year(2027).use.people_reached == 0
