"""What waits for the coordinator: messages that the worker could not settle."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.seams import Todo
from notifications import policies
from notifications.models import Message
from notifications.states import NEEDS_A_PERSON


def todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Return one line for the uncertain and one for the failed messages."""
    if not policies.may_manage(user, now):
        return
    rows = Message.objects.filter(state__in=NEEDS_A_PERSON).order_by()
    counts = dict(rows.values_list("state").annotate(Count("id")))
    address = reverse("notifications:messages")
    if count := counts.get("uncertain"):
        title = ngettext("%(n)s viestin lähetys on epävarma", "%(n)s viestin lähetys on epävarma", count)
        yield Todo(
            title % {"n": count},
            f"{address}?tila=uncertain",
            _("Katso viestit"),
            detail=_("Lähetys katkesi kesken. Päätä, lähetetäänkö uudelleen."),
        )
    if count := counts.get("failed"):
        title = ngettext("%(n)s viesti ei mennyt perille", "%(n)s viestiä ei mennyt perille", count)
        yield Todo(
            title % {"n": count},
            f"{address}?tila=failed",
            _("Katso viestit"),
            detail=_("Tarkista osoite tai ota yhteyttä muulla tavalla."),
        )
