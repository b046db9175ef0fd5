"""The demonstration's surveys: last year's was published after its last day, this year's is open."""

import pytest

from common import clock
from portal.demonstration.surveys import make_surveys
from reports.models import Survey
from tests.accounts.factories import staff


@pytest.mark.django_db
def test_last_years_survey_was_published_after_its_last_day() -> None:
    make_surveys(staff("coordinator"), clock.now())
    last, current = Survey.objects.order_by("opens_on")
    assert last.published_on is not None
    assert last.published_on > last.closes_on
    assert (last.answered, current.state, current.answers.count()) == (30, "open", 11)
