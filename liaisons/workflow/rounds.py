"""A comment round: planned, confirmed, opened and closed by the clock, answered, published whole, or cancelled."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.asked import people_of
from liaisons.letters import letter, said
from liaisons.models import ROUND, CommentRound, Outcome, RoundComment, RoundFile, RoundPart
from liaisons.policies import may_manage_rounds
from liaisons.rounds_asked import round_organisations
from liaisons.workflow.saving import save_checked
from organisations.models import Organisation

_MANY = ("municipalities", "themes")


@transaction.atomic
def start_round(*, by: Any, now: datetime, **fields: Any) -> CommentRound:
    """Plan a round. ``fields``: title, asks, opens_at, closes_at, municipalities, themes. Refused: not_allowed."""
    if not may_manage_rounds(by, now):
        raise Refused("not_allowed", _("Vain koordinaattori voi tehdä kommentointikierroksen."))
    made = CommentRound(created_by=by, created_at=now)
    _write(made, fields)
    return made


@transaction.atomic
def edit_round(found: CommentRound, *, by: Any, now: datetime, **fields: Any) -> CommentRound:
    """Change a round that has not opened. Refused("opened") for others: they only get a later end."""
    row = _planned(found, by, now)
    _write(row, fields)
    return row


def _write(row: CommentRound, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in _MANY:
            setattr(row, name, value)
    save_checked(row, "round_refused")
    for name in _MANY:
        if name in fields:
            getattr(row, name).set(fields[name])


def lock_round(found: CommentRound, by: Any, now: datetime, permission: str = "liaisons.round.manage") -> CommentRound:
    """Return the round locked, in the state that the clock gives it."""
    row: CommentRound = get_allowed(permission, by, now=now, lock=True, pk=found.pk)
    settle(row, now)
    return row


def _planned(found: CommentRound, by: Any, now: datetime) -> CommentRound:
    row = lock_round(found, by, now)
    if row.state != "planned":
        raise Refused("opened", _("Kierros on jo avattu. Voit jatkaa sen aikaa tai perua sen."))
    return row


def settle(row: CommentRound, now: datetime) -> None:
    """Move a locked round where the clock has moved it: a confirmed one opens, an open one closes."""
    if row.state == "planned" and row.confirmed_at and row.opens_at <= now:
        row.state = ROUND.check(row.state, "open_round")
        row.save(update_fields=["state"])
    if row.state == "open" and row.closes_at <= now:
        row.state = ROUND.check(row.state, "close_round")
        row.save(update_fields=["state"])


@transaction.atomic
def add_part(
    found: CommentRound, *, title: str, text: str = "", question: str = "", by: Any, now: datetime
) -> RoundPart:
    """Add a numbered part last. Refused: opened."""
    row = _planned(found, by, now)
    last = row.parts.aggregate(last=Max("number"))["last"] or 0
    part = RoundPart(round=row, number=last + 1, title=title, text=text, question=question)
    save_checked(part, "part_refused")
    return part


@transaction.atomic
def edit_part(part: RoundPart, *, by: Any, now: datetime, **fields: Any) -> RoundPart:
    """Write a part anew: title, text, question. Refused: opened."""
    _planned(part.round, by, now)
    for name, value in fields.items():
        setattr(part, name, value)
    save_checked(part, "part_refused")
    return part


@transaction.atomic
def remove_part(part: RoundPart, *, by: Any, now: datetime) -> None:
    """Take a part away and number the rest anew; gone already changes nothing. Refused: opened."""
    row = _planned(part.round, by, now)
    RoundPart.objects.filter(pk=part.pk).delete()
    for number, left in enumerate(row.parts.order_by("number"), start=1):
        if left.number != number:
            left.number = number
            left.save(update_fields=["number"])


@transaction.atomic
def attach_to_round(found: CommentRound, *, upload: Any, by: Any, now: datetime) -> RoundFile:
    """Add a checked upload; the same bytes again return the file that is there. Refused: opened."""
    row = _planned(found, by, now)
    there: RoundFile | None = row.files.filter(sha256=upload.sha256).first()
    if there:
        return there
    last = row.files.aggregate(last=Max("order"))["last"] or 0
    made = RoundFile(round=row, order=last + 1)
    made.take(upload, by=by, now=now)
    made.save()
    return made


@transaction.atomic
def remove_round_file(file: RoundFile, *, by: Any, now: datetime) -> None:
    """Take a file away; gone already changes nothing. Refused: opened."""
    row = _planned(file.round, by, now)
    there = row.files.filter(pk=file.pk).first()
    if there:
        transaction.on_commit(partial(there.file.storage.delete, str(there.file.name)), robust=True)
        there.delete()


@transaction.atomic
def confirm_round(found: CommentRound, *, by: Any, now: datetime) -> CommentRound:
    """Make the round public: it opens at its time, at once when that has come; again changes nothing.

    A worker then writes to everybody who is asked (``announce_round``). Refused: closing_past, nothing_to_read.
    """
    from liaisons.tasks import run_rounds

    row = lock_round(found, by, now)
    if row.confirmed_at and row.state in ("planned", "open"):
        return row
    ROUND.check(row.state, "confirm_round")
    if row.closes_at <= now:
        raise Refused("closing_past", _("Kierroksen päättymisaika on jo mennyt. Valitse myöhempi aika."))
    if not row.parts.exists() and not row.files.exists():
        raise Refused("nothing_to_read", _("Lisää ensin luonnoksen kohtia tai tiedosto, jota järjestöt kommentoivat."))
    row.confirmed_at = now
    row.opens_at = max(row.opens_at, now)
    row.save(update_fields=["confirmed_at", "opens_at"])
    settle(row, now)
    transaction.on_commit(run_rounds.delay)
    return row


@transaction.atomic
def extend_round(found: CommentRound, *, closes_at: datetime, by: Any, now: datetime) -> CommentRound:
    """Give more time. Refused: wrong_state once the time is over, not_later."""
    row = lock_round(found, by, now)
    ROUND.check(row.state, "extend_round")
    if closes_at == row.closes_at:
        return row
    if closes_at < row.closes_at:
        raise Refused("not_later", _("Uuden päättymisajan on oltava entistä myöhempi."))
    row.closes_at = closes_at
    row.save(update_fields=["closes_at"])
    return row


@transaction.atomic
def move_due_rounds(*, now: datetime) -> int:
    """Open and close the rounds whose time has come; return how many changed. Called by the clock."""
    opening = CommentRound.objects.filter(state="planned", confirmed_at__isnull=False, opens_at__lte=now)
    closing = CommentRound.objects.filter(state="open", closes_at__lte=now)
    due = CommentRound.objects.filter(pk__in=opening.values("pk")) | CommentRound.objects.filter(
        pk__in=closing.values("pk")
    )
    rows = list(due.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        settle(row, now)
    return len(rows)


def announce_round(round_id: int, *, now: datetime) -> int:
    """Write to the organisations that an open round asks, once; return how many letters were written.

    An organisation whose people are not in the portal gets the letter to its own address. Called by a worker, and
    again by the clock, so that a crash between loses nobody.
    """
    with transaction.atomic():
        row = CommentRound.objects.select_for_update(of=("self",)).filter(pk=round_id).first()
        if row is None or not row.takes_comments(now) or row.announced_at:
            return 0
        count = 0
        for organisation, to in _everybody(people_of(round_organisations(row), now)):
            count += (
                letter(
                    "round_open",
                    to,
                    said(_("Kommentoi: %(title)s"), title=row.title),
                    [
                        row.asks,
                        said(
                            _("%(ngo)s voi kommentoida %(until)s asti. Jokaiseen kommenttiin vastataan."),
                            ngo=organisation.name,
                            until=row.closes_at,
                        ),
                        _("Kommentit ja vastaukset julkaistaan järjestön nimellä."),
                    ],
                    path=own_path(row, organisation, to),
                    button=_("Lue luonnos ja kommentoi"),
                    key=_key(row, organisation, to),
                    now=now,
                )
                is not None
            )
        row.announced_at = now
        row.save(update_fields=["announced_at"])
    return count


def _everybody(people: dict[Organisation, list[User]]) -> Iterable[tuple[Organisation, Any]]:
    for organisation, users in people.items():
        to: Iterable[Any] = users or [address for address in [organisation.contact_email] if address]
        for one in to:
            yield organisation, one


def _key(row: CommentRound, organisation: Organisation, to: Any) -> str:
    return f"{row.pk}:{organisation.pk}:{to.pk if isinstance(to, User) else to}"


def own_path(row: CommentRound, organisation: Organisation, to: Any) -> str:
    """Return where the recipient comments: the organisation's own page, or the public one for an address."""
    if isinstance(to, User):
        return reverse("liaisons:own_round", args=[organisation.pk, row.pk])
    return row.get_absolute_url()


@transaction.atomic
def answer_comments(
    found: CommentRound, comments: Iterable[int], *, outcome: str, answer: str, by: Any, now: datetime
) -> int:
    """Give the same answer to the chosen comments; return how many got it. An answer may be given anew until published.

    Refused: wrong_state while comments still come, nothing_chosen, no_words.
    """
    row = lock_round(found, by, now)
    if row.state != "closed":
        raise Refused("wrong_state", _("Kommentteihin vastataan, kun kommenttien aika on päättynyt."))
    if not answer.strip():
        raise Refused("no_words", _("Perustele vastaus."))
    rows = list(row.comments.sent().select_for_update(of=("self",)).filter(pk__in=list(comments)))
    if not rows:
        raise Refused("nothing_chosen", _("Valitse kommentit, joihin vastaat."))
    for comment in rows:
        comment.outcome, comment.answer = Outcome(outcome), answer.strip()
        comment.answered_at, comment.answered_by = now, by
        comment.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    return len(rows)


@transaction.atomic
def write_summary(found: CommentRound, *, summary: str, by: Any, now: datetime) -> CommentRound:
    """Keep the summary of a closed round before it is published. Refused: wrong_state."""
    row = lock_round(found, by, now)
    ROUND.check(row.state, "publish_round")
    row.summary = summary.strip()
    row.save(update_fields=["summary"])
    return row


def missing_of(found: CommentRound) -> list[str]:
    """Return what publishing still needs, each as a sentence; empty when nothing."""
    missing = []
    unanswered = RoundComment.objects.filter(round=found).unanswered().count()
    if unanswered:
        words = ngettext(
            "Yhteen kommenttiin ei ole vielä vastattu.", "%(count)s kommenttiin ei ole vielä vastattu.", unanswered
        )
        missing.append(words % {"count": unanswered})
    if not found.summary.strip():
        missing.append(str(_("Yhteenveto puuttuu.")))
    return missing


@transaction.atomic
def publish_round(found: CommentRound, *, by: Any, now: datetime) -> CommentRound:
    """Publish the summary with every comment and answer, and tell those who commented; again changes nothing.

    Refused: wrong_state, missing (the message says what).
    """
    row = lock_round(found, by, now)
    if row.state == "published":
        return row
    target = ROUND.check(row.state, "publish_round")
    missing = missing_of(row)
    if missing:
        raise Refused("missing", " ".join([str(_("Kierrosta ei voi vielä julkaista.")), *missing]))
    row.state, row.published_at = target, now
    row.save(update_fields=["state", "published_at"])
    _tell_commenters(
        row,
        "round_published",
        said(_("Kommentteihinne on vastattu: %(title)s"), title=row.title),
        [
            said(_("Kiitos kommenteista. Yhteenveto ja vastaukset jokaiseen kommenttiin on julkaistu.")),
            _("Sivulta näet, mitä kommenteista otettiin huomioon ja miksi."),
        ],
        _("Lue vastaukset"),
        row.comments.sent(),
        now,
    )
    return row


def _tell_commenters(
    row: CommentRound, kind: str, subject: Any, lines: list[Any], button: Any, comments: Any, now: datetime
) -> None:
    commented = Organisation.objects.filter(pk__in=comments.values("organisation"))
    for organisation, to in _everybody(people_of(commented, now)):
        letter(
            kind,
            to,
            subject,
            lines,
            path=row.get_absolute_url(),
            button=button,
            key=_key(row, organisation, to),
            now=now,
        )


@transaction.atomic
def cancel_round(found: CommentRound, *, reason: str, by: Any, now: datetime) -> CommentRound:
    """Cancel a round that has not been published; those who have written get a letter; again changes nothing.

    What was written stays with the organisation. Refused: wrong_state, no_reason.
    """
    row = lock_round(found, by, now)
    if row.state == "cancelled":
        return row
    target = ROUND.check(row.state, "cancel_round")
    if not reason.strip():
        raise Refused("no_reason", _("Kerro, miksi kierros perutaan."))
    row.state, row.cancel_reason, row.cancelled_at = target, reason.strip(), now
    row.save(update_fields=["state", "cancel_reason", "cancelled_at"])
    _tell_commenters(
        row,
        "round_cancelled",
        said(_("Kommentointikierros on peruttu: %(title)s"), title=row.title),
        [said(_("Syy: %(reason)s"), reason=row.cancel_reason)],
        _("Katso kierros"),
        row.comments.all(),
        now,
    )
    return row
