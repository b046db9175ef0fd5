"""Who may see and do what in the registry. The register itself is public."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from organisations.models import (
    BankAccount,
    Claim,
    ImportRun,
    Invitation,
    Membership,
    MembershipRole,
    Organisation,
    TimelineEntry,
    Visibility,
)

ADMIN, EDITOR = MembershipRole.ADMIN, MembershipRole.EDITOR
SIGNATORY, VIEWER = MembershipRole.SIGNATORY, MembershipRole.VIEWER

_ACCOUNT_READERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.PAYMENTS_CLERK, StaffRoleKind.AUDITOR)


def for_staff[M: QuerySet[Any]](rows: M, user: Any, now: datetime, *kinds: str) -> M:
    return rows if has_any_staff_role(user, now, *kinds) else rows.none()


def acting(user: Any, now: datetime, *roles: str) -> QuerySet[Organisation]:
    """Return the organisations for which the user acts in one of the roles (any, when none is given)."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    memberships = Membership.objects.in_force(now).filter(user=user)
    if roles:
        memberships = memberships.filter(role__in=roles)
    return Organisation.objects.filter(pk__in=memberships.values("organisation"))


@policy("organisations.view")
def view(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Everybody sees every organisation's public page, but not one that was merged into another."""
    return Organisation.objects.all()


@policy("organisations.represent")
def represent(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations for which the person acts in any role."""
    return acting(user, now)


@policy("organisations.edit")
def edit(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations whose own data and drafts the person may change."""
    return acting(user, now, ADMIN, EDITOR)


@policy("organisations.prepare")
def prepare(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations whose applications and reports the person may fill in."""
    return acting(user, now, ADMIN, EDITOR, SIGNATORY)


@policy("organisations.manage_people")
def manage_people(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations whose people the person may invite, change and let go."""
    return acting(user, now, ADMIN)


@policy("organisations.sign")
def sign(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations in whose name the person may send applications, reports and account numbers."""
    return acting(user, now, SIGNATORY, ADMIN)


@policy("organisations.register.import")
def register_import(user: Any, now: datetime) -> QuerySet[ImportRun]:
    """The coordinator and the registrar import the register extract and read its reports."""
    return for_staff(ImportRun.objects.all(), user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR)


def may_import(user: Any, now: datetime) -> bool:
    """Tell whether the person may start an import; the same people as ``organisations.register.import``."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR)


@policy("organisations.signatories.view")
def signatories(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations whose signatories of the extract the person sees: their own; officers see all."""
    if has_any_staff_role(
        user,
        now,
        StaffRoleKind.COORDINATOR,
        StaffRoleKind.REGISTRAR,
        StaffRoleKind.PAYMENTS_CLERK,
        StaffRoleKind.AUDITOR,
    ):
        return Organisation.objects.all()
    return acting(user, now)


@policy("organisations.claim.view")
def claim_view(user: Any, now: datetime) -> QuerySet[Claim]:
    """The coordinator handles claims; the auditor reads them."""
    return for_staff(Claim.objects.all(), user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


def may_read_claims(user: Any, now: datetime) -> bool:
    """Tell whether the person has the list of claims; the same people as ``organisations.claim.view``."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


@policy("organisations.claim.decide")
def claim_decide(user: Any, now: datetime) -> QuerySet[Claim]:
    """The coordinator decides on other people's claims, never on their own."""
    claims = for_staff(Claim.objects.all(), user, now, StaffRoleKind.COORDINATOR)
    return claims.exclude(user_id=user.pk)


@policy("organisations.claim.own")
def claim_own(user: Any, now: datetime) -> QuerySet[Claim]:
    """A person sees and withdraws their own claims."""
    return Claim.objects.filter(user=user) if user.is_authenticated else Claim.objects.none()


@policy("organisations.membership.manage")
def membership_manage(user: Any, now: datetime) -> QuerySet[Membership]:
    """The admin changes and ends the memberships in force of the organisation."""
    return Membership.objects.in_force(now).filter(organisation__in=acting(user, now, ADMIN))


@policy("organisations.membership.end")
def membership_end(user: Any, now: datetime) -> QuerySet[Membership]:
    """The admin ends anyone's membership in the organisation; everybody ends their own."""
    in_force = Membership.objects.in_force(now)
    if not user.is_authenticated:
        return in_force.none()
    return in_force.filter(Q(organisation__in=acting(user, now, ADMIN)) | Q(user=user))


@policy("organisations.invitation.manage")
def invitation_manage(user: Any, now: datetime) -> QuerySet[Invitation]:
    """The admin sees and withdraws the organisation's invitations."""
    return Invitation.objects.filter(organisation__in=acting(user, now, ADMIN))


@policy("organisations.invitation.accept")
def invitation_accept(user: Any, now: datetime) -> QuerySet[Invitation]:
    """A signed-in person may accept an invitation sent to an address that they have verified."""
    if not user.is_authenticated:
        return Invitation.objects.none()
    verified = EmailAddress.objects.filter(user=user, verified=True).values(lower=Lower("email"))
    return Invitation.objects.alias(lower=Lower("email")).filter(lower__in=verified)


@policy("organisations.bank_account.view")
def bank_account_view(user: Any, now: datetime) -> QuerySet[BankAccount]:
    """Accounts are seen by those who enter them and those who pay or check payments."""
    if has_any_staff_role(user, now, *_ACCOUNT_READERS):
        return BankAccount.objects.all()
    return BankAccount.objects.filter(organisation__in=acting(user, now, ADMIN, SIGNATORY))


def may_read_bank_accounts(user: Any, now: datetime) -> bool:
    """Tell whether the person has the county's list of accounts."""
    return has_any_staff_role(user, now, *_ACCOUNT_READERS)


@policy("organisations.bank_account.verify")
def bank_account_verify(user: Any, now: datetime) -> QuerySet[BankAccount]:
    """A payments clerk or coordinator verifies an account, never one that they entered themselves."""
    accounts = for_staff(BankAccount.objects.all(), user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.PAYMENTS_CLERK)
    return accounts.exclude(entered_by_id=user.pk)


@policy("organisations.timeline.view")
def timeline_view(user: Any, now: datetime) -> QuerySet[TimelineEntry]:
    """Everybody reads public entries, the organisation's people theirs, the county's officers all."""
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR, StaffRoleKind.AUDITOR):
        return TimelineEntry.objects.all()
    own = Q(visibility=Visibility.ORGANISATION, organisation__in=acting(user, now))
    return TimelineEntry.objects.filter(Q(visibility=Visibility.PUBLIC) | own)
