"""Attachments promised for later, and beginning from last year's application."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import Refused
from common.policies import may
from documents.uploads import check_upload
from grants.completeness import problems
from grants.models import Application, ApplicationAttachment, AttachmentPromise
from grants.reminders import promise_reminders
from grants.workflow.applications import reopen_application, restore_unsent, submit_application, withdraw_application
from grants.workflow.drafts import put_attachment, remove_attachment
from grants.workflow.prefill import start_from_earlier
from grants.workflow.promises import deliver_attachment, promise_attachment, take_promise_back
from grants.workflow.snapshot import content_hash
from tests.accounts.factories import signed_in, staff
from tests.grants import factories
from tests.grants.factories import CLOSES, NOW, OPENS, PDF

pytestmark = pytest.mark.django_db
LAST = date(2027, 1, 31)
DUE = date(2027, 1, 15)
AFTER = CLOSES + timedelta(days=10)


def texts(application):
    return [problem.text for problem in problems(application, application.form_version.definition)]


def fresh(application):
    return Application.objects.select_related("call", "organisation", "form_version").get(pk=application.pk)


def file(content=PDF):
    return check_upload(SimpleUploadedFile("tilinpaatos.pdf", content))


@pytest.fixture
def draft():
    """A draft from which the accounts are missing, in a call that lets them come later."""
    call = factories.make_call(state="draft")
    slot = call.attachment_slots.get(vault_kind="accounts")
    slot.later_allowed, slot.later_by = True, LAST
    slot.save()
    published = OPENS - timedelta(days=7)
    call.guidelines.update(published_at=published)
    call.form_versions.update(published_at=published)
    call.state, call.published_by, call.published_at = "published", call.created_by, published
    call.save()
    application = factories.make_application(call=call)
    remove_attachment(application.attachments.get(attachment_slot=slot), by=application.created_by, now=NOW)
    application = fresh(application)
    application.late_slot = slot
    return application


@pytest.fixture
def sent(draft):
    slot, by = draft.late_slot, draft.created_by
    promise_attachment(draft, slot=slot, due_on=DUE, by=by, now=NOW)
    submit_application(draft, by=by, now=NOW)
    found = fresh(draft)
    found.late_slot = slot
    return found


class TestPromise:
    def test_counts_as_the_attachment_and_is_in_the_frozen_submission(self, sent):
        submission = sent.submissions.get()
        assert submission.content["later"] == [
            {"slot_id": sent.late_slot.pk, "slot": sent.late_slot.name_fi, "due_on": "2027-01-15"}
        ]
        assert submission.sha256 == content_hash(submission.content)

    def test_missing_without_it_and_after_taking_it_back(self, draft):
        assert texts(draft) == ["Liite puuttuu: Vahvistettu tilinpäätös."]
        promise_attachment(draft, slot=draft.late_slot, due_on=DUE, by=draft.created_by, now=NOW)
        assert texts(fresh(draft)) == []
        take_promise_back(draft, slot=draft.late_slot, by=draft.created_by, now=NOW)
        assert texts(fresh(draft)) == ["Liite puuttuu: Vahvistettu tilinpäätös."]

    @pytest.mark.parametrize("day", [date(2026, 11, 20), LAST + timedelta(days=1)])
    def test_day_is_from_today_to_the_slots_last(self, draft, day):
        with pytest.raises(Refused, match=r"viimeistään 31\.1\.2027"):
            promise_attachment(draft, slot=draft.late_slot, due_on=day, by=draft.created_by, now=NOW)

    def test_only_where_the_slot_lets_it(self, draft):
        other = draft.call.attachment_slots.get(vault_kind="rules")
        with pytest.raises(Refused) as refused:
            promise_attachment(draft, slot=other, due_on=DUE, by=draft.created_by, now=NOW)
        assert refused.value.code == "not_later"

    def test_a_file_in_the_slot_replaces_it(self, draft):
        promise_attachment(draft, slot=draft.late_slot, due_on=DUE, by=draft.created_by, now=NOW)
        put_attachment(draft, slot=draft.late_slot, upload=file(), by=draft.created_by, now=NOW)
        assert not AttachmentPromise.objects.exists()
        with pytest.raises(Refused) as refused:
            promise_attachment(draft, slot=draft.late_slot, due_on=DUE, by=draft.created_by, now=NOW)
        assert refused.value.code == "has_file"

    def test_slot_has_both_or_neither(self):
        slot = factories.make_call(state="draft").attachment_slots.get(vault_kind="accounts")
        slot.later_allowed = True
        with pytest.raises(IntegrityError), transaction.atomic():
            slot.save()


class TestDelivery:
    def deliver(self, application, now=AFTER, **fields):
        values = {"slot": application.late_slot, "upload": file(), "by": application.created_by, **fields}
        return deliver_attachment(application, now=now, **values)

    def test_arrives_once_and_is_told(self, sent):
        first = self.deliver(sent)
        assert self.deliver(sent) == first
        assert first.arrived_later
        assert sent.promises.get().arrived_at == AFTER
        assert sent.events.filter(verb="deliver_attachment").count() == 1
        assert sent.submissions.get().content["attachments"][0]["slot"] == "Säännöt"
        with pytest.raises(Refused) as refused:
            self.deliver(sent, upload=file(PDF + b"\n"))
        assert refused.value.code == "already_arrived"

    def test_until_the_end_of_its_day(self, sent):
        last_second = factories.NOW.replace(year=2027, month=1, day=15, hour=23, minute=59, second=59)
        with pytest.raises(Refused, match=r"viimeistään 15\.1\.2027"):
            self.deliver(sent, now=last_second + timedelta(seconds=1))
        assert self.deliver(sent, now=last_second).arrived_later

    def test_nothing_else_and_nobody_else(self, sent):
        rules = sent.call.attachment_slots.get(vault_kind="rules")
        viewer = factories.make_member(sent.organisation, "viewer")
        with pytest.raises(Refused) as refused:
            self.deliver(sent, slot=rules)
        assert refused.value.code == "not_promised"
        for person in (viewer, staff("coordinator"), factories.make_member(factories.make_organisation("Toinen ry"))):
            with pytest.raises(Refused) as refused:
                self.deliver(sent, by=person)
            assert refused.value.code == "not_allowed"

    def test_not_to_a_withdrawn_one(self, sent):
        withdraw_application(sent, by=sent.created_by, now=NOW)
        assert not may("grants.application.deliver", sent.created_by, sent, now=AFTER)

    def test_what_came_stays_when_an_unsent_change_is_put_back(self, sent):
        came = self.deliver(sent, now=NOW)
        reopen_application(sent, by=sent.created_by, now=NOW)
        remove_attachment(came, by=sent.created_by, now=NOW)
        sent.promises.all().delete()
        restore_unsent(sent.call, now=CLOSES)
        assert came in ApplicationAttachment.objects.filter(application=sent)
        assert sent.promises.get().arrived_at == NOW

    def test_reminded_three_days_before_unless_it_came(self, sent):
        def reminded(day):
            return [one.to for one in promise_reminders(NOW.replace(year=2027, month=1, day=day))]

        assert reminded(11) == []
        assert reminded(12) == [sent.created_by]
        assert reminded(16) == []
        self.deliver(sent)
        assert reminded(12) == []


class TestPages:
    def test_from_the_promise_to_the_officers_page(self, draft):
        client, slot = signed_in(draft.created_by), draft.late_slot
        address = reverse("grants:application_attachments", args=[draft.organisation_id, draft.pk])
        with time_machine.travel(NOW, tick=False):
            bad = client.post(address, {"slot": slot.pk, "later": "1", f"later-{slot.pk}": "joskus"})
            assert bad.status_code == 422
            assert "joskus" in bad.content.decode()
            client.post(address, {"slot": slot.pk, "later": "1", f"later-{slot.pk}": "15.1.2027"})
            assert "Toimitetaan viimeistään 15.1.2027" in client.get(address).content.decode()
            review = client.get(reverse("grants:application_review", args=[draft.organisation_id, draft.pk]))
            assert "toimitetaan viimeistään 15.1.2027" in review.content.decode()
            submit_application(draft, by=draft.created_by, now=NOW)
        with time_machine.travel(AFTER, tick=False):
            officer = signed_in(staff("coordinator"))
            files = reverse("grants:case_files", args=[draft.pk])
            assert "Puuttuu vielä" in officer.get(files).content.decode()
            page = client.get(address).content.decode()
            assert "Toimita viimeistään 15.1.2027" in page
            upload = SimpleUploadedFile("tilinpaatos.pdf", PDF)
            done = client.post(address, {"slot": slot.pk, f"slot-{slot.pk}": upload}, follow=True)
            assert "toimitettu lähettämisen jälkeen" in done.content.decode()
            assert "Saapunut lähettämisen jälkeen" in officer.get(files).content.decode()

    def test_begin_from_last_year_in_one_press(self):
        earlier = factories.make_submitted()
        call = factories.make_call(kind=earlier.call.kind, title_fi="Toiminta-avustus 2028")
        client = signed_in(earlier.created_by)
        with time_machine.travel(NOW, tick=False):
            assert (
                "Aloita viime vuoden hakemuksen pohjalta"
                in client.get(reverse("grants:call", args=[call.pk])).content.decode()
            )
            address = reverse("grants:start", args=[earlier.organisation_id, call.pk])
            page = client.post(address, {"earlier": "1"}, follow=True).content.decode()
        assert "Vastaukset on kopioitu aiemmasta hakemuksesta" in page


class TestPrefill:
    def test_words_come_along_and_sums_are_asked_again(self):
        earlier = factories.make_submitted()
        by = earlier.created_by
        call = factories.make_call(kind=earlier.call.kind)
        draft = start_from_earlier(organisation=earlier.organisation, call=call, by=by, now=NOW)
        assert draft.prefilled_from == earlier
        assert draft.answers["description"] == earlier.answers["description"]
        assert draft.title == earlier.title
        assert "asked_sum" not in draft.answers
        assert "targets" not in draft.answers
        assert draft.asked_sum is None
        assert draft.answers["budget"]["expenses"][0] == {
            "what": "Vertaisohjaajien palkkiot",
            "total": None,
            "grant": None,
        }
        assert "Summa puuttuu menoriviltä 1." in texts(fresh(draft))
        assert earlier.asked_sum == Decimal("4500.00")

    def test_nothing_that_has_been_begun_is_overwritten(self):
        earlier = factories.make_submitted()
        call = factories.make_call(kind=earlier.call.kind)
        begun = factories.make_application(
            call=call, organisation=earlier.organisation, by=earlier.created_by, complete=False, title="Uusi toiminta"
        )
        draft = start_from_earlier(organisation=earlier.organisation, call=call, by=earlier.created_by, now=NOW)
        assert draft.pk == begun.pk
        assert draft.answers == {"title": "Uusi toiminta"}

    def test_only_own_sent_applications_of_the_same_kind(self):
        other = factories.make_submitted(organisation=factories.make_organisation("Toinen ry"))
        organisation = factories.make_organisation()
        by = factories.make_member(organisation)
        factories.make_submitted(organisation=organisation, by=by)  # another kind
        call = factories.make_call(kind=other.call.kind)
        assert start_from_earlier(organisation=organisation, call=call, by=by, now=NOW).answers == {}
