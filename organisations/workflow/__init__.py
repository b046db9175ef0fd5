"""The verbs of the registry. Each asks the policy under its lock and writes everything of one act together."""

from organisations.workflow.bank import enter_bank_account, refuse_bank_account, verify_bank_account
from organisations.workflow.claims import approve_claim, refuse_claim, submit_claim, withdraw_claim
from organisations.workflow.imports import import_register, request_import, run_import
from organisations.workflow.invitations import accept_invitation, expire_invitations, invite, withdraw_invitation
from organisations.workflow.memberships import change_role, end_membership

__all__ = [
    "accept_invitation",
    "approve_claim",
    "change_role",
    "end_membership",
    "enter_bank_account",
    "expire_invitations",
    "import_register",
    "invite",
    "refuse_bank_account",
    "refuse_claim",
    "request_import",
    "run_import",
    "submit_claim",
    "verify_bank_account",
    "withdraw_claim",
    "withdraw_invitation",
]
