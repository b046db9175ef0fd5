"""A decided case with everything that a package of the records system needs: files that are really there."""

import hashlib
from typing import Any

from django.core.files.base import ContentFile

from documents.models import RenderedDocument
from grants.models import Decision, Proposal
from tests.accounts.factories import UserFactory
from tests.grants.factories import NOW, PDF, make_submitted
from tests.grants.factories_money import FINAL, make_decision


def make_whole_case(*, closed: bool = True, **fields: Any) -> Decision:
    """Return a served decision with its proposal and a letter whose bytes are stored.

    The call is decided with it, unless more cases come into it (not ``closed``).
    """
    case = make_submitted(**fields)
    Proposal.objects.create(
        application=case, sum=3500, reasons="Vaikuttavaa.", proposed_by=UserFactory(), proposed_at=NOW
    )
    decision = make_decision(application=case, state="issued")
    if closed:
        type(case.call).objects.filter(pk=case.call_id).update(state="decided")
    letter = RenderedDocument.objects.create(
        kind="grants.decision",
        title="Päätös avustushakemukseen",
        language="fi",
        file=ContentFile(PDF, name="paatos.pdf"),
        name="paatos.pdf",
        size=len(PDF),
        sha256=hashlib.sha256(PDF).hexdigest(),
        pages=1,
        created_at=FINAL,
    )
    Decision.objects.filter(pk=decision.pk).update(letter=letter)
    return Decision.objects.select_related("application__call").get(pk=decision.pk)
