"""Register data in dispute: the organisation reports, an officer decides or asks, the organisation answers."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.times import local_date
from documents.uploads import CheckedUpload
from notifications.outbox import queue
from organisations import timeline
from organisations.models import (
    REVIEW_LIFE,
    EarlierName,
    MembershipRole,
    Organisation,
    RegisterField,
    RegisterOverride,
    ReviewFile,
    ReviewItem,
    Visibility,
)
from organisations.register.values import stored_text, to_column
from organisations.workflow.guards import constraint_says, lock, members, require, staff

OFFICERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR)


def report_register_error(
    organisation: Organisation,
    *,
    field: str,
    value: str,
    note: str,
    attachment: CheckedUpload | None,
    by: Any,
    now: datetime,
) -> ReviewItem:
    """The organisation says that a field of the register data is wrong, and what it should be.

    ``value`` is text as the column holds it. Officers get a message. Refused: not_allowed, same (the register says
    so already), already_open (the constraint decides, also when two report at once).
    """
    with transaction.atomic():
        require("organisations.edit", by, organisation, now)
        held = stored_text(organisation, field)
        if value and value == held:
            raise Refused("same", _("Rekisterissä on jo tämä tieto. Tarkista, mitä tietoa ilmoituksesi koskee."))
        with constraint_says(
            "review_one_open_a_field",
            "already_open",
            _("Tästä tiedosta on jo ilmoitus, jota tarkistetaan. Saat viestin, kun se on ratkaistu."),
        ):
            item = ReviewItem.objects.create(
                organisation=organisation,
                field=RegisterField(field),
                source=ReviewItem.Source.ORGANISATION,
                register_value=held,
                own_value=value,
                note=note.strip(),
                opened_at=now,
                reported_by=by,
            )
        if attachment is not None:
            stored = ReviewFile(item=item)
            stored.take(attachment, by=by, now=now)
            stored.save()
        timeline.write(
            organisation,
            _("Järjestö ilmoitti virheestä rekisteritiedoissa: %(field)s"),
            {"field": RegisterField(field).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        _tell_officers(item, _("Rekisteritiedoissa on virhe: {name}"), "review_reported", now=now)
    return item


def take_register_value(item: ReviewItem, *, reason: str = "", by: Any, now: datetime) -> ReviewItem:
    """The register's value stands; a value that was kept over it goes. Deciding so again changes nothing.

    Refused: not_allowed, wrong_state.
    """
    with transaction.atomic():
        organisation, item = _locked(item, by, now)
        if item.state == "taken":
            return item
        _decide(item, "take_register", reason=reason, by=by, now=now)
        held = RegisterOverride.objects.filter(organisation=organisation, field=item.field).first()
        if held is not None:
            if held.register_value:
                _set(organisation, item.field, held.register_value)
            held.delete()
        _tell_decided(item, organisation, by=by, now=now)
    return item


def keep_own_value(item: ReviewItem, *, until: date, reason: str, by: Any, now: datetime) -> ReviewItem:
    """The organisation's value stands over the register's until the day, through every import until then.

    Refused: not_allowed, wrong_state, no_reason, register_alone (numbers and signatories), no_value, past_day.
    """
    with transaction.atomic():
        organisation, item = _locked(item, by, now)
        if item.state == "kept":
            return item
        if not item.can_be_kept:
            raise Refused(
                "register_alone",
                _("Tätä tietoa ei voi pitää rekisterin ohi. Järjestö korjaa sen Patentti- ja rekisterihallitukseen."),
            )
        if not item.own_value:
            raise Refused("no_value", _("Järjestö ei ole kertonut, mikä tiedon pitäisi olla. Kysy järjestöltä."))
        if not reason.strip():
            raise Refused("no_reason", _("Kirjoita, miksi järjestön tieto pidetään."))
        if until <= local_date(now):
            raise Refused("past_day", _("Valitse päivä, joka on vielä edessä."))
        _decide(item, "keep_own", reason=reason, by=by, now=now, until=until)
        RegisterOverride.objects.update_or_create(
            organisation=organisation,
            field=item.field,
            defaults={
                "value": item.own_value,
                "register_value": item.register_value,
                "source": RegisterOverride.Source.ORGANISATION,
                "reason": reason.strip()[:500],
                "until": until,
                "verified_on": local_date(now),
                "verified_by": by,
            },
        )
        _set(organisation, item.field, item.own_value)
        _tell_decided(item, organisation, by=by, now=now)
    return item


def ask_organisation(item: ReviewItem, *, question: str, by: Any, now: datetime) -> ReviewItem:
    """Ask the organisation's admins and editors; the item waits for their answer.

    Refused: not_allowed, wrong_state, no_question, nobody (the organisation has nobody to ask).
    """
    with transaction.atomic():
        organisation, item = _locked(item, by, now)
        if not question.strip():
            raise Refused("no_question", _("Kirjoita, mitä kysyt järjestöltä."))
        target = REVIEW_LIFE.check(item.state, "ask")
        people = _speakers(organisation, now)
        if not people:
            raise Refused("nobody", _("Järjestöllä ei ole vielä edustajia, joilta kysyä. Ota yhteyttä muulla tavalla."))
        item.state, item.question, item.asked_at = target, question.strip(), now
        item.answer, item.answered_at = "", None
        item.save(update_fields=["state", "question", "asked_at", "answer", "answered_at"])
        for person in people:
            _mail(item, person, _("Kysymys järjestön rekisteritiedoista: {name}"), "review_asked", now.isoformat(), now)
    return item


def answer_review(item: ReviewItem, *, answer: str, by: Any, now: datetime) -> ReviewItem:
    """The organisation answers; officers get a message and the item is theirs again.

    Refused: not_allowed, wrong_state, no_answer.
    """
    with transaction.atomic():
        item = lock(item)
        require("organisations.review.answer", by, item, now)
        if not answer.strip():
            raise Refused("no_answer", _("Kirjoita vastaus."))
        item.state = REVIEW_LIFE.check(item.state, "answer")
        item.answer, item.answered_at = answer.strip(), now
        item.save(update_fields=["state", "answer", "answered_at"])
        _tell_officers(item, _("Järjestö vastasi rekisteritiedoista: {name}"), "review_answered", now=now)
    return item


def _locked(item: ReviewItem, by: Any, now: datetime) -> tuple[Organisation, ReviewItem]:
    organisation: Organisation = lock(item.organisation)
    item = lock(item)
    require("organisations.review.decide", by, item, now)
    return organisation, item


def _decide(
    item: ReviewItem, verb: str, *, reason: str, by: Any, now: datetime, until: date | None = None
) -> ReviewItem:
    item.state = REVIEW_LIFE.check(item.state, verb)
    item.decided_at, item.decided_by, item.decision_reason = now, by, reason.strip()[:500]
    item.kept_until = until
    item.save(update_fields=["state", "decided_at", "decided_by", "decision_reason", "kept_until"])
    return item


def _set(organisation: Organisation, field: str, text: str) -> None:
    """Write the value to the organisation; a name that goes stays findable."""
    if field == RegisterField.NAME and organisation.name != text:
        EarlierName.objects.get_or_create(organisation=organisation, name=organisation.name)
    setattr(organisation, field, to_column(field, text))
    organisation.save(update_fields=[field])


def _speakers(organisation: Organisation, now: datetime) -> list[User]:
    return members(organisation, now, MembershipRole.ADMIN, MembershipRole.EDITOR)


def _tell_decided(item: ReviewItem, organisation: Organisation, *, by: Any, now: datetime) -> None:
    timeline.write(
        organisation,
        _("Rekisteritieto tarkistettiin (%(field)s): %(what)s"),
        {"field": RegisterField(item.field).label, "what": REVIEW_LIFE.label(item.state)},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
    for person in _speakers(organisation, now):
        _mail(item, person, _("Rekisteritieto on tarkistettu: {name}"), "review_decided", item.state, now)


def _tell_officers(item: ReviewItem, subject: Any, template: str, *, now: datetime) -> None:
    for officer in staff(now, *OFFICERS):
        _mail(item, officer, subject, template, str(item.answered_at or item.opened_at), now)


def _mail(item: ReviewItem, person: User, subject: Any, template: str, once: str, now: datetime) -> None:
    organisation = item.organisation
    queue(
        kind="organisations.review",
        to=person,
        subject=format_lazy(subject, name=organisation.name),
        template=f"emails/organisations/{template}",
        context={"item": item, "organisation": organisation},
        dedup_key=f"organisations.{template}:{item.pk}:{once}:{person.pk}"[:200],
        now=now,
    )
