"""What waits about changes after award: to send or to complete, to decide, to record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import has_any_staff_role
from common.policies import allowed
from common.seams import Todo
from grants.life_cycles_changes import WRITABLE


def change_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; three queries and what the rights ask."""
    if not user.is_authenticated:
        return
    yield from _own(user, now)
    url = f"{reverse('grants:changes')}?tila=avoin"
    # The coordinator decides what has come; an office-holder what was laid as well.
    states = ["sent"] if has_any_staff_role(user, now, "coordinator") else ["sent", "laid"]
    waiting = allowed("grants.change.decide", user, now=now).filter(state__in=states).count()
    if waiting:
        title = ngettext("Käsittele %(count)s muutoshakemus", "Käsittele %(count)s muutoshakemusta", waiting)
        yield Todo(title=title % {"count": waiting}, url=url, button=_("Avaa muutoshakemukset"))
    laid = allowed("grants.change.record", user, now=now).filter(state="laid").count()
    if laid:
        title = ngettext("Kirjaa päätös %(count)s muutoshakemukseen", "Kirjaa päätös %(count)s muutoshakemukseen", laid)
        yield Todo(title=title % {"count": laid}, url=url, button=_("Avaa muutoshakemukset"))


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    rows = allowed("grants.change.edit", user, now=now).filter(state__in=WRITABLE)
    for row in rows.select_related("decision__application__organisation", "decision__application__call").order_by("pk"):
        application = row.decision.application
        is_asked = row.state == "returned"
        title = _("Täydentäkää muutoshakemusta: %(call)s") if is_asked else _("Lähettäkää muutoshakemus: %(call)s")
        yield Todo(
            title=title % {"call": application.call.title},
            url=reverse("grants:own_change", args=[application.organisation_id, row.pk]),
            button=_("Avaa muutoshakemus"),
            detail=application.organisation.name + ".",
            target=("organisation", application.organisation_id),
        )
