"""What campaigns and mailings share: changing a draft."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from organisations.models import Campaign, Mailing
from organisations.selections import clean_query
from organisations.workflow.guards import lock, require


def change_draft[M: (Campaign, Mailing)](draft: M, *, data: dict[str, Any], query: str, by: Any, now: datetime) -> M:
    """Change the texts, the choices and the selection of a draft. Refused: not_allowed, wrong_state."""
    permission = "organisations.campaign.manage" if isinstance(draft, Campaign) else "organisations.mailing.manage"
    with transaction.atomic():
        draft = lock(draft)
        require(permission, by, draft, now)
        if draft.state != "draft":
            raise Refused(
                "wrong_state", _("Tätä ei voi enää muuttaa, koska sitä on alettu lähettää tai se on hylätty.")
            )
        for name, value in data.items():
            setattr(draft, name, value)
        draft.query = clean_query(query)
        draft.save()
    return draft
