"""To which post a request goes, and by when the county promises to answer."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.legal_dates import is_working_day
from common.times import local_date
from county.models import get_county
from liaisons.matching import Match, Matter, find_posts
from liaisons.models import Post
from liaisons.models.requests import NEEDS_POWER
from liaisons.responsible import powers_on

DEFAULT_DAYS = 5


def route(kind: Any, matter: Matter, on: date) -> Match:
    """Return the post that answers for a request of the kind, the most specific first, with a sentence why.

    Where the answer needs delegated power, a post that has it goes before every closer one without. In a county
    where no post fits, any standing post takes it, so that the coordinator sees it. Refused: no_post.
    """
    matches = find_posts(matter, on)
    power = NEEDS_POWER.get(kind)
    if power:
        powerful = _with_power(power, matches, on)
        if powerful:
            return powerful
    if matches:
        return matches[0]
    post = Post.objects.on(on).by_level().select_related("unit", "municipality").first()
    if post is None:
        raise Refused("no_post", _("Yhteyshenkilöitä ei ole vielä nimetty. Soita hyvinvointialueen neuvontaan."))
    return Match(post, 0, _("Kenenkään tehtävä ei vastaa tästä suoraan."))


def _with_power(power: Any, matches: list[Match], on: date) -> Match | None:
    posts = list(Post.objects.on(on).by_level().select_related("unit", "municipality"))
    held = {pk for pk, powers in powers_on(posts, on).items() if any(row.power == power for row in powers)}
    closest = next((match for match in matches if match.post.pk in held), None)
    post = closest.post if closest else next((one for one in posts if one.pk in held), None)
    reason = _("Saa päättää tästä hyvinvointialueen puolesta: %(power)s.") % {"power": power.label}
    return Match(post, closest.score if closest else 0, reason) if post else None


def has_power(post: Post, kind: Any, on: date) -> bool:
    """Tell whether the post may give on the day what the kind asks for; what needs no power anybody may."""
    power = NEEDS_POWER.get(kind)
    return power is None or any(row.power == power for row in powers_on([post], on)[post.pk])


def promised_on(post: Post, now: datetime) -> date:
    """Return the last day by which the county promises to answer: the post's working days, or the county's."""
    county = get_county()
    days = post.promised_days(county.answer_days if county else DEFAULT_DAYS)
    day = local_date(now)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
