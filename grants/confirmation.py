"""Who confirms an application for the organisation, where the call demands more than the right to send.

A registered association acts through those who sign for it (yhdistyslaki 503/1989 36 §). Where the call demands it,
one of them sends, or an extract of the minutes in which the application was decided comes along.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from grants.models import Application
from organisations.models import Membership, MembershipRole, VaultKind
from organisations.workflow.guards import members

SIGNATORY, MINUTES = "signatory", "minutes"


def confirmed_by(application: Application, user: Any, now: datetime) -> str:
    """Return what confirms the application if the person sends it: ``signatory``, ``minutes`` or nothing.

    Nothing is asked, and nothing returned, where the call demands no confirmation.
    """
    if not application.call.signatory_demanded:
        return ""
    own = Membership.objects.in_force(now).filter(organisation=application.organisation_id, user=user.pk or 0)
    if own.filter(role=MembershipRole.SIGNATORY).exists():
        return SIGNATORY
    return MINUTES if application.attachments.filter(attachment_slot__vault_kind=VaultKind.MINUTES).exists() else ""


def require_confirmation(application: Application, user: Any, now: datetime) -> str:
    """Return what confirms the application, or refuse ``not_confirmed`` where the call demands it and nothing does."""
    found = confirmed_by(application, user, now)
    if application.call.signatory_demanded and not found:
        raise Refused("not_confirmed", what_is_missing(application, now))
    return found


def what_is_missing(application: Application, now: datetime) -> str:
    """Say who may send, and what else would do."""
    names = ", ".join(str(person) for person in members(application.organisation, now, MembershipRole.SIGNATORY))
    who = (
        _("Tähän hakuun hakemuksen lähettää nimenkirjoittaja: %(names)s.") % {"names": names}
        if names
        else _("Tähän hakuun hakemuksen lähettää nimenkirjoittaja, mutta järjestöllä ei ole sellaista portaalissa.")
    )
    if not application.call.attachment_slots.filter(vault_kind=VaultKind.MINUTES).exists():
        return who
    return who + " " + _("Voit lähettää sen itse, jos liität mukaan pöytäkirjanotteen, jossa hakemisesta on päätetty.")
