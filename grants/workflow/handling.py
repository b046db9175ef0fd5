"""From the closed call to the desk: taking the applications up, and who assesses them."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import format_instant, local_date
from grants.life_cycles import APPLICATION, CALL
from grants.models import Application, AssessorAssignment, CaseEvent, GrantCall
from grants.models.applications import Audience
from grants.workflow.applications import restore_unsent
from grants.workflow.opinions import ask_municipalities
from notifications import outbox


def open_handling(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Take up all applications of a closed call; a second call changes nothing.

    Order of effects: call's row lock, unsent changes put back (``restore_unsent``), applications to
    ``in_handling`` with an event each, call to ``handling``, municipalities asked what they say of their cases.
    Drafts that were never sent stay drafts.
    Refused: ``call_still_open`` with the closing instant.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
        if locked.state == "handling":
            return locked
        state = CALL.check(locked.state, "open_handling")
        if now < locked.closes_at:
            raise Refused(
                "call_still_open",
                _("Haku on auki %(closes)s asti. Käsittelyn voi aloittaa sen jälkeen.")
                % {"closes": format_instant(locked.closes_at)},
            )
        restore_unsent(locked, now=now, by=by)
        target = APPLICATION.check("submitted", "take_up")
        arrived = list(Application.objects.select_for_update().filter(call=locked, state="submitted").order_by("pk"))
        Application.objects.filter(pk__in=[case.pk for case in arrived]).update(state=target)
        CaseEvent.objects.bulk_create(
            CaseEvent(
                application=case,
                at=now,
                by=by,
                verb="take_up",
                text="Hakemus otettiin käsittelyyn.",
                audience=Audience.APPLICANT,
            )
            for case in arrived
        )
        locked.state = state
        locked.save(update_fields=["state"])
        ask_municipalities(locked, now=now)
    return locked


def assign_assessor(call: GrantCall, *, user: User, until: date | None, by: Any, now: datetime) -> AssessorAssignment:
    """Make a person an assessor of the call from today; they are told by mail. Again changes the term only."""
    with transaction.atomic():
        found: GrantCall = get_allowed("grants.call.manage", by, now=now, pk=call.pk)
        today = local_date(now)
        if until is not None and until < today:
            raise Refused("term_over", _("Tehtävän päättymispäivä on jo mennyt. Valitse myöhempi päivä."))
        assignment, made = AssessorAssignment.objects.get_or_create(
            call=found, user=user, defaults={"valid_from": today, "valid_until": until}
        )
        if not made:
            assignment.valid_until = until
            assignment.save(update_fields=["valid_until"])
            return assignment
        with translation.override("fi"):
            path = reverse("grants:assessments")
        outbox.queue(
            kind="grants.assessor",
            to=user,
            subject=gettext_lazy("Sinut on nimetty arvioimaan hakemuksia"),
            template="emails/grants/assessor",
            context={"call": found, "path": path, "until": until},
            dedup_key=f"grants.assessor:{assignment.pk}",
            now=now,
        )
    return assignment


def end_assignment(assignment: AssessorAssignment, *, by: Any, now: datetime) -> AssessorAssignment:
    """End an assessor's task yesterday, so that the access is gone now; their finished scores stay."""
    with transaction.atomic():
        get_allowed("grants.call.manage", by, now=now, pk=assignment.call_id)
        locked: AssessorAssignment = AssessorAssignment.objects.select_for_update().get(pk=assignment.pk)
        yesterday = date.fromordinal(local_date(now).toordinal() - 1)
        locked.valid_from = min(locked.valid_from, yesterday)
        locked.valid_until = yesterday
        locked.save(update_fields=["valid_from", "valid_until"])
    return locked
