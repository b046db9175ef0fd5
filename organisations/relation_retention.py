"""What the nightly task closes and erases of the relationship."""

from datetime import datetime, timedelta

from common.times import local_date
from organisations.models import Campaign, HandOver, LetterBatch, Mailing, MailingRecipient, Observation, ReadOnlyVisit
from organisations.workflow.campaigns import expire_codes
from organisations.workflow.hand_overs import expire_hand_overs

SENT_KEPT = timedelta(days=2 * 365)
DRAFT_KEPT = timedelta(days=365)
VISIT_KEPT = timedelta(days=5 * 365)
OBSERVATION_KEPT = timedelta(days=6 * 365)
LETTERS_KEPT = timedelta(days=60)


def relation_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Codes and hand-overs whose time is over are marked so. Campaigns with their codes and the recipients of
    mailings go two years after they began, discarded drafts after one; letters that nobody marked printed after
    60 days; visits after five years; observations six years after they ended.
    """
    expire_codes(now=now)
    expire_hand_overs(now=now)
    return {
        "organisations.LetterBatch": _erase_letters(now),
        "organisations.Campaign": _erase_campaigns(now),
        "organisations.MailingRecipient": MailingRecipient.objects.filter(
            mailing__started_at__lt=now - SENT_KEPT
        ).delete()[0],
        "organisations.Mailing": Mailing.objects.filter(state="discarded", created_at__lt=now - DRAFT_KEPT).delete()[0],
        "organisations.ReadOnlyVisit": ReadOnlyVisit.objects.filter(opened_at__lt=now - VISIT_KEPT).delete()[0],
        "organisations.Observation": _erase_observations(now),
        "organisations.HandOver": HandOver.objects.filter(ended_at__lt=now - OBSERVATION_KEPT).delete()[0],
    }


def _erase_letters(now: datetime) -> int:
    old = LetterBatch.objects.filter(printed_at__isnull=True, uploaded_at__lt=now - LETTERS_KEPT)
    for batch in old:
        batch.file.delete(save=False)
    return old.delete()[0]


def _erase_campaigns(now: datetime) -> int:
    old = Campaign.objects.filter(started_at__lt=now - SENT_KEPT) | Campaign.objects.filter(
        state="discarded", created_at__lt=now - DRAFT_KEPT
    )
    count = old.count()
    for campaign in old:
        campaign.delete()
    return count


def _erase_observations(now: datetime) -> int:
    before = local_date(now - OBSERVATION_KEPT)
    ended = Observation.objects.filter(valid_until__lt=before) | Observation.objects.filter(
        withdrawn_at__lt=now - OBSERVATION_KEPT
    )
    return ended.delete()[0]
