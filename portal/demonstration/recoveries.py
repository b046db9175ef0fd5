"""Money that comes back: one recovery paid in two parts, one to be paid, one in which the organisation is heard."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from common.times import add_days, local_date
from documents.pdf import available
from grants.models import Decision, RecoveryCase
from grants.workflow.recoveries import (
    Decided,
    agree_parts,
    answer_recovery,
    ask_statement,
    decide_recovery,
    open_recovery,
    record_repayment,
)
from organisations.models import Organisation
from portal.demonstration.people import People

UNUSED = "Käyttöselvityksen mukaan osa avustuksesta jäi käyttämättä, koska syksyn retki peruttiin."
MISSING = "Palkkiot maksettiin muusta toiminnasta kuin siitä, johon avustus myönnettiin."
BASIS = "Hakuohje, kohta Avustuksen käyttö ja takaisinperintä. Hallintolaki 434/2003 34, 44 ja 45 §."


def make_recoveries(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Make the recoveries of grants that have been paid; where no letters can be made, only the one that is heard."""
    paid = Decision.objects.filter(payments__state="paid", sum__gte=1000).order_by("pk")
    own = paid.filter(application__organisation=organisations[0]).first()
    others = list(paid.exclude(application__organisation=organisations[0])[:2])
    if own is not None:
        _heard(own, Decimal("320.00"), people, now - timedelta(days=4))
    if len(others) > 1 and available():
        done = _decided(others[0], Decimal("400.00"), "unused", members, people, now - timedelta(days=150))
        _pay_in_parts(done, people, now - timedelta(days=130))
        _decided(others[1], Decimal("250.00"), "misused", members, people, now - timedelta(days=26))


def _heard(decision: Decision, total: Decimal, people: People, now: datetime) -> RecoveryCase:
    made = open_recovery(decision, ground="unused", facts=UNUSED, sum=total, by=people.coordinator, now=now)
    return ask_statement(made, answer_by=add_days(local_date(now), 14), by=people.coordinator, now=now)


def _decided(
    decision: Decision, total: Decimal, ground: str, members: dict[int, User], people: People, now: datetime
) -> RecoveryCase:
    facts = UNUSED if ground == "unused" else MISSING
    made = open_recovery(decision, ground=ground, facts=facts, sum=total, by=people.coordinator, now=now)
    ask_statement(made, answer_by=add_days(local_date(now), 14), by=people.coordinator, now=now)
    person = members.get(decision.application.organisation_id)
    if person is not None:
        words = "Olemme samaa mieltä. Pyydämme, että saamme maksaa kahdessa erässä."
        answer_recovery(made, statement=words, by=person, now=now + timedelta(days=6))
    later = now + timedelta(days=16)
    given = Decided(
        sum=total,
        reasons=f"{facts} Käyttämätön tai muuhun käytetty avustus on palautettava.",
        legal_basis=BASIS,
        decided_on=local_date(later),
        section_number=52,
        due_on=add_days(local_date(later), 30),
        interest_rate=Decimal("9.50"),
    )
    return decide_recovery(made, given, by=people.secretary, now=later)


def _pay_in_parts(recovery: RecoveryCase, people: People, now: datetime) -> None:
    half, today = recovery.sum / 2, local_date(now)
    days = (add_days(today, 30), add_days(today, 60))
    agree_parts(recovery, parts=[(day, half) for day in days], by=people.clerk, now=now)
    for number, day in enumerate(days, 1):
        record_repayment(
            recovery,
            sum=half,
            paid_on=day,
            entry=f"TITO-{day.year}-{recovery.pk}-{number}",
            by=people.clerk,
            now=now + timedelta(days=30 * number),
        )
