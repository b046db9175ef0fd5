"""Following, supporting and merging ideas."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from forums.after_letters import said
from forums.life_cycles_after import IDEA, IDEA_PUBLIC
from forums.models import Idea, IdeaFollow, IdeaStep
from forums.workflow.idea_news import confirm_letter, tell
from forums.workflow.ideas import DAY
from forums.workflow.voices import Speaker, limit_letters, voice_fields


@transaction.atomic
def follow_idea(
    found: Idea, *, supports: bool, follows: bool, speaker: Speaker | None = None, by: Any = None, now: datetime
) -> IdeaFollow | None:
    """Follow or support an idea, or stop; nothing of both takes the row away.

    Without an account it counts once the link in the letter has been opened. Refused: not_public, email_missing,
    too_many.
    """
    row: Idea = get_allowed("forums.idea.public", by or AnonymousUser(), now=now, pk=found.pk)
    fields = voice_fields(by, speaker, now)
    whose = {"user": fields["user"]} if fields["user"] else {"user": None, "email": fields["email"]}
    known: IdeaFollow | None = IdeaFollow.objects.select_for_update().filter(idea=row, **whose).first()
    if not supports and not follows:
        if known and fields["user"]:
            known.delete()
        return None
    if known is None:
        if fields["user"] is None:
            limit_letters(IdeaFollow.objects.filter(email=fields["email"], confirmed_at=None, at__gt=now - DAY))
        known = IdeaFollow.objects.create(idea=row, supports=supports, follows=follows, at=now, **fields)
        if not known.confirmed_at:
            confirm_letter(
                "follow",
                known,
                said(_("Vahvista, että seuraat ideaa: %(title)s"), title=row.title),
                _("Avaa linkki, niin saat viestin, kun idean tila muuttuu."),
                now,
            )
        return known
    if known.user_id:  # without an account what has been confirmed is changed only through the own link
        known.supports, known.follows = supports, follows
        known.save(update_fields=["supports", "follows"])
    return known


@transaction.atomic
def confirm_follow(found: IdeaFollow, *, now: datetime) -> IdeaFollow:
    """The address has been confirmed: the support counts and letters come; again changes nothing."""
    row: IdeaFollow = IdeaFollow.objects.select_for_update().get(pk=found.pk)
    if row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
    return row


@transaction.atomic
def stop_following(found: IdeaFollow, *, now: datetime) -> None:
    """Take the row away, with the name and the address."""
    IdeaFollow.objects.filter(pk=found.pk).delete()


@transaction.atomic
def merge_idea(found: Idea, *, into: Idea, by: Any, now: datetime) -> Idea:
    """Join a duplicate to another idea: it points there, its followers and supporters move, everybody is told.

    Again changes nothing. Refused: wrong_state, same_idea, target_not_public.
    """
    if found.pk == into.pk:
        raise Refused("same_idea", _("Ideaa ei voi yhdistää itseensä. Valitse toinen idea."))
    both = Idea.objects.select_for_update(of=("self",)).filter(pk__in=(found.pk, into.pk)).order_by("pk")
    rows = {row.pk: row for row in both}
    get_allowed("forums.idea.handle", by, now=now, pk=found.pk)
    row, other = rows[found.pk], rows[into.pk]
    if row.merged_into_id == other.pk:
        return row
    target = IDEA.check(row.state, "merge")
    if other.state not in IDEA_PUBLIC:
        raise Refused("target_not_public", _("Valitse idea, joka on julkisessa luettelossa."))
    _move_follows(row, other, now)
    row.state, row.merged_into, row.ended_at = target, other, now
    row.save(update_fields=["state", "merged_into", "ended_at"])
    IdeaStep.objects.create(idea=row, state=row.state, words=other.title, at=now, by=by)
    subject = said(_("Ideasi yhdistettiin ideaan ”%(title)s”"), title=other.title)
    line = said(_("Idea ”%(title)s” tarkoittaa samaa asiaa. Kerromme jatkossa siitä."), title=other.title)
    tell(row, subject, [line], "merge", now)
    return row


def _move_follows(row: Idea, other: Idea, now: datetime) -> None:
    """Move the followers; who follows both keeps one row. The giver follows the other idea from now on."""
    users: set[int | None] = set(other.follows.exclude(user=None).values_list("user", flat=True))
    addresses = set(other.follows.filter(user=None).values_list("email", flat=True))
    for follow in row.follows.all():
        is_there = follow.user_id in users if follow.user_id else follow.email in addresses
        if is_there:
            continue
        follow.idea = other
        follow.save(update_fields=["idea"])
        users.add(follow.user_id)
        addresses.add(follow.email)
    is_there = row.user_id in users if row.user_id else row.email in addresses
    if row.address and not is_there:
        IdeaFollow.objects.create(
            idea=other,
            supports=True,
            follows=True,
            at=now,
            user=row.user,
            name=row.name,
            email=row.email,
            language=row.language,
            confirmed_at=row.confirmed_at,
        )
