"""The demonstration's joint application: the treasurer's draft has partners, and the same NGO is asked by another."""

from datetime import datetime
from decimal import Decimal

from accounts.models import User
from grants.joint import digest
from grants.models import Application
from grants.workflow.partner_answers import answer_partner
from grants.workflow.partners import add_partner, ask_partner, set_lead_share
from organisations.models import Organisation


def make_partners(
    draft: Application, partner: Organisation, member: User, outsider: str, *, by: User, now: datetime
) -> None:
    """Name two partners of the draft: one of the register that has confirmed, one outside it not asked yet."""
    set_lead_share(
        draft, task="Johtaa hanketta ja raportoi.", grant_share=Decimal(2000), own_share=None, by=by, now=now
    )
    first = add_partner(
        draft,
        organisation=partner,
        task="Kokoaa vertaisryhmät omassa kunnassaan.",
        grant_share=Decimal(800),
        own_share=Decimal(200),
        by=by,
        now=now,
    )
    ask_partner(first, by=by, now=now)
    answer_partner(first, answer="confirm", seen=digest(first), by=member, now=now)
    add_partner(
        draft,
        name=outsider,
        contact_name="Diana Esimerkki",
        contact_email="diana@yhdyspinta.example",
        task="Antaa kokoontumistilan.",
        grant_share=Decimal(0),
        by=by,
        now=now,
    )


def ask_to_join(draft: Application, partner: Organisation, *, by: User, now: datetime) -> None:
    """Let another applicant ask the NGO to confirm its share."""
    row = add_partner(
        draft,
        organisation=partner,
        task="Ohjaa yhden ryhmän ja kertoo siitä jäsenilleen.",
        grant_share=Decimal(500),
        own_share=Decimal(100),
        by=by,
        now=now,
    )
    ask_partner(row, by=by, now=now)
