"""Grants: kinds, calls, applications, assessment, decisions, payments, use reports."""

from grants.models.applications import Application, ApplicationAttachment, CaseEvent, Submission
from grants.models.assessment import Assessment, AssessorAssignment, ConflictDeclaration, Proposal, Score
from grants.models.call_events import CallEvent, CallVerb
from grants.models.calls import AttachmentSlot, CallGuideline, Criterion, CriterionLevel, FormVersion, GrantCall
from grants.models.decisions import Decision, Payment
from grants.models.kinds import GrantKind, Procedure
from grants.models.opinions import MunicipalOpinion, Stance
from grants.models.questions import CallQuestion
from grants.models.use_reports import UseReport, UseReportAttachment

__all__ = [
    "Application",
    "ApplicationAttachment",
    "Assessment",
    "AssessorAssignment",
    "AttachmentSlot",
    "CallEvent",
    "CallGuideline",
    "CallQuestion",
    "CallVerb",
    "CaseEvent",
    "ConflictDeclaration",
    "Criterion",
    "CriterionLevel",
    "Decision",
    "FormVersion",
    "GrantCall",
    "GrantKind",
    "MunicipalOpinion",
    "Payment",
    "Procedure",
    "Proposal",
    "Score",
    "Stance",
    "Submission",
    "UseReport",
    "UseReportAttachment",
]
