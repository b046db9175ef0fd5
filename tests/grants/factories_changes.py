"""A grant whose use is to change, for tests: its people, the county's powers, and a change at each step."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import local_date
from county.models import County
from grants.award_terms import Line, Terms, terms_of
from grants.models import ChangePowers, ChangeRequest, Decision
from grants.workflow.change_decisions import Given, decide_change, lay_change, set_powers
from grants.workflow.changes import save_change, send_change, start_change
from tests.accounts.factories import staff
from tests.grants.factories import make_member
from tests.grants.factories_money import FINAL, make_use_report

NOW = FINAL + timedelta(days=100)
TODAY = local_date(NOW)
#: Within the powers below, and over them.
NEXT_SUMMER, TOO_LATE = date(2028, 6, 30), date(2029, 1, 31)


class ChangeDesk:
    """A final grant of 3,500 euros for 2027, its organisation's people, and who handles changes of it."""

    def __init__(self, *, powers: bool = True) -> None:
        self.coordinator, self.registrar = staff("coordinator"), staff("registrar")
        self.report = make_use_report()
        self.decision: Decision = self.report.decision
        self.organisation = self.decision.application.organisation
        self.person: User = make_member(self.organisation)
        self.editor: User = make_member(self.organisation, "editor")
        County.objects.get_or_create(code="12", defaults={"name_fi": "Koe"})
        if powers:
            self.give_powers()

    def give_powers(self, **changes: Any) -> ChangePowers:
        given = {
            "post": "järjestöpäällikkö",
            "rule": "Hallintosääntö 45 §",
            "years_after": 1,
            "budget_percent": 20,
            "content": False,
            **changes,
        }
        return set_powers(by=self.coordinator, now=NOW, **given)

    def terms(self, **changes: Any) -> Terms:
        """Return what holds now with changes."""
        return replace(terms_of(self.fresh()), **changes)

    def fresh(self) -> Decision:
        """Return the decision as it stands."""
        return Decision.objects.get(pk=self.decision.pk)

    def drafted(self, why: str = "Retki siirtyi.", **changes: Any) -> ChangeRequest:
        changes = changes or {"use_to": NEXT_SUMMER}
        made = start_change(self.decision, by=self.editor, now=NOW)
        return save_change(made, self.terms(**changes), why=why, revision=made.revision, by=self.editor, now=NOW)

    def sent(self, **changes: Any) -> ChangeRequest:
        return send_change(self.drafted(**changes), by=self.person, now=NOW)

    def laid(self, **changes: Any) -> ChangeRequest:
        sent = self.sent(**(changes or {"use_to": TOO_LATE}))
        return lay_change(sent, proposal="Esitetään hyväksyttäväksi.", by=self.coordinator, now=NOW)

    def approved(self, **changes: Any) -> ChangeRequest:
        sent = self.sent(**changes)
        return decide_change(sent, Given(sent.terms_asked, *WORDS), by=self.coordinator, now=NOW)


WORDS = ("Muutos edistää samaa tarkoitusta.", "Hakuohjeen kohta 7.")


def moved(terms: Terms, euros: str) -> tuple[Line, ...]:
    """Return the lines with so many euros moved from the first to a new one."""
    first, *rest = terms.lines
    return (Line(first.what, first.sum - Decimal(euros)), *rest, Line("Kuljetukset", Decimal(euros)))
