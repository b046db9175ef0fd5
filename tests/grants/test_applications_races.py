"""Two at once: beginning, sending, adding a file; each with its own connection."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from common.errors import Refused
from documents.uploads import check_upload
from grants.models import Application, Submission
from grants.workflow.applications import submit_application
from grants.workflow.drafts import put_attachment, start_application
from notifications.models import Message
from tests.grants import factories
from tests.grants.factories import NOW


def _together(jobs):
    """Run the jobs at the same instant, each with its own connection."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(timeout=20)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, job) for job in jobs]]


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_who_begin_at_once_get_the_same_draft(self):
        call, organisation = factories.make_call(), factories.make_organisation()
        people = [factories.make_member(organisation, "editor") for _ in range(4)]

        def begin(person):
            return lambda: start_application(organisation=organisation, call=call, by=person, now=NOW).pk

        found = _together([begin(person) for person in people])
        assert len(set(found)) == 1
        assert Application.objects.count() == 1

    def test_two_who_send_at_once_send_once(self):
        application = factories.make_application()
        people = [application.created_by, factories.make_member(application.organisation, "signatory")]

        def send(person):
            return lambda: submit_application(application, by=person, now=NOW).pk

        found = _together([send(person) for person in people])
        assert len(set(found)) == 1
        assert Submission.objects.count() == 1
        assert Message.objects.filter(kind="grants.receipt").count() == 2

    def test_numbers_of_two_organisations_never_meet(self):
        call = factories.make_call()
        applications = [factories.make_application(call=call) for _ in range(4)]

        def send(application):
            return lambda: submit_application(application, by=application.created_by, now=NOW).content["case_number"]

        numbers = _together([send(application) for application in applications])
        assert sorted(number.split("/")[1] for number in numbers) == ["1", "2", "3", "4"]

    def test_file_put_while_sending_is_in_the_submission_or_refused(self):
        application = factories.make_application()
        person, slot = application.created_by, application.call.attachment_slots.get(several=True)

        def put():
            try:
                upload = check_upload(SimpleUploadedFile("lisa.pdf", factories.PDF))
                return put_attachment(application, slot=slot, upload=upload, by=person, now=NOW).pk
            except Refused as refused:
                return refused.code

        put_result, sent = _together(
            [put, lambda: submit_application(application, by=person, now=NOW).content["attachments"]]
        )
        ids = [one["id"] for one in sent]
        assert put_result == "wrong_state" or put_result in ids
        assert sorted(ids) == sorted(application.attachments.values_list("pk", flat=True))
