"""The registry of NGOs: what the extract says, what the organisation says itself, and who acts for it."""

from organisations.models.activities import Activity, ActivityKind, Room
from organisations.models.bank import BANK_ACCOUNT_LIFE, BankAccount
from organisations.models.contacts import Contact, ContactVisibility
from organisations.models.imports import IMPORT_LIFE, ImportLine, ImportRun
from organisations.models.merging import (
    DUPLICATE_LIFE,
    MERGE_LIFE,
    UNDO_WITHIN,
    DuplicateCandidate,
    MergeJournal,
    MergeMove,
)
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
from organisations.models.review import (
    KEEPABLE_FIELDS,
    OPEN_STATES,
    REGISTER_ALONE,
    REVIEW_LIFE,
    RegisterField,
    RegisterOverride,
    ReviewFile,
    ReviewItem,
)
from organisations.models.search import SearchText
from organisations.models.timeline import TimelineEntry, Visibility

__all__ = [
    "BANK_ACCOUNT_LIFE",
    "CLAIM_LIFE",
    "DUPLICATE_LIFE",
    "IMPORT_LIFE",
    "INVITATION_LIFE",
    "KEEPABLE_FIELDS",
    "MERGE_LIFE",
    "OPEN_STATES",
    "REGISTER_ALONE",
    "REVIEW_LIFE",
    "UNDO_WITHIN",
    "Activity",
    "ActivityKind",
    "BankAccount",
    "Claim",
    "ClaimFile",
    "Contact",
    "ContactVisibility",
    "DuplicateCandidate",
    "EarlierName",
    "ImportLine",
    "ImportRun",
    "Invitation",
    "LegalForm",
    "Membership",
    "MembershipRole",
    "MergeJournal",
    "MergeMove",
    "Organisation",
    "Reach",
    "RegisterField",
    "RegisterOverride",
    "RegisterStatus",
    "ReviewFile",
    "ReviewItem",
    "Room",
    "RunBy",
    "SearchText",
    "Signatory",
    "TimelineEntry",
    "Visibility",
]
