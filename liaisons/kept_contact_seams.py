"""Contacts kept where other rooms ask: what waits, a reminder, the county's page, retention, a person's own data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import StaffRoleKind, User
from accounts.roles import has_staff_role
from common.policies import allowed
from common.seams import Reminder, Todo
from common.times import HELSINKI, local_date
from liaisons.models import KeptContact, KeptContactStep
from liaisons.policies.kept_contacts import colleagues, may_keep_contacts
from organisations.county_panels import CountyFile
from organisations.models import Organisation, TimelineEntry
from organisations.workflow.guards import staff

KEPT = timedelta(days=5 * 365 + 1)
SHOWN = 5
#: A next step whose day is farther than this can wait.
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class KeptContactsPanel:
    """The newest contacts with one organisation, for ``template``."""

    organisation: Organisation
    rows: list[KeptContact]
    may_write: bool
    template: str = "liaisons/kept_contacts_panel.html"


def kept_contacts_panel(user: Any, thing: Any, now: datetime) -> Iterator[KeptContactsPanel]:
    """Provider of the ``panels`` seam, for the county's page of an organisation only; at most two queries."""
    if not isinstance(thing, CountyFile):
        return
    rows = allowed("liaisons.kept_contact.view", user, now=now).filter(organisation=thing.organisation)
    yield KeptContactsPanel(
        thing.organisation, list(rows.select_related("doer", "written_by")[:SHOWN]), may_keep_contacts(user, now)
    )


def kept_contact_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: next steps of one's own, soonest first; for the coordinator those of nobody."""
    if not user.is_authenticated:
        return
    today = local_date(now)
    mine = KeptContact.objects.open().filter(doer=user).select_related("organisation")
    for row in mine.order_by("due_on", "pk")[:SHOWN]:
        if row.due_on is None:  # the database does not let it
            continue
        yield Todo(
            title=_("%(step)s: %(organisation)s") % {"step": row.next_step, "organisation": row.organisation},
            url=row.get_absolute_url(),
            button=_("Avaa"),
            due=datetime.combine(row.due_on, time(23, 59), HELSINKI).astimezone(UTC),
            detail=_("Yhteydenpidosta: %(about)s.") % {"about": row.about},
            quiet=row.due_on > today + AHEAD,
        )
    if has_staff_role(user, StaffRoleKind.COORDINATOR, now):
        left = KeptContact.objects.open().exclude(doer__in=colleagues(now).order_by().values("pk")).count()
        if left:
            yield Todo(
                title=ngettext(
                    "Siirrä toiselle yksi asia, jonka tekijä ei ole enää tehtävässään",
                    "Siirrä toiselle %(count)s asiaa, joiden tekijä ei ole enää tehtävässään",
                    left,
                )
                % {"count": left},
                url=reverse("liaisons:kept_contacts") + "?kenen=ei-kenenkaan",
                button=_("Siirrä"),
            )


def kept_contact_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: the day of a next step has passed; its doer is told once.

    When the doer has left their post, the coordinators are told.
    """
    today = local_date(now)
    rows = list(KeptContact.objects.late(today).select_related("organisation", "doer", "written_by").order_by("pk"))
    if not rows:
        return
    there = set(colleagues(now).order_by().values_list("pk", flat=True))
    coordinators = list(staff(now, StaffRoleKind.COORDINATOR))
    for row in rows:
        for person in [row.doer] if row.doer and row.doer.pk in there else coordinators:
            yield Reminder(
                kind="liaisons.kept_contact_late",
                to=person,
                subject=format_lazy(gettext_lazy("Sovittu päivä on mennyt: {step}"), step=row.next_step),
                template="emails/liaisons/kept_contact",
                context={"contact": row},
                dedup_key=f"liaisons.kept_contact_late:{row.pk}:{row.due_on}:{person.pk}",
            )


def kept_contact_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: five years from the contact or its result.

    What is open stays until it is closed. The timeline's entry stays without its link.
    """
    day = local_date(now) - KEPT
    old = KeptContact.objects.filter(Q(state="noted", on__lt=day) | Q(state="done", done_at__lt=now - KEPT))
    rows = list(old)
    keys = [row.pk for row in rows]
    TimelineEntry.objects.filter(link__in=[row.get_absolute_url() for row in rows]).update(link="")
    _all, erased = KeptContact.objects.filter(pk__in=keys).delete()
    return {"liaisons.KeptContact": erased.get("liaisons.KeptContact", 0)}


def kept_contact_data(user: User) -> dict[str, Any]:
    """Return the contacts that the person wrote down or had to do something about, and what they did to them."""
    facts = ("organisation__name", "kind", "on", "about", "met", "state", "next_step", "due_on", "result", "done_at")
    return {
        "written": list(KeptContact.objects.filter(written_by=user).values(*facts, "written_at")),
        "to_do": list(KeptContact.objects.filter(doer=user).exclude(written_by=user).values(*facts)),
        "steps": list(KeptContactStep.objects.filter(by=user).values("text", "at")),
    }
