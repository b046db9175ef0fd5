"""Who is told of a call before they have anything in it: the invited, and those who follow its kind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.seams import Reminder
from grants.models import CallInvitation, GrantCall, KindFollow
from grants.policies import EDITORS
from notifications import outbox
from organisations import timeline
from organisations.models import Membership, Visibility

FOLLOWED = "grants.kind_followed"
#: How long after the opening followers are still told of it, when the beat has been away.
OPENING_IS_NEWS = timedelta(days=3)


class News(StrEnum):
    """What happened in a call of a followed kind."""

    PUBLISHED = "published"
    OPENED = "opened"
    EXTENDED = "extended"


SUBJECTS: dict[News, Any] = {
    News.PUBLISHED: _("Uusi haku: {call}"),
    News.OPENED: _("Haku on auennut: {call}"),
    News.EXTENDED: _("Hakuaika jatkuu: {call}"),
}


def tell_followers(call: GrantCall, news: News, *, now: datetime, event: Any = None) -> None:
    """Queue a message to everybody who follows the kind; what is for the invited only is told to nobody else."""
    if call.by_invitation:
        return
    for user in _followers(call):
        outbox.queue(
            kind=FOLLOWED,
            to=user,
            subject=format_lazy(SUBJECTS[news], call=call.title_fi),
            template="emails/grants/kind_followed",
            context=_context(call, news),
            dedup_key=f"{FOLLOWED}:{news}:{event.pk if event else call.pk}:{user.pk}",
            now=now,
        )


def _followers(call: GrantCall) -> list[User]:
    rows = KindFollow.objects.filter(kind=call.kind_id, user__is_active=True).select_related("user")
    return [row.user for row in rows.order_by("user")]


def _context(call: GrantCall, news: News) -> dict[str, Any]:
    return {
        "call": call,
        "news": str(news),
        "link": outbox.absolute(reverse("grants:call", args=[call.pk])),
        "button": _("Avaa haku"),
        "follows_url": outbox.absolute(reverse("grants:follows")),
    }


def opening_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam: a followed kind's call has opened; each follower once a call.

    A call that was open when it was published has been told of already.
    """
    opened = GrantCall.objects.open_now(now).to_all().filter(opens_at__gt=now - OPENING_IS_NEWS)
    for call in opened.order_by("opens_at", "pk"):
        if call.published_at and call.published_at >= call.opens_at:
            continue
        for user in _followers(call):
            with translation.override(user.language):
                subject = str(SUBJECTS[News.OPENED]).format(call=call.title)
            yield Reminder(
                kind=FOLLOWED,
                to=user,
                subject=subject,
                template="emails/grants/kind_followed",
                context=_context(call, News.OPENED),
                dedup_key=f"{FOLLOWED}:{News.OPENED}:{call.pk}:{user.pk}",
            )


def tell_invited(call: GrantCall, *, now: datetime, only: CallInvitation | None = None) -> None:
    """Tell the people of invited organisations who may apply, and write it on the organisations' timelines."""
    if not call.by_invitation or call.published_at is None:
        return
    invitations = [only] if only else list(call.invitations.select_related("organisation", "invited_by"))
    address = reverse("grants:call", args=[call.pk])
    for invitation in invitations:
        timeline.write(
            invitation.organisation,
            _("Hyvinvointialue kutsui järjestön hakemaan: %(call)s."),
            {"call": call.title_fi},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=invitation.invited_by,
            link=address,
        )
        members = Membership.objects.in_force(now).filter(organisation=invitation.organisation, role__in=EDITORS)
        for user in User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("pk"):
            outbox.queue(
                kind="grants.call_invited",
                to=user,
                subject=format_lazy(_("Järjestösi on kutsuttu hakemaan: {call}"), call=call.title_fi),
                template="emails/grants/call_invited",
                context={
                    "call": call,
                    "organisation": invitation.organisation,
                    "link": outbox.absolute(address),
                    "button": _("Avaa haku"),
                },
                dedup_key=f"grants.call_invited:{invitation.pk}:{user.pk}",
                required=True,
                now=now,
            )
