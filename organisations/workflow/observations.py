"""Observations: written by one officer, confirmed by a second, told to the organisation, answered, withdrawn."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind
from common.errors import Refused
from notifications.outbox import queue
from organisations import timeline
from organisations.models import (
    OBSERVATION_LIFE,
    MembershipRole,
    Observation,
    ObservationLevel,
    ObservationReply,
    Organisation,
    Visibility,
)
from organisations.policies.relations import may_read_county_pages
from organisations.workflow.guards import lock, members, require, staff


def make_observation(
    organisation: Organisation,
    *,
    level: str,
    text: str,
    valid_from: date,
    valid_until: date | None,
    by: Any,
    now: datetime,
) -> Observation:
    """Write an observation; it has no effect before another officer has confirmed it.

    Refused: not_allowed, term_order.
    """
    with transaction.atomic():
        require("organisations.observation.make", by, organisation, now)
        if valid_until is not None and valid_until < valid_from:
            raise Refused("term_order", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))
        observation = Observation.objects.create(
            organisation=organisation,
            level=ObservationLevel(level),
            text=text.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            made_at=now,
            made_by=by,
        )
        _write(observation, _("Huomio kirjattiin (%(level)s), odottaa vahvistajaa"), by=by, now=now)
    return observation


def confirm_observation(observation: Observation, *, by: Any, now: datetime) -> Observation:
    """Confirm as the second person: it is in force and the organisation is told. Again changes nothing.

    Refused: not_allowed (also for the one who wrote it), wrong_state.
    """
    with transaction.atomic():
        observation = lock(observation)
        require("organisations.observation.confirm", by, observation, now)
        if observation.state == "confirmed":
            return observation
        observation.state = OBSERVATION_LIFE.check(observation.state, "confirm")
        observation.confirmed_at, observation.confirmed_by = now, by
        observation.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        organisation = observation.organisation
        timeline.write(
            organisation,
            _("Hyvinvointialue kirjasi huomion (%(level)s)"),
            {"level": observation.get_level_display()},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        for person in members(organisation, now, MembershipRole.ADMIN, MembershipRole.SIGNATORY):
            queue(
                kind="organisations.observation",
                to=person,
                subject=format_lazy(_("Hyvinvointialue on kirjannut huomion: {name}"), name=organisation.name),
                template="emails/organisations/observation",
                context={"observation": observation, "organisation": organisation},
                dedup_key=f"organisations.observation:{observation.pk}:{person.pk}",
                required=True,
                now=now,
            )
    return observation


def withdraw_observation(observation: Observation, *, reason: str, by: Any, now: datetime) -> Observation:
    """Withdraw with a reason; the organisation is told when it had been told of the observation. Again changes nothing.

    Refused: not_allowed, wrong_state, no_reason.
    """
    with transaction.atomic():
        observation = lock(observation)
        require("organisations.observation.manage", by, observation, now)
        if observation.state == "withdrawn":
            return observation
        if not reason.strip():
            raise Refused("no_reason", _("Kirjoita, miksi huomio perutaan."))
        was_told = observation.state == "confirmed"
        observation.state = OBSERVATION_LIFE.check(observation.state, "withdraw")
        observation.withdrawn_at, observation.withdrawn_by = now, by
        observation.withdrawn_reason = reason.strip()[:500]
        observation.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        organisation = observation.organisation
        timeline.write(
            organisation,
            _("Huomio peruttiin (%(level)s)"),
            {"level": observation.get_level_display()},
            visibility=Visibility.ORGANISATION if was_told else Visibility.COUNTY,
            now=now,
            by=by,
        )
        if was_told:
            for person in members(organisation, now, MembershipRole.ADMIN, MembershipRole.SIGNATORY):
                queue(
                    kind="organisations.observation",
                    to=person,
                    subject=format_lazy(_("Huomio on peruttu: {name}"), name=organisation.name),
                    template="emails/organisations/observation_withdrawn",
                    context={"observation": observation, "organisation": organisation},
                    dedup_key=f"organisations.observation_withdrawn:{observation.pk}:{person.pk}",
                    required=True,
                    now=now,
                )
    return observation


def reply_to_observation(observation: Observation, *, text: str, by: Any, now: datetime) -> ObservationReply:
    """Store the organisation's answer and tell the coordinators; the same text again is not stored twice.

    Refused: not_allowed, no_text.
    """
    with transaction.atomic():
        observation = lock(observation)
        require("organisations.observation.reply", by, observation, now)
        if not text.strip():
            raise Refused("no_text", _("Kirjoita vastine."))
        held = observation.replies.filter(text=text.strip(), by=by).first()
        if held is not None:
            return held
        reply = ObservationReply.objects.create(observation=observation, text=text.strip(), at=now, by=by)
        organisation = observation.organisation
        timeline.write(organisation, _("Järjestö vastasi huomioon"), visibility=Visibility.ORGANISATION, now=now, by=by)
        for coordinator in staff(now, StaffRoleKind.COORDINATOR):
            queue(
                kind="organisations.observation_reply",
                to=coordinator,
                subject=format_lazy(_("Järjestö vastasi huomioon: {name}"), name=organisation.name),
                template="emails/organisations/observation_reply",
                context={"observation": observation, "organisation": organisation, "reply": reply},
                dedup_key=f"organisations.observation_reply:{reply.pk}:{coordinator.pk}",
                now=now,
            )
    return reply


def _write(observation: Observation, text: Any, *, by: Any, now: datetime) -> None:
    timeline.write(
        observation.organisation,
        text,
        {"level": observation.get_level_display()},
        visibility=Visibility.COUNTY,
        now=now,
        by=by,
        link=observation.get_absolute_url(),
    )


def observations_in_force(organisation: Organisation, now: datetime) -> list[Observation]:
    """Return what handling must know of the organisation now, the weightiest first.

    The caller asks who may read it: ``organisations.observation.view``.
    """
    order = {level: place for place, level in enumerate(("serious", "remark", "information"))}
    rows = Observation.objects.in_force(now).filter(organisation=organisation).select_related("made_by")
    return sorted(rows, key=lambda row: (order[row.level], -row.pk))


def observations_for(user: Any, organisation: Organisation, now: datetime) -> list[Observation]:
    """Return what is in force of the organisation as far as the person may read it; nothing for others."""
    return observations_in_force(organisation, now) if may_read_county_pages(user, now) else []
