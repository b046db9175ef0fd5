"""What waits about de minimis aid: grants to take to the central register, soon and late."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import add_days, day_start, format_date, local_date


def aid_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; one query. Late ones and those to come are two things to do."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    rows: Any = allowed("grants.aid.register", user, now=now)
    found = rows.to_register().aggregate(
        late=Count("pk", filter=Q(due_on__lt=today)), coming=Count("pk", filter=Q(due_on__gte=today)),
        first=Min("due_on", filter=Q(due_on__gte=today)),
    )  # fmt: skip
    url = reverse("grants:aid_register")
    if found["late"]:
        title = ngettext(
            "%(count)s vähämerkityksinen tuki on myöhässä keskusrekisteristä",
            "%(count)s vähämerkityksistä tukea on myöhässä keskusrekisteristä",
            found["late"],
        )
        yield Todo(
            title=title % {"count": found["late"]},
            url=f"{url}?tila=myohassa",
            button=_("Avaa rekisteröitävät"),
            detail=_("Tuki on rekisteröitävä 20 työpäivässä myöntämisestä."),
        )
    if found["coming"]:
        title = ngettext(
            "Vie %(count)s vähämerkityksinen tuki keskusrekisteriin",
            "Vie %(count)s vähämerkityksistä tukea keskusrekisteriin",
            found["coming"],
        )
        yield Todo(
            title=title % {"count": found["coming"]},
            url=url,
            button=_("Avaa rekisteröitävät"),
            due=day_start(add_days(found["first"], 1)),
            detail=_("Ensimmäisen määräpäivä on %(day)s.") % {"day": format_date(found["first"])},
        )
