"""What the verbs of a negotiation tell: the case's history, the organisation's timeline, both sides' people.

Letters name the case and what to do; what was proposed is read in the portal, because a liaison person who takes part
declares first that they have no conflict of interest.
"""

from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grants.models import Application, NegotiationPost, Side
from grants.statements import answerers, conflicted_in
from grants.workflow.case_events import officers_of, path_of, people_of, tell_applicant
from notifications import outbox

#: step -> subject of the letter; the number of the case is added
SUBJECTS: dict[str, Any] = {
    "opened": _("Neuvottelu avustuksesta alkaa: {number}"),
    "joined": _("Osallistut neuvotteluun avustuksesta: {number}"),
    "meeting": _("Neuvottelutapaaminen on sovittu: {number}"),
    "meeting_moved": _("Neuvottelutapaamisen aika tai paikka muuttui: {number}"),
    "meeting_cancelled": _("Neuvottelutapaaminen on peruttu: {number}"),
    "memo": _("Neuvottelun muistio on luettavissa: {number}"),
    "version": _("Neuvottelu odottaa teitä, uusi versio: {number}"),
    "approved": _("Toinen osapuoli hyväksyi version: {number}"),
    "agreed": _("Neuvottelussa on sovittu: {number}"),
    "returned": _("Neuvottelu jatkuu: {number}"),
    "ended": _("Neuvottelu päättyi ilman sopimusta: {number}"),
}


def own_path(application: Application, name: str = "own_negotiation") -> str:
    """Return the address of the organisation's page, for mail."""
    return path_of(name, application.organisation_id, application.pk)


def participants(application: Application, now: datetime) -> list[User]:
    """Return who answers today for the liaison posts that take part, without those who have a conflict of interest."""
    rows = NegotiationPost.objects.filter(negotiation__application=application).select_related(
        "post__unit", "post__municipality"
    )
    people = answerers([row.post for row in rows], now, conflicted_in(application))
    return list({person.pk: person for person in people.values()}.values())


def tell_side(application: Application, side: Side, step: str, *, key: str, now: datetime, **context: Any) -> None:
    """Write to the people of one side: the applicant's, or the case's handler."""
    subject = format_lazy(SUBJECTS[step], number=application.case_number)
    if side == Side.ORGANISATION:
        given = {"step": step, "path": own_path(application), **context}
        tell_applicant(application, "negotiation", subject, given, key=f"{step}:{key}", now=now)
        return
    own = set(people_of(application, now).values_list("pk", flat=True))
    for person in officers_of(application, now):
        if person.pk not in own:
            tell_person(application, person, step, key=key, now=now, **context)


def tell_participants(application: Application, step: str, *, key: str, now: datetime, **context: Any) -> None:
    """Write to the liaison people who take part."""
    for person in participants(application, now):
        tell_person(application, person, step, key=key, now=now, **context)


def tell_person(application: Application, person: User, step: str, *, key: str, now: datetime, **context: Any) -> None:
    """Write to one person on the county's side."""
    outbox.queue(
        kind="grants.negotiation",
        to=person,
        subject=format_lazy(SUBJECTS[step], number=application.case_number),
        template="emails/grants/negotiation",
        context={
            "application": application,
            "call": application.call,
            "organisation": application.organisation,
            "step": step,
            "path": path_of("negotiation", application.pk),
            **context,
        },
        dedup_key=f"grants.negotiation:{step}:{key}:{person.pk}",
        now=now,
    )
