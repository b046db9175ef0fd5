"""Rights to calls for candidates and to candidates."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from liaisons.models import Body, Candidate, NominationCall
from liaisons.policies.bodies import meeting_plan, seats_in_force


@policy("liaisons.nomination.public")
def nomination_public(user: Any, now: datetime) -> QuerySet[NominationCall]:
    """Everybody sees a call that has been published, and its result."""
    return NominationCall.objects.filter(state__in=["open", "chosen", "finished"])


@policy("liaisons.nomination.start")
def nomination_start(user: Any, now: datetime) -> QuerySet[Body]:
    """Bodies that may call for candidates: those the person runs (the body that chooses)."""
    return meeting_plan(user, now)


@policy("liaisons.nomination.manage")
def nomination_manage(user: Any, now: datetime) -> QuerySet[NominationCall]:
    """Whoever runs the body that chooses: its secretary; the coordinator for the county's own bodies."""
    return NominationCall.objects.filter(chooser__in=meeting_plan(user, now).values("pk"))


@policy("liaisons.nomination.appoint")
def nomination_appoint(user: Any, now: datetime) -> QuerySet[NominationCall]:
    """Who records the appointment: the office of the body that gets the seats; of the chooser, where its choice fills
    them; the registry for the county's own bodies."""
    run = meeting_plan(user, now).values("pk")
    rows = Q(body__in=run) | Q(chooser_appoints=True, chooser__in=run)
    if has_any_staff_role(user, now, "registrar"):
        rows |= Q(body__is_self_run=False)
    return NominationCall.objects.filter(rows)


@policy("liaisons.nomination.desk")
def nomination_desk(user: Any, now: datetime) -> QuerySet[NominationCall]:
    """The office of the chooser sees all of its calls; the office of the body that gets the seats, the chooser's own
    people, coordinator and auditor what has been published."""
    sits = seats_in_force(user, now).values("body")
    published = Q(chooser__in=sits) | Q(pk__in=nomination_appoint(user, now).values("pk"))
    if has_any_staff_role(user, now, "coordinator", "auditor"):
        published |= Q(published_at__isnull=False)
    published &= Q(published_at__isnull=False)
    return NominationCall.objects.filter(Q(pk__in=nomination_manage(user, now).values("pk")) | published)


@policy("liaisons.candidate.view")
def candidate_view(user: Any, now: datetime) -> QuerySet[Candidate]:
    """Candidates with their grounds: the chooser's office and people, who must choose; the appointing office sees the
    chosen ones; the proposing NGO its own."""
    chooses = Q(call__in=nomination_manage(user, now).values("pk"))
    chooses |= Q(call__chooser__in=seats_in_force(user, now).values("body"))
    appoints = Q(call__in=nomination_appoint(user, now).values("pk"), state__in=["chosen", "seated"])
    return Candidate.objects.filter(chooses | appoints | Q(pk__in=candidate_own(user, now).values("pk")))


@policy("liaisons.candidate.manage")
def candidate_manage(user: Any, now: datetime) -> QuerySet[Candidate]:
    """The chooser's office asks for the consent again and withdraws a candidate at the NGO's request."""
    return Candidate.objects.filter(call__in=nomination_manage(user, now).values("pk"))


@policy("liaisons.candidate.own")
def candidate_own(user: Any, now: datetime) -> QuerySet[Candidate]:
    """An NGO's people see the candidates that their NGO has proposed."""
    return Candidate.objects.filter(organisation__in=allowed("organisations.represent", user, now=now).values("pk"))


@policy("liaisons.candidate.withdraw")
def candidate_withdraw(user: Any, now: datetime) -> QuerySet[Candidate]:
    """Those who prepare the NGO's applications withdraw its candidates; the chooser's office at their request."""
    own = Q(organisation__in=allowed("organisations.prepare", user, now=now).values("pk"))
    return Candidate.objects.filter(own | Q(pk__in=candidate_manage(user, now).values("pk")))
