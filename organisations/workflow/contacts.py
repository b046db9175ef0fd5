"""What an organisation does with its contact persons. No name goes to the timeline, which is kept longer."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import format_date, local_date
from organisations import timeline
from organisations.models import Contact, ContactVisibility, Organisation, Visibility
from organisations.workflow.guards import lock, require

COLUMNS = ("name", "duty", "about", "email", "phone", "visibility", "since")


def save_contact(
    organisation: Organisation,
    values: dict[str, Any],
    *,
    consent: bool,
    contact: Contact | None = None,
    by: Any,
    now: datetime,
) -> Contact:
    """Add a contact person, or change one. ``values`` has ``COLUMNS``; a public one needs the person's ``consent``.

    The same person sent twice is one. Refused: not_allowed, no_consent, left.
    """
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.edit", by, organisation, now)
        if contact is None:
            again = organisation.contacts.filter(
                left_on__isnull=True, **{name: values[name] for name in ("name", "duty", "email", "phone")}
            ).first()
            if again is not None:
                return again
            saved = Contact(organisation=organisation)
        else:
            saved = lock(contact)
            require("organisations.contact.manage", by, saved, now)
            if saved.left_on is not None:
                raise Refused("left", _("Henkilö on jo lähtenyt tehtävästä. Lisää uusi yhteyshenkilö."))
        for name in COLUMNS:
            setattr(saved, name, values[name])
        saved.consented_on = _consented_on(saved, consent, now)
        saved.save()
        if contact is None:
            _tell(saved, _("Uusi yhteyshenkilö: %(duty)s"), by=by, now=now)
    return saved


def _consented_on(contact: Contact, consent: bool, now: datetime) -> date | None:
    """Return the day of the consent that a public contact has; one for the county only needs none."""
    if contact.visibility != ContactVisibility.PUBLIC:
        return None
    if not consent:
        raise Refused("no_consent", _("Julkinen yhteystieto tarvitsee henkilön suostumuksen."))
    return contact.consented_on or local_date(now)


def contact_leaves(
    contact: Contact, *, on: date, reason: str, successor: Contact | None, by: Any, now: datetime
) -> Contact:
    """Say that the person is in the duty no more from ``on``, why, and who goes on (or nobody).

    For one who has left already this mends the day, the reason and the successor. Refused: not_allowed,
    before_since, not_successor.
    """
    with transaction.atomic():
        contact = lock(contact)
        require("organisations.contact.manage", by, contact, now)
        if on < contact.since:
            raise Refused("before_since", _("Päivä on ennen kuin henkilö aloitti. Tarkista päivä."))
        if successor is not None:
            successor = lock(successor)
            same = successor.organisation_id == contact.organisation_id
            if not same or successor.pk == contact.pk or successor.left_on is not None:
                raise Refused("not_successor", _("Valitse seuraajaksi toinen yhteyshenkilö, joka on tehtävässään."))
        is_new = contact.left_on is None
        contact.left_on, contact.left_reason, contact.successor = on, reason, successor
        contact.save(update_fields=["left_on", "left_reason", "successor"])
        if is_new:
            _tell(contact, _("Yhteyshenkilö lähti tehtävästä %(day)s: %(duty)s"), by=by, now=now, day=format_date(on))
    return contact


def _tell(contact: Contact, text: Any, *, by: Any, now: datetime, day: str = "") -> None:
    duty = contact.duty or _("tehtävää ei ole kerrottu")
    timeline.write(
        contact.organisation,
        text,
        {"day": day, "duty": duty},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
