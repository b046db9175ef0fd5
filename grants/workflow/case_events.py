"""What officers' verbs on a case tell: its history, the organisation's timeline, and the people of the applicant."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from accounts.models import StaffRoleKind, User
from grants.models import Application, ConflictDeclaration
from grants.models.applications import Audience
from grants.policies import EDITORS
from grants.workflow import events
from grants.workflow.applications import contact_address, link_of
from notifications import outbox
from organisations import timeline
from organisations.models import Membership, Visibility
from organisations.workflow.guards import staff


def happened(application: Application, verb: str, text: str, *, by: Any, now: datetime) -> None:
    """Write the same Finnish sentence to the case's history and the organisation's timeline."""
    events.record(application, verb, text, by=by, now=now, audience=Audience.APPLICANT)
    timeline.write(
        application.organisation,
        f"{application.call.title_fi}: {text}",
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=link_of(application),
    )


def path_of(name: str, *args: Any) -> str:
    """Return a page's address without a language in front, for mail."""
    with translation.override("fi"):
        return reverse(f"grants:{name}", args=args)


def people_of(application: Application, now: datetime) -> QuerySet[User]:
    """Return the people who may prepare an answer for the applicant now."""
    members = Membership.objects.in_force(now).filter(organisation=application.organisation_id, role__in=EDITORS)
    return User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk")


def officers_of(application: Application, now: datetime) -> list[User]:
    """Return who is told on the officers' side: the case's handler, else every coordinator without a conflict."""
    biased = set(
        ConflictDeclaration.objects.filter(application=application, has_conflict=True).values_list("user", flat=True)
    )
    able = [person for person in staff(now, StaffRoleKind.COORDINATOR) if person.pk not in biased]
    return [person for person in able if person.pk == application.handler_id] or able


def tell_applicant(
    application: Application, kind: str, subject: Any, context: dict[str, Any], *, key: str, now: datetime
) -> None:
    """Write to everybody who may answer for the applicant, and to the address that the application gives."""
    people = list(people_of(application, now))
    receivers: dict[str, Any] = {str(person.pk): person for person in people}
    address = contact_address(application)
    if address and address.lower() not in {person.email.lower() for person in people}:
        receivers["organisation"] = address
    for who, to in receivers.items():
        _queue(application, kind, to, subject, context, f"{key}:{who}", now)


def tell_officers(
    application: Application, kind: str, subject: Any, context: dict[str, Any], *, key: str, now: datetime
) -> None:
    """Write to the case's handler, or to the coordinators when it has none."""
    for person in officers_of(application, now):
        _queue(application, kind, person, subject, context, f"{key}:{person.pk}", now)


def _queue(
    application: Application, kind: str, to: Any, subject: Any, context: dict[str, Any], key: str, now: datetime
) -> None:
    outbox.queue(
        kind=f"grants.{kind}",
        to=to,
        subject=subject,
        template=f"emails/grants/{kind}",
        context={
            "application": application,
            "call": application.call,
            "organisation": application.organisation,
            **context,
        },
        dedup_key=f"grants.{kind}:{key}",
        now=now,
    )
