"""Input of the registry, one module a concept."""

from organisations.forms.bank import BankAccountForm
from organisations.forms.merging import DismissForm, DuplicateFilter, MergeForm, PairForm
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
    "HandOverForm",
    "InvitationForm",
    "KeepForm",
    "LineKindFilter",
    "LookForm",
    "ManualOrganisationForm",
    "MergeForm",
    "NoteForm",
    "PairForm",
    "PaperClaimForm",
    "QuestionForm",
    "ReasonForm",
    "RegisterErrorForm",
    "ReviewFilter",
    "RoleForm",
    "role_choices",
]
