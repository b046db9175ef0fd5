"""Ideas given and published, and what is told of them: each step reaches the giver and the followers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from forums.after_letters import letter, link_token, said
from forums.life_cycles_after import IDEA
from forums.models import CameBy, Idea, IdeaStep
from forums.policies.after import may_enter_for_others
from forums.workflow.idea_news import confirm_letter, tell
from forums.workflow.voices import Speaker, limit_letters, require_fresh, voice_fields
from liaisons.workflow.saving import save_checked

DAY = timedelta(days=1)
MOVES = ("prepare", "try", "use", "leave")
ENDS = ("in_use", "not_taken")


@dataclass(frozen=True)
class Given:
    """What a person gives: the idea, from which event, about which theme, for which organisation."""

    title: str
    text: str
    event: Any = None
    theme: Any = None
    organisation: Any = None
    shows_name: bool = False


@transaction.atomic
def give_idea(given: Given, *, speaker: Speaker | None = None, by: Any = None, now: datetime) -> Idea:
    """Take an idea. A signed-in giver's waits for publishing at once; anybody else's after the link has been opened.

    The same words of the same giver again are the same idea. Refused: email_missing, too_many, idea_refused.
    """
    fields = voice_fields(by, speaker, now)
    same = Idea.objects.filter(title=given.title.strip(), text=given.text.strip(), email=fields["email"])
    there: Idea | None = same.first()
    if there:
        return there
    if fields["user"] is None:
        limit_letters(Idea.objects.filter(email=fields["email"], state="unconfirmed", given_at__gt=now - DAY))
    state = "waiting" if fields["confirmed_at"] else "unconfirmed"
    made = _make(given, fields, state, CameBy.EVENT if given.event else CameBy.PORTAL, now)
    if state == "unconfirmed":
        confirm_letter(
            "idea",
            made,
            said(_("Vahvista ideasi: %(title)s"), title=made.title),
            _("Avaa linkki, niin luemme ideasi ja kerromme, mitä siitä tulee."),
            now,
        )
    return made


@transaction.atomic
def enter_idea(given: Given, *, speaker: Speaker, by: Any, now: datetime) -> Idea:
    """Write down an idea told on the phone; an address, if any, is one that the giver said. Refused: not_allowed."""
    if not may_enter_for_others(by, now):
        raise Refused("not_allowed", _("Vain hyvinvointialueen työntekijä kirjaa toisen kertoman idean."))
    title, text = given.title.strip(), given.text.strip()
    there: Idea | None = Idea.objects.filter(title=title, text=text, entered_by=by).first()
    if there:
        return there
    email = speaker.email.strip().lower()
    fields = {
        "user": None,
        "name": speaker.name.strip(),
        "email": email,
        "language": speaker.language,
        "confirmed_at": now if email else None,
        "entered_by": by,
    }
    return _make(given, fields, "waiting", CameBy.PHONE, now)


def _make(given: Given, fields: dict[str, Any], state: str, came_by: str, now: datetime) -> Idea:
    made = Idea(
        title=given.title.strip(),
        text=given.text.strip(),
        event=given.event,
        theme=given.theme,
        organisation=given.organisation,
        shows_name=given.shows_name,
        state=state,
        came_by=came_by,
        given_at=now,
        **fields,
    )
    save_checked(made, "idea_refused")
    return made


@transaction.atomic
def confirm_idea(found: Idea, *, now: datetime) -> Idea:
    """The giver has opened the link: the idea waits for publishing; again changes nothing. Refused: link_old."""
    row: Idea = Idea.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if row.state != "unconfirmed":
        return row
    require_fresh(row.given_at, now)
    row.state, row.confirmed_at = IDEA.check(row.state, "confirm"), now
    row.save(update_fields=["state", "confirmed_at"])
    return row


@transaction.atomic
def publish_idea(found: Idea, *, title: str, text: str, handler: Any, by: Any, now: datetime) -> Idea:
    """Publish the idea, its words cleaned of personal data where needed; again changes nothing. Refused: wrong_state.

    Its handler tells of it within 60 days. The giver is told.
    """
    row: Idea = get_allowed("forums.idea.moderate", by, now=now, lock=True, pk=found.pk)
    if row.published_at:
        return row
    row.state = IDEA.check(row.state, "publish")
    row.title, row.text, row.handler = title.strip(), text.strip(), handler or by
    row.published_at = row.renewed_at = now
    save_checked(row, "idea_refused")
    IdeaStep.objects.create(idea=row, state=row.state, at=now, by=by)
    tell(row, said(_("Ideasi on julkaistu: %(title)s"), title=row.title), [_PUBLISHED], "publish", now)
    if row.handler != by:
        letter(
            "idea_given",
            row.handler,
            said(_("Vie idea eteenpäin: %(title)s"), title=row.title),
            [_("Sinut on merkitty viemään ideaa eteenpäin. Kerro sen tila vähintään 60 päivän välein.")],
            path=row.get_absolute_url(),
            button=_("Avaa idea"),
            key=f"{row.pk}:{row.handler.pk}",
            now=now,
        )
    return row


_PUBLISHED = _("Idea näkyy nyt kaikille. Kerromme sen tilan uudelleen viimeistään 60 päivän kuluttua.")


@transaction.atomic
def refuse_idea(found: Idea, *, words: str, by: Any, now: datetime) -> Idea:
    """Do not publish it, with a reason that the giver reads; again changes nothing. Refused: words_missing."""
    row: Idea = get_allowed("forums.idea.moderate", by, now=now, lock=True, pk=found.pk)
    if row.state == "refused":
        return row
    row.state = IDEA.check(row.state, "refuse")
    _require_words(words)
    row.words, row.ended_at = words.strip(), now
    save_checked(row, "idea_refused")
    IdeaStep.objects.create(idea=row, state=row.state, words=row.words, at=now, by=by)
    tell(row, said(_("Ideaasi ei julkaistu: %(title)s"), title=row.title), [row.words], "refuse", now)
    return row


def _require_words(words: str) -> None:
    if not words.strip():
        raise Refused("words_missing", _("Kerro, miksi. Idean antaja saa sen luettavaksi."))


@transaction.atomic
def move_idea(found: Idea, *, verb: str, words: str, handler: Any = None, by: Any, now: datetime) -> Idea:
    """Tell the idea's state: ``renew`` (as before), ``prepare``, ``try``, ``use`` or ``leave``.

    The giver and the followers are told. The same state in the same words on the same moment changes nothing.
    Refused: wrong_state, words_missing.
    """
    row: Idea = get_allowed("forums.idea.handle", by, now=now, lock=True, pk=found.pk)
    if verb not in ("renew", *MOVES):
        raise Refused("unknown_verb", _("Valitse, missä tilassa idea on."))
    _require_words(words)
    last = row.steps.first()
    if last and (last.words, last.at) == (words.strip(), now) and last.state == row.state:
        return row
    row.state = IDEA.check(row.state, verb)
    row.words, row.renewed_at = words.strip(), now
    row.ended_at = now if row.state in ENDS else None
    row.handler = handler or row.handler or by
    save_checked(row, "idea_refused")
    step = IdeaStep.objects.create(idea=row, state=row.state, words=row.words, at=now, by=by)
    subject = said(_("Idea ”%(title)s”: %(state)s"), title=row.title, state=IDEA.label(row.state))
    tell(row, subject, [row.words], f"step{step.pk}", now)
    return row


@transaction.atomic
def lead_to_agreement(found: Idea, *, agreement: Any, by: Any, now: datetime) -> Idea:
    """Point to the agreement to which the idea has led; the idea goes to preparing if it was new."""
    row: Idea = get_allowed("forums.idea.handle", by, now=now, lock=True, pk=found.pk)
    if row.agreement_id == agreement.pk:
        return row
    row.agreement = agreement
    row.save(update_fields=["agreement"])
    if row.state == "new":
        return move_idea(row, verb="prepare", words=str(_("Ideasta neuvotellaan sopimusta.")), by=by, now=now)
    return row


def public_path(idea: Idea) -> str:
    """Return the address of the idea's page."""
    return reverse("forums:idea", args=[idea.pk])


def token_of(idea: Idea) -> str:
    """Return the key with which a giver without an account sees the own idea before it is public."""
    return link_token("idea", idea.pk, idea.email)
