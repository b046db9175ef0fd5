"""Joint applications for tests: a call that takes them, a draft whose partners are named, asked, confirmed."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from grants.joint import digest
from grants.models import Application, ApplicationPartner, GrantCall
from grants.workflow.partner_answers import answer_partner
from grants.workflow.partners import add_partner, ask_partner, set_lead_share
from notifications.models import Message
from organisations.models import Organisation
from tests.grants.factories import NOW, make_application, make_call, make_member, make_organisation


def make_joint_call(**fields: Any) -> GrantCall:
    """Return an open call in which organisations may apply together."""
    return make_call(**{"joint": "allowed", **fields})


def make_joint(
    *, call: GrantCall | None = None, by: User | None = None, organisation: Organisation | None = None, **fields: Any
) -> Application:
    """Return a whole draft for 4 500 € (1 500 € of other money) whose applicant takes 3 000 € and 1 000 € of them."""
    lead = organisation or make_organisation("Hakija ry", contact_email="hakija@example.org")
    person = by or make_member(lead)
    found = make_application(call=call or make_joint_call(), organisation=lead, by=person, **fields)
    set_lead_share(
        found, task="Johtaa hanketta", grant_share=Decimal(3000), own_share=Decimal(1000), by=person, now=NOW
    )
    return found


def name_partner(
    application: Application, organisation: Organisation | None = None, **fields: Any
) -> ApplicationPartner:
    """Name a partner that takes the rest: 1 500 € of the grant and 500 € of other money."""
    values: dict[str, Any] = {
        "organisation": organisation,
        "task": "Kokoaa ryhmät Nurmeksessa",
        "grant_share": Decimal(1500),
        "own_share": Decimal(500),
        "by": application.created_by,
        "now": NOW,
        **fields,
    }
    return add_partner(application, **values)


def outsider(application: Application, **fields: Any) -> ApplicationPartner:
    """Name a partner that is not in the register."""
    given = {"name": "Nurmeksen seurakunta", "contact_name": "Diana Diakoni", "contact_email": "diana@example.org"}
    return name_partner(application, **{**given, **fields})


def fresh(partner: ApplicationPartner) -> ApplicationPartner:
    """Return the partner as it stands now."""
    return ApplicationPartner.everything.select_related("organisation", "application__call").get(pk=partner.pk)


def ask(partner: ApplicationPartner, now: datetime = NOW) -> ApplicationPartner:
    """Ask the partner to confirm."""
    return ask_partner(partner, by=partner.added_by, now=now)


def confirm(partner: ApplicationPartner, by: User, now: datetime = NOW) -> ApplicationPartner:
    """Ask the partner, and let the person confirm what stands."""
    ask(partner, now)
    return answer_partner(partner, answer="confirm", seen=digest(fresh(partner)), by=by, now=now)


def token_of(partner: ApplicationPartner) -> str:
    """Return the token of the newest link that was written to the partner."""
    mail = Message.objects.filter(kind="grants.joint_asked", to_address=partner.contact_email).latest("pk")
    found = re.search(r"/yhteishakemus/([^/\s]+)/", mail.text)
    assert found
    return found[1]
