"""What waits around joint applications: a partner's confirmation, and a partner that asked a change or declined."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Todo
from grants.models import Application, ApplicationPartner


def partner_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; two queries.

    The partner's signatories and admins are asked to confirm; who fills in the application sees who does not confirm.
    """
    asked = allowed("grants.partner.answer", user, now=now).filter(state="asked")
    is_open = {"application__call__state": "published", "application__call__closes_at__gt": now}
    rows = asked.filter(**is_open).select_related("application__call", "application__organisation", "organisation")
    for row in rows.order_by("application__call__closes_at", "pk"):
        call = row.application.call
        yield Todo(
            title=_("Vahvistakaa osuutenne yhteishakemuksessa: %(call)s") % {"call": call.title},
            url=reverse("grants:partnership", args=[row.organisation_id, row.pk]),
            button=_("Lue ja vastaa"),
            due=call.closes_at,
            detail=_("%(organisation)s. Hakija on %(applicant)s.")
            % {"organisation": row.organisation.name, "applicant": row.application.organisation.name},
            target=("organisation", row.organisation_id),
        )
    drafts = allowed("grants.application.edit", user, now=now).filter(pk__in=Application.objects.unfinished(now))
    objected = ApplicationPartner.objects.filter(application__in=drafts, state__in=("change_asked", "declined"))
    for row in objected.select_related("application__call", "organisation").order_by("answered_at", "pk"):
        application = row.application
        title = (
            _("Kumppani pyytää muutosta: %(name)s")
            if row.state == "change_asked"
            else _("Kumppani ei lähde mukaan: %(name)s")
        )
        yield Todo(
            title=title % {"name": row.shown_name},
            url=reverse("grants:application_partners", args=[application.organisation_id, application.pk]),
            button=_("Katso kumppanit"),
            due=application.call.closes_at,
            detail=application.call.title,
            target=("organisation", application.organisation_id),
        )
