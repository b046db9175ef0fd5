import pytest

from grants.workflow.snapshot import content_hash
from tests.grants import factories

pytestmark = pytest.mark.django_db


def test_sent_application_has_a_number_and_a_hash():
    application = factories.make_submitted()
    submission = application.submissions.get()
    assert application.state == "submitted"
    assert content_hash(submission.content) == submission.sha256
