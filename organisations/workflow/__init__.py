"""The verbs of the registry. Each asks the policy under its lock and writes everything of one act together."""

from organisations.workflow.bank import enter_bank_account, refuse_bank_account, verify_bank_account
from organisations.workflow.claims import approve_claim, refuse_claim, submit_claim, withdraw_claim
from organisations.workflow.contacts import contact_leaves, save_contact
from organisations.workflow.duplicates import dismiss_duplicate, reopen_duplicate
from organisations.workflow.imports import discard_import, import_register, request_import, run_import, take_import
from organisations.workflow.invitations import accept_invitation, expire_invitations, invite, withdraw_invitation
from organisations.workflow.manual import enter_organisation
from organisations.workflow.memberships import change_role, end_membership
from organisations.workflow.merging import gather_strays, merge_organisations
from organisations.workflow.nightly import find_nightly_extract
from organisations.workflow.own_data import confirm_own_data, save_own_data
from organisations.workflow.reviews import (
    answer_review,
    ask_organisation,
    keep_own_value,
    report_register_error,
    take_register_value,
)
from organisations.workflow.unmerging import unmerge

__all__ = [
    "accept_invitation",
    "answer_review",
    "approve_claim",
    "ask_organisation",
    "change_role",
    "confirm_own_data",
    "contact_leaves",
    "discard_import",
    "dismiss_duplicate",
    "end_membership",
    "enter_bank_account",
    "enter_organisation",
    "expire_invitations",
    "find_nightly_extract",
    "gather_strays",
    "import_register",
    "invite",
    "keep_own_value",
    "merge_organisations",
    "refuse_bank_account",
    "refuse_claim",
    "reopen_duplicate",
    "report_register_error",
    "request_import",
    "run_import",
    "save_contact",
    "save_own_data",
    "submit_claim",
    "take_import",
    "take_register_value",
    "unmerge",
    "verify_bank_account",
    "withdraw_claim",
    "withdraw_invitation",
]
