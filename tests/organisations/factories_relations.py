"""Campaigns, mailings, sheets and observations for tests."""

from datetime import datetime, timedelta
from typing import Any

from common.times import local_date
from organisations.batches import Left
from organisations.models import Campaign, Mailing, Observation, Organisation, VerificationSheet
from organisations.workflow import campaigns, mailings, verifications
from organisations.workflow.observations import make_observation
from organisations.workflow.sending import change_draft
from tests.accounts.factories import staff
from tests.organisations.factories import NOW, OrganisationFactory

TEXT = {"subject_fi": "Ottakaa portaali käyttöön", "text_fi": "Hyvä yhdistys.\n\nLukekaa tämä."}
POSTAL = {"street_address": "Koulukatu 3", "postcode": "81700", "post_town": "Lieksa"}


def make_campaign(by: Any = None, *, query: str = "", now: datetime = NOW, **data: Any) -> Campaign:
    """Return a draft with a text."""
    by = by or staff("coordinator")
    campaign = campaigns.create_campaign(name="Kevät", query=query, by=by, now=now)
    return change_draft(campaign, data={**TEXT, **data}, query=query, by=by, now=now)


def run_campaign(campaign: Campaign, *, now: datetime = NOW) -> Campaign:
    """Do what the worker does with a campaign that is being sent."""
    campaigns.freeze_recipients(campaign.pk, now=now)
    while campaigns.send_batch(campaign.pk, now=now) is Left.MORE:
        pass
    campaign.refresh_from_db()
    return campaign


def sent_campaign(by: Any = None, *, query: str = "", now: datetime = NOW, **data: Any) -> Campaign:
    """Return a campaign whose codes are on their way."""
    by = by or staff("coordinator")
    campaign = make_campaign(by, query=query, now=now, **data)
    return run_campaign(campaigns.start_campaign(campaign, by=by, now=now), now=now)


def reachable(name: str = "Omaistuki ry", **fields: Any) -> Organisation:
    """Return an organisation with an e-mail in the register."""
    return OrganisationFactory(name=name, **{"email": f"{name.split()[0].lower()}@yhdistys.example", **fields})


def make_mailing(by: Any = None, *, query: str = "", now: datetime = NOW, **data: Any) -> Mailing:
    """Return a draft with a text."""
    by = by or staff("coordinator")
    mailing = mailings.create_mailing(query=query, by=by, now=now)
    return change_draft(mailing, data={**TEXT, **data}, query=query, by=by, now=now)


def run_mailing(mailing: Mailing, *, now: datetime = NOW) -> Mailing:
    """Do what the worker does with a mailing that is being sent."""
    mailings.freeze_recipients(mailing.pk, now=now)
    while mailings.send_batch(mailing.pk, now=now) is Left.MORE:
        pass
    mailing.refresh_from_db()
    return mailing


def make_sheet(by: Any = None, *, now: datetime = NOW) -> VerificationSheet:
    """Return a sheet in use."""
    by = by or staff("coordinator")
    return verifications.publish_sheet(verifications.begin_sheet(by=by, now=now), by=by, now=now)


def answers(sheet: VerificationSheet, value: str = "yes") -> dict[str, dict[str, str]]:
    """Return the same answer to every question."""
    return {question["key"]: {"value": value, "note": ""} for question in sheet.questions}


def make_verification(organisation: Organisation, sheet: VerificationSheet, by: Any, *, days: int = 365) -> Any:
    """Return a verification made now that holds for so many days."""
    return verifications.verify(
        organisation,
        sheet=sheet,
        answers=answers(sheet),
        outcome="passed",
        valid_until=local_date(NOW + timedelta(days=days)),
        summary="",
        by=by,
        now=NOW,
    )


def proposed(organisation: Organisation | None = None, by: Any = None, **fields: Any) -> Observation:
    """Return an observation that waits for the second person."""
    values = {
        "level": "remark",
        "text": "Tilinpäätös tuli myöhässä.",
        "valid_from": local_date(NOW),
        "valid_until": None,
        **fields,
    }
    return make_observation(organisation or OrganisationFactory(), **values, by=by or staff("registrar"), now=NOW)
