"""Statements of liaison people on cases: three given, one declined."""

from datetime import datetime, timedelta

from common.times import add_days, local_date
from grants.models import Application
from grants.statements import answerers, conflicted_in, posts_to_ask
from grants.workflow.conflicts import declare_conflict
from grants.workflow.statements import ask_statements, decline_statement, give_statement
from liaisons.models import PostLevel
from portal.demonstration.people import People

QUESTION = "Täydentääkö toiminta palveluitanne, ja onko sille tarvetta alueellanne?"
GIVEN = (
    ("for", "Toiminta tavoittaa ihmisiä, joita palvelumme eivät tavoita. Ohjaamme mielellämme ryhmiin."),
    ("reserved", "Tarve on olemassa. Toiminta kannattaa kuitenkin sovittaa yhteen omien ryhmiemme kanssa."),
    ("against", "Vastaavaa toimintaa on alueella jo riittävästi. Painotamme muita palveluita."),
)


def make_statements(cases: list[Application], people: People, now: datetime) -> None:
    """Ask a service area for a statement on each of the first cases: given, and the last one declined."""
    posts = list(posts_to_ask(now).filter(level=PostLevel.SERVICE_AREA))
    for number, case in enumerate(cases[: len(GIVEN) + 1]):
        able = answerers(posts, now, conflicted_in(case))
        if not able:
            return
        key = sorted(able)[number % len(able)]
        due = add_days(local_date(now), 14)
        row = ask_statements(case, [key], question=QUESTION, due_on=due, by=people.coordinator, now=now)[0]
        person, later = able[key], now + timedelta(days=2)
        declare_conflict(case, has_conflict=False, by=person, now=later)
        if number < len(GIVEN):
            side, text = GIVEN[number]
            give_statement(row, side=side, text=text, by=person, now=later)
        else:
            decline_statement(row, reason="Emme tunne toimintaa.", by=person, now=later)
