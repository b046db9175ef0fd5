"""What organisations write in a comment round: drafts, sent comments, comments entered for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from liaisons.models import CommentRound, CommentSource, RoundComment, RoundPart
from liaisons.workflow.rounds import lock_round
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.workflow.guards import require

#: Part id (None: the whole draft) -> words.
Texts = Mapping[int | None, str]


def version_of(found: CommentRound, organisation: Organisation) -> str:
    """Return a mark of what the organisation has written; another person's saving changes it."""
    seen = RoundComment.objects.filter(round=found, organisation=organisation).aggregate(
        number=Count("pk"), last=Max("changed_at")
    )
    return f"{seen['number']}:{seen['last'].isoformat() if seen['last'] else ''}"


@transaction.atomic
def save_drafts(
    found: CommentRound, *, organisation: Organisation, texts: Texts, seen: str = "", by: Any, now: datetime
) -> CommentRound:
    """Keep what is being written; nobody outside the organisation sees it. Also after closing, so nothing is lost.

    Refused: not_allowed, ended (published or cancelled), changed (a colleague saved since ``seen``).
    """
    row = _locked(found, organisation, seen, by, now)
    if row.state in ("published", "cancelled"):
        raise Refused("ended", _("Kierros on päättynyt. Kopioi tekstisi talteen, sillä sitä ei voi enää tallentaa."))
    there = _rows(row, organisation)
    for part, words in _known(row, texts).items():
        _keep(row, organisation, there.get(part), part, words, by, now)
    return row


def _keep(
    row: CommentRound,
    organisation: Organisation,
    there: RoundComment | None,
    part: int | None,
    words: str,
    by: Any,
    now: datetime,
) -> None:
    comment = there or RoundComment(round=row, organisation=organisation, part_id=part)
    draft = "" if words == comment.text else words
    if draft == comment.draft:
        return
    if not draft and not comment.text:
        comment.delete()
        return
    comment.draft, comment.changed_at = draft, now
    if not comment.text:
        comment.written_by = by
    comment.save()


@transaction.atomic
def send_comments(
    found: CommentRound, *, organisation: Organisation, texts: Texts, seen: str = "", by: Any, now: datetime
) -> int:
    """Send the organisation's comments; they may be sent anew until closing. Return how many it now has.

    An emptied one is taken back. The same words again change nothing. Refused: not_allowed, closed, changed, empty.
    """
    row = _locked(found, organisation, seen, by, now)
    if row.state != "open":
        raise Refused("closed", _("Kommenttien aika on päättynyt."))
    there = _rows(row, organisation)
    known = _known(row, texts)
    if not any(known.values()) and not any(comment.sent_at for comment in there.values()):
        raise Refused("empty", _("Kirjoita ainakin yksi kommentti ennen lähettämistä."))
    changed = sum(_send(row, organisation, there.get(part), part, words, by, now) for part, words in known.items())
    if changed:
        timeline.write(
            organisation,
            _("Järjestö lähetti kommenttinsa: %(title)s"),
            {"title": row.title},
            visibility=Visibility.ORGANISATION,
            link=row.get_absolute_url(),
            now=now,
            by=by,
        )
    return RoundComment.objects.filter(round=row, organisation=organisation).sent().count()


def _send(
    row: CommentRound,
    organisation: Organisation,
    there: RoundComment | None,
    part: int | None,
    words: str,
    by: Any,
    now: datetime,
) -> bool:
    """Send one; return whether what the county sees changed."""
    if not words:
        if there:
            there.delete()
        return bool(there and there.sent_at)
    comment = there or RoundComment(round=row, organisation=organisation, part_id=part)
    changes = comment.text != words
    if not changes and not comment.draft:
        return False
    comment.draft, comment.changed_at = "", now
    if changes:
        comment.text, comment.sent_at, comment.written_by = words, now, by
        comment.source, comment.source_note = CommentSource.PORTAL, ""
    comment.save()
    return changes


@transaction.atomic
def enter_comment(
    found: CommentRound,
    *,
    organisation: Organisation,
    part: RoundPart | None,
    text: str,
    source: str,
    source_note: str = "",
    by: Any,
    now: datetime,
) -> RoundComment:
    """Enter a comment that came by mail, telephone or on paper, also a late one until the round is published.

    One entered before is replaced; what the organisation itself has sent is not. Refused: not_allowed, wrong_state,
    no_words, already_there.
    """
    row = lock_round(found, by, now)
    if row.state not in ("open", "closed"):
        raise Refused("wrong_state", _("Kommentteja kirjataan vain avoimelle tai juuri päättyneelle kierrokselle."))
    if not text.strip():
        raise Refused("no_words", _("Kirjoita kommentti."))
    number = part.pk if part and part.round_id == row.pk else None
    there = _rows(row, organisation).get(number)
    if there and there.sent_at and there.source == CommentSource.PORTAL:
        raise Refused(
            "already_there", _("Järjestö on itse kommentoinut tätä kohtaa. Pyydä sitä muuttamaan kommenttiaan.")
        )
    comment = there or RoundComment(round=row, organisation=organisation, part_id=number)
    if comment.text == text.strip() and comment.source == source:
        return comment
    comment.text, comment.sent_at, comment.changed_at, comment.written_by = text.strip(), now, now, by
    comment.source, comment.source_note = CommentSource(source), source_note.strip()
    comment.outcome, comment.answer, comment.answered_at, comment.answered_by = "", "", None, None
    comment.save()
    timeline.write(
        organisation,
        _("Järjestön kommentti kirjattiin (%(source)s): %(title)s"),
        {"source": CommentSource(source).label, "title": row.title},
        visibility=Visibility.ORGANISATION,
        link=row.get_absolute_url(),
        now=now,
        by=by,
    )
    return comment


def _locked(found: CommentRound, organisation: Organisation, seen: str, by: Any, now: datetime) -> CommentRound:
    row = lock_round(found, by, now, "liaisons.round.public")
    require("organisations.prepare", by, organisation, now)
    if seen and seen != version_of(row, organisation):
        raise Refused(
            "changed",
            _(
                "Toinen järjestön edustaja tallensi välillä. Hänen tekstinsä näkyy kohdan alla. "
                "Tarkista ja tallenna uudelleen."
            ),
        )
    return row


def _rows(row: CommentRound, organisation: Organisation) -> dict[int | None, RoundComment]:
    found = RoundComment.objects.select_for_update(of=("self",)).filter(round=row, organisation=organisation)
    return {comment.part_id: comment for comment in found}


def _known(row: CommentRound, texts: Texts) -> dict[int | None, str]:
    """Return the words by the round's own parts, tidied; what names another part is left out."""
    parts: set[int | None] = {None, *row.parts.values_list("pk", flat=True)}
    return {part: words.replace("\r\n", "\n").strip()[:5000] for part, words in texts.items() if part in parts}
