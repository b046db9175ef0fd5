"""The registry of NGOs: what the extract says, what the organisation says itself, and who acts for it."""

from organisations.models.activities import Activity, ActivityKind, Room
from organisations.models.activity_imports import ACTIVITY_IMPORT_LIFE, ActivityImport
from organisations.models.bank import BANK_ACCOUNT_LIFE, BankAccount
from organisations.models.campaign import CAMPAIGN_LIFE, CODE_LIFE, Campaign, Channel, ClaimCode, LetterBatch
from organisations.models.contacts import Contact, ContactVisibility
from organisations.models.hand_over import HAND_OVER_LIFE, HandOver
from organisations.models.handouts import Handout, HandoutCount, HandoutItem, SearchMiss
from organisations.models.imports import IMPORT_LIFE, ImportLine, ImportRun
from organisations.models.mailing import MAILING_LIFE, Audience, Mailing, MailingRecipient
from organisations.models.merging import (
    DUPLICATE_LIFE,
    MERGE_LIFE,
    UNDO_WITHIN,
    DuplicateCandidate,
    MergeJournal,
    MergeMove,
)
from organisations.models.observation import OBSERVATION_LIFE, Observation, ObservationLevel, ObservationReply
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
    CameBy,
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
from organisations.models.vault import BankStatement, VaultDocument, VaultKind
from organisations.models.verification import SHEET_LIFE, Verification, VerificationSheet
from organisations.models.visits import ReadOnlyVisit

__all__ = [
    "ACTIVITY_IMPORT_LIFE",
    "BANK_ACCOUNT_LIFE",
    "CAMPAIGN_LIFE",
    "CLAIM_LIFE",
    "CODE_LIFE",
    "DUPLICATE_LIFE",
    "HAND_OVER_LIFE",
    "IMPORT_LIFE",
    "INVITATION_LIFE",
    "KEEPABLE_FIELDS",
    "MAILING_LIFE",
    "MERGE_LIFE",
    "OBSERVATION_LIFE",
    "OPEN_STATES",
    "REGISTER_ALONE",
    "REVIEW_LIFE",
    "SHEET_LIFE",
    "UNDO_WITHIN",
    "Activity",
    "ActivityImport",
    "ActivityKind",
    "Audience",
    "BankAccount",
    "BankStatement",
    "CameBy",
    "Campaign",
    "Channel",
    "Claim",
    "ClaimCode",
    "ClaimFile",
    "Contact",
    "ContactVisibility",
    "DuplicateCandidate",
    "EarlierName",
    "HandOver",
    "Handout",
    "HandoutCount",
    "HandoutItem",
    "ImportLine",
    "ImportRun",
    "Invitation",
    "LegalForm",
    "LetterBatch",
    "Mailing",
    "MailingRecipient",
    "Membership",
    "MembershipRole",
    "MergeJournal",
    "MergeMove",
    "Observation",
    "ObservationLevel",
    "ObservationReply",
    "Organisation",
    "Reach",
    "ReadOnlyVisit",
    "RegisterField",
    "RegisterOverride",
    "RegisterStatus",
    "ReviewFile",
    "ReviewItem",
    "Room",
    "RunBy",
    "SearchMiss",
    "SearchText",
    "Signatory",
    "TimelineEntry",
    "VaultDocument",
    "VaultKind",
    "Verification",
    "VerificationSheet",
    "Visibility",
]
