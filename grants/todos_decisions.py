"""What waits about decided cases: claims to propose and to record, grants to accept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Q, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from grants.models import RevisionClaim
from grants.policies.base import presented_bodies


def decision_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: one line for each heap of claims, one for each grant that waits for an answer."""
    if not user.is_authenticated:
        return
    yield from _claims(user, now)
    yield from _before_the_body(user, now)
    yield from _answers(user, now)


def _claims(user: Any, now: datetime) -> Iterator[Todo]:
    """Claims to propose and decisions to record; one query."""
    to_propose = Q(state="received", pk__in=allowed("grants.claim.propose", user, now=now).values("pk"))
    held = Q(state="presented", agenda_item__meeting__state__in=["held", "minutes_checked"])
    to_record = (Q(state="proposed") | held) & Q(pk__in=allowed("grants.claim.decide", user, now=now).values("pk"))
    states = list(RevisionClaim.objects.filter(to_propose | to_record).order_by().values_list("state", flat=True))
    waiting = states.count("received")
    if waiting:
        title = ngettext(
            "Tee esitys %(count)s oikaisuvaatimukseen", "Tee esitys %(count)s oikaisuvaatimukseen", waiting
        )
        yield Todo(title=title % {"count": waiting}, url=reverse("grants:claims"), button=_("Avaa oikaisuvaatimukset"))
    proposed = len(states) - waiting
    if proposed:
        title = ngettext(
            "Kirjaa %(count)s oikaisuvaatimuksen ratkaisu", "Kirjaa %(count)s oikaisuvaatimuksen ratkaisu", proposed
        )
        yield Todo(title=title % {"count": proposed}, url=reverse("grants:claims"), button=_("Avaa oikaisuvaatimukset"))


def _before_the_body(user: Any, now: datetime) -> Iterator[Todo]:
    """The presenter brings proposed claims to a meeting; the body's people first say whether they have a conflict.

    Members in presented claims before the meeting, the presenter already in proposed ones; one query.

    Members of the body for office-holders' decisions are told already when the claim comes (``todos_officials``).
    """
    to_present = Q(state="proposed", pk__in=allowed("grants.claim.present", user, now=now).values("pk"))
    cases = allowed("grants.application.declare", user, now=now).exclude(conflict_declarations__user=user.pk)
    before = Q(state="presented", agenda_item__meeting__state="planned") | Q(
        state="proposed", decision__application__call__kind__decided_by__in=presented_bodies(user, now)
    )
    to_declare = before & Q(decision__official_number__isnull=True, decision__application__in=cases.values("pk"))
    claims: Any = RevisionClaim.objects.filter(to_present | to_declare).select_related("agenda_item__meeting")
    claims = claims.annotate(is_mine=Case(When(to_present, then=True), default=False, output_field=BooleanField()))
    for claim in claims.order_by("pk"):
        number = {"number": claim.case_number}
        if claim.is_mine:
            title, button = _("Vie oikaisuvaatimus kokoukseen: %(number)s"), _("Valitse kokous")
            yield Todo(title=title % number, url=reverse("grants:claim_present", args=[claim.pk]), button=button)
            continue
        yield Todo(
            title=_("Ilmoita mahdollinen esteellisyys: oikaisuvaatimus %(number)s") % number,
            url=claim.get_absolute_url(),
            button=_("Kerro esteellisyydestäsi"),
            due=claim.agenda_item.meeting.starts_at if claim.agenda_item else None,
        )


def _answers(user: Any, now: datetime) -> Iterator[Todo]:
    rows = allowed("grants.grant.answer", user, now=now).filter(
        acceptance="", application__call__acceptance_required=True
    )
    for row in rows.select_related("application__organisation", "application__call").order_by("pk"):
        application = row.application
        yield Todo(
            title=_("Hyväksykää avustus ja sen ehdot: %(call)s") % {"call": application.call.title},
            url=reverse("grants:grant_answer", args=[application.organisation_id, application.pk]),
            button=_("Avaa avustus"),
            detail=application.organisation.name + ".",
            target=("organisation", application.organisation_id),
        )
