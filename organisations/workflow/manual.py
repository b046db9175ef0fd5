"""An officer enters an organisation that is not in the extract; a later extract joins it by its number."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import local_date
from organisations import timeline
from organisations.models import KEEPABLE_FIELDS, Organisation, RegisterOverride, Visibility
from organisations.policies import may_enter
from organisations.register.values import stored_text
from organisations.workflow.guards import constraint_says


def enter_organisation(values: dict[str, Any], *, source: str, by: Any, now: datetime) -> Organisation:
    """Enter an organisation by hand; ``values`` are its register fields, ``source`` says where they come from.

    What was entered stands over a later extract that says otherwise, until an officer has looked at it
    (``RegisterOverride``). Refused: not_allowed, no_source, number_taken (also by an organisation that was merged
    into another; also when two enter at once).
    """
    if not may_enter(by, now):
        raise Refused("not_allowed", _("Järjestön voi lisätä järjestökoordinaattori tai kirjaamo."))
    if not source.strip():
        raise Refused("no_source", _("Kirjoita, mistä tiedot ovat, esimerkiksi säännöistä tai ilmoituksesta."))
    taken = _("Tämä numero on jo rekisterissä järjestöllä. Hae se numerolla.")
    with (
        transaction.atomic(),
        constraint_says("organisation_business_id_once", "number_taken", taken),
        constraint_says("association_number", "number_taken", taken),
    ):
        organisation: Organisation = Organisation.objects.create(**values)
        RegisterOverride.objects.bulk_create(
            RegisterOverride(
                organisation=organisation,
                field=field,
                value=text,
                source=RegisterOverride.Source.OFFICER,
                reason=source.strip()[:500],
                verified_on=local_date(now),
                verified_by=by,
            )
            for field in KEEPABLE_FIELDS
            if field in {Organisation._meta.get_field(name).attname for name in values}  # type: ignore[union-attr]
            if (text := stored_text(organisation, field))
        )
        timeline.write(
            organisation,
            _("Järjestö kirjattiin rekisteriin käsin: %(source)s"),
            {"source": source.strip()[:400]},
            visibility=Visibility.COUNTY,
            now=now,
            by=by,
        )
    return organisation
