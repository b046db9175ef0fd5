"""The registry of NGOs: what the extract says, what the organisation says itself, and who acts for it."""

from organisations.models.activities import Activity, ActivityKind, Room
from organisations.models.bank import BANK_ACCOUNT_LIFE, BankAccount
from organisations.models.contacts import Contact, ContactVisibility
from organisations.models.imports import IMPORT_LIFE, ImportLine, ImportRun
from organisations.models.organisation import (
    EarlierName,
    LegalForm,
    Organisation,
    Reach,
    RegisterStatus,
    RunBy,
    Signatory,
)
from organisations.models.people import (
    CLAIM_LIFE,
    INVITATION_LIFE,
    Claim,
    ClaimFile,
    Invitation,
    Membership,
    MembershipRole,
)
from organisations.models.search import SearchText
from organisations.models.timeline import TimelineEntry, Visibility

__all__ = [
    "BANK_ACCOUNT_LIFE",
    "CLAIM_LIFE",
    "IMPORT_LIFE",
    "INVITATION_LIFE",
    "Activity",
    "ActivityKind",
    "BankAccount",
    "Claim",
    "ClaimFile",
    "Contact",
    "ContactVisibility",
    "EarlierName",
    "ImportLine",
    "ImportRun",
    "Invitation",
    "LegalForm",
    "Membership",
    "MembershipRole",
    "Organisation",
    "Reach",
    "RegisterStatus",
    "Room",
    "RunBy",
    "SearchText",
    "Signatory",
    "TimelineEntry",
    "Visibility",
]
