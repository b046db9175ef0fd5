"""Input of the registry, one module a concept."""

from organisations.forms.own_data import BankAccountForm, OwnDataForm
from organisations.forms.people import (
    ClaimApprovalForm,
    ClaimForm,
    ClaimStateFilter,
    InvitationForm,
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
    "InvitationForm",
    "LineKindFilter",
    "OwnDataForm",
    "ReasonForm",
    "RoleForm",
    "role_choices",
]
