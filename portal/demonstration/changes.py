"""Changes after award: what an officer decides alone, one change to handle, one before the body, one approved."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from accounts.models import User
from documents.pdf import available
from grants.award_terms import Line, Terms, terms_of
from grants.models import ChangeRequest, Decision
from grants.workflow.change_decisions import Given, decide_change, lay_change, set_powers
from grants.workflow.changes import save_change, send_change, start_change, why_not
from organisations.models import Organisation
from portal.demonstration.people import People

LATE_TRIP = "Syksyn retki siirtyi seuraavaan kevääseen, koska ohjaaja sairastui. Toiminta on muuten sama."
NEW_BUS = "Kimppakyydit eivät riittäneet. Siirrämme osan muista menoista kuljetuksiin."
BASIS = "Hakuohje, kohta Avustuksen käyttö. Hallintolaki 434/2003 44 ja 45 §."


def make_changes(organisations: list[Organisation], members: dict[int, User], people: People, now: datetime) -> None:
    """Make the changes of the newest grants whose use period still runs; without letters nothing is decided."""
    set_powers(
        post="järjestöpäällikkö",
        rule="Hallintosääntö 45 §",
        years_after=1,
        budget_percent=20,
        content=False,
        by=people.coordinator,
        now=now,
    )
    able = [row.pk for row in organisations if row.pk in members]
    rows = (
        Decision.objects.filter(state="final", sum__gte=1000, application__organisation__in=able)
        .select_related("application__call", "application__form_version", "application__organisation")
        .prefetch_related("use_reports")
        .order_by("-pk")
    )
    running = [row for row in rows[:12] if not why_not(row, now)]
    if not running:
        return
    first, *others = running
    year = first.application.call.year
    _sent(first, replace(terms_of(first), use_to=date(year + 1, 6, 30)), LATE_TRIP, members, now - timedelta(days=3))
    if others:
        terms = replace(terms_of(others[0]), use_to=date(year + 2, 3, 31))
        laid = _sent(others[0], terms, LATE_TRIP, members, now - timedelta(days=9))
        lay_change(
            laid,
            proposal="Esitetään hyväksyttäväksi. Toiminta toteutuu samaan tarkoitukseen myöhemmin.",
            by=people.coordinator,
            now=now - timedelta(days=6),
        )
    if len(others) > 1 and available():
        asked = _sent(others[1], _to_bus(terms_of(others[1])), NEW_BUS, members, now - timedelta(days=20))
        given = Given(asked.terms_asked, "Siirto edistää samaa tarkoitusta.", BASIS)
        decide_change(asked, given, by=people.coordinator, now=now - timedelta(days=16))


def _to_bus(terms: Terms) -> Terms:
    """Return the terms with a tenth of the first line moved to a new one."""
    line, *rest = terms.lines
    part = (line.sum / 10).quantize(line.sum)
    return replace(terms, lines=(Line(line.what, line.sum - part), *rest, Line("Kuljetukset", part)))


def _sent(decision: Decision, terms: Terms, why: str, members: dict[int, User], now: datetime) -> ChangeRequest:
    person = members[decision.application.organisation_id]
    made = start_change(decision, by=person, now=now)
    saved = save_change(made, terms, why=why, revision=made.revision, by=person, now=now)
    return send_change(saved, by=person, now=now)
