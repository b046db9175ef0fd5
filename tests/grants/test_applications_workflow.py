"""Beginning, sending, changing and withdrawing an application; the snapshot, the receipt, the mails, the races."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.errors import Refused
from documents import accessibility
from documents.pdf import PdfUnavailable
from grants.completeness import problems
from grants.form_checks import form_problems
from grants.form_definition import default_definition
from grants.models import Application, ApplicationAttachment, Proposal, Submission
from grants.workflow import receipts
from grants.workflow.applications import (
    Incomplete,
    reopen_application,
    restore_unsent,
    submit_application,
    withdraw_application,
)
from grants.workflow.drafts import remove_attachment, save_page, seen_digest, start_application
from grants.workflow.receipts import ensure_receipt
from grants.workflow.snapshot import content_hash
from notifications.models import Message
from organisations.models import TimelineEntry
from tests.accounts.factories import signed_in
from tests.grants import factories
from tests.grants.factories import CLOSES, NOW, OPENS

SECOND = timedelta(seconds=1)


def texts(application):
    return [problem.text for problem in problems(application, application.form_version.definition)]


def fresh(application):
    return Application.objects.select_related("call", "organisation", "form_version").get(pk=application.pk)


@pytest.mark.django_db
class TestCompleteness:
    def test_default_form_is_sound_and_speaks_three_languages(self):
        definition = default_definition(factories.make_call())
        assert form_problems(definition) == []
        assert len(definition["pages"]) == 8
        for page in definition["pages"]:
            assert all(page[f"title_{language}"] for language in ("fi", "sv", "en"))
            for question in page["questions"]:
                assert all(question[f"label_{language}"] for language in ("fi", "sv", "en"))

    def test_nothing_is_missing_from_a_complete_one(self):
        assert texts(factories.make_application()) == []

    def test_everything_is_missing_from_a_new_one(self):
        application = factories.make_application(complete=False)
        found = problems(application, application.form_version.definition)
        assert {problem.page for problem in found} == {
            "jarjesto",
            "vastuuhenkilot",
            "toiminta",
            "tavoitteet",
            "alue",
            "talousarvio",
            "muu-rahoitus",
            "liitteet",
        }
        assert {problem.kind for problem in found} == {"missing"}

    @pytest.mark.parametrize(
        ("answers", "text"),
        [
            ({"contact_email": "ei osoite"}, "Sähköpostiosoite ei ole oikein."),
            ({"responsible": [{"name": "Aino", "role": "", "email": "", "phone": "1"}]}, "Sähköposti puuttuu: Aino."),
            (
                {"targets": {"people_reached": 1, "meetings": 0, "volunteers": 0}},
                "Tavoite puuttuu: vapaaehtoistunteja.",
            ),
            ({"municipalities": []}, "Kunta puuttuu."),
            ({"partners": [{"name": "", "part": "ohjaa"}]}, "Kumppanin nimi puuttuu riviltä 1."),
            ({"other_funding": "yes"}, "Vastaus puuttuu: Muut avustukset"),
            ({"asked_sum": "499.99"}, "pienin haettava summa on 500"),
            ({"asked_sum": "15000.01"}, "suurin haettava summa on 15"),
            ({"title": ""}, "Vastaus puuttuu: Toiminnan nimi"),
            ({"description": "x" * 3001}, "on liian pitkä: 3001 merkkiä"),
        ],
    )
    def test_one_thing_wrong_is_named(self, answers, text):
        found = texts(factories.make_application(**answers))
        assert any(text in one for one in found), found

    @pytest.mark.parametrize(
        ("expenses", "income", "text"),
        [
            ([], [{"source": "a", "sum": "1.00"}], "Menot puuttuvat."),
            ([{"what": "a", "total": "6000.00", "grant": "4500.00"}], [], "ero 1"),
            ([{"what": "a", "total": "4500.00", "grant": "4000.00"}], [], "Avustuksella maksettavat menot ovat 4"),
            ([{"what": "a", "total": "4500.00", "grant": "4500.01"}], [], "avustusosuus on suurempi kuin koko meno"),
            ([{"what": "", "total": "4500.00", "grant": "4500.00"}], [], "mihin menorivin 1 raha menee"),
            ([{"what": "a", "total": None, "grant": "4500.00"}], [], "Summa puuttuu menoriviltä 1."),
            ([{"what": "a", "total": "4500.00", "grant": "4500.00"}], [{"source": "", "sum": None}], "tulorivin 1"),
        ],
    )
    def test_budget_must_add_up(self, expenses, income, text):
        found = texts(factories.make_application(budget={"expenses": expenses, "income": income}))
        assert any(text in one for one in found), found

    def test_required_attachment_is_missing(self):
        application = factories.make_application()
        remove_attachment(application.attachments.all()[0], by=application.created_by, now=NOW)
        assert texts(fresh(application)) == ["Liite puuttuu: Säännöt."]

    def test_other_grants_are_whole_when_there_are_some(self):
        row = {
            "kind": "state",
            "funder": "STEA",
            "year": 2026,
            "sum": "1000.00",
            "state": "granted",
            "same_activity": None,
        }
        found = texts(factories.make_application(other_funding="yes", funding=[row]))
        assert found == ["Muun avustuksen riviltä 1 puuttuu sama toiminta vai ei."]


@pytest.mark.django_db
class TestStart:
    @pytest.mark.parametrize(
        ("now", "code"), [(OPENS - SECOND, "call_not_open"), (CLOSES, "call_closed"), (CLOSES + SECOND, "call_closed")]
    )
    def test_only_while_the_call_is_open(self, now, code):
        call, organisation = factories.make_call(), factories.make_organisation()
        with pytest.raises(Refused) as refused:
            start_application(organisation=organisation, call=call, by=factories.make_member(organisation), now=now)
        assert refused.value.code == code

    @pytest.mark.parametrize("now", [OPENS, CLOSES - SECOND])
    def test_first_and_last_second_are_open(self, now):
        call, organisation = factories.make_call(), factories.make_organisation()
        person = factories.make_member(organisation, "editor")
        assert start_application(organisation=organisation, call=call, by=person, now=now).state == "draft"

    def test_keeps_the_form_it_began_with(self):
        application = factories.make_application(complete=False)
        call = application.call
        call.form_versions.create(number=2, definition=default_definition(call), published_at=NOW)
        person = application.created_by
        assert (
            start_application(organisation=application.organisation, call=call, by=person, now=NOW).form_version.number
            == 1
        )

    def test_after_a_withdrawal_a_new_one_may_be_begun(self):
        application = factories.make_submitted()
        withdraw_application(application, by=application.submitted_by, now=NOW)
        again = start_application(
            organisation=application.organisation, call=application.call, by=application.submitted_by, now=NOW
        )
        assert again.pk != application.pk


@pytest.mark.django_db
class TestSubmit:
    def test_freezes_what_was_sent_with_its_hash(self):
        application = factories.make_submitted()
        submission = application.submissions.get()
        content = submission.content
        assert application.state == "submitted"
        assert application.received_at == submission.received_at == NOW
        assert re.fullmatch(r"\S+/1/02\.05\.01/2026", application.case_number)
        assert content["case_number"] == application.case_number
        assert content["asked_sum"] == "4500.00"
        assert content["organisation"]["name"] == "Lieksan Omaistuki ry"
        assert "effects" not in content["answers"]
        assert [one["slot"] for one in content["attachments"]] == ["Säännöt", "Vahvistettu tilinpäätös"]
        assert content["attachments"][0]["sha256"] == application.attachments.all()[0].sha256
        assert content_hash(content) == submission.sha256
        assert content_hash({**content, "asked_sum": "4500.01"}) != submission.sha256

    @pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"content": {}}, {"received_at": CLOSES}])
    def test_what_was_sent_cannot_be_changed(self, change):
        submission = factories.make_submitted().submissions.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            Submission.objects.filter(pk=submission.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            submission.delete()

    def test_twice_sends_once(self):
        application = factories.make_submitted()
        again = submit_application(application, by=application.submitted_by, now=NOW + SECOND)
        assert again.number == 1
        assert Submission.objects.count() == 1
        assert Message.objects.filter(kind="grants.receipt").count() == 2
        assert TimelineEntry.objects.count() == 1

    def test_tells_the_sender_and_the_organisation(self):
        application = factories.make_submitted()
        messages = Message.objects.filter(kind="grants.receipt").order_by("pk")
        assert [one.to_address for one in messages] == [application.submitted_by.email, "toimisto@omaistuki.example"]
        assert all(one.required for one in messages)
        link = reverse("grants:application", args=[application.organisation_id, application.pk])
        for message in messages:
            assert application.case_number in message.subject
            assert "21.11.2026 klo\N{NO-BREAK SPACE}14.32" in message.text
            assert link in message.text
            assert link in message.html
        assert TimelineEntry.objects.get().link == link
        assert "Hakemus lähetettiin" in application.events.get().text

    def test_incomplete_is_refused_whole(self):
        application = factories.make_application(title="")
        with pytest.raises(Incomplete) as refused:
            submit_application(application, by=application.created_by, now=NOW)
        assert [problem.field for problem in refused.value.problems] == ["id_title"]
        assert fresh(application).case_number is None
        assert not Message.objects.exists()

    @pytest.mark.parametrize(("now", "is_late"), [(CLOSES - SECOND, False), (CLOSES, True), (CLOSES + SECOND, True)])
    def test_closing_instant_to_the_second(self, now, is_late):
        application = factories.make_application()
        if not is_late:
            assert submit_application(application, by=application.created_by, now=now).received_at == now
            return
        with pytest.raises(Refused) as refused:
            submit_application(application, by=application.created_by, now=now)
        assert refused.value.code == "call_closed"
        assert "Haku päättyi 8.12.2026 klo\N{NO-BREAK SPACE}16.00.00, ja palvelimen kello oli 8.12.2026" in str(
            refused.value
        )

    @pytest.mark.parametrize(
        ("role", "allowed"), [("admin", True), ("signatory", True), ("editor", False), ("viewer", False)]
    )
    def test_only_those_who_sign_send(self, role, allowed):
        application = factories.make_application()
        person = factories.make_member(application.organisation, role)
        if allowed:
            assert submit_application(application, by=person, now=NOW).submitted_by == person
            return
        with pytest.raises(Refused) as refused:
            submit_application(application, by=person, now=NOW)
        assert refused.value.code == "not_a_sender"
        assert str(application.created_by) in str(refused.value)

    def test_strangers_membership_of_another_organisation_is_not_enough(self):
        application = factories.make_application()
        stranger = factories.make_member(factories.make_organisation("Toinen ry"))
        with pytest.raises(Refused) as refused:
            submit_application(application, by=stranger, now=NOW)
        assert refused.value.code == "not_a_sender"


@pytest.mark.django_db
class TestReceipt:
    def test_is_readable_for_everybody_and_made_once(self):
        application = factories.make_submitted()
        submission = application.submissions.get()
        document = ensure_receipt(submission, now=NOW)
        assert document is not None
        with document.file.open("rb") as stored:
            data = stored.read()
        assert accessibility.faults(data) == []
        assert document.case_number == application.case_number
        submission.refresh_from_db()
        assert submission.receipt == document
        assert ensure_receipt(submission, now=NOW + SECOND) == document
        with pytest.raises(DatabaseError), transaction.atomic():
            Submission.objects.filter(pk=submission.pk).update(receipt=None)

    def test_without_the_layout_library_the_application_is_safe(self, monkeypatch):
        def missing(*args, **kwargs):
            raise PdfUnavailable("no pango")

        application = factories.make_submitted()
        monkeypatch.setattr(receipts, "render_pdf", missing)
        address = reverse("grants:application_receipt", args=[application.organisation_id, application.pk, 1])
        response = signed_in(application.submitted_by).get(address, follow=True)
        assert "Hakemus on perillä, mutta kuittia ei voida juuri nyt tehdä" in response.content.decode()
        monkeypatch.undo()
        response = signed_in(application.submitted_by).get(address)
        assert response["Content-Type"] == "application/pdf"
        assert factories.body_of(response).startswith(b"%PDF")


@pytest.mark.django_db
class TestAfterSending:
    def test_pages_of_the_whole_way(self):
        with time_machine.travel(NOW, tick=False):
            application = factories.make_application()
            client = signed_in(application.created_by)
            at = [application.organisation_id, application.pk]
            review = client.get(reverse("grants:application_review", args=at)).content.decode()
            assert "Kokoamme omaishoitajat kerran viikossa" in review
            assert "Lähetä hakemus" in review
            response = client.post(reverse("grants:application_review", args=at))
            assert response.url == reverse("grants:application_submitted", args=at)
            html = client.get(response.url).content.decode()
            sent = fresh(application)
            assert sent.case_number in html
            assert sent.submissions.get().sha256 in html
            assert "Päätös tehdään viimeistään 31.3.2027" in html
            case = client.get(reverse("grants:application", args=at)).content.decode()
            assert "Voit muuttaa hakemusta haun päättymiseen asti" in case
            assert client.post(reverse("grants:application_reopen", args=at)).url == reverse(
                "grants:application", args=at
            )
            assert "Lähetä hakemus uudelleen" in client.get(reverse("grants:application", args=at)).content.decode()
            assert client.post(reverse("grants:application_review", args=at)).status_code == 302
            assert fresh(application).submissions.count() == 2
            client.post(reverse("grants:application_withdraw", args=at), {"reason": "Toiminta ei toteudu."})
            assert fresh(application).state == "withdrawn"

    def test_editor_is_told_whom_to_ask(self):
        with time_machine.travel(NOW, tick=False):
            application = factories.make_application()
            editor = factories.make_member(application.organisation, "editor")
            address = reverse("grants:application_review", args=[application.organisation_id, application.pk])
            html = signed_in(editor).get(address).content.decode()
            asked = f"Pyydä nimenkirjoittajaa tai pääkäyttäjää lähettämään hakemus: {application.created_by}."
            assert asked in html
            assert signed_in(editor).post(address).status_code == 409
            assert fresh(application).state == "draft"

    def test_sent_again_keeps_its_number_and_gets_a_new_arrival(self):
        application = factories.make_submitted()
        number = application.case_number
        reopen_application(application, by=application.submitted_by, now=NOW + SECOND)
        second = submit_application(application, by=application.submitted_by, now=NOW + 2 * SECOND)
        after = fresh(application)
        assert (second.number, after.case_number, after.received_at) == (2, number, NOW + 2 * SECOND)

    def test_reopening_ends_when_the_call_closes(self):
        application = factories.make_submitted()
        with pytest.raises(Refused) as refused:
            reopen_application(application, by=application.submitted_by, now=CLOSES)
        assert refused.value.code == "call_closed"

    def test_unsent_changes_give_way_to_what_was_sent(self):
        application = factories.make_submitted()
        person, slots = application.submitted_by, list(application.call.attachment_slots.all())
        sent_file = application.attachments.get(attachment_slot=slots[0])
        reopen_application(application, by=person, now=NOW + SECOND)
        page = next(p for p in application.form_version.definition["pages"] if p["key"] == "talousarvio")
        save_page(
            application,
            page=page,
            answers={"asked_sum": "9000.00"},
            revision=application.revision,
            seen=seen_digest(page, application.answers),
            by=person,
            now=NOW + SECOND,
        )
        factories.attach(application, slots[0], by=person, now=NOW + SECOND, name="toinen.pdf")
        assert [one.name for one in application.attachments.filter(attachment_slot=slots[0])] == ["toinen.pdf"]
        with pytest.raises(Refused):
            restore_unsent(application.call, now=CLOSES - SECOND)
        assert [one.pk for one in restore_unsent(application.call, now=CLOSES)] == [application.pk]
        after = fresh(application)
        assert (after.state, after.answers["asked_sum"], str(after.asked_sum)) == ("submitted", "4500.00", "4500.00")
        assert after.attachments.get(attachment_slot=slots[0]) == sent_file
        assert ApplicationAttachment.everything.filter(application=application).count() == 3
        assert Message.objects.filter(kind="grants.restored").count() == 2
        assert restore_unsent(application.call, now=CLOSES) == []

    def test_draft_that_was_never_sent_stays_a_draft(self):
        application = factories.make_application()
        assert restore_unsent(application.call, now=CLOSES) == []
        assert fresh(application).state == "draft"

    def test_withdrawal_gives_the_proposed_sum_back_to_the_ledger(self):
        application = factories.make_submitted()
        call, officer = application.call, application.call.created_by
        Application.objects.filter(pk=application.pk).update(state="in_handling")
        Proposal.objects.create(
            application=application, sum=Decimal(3000), reasons="Hyvä", proposed_by=officer, proposed_at=CLOSES
        )
        type(call).objects.filter(pk=call.pk).update(proposed_total="3000.00")
        withdraw_application(application, by=application.submitted_by, now=CLOSES, reason="Emme pysty.")
        withdraw_application(application, by=application.submitted_by, now=CLOSES)
        call.refresh_from_db()
        assert call.proposed_total == 0
        assert application.events.filter(verb="withdraw_application").get().text.endswith("Syy: Emme pysty.")

    def test_sent_one_is_not_saved_any_more(self):
        application = factories.make_submitted()
        page = application.form_version.definition["pages"][2]
        with pytest.raises(Refused) as refused:
            save_page(
                application,
                page=page,
                answers={"title": "x"},
                revision=0,
                seen="",
                by=application.submitted_by,
                now=NOW,
            )
        assert refused.value.code == "wrong_state"
