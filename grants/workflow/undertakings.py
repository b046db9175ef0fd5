"""Naming those who make up one undertaking with an organisation, and taking a name out."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import advisory_lock, limit_waiting
from common.policies import get_allowed
from grants.models import LinkedUndertaking
from grants.workflow.aid_ledger import SPACE
from liaisons.workflow.saving import save_checked
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.numbers import parse_business_id

#: So many may be named by one organisation.
MOST = 40


def name_undertaking(
    organisation: Organisation, *, name: str, business_id: str, control: str, by: Any, now: datetime
) -> LinkedUndertaking:
    """Name an enterprise that is one undertaking with the organisation; the same business ID again returns its row.

    Under the ledger's lock, so that no grant is counted without it meanwhile. Refused: ``bad_number``, ``own_number``,
    ``too_many``, ``linked_refused`` (no name).
    """
    with transaction.atomic():
        limit_waiting()
        found: Organisation = get_allowed("grants.aid.link", by, now=now, pk=organisation.pk)
        number = parse_business_id(business_id)
        if number is None:
            raise Refused("bad_number", _("Y-tunnus ei ole oikein. Kirjoita se muodossa 1234567-1."))
        if number == found.business_id:
            raise Refused("own_number", _("Tämä on järjestön oma Y-tunnus. Kirjoita toisen yrityksen tai yhteisön."))
        advisory_lock(SPACE, found.pk)
        there = LinkedUndertaking.objects.filter(organisation=found, business_id=number).first()
        if there is not None:
            return there
        if LinkedUndertaking.objects.filter(organisation=found).count() >= MOST:
            raise Refused("too_many", _("Voit nimetä enintään %(most)s.") % {"most": MOST})
        row = LinkedUndertaking(
            organisation=found, name=name.strip(), business_id=number, control=control, named_by=by, named_at=now
        )
        save_checked(row, "linked_refused")
        _tell(found, f"Samaan yritykseen kuuluvaksi nimettiin {row}.", by, now)
    return row


def remove_undertaking(row: LinkedUndertaking, *, by: Any, now: datetime) -> None:
    """Take out a link that was named in error or holds no more; its history stays. Gone already, nothing happens."""
    with transaction.atomic():
        limit_waiting()
        found: Organisation = get_allowed("grants.aid.link", by, now=now, pk=row.organisation_id)
        advisory_lock(SPACE, found.pk)
        deleted, _rows = LinkedUndertaking.objects.filter(pk=row.pk, organisation=found).delete()
        if deleted:
            _tell(found, f"Samaan yritykseen kuuluvista poistettiin {row}.", by, now)


def _tell(organisation: Organisation, text: str, by: Any, now: datetime) -> None:
    timeline.write(organisation, text, visibility=Visibility.ORGANISATION, now=now, by=by, link="")
