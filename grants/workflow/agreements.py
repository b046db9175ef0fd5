"""Negotiating an agreement: one side has the turn, writes, sends an immutable version; all approve the same one.

Lock order: the agreement before (of an amendment or renewal), then the agreement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import format_date, local_date
from county.models import Municipality
from documents.case_numbers import AGREEMENTS, next_case_number
from grants import agreement_content as text_of
from grants.agreement_content import Content
from grants.life_cycles_agreements import AGREEMENT
from grants.models import (
    Agreement,
    AgreementFile,
    AgreementKind,
    AgreementNote,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Side,
)
from grants.policies import SENDERS
from grants.policies.agreements import signers_of
from grants.policies.base import represented
from grants.workflow.agreement_force import bring_into_force
from grants.workflow.agreement_news import on_timelines, record, tell, tell_county
from liaisons.models import CooperationRequest
from organisations.models import Organisation

WORK = {Side.COUNTY: "grants.agreement.work", Side.ORGANISATION: "grants.agreement.work_own"}
SIGN = {Side.COUNTY: "grants.agreement.sign", Side.ORGANISATION: "grants.agreement.sign_own"}
#: Who may end a negotiation or an agreement: for the organisation those who send for it.
END = {Side.COUNTY: "grants.agreement.work", Side.ORGANISATION: "grants.agreement.sign_own"}


@dataclass(frozen=True)
class Paper:
    """A signature on paper: whose, when, and the checked scan."""

    signer: str
    signed_on: date
    upload: Any


def locked_for(permission: str, agreement: Agreement, by: Any, now: datetime) -> Agreement:
    """Lock and return the agreement, after the one before it, if the permission reaches it; else 404."""
    limit_waiting()
    if agreement.previous_id:
        Agreement.objects.select_for_update(of=("self",)).filter(pk=agreement.previous_id).first()
    found: Agreement = get_allowed(permission, by, now=now, lock=True, pk=agreement.pk)
    return found


def require_party(party: AgreementParty | None, side: Side, roles: tuple[str, ...], by: Any, now: datetime) -> None:
    """Raise Http404 unless the person acts in one of the roles for this very party, or for the county."""
    if (side == Side.COUNTY) != (party is None):
        raise Http404
    if party is not None and not represented(by, now, *roles).filter(organisation=party.organisation_id).exists():
        raise Http404


def latest_of(agreement: Agreement) -> AgreementVersion | None:
    """Return the version that was sent last."""
    return agreement.versions.order_by("-number").first()


def create_agreement(
    *,
    kind: AgreementKind,
    title: str,
    organisations: list[Organisation],
    unit: Any = None,
    origin: CooperationRequest | None = None,
    by: Any,
    now: datetime,
) -> Agreement:
    """Begin an agreement as the county's draft; the same kind, name and first organisation again is the same draft.

    ``origin`` is the request or idea from which it begins; its need is kept too, and an open draft of the same
    request is given again. Refused: ``no_parties``, ``own_organisation``, ``title_missing``, ``only_reference``,
    ``not_of_asker`` (the organisation that asked is no party).
    """
    with transaction.atomic():
        limit_waiting()
        check_parties(organisations, by, now)
        title = title.strip()
        if not title:
            raise Refused("title_missing", _("Kirjoita sopimukselle nimi."))
        if kind.is_reference:
            raise Refused("only_reference", _("Tämän lajin sopimukset tehdään muualla. Lisää sopimus viitteenä."))
        again = Agreement.objects.filter(kind=kind, title=title, state="draft", parties__organisation=organisations[0])
        if origin is not None:
            _require_asker(origin, organisations, by, now)
            again = Agreement.objects.open().filter(cooperation_request=origin)
        if found := again.first():
            return found
        content = text_of.blank(kind, title)
        need = origin.need if origin is not None else None
        made = begin(kind, content, organisations, unit=unit, cooperation_request=origin, need=need, by=by, now=now)
        text = f"Sopimusta alettiin valmistella: {title}.{_began_from(origin)}"
        record(made, "create_agreement", text, side=Side.COUNTY, by=by, now=now)
    return made


def _began_from(origin: CooperationRequest | None) -> str:
    if origin is None:
        return ""
    if origin.need is not None:
        return f" Se syntyi palvelualueen tarpeesta: {origin.need.title}."
    return f" Se syntyi yhteistyöpyynnöstä: {origin.subject}."


def _require_asker(origin: CooperationRequest, organisations: list[Organisation], by: Any, now: datetime) -> None:
    """Lock the request that the person handles, so that two begin one draft; the asking organisation is a party."""
    get_allowed("liaisons.request.handle", by, now=now, lock=True, pk=origin.pk)
    if origin.organisation is not None and origin.organisation not in organisations:
        raise Refused(
            "not_of_asker",
            _("Valitse osapuoleksi järjestö, joka lähetti pyynnön: %(name)s.") % {"name": origin.organisation.name},
        )


def check_parties(organisations: list[Organisation], by: Any, now: datetime) -> None:
    """Refuse ``no_parties`` and ``own_organisation``, one for which the person acts."""
    if not organisations:
        raise Refused("no_parties", _("Valitse ainakin yksi järjestö osapuoleksi."))
    may_start = allowed("grants.agreement.start", by, now=now).filter(pk__in=[row.pk for row in organisations])
    if may_start.count() < len({row.pk for row in organisations}):
        raise Refused(
            "own_organisation",
            _("Toimit itse jossakin näistä järjestöistä. Pyydä toista koordinaattoria valmistelemaan sopimus."),
        )


def begin(
    kind: AgreementKind, content: Content, organisations: list[Organisation], *, by: Any, now: datetime, **fields: Any
) -> Agreement:
    """Make the rows of an agreement that is the county's draft; inside the caller's transaction."""
    made = Agreement.objects.create(
        kind=kind,
        number=next_case_number(AGREEMENTS, now),
        title=content["title"],
        draft=content,
        draft_by=by,
        draft_at=now,
        created_by=by,
        created_at=now,
        **fields,
    )
    for organisation in dict.fromkeys(organisations):
        AgreementParty.objects.create(agreement=made, organisation=organisation)
    to_columns(made, content)
    return made


def to_columns(agreement: Agreement, content: Content) -> None:
    """Write the text's facts to the columns by which agreements are listed, and save them."""
    agreement.title = content["title"]
    agreement.purpose = content["purpose"]
    agreement.other_parties = content["other_parties"]
    agreement.starts_on, agreement.ends_on = text_of.day(content, "starts_on"), text_of.day(content, "ends_on")
    agreement.sum = text_of.money(content)
    agreement.reporting_months = content.get("reporting_months")
    agreement.save(
        update_fields=["title", "purpose", "other_parties", "starts_on", "ends_on", "sum", "reporting_months"]
    )
    agreement.municipalities.set(Municipality.objects.filter(code__in=content.get("municipalities", [])))


def _require_turn(agreement: Agreement, side: Side) -> None:
    if agreement.turn != side:
        raise Refused("not_your_turn", _("Sopimus on nyt toisella osapuolella. Voit kirjoittaa kommentin."))


def save_draft(agreement: Agreement, *, side: Side, content: Content, seen: int, by: Any, now: datetime) -> Agreement:
    """Keep the text that the side with the turn is writing; the other side does not see it before it is sent.

    ``seen`` is the revision that the form was opened with. Refused: ``wrong_state``, ``not_your_turn``,
    ``changed_meanwhile``, ``bad_term``, ``too_long`` (for the kind).
    """
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        AGREEMENT.check(locked.state, "send")
        _require_turn(locked, side)
        if locked.draft == content:
            return locked
        if locked.draft_revision != seen:
            raise Refused(
                "changed_meanwhile",
                _(
                    "Joku muu on tallentanut sopimukseen muutoksia sen jälkeen, kun avasit sivun. Tarkista erot alta. "
                    "Kun tallennat uudelleen, sivulla oleva teksti jää voimaan."
                ),
            )
        _check_term(locked.kind, content)
        locked.draft, locked.draft_revision = content, locked.draft_revision + 1
        locked.draft_by, locked.draft_at = by, now
        locked.save(update_fields=["draft", "draft_revision", "draft_by", "draft_at"])
        if locked.state == "draft":
            to_columns(locked, content)
    return locked


def _check_term(kind: AgreementKind, content: Content, *, is_whole: bool = False) -> None:
    """Refuse a term that ends before it begins or is too long; in a whole text also one without a last day."""
    starts, ends = text_of.day(content, "starts_on"), text_of.day(content, "ends_on")
    if starts and ends and ends < starts:
        raise Refused("bad_term", _("Sopimus päättyy ennen kuin se alkaa. Korjaa alkamispäivä tai päättymispäivä."))
    if (ends or is_whole) and (wrong := text_of.term_problem(kind, starts, ends)):
        raise Refused("too_long", wrong)


def send(agreement: Agreement, *, side: Side, message: str = "", by: Any, now: datetime) -> Agreement:
    """Give the turn to the other side: what was written becomes a version that never changes.

    An unchanged text goes back with a message and makes no new version. Pressing twice sends once. Refused:
    ``wrong_state``, ``not_your_turn``, ``incomplete`` (with what is missing), ``too_long``, ``nothing_new``.
    """
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        state = AGREEMENT.check(locked.state, "send")
        last, message = latest_of(locked), message.strip()
        if locked.turn != side and last is not None and last.side == side and last.message == message:
            return locked
        _require_turn(locked, side)
        gaps = text_of.missing(locked.draft)
        if gaps:
            raise Refused("incomplete", _("Sopimuksesta puuttuu vielä: %(parts)s.") % {"parts": ", ".join(gaps)})
        _check_term(locked.kind, locked.draft, is_whole=True)
        is_new = last is None or last.content != locked.draft
        if not is_new and not message:
            raise Refused("nothing_new", _("Muuta sopimusta tai kirjoita viesti, ennen kuin lähetät sen."))
        number = _keep_version(locked, side, last, message, by, now) if is_new else 0
        if not is_new:
            AgreementNote.objects.create(agreement=locked, side=side, text=message, by=by, at=now)
        locked.state, locked.turn = state, side.other
        locked.save(update_fields=["state", "turn"])
        text = _sent_words(side, number)
        record(locked, "send", text, side=side, by=by, now=now)
        if number == 1:
            on_timelines(locked, f"Hyvinvointialue lähetti sopimuksen neuvoteltavaksi: {locked.title}.", by=by, now=now)
        key = f"send:{now:%Y%m%d%H%M%S}"
        tell(locked, side.other, "sent", gettext_noop("Sopimus odottaa teitä: %(title)s"), key=key, now=now)
    return locked


def _sent_words(side: Side, number: int) -> str:
    who = "Hyvinvointialue" if side == Side.COUNTY else "Järjestö"
    return f"{who} lähetti version {number}." if number else f"{who} palautti sopimuksen viestin kanssa."


def _keep_version(
    agreement: Agreement, side: Side, last: AgreementVersion | None, message: str, by: Any, now: datetime
) -> int:
    number = last.number + 1 if last else 1
    AgreementVersion.objects.create(
        agreement=agreement,
        number=number,
        side=side,
        content=agreement.draft,
        sha256=text_of.digest(agreement.draft),
        message=message,
        sent_by=by,
        sent_at=now,
    )
    to_columns(agreement, agreement.draft)
    return number


def comment(agreement: Agreement, *, side: Side, text: str, by: Any, now: datetime) -> AgreementNote:
    """Write a comment that both sides read; the same words of the same person again are the same comment.

    Refused: ``empty``, ``not_shared`` (the organisation has not got the draft yet).
    """
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        text = text.strip()
        if not text:
            raise Refused("empty", _("Kirjoita kommentti."))
        if locked.state == "draft":
            raise Refused("not_shared", _("Järjestö ei näe luonnosta vielä. Kirjoita viesti, kun lähetät sen."))
        if again := locked.notes.filter(side=side, verb="", text=text, by=by).first():
            return again
        made = AgreementNote.objects.create(agreement=locked, side=side, text=text, by=by, at=now)
        subject = gettext_noop("Sopimusta on kommentoitu: %(title)s")
        tell(locked, side.other, "comment", subject, key=f"comment:{made.pk}", now=now)
    return made


def sign(
    agreement: Agreement, *, side: Side, party: AgreementParty | None, number: int, by: Any, now: datetime
) -> Agreement:
    """Approve the version ``number`` for the county or a party; when all have, the agreement comes into force.

    Refused: ``wrong_state``, ``not_your_turn``, ``changed_meanwhile`` (there is a newer version), ``unsent`` (own
    changes wait), ``term_over``.
    """
    with transaction.atomic():
        locked = locked_for(SIGN[side], agreement, by, now)
        require_party(party, side, SENDERS, by, now)
        title = "" if side == Side.ORGANISATION else _post_of(locked, by, now)
        row = AgreementSignature(
            party=party, signer=str(by), title=title, signed_on=local_date(now), entered_by=by, entered_at=now
        )
        return _approve(locked, row, side, number, by, now)


def _post_of(agreement: Agreement, by: Any, now: datetime) -> str:
    held = signers_of(agreement, now).filter(user=by).first()
    return held.post.full_name if held else ""


def note_paper(
    agreement: Agreement, *, party: AgreementParty | None, number: int, paper: Paper, by: Any, now: datetime
) -> Agreement:
    """Note that the county or a party has signed the version on paper; the coordinator, with the scan.

    Refused as ``sign``, and ``bad_day`` (not yet come), ``signer_missing``.
    """
    with transaction.atomic():
        locked = locked_for(WORK[Side.COUNTY], agreement, by, now)
        if not paper.signer.strip():
            raise Refused("signer_missing", _("Kirjoita, kuka allekirjoitti."))
        if paper.signed_on > local_date(now):
            raise Refused("bad_day", _("Allekirjoituspäivä ei voi olla tulevaisuudessa."))
        scan = AgreementFile(agreement=locked)
        scan.take(paper.upload, by=by, now=now)
        row = AgreementSignature(
            party=party,
            signer=paper.signer.strip(),
            signed_on=paper.signed_on,
            file=scan,
            entered_by=by,
            entered_at=now,
        )
        # On paper both sides sign at once, so that it does not matter whose turn it is.
        return _approve(locked, row, None, number, by, now)


def _approve(
    locked: Agreement, row: AgreementSignature, side: Side | None, number: int, by: Any, now: datetime
) -> Agreement:
    last = latest_of(locked)
    if last is None or last.number != number:
        raise Refused("changed_meanwhile", _("Sopimuksesta on tullut uusi versio. Lue se, ennen kuin hyväksyt."))
    live = last.signatures.filter(withdrawn_at__isnull=True)
    if live.filter(party=row.party).exists():
        return locked
    state = AGREEMENT.check(locked.state, "sign")
    if locked.state == "negotiating":
        if side is not None:
            _require_turn(locked, side)
        if locked.draft != last.content:
            raise Refused("unsent", _("Sopimukseen on kirjoitettu muutoksia, joita ei ole lähetetty. Lähetä ne ensin."))
    if locked.ends_on and locked.ends_on < local_date(now):
        raise Refused("term_over", _("Sopimuskausi on jo päättynyt. Palatkaa neuvotteluun ja korjatkaa päivät."))
    if row.file is not None:
        row.file.save()
        row.file_id = row.file.pk
    row.version = last
    row.save()
    locked.state = state
    locked.save(update_fields=["state"])
    who = "hyvinvointialueen" if row.party is None else f"järjestön {row.party.organisation.name}"
    how = f"paperilla {format_date(row.signed_on)}" if row.file_id else "palvelussa"
    text = f"{row.signer} hyväksyi version {number} {who} puolesta {how}."
    record(locked, "sign", text, side=Side.COUNTY if row.party is None else Side.ORGANISATION, by=by, now=now)
    if live.count() == locked.parties.count() + 1:
        return bring_into_force(locked, last, by=by, now=now)
    if side is not None:
        _ask_next(locked, row.party is None, now)
    return locked


def _ask_next(agreement: Agreement, by_county: bool, now: datetime) -> None:
    subject, key = gettext_noop("Sopimus odottaa hyväksyntäänne: %(title)s"), f"approve:{now:%Y%m%d%H%M%S}"
    if by_county:
        tell(agreement, Side.ORGANISATION, "approve", subject, key=key, now=now)
    else:
        tell_county(agreement, "approve", subject, key=key, now=now, sign=True)


def reopen(agreement: Agreement, *, side: Side, reason: str, by: Any, now: datetime) -> Agreement:
    """Return to the negotiation before all have approved: approvals are withdrawn and the side gets the turn."""
    with transaction.atomic():
        locked = locked_for(WORK[side], agreement, by, now)
        if locked.state == "negotiating" and locked.turn == side:
            return locked
        state = AGREEMENT.check(locked.state, "reopen")
        reason = reason_of(reason)
        AgreementSignature.objects.filter(version__agreement=locked, withdrawn_at__isnull=True).update(withdrawn_at=now)
        locked.state, locked.turn = state, side
        locked.save(update_fields=["state", "turn"])
        who = "Hyvinvointialue" if side == Side.COUNTY else "Järjestö"
        record(locked, "reopen", f"{who} palasi neuvotteluun: {reason}", side=side, by=by, now=now)
        subject, key = gettext_noop("Sopimuksesta neuvotellaan uudelleen: %(title)s"), f"reopen:{now:%Y%m%d%H%M%S}"
        tell(locked, side.other, "reopened", subject, key=key, now=now)
    return locked


def drop(agreement: Agreement, *, side: Side, reason: str, by: Any, now: datetime) -> Agreement:
    """End the negotiation without an agreement. Refused: ``wrong_state``, ``reason_missing``."""
    with transaction.atomic():
        locked = locked_for(END[side], agreement, by, now)
        if locked.state == "dropped":
            return locked
        was_draft = locked.state == "draft"
        locked.state = AGREEMENT.check(locked.state, "drop")
        locked.end_reason, locked.ended_on = reason_of(reason), local_date(now)
        locked.save(update_fields=["state", "end_reason", "ended_on"])
        text = f"Neuvottelu sopimuksesta päättyi: {locked.title}. {locked.end_reason}"
        record(locked, "drop", text, side=side, by=by, now=now)
        if not was_draft:
            on_timelines(locked, text, by=by, now=now)
            subject = gettext_noop("Neuvottelu sopimuksesta on päättynyt: %(title)s")
            tell(locked, side.other, "dropped", subject, key="dropped", now=now)
    return locked


def reason_of(text: str) -> str:
    """Return the trimmed reason, or refuse ``reason_missing``."""
    text = text.strip()
    if not text:
        raise Refused("reason_missing", _("Kirjoita perustelu. Toinen osapuoli lukee sen."))
    return text
