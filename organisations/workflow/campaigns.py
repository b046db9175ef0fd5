"""The launch campaign: written, started, sent in batches, followed up, ended.

The worker takes the organisations in batches. Each batch is one transaction: the codes' hashes, the messages in
the outbox (or the file of letters) and the new states are there together or not at all. A worker that is killed
leaves whole batches behind, and the next one goes on; a row that is being worked on is skipped, not waited for.
"""

from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from documents.pdf import PdfUnavailable
from notifications.outbox import queue
from organisations.addresses import postal_address, reach
from organisations.batches import CHUNK, Left
from organisations.claim_codes import hash_code, new_code, written
from organisations.letters import letters_file
from organisations.models import CAMPAIGN_LIFE, CODE_LIFE, Campaign, Channel, ClaimCode, LetterBatch, Organisation
from organisations.models.campaign import USABLE
from organisations.policies.relations import may_send
from organisations.selections import Selection, clean_query
from organisations.workflow.guards import lock, require

MANAGE = "organisations.campaign.manage"
EMAILS_A_BATCH = 100
LETTERS_A_BATCH = 50
ADDRESS_FIELDS = ("name", "email", "contact_email", "street_address", "postcode", "post_town")
REASON = _(
    "Saat tämän viestin, koska tämä on järjestönne sähköpostiosoite yhdistysrekisterissä tai yhteystiedoissanne."
)


def create_campaign(*, name: str, query: str, by: Any, now: datetime) -> Campaign:
    """Begin a draft for a selection. Refused("not_allowed") for others than the coordinator."""
    if not may_send(by, now):
        raise Refused("not_allowed", _("Kampanjan voi tehdä järjestökoordinaattori."))
    return Campaign.objects.create(name=name, query=clean_query(query), created_at=now, created_by=by)


def start_campaign(campaign: Campaign, *, by: Any, now: datetime) -> Campaign:
    """Start sending; the worker picks the organisations and goes on. Again changes nothing.

    Refused: not_allowed, wrong_state, no_text, nobody.
    """
    with transaction.atomic():
        campaign = lock(campaign)
        require(MANAGE, by, campaign, now)
        if campaign.state in ("sending", "open"):
            return campaign
        target = CAMPAIGN_LIFE.check(campaign.state, "start")
        if not campaign.is_complete:
            raise Refused("no_text", _("Kirjoita ensin kirjeen otsikko ja teksti suomeksi."))
        if not Selection(campaign.query, now).organisations.exists():
            raise Refused("nobody", _("Rajaukseen ei kuulu yhtään järjestöä. Muuta rajausta."))
        campaign.state, campaign.started_at = target, now
        campaign.save(update_fields=["state", "started_at"])
        _wake(campaign)
    return campaign


def discard_campaign(campaign: Campaign, *, by: Any, now: datetime) -> Campaign:
    """Put a draft away. Again changes nothing. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        campaign = lock(campaign)
        require(MANAGE, by, campaign, now)
        if campaign.state == "discarded":
            return campaign
        campaign.state = CAMPAIGN_LIFE.check(campaign.state, "discard")
        campaign.save(update_fields=["state"])
    return campaign


def remind_unused(campaign: Campaign, *, who: list[str], by: Any, now: datetime) -> int:
    """Send a new code to those who have not used theirs; returns how many. Refused: not_allowed, wrong_state, nobody.

    ``who``: ``email`` (those who got it by e-mail), ``letter`` (by post), ``bounced`` (whose e-mail was not
    delivered and who have a postal address: they get a letter now). The earlier code works until the new one is sent.
    """
    with transaction.atomic():
        campaign = lock(campaign)
        require(MANAGE, by, campaign, now)
        target = CAMPAIGN_LIFE.check(campaign.state, "remind")
        count = _turn_bounced(campaign, now) if "bounced" in who else 0
        unused = campaign.codes.unused(now).filter(channel__in=who).exclude(bounced())
        count += unused.update(state=CODE_LIFE.check("sent", "remind"))
        if not count:
            raise Refused("nobody", _("Ei ole ketään, jota muistuttaa: koodit on käytetty tai ne ovat vanhentuneet."))
        campaign.state = target
        campaign.save(update_fields=["state"])
        _wake(campaign)
    return count


def bounced() -> Q:
    """Return the condition that a code's e-mail was not delivered."""
    return Q(channel=Channel.EMAIL, message__state__in=["failed", "given_up"])


def _turn_bounced(campaign: Campaign, now: datetime) -> int:
    """Let those whose e-mail came back and who have a postal address get a letter instead."""
    rows = campaign.codes.unused(now).filter(bounced()).select_related("organisation")
    turned = []
    for row in rows.select_for_update(of=("self",)):
        if address := postal_address(row.organisation):
            row.channel, row.address, row.message = Channel.LETTER, address[:400], None
            row.state = CODE_LIFE.check(row.state, "remind")
            turned.append(row)
    ClaimCode.objects.bulk_update(turned, ["channel", "address", "message", "state"])
    return len(turned)


def close_campaign(campaign: Campaign, *, by: Any, now: datetime) -> Campaign:
    """End the campaign: codes that were not used stop working. Again changes nothing.

    Refused: not_allowed, wrong_state.
    """
    with transaction.atomic():
        campaign = lock(campaign)
        require(MANAGE, by, campaign, now)
        if campaign.state == "closed":
            return campaign
        campaign.state, campaign.closed_at = CAMPAIGN_LIFE.check(campaign.state, "close"), now
        campaign.save(update_fields=["state", "closed_at"])
        for state in USABLE:
            campaign.codes.filter(state=state).update(state=CODE_LIFE.check(state, "cancel"))
    return campaign


def mark_printed(batch: LetterBatch, *, by: Any, now: datetime) -> LetterBatch:
    """Note that the letters are printed and erase their file, which holds the codes. Again changes nothing."""
    with transaction.atomic():
        batch = get_allowed("organisations.letter_batch.manage", by, now=now, lock=True, pk=batch.pk)
        if batch.printed_at is not None:
            return batch
        batch.printed_at, batch.printed_by = now, by
        batch.save(update_fields=["printed_at", "printed_by"])
        storage, path = batch.file.storage, str(batch.file.name)
        transaction.on_commit(lambda: storage.delete(path))
    return batch


def expire_codes(*, now: datetime) -> int:
    """Mark the codes whose time is over; returns how many. Run nightly."""
    count = 0
    for state in USABLE:
        over = ClaimCode.objects.filter(state=state, expires_at__lte=now)
        count += over.update(state=CODE_LIFE.check(state, "expire"))
    return count


# The worker's part


def _wake(campaign: Campaign) -> None:
    from organisations.tasks import send_campaign

    transaction.on_commit(lambda: send_campaign.delay(campaign.pk))


def resume(campaign: Campaign, *, by: Any, now: datetime) -> Campaign:
    """Ask the worker to go on with what it has left; harmless when it is at work."""
    with transaction.atomic():
        campaign = lock(campaign)
        require(MANAGE, by, campaign, now)
        if campaign.state == "sending":
            _wake(campaign)
    return campaign


def freeze_recipients(campaign_id: int, *, now: datetime) -> None:
    """Write down whom the selection means now, with channel and address; once, in one transaction."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state != "sending" or campaign.frozen_at is not None:
            return
        found = Selection(campaign.query, now).organisations.only(*ADDRESS_FIELDS)
        for chunk in batched(found.iterator(chunk_size=CHUNK), CHUNK):
            ClaimCode.objects.bulk_create(
                [_row(campaign, organisation) for organisation in chunk], ignore_conflicts=True
            )
        campaign.frozen_at = now
        campaign.save(update_fields=["frozen_at"])


def _row(campaign: Campaign, organisation: Organisation) -> ClaimCode:
    channel, address = reach(organisation)
    state = "no_address" if channel == Channel.NONE else "waiting"
    return ClaimCode(campaign=campaign, organisation=organisation, channel=channel, address=address, state=state)


def send_batch(campaign_id: int, *, now: datetime) -> Left:
    """Send one batch and say what is left; a campaign that is not being sent is done.

    Raises ``PdfUnavailable`` when letters cannot be made on this machine; nothing of their batch stays.
    """
    campaign = Campaign.objects.filter(pk=campaign_id, state="sending").first()
    if campaign is None:
        return Left.NOTHING
    for channel, size, send in (
        (Channel.EMAIL, EMAILS_A_BATCH, _send_emails),
        (Channel.LETTER, LETTERS_A_BATCH, _send_letters),
    ):
        with transaction.atomic():
            waiting = campaign.codes.filter(state="waiting", channel=channel).select_related("organisation")
            batch = list(waiting.order_by("pk").select_for_update(of=("self",), skip_locked=True)[:size])
            if batch:
                send(campaign, batch, now)
                return Left.MORE
    return Left.NOTHING if finish_campaign(campaign_id) else Left.WITH_ANOTHER


def finish_campaign(campaign_id: int) -> bool:
    """Say that everything is sent, when it is; False while another worker still has a batch."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state != "sending":
            return True
        if campaign.codes.filter(state="waiting").exists():
            return False
        campaign.state, campaign.fault = CAMPAIGN_LIFE.check(campaign.state, "finish"), ""
        campaign.save(update_fields=["state", "fault"])
    return True


def _give_code(row: ClaimCode, campaign: Campaign, now: datetime) -> str:
    """Give the row a new code and return it; only its hash stays."""
    code = new_code()
    row.code_hash = hash_code(code)
    row.state = CODE_LIFE.check(row.state, "send")
    row.rounds += 1
    row.sent_at, row.expires_at = now, now + timedelta(days=campaign.valid_days)
    return code


def _send_emails(campaign: Campaign, batch: list[ClaimCode], now: datetime) -> None:
    for row in batch:
        code = _give_code(row, campaign, now)
        row.message = queue(
            kind="organisations.claim_code",
            to=row.address,
            subject=campaign.subject_fi,
            template="emails/organisations/claim_code",
            context={
                "sections": campaign.sections,
                "organisation": row.organisation,
                "code": written(code),
                "until": row.expires_at,
                "is_reminder": row.rounds > 1,
                "reason": REASON,
            },
            dedup_key=f"organisations.claim_code:{row.pk}:{row.rounds}",
            language="fi",
            required=True,
            secret=True,
            now=now,
        )
    _save(batch)


def _send_letters(campaign: Campaign, batch: list[ClaimCode], now: datetime) -> None:
    pairs = [(row, written(_give_code(row, campaign, now))) for row in batch]
    stored = letters_file(campaign, pairs, now=now)
    for row in batch:
        row.batch = stored
    _save(batch)


def _save(batch: list[ClaimCode]) -> None:
    fields = ["code_hash", "state", "rounds", "sent_at", "expires_at", "message", "batch"]
    ClaimCode.objects.bulk_update(batch, fields)


def note_fault(campaign_id: int, error: PdfUnavailable) -> None:
    """Show on the campaign's page why the letters wait."""
    Campaign.objects.filter(pk=campaign_id).update(fault=str(error.message)[:300])
