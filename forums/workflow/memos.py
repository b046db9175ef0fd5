"""The memo of an event: begun, saved with revisions, commented, approved, published with its PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed, may
from documents.pdf import render_pdf, store_pdf
from forums.after_letters import letter, said
from forums.life_cycles_after import MEMO
from forums.memo_content import places, reading
from forums.models import Event, Memo, MemoComment, MemoRevision, SignUp
from liaisons.differences import Merged, merge
from liaisons.workflow.saving import save_checked

LANGUAGE = "fi"


@dataclass(frozen=True)
class Saved:
    """What a save did: the newest revision, and what two wrote at once; with ``merged.both`` nothing is saved."""

    revision: MemoRevision
    merged: Merged

    @property
    def is_conflict(self) -> bool:
        """Tell whether both wrote into the same place, so that nothing was saved."""
        return bool(self.merged.both)


@transaction.atomic
def start_memo(event: Event, *, by: Any, now: datetime) -> Memo:
    """Begin the memo of an event that has begun; the one that is there is returned. Refused: not_begun."""
    found: Event = get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    there: Memo | None = Memo.objects.filter(event=found).first()
    if there:
        return there
    if found.state not in ("published", "held") or found.starts_at > now:
        raise Refused("not_begun", _("Muistio aloitetaan, kun tapahtuma on alkanut."))
    made = Memo.objects.create(event=found, created_at=now)
    MemoRevision.objects.create(memo=made, number=1, content={}, by=by, at=now)
    return made


@transaction.atomic
def save_memo(found: Memo, *, base: int, texts: dict[str, str], by: Any, now: datetime) -> Saved:
    """Save what was written as a new revision; ``base`` is the revision on which the writing began.

    Places that another has changed meanwhile are brought together; where both wrote, nothing is saved and both texts
    are returned. The same text again makes no revision. Refused: wrong_state.
    """
    memo: Memo = get_allowed("forums.memo.write", by, now=now, lock=True, pk=found.pk)
    MEMO.check(memo.state, "save")
    known = {place.key for place in places(memo.event)}
    mine = {key: text.replace("\r\n", "\n").strip() for key, text in texts.items() if key in known}
    latest: Any = memo.revisions.first()  # there since the memo was begun
    begun = memo.revisions.filter(number=base).first() or latest
    merged = merge(begun.content, mine, latest.content)
    if merged.both or merged.content == latest.content:
        return Saved(latest, merged)
    made = MemoRevision.objects.create(memo=memo, number=latest.number + 1, content=merged.content, by=by, at=now)
    return Saved(made, merged)


@transaction.atomic
def set_memo_terms(
    found: Memo, *, writers: list[Any], names_people: bool, seen_by: str, by: Any, now: datetime
) -> Memo:
    """Say who writes, whether people's names are shown and who reads. Refused: published."""
    memo: Memo = get_allowed("forums.memo.approve", by, now=now, lock=True, pk=found.pk)
    if memo.state == "published":
        raise Refused("published", _("Muistio on julkaistu, eikä sitä enää muuteta."))
    memo.names_people, memo.seen_by = names_people, seen_by
    save_checked(memo, "memo_refused")
    memo.writers.set(writers)
    return memo


@transaction.atomic
def ask_memo_comments(found: Memo, *, until: datetime, by: Any, now: datetime) -> Memo:
    """Open the draft to those who took part and tell them; open already changes nothing. Refused: too_soon."""
    memo: Memo = get_allowed("forums.memo.write", by, now=now, lock=True, pk=found.pk)
    if memo.state == "commenting":
        return memo
    memo.state = MEMO.check(memo.state, "ask_comments")
    if until <= now:
        raise Refused("too_soon", _("Kommenttien määräaika on jo mennyt. Valitse myöhempi aika."))
    memo.comments_until = until
    memo.save(update_fields=["state", "comments_until"])
    event = memo.event
    for row in took_part(event).select_related("user"):
        letter(
            "memo_comments",
            row.user or row.email,
            said(_("Kommentoi muistiota: %(event)s"), event=event.name_fi),
            [said(_("Muistion luonnos on valmis. Voit kommentoida sitä %(until)s asti."), until=until)],
            path=memo_path(event, row),
            button=_("Lue luonnos"),
            key=f"{memo.pk}:{row.pk}:{int(until.timestamp())}",
            now=now,
            language=row.language,
        )
    return memo


def took_part(event: Event) -> Any:
    """Return the sign-ups of those who were there; of all with a place where no attendance has been kept."""
    rows = SignUp.objects.filter(event=event, state="signed")
    if rows.filter(attended__isnull=False).exists():
        rows = rows.filter(attended=True)
    return rows.filter(Q(user__isnull=False) | ~Q(email=""))


def memo_path(event: Event, row: SignUp | None = None) -> str:
    """Return the address of the memo's page, with the own key of a sign-up without an account."""
    path = reverse("forums:memo", args=[event.pk])
    return path if row is None or row.user_id else f"{path}?avain={row.token}"


@transaction.atomic
def add_memo_comment(
    found: Memo, *, text: str, by: Any = None, sign_up: SignUp | None = None, now: datetime
) -> MemoComment:
    """Comment the draft while its time lasts; the same words again change nothing. Refused: too_late, words_missing.

    ``sign_up`` is that of a participant without an account, whose key the page has read.
    """
    memo: Memo = Memo.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if sign_up is None:
        if memo.state == "commenting" and memo.comments_until and now <= memo.comments_until:
            get_allowed("forums.memo.comment", by, now=now, pk=memo.pk)
    elif sign_up.event_id != memo.event_id or sign_up.state != "signed":
        raise Refused("not_there", _("Vain tapahtumaan osallistunut voi kommentoida muistiota."))
    if memo.state != "commenting" or memo.comments_until is None or now > memo.comments_until:
        raise Refused("too_late", _("Kommentointiaika on päättynyt. Kerro asiasta tapahtuman järjestäjälle."))
    if not text.strip():
        raise Refused("words_missing", _("Kirjoita kommentti."))
    name = sign_up.name if sign_up else by.full_name
    who: dict[str, Any] = {"sign_up": sign_up} if sign_up else {"by": by}
    made, _new = MemoComment.objects.get_or_create(
        memo=memo, text=text.strip(), **who, defaults={"name": name, "at": now}
    )
    return made


@transaction.atomic
def answer_memo_comment(found: MemoComment, *, answer: str, by: Any, now: datetime) -> MemoComment:
    """Tell what became of a comment."""
    row: MemoComment = get_allowed("forums.memo_comment.answer", by, now=now, lock=True, pk=found.pk)
    row.answer = answer.strip()
    row.save(update_fields=["answer"])
    return row


@transaction.atomic
def approve_memo(found: Memo, *, by: Any, now: datetime) -> Memo:
    """Approve the text as it stands; approved already changes nothing. Refused: wrong_state, empty."""
    memo: Memo = get_allowed("forums.memo.approve", by, now=now, lock=True, pk=found.pk)
    if memo.state == "approved":
        return memo
    memo.state = MEMO.check(memo.state, "approve")
    latest: Any = memo.revisions.first()
    if not any(latest.content.values()):
        raise Refused("empty", _("Muistio on tyhjä. Kirjoita ensin, mistä puhuttiin ja mitä sovittiin."))
    memo.approved_at, memo.approved_by = now, by
    memo.save(update_fields=["state", "approved_at", "approved_by"])
    return memo


@transaction.atomic
def reopen_memo(found: Memo, *, by: Any, now: datetime) -> Memo:
    """Take an approved memo back to be written; a draft already changes nothing. Refused: wrong_state."""
    memo: Memo = get_allowed("forums.memo.approve", by, now=now, lock=True, pk=found.pk)
    if memo.state == "draft":
        return memo
    memo.state = MEMO.check(memo.state, "reopen")
    memo.approved_at = memo.approved_by = None
    memo.save(update_fields=["state", "approved_at", "approved_by"])
    return memo


@transaction.atomic
def publish_memo(found: Memo, *, by: Any, now: datetime) -> Memo:
    """Publish it: the PDF is stored with its hash, and those who took part are told. Twice does it once."""
    memo: Memo = get_allowed("forums.memo.approve", by, now=now, lock=True, pk=found.pk)
    if memo.state == "published":
        return memo
    memo.state = MEMO.check(memo.state, "publish")
    event = memo.event
    title = f"Muistio, {event.name_fi}"
    context = {"memo": memo, "event": event, "reading": reading(memo)}
    data = render_pdf("pdf/forums/memo.html", context, title=title, language=LANGUAGE)
    memo.document = store_pdf(data, kind="forums.memo", title=title, language=LANGUAGE, by=by, now=now)
    memo.published_at = now
    memo.save(update_fields=["state", "document", "published_at"])
    for row in took_part(event).select_related("user"):
        letter(
            "memo_published",
            row.user or row.email,
            said(_("Muistio on valmis: %(event)s"), event=event.name_fi),
            [_("Lue muistiosta, mistä puhuttiin ja mitä sovittiin.")],
            path=memo_path(event, row),
            button=_("Lue muistio"),
            key=f"{memo.pk}:{row.pk}",
            now=now,
            language=row.language,
        )
    return memo


def is_writer(memo: Memo, user: Any, now: datetime) -> bool:
    """Tell whether the person may write the memo."""
    return may("forums.memo.write", user, memo, now=now)
