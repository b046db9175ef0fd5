"""Acting for an organisation: which one is in the address, never in the session."""

from typing import cast

from django.http import HttpRequest

from common import clock
from common.policies import get_allowed
from organisations.models import Organisation


def acting_organisation(
    request: HttpRequest, organisation_id: int, permission: str = "organisations.represent"
) -> Organisation:
    """Return the organisation for which the signed-in person acts on this page, or raise Http404.

    ``permission`` is a policy over organisations, such as ``organisations.edit``. The base template shows the
    organisation from ``request.acting_organisation``.
    """
    found = get_allowed(permission, request.user, now=clock.now(), pk=organisation_id)
    organisation = cast(Organisation, found)
    request.acting_organisation = organisation  # type: ignore[attr-defined]
    return organisation
