"""State aid for tests: a call that asks it, a declared draft, rows of the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from grants.models import Application, DeclaredAid, DeMinimisAid, GrantCall
from grants.workflow.state_aid import add_declared, declare_aid
from organisations.models import Organisation
from tests.accounts.factories import UserFactory
from tests.grants.factories import NOW, make_application, make_call, make_member, make_organisation


def make_aid_call(**fields: Any) -> GrantCall:
    """Return an open call that asks the declaration of state aid."""
    return make_call(**{"state_aid": True, **fields})


def make_declared(
    *,
    economic: bool = True,
    earlier: bool = False,
    call: GrantCall | None = None,
    organisation: Organisation | None = None,
    by: User | None = None,
    **fields: Any,
) -> Application:
    """Return a whole draft for 4 500 € whose state aid has been declared."""
    applicant = organisation or make_organisation()
    person = by or make_member(applicant)
    found = make_application(call=call or make_aid_call(), organisation=applicant, by=person, **fields)
    declare_aid(found, is_economic=economic, has_earlier=earlier if economic else None, by=person, now=NOW)
    return Application.objects.select_related("call", "organisation", "form_version").get(pk=found.pk)


def list_aid(application: Application, total: str = "1000.00", **fields: Any) -> DeclaredAid:
    """List an aid of Lieksa in the draft."""
    values: dict[str, Any] = {
        "granter": "Lieksan kaupunki",
        "granted_on": date(2025, 5, 2),
        "sum": Decimal(total),
        "purpose": "Kahvilan kalusteet",
        "by": application.created_by,
        "now": NOW,
        **fields,
    }
    return add_declared(application, **values)


def ledger_row(organisation: Organisation, total: str, on: date = date(2025, 5, 2), **fields: Any) -> DeMinimisAid:
    """Return a row that an officer wrote down."""
    values: dict[str, Any] = {
        "granter": "Lieksan kaupunki",
        "purpose": "Kahvilan kalusteet",
        "added_by": UserFactory(),
        "added_at": NOW,
        **fields,
    }
    return DeMinimisAid.objects.create(organisation=organisation, granted_on=on, sum=Decimal(total), **values)
