"""Grants: kinds, calls, applications, assessment, decisions, payments, use reports."""

from grants.models.applications import Application, ApplicationAttachment, CaseEvent, Submission
from grants.models.assessment import Assessment, AssessorAssignment, ConflictDeclaration, Proposal, Score
from grants.models.call_events import CallEvent, CallVerb
from grants.models.calls import (
    AttachmentSlot,
    CallGuideline,
    Criterion,
    CriterionLevel,
    FormVersion,
    GrantCall,
    PayWhen,
)
from grants.models.case_assignments import CaseAssignment
from grants.models.case_search import ApplicationSearch
from grants.models.case_work import CaseCheck, CaseMessage, CaseNote, CaseTransfer, CheckResult
from grants.models.claims import Claimant, ClaimOutcome, DecisionVersion, RevisionClaim, VersionKind
from grants.models.decisions import Acceptance, Decision, Payment
from grants.models.earlier_grants import EarlierGrant, EarlierGrantImport, SourceForm
from grants.models.eligibility import EligibilityQuestion
from grants.models.kinds import DecisionMaker, GrantKind, Procedure
from grants.models.opinions import MunicipalOpinion, Stance
from grants.models.outcomes import Outcome
from grants.models.paper import ArrivalChannel, PaperOriginal
from grants.models.phrases import Phrase
from grants.models.promises import AttachmentPromise
from grants.models.proposal_sets import ProposalSet
from grants.models.questions import CallQuestion
from grants.models.records import PackagedCase, RecordsPackage
from grants.models.recoveries import RecoveryCase, RecoveryGround, RecoveryPart, Repayment
from grants.models.supplements import SupplementFile, SupplementKind, SupplementRequest
from grants.models.terms import AppropriationReserve, CallInvitation, KindFollow, PlannedRound
from grants.models.use_reports import UseReport, UseReportAttachment

__all__ = [
    "Acceptance",
    "Application",
    "ApplicationAttachment",
    "ApplicationSearch",
    "AppropriationReserve",
    "ArrivalChannel",
    "Assessment",
    "AssessorAssignment",
    "AttachmentPromise",
    "AttachmentSlot",
    "CallEvent",
    "CallGuideline",
    "CallInvitation",
    "CallQuestion",
    "CallVerb",
    "CaseAssignment",
    "CaseCheck",
    "CaseEvent",
    "CaseMessage",
    "CaseNote",
    "CaseTransfer",
    "CheckResult",
    "ClaimOutcome",
    "Claimant",
    "ConflictDeclaration",
    "Criterion",
    "CriterionLevel",
    "Decision",
    "DecisionMaker",
    "DecisionVersion",
    "EarlierGrant",
    "EarlierGrantImport",
    "EligibilityQuestion",
    "FormVersion",
    "GrantCall",
    "GrantKind",
    "KindFollow",
    "MunicipalOpinion",
    "Outcome",
    "PackagedCase",
    "PaperOriginal",
    "PayWhen",
    "Payment",
    "Phrase",
    "PlannedRound",
    "Procedure",
    "Proposal",
    "ProposalSet",
    "RecordsPackage",
    "RecoveryCase",
    "RecoveryGround",
    "RecoveryPart",
    "Repayment",
    "RevisionClaim",
    "Score",
    "SourceForm",
    "Stance",
    "Submission",
    "SupplementFile",
    "SupplementKind",
    "SupplementRequest",
    "UseReport",
    "UseReportAttachment",
    "VersionKind",
]
