"""Input of the registry, one module a concept."""

from organisations.forms.own_data import BankAccountForm, OwnDataForm
from organisations.forms.people import (
    ClaimApprovalForm,
    ClaimForm,
    ClaimStateFilter,
    HandOverForm,
    InvitationForm,
    LookForm,
    NoteForm,
    PaperClaimForm,
    ReasonForm,
    RoleForm,
    role_choices,
)
from organisations.forms.register import ExtractForm, LineKindFilter

__all__ = [
    "BankAccountForm",
    "ClaimApprovalForm",
    "ClaimForm",
    "ClaimStateFilter",
    "ExtractForm",
    "HandOverForm",
    "InvitationForm",
    "LineKindFilter",
    "LookForm",
    "NoteForm",
    "OwnDataForm",
    "PaperClaimForm",
    "ReasonForm",
    "RoleForm",
    "role_choices",
]
