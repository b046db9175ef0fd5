"""Grants in the 360Giving Data Standard 1.1 (CC BY 4.0), a format that grant-makers of many countries share.

Only what was granted is a grant there. The funder's identifier is ``FI-PRO-`` and the business ID (org-id.guide's
list for the Finnish register); a recipient without a business ID is named by the funder's own number. Amounts are
euros, days ISO 8601.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from common.times import local_date
from county.models import County
from grants.open_data import LICENCE
from grants.public_list import PublicGrant

VERSION = "1.1"
REGISTER = "FI-PRO"
MAX_TITLE = 140


def funder_id(county: County | None) -> str:
    """Return the county's identifier: by its business ID, or by the portal's host where it has none."""
    if county and county.business_id:
        return f"{REGISTER}-{county.business_id}"
    return f"XI-WEB-{urlsplit(settings.BASE_URL).hostname}"


def _recipient(grant: PublicGrant, funder: str) -> dict[str, Any]:
    own = grant.organisation or grant.origin
    told: dict[str, Any] = {
        "id": f"{REGISTER}-{grant.business_id}" if grant.business_id else f"{funder}-ORG-{own}",
        "name": grant.name,
        "addressCountry": "Finland",
    }
    if grant.municipality:
        told["addressLocality"] = grant.municipality.name_fi
    if grant.organisation:
        told["url"] = settings.BASE_URL + reverse("organisations:detail", args=[grant.organisation])
    return told


def _grant(grant: PublicGrant, funder: str, county: County | None) -> dict[str, Any]:
    title = grant.title or grant.kind or grant.name
    told: dict[str, Any] = {
        "id": f"{funder}:{grant.case_number or grant.origin}",
        "title": title[:MAX_TITLE],
        "description": f"{grant.kind} {grant.year}: {title}" if grant.kind else title,
        "currency": "EUR",
        "amountAwarded": float(grant.granted),
        "awardDate": grant.decided_on.isoformat() if grant.decided_on else f"{grant.year}-01-01",
        "recipientOrganization": [_recipient(grant, funder)],
        "fundingOrganization": [{"id": funder, "name": county.name_fi if county else "Yhdyspinta"}],
        "dataSource": settings.BASE_URL + reverse("grants:public_grants"),
    }
    if grant.asked is not None:
        told["amountAppliedFor"] = float(grant.asked)
    if grant.kind:
        told["grantProgramme"] = [{"title": f"{grant.kind} {grant.year}"}]
    if grant.municipality:
        told["beneficiaryLocation"] = [
            {
                "name": grant.municipality.name_fi,
                "countryCode": "FI",
                "geoCode": grant.municipality.code,
                "geoCodeType": "kuntanumero",
            }
        ]
    return told


def package(grants: Iterable[PublicGrant], county: County | None, now: datetime) -> dict[str, Any]:
    """Return the package of everything that was granted; the grants whose sum is nothing are left out."""
    funder = funder_id(county)
    publisher = {"identifier": funder, "name": county.name_fi if county else "Yhdyspinta"}
    if county and county.website:
        publisher["website"] = county.website
    return {
        "version": VERSION,
        "title": f"{publisher['name']}: avustukset järjestöille",
        "description": "Hyvinvointialueen järjestöille myöntämät avustukset, joista on annettu päätös.",
        "issued": local_date(now).isoformat(),
        "publisher": publisher,
        "license": LICENCE,
        "downloadURL": settings.BASE_URL + reverse("grants_data:giving"),
        "accessURL": settings.BASE_URL + reverse("grants:public_grants"),
        "grants": [_grant(grant, funder, county) for grant in grants if grant.granted > 0],
    }
