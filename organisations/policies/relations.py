"""Who may work with the relationship: the county's page, campaigns, mailings, verification, observations, hand-over."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from organisations.models import (
    Campaign,
    ClaimCode,
    HandOver,
    LetterBatch,
    Mailing,
    Observation,
    Organisation,
    ReadOnlyVisit,
    Verification,
    VerificationSheet,
)
from organisations.policies.registry import ADMIN, acting, for_staff

COORDINATOR, REGISTRAR, AUDITOR = StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR, StaffRoleKind.AUDITOR
READERS = (COORDINATOR, REGISTRAR, AUDITOR)
WORKERS = (COORDINATOR, REGISTRAR)


@policy("organisations.county_page")
def county_page(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator, the registrar and the auditor read the county's page of every organisation."""
    return for_staff(Organisation.objects.all(), user, now, *READERS)


def may_read_county_pages(user: Any, now: datetime) -> bool:
    """Tell whether the person has the county's pages; the same people as ``organisations.county_page``."""
    return has_any_staff_role(user, now, *READERS)


@policy("organisations.county_work")
def county_work(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator and the registrar write notes, enter claims from paper and open an NGO's page to look at."""
    return for_staff(Organisation.objects.all(), user, now, *WORKERS)


@policy("organisations.read_only_visit.view")
def read_only_visit(user: Any, now: datetime) -> QuerySet[ReadOnlyVisit]:
    """Only who opened the page looks at it, while the time lasts and the right to work with it does."""
    mine = ReadOnlyVisit.objects.filter(by_id=user.pk, until__gt=now) if user.is_authenticated else None
    return for_staff(mine, user, now, *WORKERS) if mine is not None else ReadOnlyVisit.objects.none()


# Campaigns and mailings


@policy("organisations.campaign.view")
def campaign_view(user: Any, now: datetime) -> QuerySet[Campaign]:
    """The coordinator runs campaigns; the auditor reads them."""
    return for_staff(Campaign.objects.all(), user, now, COORDINATOR, AUDITOR)


@policy("organisations.campaign.manage")
def campaign_manage(user: Any, now: datetime) -> QuerySet[Campaign]:
    """The coordinator writes, starts, follows and ends campaigns."""
    return for_staff(Campaign.objects.all(), user, now, COORDINATOR)


@policy("organisations.letter_batch.manage")
def letter_batch_manage(user: Any, now: datetime) -> QuerySet[LetterBatch]:
    """The coordinator prints the letters: the codes in them are secrets, so the auditor does not open them."""
    return for_staff(LetterBatch.objects.all(), user, now, COORDINATOR)


@policy("organisations.claim_code.use")
def claim_code_use(user: Any, now: datetime) -> QuerySet[ClaimCode]:
    """Whoever is signed in may use a code that they know; the code itself is the right."""
    return ClaimCode.objects.all() if user.is_authenticated else ClaimCode.objects.none()


@policy("organisations.mailing.view")
def mailing_view(user: Any, now: datetime) -> QuerySet[Mailing]:
    """The coordinator writes to organisations; the auditor reads what was sent."""
    return for_staff(Mailing.objects.all(), user, now, COORDINATOR, AUDITOR)


@policy("organisations.mailing.manage")
def mailing_manage(user: Any, now: datetime) -> QuerySet[Mailing]:
    """The coordinator writes and sends."""
    return for_staff(Mailing.objects.all(), user, now, COORDINATOR)


def may_read_sent(user: Any, now: datetime) -> bool:
    """Tell whether the person has the lists of campaigns and mailings."""
    return has_any_staff_role(user, now, COORDINATOR, AUDITOR)


def may_send(user: Any, now: datetime) -> bool:
    """Tell whether the person may begin a campaign or a mailing."""
    return has_any_staff_role(user, now, COORDINATOR)


# Verification and observations


def may_verify(user: Any, now: datetime) -> bool:
    """Tell whether the person checks organisations."""
    return has_any_staff_role(user, now, *WORKERS)


@policy("organisations.verification.view")
def verification_view(user: Any, now: datetime) -> QuerySet[Verification]:
    """The county's officers read what was checked."""
    return for_staff(Verification.objects.all(), user, now, *READERS)


@policy("organisations.verification.make")
def verification_make(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator and the registrar check organisations."""
    return for_staff(Organisation.objects.all(), user, now, *WORKERS)


@policy("organisations.verification.sheets")
def sheet_view(user: Any, now: datetime) -> QuerySet[VerificationSheet]:
    """The county's officers read the versions of the sheet."""
    return for_staff(VerificationSheet.objects.all(), user, now, *READERS)


@policy("organisations.verification.manage_sheets")
def sheet_manage(user: Any, now: datetime) -> QuerySet[VerificationSheet]:
    """The coordinator writes the next version of the sheet."""
    return for_staff(VerificationSheet.objects.all(), user, now, COORDINATOR)


@policy("organisations.observation.view")
def observation_view(user: Any, now: datetime) -> QuerySet[Observation]:
    """The county's officers read all observations."""
    return for_staff(Observation.objects.all(), user, now, *READERS)


@policy("organisations.observation.make")
def observation_make(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator and the registrar write observations."""
    return for_staff(Organisation.objects.all(), user, now, *WORKERS)


@policy("organisations.observation.manage")
def observation_manage(user: Any, now: datetime) -> QuerySet[Observation]:
    """The coordinator and the registrar withdraw observations, their own and others'."""
    return for_staff(Observation.objects.all(), user, now, *WORKERS)


@policy("organisations.observation.confirm")
def observation_confirm(user: Any, now: datetime) -> QuerySet[Observation]:
    """The coordinator or the registrar confirms what another of them wrote, never their own."""
    rows = for_staff(Observation.objects.all(), user, now, *WORKERS)
    return rows.exclude(made_by_id=user.pk)


@policy("organisations.observation.own")
def observation_own(user: Any, now: datetime) -> QuerySet[Observation]:
    """The organisation's people read what has been confirmed about it, also when it was withdrawn afterwards."""
    return Observation.objects.filter(organisation__in=acting(user, now), confirmed_at__isnull=False)


@policy("organisations.observation.reply")
def observation_reply(user: Any, now: datetime) -> QuerySet[Observation]:
    """Those who sign for the organisation answer what has been confirmed and stands."""
    rows = Observation.objects.filter(organisation__in=acting(user, now, ADMIN, "signatory"))
    return rows.filter(state="confirmed")


# Hand-over


@policy("organisations.hand_over.view")
def hand_over_view(user: Any, now: datetime) -> QuerySet[HandOver]:
    """The organisation's admin sees its hand-overs, and the person who has been asked theirs."""
    if not user.is_authenticated:
        return HandOver.objects.none()
    return HandOver.objects.filter(Q(organisation__in=acting(user, now, ADMIN)) | Q(incoming_user=user))


@policy("organisations.hand_over.accept")
def hand_over_accept(user: Any, now: datetime) -> QuerySet[HandOver]:
    """The person who has been asked, while they act for the organisation, takes over or declines."""
    return HandOver.objects.filter(incoming_user_id=user.pk or 0, organisation__in=acting(user, now))


@policy("organisations.hand_over.cancel")
def hand_over_cancel(user: Any, now: datetime) -> QuerySet[HandOver]:
    """The organisation's admin takes a hand-over back; after its day nobody does."""
    rows = HandOver.objects.filter(organisation__in=acting(user, now, ADMIN))
    return rows.filter(Q(effective_on__isnull=True) | Q(effective_on__gt=local_date(now)))
