"""Putting the proposals before the body: an item on its meeting's agenda."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.life_cycles import CALL
from grants.models import Application, CaseEvent, GrantCall
from grants.workflow.meeting_matters import carry_all_to_meeting
from grants.workflow.proposal_sets import freeze_locked
from liaisons.models import Meeting
from liaisons.workflow import add_agenda_item, remove_agenda_item


def present_call(call: GrantCall, *, meeting: Meeting, by: Any, now: datetime) -> GrantCall:
    """The presenter (esittelijä) puts the call on the agenda of a coming meeting of the deciding body.

    Every case in handling needs a proposal. The body gets the newest frozen proposal; one is frozen here when the sums
    have changed since. Who of the body has already withdrawn from a case is noted in the matter. Order of effects:
    call's row, frozen proposal, agenda item, withdrawals with their deputies, events. Refused:
    ``proposals_missing`` with their number, ``wrong_meeting``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.present", by, now=now, lock=True, pk=call.pk)
        if locked.state == "presented" and locked.agenda_item and locked.agenda_item.meeting_id == meeting.pk:
            return locked
        state = CALL.check(locked.state, "present_call")
        chosen = Meeting.objects.select_for_update().filter(pk=meeting.pk, body=locked.kind.decided_by_id).first()
        if chosen is None or chosen.state != "planned" or chosen.starts_at <= now:
            raise Refused("wrong_meeting", _("Valitse päättävän toimielimen tuleva kokous."))
        cases = Application.objects.filter(call=locked, state="in_handling")
        refuse_unproposed(cases)
        freeze_locked(locked, by=by, now=now)
        locked.agenda_item = add_agenda_item(chosen, title=locked.title_fi, by=by, now=now)
        locked.state, locked.presented_by, locked.presented_at = state, by, now
        locked.save(update_fields=["state", "agenda_item", "presented_by", "presented_at"])
        carry_all_to_meeting(locked, locked.agenda_item, now)
        record_all(cases, "present_call", "Esitettiin toimielimelle.", by, now)
    return locked


def take_back(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Return a presented call to preparation before the meeting is held; its agenda item goes."""
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.present", by, now=now, lock=True, pk=call.pk)
        state = CALL.check(locked.state, "take_back")
        item = locked.agenda_item
        if item is not None and item.meeting.state != "planned":
            raise Refused("meeting_held", _("Kokous on jo pidetty, joten esitystä ei voi enää palauttaa."))
        locked.state = state
        locked.agenda_item, locked.presented_by, locked.presented_at = None, None, None
        locked.save(update_fields=["state", "agenda_item", "presented_by", "presented_at"])
        if item is not None:
            remove_agenda_item(item, by=by, now=now)
        cases = Application.objects.filter(call=locked, state="in_handling")
        record_all(cases, "take_back", "Palautettiin valmisteluun.", by, now)
    return locked


def refuse_unproposed(cases: Any) -> None:
    """Refuse to present while one of the cases has no proposal."""
    unproposed = cases.filter(proposal__isnull=True).count()
    if unproposed:
        raise Refused(
            "proposals_missing",
            _("Esitys puuttuu vielä %(count)s hakemukselta. Tee ne ensin.") % {"count": unproposed},
        )


def record_all(cases: Any, verb: str, text: str, by: Any, now: datetime) -> None:
    """Write the same event to every case, in one statement."""
    CaseEvent.objects.bulk_create(
        CaseEvent(application_id=case, at=now, by=by, verb=verb, text=text)
        for case in cases.values_list("pk", flat=True)
    )
