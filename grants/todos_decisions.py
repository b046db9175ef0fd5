"""What waits about decided cases: claims to propose and to record, grants to accept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo


def decision_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: one line for each heap of claims, one for each grant that waits for an answer."""
    if not user.is_authenticated:
        return
    yield from _claims(user, now)
    yield from _answers(user, now)


def _claims(user: Any, now: datetime) -> Iterator[Todo]:
    waiting = allowed("grants.claim.propose", user, now=now).filter(state="received").count()
    if waiting:
        title = ngettext(
            "Tee esitys %(count)s oikaisuvaatimukseen", "Tee esitys %(count)s oikaisuvaatimukseen", waiting
        )
        yield Todo(title=title % {"count": waiting}, url=reverse("grants:claims"), button=_("Avaa oikaisuvaatimukset"))
    proposed = allowed("grants.claim.decide", user, now=now).filter(state="proposed").count()
    if proposed:
        title = ngettext(
            "Kirjaa %(count)s oikaisuvaatimuksen ratkaisu", "Kirjaa %(count)s oikaisuvaatimuksen ratkaisu", proposed
        )
        yield Todo(title=title % {"count": proposed}, url=reverse("grants:claims"), button=_("Avaa oikaisuvaatimukset"))


def _answers(user: Any, now: datetime) -> Iterator[Todo]:
    rows = allowed("grants.grant.answer", user, now=now).filter(
        acceptance="", application__call__acceptance_required=True
    )
    for row in rows.select_related("application__organisation", "application__call").order_by("pk"):
        application = row.application
        yield Todo(
            title=_("Hyväksykää avustus ja sen ehdot: %(call)s") % {"call": application.call.title},
            url=reverse("grants:grant_answer", args=[application.organisation_id, application.pk]),
            button=_("Avaa avustus"),
            detail=application.organisation.name + ".",
            target=("organisation", application.organisation_id),
        )
