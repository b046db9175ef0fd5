"""What waits in liaison work: a named person's answer; for the coordinator vacant, unaccepted, absent and ending."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import StaffRoleKind
from accounts.roles import has_staff_role
from common.seams import Reminder, Todo
from common.times import format_date
from liaisons.models import Appointment
from liaisons.overview import counts

#: How long a named person may be silent before a reminder; each once.
SILENT = (timedelta(days=14), timedelta(days=7))


def liaison_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: own proposals to answer; the coordinator's posts that need somebody."""
    if not user.is_authenticated:
        return
    waiting = Appointment.objects.unaccepted().filter(user=user).select_related("post__unit", "post__municipality")
    for row in waiting.order_by("valid_from", "pk"):
        yield Todo(
            title=_("Vastaa, otatko tehtävän vastaan: %(post)s") % {"post": row.post.full_name},
            url=reverse("liaisons:own_post", args=[row.pk]),
            button=_("Vastaa"),
            detail=_("Tehtävä alkaisi %(day)s.") % {"day": format_date(row.valid_from)},
        )
    if has_staff_role(user, StaffRoleKind.COORDINATOR, now):
        yield from _coordinator(now)


def _coordinator(now: datetime) -> Iterator[Todo]:
    found = counts(now)
    page = reverse("liaisons:posts")
    rows = (
        (
            "vacant",
            ngettext(
                "Nimeä henkilö: %(count)s vakiinnutettu tehtävä on avoin",
                "Nimeä henkilöt: %(count)s vakiinnutettua tehtävää on avoinna",
                found["vacant"],
            ),
            _("Nimeä"),
            False,
        ),
        (
            "unaccepted",
            ngettext(
                "Muistuta: %(count)s nimetty henkilö ei ole vielä vastannut",
                "Muistuta: %(count)s nimettyä henkilöä ei ole vielä vastannut",
                found["unaccepted"],
            ),
            _("Muistuta"),
            False,
        ),
        (
            "uncovered",
            ngettext(
                "Nimeä sijainen: %(count)s yhteyshenkilö on poissa, ja kysymykset tulevat sinulle",
                "Nimeä sijaiset: %(count)s yhteyshenkilöä on poissa, ja kysymykset tulevat sinulle",
                found["uncovered"],
            ),
            _("Katso"),
            False,
        ),
        (
            "ending",
            ngettext(
                "Sovi jatkosta: %(count)s yhteyshenkilön kausi päättyy 60 päivän sisällä",
                "Sovi jatkosta: %(count)s yhteyshenkilön kausi päättyy 60 päivän sisällä",
                found["ending"],
            ),
            _("Katso"),
            True,
        ),
    )
    for state, title, button, quiet in rows:
        if found[state]:
            yield Todo(title=title % {"count": found[state]}, url=f"{page}?tila={state}", button=button, quiet=quiet)


def acceptance_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: a named person who has not answered in 7 and in 14 days; one query."""
    waiting = Appointment.objects.unaccepted().filter(proposed_at__lte=now - min(SILENT), user__is_active=True)
    for row in waiting.select_related("user", "post__unit", "post__municipality").order_by("pk"):
        step = next(one for one in SILENT if row.proposed_at <= now - one)
        with translation.override(row.user.language):
            subject = _("Muistutus: otatko tehtävän vastaan? %(post)s") % {"post": row.post.full_name}
        yield Reminder(
            kind="liaisons.appointment_reminder",
            to=row.user,
            subject=subject,
            template="emails/liaisons/appointment_reminder",
            context={"appointment": row, "post": row.post},
            dedup_key=f"liaisons.appointment_reminder:{row.pk}:{step.days}",
            required=True,
        )
