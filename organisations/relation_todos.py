"""What waits in the relationship, for the ``todos`` seam."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed
from common.seams import Todo
from common.times import add_days, day_start, local_date
from organisations.models import Organisation
from organisations.selections import lost_admin
from organisations.workflow.verifications import newest

ANSWER_WITHIN = timedelta(days=7)
EXPIRES_SOON = timedelta(days=60)


def relation_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: for officers what waits for a second person or runs out, for people theirs."""
    if not user.is_authenticated:
        return
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR):
        yield from _second_person(user, now)
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        yield from _coordinator(user, now)
    yield from _own(user, now)


def _second_person(user: Any, now: datetime) -> Iterator[Todo]:
    waiting = allowed("organisations.observation.confirm", user, now=now).filter(state="proposed")
    for row in waiting.select_related("organisation").order_by("made_at")[:20]:
        yield Todo(
            title=_("Vahvista huomio: %(name)s") % {"name": row.organisation.name},
            url=row.get_absolute_url(),
            button=_("Avaa huomio"),
            due=row.made_at + ANSWER_WITHIN,
            detail=f"{str(row.get_level_display()).capitalize()}.",
        )


def _coordinator(user: Any, now: datetime) -> Iterator[Todo]:
    today = local_date(now)
    ending = newest(user, now).filter(valid_until__lte=local_date(now + EXPIRES_SOON))
    first = ending.order_by("valid_until").values_list("valid_until", flat=True)
    if days := list(first):
        soonest = next((day for day in days if day >= today), None)
        title = ngettext(
            "%(n)s järjestön tarkistus vanhenee pian tai on vanhentunut",
            "%(n)s järjestön tarkistus vanhenee pian tai on vanhentunut",
            len(days),
        )
        yield Todo(
            title=title % {"n": len(days)},
            url=f"{reverse('organisations:verifications')}?tila=vanhenee",
            button=_("Katso tarkistukset"),
            due=day_start(add_days(soonest, 1)) if soonest else None,
            quiet=soonest is None,
        )
    if count := Organisation.objects.active().filter(lost_admin(now)).count():
        title = ngettext(
            "%(n)s järjestö on jäänyt ilman pääkäyttäjää",
            "%(n)s järjestöä on jäänyt ilman pääkäyttäjää",
            count,
        )
        yield Todo(
            title=title % {"n": count},
            url=f"{reverse('organisations:county_list')}?paakayttaja=jaanyt",
            button=_("Katso järjestöt"),
            detail=_("Ota yhteyttä ja pyydä uutta edustuspyyntöä."),
            quiet=True,
        )


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    offered = allowed("organisations.hand_over.accept", user, now=now).filter(state="waiting", expires_at__gt=now)
    for row in offered.select_related("organisation", "outgoing__user"):
        yield Todo(
            title=_("Ota pääkäyttäjyys vastaan: %(name)s") % {"name": row.organisation.name},
            url=reverse("organisations:hand_over", args=[row.organisation_id, row.pk]),
            button=_("Katso pyyntö"),
            due=row.expires_at,
            detail=_("%(person)s haluaa luovuttaa pääkäyttäjyyden sinulle.") % {"person": row.outgoing.user},
            target=("organisation", row.organisation_id),
        )
    for row in (
        allowed("organisations.observation.reply", user, now=now)
        .filter(replies__isnull=True, confirmed_at__gt=now - timedelta(days=60))
        .select_related("organisation")
    ):
        yield Todo(
            title=_("Lue hyvinvointialueen huomio: %(name)s") % {"name": row.organisation.name},
            url=reverse("organisations:own_observation", args=[row.organisation_id, row.pk]),
            button=_("Lue huomio"),
            detail=_("Voit antaa vastineen."),
            target=("organisation", row.organisation_id),
            quiet=True,
        )
