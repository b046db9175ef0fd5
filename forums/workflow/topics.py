"""Topics from below: proposed, supported, answered one by one; an answer reaches who proposed and who supports."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from forums.after_letters import letter, said
from forums.life_cycles_after import TOPIC
from forums.models import AgendaSlot, Event, Topic, TopicSupport
from forums.workflow.idea_news import confirm_letter
from forums.workflow.voices import Speaker, limit_letters, require_fresh, voice_fields
from liaisons.workflow.saving import save_checked

DAY = timedelta(days=1)


@dataclass(frozen=True)
class TopicAnswer:
    """The answer to a topic: the verb (``take``, ``postpone``, ``direct``, ``decline``), the reason, and its place."""

    verb: str
    reason: str
    starts_at: time | None = None
    speaker: str = ""
    later_event: Event | None = None
    elsewhere: str = ""


def takes_topics(event: Event, now: datetime) -> bool:
    """Tell whether topics may be proposed: the event is published and has not begun."""
    return event.state == "published" and now < event.starts_at


@transaction.atomic
def propose_topic(
    event: Event,
    *,
    title: str,
    text: str = "",
    organisation: Any = None,
    idea: Any = None,
    speaker: Speaker | None = None,
    by: Any = None,
    now: datetime,
) -> Topic:
    """Propose a topic; without an account it is shown once the link has been opened. The same title again is the same.

    Refused: too_late, email_missing, too_many, topic_refused; Http404 for an event that the person does not see.
    """
    found: Event = get_allowed("forums.event.view", by or AnonymousUser(), now=now, pk=event.pk)
    if not takes_topics(found, now):
        raise Refused("too_late", _("Tapahtumaan ei voi enää ehdottaa aiheita. Voit antaa aiheesta idean."))
    fields = voice_fields(by, speaker, now)
    there: Topic | None = Topic.objects.filter(event=found, title=title.strip(), email=fields["email"]).first()
    if there:
        return there
    if fields["user"] is None:
        limit_letters(Topic.objects.filter(email=fields["email"], state="unconfirmed", proposed_at__gt=now - DAY))
    made = Topic(
        event=found,
        title=title.strip(),
        text=text.strip(),
        organisation=organisation,
        idea=idea,
        state="proposed" if fields["confirmed_at"] else "unconfirmed",
        proposed_at=now,
        **fields,
    )
    save_checked(made, "topic_refused")
    if made.state == "unconfirmed":
        subject = said(_("Vahvista aihe-ehdotuksesi: %(title)s"), title=made.title)
        confirm_letter("topic", made, subject, _("Avaa linkki, niin ehdotuksesi näkyy tapahtuman sivulla."), now)
    return made


@transaction.atomic
def confirm_topic(found: Topic, *, now: datetime) -> Topic:
    """The proposer has opened the link; again changes nothing. Refused: link_old."""
    row: Topic = Topic.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.state != "unconfirmed":
        return row
    require_fresh(row.proposed_at, now)
    row.state, row.confirmed_at = TOPIC.check(row.state, "confirm"), now
    row.save(update_fields=["state", "confirmed_at"])
    return row


@transaction.atomic
def support_topic(
    found: Topic, *, speaker: Speaker | None = None, by: Any = None, now: datetime
) -> TopicSupport | None:
    """Support a topic, once each; the proposer's own support is the proposal. Refused: answered, email_missing."""
    row: Topic = get_allowed("forums.topic.view", by or AnonymousUser(), now=now, lock=True, pk=found.pk)
    if row.state != "proposed":
        raise Refused("answered", _("Aiheeseen on jo vastattu."))
    fields = voice_fields(by, speaker, now)
    if (fields["user"] and row.user_id == fields["user"].pk) or (not fields["user"] and row.email == fields["email"]):
        return None
    whose = {"user": fields["user"]} if fields["user"] else {"user": None, "email": fields["email"]}
    there: TopicSupport | None = TopicSupport.objects.filter(topic=row, **whose).first()
    if there:
        return there
    if fields["user"] is None:
        limit_letters(TopicSupport.objects.filter(email=fields["email"], confirmed_at=None, at__gt=now - DAY))
    made = TopicSupport.objects.create(topic=row, at=now, **fields)
    if not made.confirmed_at:
        subject = said(_("Vahvista kannatuksesi: %(title)s"), title=row.title)
        confirm_letter("support", made, subject, _("Avaa linkki, niin kannatuksesi lasketaan."), now)
    return made


@transaction.atomic
def confirm_support(found: TopicSupport, *, now: datetime) -> TopicSupport:
    """The address has been confirmed: the support counts; again changes nothing."""
    row: TopicSupport = TopicSupport.objects.select_for_update().get(pk=found.pk)
    if row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def answer_topic(found: Topic, *, answer: TopicAnswer, by: Any, now: datetime) -> Topic:
    """Answer a topic with a reason; taken makes a slot of the agenda. Whoever proposed or supports it is told.

    The same answer again changes nothing. Refused: wrong_state, unknown_verb, event_missing, topic_refused.
    """
    row: Topic = get_allowed("forums.topic.answer", by, now=now, lock=True, pk=found.pk)
    targets = {"take": "taken", "postpone": "later", "direct": "elsewhere", "decline": "declined"}
    if answer.verb not in targets:
        raise Refused("unknown_verb", _("Valitse, mitä aiheelle tehdään."))
    if row.state == targets[answer.verb] and row.answer == answer.reason.strip():
        return row
    row.state = TOPIC.check(row.state, answer.verb)
    row.answer, row.answered_at, row.answered_by = answer.reason.strip(), now, by
    if row.state == "taken":
        row.slot = _slot(row, answer)
    elif row.state == "later":
        row.later_event = _later(row, answer, by, now)
    elif row.state == "elsewhere":
        row.elsewhere = answer.elsewhere.strip()
    save_checked(row, "topic_refused")
    _tell(row, now)
    return row


def _slot(row: Topic, answer: TopicAnswer) -> AgendaSlot:
    last = AgendaSlot.objects.filter(event=row.event_id).aggregate(last=Max("order"))["last"] or 0
    return AgendaSlot.objects.create(
        event_id=row.event_id,
        title=row.title,
        speaker=answer.speaker.strip(),
        starts_at=answer.starts_at,
        order=min(last + 10, 32000),
    )


def _later(row: Topic, answer: TopicAnswer, by: Any, now: datetime) -> Event | None:
    """Return the event to which the topic moves; none means that the date is not known yet."""
    if answer.later_event is None:
        return None
    found: Event | None = allowed("forums.event.manage", by, now=now).filter(pk=answer.later_event.pk).first()
    if found is None or found.pk == row.event_id:
        raise Refused("event_missing", _("Valitse tapahtuma, johon aihe siirretään."))
    return found


def _tell(row: Topic, now: datetime) -> None:
    subject = said(_("Vastaus aiheeseen ”%(title)s”: %(state)s"), title=row.title, state=TOPIC.label(row.state))
    where: Any = ""
    if row.state == "elsewhere":
        where = said(_("Aiheen käsittelee: %(who)s."), who=row.elsewhere)
    elif row.later_event is not None:
        where = said(_("Aihe siirretään tapahtumaan: %(event)s."), event=row.later_event.name_fi)
    supports = TopicSupport.objects.filter(topic=row, confirmed_at__isnull=False).select_related("user")
    proposer = Topic.objects.select_related("user").get(pk=row.pk)
    for voice in (proposer, *supports):
        letter(
            "topic_answered",
            voice.address,
            subject,
            [row.answer, where],
            path=reverse("forums:topics", args=[row.event_id]),
            button=_("Avaa aiheet"),
            key=f"{row.pk}:{voice._meta.model_name}:{voice.pk}:{row.state}",
            now=now,
            language=voice.language,
        )
