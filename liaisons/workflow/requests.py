"""The verbs of a co-operation request; nothing ends without an answer, and both sides are told of every word."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.policies import get_allowed, may
from common.times import local_date
from liaisons.matching import Matter
from liaisons.models import (
    REQUEST_LIFE,
    CooperationRequest,
    Helped,
    Need,
    Post,
    RequestAttachment,
    RequestEntry,
    RequestKind,
    Result,
)
from liaisons.policies import may_record_requests
from liaisons.responsible import responsible_for
from liaisons.routing import has_power, promised_on, route
from notifications.outbox import queue
from organisations import timeline
from organisations.models import Organisation, Visibility
from organisations.workflow.guards import require, staff

Kind = RequestEntry.Kind
DOUBLE_PRESS = timedelta(minutes=10)


@dataclass(frozen=True)
class Asked:
    """What is asked: of which kind, about what, for whom, and, when the asker chose them, of which post or need."""

    kind: str
    subject: str
    text: str
    organisation: Organisation | None = None
    municipality: Any = None
    theme: Any = None
    needed_by: date | None = None
    post: Post | None = None
    need: Need | None = None
    upload: Any = None


@transaction.atomic
def send_request(*, by: Any, now: datetime, **asked: Any) -> CooperationRequest:
    """Send a request (fields of ``Asked``) to the post that answers for it, or to a chosen one that may answer.

    Where the answer needs delegated power and the chosen post has none, the rule chooses. An idea for a published
    need goes to the need's post. The same words of the same person within ten minutes are one request (a double
    press). Refused: not_allowed, no_post, need_ended.
    """
    what = Asked(**asked)
    if what.organisation is not None:
        require("organisations.represent", by, what.organisation, now)
    return _make(what, {"asked_by": by}, by=by, now=now)


@transaction.atomic
def record_request(*, caller: dict[str, str], by: Any, now: datetime, **asked: Any) -> CooperationRequest:
    """Write in a request that came by telephone, e-mail, letter or in a talk, by whoever answers requests.

    ``caller`` has ``came_by`` (not the portal), ``caller_name`` and an address or number to answer to, unless the
    organisation's own people can read the answer. Refused: not_allowed, no_contact, no_post.
    """
    if not may_record_requests(by, now):
        raise Refused("not_allowed", _("Vain pyyntöihin vastaavat voivat kirjata pyynnön toisen puolesta."))
    what = Asked(**asked)
    if not (caller.get("caller_email") or caller.get("caller_phone")):
        raise Refused("no_contact", _("Kirjoita sähköposti tai puhelinnumero, johon vastataan."))
    return _make(what, {**caller, "recorded_by": by}, by=by, now=now)


def _make(what: Asked, asker: dict[str, Any], *, by: Any, now: datetime) -> CooperationRequest:
    if what.need is not None and not what.need.takes_ideas(local_date(now)):
        raise Refused("need_ended", _("Tähän tarpeeseen ei enää lähetetä ideoita. Voit lähettää saman hankeideana."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at once come one after the other
    known = {"kind": RequestKind(what.kind), "subject": what.subject, "organisation": what.organisation, **asker}
    recent = CooperationRequest.objects.filter(**known, created_at__gt=now - DOUBLE_PRESS)
    for again in recent.order_by("pk"):
        if again.entries.filter(kind=Kind.ASKER, text=what.text).exists():
            return again
    post, reason = _routed(what, now)
    made = CooperationRequest.objects.create(
        **known,
        municipality=what.municipality,
        theme=what.theme,
        needed_by=what.needed_by,
        need=what.need,
        post=post,
        routed_because=reason[:300],
        created_at=now,
        due_on=promised_on(post, now),
    )
    _write(made, Kind.ASKER, what.text, upload=what.upload, by=by, now=now)
    _tell_county(made, "received", _("Uusi yhteistyöpyyntö: {subject}"), now=now)
    _tell_timeline(made, _("Järjestö lähetti yhteistyöpyynnön: %(subject)s"), by=by, now=now)
    return made


def _routed(what: Asked, now: datetime) -> tuple[Post, str]:
    """Return the post that answers and the reason as it was said, in Finnish."""
    day, kind = local_date(now), RequestKind(what.kind)
    if what.need is not None:
        return what.need.post, _said(_("Vastaa tarpeesta: %(need)s.")) % {"need": what.need.title}
    if what.post is not None and has_power(what.post, kind, day):
        return what.post, _said(_("Lähettäjä valitsi yhteyshenkilön."))
    with translation.override("fi"):
        matter = Matter(municipality=what.municipality, theme=what.theme, about=f"{what.subject} {what.text}")
        found = route(what.kind, matter, day)
    return found.post, found.reason


@transaction.atomic
def take_request(request: CooperationRequest, *, by: Any, now: datetime) -> CooperationRequest:
    """Begin to handle it; again changes nothing. Refused: not_allowed, wrong_state."""
    row = _lock("liaisons.request.handle", request, by, now)
    if row.state == "in_progress" and row.taken_by_id == by.pk:
        return row
    row.state = REQUEST_LIFE.check(row.state, "take")
    row.taken_by = by
    row.save(update_fields=["state", "taken_by"])
    _write(row, Kind.EVENT, _said(_("Otettu käsittelyyn.")), by=by, now=now)
    return row


@transaction.atomic
def transfer_request(
    request: CooperationRequest, *, post: Post, reason: str, by: Any, now: datetime
) -> CooperationRequest:
    """Give it to another post with the reason; the promise to the asker stands, and they see to whom it went.

    Refused: not_allowed, wrong_state, same_post, no_reason.
    """
    row = _lock("liaisons.request.handle", request, by, now)
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, miksi siirrät pyynnön."))
    if post.pk == row.post_id:
        raise Refused("same_post", _("Pyyntö on jo tällä tehtävällä. Valitse toinen."))
    row.state = REQUEST_LIFE.check(row.state, "transfer")
    row.post, row.taken_by, row.routed_because = post, None, reason.strip()[:300]
    row.save(update_fields=["state", "post", "taken_by", "routed_because"])
    told = _said(_("Siirretty: %(post)s. %(reason)s")) % {"post": post.full_name, "reason": reason.strip()}
    _write(row, Kind.EVENT, told, by=by, now=now)
    _tell_county(row, "received", _("Sinulle siirrettiin yhteistyöpyyntö: {subject}"), now=now)
    return row


@transaction.atomic
def ask_more(
    request: CooperationRequest, *, text: str, upload: Any = None, by: Any, now: datetime
) -> CooperationRequest:
    """Ask the asker something. Refused: not_allowed, wrong_state."""
    row = _lock("liaisons.request.handle", request, by, now)
    row.state = REQUEST_LIFE.check(row.state, "ask_more")
    row.taken_by = row.taken_by or by
    row.first_reply_at = row.first_reply_at or now
    row.save(update_fields=["state", "taken_by", "first_reply_at"])
    _write(row, Kind.COUNTY, text, upload=upload, by=by, now=now)
    _tell_asker(row, "asked", _("Sinulta kysytään lisää: {subject}"), text, now=now)
    return row


@transaction.atomic
def reply_request(
    request: CooperationRequest, *, text: str, upload: Any = None, by: Any, now: datetime
) -> CooperationRequest:
    """Add the asker's words; a question of the county is answered by them. Refused: not_allowed, ended."""
    row = _lock_for_asker(request, by, now)
    if not row.is_open:
        raise Refused("ended", _("Pyyntöön on jo vastattu. Lähetä uusi pyyntö, jos asia jatkuu."))
    if row.state == "waiting_asker":
        row.state = REQUEST_LIFE.check(row.state, "reply")
        row.save(update_fields=["state"])
    _write(row, Kind.ASKER, text, upload=upload, by=by, now=now)
    _tell_county(row, "reply", _("Lähettäjä kirjoitti: {subject}"), now=now)
    return row


@transaction.atomic
def answer_request(
    request: CooperationRequest,
    *,
    text: str,
    result: str,
    next_step: str = "",
    upload: Any = None,
    by: Any,
    now: datetime,
) -> CooperationRequest:
    """Give the county's answer with its result and, when there is one, the next step.

    What binds the county is given only by who answers for a post with the power for it in force (S003): otherwise
    Refused no_power. Also not_allowed, wrong_state.
    """
    row = _lock("liaisons.request.handle", request, by, now)
    state = REQUEST_LIFE.check(row.state, "answer")
    if row.power and result == Result.GIVEN and not has_power(row.post, RequestKind(row.kind), local_date(now)):
        raise Refused(
            "no_power",
            _("Tätä ei voi luvata tässä tehtävässä. Siirrä pyyntö tehtävälle, jolla on toimivalta: %(power)s.")
            % {"power": row.power.label},
        )
    row.state, row.result, row.next_step = state, Result(result), next_step.strip()
    row.taken_by = row.taken_by or by
    row.first_reply_at = row.first_reply_at or now
    row.answered_at = now
    row.save(update_fields=["state", "result", "next_step", "taken_by", "first_reply_at", "answered_at"])
    _write(row, Kind.COUNTY, text, upload=upload, by=by, now=now)
    _tell_asker(row, "answered", _("Yhteistyöpyyntöösi on vastattu: {subject}"), text, now=now)
    _tell_timeline(row, _("Yhteistyöpyyntöön vastattiin: %(subject)s"), by=by, now=now)
    return row


@transaction.atomic
def note_request(request: CooperationRequest, *, text: str, upload: Any = None, by: Any, now: datetime) -> RequestEntry:
    """Write an inner note that the asker does not see. Refused: not_allowed."""
    row = _lock("liaisons.request.handle", request, by, now)
    return _write(row, Kind.NOTE, text, upload=upload, by=by, now=now)


@transaction.atomic
def tell_helped(
    request: CooperationRequest, *, helped: str, text: str = "", by: Any, now: datetime
) -> CooperationRequest:
    """Say whether the answer helped; "no" with words opens the request again.

    Refused: not_allowed, wrong_state, no_text.
    """
    row = _lock_for_asker(request, by, now)
    if row.state == "closed" and row.helped == helped:
        return row
    if helped == Helped.NO:
        if not text.strip():
            raise Refused("no_text", _("Kirjoita, mitä jäi puuttumaan, niin pyyntö avataan uudelleen."))
        row.state, row.answered_at, row.result = REQUEST_LIFE.check(row.state, "reopen"), None, ""
        row.due_on = promised_on(row.post, now)
        _write(row, Kind.ASKER, text, by=by, now=now)
        _tell_county(row, "reply", _("Vastaus ei auttanut: {subject}"), now=now)
    else:
        row.state, row.closed_at = REQUEST_LIFE.check(row.state, "helped"), now
        told = _said(_("Lähettäjä kertoi, auttoiko vastaus: %(helped)s.")) % {"helped": _said(Helped(helped).label)}
        _write(row, Kind.EVENT, f"{told} {text}".strip(), by=by, now=now)
    row.helped = Helped(helped)
    row.save(update_fields=["state", "helped", "closed_at", "answered_at", "result", "due_on"])
    return row


@transaction.atomic
def close_silent(request: CooperationRequest, *, now: datetime) -> None:
    """End an answered request to which nothing was said for thirty days; the thread says so."""
    row = CooperationRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.state != "answered":
        return
    row.state, row.closed_at = REQUEST_LIFE.check(row.state, "close"), now
    row.save(update_fields=["state", "closed_at"])
    _write(row, Kind.EVENT, _said(_("Päättyi, koska vastaukseen ei sanottu mitään kuukauteen.")), by=None, now=now)


@transaction.atomic
def withdraw_request(request: CooperationRequest, *, by: Any, now: datetime) -> CooperationRequest:
    """Take the request back before its answer; again changes nothing. Refused: not_allowed, wrong_state."""
    row = _lock_for_asker(request, by, now)
    if row.state == "withdrawn":
        return row
    row.state, row.closed_at = REQUEST_LIFE.check(row.state, "withdraw"), now
    row.save(update_fields=["state", "closed_at"])
    _write(row, Kind.EVENT, _said(_("Lähettäjä perui pyynnön.")), by=by, now=now)
    _tell_county(row, "reply", _("Yhteistyöpyyntö peruttiin: {subject}"), now=now)
    return row


def _said(text: Any) -> str:
    """Return the text as the thread keeps it: in Finnish, whoever acted in which language."""
    with translation.override("fi"):
        return str(text)


def _lock(permission: str, request: CooperationRequest, by: Any, now: datetime) -> CooperationRequest:
    row: CooperationRequest = get_allowed(permission, by, now=now, lock=True, pk=request.pk)
    return row


def _lock_for_asker(request: CooperationRequest, by: Any, now: datetime) -> CooperationRequest:
    """Lock a request of one's own, or one that somebody told by telephone and for whom those who answer write."""
    if request.asked_by_id is None and may("liaisons.request.handle", by, request, now=now):
        return _lock("liaisons.request.handle", request, by, now)
    return _lock("liaisons.request.own", request, by, now)


def _write(
    request: CooperationRequest, kind: Any, text: str, *, upload: Any = None, by: Any, now: datetime
) -> RequestEntry:
    """Add a line with its file; the same words again, right after themselves, are the same line (a double press)."""
    words = text.strip()[:5000]
    last = request.entries.last()
    if last and (last.kind, last.by, last.text) == (kind, by, words) and now - last.at < DOUBLE_PRESS:
        return last
    made = RequestEntry.objects.create(request=request, kind=kind, text=words, at=now, by=by)
    if upload is not None:
        attachment = RequestAttachment(entry=made)
        attachment.take(upload, by=by, now=now)
        attachment.save()
    return made


def who_answers(request: CooperationRequest, now: datetime) -> list[Any]:
    """Return whom a word about the request goes to: the one who answers for its post, else the coordinators."""
    answer = responsible_for(request.post, local_date(now))
    return [answer.user] if answer.user else list(staff(now, StaffRoleKind.COORDINATOR))


def _tell_county(request: CooperationRequest, what: str, subject: Any, *, now: datetime) -> None:
    number = request.entries.count()
    for person in who_answers(request, now):
        queue(
            kind=f"liaisons.request_{what}",
            to=person,
            subject=format_lazy(subject, subject=request.subject),
            template="emails/liaisons/request_to_county",
            context={"request": request},
            dedup_key=f"liaisons.request_{what}:{request.pk}:{number}:{person.pk}",
            now=now,
        )


def _tell_asker(request: CooperationRequest, what: str, subject: Any, text: str, *, now: datetime) -> None:
    to = request.asked_by or request.caller_email
    if not to:  # the page tells who answers to call
        return
    queue(
        kind=f"liaisons.request_{what}",
        to=to,
        subject=format_lazy(subject, subject=request.subject),
        template="emails/liaisons/request_to_asker",
        context={"request": request, "text": text},
        dedup_key=f"liaisons.request_{what}:{request.pk}:{request.entries.count()}",
        required=True,
        now=now,
    )


def _tell_timeline(request: CooperationRequest, text: Any, *, by: Any, now: datetime) -> None:
    """Tell the organisation's timeline, without a link: not every reader of it may open the request."""
    if request.organisation is None:
        return
    timeline.write(
        request.organisation,
        text,
        {"subject": request.subject},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
