"""The verbs of an application: save (a draft, or a change to what was sent), send, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from county.models import TargetGroup
from liaisons.letters import said
from organisations import timeline
from organisations.models import Organisation, Visibility
from premises.life_cycles import APPLYING, SEASON_APPLICATION
from premises.models import (
    BookingSource,
    Feature,
    Room,
    SeasonApplication,
    SeasonRoomWish,
    SeasonRound,
    SeasonTimeWish,
)
from premises.policies.bookings import own_organisations
from premises.policies.seasons import may_run_seasons
from premises.seasons import letters


@dataclass(frozen=True)
class TimeWish:
    """A weekday, from when to when the turn may start, and its length in minutes."""

    weekday: int
    earliest: time
    latest: time
    minutes: int


@dataclass(frozen=True)
class ApplicationFacts:
    """What an applicant tells; rooms and times in the order in which they are wished for."""

    purpose: str = ""
    number: int = 1
    turns_wanted: int = 1
    any_room: bool = False
    rooms: Sequence[Room] = ()
    times: Sequence[TimeWish] = ()
    target_groups: Sequence[TargetGroup] = ()
    features: Sequence[Feature] = ()
    contact_name: str = ""
    contact_phone: str = ""
    wishes: str = ""
    source: str = BookingSource.PORTAL
    source_note: str = ""


_PLAIN = ("number", "turns_wanted", "any_room", "source")
_WORDS = ("purpose", "contact_name", "contact_phone", "wishes", "source_note")


def _lock_round(pk: int, by: Any, now: datetime) -> SeasonRound:
    """Return the round locked while it takes applications. Refused: not_taking.

    The coordinator may write in what came on paper also after applying has ended, until the proposal is computed.
    """
    row = allowed("premises.season.view", by, now=now).filter(pk=pk).first()
    if row is None:
        raise Http404
    locked: SeasonRound = SeasonRound.objects.select_for_update().get(pk=pk)
    late = locked.state in ("open", "closed") and now >= locked.opens_at and may_run_seasons(by, now)
    if not locked.takes(now) and not late:
        raise Refused("not_taking", _("Hakuaika ei ole nyt käynnissä. Hakemusta ei voi enää muuttaa."))
    return locked


def _check_applicant(organisation: Organisation, by: Any, now: datetime) -> None:
    own = own_organisations(by, now, editors=True).filter(organisation=organisation).exists()
    if not own and not may_run_seasons(by, now):
        raise Http404


@transaction.atomic
def save_application(
    *, season: SeasonRound, organisation: Organisation, facts: ApplicationFacts, by: Any, now: datetime
) -> SeasonApplication:
    """Keep what was told: a new draft, or a change to the organisation's application of the round.

    What has been sent stays sent and must stay whole. Raises Http404. Refused: not_taking, incomplete,
    application_refused.
    """
    _check_applicant(organisation, by, now)
    row_round = _lock_round(season.pk, by, now)
    found = row_round.applications.filter(organisation=organisation, state__in=(*APPLYING, "withdrawn"))
    row = found.order_by("-pk").select_for_update().first()
    if row is None:
        row = SeasonApplication(round=row_round, organisation=organisation, made_by=by, made_at=now)
    elif row.state == "sent":
        row.state = SEASON_APPLICATION.check(row.state, "change")
    _fill(row, row_round, facts, now)
    if row.state == "sent":
        check_whole(row)
    return row


def _fill(row: SeasonApplication, season: SeasonRound, facts: ApplicationFacts, now: datetime) -> None:
    for name in _PLAIN:
        setattr(row, name, getattr(facts, name))
    for name in _WORDS:
        setattr(row, name, getattr(facts, name).strip())
    row.turns_wanted = min(facts.turns_wanted, season.most_turns)
    row.changed_at = now
    shared = set(season.rooms.values_list("pk", flat=True))
    rooms = list(dict.fromkeys(facts.rooms))
    if any(room.pk not in shared for room in rooms):
        raise Refused("application_refused", _("Valitse tilat niistä, jotka ovat mukana jaossa."))
    try:
        row.full_clean(exclude=["round", "organisation", "made_by", "sent_by", "reasons"], validate_constraints=True)
        row.save()
        wishes = [
            SeasonTimeWish(
                application=row,
                rank=rank,
                weekday=wish.weekday,
                earliest=wish.earliest,
                latest=wish.latest,
                minutes=wish.minutes,
            )
            for rank, wish in enumerate(facts.times, 1)
        ]
        for wish in wishes:
            wish.full_clean(exclude=["application"], validate_unique=False)
    except ValidationError as error:
        raise Refused("application_refused", " ".join(error.messages)) from None
    row.target_groups.set(facts.target_groups)
    row.features.set(facts.features)
    row.room_wishes.all().delete()
    row.time_wishes.all().delete()
    SeasonRoomWish.objects.bulk_create(
        SeasonRoomWish(application=row, room=room, rank=rank) for rank, room in enumerate(rooms, 1)
    )
    SeasonTimeWish.objects.bulk_create(wishes)


def check_whole(row: SeasonApplication) -> None:
    """Refuse ("incomplete") an application that cannot take part, with what is missing."""
    missing = []
    if not row.purpose:
        missing.append(_("Kerro, mihin tilaa käytetään."))
    if not row.time_wishes.exists():
        missing.append(_("Kerro ainakin yksi aika, jota toivotte."))
    if not row.any_room and not row.room_wishes.exists():
        missing.append(_("Valitse ainakin yksi tila, tai kerro, että mikä tahansa sopiva tila käy."))
    if not (row.contact_name and row.contact_phone):
        missing.append(_("Kerro yhteyshenkilön nimi ja puhelinnumero."))
    if missing:
        raise Refused("incomplete", " ".join(map(str, missing)))


@transaction.atomic
def send_application(application: SeasonApplication, *, by: Any, now: datetime) -> SeasonApplication:
    """Send the application, with a receipt to its people. Again changes nothing.

    Raises Http404. Refused: not_taking, wrong_state, incomplete.
    """
    known: SeasonApplication = get_allowed("premises.season_application.change", by, now=now, pk=application.pk)
    season = _lock_round(known.round_id, by, now)
    row: SeasonApplication = SeasonApplication.objects.select_for_update().get(pk=known.pk)
    if row.state == "sent":
        return row
    state = SEASON_APPLICATION.check(row.state, "send")
    check_whole(row)
    row.state, row.sent_at, row.sent_by = state, now, by
    row.save(update_fields=["state", "sent_at", "sent_by"])
    timeline.write(
        row.organisation,
        _("Vuorohakemus lähetetty: %(name)s."),
        {"name": season.name},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
        link=row.get_absolute_url(),
    )
    lines = [
        said(_("Olemme saaneet järjestön %(name)s vuorohakemuksen."), name=row.organisation.name),
        said(_("Vuorojako: %(name)s."), name=season.name),
        said(_("Voitte muuttaa hakemusta tai perua sen %(when)s asti."), when=season.closes_at),
        _("Kun vuorot on jaettu, saatte tuloksen ja sen perustelut sähköpostilla."),
    ]
    subject = said(_("Vuorohakemus on vastaanotettu: %(name)s"), name=season.name)
    letters.tell(row, "season_receipt", subject, lines, now=now, key=f"{now:%Y%m%d%H%M%S}")
    return row


@transaction.atomic
def withdraw_application(application: SeasonApplication, *, by: Any, now: datetime) -> SeasonApplication:
    """Take the application back; it can be sent again until closing. Again changes nothing.

    Raises Http404. Refused: not_taking, wrong_state.
    """
    known: SeasonApplication = get_allowed("premises.season_application.change", by, now=now, pk=application.pk)
    season = _lock_round(known.round_id, by, now)
    row: SeasonApplication = SeasonApplication.objects.select_for_update().get(pk=known.pk)
    if row.state == "withdrawn":
        return row
    was_sent = row.state == "sent"
    row.state = SEASON_APPLICATION.check(row.state, "withdraw")
    row.save(update_fields=["state"])
    if was_sent:
        timeline.write(
            row.organisation,
            _("Vuorohakemus peruttu: %(name)s."),
            {"name": season.name},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=row.get_absolute_url(),
        )
    return row
