"""A small call that an office-holder decides: cases decided under numbers, one that waits, one funded elsewhere."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.demonstration import make_account
from accounts.models import User
from common.legal_dates import ServedBy
from common.times import local_date
from documents.pdf import available
from grants.models import Application, DecidingOfficial, GrantCall, GrantKind, MunicipalOpinion
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.decisions import issue_decision
from grants.workflow.handling import open_handling
from grants.workflow.officials import decide_as_official, frozen_number, lay_call
from grants.workflow.proposals import propose
from organisations.models import Organisation
from portal.demonstration import calls, cases, texts
from portal.demonstration.calendar import Round, at
from portal.demonstration.people import DOMAIN, People

#: How many days ago the round closed; it was decided three weeks later.
CLOSED = 60
NAMES = ("Pieni tapahtuma-avustus", "Litet evenemangsunderstöd", "Small event grant")
FUNDED = "Kunta avustaa samaa tapahtumaa. Tätä avustusta ei myönnetä toimintaan, jota kunta rahoittaa."


def make_small_grants(
    organisations: list[Organisation], members: dict[int, User], people: People, now: datetime
) -> None:
    """Make the round, where the area has a kind that an office-holder decides; without one nothing."""
    kind = GrantKind.objects.filter(decision_maker="office_holder", procedure="call").order_by("pk").first()
    if kind is None:
        return
    dice = random.Random(7)  # noqa: S311 - invented data
    closing = local_date(now) - timedelta(days=CLOSED)
    when = Round((now + timedelta(days=43)).year, at(closing - timedelta(days=21), 9), at(closing, 16))
    official = _official(kind, people, when)
    call = calls.make_call(kind, when, people, 9_000, named=NAMES)
    until = when.closes_at - timedelta(hours=2)
    sent = cases.fill_round(call, organisations[40:46], members, dice, sent=6, drafts=0, withdrawn=0, until=until)
    open_handling(call, by=people.coordinator, now=when.day(1))
    funded = sent[1]
    _fund_elsewhere(funded, when.day(3))
    for case in sent:
        total = Decimal(0) if case == funded else min(case.asked_sum or Decimal(0), Decimal(1200))
        reasons = FUNDED if case == funded else texts.REASONS_GRANT[0]
        propose(case, sum=total, reasons=reasons, by=people.coordinator, now=when.day(8), below_minimum_confirmed=True)
    call.refresh_from_db()
    lay_call(call, by=people.coordinator, now=when.day(14))
    _decide(call, sent[:-1], official, people, when)


def _official(kind: GrantKind, people: People, when: Round) -> User:
    """Return the holder of the deciding post."""
    user = make_account(f"viranhaltija@{DOMAIN}", "Helena Hyvinvointi", second_factor=True)
    DecidingOfficial.objects.create(
        post=kind.decided_by_post_fi,
        user=user,
        valid_from=local_date(when.opens_at) - timedelta(days=365),
        reason="Hallintosääntö 45 § (esittely)",
        given_by=people.administrator,
        given_at=when.opens_at - timedelta(days=365),
    )
    return user


def _fund_elsewhere(case: Application, now: datetime) -> None:
    """Let the applicant's municipality say that it funds the same activity."""
    place = case.organisation.domicile
    user = User.objects.filter(email=f"kunta@{DOMAIN}").first()
    if place is not None and user is not None:
        MunicipalOpinion.objects.create(
            application=case, municipality=place, stance="funds", given_by=user, given_at=now
        )


def _decide(call: GrantCall, decided: list[Application], official: User, people: People, when: Round) -> None:
    """Decide all but the last, which the office-holder has not yet declared in; serve the letters."""
    day = when.day(20)
    declare_no_conflicts([case.pk for case in decided], by=official, now=day)
    chosen = dict.fromkeys((case.pk for case in decided), None)
    made = decide_as_official(call, chosen, frozen=frozen_number(call), is_published=True, by=official, now=day)
    if available():
        for decision in made:
            issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=official, now=when.day(21))
