"""The last minutes of a call against a real web process, small: nothing lost, nothing twice, every receipt true.

How fast it goes is measured by ``bin/bench deadline_rush``: a test must not fail because the machine is busy.
"""

from collections.abc import Iterator

import pytest

from benchmarks import deadline_rush
from grants.models import Application, Submission

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ORGANISATIONS, SECONDS, EVERY = 12, 10.0, 2.0


@pytest.fixture
def port() -> Iterator[int]:
    with deadline_rush.web_process() as port:
        yield port


def test_the_last_seconds_of_a_call(port: int) -> None:
    applicants = deadline_rush.drafts(ORGANISATIONS, 600)
    for one in applicants:
        one.port = port
        one.open()
    found = deadline_rush.rush(applicants, SECONDS, EVERY)
    assert found.failed == []
    assert deadline_rush.wrong(applicants) == []
    assert len(found.sendings) == ORGANISATIONS
    assert len(found.saves) == sum(one.saves for one in applicants) > ORGANISATIONS
    twice = applicants[0]
    assert twice.send(), "a second press leads to the same confirmation"
    assert Submission.objects.filter(application=twice.application).count() == 1
    assert Application.objects.get(pk=twice.application).state == "submitted"


def test_the_judge_sees_what_is_not_true() -> None:
    """The control twin: a draft that nobody sent and words that were not kept are told."""
    lost, other = deadline_rush.drafts(2, 600)
    assert deadline_rush.wrong([lost, other]) == [
        f"{one.application}: draft, 0 submissions" for one in (lost, other)
    ] + ["a case number was given twice"]
