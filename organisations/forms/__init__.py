"""Input of the registry, one module a concept."""

from organisations.forms.merging import DismissForm, DuplicateFilter, MergeForm, PairForm
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
from organisations.forms.register import (
    AnswerForm,
    ExtractForm,
    KeepForm,
    LineKindFilter,
    ManualOrganisationForm,
    QuestionForm,
    RegisterErrorForm,
    ReviewFilter,
)

__all__ = [
    "AnswerForm",
    "BankAccountForm",
    "ClaimApprovalForm",
    "ClaimForm",
    "ClaimStateFilter",
    "DismissForm",
    "DuplicateFilter",
    "ExtractForm",
    "InvitationForm",
    "KeepForm",
    "LineKindFilter",
    "ManualOrganisationForm",
    "MergeForm",
    "OwnDataForm",
    "PairForm",
    "QuestionForm",
    "ReasonForm",
    "RegisterErrorForm",
    "ReviewFilter",
    "RoleForm",
    "role_choices",
]
