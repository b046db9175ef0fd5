"""The verbs of proposed dates: ask a group, answer by the link, choose a time, give up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from county.models import RegionalGroup
from forums.models import DATE_POLL, DateAnswer, DateAsked, DateOption, DatePoll, Event, EventSeries, Visibility
from forums.policies.events import may_plan_events
from forums.policies.wheel import may_propose_dates
from forums.wheel_letters import wheel_letter
from liaisons.letters import said
from liaisons.models import Appointment, Body, Network, NetworkMember, PostLevel, Seat
from liaisons.policies.networks import network_convene
from liaisons.workflow.saving import save_checked

MOST_OPTIONS, MOST_ASKED = 20, 300
MANAGE = "forums.date_poll.manage"


@dataclass(frozen=True)
class Person:
    """Somebody to ask."""

    name: str
    email: str
    user: Any = None


def members_of(
    *, body: Body | None = None, network: Network | None = None, group: RegionalGroup | None = None, now: datetime
) -> list[Person]:
    """Return who belongs to the body, network or regional group now, each address once."""
    users: list[Any] = []
    if body is not None:
        users += [row.user for row in Seat.objects.in_force(now).filter(body=body).select_related("user")]
    if network is not None:
        users += [
            row.user for row in NetworkMember.objects.in_force(now).filter(network=network).select_related("user")
        ]
    if group is not None:
        seats = Seat.objects.in_force(now).filter(body__regional_group=group).select_related("user")
        posts = Appointment.objects.in_force(now).filter(
            post__level=PostLevel.MUNICIPAL, post__municipality__in=group.municipalities.values("pk")
        )
        users += [row.user for row in (*seats, *posts.select_related("user"))]
    return once(Person(user.full_name, user.email, user) for user in users if user.is_active)


def once(people: Iterable[Person]) -> list[Person]:
    """Return each address once, the first name of it."""
    found: dict[str, Person] = {}
    for person in people:
        found.setdefault(person.email.strip().lower(), person)
    return sorted(found.values(), key=lambda person: person.name)


@transaction.atomic
def propose_dates(
    *,
    title: str,
    text: str,
    options: list[tuple[datetime, datetime]],
    people: list[Person],
    answer_until: datetime,
    by: Any,
    now: datetime,
    series: EventSeries | None = None,
    body: Body | None = None,
    network: Network | None = None,
    regional_group: RegionalGroup | None = None,
) -> DatePoll:
    """Ask the people which of the times suit; each gets a letter with a link of their own.

    Refused: not_allowed, few_options, nobody, too_many, in_the_past, deadline_late, poll_refused.
    """
    _may_ask(by, network, now)
    _check_times(options, answer_until, now)
    asked = once(people)
    if not asked:
        raise Refused("nobody", _("Kirjoita, keneltä kysytään, tai valitse ryhmä, jolla on jäseniä."))
    if len(asked) > MOST_ASKED:
        raise Refused("too_many", _("Aikoja voi kysyä kerralla enintään %(most)s henkilöltä.") % {"most": MOST_ASKED})
    poll = DatePoll(
        title=title.strip()[:200],
        text=text.strip()[:2000],
        series=series,
        body=body,
        network=network,
        regional_group=regional_group,
        answer_until=answer_until,
        asked_by=by,
        asked_at=now,
    )
    save_checked(poll, "poll_refused")
    for start, end in options:
        save_checked(DateOption(poll=poll, starts_at=start, ends_at=end), "poll_refused")
    for person in asked:
        row = DateAsked(poll=poll, name=person.name[:150], email=person.email.strip(), user=person.user)
        save_checked(row, "poll_refused")
        _tell(
            row, "dates_asked", _("Mikä aika sopii: %(title)s"), [poll.text, ASK, said(UNTIL, until=answer_until)], now
        )
    return poll


ASK = _("Merkitse, mitkä ehdotetuista ajoista sopivat sinulle. Tunnusta ei tarvita.")
UNTIL = _("Vastaa viimeistään %(until)s.")


def _may_ask(by: Any, network: Network | None, now: datetime) -> None:
    if may_plan_events(by, now):
        return
    if not may_propose_dates(by, now) or network is None or not network_convene(by, now).filter(pk=network.pk).exists():
        raise Refused("not_allowed", _("Voit ehdottaa aikoja vain verkostolle, jonka koollekutsuja olet."))


def _check_times(options: list[tuple[datetime, datetime]], answer_until: datetime, now: datetime) -> None:
    if not 2 <= len(options) <= MOST_OPTIONS:
        values = {"most": MOST_OPTIONS}
        raise Refused("few_options", _("Ehdota vähintään kahta ja enintään %(most)s aikaa.") % values)
    if min(start for start, _end in options) <= now or answer_until <= now:
        raise Refused("in_the_past", _("Ehdota tulevia aikoja ja anna vastaamiselle aikaa."))
    if answer_until > min(start for start, _end in options):
        raise Refused("deadline_late", _("Vastausaika päättyy ennen ensimmäistä ehdotettua aikaa."))


def _tell(asked: DateAsked, kind: str, subject: Any, lines: list[Any], now: datetime) -> None:
    wheel_letter(
        kind,
        asked.user or asked.email,
        said(subject, title=asked.poll.title),
        lines,
        path=reverse("forums:date_answer", args=[asked.token]),
        button=_("Avaa aikaehdotus"),
        key=f"{asked.poll_id}:{asked.pk}",
        now=now,
    )


@transaction.atomic
def answer_dates(token: str, *, answers: dict[int, str], comment: str, now: datetime) -> DateAsked:
    """Keep how the times suit the person whose link it is; again replaces the answer. Refused: ended, not_all."""
    row: DateAsked = get_allowed("forums.date_asked.answer", None, now=now, lock=True, token=token)
    poll = DatePoll.objects.select_for_update(of=("self",)).get(pk=row.poll_id)
    if poll.state != "open" or poll.answer_until < now:
        raise Refused("ended", _("Vastausaika on päättynyt. Jos aika ei sovi, kerro siitä kysyjälle."))
    options = set(poll.options.values_list("pk", flat=True))
    if set(answers) != options:
        raise Refused("not_all", _("Vastaa jokaiseen aikaan."))
    row.answers.all().delete()
    DateAnswer.objects.bulk_create(
        [DateAnswer(asked=row, option_id=option, suits=suits) for option, suits in answers.items()]
    )
    row.answered_at, row.comment = now, comment.strip()[:500]
    row.save(update_fields=["answered_at", "comment"])
    return row


@transaction.atomic
def choose_date(poll: DatePoll, option: DateOption, *, by: Any, now: datetime) -> Event:
    """Choose one of the times: an event is planned for it and everybody asked is told. Again returns the same event.

    Refused: wrong_state, not_this_poll, in_the_past.
    """
    row: DatePoll = get_allowed(MANAGE, by, now=now, lock=True, pk=poll.pk)
    chosen = row.options.filter(pk=option.pk).first()
    if chosen is None:
        raise Refused("not_this_poll", _("Aika ei kuulu tähän kyselyyn."))
    if row.state == "chosen" and row.event_id:
        known = Event.objects.get(pk=row.event_id)
        if known.starts_at == chosen.starts_at:
            return known
    row.state = DATE_POLL.check(row.state, "choose")
    if chosen.starts_at <= now:
        raise Refused("in_the_past", _("Aika on jo mennyt. Ehdota uusia aikoja."))
    of_group = any((row.body_id, row.network_id, row.regional_group_id))
    event = Event(
        name_fi=row.title,
        series_id=row.series_id,
        body_id=row.body_id,
        network_id=row.network_id,
        regional_group_id=row.regional_group_id,
        visibility=Visibility.MEMBERS if of_group else Visibility.NGOS,
        starts_at=chosen.starts_at,
        ends_at=chosen.ends_at,
        created_at=now,
        created_by=by,
    )
    save_checked(event, "event_refused")
    row.event, row.ended_at = event, now
    row.save(update_fields=["state", "event", "ended_at"])
    for asked in row.asked.select_related("user"):
        asked.poll = row
        _tell(
            asked,
            "date_chosen",
            _("Aika on valittu: %(title)s"),
            [
                said(_("Valittu aika on %(time)s."), time=chosen.starts_at),
                _("Kutsu ja osallistumisohje tulevat, kun tapahtuma julkaistaan."),
            ],
            now,
        )
    return event


@transaction.atomic
def drop_dates(poll: DatePoll, *, by: Any, now: datetime) -> DatePoll:
    """End the asking without a time; everybody asked is told. Again changes nothing. Refused: wrong_state."""
    row: DatePoll = get_allowed(MANAGE, by, now=now, lock=True, pk=poll.pk)
    if row.state == "dropped":
        return row
    row.state, row.ended_at = DATE_POLL.check(row.state, "drop"), now
    row.save(update_fields=["state", "ended_at"])
    for asked in row.asked.select_related("user"):
        asked.poll = row
        lines = [_("Kysely on lopetettu, eikä aikaa valittu. Sinun ei tarvitse tehdä mitään.")]
        _tell(asked, "dates_dropped", _("Aikaa ei valittu: %(title)s"), lines, now)
    return row
