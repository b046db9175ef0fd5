"""What officers do on the county's page: an inner note, and looking at the page that a person sees."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from organisations import timeline
from organisations.models import Membership, Organisation, ReadOnlyVisit, TimelineEntry, Visibility
from organisations.workflow.guards import require

VISIT_LASTS = timedelta(minutes=30)
NOTE_MAX = 500


def write_note(organisation: Organisation, *, text: str, by: Any, now: datetime) -> TimelineEntry:
    """Write an inner note on the timeline, for the county only; the same note again within the hour is not doubled.

    Refused: not_allowed, no_text.
    """
    with transaction.atomic():
        require("organisations.county_work", by, organisation, now)
        note = text.strip()[:NOTE_MAX]
        if not note:
            raise Refused("no_text", _("Kirjoita muistiinpano."))
        recent = organisation.timeline.filter(by=by, text=note, at__gt=now - timedelta(hours=1))
        held = recent.filter(visibility=Visibility.COUNTY).first()
        if held is not None:
            return held
        return TimelineEntry.objects.create(
            organisation=organisation, at=now, text=note, visibility=Visibility.COUNTY, by=by
        )


def open_to_look(
    organisation: Organisation, *, seen_as: Membership, reason: str, by: Any, now: datetime
) -> ReadOnlyVisit:
    """Let the officer look at the organisation's own page for half an hour, as the member sees it.

    The visit is stored, and the organisation reads on its timeline that it was looked at and why. Refused:
    not_allowed, no_reason, not_member.
    """
    with transaction.atomic():
        require("organisations.county_work", by, organisation, now)
        if not reason.strip():
            raise Refused("no_reason", _("Kirjoita, miksi avaat sivun. Järjestö näkee syyn."))
        in_force = Membership.objects.in_force(now).filter(pk=seen_as.pk, organisation=organisation)
        if not in_force.exists():
            raise Refused("not_member", _("Henkilö ei enää toimi järjestön puolesta. Valitse toinen."))
        visit = ReadOnlyVisit.objects.create(
            organisation=organisation,
            seen_as_id=seen_as.user_id,
            by=by,
            reason=reason.strip()[:300],
            opened_at=now,
            until=now + VISIT_LASTS,
        )
        timeline.write(
            organisation,
            _("Hyvinvointialue avasi järjestön oman sivun katseltavaksi. Syy: %(reason)s"),
            {"reason": visit.reason},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return visit
