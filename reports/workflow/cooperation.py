"""The life of the co-operation document: begun, written, sent for comments, decided and frozen, replaced."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from common.times import format_date, local_date
from documents.pdf import render_pdf, store_pdf
from forums.wheel import TERM_YEARS
from liaisons.models import Body, CommentRound
from liaisons.workflow.rounds import add_part, confirm_round, start_round
from liaisons.workflow.saving import save_checked
from reports import cooperation
from reports.cooperation import BY_KEY, LANGUAGE, TITLE, Written
from reports.models import COOPERATION, CooperationChapter, CooperationDocument
from reports.policies.annual import may_make_reports


class StaleText(Refused):
    """Somebody else has saved in between; ``latest`` is what stands now."""

    def __init__(self, latest: CooperationChapter) -> None:
        super().__init__(
            "stale",
            _("Joku muu on muuttanut tekstiä samaan aikaan. Vertaa tekstejä ja tallenna sitten uudelleen."),
        )
        self.latest = latest


@transaction.atomic
def begin_document(first_year: int, *, by: Any, now: datetime) -> CooperationDocument:
    """Begin the document of a council's term; one that is being prepared is returned as it is.

    It begins with the texts of the newest decided one. Refused: bad_term for a term that is over or far away.
    """
    if not may_make_reports(by, now):
        raise Http404
    if first_year not in cooperation.terms(local_date(now)):
        raise Refused("bad_term", _("Valitse nykyinen tai seuraava valtuustokausi."))
    advisory_lock("reports.cooperation", first_year)
    of_term = CooperationDocument.objects.filter(first_year=first_year)
    standing = of_term.filter(state__in=["draft", "commenting"]).first()
    if standing is not None:
        return standing
    last = of_term.order_by("-edition").first()
    before = CooperationDocument.objects.decided().order_by("-decided_at").first()
    made = CooperationDocument(
        first_year=first_year,
        last_year=first_year + TERM_YEARS,
        edition=last.edition + 1 if last else 1,
        created_by=by,
        created_at=now,
    )
    save_checked(made, "document_refused")
    if before is not None:
        CooperationChapter.objects.bulk_create(
            CooperationChapter(
                document=made, key=row.key, text=row.text, written_by_id=row.written_by_id, written_at=row.written_at
            )
            for row in before.chapters.exclude(text="")
        )
    return made


def _locked(document: CooperationDocument, by: Any, now: datetime) -> CooperationDocument:
    found: CooperationDocument = get_allowed("reports.cooperation.manage", by, now=now, lock=True, pk=document.pk)
    return found


@transaction.atomic
def save_chapter(
    document: CooperationDocument, *, key: str, text: str, version: int, by: Any, now: datetime
) -> CooperationChapter:
    """Write the text of one chapter; ``version`` is the one that was typed over, 0 where there was none.

    StaleText: somebody else has written other words since. Refused: decided, no_such_chapter.
    """
    locked = _locked(document, by, now)
    if not locked.is_open:
        raise Refused("decided", _("Asiakirja on jo päätetty, eikä sen tekstejä voi muuttaa. Aloita uusi asiakirja."))
    words = text.strip()
    row = CooperationChapter.objects.filter(document=locked, key=key).first()
    if row is None:
        if key not in BY_KEY:
            raise Refused("no_such_chapter", _("Asiakirjassa ei ole tätä lukua. Valitse luku luonnoksesta."))
        row = CooperationChapter(document=locked, key=key, version=0)
    if row.text == words:
        return row
    if row.version != version:
        raise StaleText(row)
    row.text, row.written_by, row.written_at, row.version = words, by, now, row.version + 1
    save_checked(row, "chapter_refused")
    return row


@transaction.atomic
def send_for_comments(
    document: CooperationDocument, *, asks: str, closes_at: datetime, by: Any, now: datetime
) -> CooperationDocument:
    """Open a comment round on the draft, a part for each chapter; sent already changes nothing.

    The round then lives its own life in its room: every comment gets an answer before it is published. Refused:
    nothing_written, and what the round refuses (closing_past).
    """
    locked = _locked(document, by, now)
    if locked.state == "commenting":
        return locked
    state = COOPERATION.check(locked.state, "send_for_comments")
    chapters = [one for one in cooperation.draft_chapters(locked, now) if not one.is_empty]
    if not any(one.text for one in chapters):
        raise Refused("nothing_written", _("Kirjoita ensin ainakin yhden luvun teksti, jota järjestöt kommentoivat."))
    title = f"{TITLE} {locked.term}, luonnos"
    if closes_at <= now:
        raise Refused("closing_past", _("Kommenttien päättymisaika on jo mennyt. Valitse myöhempi aika."))
    made = start_round(title=title, asks=asks, opens_at=now, closes_at=closes_at, by=by, now=now)
    for one in chapters:
        add_part(made, title=one.title, text=_as_text(one), by=by, now=now)
    confirm_round(made, by=by, now=now)
    locked.round, locked.state = made, state
    locked.save(update_fields=["round", "state"])
    return locked


def _round_of(locked: CooperationDocument) -> CommentRound:
    """Return the round of a document that has been sent, locked; the database sees to it that there is one."""
    rows = CommentRound.objects.select_for_update(of=("self",))
    return rows.get(pk=locked.round_id)  # type: ignore[misc]


def _as_text(one: Written) -> str:
    """Return the chapter as plain text for the round's part."""
    lines = [f"• {line.label}: {line.detail}" if line.detail else f"• {line.label}" for line in one.lines]
    return "\n\n".join(part for part in (one.text, "\n".join(lines)) if part)[:20_000]


@transaction.atomic
def back_to_draft(document: CooperationDocument, *, by: Any, now: datetime) -> CooperationDocument:
    """Return to a draft, for a new round. Refused: round_goes_on while the round is not over."""
    locked = _locked(document, by, now)
    if locked.state == "draft":
        return locked
    state = COOPERATION.check(locked.state, "back_to_draft")
    if _round_of(locked).state not in ("published", "cancelled"):
        raise Refused(
            "round_goes_on",
            _("Kommentointikierros on kesken. Julkaise sen vastaukset tai peru se, ja palauta sitten luonnokseksi."),
        )
    locked.state = state
    locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def decide_document(
    document: CooperationDocument, *, body: Body, decided_on: date, section: int, by: Any, now: datetime
) -> CooperationDocument:
    """Record the decision: the document is frozen with its PDF, public, and replaces the one before it.

    Order of effects: the document's row, the frozen contents, the PDF, the earlier one replaced, this one decided.
    Decided already in the same words changes nothing. Refused: comments_unanswered, round_cancelled, in_future,
    before_draft, PdfUnavailable.
    """
    locked = _locked(document, by, now)
    if locked.state == "decided" and (locked.body_id, locked.decided_on, locked.section) == (
        body.pk,
        decided_on,
        section,
    ):
        return locked
    state = COOPERATION.check(locked.state, "decide_document")
    _refuse_unready(locked, decided_on, section, now)
    chapters = cooperation.draft_chapters(locked, now)
    locked.contents = cooperation.freeze_contents(chapters, now)
    locked.body, locked.decided_on, locked.section = body, decided_on, section
    locked.decided_by, locked.decided_at = by, now
    locked.document = _store(locked, by, now)
    for earlier in CooperationDocument.objects.in_force().select_for_update(of=("self",)):
        earlier.state = COOPERATION.check(earlier.state, "replace_document")
        earlier.replaced_on = decided_on
        earlier.save(update_fields=["state", "replaced_on"])
    locked.state = state
    locked.save()
    return locked


def _refuse_unready(locked: CooperationDocument, decided_on: date, section: int, now: datetime) -> None:
    state = _round_of(locked).state
    if state == "cancelled":
        raise Refused("round_cancelled", _("Kommentointikierros on peruttu. Palauta asiakirja luonnokseksi."))
    if state != "published":
        raise Refused(
            "comments_unanswered",
            _("Kommentointikierros on kesken. Vastaa kommentteihin ja julkaise vastaukset ennen päätöstä."),
        )
    if decided_on > local_date(now):
        raise Refused("in_future", _("Päätöksen päivä on tulevaisuudessa. Kirjaa päätös, kun se on tehty."))
    if decided_on < local_date(locked.created_at):
        raise Refused("before_draft", _("Päätöksen päivä on ennen kuin asiakirjaa alettiin tehdä. Tarkista päivä."))
    if section < 1:
        raise Refused("section_not_positive", _("Pykälän numero on vähintään 1."))


def _store(locked: CooperationDocument, by: Any, now: datetime) -> Any:
    title = f"{TITLE} {locked.term}"
    day: date = locked.decided_on  # type: ignore[assignment]  # the caller has just written it
    body = locked.body.name_on(day) if locked.body else ""
    known = {
        "cooperation": locked,
        "chapters": cooperation.frozen_chapters(locked),
        "subtitle": f"{body} {format_date(day)}, {locked.section}\N{NO-BREAK SPACE}§",
        "document_date": locked.decided_on,
        "as_of": local_date(now),
    }
    data = render_pdf("pdf/reports/cooperation.html", known, title=title, language=LANGUAGE)
    return store_pdf(data, kind="reports.cooperation", title=title, language=LANGUAGE, by=by, now=now)
