"""The worker and the page make the same receipt at the same instant: there is one, and both get it."""

import pytest

from documents.models import RenderedDocument
from grants.models import Submission
from grants.workflow.receipts import ensure_receipt
from tests.grants.factories import NOW, make_submitted
from tests.invariants.test_ledger_race import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_get_the_same_receipt() -> None:
    submission = make_submitted().submissions.get()

    def work() -> str:
        document = ensure_receipt(Submission.objects.get(pk=submission.pk), now=NOW)
        return str(document and document.pk)

    said = at_once([work, work])
    assert said == [str(RenderedDocument.objects.get(kind="grants.receipt").pk)] * 2
