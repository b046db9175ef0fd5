"""Negotiating a case: opened, versions in turns, approved by both sides, ended; who takes part; the waived statement.

Lock order: the call, the application, then the negotiation. The call's row makes a negotiation and a proposal wait
for each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from grants.life_cycles_negotiations import NEGOTIATION
from grants.models import (
    Application,
    GrantCall,
    Negotiation,
    NegotiationApproval,
    NegotiationPost,
    NegotiationVersion,
    Side,
    StatementWaiver,
)
from grants.statements import answerers, conflicted_in, posts_to_ask
from grants.workflow import events
from grants.workflow.case_events import happened
from grants.workflow.negotiation_news import tell_participants, tell_person, tell_side

#: Who writes for a side, and who binds it.
WRITE = {Side.COUNTY: "grants.negotiation.work", Side.ORGANISATION: "grants.negotiation.write_own"}
AGREE = {Side.COUNTY: "grants.negotiation.work", Side.ORGANISATION: "grants.negotiation.agree_own"}
WHO = {Side.COUNTY: "Hyvinvointialue", Side.ORGANISATION: "Hakija"}
TEXTS = ("purpose", "plan", "budget", "conditions", "indicators")


@dataclass(frozen=True)
class Offer:
    """What a side proposes; ``sum`` in euros."""

    sum: Decimal
    purpose: str
    plan: str = ""
    budget: str = ""
    conditions: str = ""
    indicators: str = ""
    message: str = ""

    def same_as(self, version: NegotiationVersion) -> bool:
        """Tell whether the version proposes the same; the message is no part of it."""
        return self.sum == version.sum and all(
            _clean(getattr(self, name)) == _clean(getattr(version, name)) for name in TEXTS
        )


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def is_prepared(case: Application) -> bool:
    """Tell whether there is still something to negotiate: nothing has been put before who decides; needs the call."""
    return case.state == "submitted" or (case.state == "in_handling" and case.call.state == "handling")


def locked_case(
    permission: str, application: Application, by: Any, now: datetime, *, prepared: bool = True
) -> Application:
    """Lock the call's row and then the case, under the permission; raise Http404 without it.

    Refused: ``closed`` (with ``prepared``: the case has been put before who decides, or is over).
    """
    limit_waiting()
    GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    get_allowed(permission, by, now=now, lock=True, pk=application.pk)
    case: Application = Application.objects.select_related("call", "organisation").get(pk=application.pk)
    if prepared and not is_prepared(case):
        raise Refused("closed", _("Asian valmistelu on päättynyt, joten neuvottelua ei voi enää jatkaa."))
    return case


def locked_negotiation(case: Application) -> Negotiation:
    """Lock and return the locked case's negotiation, or raise Http404."""
    found = Negotiation.objects.select_for_update(of=("self",)).filter(application=case).first()
    if found is None:
        raise Http404
    found.application = case
    return found


def latest_of(negotiation: Negotiation) -> NegotiationVersion | None:
    """Return the version that was sent last."""
    return negotiation.versions.order_by("-number").first()


def open_negotiation(
    application: Application, *, turn: Side = Side.ORGANISATION, by: Any, now: datetime
) -> Negotiation:
    """Open the case's negotiation; ``turn`` is the side that makes the first proposal. Twice is once."""
    with transaction.atomic():
        case = locked_case("grants.negotiation.work", application, by, now)
        standing = Negotiation.objects.filter(application=case).first()
        if standing is not None:
            return standing
        made = Negotiation.objects.create(application=case, turn=turn, turn_since=now, opened_by=by, opened_at=now)
        who = "hyvinvointialueen" if turn == Side.COUNTY else "hakijan"
        text = f"Neuvottelu avustuksesta alkoi. Ensimmäinen ehdotus on {who} vuoro."
        happened(case, "open_negotiation", text, by=by, now=now)
        tell_side(case, Side.ORGANISATION, "opened", key=str(made.pk), now=now, is_turn=turn == Side.ORGANISATION)
    return made


def set_participants(
    application: Application, posts: Iterable[int], *, by: Any, now: datetime
) -> list[NegotiationPost]:
    """Let exactly the chosen liaison posts take part and return them; who answers for a new one is told.

    Refused: ``nobody`` (no one answers for a post without a conflict of interest).
    """
    with transaction.atomic():
        case = locked_case("grants.negotiation.work", application, by, now)
        row = locked_negotiation(case)
        standing = {one.post_id: one for one in row.posts.all()}
        chosen = {post.pk: post for post in posts_to_ask(now).filter(pk__in=set(posts))}
        new = [post for key, post in chosen.items() if key not in standing]
        people = answerers(new, now, conflicted_in(case))
        missing = [post.full_name for post in new if post.pk not in people]
        if missing:
            raise Refused(
                "nobody",
                _("Tehtävässä ei ole nyt henkilöä, joka voisi osallistua: %(posts)s.") % {"posts": "; ".join(missing)},
            )
        for key, one in standing.items():
            if key not in chosen:
                one.delete()
        for post in new:
            NegotiationPost.objects.create(negotiation=row, post=post, added_at=now)
            text = f"Neuvotteluun kutsuttiin {post.full_name}."
            events.record(case, "set_participants", text, by=by, now=now)
            tell_person(case, people[post.pk], "joined", key=f"{row.pk}:{post.pk}", now=now)
        return list(row.posts.select_related("post"))


def send_version(
    application: Application, offer: Offer, *, side: Side, seen: int, by: Any, now: datetime
) -> NegotiationVersion:
    """Send a proposal to the other side as the next numbered version; the turn goes over. The same again is once.

    ``seen`` is the number of the version that the form was filled over, 0 for none. Refused: ``wrong_state``,
    ``stale`` (the other side has sent meanwhile), ``not_your_turn``, ``bad_sum``, ``purpose_missing``,
    ``nothing_new``.
    """
    with transaction.atomic():
        case = locked_case(WRITE[side], application, by, now)
        row = locked_negotiation(case)
        last = latest_of(row)
        if last is not None and last.side == side and row.turn != side and offer.same_as(last):
            return last
        state = NEGOTIATION.check(row.state, "send_version")
        if (last.number if last else 0) != seen:
            raise Refused("stale", _("Neuvottelussa on uusi versio. Lue se ensin. Tekstisi on tallella tällä sivulla."))
        if row.turn != side:
            raise Refused("not_your_turn", _("Vuoro on nyt toisella osapuolella. Saatte viestin, kun se palaa teille."))
        _check_offer(offer, case, last)
        made = NegotiationVersion.objects.create(
            negotiation=row,
            number=(last.number if last else 0) + 1,
            side=side,
            sum=offer.sum,
            message=_clean(offer.message),
            sent_by=by,
            sent_at=now,
            **{name: _clean(getattr(offer, name)) for name in TEXTS},
        )
        row.state = state
        _pass_turn(row, side.other, now)
        text = f"{WHO[side]} lähetti neuvottelun version {made.number}: {format_euros(made.sum)}."
        happened(case, "send_version", text, by=by, now=now)
        tell_side(case, side.other, "version", key=f"{row.pk}:{made.number}", now=now)
        tell_participants(case, "version", key=f"{row.pk}:{made.number}", now=now, reads_only=True)
    return made


def _check_offer(offer: Offer, case: Application, last: NegotiationVersion | None) -> None:
    asked = case.asked_sum or Decimal(0)
    if offer.sum <= 0:
        raise Refused("bad_sum", _("Avustuksen täytyy olla suurempi kuin nolla."))
    if offer.sum > asked:
        raise Refused(
            "bad_sum", _("Avustusta on haettu %(asked)s. Enempää ei voi ehdottaa.") % {"asked": format_euros(asked)}
        )
    if not _clean(offer.purpose):
        raise Refused("purpose_missing", _("Kirjoita, mihin avustus käytetään."))
    if last is not None and offer.same_as(last):
        raise Refused("nothing_new", _("Mikään ei muuttunut. Jos versio on hyvä näin, hyväksy se."))


def _pass_turn(row: Negotiation, side: Side, now: datetime) -> None:
    if row.turn != side:
        row.turn, row.turn_since = side, now
    row.save(update_fields=["state", "turn", "turn_since"])


def approve_version(application: Application, *, number: int, side: Side, by: Any, now: datetime) -> Negotiation:
    """Approve the newest version for a side; when both have approved it, it is agreed. Twice is once.

    Refused: ``wrong_state``, ``stale`` (there is a newer version, or none).
    """
    with transaction.atomic():
        case = locked_case(AGREE[side], application, by, now)
        row = locked_negotiation(case)
        last = latest_of(row)
        live = NegotiationApproval.objects.filter(version=last, withdrawn_at__isnull=True)
        if last is not None and last.number == number and live.filter(side=side).exists():
            return row
        NEGOTIATION.check(row.state, "approve_version")
        if last is None or last.number != number:
            raise Refused("stale", _("Neuvottelussa on uusi versio. Lue se ja hyväksy se, jos se on hyvä."))
        NegotiationApproval.objects.create(version=last, side=side, by=by, at=now)
        text = f"{WHO[side]} hyväksyi neuvottelun version {number}."
        happened(case, "approve_version", text, by=by, now=now)
        if live.count() == 2:
            return _agree(row, last, side, by=by, now=now)
        _pass_turn(row, side.other, now)
        tell_side(case, side.other, "approved", key=f"{row.pk}:{last.pk}:{now:%Y%m%d%H%M%S}", now=now)
    return row


def _agree(row: Negotiation, version: NegotiationVersion, side: Side, *, by: Any, now: datetime) -> Negotiation:
    row.state = NEGOTIATION.check("open", "approve_version", target="agreed")
    row.agreed_version, row.agreed_at = version, now
    row.save(update_fields=["state", "agreed_version", "agreed_at"])
    case = row.application
    text = f"Neuvottelussa sovittiin versiosta {version.number}: {format_euros(version.sum)}. Asia etenee esitykseksi."
    happened(case, "agree_negotiation", text, by=by, now=now)
    key = f"{row.pk}:{version.pk}:{now:%Y%m%d%H%M%S}"
    for told in Side:
        tell_side(case, told, "agreed", key=key, now=now)
    tell_participants(case, "agreed", key=key, now=now)
    return row


def end_negotiation(application: Application, *, reason: str, side: Side, by: Any, now: datetime) -> Negotiation:
    """End the negotiation without agreeing; the other side reads the reason. The case is still decided. Twice is once.

    Refused: ``wrong_state``, ``reason_missing``.
    """
    with transaction.atomic():
        case = locked_case(AGREE[side], application, by, now)
        row = locked_negotiation(case)
        if row.state == "ended":
            return row
        state, words = NEGOTIATION.check(row.state, "end_negotiation"), _clean(reason)
        if not words:
            raise Refused("reason_missing", _("Kirjoita, miksi neuvottelu päättyy. Toinen osapuoli lukee sen."))
        row.state, row.end_reason, row.ended_at, row.ended_side = state, words, now, side
        row.save(update_fields=["state", "end_reason", "ended_at", "ended_side"])
        _withdraw_approvals(row, now)
        text = f"{WHO[side]} päätti neuvottelun ilman sopimusta: {words}"
        happened(case, "end_negotiation", text, by=by, now=now)
        key = f"{row.pk}:{now:%Y%m%d%H%M%S}"
        tell_side(case, side.other, "ended", key=key, now=now)
        tell_participants(case, "ended", key=key, now=now)
    return row


def _withdraw_approvals(row: Negotiation, now: datetime) -> None:
    NegotiationApproval.objects.filter(version__negotiation=row, withdrawn_at__isnull=True).update(withdrawn_at=now)


def return_to_negotiation(application: Application, *, reason: str, by: Any, now: datetime) -> Negotiation:
    """The county opens an agreed or ended negotiation again while the case is prepared; approvals are withdrawn.

    The county gets the turn. Refused: ``wrong_state``, ``reason_missing``.
    """
    with transaction.atomic():
        case = locked_case("grants.negotiation.work", application, by, now)
        row = locked_negotiation(case)
        if row.state == "open":
            return row
        state, words = NEGOTIATION.check(row.state, "return_to_negotiation"), _clean(reason)
        if not words:
            raise Refused("reason_missing", _("Kirjoita, miksi neuvottelua jatketaan. Hakija lukee sen."))
        _withdraw_approvals(row, now)
        row.state, row.agreed_version, row.agreed_at = state, None, None
        row.end_reason, row.ended_at, row.ended_side = "", None, ""
        row.turn, row.turn_since = Side.COUNTY, now
        row.save()
        text = f"Hyvinvointialue palasi neuvotteluun: {words}"
        happened(case, "return_to_negotiation", text, by=by, now=now)
        key = f"{row.pk}:{now:%Y%m%d%H%M%S}"
        tell_side(case, Side.ORGANISATION, "returned", key=key, now=now)
    return row


def waive_statement(application: Application, *, reason: str, by: Any, now: datetime) -> StatementWaiver:
    """Write why no statement of the service area is needed before the proposal; written anew it replaces the earlier.

    Refused: ``reason_missing``.
    """
    with transaction.atomic():
        case = locked_case("grants.negotiation.work", application, by, now)
        words = _clean(reason)
        if not words:
            raise Refused("reason_missing", _("Kirjoita, miksi lausuntoa ei tarvita."))
        standing = StatementWaiver.objects.filter(application=case).first()
        if standing is not None and standing.reason == words:
            return standing
        made, _new = StatementWaiver.objects.update_or_create(
            application=case, defaults={"reason": words, "written_by": by, "written_at": now}
        )
        events.record(case, "waive_statement", f"Palvelualueen lausuntoa ei tarvita: {words}", by=by, now=now)
    return made
