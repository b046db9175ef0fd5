"""What an organisation says of itself: saved a part at a time, and confirmed once a year."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import local_date
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.own_parts import MANY_TO_MANY, Part, answered
from organisations.workflow.guards import lock, require


def fingerprint(organisation: Organisation, part: Part) -> str:
    """Return a hash of what the part's fields hold now: a page sends it back to say what it showed."""
    values: list[Any] = []
    for name in part.fields:
        if name in MANY_TO_MANY:
            values.append(sorted(getattr(organisation, name).order_by().values_list("pk", flat=True)))
        else:
            values.append(getattr(organisation, name))
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def save_own_data(
    organisation: Organisation, part: Part, values: dict[str, Any], *, shown: str, by: Any, now: datetime
) -> Organisation:
    """Write one part; ``values`` are its form's cleaned fields, ``shown`` the fingerprint that the page showed.

    Search texts and the time of change are kept by the database's triggers, the audit by pghistory. Refused:
    not_allowed; changed_meanwhile, when somebody else has saved the part since the page was opened.
    """
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.edit", by, organisation, now)
        if fingerprint(organisation, part) != shown:
            raise Refused(
                "changed_meanwhile",
                _("Joku muu on tallentanut nämä tiedot sen jälkeen, kun avasit sivun. Mitään ei tallennettu."),
            )
        columns = [name for name in part.fields if name not in MANY_TO_MANY]
        for name in columns:
            setattr(organisation, name, values[name])
        if "lahella_url" in columns:
            organisation.lahella_checked_on = local_date(now) if organisation.lahella_url else None
            columns.append("lahella_checked_on")
        if columns:
            organisation.save(update_fields=columns)
        for name in set(part.fields) & set(MANY_TO_MANY):
            getattr(organisation, name).set(values[name])
    return organisation


def confirm_own_data(organisation: Organisation, *, by: Any, now: datetime) -> Organisation:
    """Say that what is told is still true; again on the same day changes nothing.

    Refused: not_allowed; nothing_told, when there is nothing to confirm.
    """
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.edit", by, organisation, now)
        if organisation.confirmed_at and local_date(organisation.confirmed_at) == local_date(now):
            return organisation
        if not answered(organisation):
            raise Refused("nothing_told", _("Järjestöstä ei ole vielä kerrottu mitään. Kirjoita ensin kuvaus."))
        organisation.confirmed_at, organisation.confirmed_by = now, by
        organisation.save(update_fields=["confirmed_at", "confirmed_by"])
        timeline.write(
            organisation, _("Järjestö vahvisti tietonsa"), visibility=Visibility.ORGANISATION, now=now, by=by
        )
    return organisation
