"""The verbs of the newsletter: subscribe by two steps, leave, draft a month, send it to everybody once."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from county.models import get_county
from forums.models.sign_ups import new_token
from liaisons.letters import said
from notifications.models import AddressOptOut, How, Preference
from notifications.outbox import queue
from notifications.unsubscribe import hash_address
from portal.models import NEWSLETTER, SUBSCRIPTION, Newsletter, Subscriber
from portal.newsletter_content import first_of_month, gather
from portal.policies import may_edit_newsletters

KIND = "portal.newsletter"
KEPT = timedelta(days=30)
#: The same address is written to at most once in this time, however often the form is sent.
ASKED_AGAIN = timedelta(hours=1)
BATCH = 200


@transaction.atomic
def subscribe(email: str, *, language: str, now: datetime) -> None:
    """Ask for the newsletter: a letter with a link of confirmation goes to the address.

    Says nothing of whether the address subscribes already. Refused: bad_address.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("bad_address", _("Tarkista sähköpostiosoite.")) from None
    row, made = Subscriber.objects.select_for_update().get_or_create(
        email=address, defaults={"language": language, "asked_at": now}
    )
    if row.state == "on" or (not made and row.state == "asked" and now - row.asked_at < ASKED_AGAIN):
        return
    if row.state == "off":
        row.state, row.token = SUBSCRIPTION.check(row.state, "ask"), new_token()
    row.language, row.asked_at = language, now
    row.save()
    queue(
        kind="portal.newsletter_confirm",
        to=address,
        subject=_("Vahvista uutiskirjeen tilaus"),
        template="emails/portal/newsletter_confirm",
        context={"path": _path("portal:newsletter_confirm", row, language)},
        dedup_key=f"newsletter.confirm:{row.pk}:{now.isoformat()}",
        language=language,
        required=True,
        now=now,
    )


def _path(name: str, row: Subscriber, language: str) -> str:
    with translation.override(language):
        return reverse(name, args=[row.token])


@transaction.atomic
def confirm_subscription(token: str, *, by: Any, now: datetime) -> Subscriber:
    """Confirm by the link of the letter; again changes nothing. Earlier opting out of this kind is forgotten."""
    row: Subscriber = get_allowed("portal.subscription.own", by, now=now, lock=True, token=token)
    if row.state == "on":
        return row
    row.state = SUBSCRIPTION.check(row.state, "confirm")
    row.confirmed_at, row.left_at = now, None
    row.user = User.objects.filter(email__iexact=row.email, is_active=True).first()
    row.save()
    AddressOptOut.objects.filter(address_hash=hash_address(row.email), kind=KIND).delete()
    if row.user is not None:
        Preference.objects.filter(user=row.user, kind=KIND, how=How.NEVER).delete()
    return row


@transaction.atomic
def leave(token: str, *, by: Any, now: datetime) -> Subscriber:
    """End the subscription by a link; again changes nothing."""
    row: Subscriber = get_allowed("portal.subscription.own", by, now=now, lock=True, token=token)
    if row.state != "off":
        row.state, row.left_at = SUBSCRIPTION.check(row.state, "leave"), now
        row.save(update_fields=["state", "left_at"])
    return row


@transaction.atomic
def draft_newsletter(month: date, *, by: Any, now: datetime) -> Newsletter:
    """Begin the month's newsletter; the same month again returns the first. Refused: not_allowed."""
    if not may_edit_newsletters(by, now):
        raise Refused("not_allowed", _("Vain koordinaattori kirjoittaa uutiskirjeen."))
    first = first_of_month(month)
    return Newsletter.objects.get_or_create(month=first, defaults={"made_at": now, "made_by": by})[0]


@transaction.atomic
def write_intro(letter: Newsletter, *, by: Any, now: datetime, **intros: str) -> Newsletter:
    """Write the first words in the three languages. Refused: sent."""
    row = _draft(letter, by, now)
    for language in ("fi", "sv", "en"):
        setattr(row, f"intro_{language}", intros[f"intro_{language}"].strip()[:3000])
    row.save()
    return row


def _draft(letter: Newsletter, by: Any, now: datetime) -> Newsletter:
    row: Newsletter = get_allowed("portal.newsletter.edit", by, now=now, lock=True, pk=letter.pk)
    if row.state != "draft":
        raise Refused("sent", _("Uutiskirje on jo lähetetty. Sitä ei voi enää muuttaa."))
    return row


@transaction.atomic
def send_newsletter(letter: Newsletter, *, by: Any, now: datetime) -> Newsletter:
    """Fix the content and order the sending; the worker writes to the subscribers. Again changes nothing.

    Refused: no_intro, nothing.
    """
    row: Newsletter = get_allowed("portal.newsletter.edit", by, now=now, lock=True, pk=letter.pk)
    if row.state != "draft":
        return row
    if not row.intro_fi:
        raise Refused("no_intro", _("Kirjoita alkusanat ainakin suomeksi."))
    content = gather(row.month, now)
    if not content["fi"]:
        raise Refused("nothing", _("Kirjeessä ei olisi mitään kerrottavaa. Lähetä se, kun on hakuja tai tapahtumia."))
    row.state, row.content, row.ordered_at = NEWSLETTER.check(row.state, "send"), content, now
    row.save()
    transaction.on_commit(lambda: _begin(row.pk))
    return row


def _begin(pk: int) -> None:
    from portal.tasks import write_newsletter

    write_newsletter.delay(pk)


def write_to_subscribers(pk: int, *, now: datetime) -> int:
    """The worker's part: write to every subscriber once, in batches; a second run goes on where the first stopped."""
    letter = Newsletter.objects.filter(pk=pk, state="sending").first()
    if letter is None:
        return 0
    county = get_county()
    last = written = 0
    while True:
        batch = list(Subscriber.objects.on().filter(pk__gt=last).select_related("user").order_by("pk")[:BATCH])
        if not batch:
            break
        with transaction.atomic():
            written += sum(_write(letter, row, county, now) for row in _still_wanting(batch, now))
        last = batch[-1].pk
    with transaction.atomic():
        row = Newsletter.objects.select_for_update().get(pk=pk)
        if row.state == "sending":
            row.state, row.sent_at = NEWSLETTER.check(row.state, "finish"), now
            row.recipients = Subscriber.objects.on().count()
            row.save()
    return written


def _still_wanting(batch: list[Subscriber], now: datetime) -> list[Subscriber]:
    """Return those who want it; who used the mail program's own unsubscribing (RFC 8058) leaves the list here."""
    hashes = {row.pk: hash_address(row.email) for row in batch}
    rows = AddressOptOut.objects.filter(address_hash__in=hashes.values(), kind=KIND)
    refused = set(rows.values_list("address_hash", flat=True))
    leaving = [row.pk for row in batch if hashes[row.pk] in refused]
    if leaving:
        Subscriber.objects.filter(pk__in=leaving, state="on").update(state="off", left_at=now)
    return [row for row in batch if row.pk not in leaving]


def _write(letter: Newsletter, row: Subscriber, county: Any, now: datetime) -> bool:
    language = row.language
    with translation.override(language):
        address = letter.get_absolute_url()
        intro = letter.intro
        reason = str(_("Saat tämän viestin, koska olet tilannut järjestöyhteistyön uutiskirjeen."))
    message = queue(
        kind=KIND,
        to=row.email,
        subject=said(_("Järjestöyhteistyön uutiskirje %(month)s"), month=letter),
        template="emails/portal/newsletter",
        context={
            "intro": intro[0],
            "intro_language": intro[1],
            "sections": letter.content.get(language) or letter.content["fi"],
            "path": address,
            "leave_path": _path("portal:newsletter_leave", row, language),
            "county": county,
            "reason": reason,
        },
        dedup_key=f"newsletter:{letter.pk}:{row.pk}",
        language=language,
        now=now,
    )
    return message is not None


@transaction.atomic
def newsletter_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: addresses that never confirmed or left go after 30 days."""
    rows = Subscriber.objects.stale(now - KEPT)
    count = rows.count()
    rows.delete()
    return {"portal.Subscriber": count}


def own_newsletter_data(user: User) -> dict[str, Any]:
    """Return the person's subscription (GDPR articles 15 and 20)."""
    rows = Subscriber.objects.filter(email__iexact=user.email)
    return {"newsletter": list(rows.values("email", "language", "state", "asked_at", "confirmed_at"))}
