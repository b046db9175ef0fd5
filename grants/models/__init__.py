"""Grants: kinds, calls, applications, assessment, decisions, payments, use reports."""

from grants.models.agreement_reports import (
    AgreementReport,
    AgreementReportFile,
    AgreementReportNote,
    AgreementReportVersion,
)
from grants.models.agreement_work import AgreementEvaluation, AgreementPlanRow, AgreementTalk, Grade, PlanState
from grants.models.agreements import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementNote,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Relation,
    Side,
)
from grants.models.applications import Application, ApplicationAttachment, CaseEvent, Submission
from grants.models.assessment import Assessment, AssessorAssignment, ConflictDeclaration, Proposal, Score
from grants.models.calibration import CalibrationExample, CalibrationScore, CalibrationTry
from grants.models.call_choices import MissingReport, PayWhen
from grants.models.call_events import CallEvent, CallVerb
from grants.models.calls import (
    AttachmentSlot,
    CallGuideline,
    Criterion,
    CriterionLevel,
    FormVersion,
    GrantCall,
)
from grants.models.case_assignments import CaseAssignment
from grants.models.case_bundles import BundledCase, BundleState, CaseBundle, CaseBundleFile
from grants.models.case_search import ApplicationSearch
from grants.models.case_work import CaseCheck, CaseMessage, CaseNote, CaseTransfer, CheckResult
from grants.models.changes import ChangePowers, ChangeRequest
from grants.models.claim_facts import ClaimDissent, ClaimFile
from grants.models.claims import Claimant, ClaimOutcome, ClaimTarget, DecisionVersion, RevisionClaim, VersionKind
from grants.models.cofunding import (
    Afterwards,
    CoFundedProject,
    CoFunder,
    CoFunding,
    CoFundingFile,
    Continuity,
    ProjectShare,
)
from grants.models.comments import ApplicationComment
from grants.models.decisions import Acceptance, Decision, DecisionDissent, Payment
from grants.models.earlier_grants import EarlierGrant, EarlierGrantImport, SourceForm
from grants.models.eligibility import EligibilityQuestion
from grants.models.erasure import CaseErasure
from grants.models.joint import Joint
from grants.models.kinds import DecisionMaker, GrantKind, Procedure
from grants.models.message_files import MessageFile
from grants.models.negotiations import (
    Negotiation,
    NegotiationApproval,
    NegotiationMeeting,
    NegotiationPost,
    NegotiationVersion,
    StatementWaiver,
)
from grants.models.officials import DecidingOfficial, OfficialNumberSeries
from grants.models.opinions import MunicipalOpinion, Stance
from grants.models.outcomes import Outcome
from grants.models.paper import ArrivalChannel, PaperOriginal
from grants.models.partners import AnsweredVia, ApplicationPartner, LeadShare
from grants.models.payment_batches import LoadedReturnFile, PaymentBatch, PaymentLine
from grants.models.phrases import Phrase
from grants.models.promises import AttachmentPromise
from grants.models.proposal_sets import ProposalSet
from grants.models.questions import CallQuestion
from grants.models.records import PackagedCase, RecordsPackage
from grants.models.recoveries import RecoveryCase, RecoveryGround, RecoveryPart, Repayment
from grants.models.saved_views import SavedView
from grants.models.state_aid import AidMark, DeclaredAid, DeMinimisAid, StateAidDeclaration
from grants.models.statements import CaseStatement, StatementSide
from grants.models.supplements import SupplementFile, SupplementKind, SupplementRequest
from grants.models.terms import AppropriationReserve, CallInvitation, KindFollow, PlannedRound
from grants.models.undertakings import LinkedUndertaking
from grants.models.use_report_handling import (
    ItemResult,
    ReportStep,
    UseReportCheck,
    UseReportQuestion,
    UseReportVersion,
)
from grants.models.use_reports import PictureConsent, ReportKind, UseReport, UseReportAttachment

__all__ = [
    "Acceptance",
    "Afterwards",
    "Agreement",
    "AgreementEvaluation",
    "AgreementFile",
    "AgreementKind",
    "AgreementNote",
    "AgreementParty",
    "AgreementPlanRow",
    "AgreementReport",
    "AgreementReportFile",
    "AgreementReportNote",
    "AgreementReportVersion",
    "AgreementSignature",
    "AgreementTalk",
    "AgreementVersion",
    "AidMark",
    "AnsweredVia",
    "Application",
    "ApplicationAttachment",
    "ApplicationComment",
    "ApplicationPartner",
    "ApplicationSearch",
    "AppropriationReserve",
    "ArrivalChannel",
    "Assessment",
    "AssessorAssignment",
    "AttachmentPromise",
    "AttachmentSlot",
    "BundleState",
    "BundledCase",
    "CalibrationExample",
    "CalibrationScore",
    "CalibrationTry",
    "CallEvent",
    "CallGuideline",
    "CallInvitation",
    "CallQuestion",
    "CallVerb",
    "CaseAssignment",
    "CaseBundle",
    "CaseBundleFile",
    "CaseCheck",
    "CaseErasure",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseStatement",
    "CaseTransfer",
    "ChangePowers",
    "ChangeRequest",
    "CheckResult",
    "ClaimDissent",
    "ClaimFile",
    "ClaimOutcome",
    "ClaimTarget",
    "Claimant",
    "CoFundedProject",
    "CoFunder",
    "CoFunding",
    "CoFundingFile",
    "ConflictDeclaration",
    "Continuity",
    "Criterion",
    "CriterionLevel",
    "DeMinimisAid",
    "DecidingOfficial",
    "Decision",
    "DecisionDissent",
    "DecisionMaker",
    "DecisionVersion",
    "DeclaredAid",
    "EarlierGrant",
    "EarlierGrantImport",
    "EligibilityQuestion",
    "FormVersion",
    "Grade",
    "GrantCall",
    "GrantKind",
    "ItemResult",
    "Joint",
    "KindFollow",
    "LeadShare",
    "LinkedUndertaking",
    "LoadedReturnFile",
    "MessageFile",
    "MissingReport",
    "MunicipalOpinion",
    "Negotiation",
    "NegotiationApproval",
    "NegotiationMeeting",
    "NegotiationPost",
    "NegotiationVersion",
    "OfficialNumberSeries",
    "Outcome",
    "PackagedCase",
    "PaperOriginal",
    "PayWhen",
    "Payment",
    "PaymentBatch",
    "PaymentLine",
    "Phrase",
    "PictureConsent",
    "PlanState",
    "PlannedRound",
    "Procedure",
    "ProjectShare",
    "Proposal",
    "ProposalSet",
    "RecordsPackage",
    "RecoveryCase",
    "RecoveryGround",
    "RecoveryPart",
    "Relation",
    "Repayment",
    "ReportKind",
    "ReportStep",
    "RevisionClaim",
    "SavedView",
    "Score",
    "Side",
    "SourceForm",
    "Stance",
    "StateAidDeclaration",
    "StatementSide",
    "StatementWaiver",
    "Submission",
    "SupplementFile",
    "SupplementKind",
    "SupplementRequest",
    "UseReport",
    "UseReportAttachment",
    "UseReportCheck",
    "UseReportQuestion",
    "UseReportVersion",
    "VersionKind",
]
