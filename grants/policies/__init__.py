"""Rights in grants: for each named permission the queryset of what a person may see or do.

Two sides never mix. ``*_own`` is the applicant's side (a membership in force). The officers' side adds the
conflict rule to every path: who has declared a conflict of interest in a case sees no more of it than the
public (hallintolaki 434/2003 27–30 §), and assessors and members of the body see only the applicant's name
and the sum until they have declared.
"""

from grants.policies import (
    agreement_reports,
    agreements,
    applicants,
    calibration,
    calls,
    case_bundles,
    case_work,
    cases,
    changes,
    claims,
    comments,
    decisions,
    negotiations,
    officials,
    paper,
    partners,
    payment_batches,
    proposal_sets,
    public_data,
    recoveries,
    saved_views,
    state_aid,
    statements,
    terms,
    use_reports,
)
from grants.policies.base import EDITORS, PRESENTERS, READING_STAFF, SENDERS
from grants.policies.cases import cases_of_assessor

__all__ = [
    "EDITORS",
    "PRESENTERS",
    "READING_STAFF",
    "SENDERS",
    "agreement_reports",
    "agreements",
    "applicants",
    "calibration",
    "calls",
    "case_bundles",
    "case_work",
    "cases",
    "cases_of_assessor",
    "changes",
    "claims",
    "comments",
    "decisions",
    "negotiations",
    "officials",
    "paper",
    "partners",
    "payment_batches",
    "proposal_sets",
    "public_data",
    "recoveries",
    "saved_views",
    "state_aid",
    "statements",
    "terms",
    "use_reports",
]
