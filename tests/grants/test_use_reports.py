"""Use reports: filled in without losing anything, sent, returned, checked twice, extended, reminded of."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404

from accounts.models import User
from common.times import HELSINKI
from grants.life_cycles import USE_REPORT
from grants.models import CaseEvent, UseReport, UseReportAttachment
from grants.todos_money import officer_todos, own_todos
from grants.use_report_reminders import use_report_reminders
from grants.workflow import use_reports as verbs
from notifications.models import Message
from organisations.models import TimelineEntry
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF, make_member, make_municipality, make_organisation
from tests.grants.factories_money import CONTENT, FINAL, MONEY, STORY, make_decision, make_use_report, ticked
from tests.grants.test_payments import refused, text

pytestmark = pytest.mark.django_db
DUE = date(2028, 3, 31)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def own(state: str = "open", role: str = "editor", **fields: Any) -> tuple[UseReport, User]:
    """Return a report and a person of its organisation."""
    organisation = make_organisation()
    report = make_use_report(state=state, organisation=organisation, **fields)
    return report, make_member(organisation, role)


def address(report: UseReport) -> str:
    return f"/omat/{report.decision.application.organisation_id}/selvitykset/{report.pk}/"


def fresh(report: UseReport) -> UseReport:
    return UseReport.objects.get(pk=report.pk)


def typed(**changes: Any) -> dict[str, Any]:
    return {**{name: str(value) for name, value in STORY.items()}, "revision": "0", **changes}


class TestSaving:
    def test_older_page_does_not_overwrite_newer_text(self) -> None:
        report, person = own()
        verbs.save_use_report(report, {"what_was_done": "Yksi"}, revision=0, by=person, now=FINAL)
        with pytest.raises(verbs.StaleReport) as caught:
            verbs.save_use_report(report, {"what_was_done": "Kaksi"}, revision=0, by=person, now=FINAL)
        assert caught.value.latest.what_was_done == "Yksi"
        verbs.save_use_report(report, {"what_was_done": "Kaksi"}, revision=1, by=person, now=FINAL)
        assert (fresh(report).what_was_done, fresh(report).revision) == ("Kaksi", 2)

    def test_same_text_twice_is_no_conflict(self) -> None:
        report, person = own()
        changes = {"what_was_done": "Yksi", "municipalities": [make_municipality()]}
        for _time in range(2):
            verbs.save_use_report(report, changes, revision=0, by=person, now=FINAL)
        assert (fresh(report).revision, fresh(report).saved_at) == (1, FINAL)
        assert [row.name_fi for row in fresh(report).municipalities.all()] == ["Lieksa"]
        assert set(changes) == {"what_was_done", "municipalities"}

    @pytest.mark.parametrize("state", ["submitted", "checked", "approved"])
    def test_sent_report_does_not_change(self, state: str) -> None:
        report, person = own(state)
        refused("wrong_state", verbs.save_use_report, report, {"meetings": 1}, revision=1, by=person, now=FINAL)

    @pytest.mark.parametrize("role", ["viewer", None])
    def test_viewer_and_stranger_do_not_fill_in(self, role: str | None) -> None:
        report, person = own(role=role or "editor")
        who = person if role else UserFactory()
        with pytest.raises(Http404):
            verbs.save_use_report(report, {"meetings": 1}, revision=0, by=who, now=FINAL)
        with pytest.raises(Http404):
            verbs.submit_use_report(report, by=who, now=FINAL)


class TestSending:
    def test_everything_missing_is_named(self) -> None:
        report, person = own()
        assert [name for name, _text in verbs.missing(report)] == [name for name, _text in verbs.NEEDED]
        said = refused("incomplete", verbs.submit_use_report, report, by=person, now=FINAL)
        assert said.startswith("Kerro, mitä teitte. Kerro, mitä toiminnasta seurasi.")

    def test_zero_is_an_answer(self) -> None:
        report, person = own()
        values = {**STORY, "people_reached": 0, "meetings": 0, "volunteers": 0, "volunteer_hours": 0}
        saved = verbs.save_use_report(report, values, revision=0, by=person, now=FINAL)
        assert verbs.missing(saved) == []

    def test_more_than_was_granted_is_asked_about(self) -> None:
        report, person = own()
        values = {**STORY, "spent_sum": Decimal("3500.01")}
        verbs.save_use_report(report, values, revision=0, by=person, now=FINAL)
        said = refused("incomplete", verbs.submit_use_report, report, by=person, now=FINAL)
        assert said == "Käytetty summa on suurempi kuin myönnetty avustus. Tarkista summa."

    def test_sending_twice_sends_once(self) -> None:
        report, person = own()
        other = make_member(report.decision.application.organisation, "admin", language="en")
        verbs.save_use_report(report, dict(STORY), revision=0, by=person, now=FINAL)
        Message.objects.all().delete()
        for _time in range(2):
            verbs.submit_use_report(report, by=person, now=FINAL)
        sent = fresh(report)
        assert (sent.state, sent.submitted_by, sent.submitted_at) == ("submitted", person, FINAL)
        mails = Message.objects.filter(kind="grants.use_report", to_user__in=[person, other])
        assert len(mails) == 2
        assert mails.get(to_user=person).subject == "Käyttöselvitys on saapunut"
        assert address(report) in mails.get(to_user=person).text
        assert CaseEvent.objects.filter(verb="submit_use_report").count() == 1
        entry = TimelineEntry.objects.get(text="Käyttöselvitys lähetettiin: Toiminta-avustus 2027.")
        assert entry.visibility == "organisation"

    def test_database_wants_the_facts_of_a_sent_report(self) -> None:
        report, _person = own()
        with pytest.raises(IntegrityError, match="grants_use_report_sent_has_facts"), transaction.atomic():
            UseReport.objects.filter(pk=report.pk).update(state="submitted")
        with pytest.raises(IntegrityError, match="grants_use_report_sum_not_negative"), transaction.atomic():
            UseReport.objects.filter(pk=report.pk).update(spent_sum=-1)


class TestChecking:
    def test_two_checks_end_in_approval_and_a_message(self) -> None:
        report, person = own("submitted")
        coordinator, clerk = staff("coordinator"), staff("payments_clerk")
        refused("wrong_state", verbs.approve_use_report, report, items=MONEY, by=clerk, now=FINAL)
        for _time in range(2):
            verbs.check_use_report(report, items=CONTENT, by=coordinator, now=FINAL)
        assert (fresh(report).state, fresh(report).checked_by) == ("checked", coordinator)
        assert not Message.objects.filter(to_user=person).exists()
        for _time in range(2):
            verbs.approve_use_report(report, items=MONEY, by=clerk, now=FINAL)
        assert (fresh(report).state, fresh(report).approved_by) == ("approved", clerk)
        (mail,) = Message.objects.filter(to_user=person)
        assert mail.subject == "Käyttöselvitys on hyväksytty"
        assert "Teidän ei tarvitse tehdä enää mitään." in mail.text

    @pytest.mark.parametrize("role", ["coordinator", "payments_clerk"])
    def test_each_checker_returns_with_a_question(self, role: str) -> None:
        report, person = own("checked")
        refused("reason_missing", verbs.return_use_report, report, reason=" \n", by=staff(role), now=FINAL)
        for number in (1, 2):
            verbs.return_use_report(report, reason=f"Kysymys {number}", by=staff(role), now=FINAL)
            returned = fresh(report)
            assert (returned.state, returned.officer_note, returned.checked_by) == (
                "returned",
                f"Kysymys {number}",
                None,
            )
            mail = Message.objects.filter(to_user=person, subject="Täydennä käyttöselvitystä").latest("pk")
            assert f"Kysymys {number}" in mail.text
            assert mail.required
            words = {"answer": "Lisäsimme kevään."}
            verbs.save_use_report(report, words, revision=returned.revision, by=person, now=FINAL)
            verbs.submit_use_report(report, by=person, now=FINAL)

    @pytest.mark.parametrize(
        ("verb", "state", "items", "roles"),
        [
            ("check_use_report", "submitted", CONTENT, ["payments_clerk", "registrar", "auditor"]),
            ("approve_use_report", "checked", MONEY, ["coordinator", "registrar", "auditor"]),
        ],
    )
    def test_each_check_belongs_to_one_role(
        self, verb: str, state: str, items: dict[str, str], roles: list[str]
    ) -> None:
        report, _person = own(state)
        for role in roles:
            with pytest.raises(Http404):
                getattr(verbs, verb)(report, items=items, by=staff(role), now=FINAL)
        with pytest.raises(Http404):
            verbs.return_use_report(report, reason="Miksi?", by=staff("auditor"), now=FINAL)


VERBS: dict[str, tuple[str, dict[str, Any]]] = {
    "check_use_report": ("coordinator", {"items": CONTENT}),
    "approve_use_report": ("payments_clerk", {"items": MONEY}),
    "return_use_report": ("coordinator", {"reason": "Miksi?"}),
    "extend_use_report": ("coordinator", {"reason": "Sairastuminen", "due_on": date(2029, 1, 1)}),
}


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in VERBS
        for state in sorted(USE_REPORT.keys())
        if not USE_REPORT.allows(state, verb)
        and state not in [edge.target for edge in USE_REPORT.transitions if edge.verb == verb]
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    report, _person = own(state)
    role, words = VERBS[verb]
    refused("wrong_state", getattr(verbs, verb), report, **words, by=staff(role), now=FINAL)
    assert fresh(report).state == state


class TestMoreTime:
    def test_new_day_is_told_and_the_reminders_begin_again(self) -> None:
        report, person = own(due_on=date(2027, 2, 11))
        reminded = [one.dedup_key for one in use_report_reminders(FINAL)]
        coordinator = staff("coordinator")
        new = date(2027, 3, 12)
        for _time in range(2):
            verbs.extend_use_report(report, due_on=new, reason="Sairastuminen", by=coordinator, now=FINAL)
        assert fresh(report).due_on == new
        event = CaseEvent.objects.get(verb="extend_use_report")
        assert event.text == "Käyttöselvityksen määräpäivä on nyt 12.3.2027, ennen 11.2.2027. Sairastuminen"
        (mail,) = Message.objects.filter(to_user=person)
        assert mail.subject == "Käyttöselvitykselle on annettu lisäaikaa"
        assert "viimeistään 12.3.2027" in mail.text
        again = [one.dedup_key for one in use_report_reminders(FINAL + timedelta(days=1))]
        assert len(again) == len(reminded) > 0
        assert not set(again) & set(reminded)

    @pytest.mark.parametrize("day", [date(2027, 2, 10), date(2027, 2, 9), date(2027, 1, 31)])
    def test_only_forward(self, day: date) -> None:
        report, _person = own(due_on=date(2027, 2, 1))
        coordinator = staff("coordinator")
        refused("bad_day", verbs.extend_use_report, report, due_on=day, reason="x", by=coordinator, now=FINAL)
        refused("reason_missing", verbs.extend_use_report, report, due_on=DUE, reason=" ", by=coordinator, now=FINAL)

    def test_not_for_a_sent_one(self) -> None:
        report, _person = own("submitted")
        later = DUE + timedelta(days=1)
        refused(
            "wrong_state", verbs.extend_use_report, report, due_on=later, reason="x", by=staff("coordinator"), now=FINAL
        )


class TestReminders:
    @pytest.mark.parametrize(
        ("days", "step"),
        [
            (-31, None),
            (-30, -30),
            (-26, -30),
            (-25, None),
            (-8, None),
            (-7, -7),
            (-3, -7),
            (-2, None),
            (-1, -1),
            (0, -1),
            (1, 1),
            (5, 1),
            (6, None),
            (7, 7),
            (11, 7),
            (12, None),
            (30, 30),
            (34, 30),
            (35, None),
        ],
    )
    def test_each_step_on_its_days(self, days: int, step: int | None) -> None:
        report, editor = own(due_on=DUE)
        make_member(report.decision.application.organisation, "viewer")
        at = datetime.combine(DUE + timedelta(days=days), time(8), HELSINKI)
        found = [one for one in use_report_reminders(at) if one.to == editor]
        if step is None:
            assert found == []
            return
        (one,) = found
        assert one.dedup_key == f"grants.use_report_reminder:{report.pk}:2028-03-31:{step}:{editor.pk}"
        assert one.required is (step > 0)
        late = "Käyttöselvitys on myöhässä, määräpäivä oli 31.3.2028"
        waits = "Käyttöselvitys on lähettämättä, määräpäivä 31.3.2028"
        assert one.subject == (late if step > 0 else waits)

    def test_each_is_sent_once_and_says_how_things_stand(self) -> None:
        from notifications.reminders import queue_due

        report, editor = own(due_on=DUE)
        for days in (-7, -7, -6, 1):
            queue_due(datetime.combine(DUE + timedelta(days=days), time(8), HELSINKI))
        before, after = Message.objects.filter(to_user=editor, kind="grants.use_report_reminder").order_by("pk")
        assert "Määräpäivä on 31.3.2028." in before.text
        assert "Määräpäivä oli 31.3.2028. Lähettäkää selvitys heti." in after.text
        assert address(report) in after.text

    @pytest.mark.parametrize("state", ["submitted", "checked", "approved"])
    def test_sent_ones_are_left_in_peace(self, state: str) -> None:
        own(state, due_on=FINAL.date())
        assert list(use_report_reminders(FINAL)) == []


class TestTodos:
    def test_organisation_and_officers(self) -> None:
        report, editor = own()
        (todo,) = own_todos(editor, FINAL)
        assert todo.title == "Tee käyttöselvitys: Toiminta-avustus 2027"
        assert (todo.url, todo.button) == (address(report), "Aloita selvitys")
        assert todo.due == datetime(2028, 3, 31, 23, 59, tzinfo=HELSINKI)
        make_use_report(state="submitted")
        make_use_report(state="checked")
        assert "Tarkista 1 käyttöselvityksen sisältö" in [
            todo.title for todo in officer_todos(staff("coordinator"), FINAL)
        ]
        (todo,) = officer_todos(staff("payments_clerk"), FINAL)
        assert (todo.title, todo.url) == ("Hyväksy 1 käyttöselvitys", "/hallinta/selvitykset/?tila=checked")
        assert list(own_todos(UserFactory(), FINAL)) == []


class TestOwnPages:
    def test_saved_unfinished_then_sent(self) -> None:
        report, person = own()
        client = signed_in(person)
        page = text(client.get(address(report)))
        assert "Tavoitteenne oli 40. Arvio riittää." in page
        assert "Teille myönnettiin 3 500 €." in page
        assert 'name="municipalities" value="' in page
        assert " checked" in page
        client.post(address(report), {"revision": "0", "what_was_done": "Kokoonnuimme."})
        assert fresh(report).what_was_done == "Kokoonnuimme."
        wrong = text(client.post(address(report), {"revision": "1", "what_was_done": "Kokoonnuimme.", "send": "1"}))
        assert "Selvitys on tallennettu, mutta siitä puuttuu vielä jotakin." in wrong
        assert "Kirjoita, kuinka paljon avustuksesta käytitte." in wrong
        answer = client.post(
            address(report),
            typed(revision="1", spent_sum="3 000,50", municipalities=[make_municipality().pk], send="1"),
        )
        assert answer["Location"] == address(report)
        sent = fresh(report)
        assert (sent.state, sent.spent_sum) == ("submitted", Decimal("3000.50"))
        page = text(client.get(address(report)))
        assert "Selvitys lähetettiin 10.2.2027 klo 12.00." in page
        assert "Käyttämättä jäi 499,50 €." in page
        assert "Lieksa" in page

    def test_wrong_numbers_are_told_and_nothing_typed_is_lost(self) -> None:
        report, person = own()
        page = text(signed_in(person).post(address(report), typed(people_reached="noin sata", spent_sum="-3")))
        assert "Kirjoita luku numeroin, esimerkiksi 120." in page
        assert "noin sata" in page
        assert STORY["what_was_done"] in page
        assert fresh(report).saved_at is None

    def test_two_people_see_each_others_text(self) -> None:
        report, person = own()
        verbs.save_use_report(report, {"what_was_done": "Toisen teksti"}, revision=0, by=person, now=FINAL)
        client = signed_in(person)
        places = [make_municipality().pk, make_municipality("167", "Joensuu").pk]
        page = text(client.post(address(report), typed(what_was_done="Oma teksti", municipalities=places)))
        assert page.count(" checked") == 2
        assert "Näin selvityksessä lukee nyt" in page
        assert "Toisen teksti" in page
        assert "Oma teksti" in page
        assert 'name="revision" value="1"' in page
        client.post(address(report), typed(what_was_done="Yhteinen teksti", revision="1"))
        assert fresh(report).what_was_done == "Yhteinen teksti"

    def test_autosave_saves_and_tells(self) -> None:
        report, person = own()
        client = signed_in(person)
        page = text(client.post(f"{address(report)}?autosave=1", typed(what_was_done="Kesken")))
        assert "✓ Tallennettu klo 12.00" in page
        assert 'name="revision" id="id_revision" value="1"' in page
        assert fresh(report).what_was_done == "Kesken"
        page = text(client.post(f"{address(report)}?autosave=1", typed(what_was_done="Muu")))
        assert "Joku muu on tallentanut selvitystä samaan aikaan." in page
        page = text(client.post(f"{address(report)}?autosave=1", typed(revision="1", meetings="monta")))
        assert "Korjaa virheet, niin tallennus jatkuu" in page
        assert fresh(report).what_was_done == "Kesken"

    def test_viewer_reads_but_does_not_write(self) -> None:
        report, viewer = own(role="viewer")
        client = signed_in(viewer)
        page = text(client.get(address(report)))
        assert "Sen täyttää järjestön muokkaaja" in page
        assert "<textarea" not in page
        assert client.post(address(report), typed()).status_code == 404

    def test_typing_into_a_sent_one_is_answered(self) -> None:
        report, person = own("submitted")
        page = text(signed_in(person).post(address(report), typed(revision="1", what_was_done="Muutos")))
        assert "Selvitys on jo lähetetty, joten muutoksia ei tallennettu." in page
        assert fresh(report).what_was_done == STORY["what_was_done"]

    def test_files_are_added_read_and_removed_until_it_is_sent(self) -> None:
        report, person = own()
        client = signed_in(person)
        add = f"{address(report)}tiedostot/"
        assert "Valitse ensin tiedosto." in text(client.post(add, follow=True))
        client.post(add, {"file": SimpleUploadedFile("esite.pdf", PDF)})
        file = UseReportAttachment.objects.get()
        assert (file.name, file.uploaded_by) == ("esite.pdf", person)
        assert b"".join(client.get(f"{add}{file.pk}/").streaming_content) == PDF
        assert f"{add}{file.pk}/poista/" in text(client.get(address(report)))
        officer = signed_in(staff("coordinator"))
        assert b"".join(officer.get(f"/hallinta/selvitykset/{report.pk}/{file.pk}/").streaming_content) == PDF
        assert "Poista tiedosto" in text(client.get(f"{add}{file.pk}/poista/"))
        sent = {**STORY, "state": "submitted", "submitted_by": person, "submitted_at": FINAL}
        UseReport.objects.filter(pk=report.pk).update(**sent)
        client.post(f"{add}{file.pk}/poista/")
        assert "ei voi enää lisätä tiedostoja" in text(
            client.post(add, {"file": SimpleUploadedFile("toinen.pdf", PDF)}, follow=True)
        )
        assert UseReportAttachment.objects.count() == 1
        UseReport.objects.filter(pk=report.pk).update(state="returned")
        client.post(f"{add}{file.pk}/poista/")
        assert not UseReportAttachment.objects.exists()

    def test_other_organisation_finds_nothing(self) -> None:
        report, _person = own()
        other = make_organisation("Muu ry")
        stranger = signed_in(make_member(other))
        for path in (address(report), f"/omat/{other.pk}/selvitykset/{report.pk}/"):
            assert stranger.get(path).status_code == 404
            assert stranger.post(path, typed()).status_code == 404

    def test_list_flags_what_is_late(self) -> None:
        report, person = own(due_on=date(2027, 2, 9))
        client = signed_in(person)
        organisation = report.decision.application.organisation_id
        page = text(client.get(f"/omat/{organisation}/selvitykset/"))
        assert "Myöhässä" in page
        assert "Selvitys on myöhässä" in text(client.get(address(report)))
        other = make_organisation("Muu ry")
        empty = signed_in(make_member(other)).get(f"/omat/{other.pk}/selvitykset/")
        assert "Selvitettäviä avustuksia ei ole" in text(empty)


class TestOfficersPage:
    def test_content_then_money(self) -> None:
        report, _person = own("submitted")
        page_of = f"/hallinta/selvitykset/{report.pk}/"
        desk, cash = signed_in(staff("coordinator")), signed_in(staff("payments_clerk"))
        page = text(desk.get(page_of))
        assert "Luvut ja tavoitteet" in page
        assert "Sisältö on kunnossa" in page
        assert "Hyväksy selvitys" not in page
        assert "Sisältö on kunnossa" not in text(cash.get(page_of))
        assert cash.post(page_of, {"verb": "check"}).status_code == 404
        assert desk.post(page_of, {"verb": "kissa"}).status_code == 404
        page = text(desk.post(page_of, {"verb": "return", "reason": ""}))
        assert "Kirjoita, mitä selvityksessä pitää täydentää." in page
        assert "Sisältö on merkitty tarkistetuksi." in text(desk.post(page_of, ticked("check"), follow=True))
        assert "Selvitys on hyväksytty" in text(cash.post(page_of, ticked("approve"), follow=True))
        assert fresh(report).state == "approved"
        page = text(desk.post(page_of, {"verb": "return", "reason": "Vielä yksi asia"}, follow=True))
        assert "Tätä ei voi enää tehdä, koska asian tila on nyt ”Hyväksytty”." in page

    def test_returning_and_more_time(self) -> None:
        report, person = own("submitted")
        page_of = f"/hallinta/selvitykset/{report.pk}/"
        desk = signed_in(staff("coordinator"))
        desk.post(page_of, {"verb": "return", "reason": "Kertokaa keväästä."})
        assert "Järjestö täydentää selvitystä" in text(desk.get(page_of))
        assert "Kertokaa keväästä." in text(signed_in(person).get(address(report)))
        wrong = text(desk.post(page_of, {"verb": "extend", "due_on": "1.1.2027", "reason": "Sairastuminen"}))
        assert "Uusi määräpäivä on myöhemmin kuin 31.3.2028." in wrong
        desk.post(page_of, {"verb": "extend", "due_on": "30.4.2028", "reason": "Sairastuminen"})
        assert fresh(report).due_on == date(2028, 4, 30)

    def test_unsent_text_is_the_organisations_own(self) -> None:
        report, person = own()
        verbs.save_use_report(report, {"what_was_done": "Keskeneräinen"}, revision=0, by=person, now=FINAL)
        page = text(signed_in(staff("coordinator")).get(f"/hallinta/selvitykset/{report.pk}/"))
        assert "Selvitys ei ole vielä saapunut" in page
        assert "Keskeneräinen" not in page


def test_one_report_a_decision() -> None:
    decision = make_decision()
    make_use_report(decision=decision)
    with pytest.raises(IntegrityError, match="grants_one_use_report_a_kind_and_decision"), transaction.atomic():
        UseReport.objects.create(decision=decision, due_on=DUE)
