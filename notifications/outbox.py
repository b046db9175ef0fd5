"""Writing messages: a row in the transaction that caused it. Nothing else in the portal sends mail."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template import Context
from django.template.loader import select_template
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock
from common.times import helsinki
from county.models import get_county
from notifications import kinds, unsubscribe
from notifications.models import How, Message, Preference
from notifications.writing import insert_new

DIGEST_AT = time(7)
MAX_SUBJECT = 250
MAX_KEY = 200
Recipient = User | str
Subject = str | Promise


def queue(
    *,
    kind: str,
    to: Recipient,
    subject: Subject,
    template: str,
    context: dict[str, Any],
    dedup_key: str,
    language: str | None = None,
    required: bool = False,
    secret: bool = False,
    now: datetime | None = None,
) -> Message | None:
    """Write one message to the outbox and return it, or None when ``dedup_key`` has been used already.

    Call it inside the transaction that causes the message: both are there or neither. ``template`` is
    ``emails/<name>`` or ``<name>``; ``.txt`` and ``.html`` are rendered now, in the recipient's language, so that the
    message says what was true at that moment. Besides ``context`` the templates see ``subject``,
    ``recipient`` (User or None), ``recipient_name``, ``county`` (or None; asked for unless given), ``base_url``,
    ``language``, ``reason`` (why the person gets it), ``preferences_url`` and ``unsubscribe_url`` (empty where
    there is no choice). What a person has chosen (at once, daily, never) is asked here, except for ``required``
    messages and kinds. An address that is no address becomes a visible ``failed`` row. With ``secret``
    (sign-in links and codes) the text is erased once sent and shown to nobody.
    """
    return _write(
        kind=kind,
        to=to,
        dedup_key=dedup_key,
        language=language,
        required=required,
        now=now or clock.now(),
        secret=secret,
        body=lambda mail: _render(mail, subject, template, context),
    )


class _Mail:
    """What the templates are told about one message."""

    def __init__(self, kind: str, to: Recipient, language: str, required: bool) -> None:
        self.kind, self.language, self.required = kind, language, required
        self.user = to if isinstance(to, User) else None
        self.address = to.email if isinstance(to, User) else to.strip()

    def context(self) -> dict[str, Any]:
        chooser = None if self.required else self.user
        return {
            "recipient": self.user,
            "recipient_name": self.user.full_name if self.user else "",
            "base_url": settings.BASE_URL,
            "language": self.language,
            "reason": self.reason(),
            "preferences_url": absolute(reverse("notifications:preferences")) if chooser else "",
            "unsubscribe_url": self.unsubscribe_url(),
        }

    def unsubscribe_url(self) -> str:
        """Return the link that stops these messages; empty where there is no choice."""
        if self.required:
            return ""
        if self.user is None:
            return absolute(unsubscribe.path_for_address(self.address, self.kind))
        return absolute(unsubscribe.path_for(self.user, self.kind))

    def reason(self) -> str:
        """Say in the recipient's language why they get this."""
        if self.user is None:
            return _("Saat tämän viestin, koska tämä osoite on annettu asian yhteystiedoksi Yhdyspinnassa.")
        if self.required:
            return _("Saat tämän viestin, koska se kuuluu asiaasi Yhdyspinnassa. Tätä viestiä ei voi tilata pois.")
        return _("Saat tämän viestin, koska sinulla on tunnus Yhdyspinnassa. Voit valita, mitä viestejä saat.")


def absolute(path: str) -> str:
    """Return the full address of a path of the portal."""
    return f"{settings.BASE_URL}{path}"


def _render(mail: _Mail, subject: Subject, template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Return subject, text and HTML in the active language."""
    line = " ".join(str(subject).split())
    known = {**mail.context(), **context, "subject": line}
    if "county" not in known:  # who writes several asks once
        known["county"] = get_county()
    plain: Any = _template(template, "txt")
    text = plain.template.render(Context(dict(known), autoescape=False))
    return line, str(text).strip() + "\n", _template(template, "html").render(known)


def _template(name: str, extension: str) -> Any:
    return select_template([f"{name}.{extension}", f"emails/{name}.{extension}"])


def write_each(
    *,
    kind: str,
    to: Mapping[str, Recipient],
    subject: Subject,
    template: str,
    context: dict[str, Any],
    language: str | None = None,
    required: bool = False,
    now: datetime | None = None,
) -> dict[str, Message]:
    """Render the same message to several, each in their language (or ``language``); return them by ``to``'s keys.

    Nothing is written yet. For a cause that ends with a lock for which others queue: it renders first, takes the lock,
    and then writes with ``post``. What is known only then stands in subject and context as a ``place``. Arguments as
    ``queue`` has them.
    """
    at = now or clock.now()
    return {
        who: _compose(
            kind=kind,
            to=one,
            language=language,
            required=required,
            now=at,
            secret=False,
            body=lambda mail: _render(mail, subject, template, context),
        )
        for who, one in to.items()
    }


def place(name: str) -> str:
    """Return what stands in a rendered text for a value that ``post`` puts there; no person can have written it."""
    return f"\ue000{name}\ue001"


def post(letters: Mapping[str, Message], *, dedup_key: str, places: Mapping[str, str] | None = None) -> list[Message]:
    """Write what ``write_each`` made, inside the transaction that causes it; return those not written before.

    The key of each is ``dedup_key`` and its key of ``letters``. ``places``: the values by the name of their place.
    """
    for who, message in letters.items():
        message.dedup_key = stored_key(f"{dedup_key}:{who}")
        for name, value in (places or {}).items():
            mark = place(name)
            message.subject = message.subject.replace(mark, value)
            message.text = message.text.replace(mark, value)
            message.html = message.html.replace(mark, escape(value))
        message.subject = message.subject[:MAX_SUBJECT]
    return _store(list(letters.values()))


def _write(*, dedup_key: str, **given: Any) -> Message | None:
    message = _compose(**given)
    message.dedup_key = stored_key(dedup_key)
    message.subject = message.subject[:MAX_SUBJECT]
    return next(iter(_store([message])), None)


def _compose(
    *,
    kind: str,
    to: Recipient,
    language: str | None,
    required: bool,
    now: datetime,
    secret: bool,
    body: Any,
) -> Message:
    """Return the message as it will be written, without its key."""
    language = language or (to.language if isinstance(to, User) else settings.LANGUAGE_CODE)
    mail = _Mail(kind, to, language, required or kinds.is_required(kind))
    with translation.override(language):
        subject, text, html = body(mail)
    message = Message(
        kind=kind,
        to_user=mail.user,
        to_address=mail.address,
        language=language,
        subject=subject,
        text=text,
        html=html,
        required=mail.required,
        secret=secret,
        message_id=make_msgid(domain=urlsplit(settings.BASE_URL).hostname or "localhost"),
        created_at=now,
        next_attempt_at=now,
    )
    _route(message, mail, now)
    return message


def _store(messages: list[Message]) -> list[Message]:
    """Write the messages with their keys and return those whose cause had not been written before; one query."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A message is queued inside the transaction that causes it.")
    ours = insert_new(messages)
    if any(message.state == "queued" for message in ours):
        kick_on_commit()
    return ours


def _route(message: Message, mail: _Mail, now: datetime) -> None:
    """Decide the first state: at once, in the day's digest, in the portal only, or refused at the door."""
    try:
        validate_email(mail.address)
    except ValidationError:
        message.state, message.error = "failed", "Address is not valid."
        return
    how = _chosen(mail)
    if how == How.NEVER:
        message.state = "kept"
    elif how == How.DAILY:
        message.digest_on = digest_day(now)


def _chosen(mail: _Mail) -> str:
    if mail.required:
        return How.AT_ONCE
    if mail.user is None:
        return How.NEVER if unsubscribe.has_opted_out(mail.address, mail.kind) else How.AT_ONCE
    if not mail.user.is_active:
        return How.NEVER
    chosen = Preference.objects.filter(user=mail.user, kind=mail.kind).values_list("how", flat=True).first()
    return chosen or How.AT_ONCE


def stored_key(dedup_key: str) -> str:
    """Return a deduplication key as it is kept: a very long one as its hash."""
    return dedup_key if len(dedup_key) <= MAX_KEY else hashlib.sha256(dedup_key.encode()).hexdigest()


def digest_day(now: datetime) -> date:
    """Return the local day whose morning digest takes a message of this instant."""
    local = helsinki(now)
    return local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)


def kick_on_commit() -> None:
    """Wake a worker once this transaction is in the database; beat wakes one anyway every few seconds."""
    connection = transaction.get_connection()
    if not any(entry[1] is _kick for entry in connection.run_on_commit):
        transaction.on_commit(_kick, robust=True)


def _kick() -> None:
    from notifications.tasks import wake

    wake()
