"""The verbs of contacts kept: written down, corrected by the writer, handed on, closed by its result."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from common.times import format_date, local_date
from liaisons.models import KEPT_CONTACT_LIFE, ContactKind, KeptContact, KeptContactStep
from liaisons.policies.kept_contacts import colleagues, may_keep_contacts
from notifications.outbox import queue
from organisations import timeline
from organisations.models import Organisation, Visibility

#: The same words of the same person within this time are one contact.
DOUBLE_PRESS = timedelta(minutes=10)


@transaction.atomic
def keep_contact(
    organisation: Organisation,
    *,
    kind: str,
    on: date,
    about: str,
    met: str = "",
    next_step: str = "",
    due_on: date | None = None,
    doer: Any = None,
    by: Any,
    now: datetime,
) -> KeptContact:
    """Write down a contact; with a next step it stays open, and its doer (the writer, when none is given) is told.

    Within ten minutes the same words are the same contact. The organisation's timeline says, to the county only, that
    there was a contact, without its words: those can be corrected, and they go after five years.
    Refused: not_allowed, future, no_words, no_day, not_colleague.
    """
    if not may_keep_contacts(by, now):
        raise Refused("not_allowed", _("Yhteydenpitoja kirjaavat koordinaattori ja yhteyshenkilöt."))
    values = _checked(kind=kind, on=on, about=about, met=met, next_step=next_step, due_on=due_on, now=now)
    values["doer"] = _doer(doer or by, now) if values["next_step"] else None
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at once come one after the other
    recent = KeptContact.objects.filter(written_by=by, organisation=organisation, written_at__gt=now - DOUBLE_PRESS)
    again = recent.filter(**values).first()
    if again:
        return again
    made = KeptContact.objects.create(
        organisation=organisation,
        state="open" if values["next_step"] else "noted",
        written_by=by,
        written_at=now,
        **values,
    )
    with translation.override("fi"):
        word = str(ContactKind(kind).label)
    timeline.write(
        organisation,
        _("Yhteydenpito: %(kind)s %(day)s"),
        {"kind": word, "day": format_date(on)},
        visibility=Visibility.COUNTY,
        now=now,
        by=by,
        link=made.get_absolute_url(),
    )
    _tell_doer(made, by=by, now=now)
    return made


@transaction.atomic
def correct_contact(
    contact: KeptContact,
    *,
    kind: str,
    on: date,
    about: str,
    met: str = "",
    next_step: str = "",
    due_on: date | None = None,
    doer: Any = None,
    result: str = "",
    by: Any,
    now: datetime,
) -> KeptContact:
    """Mend what was written; a next step opens the matter, and taking it away leaves a plain contact.

    What has been done keeps its step, and only its words and its ``result`` change. The same again changes nothing.
    Refused: not_allowed (404), future, no_words, no_day, no_step, no_result, not_colleague.
    """
    row: KeptContact = get_allowed("liaisons.kept_contact.correct", by, now=now, lock=True, pk=contact.pk)
    values = _checked(kind=kind, on=on, about=about, met=met, next_step=next_step, due_on=due_on, now=now)
    target = "done" if row.state == "done" else "open" if values["next_step"] else "noted"
    if target == "done":
        if not values["next_step"]:
            raise Refused("no_step", _("Asia on jo hoidettu: sen seuraavaa askelta ei voi poistaa."))
        if not result.strip():
            raise Refused("no_result", _("Kirjoita, mitä asiasta tuli."))
        values["result"] = result.strip()
    wanted = doer or by
    # who did it may have left their post since
    values["doer"] = (wanted if wanted == row.doer else _doer(wanted, now)) if values["next_step"] else None
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    given = values["doer"] != row.doer
    for name, value in values.items():
        setattr(row, name, value)
    row.state = KEPT_CONTACT_LIFE.check(row.state, "correct", target=target)
    row.save(update_fields=[*values, "state"])
    _write(row, _said(_("Kirjausta korjattiin.")), by=by, now=now)
    if given and target == "open":
        _tell_doer(row, by=by, now=now)
    return row


@transaction.atomic
def hand_on_contact(
    contact: KeptContact, *, doer: Any, due_on: date | None = None, words: str = "", by: Any, now: datetime
) -> KeptContact:
    """Give the next step to a colleague, who is told; ``due_on`` may move its day. To the one who has it: nothing.

    Refused: not_allowed (404), wrong_state, not_colleague.
    """
    row: KeptContact = get_allowed("liaisons.kept_contact.work", by, now=now, lock=True, pk=contact.pk)
    state = KEPT_CONTACT_LIFE.check(row.state, "hand_on")
    day = due_on or row.due_on
    if doer == row.doer and day == row.due_on:
        return row
    given = doer != row.doer
    row.state, row.doer, row.due_on = state, _doer(doer, now), day
    row.save(update_fields=["state", "doer", "due_on"])
    told = _said(_("Siirretty: %(person)s, %(day)s mennessä.")) % {
        "person": row.doer,
        "day": format_date(day) if day else "",
    }
    _write(row, f"{told} {words}".strip(), by=by, now=now)
    if given:
        _tell_doer(row, by=by, now=now, words=words.strip())
    return row


@transaction.atomic
def close_contact(contact: KeptContact, *, result: str, by: Any, now: datetime) -> KeptContact:
    """End an open matter by its result; the same again changes nothing.

    Refused: not_allowed (404), wrong_state, no_result.
    """
    row: KeptContact = get_allowed("liaisons.kept_contact.work", by, now=now, lock=True, pk=contact.pk)
    words = result.strip()[:300]
    if row.state == "done" and row.result == words:
        return row
    state = KEPT_CONTACT_LIFE.check(row.state, "close")
    if not words:
        raise Refused("no_result", _("Kirjoita, mitä asiasta tuli."))
    row.state, row.result, row.done_at = state, words, now
    row.save(update_fields=["state", "result", "done_at"])
    _write(row, _said(_("Hoidettu.")), by=by, now=now)
    return row


def _checked(*, now: datetime, **given: Any) -> dict[str, Any]:
    """Return the values as they are kept; Refused: future, no_words, no_day."""
    values: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    if values["on"] > local_date(now):
        raise Refused("future", _("Kirjaa yhteydenpito, kun se on ollut. Kirjoita tuleva asia seuraavaksi askeleeksi."))
    if not values["about"]:
        raise Refused("no_words", _("Kirjoita, mistä oli kyse."))
    if values["next_step"] and not values["due_on"]:
        raise Refused("no_day", _("Kirjoita, mihin mennessä seuraava askel tehdään."))
    if not values["next_step"]:
        values["due_on"] = None
    return values


def _doer(person: Any, now: datetime) -> Any:
    if not colleagues(now).filter(pk=person.pk).exists():
        raise Refused("not_colleague", _("Valitse koordinaattori tai yhteyshenkilö, joka on nyt tehtävässään."))
    return person


def _said(text: Any) -> str:
    """Return the text as it is kept: in Finnish, whoever acted in which language."""
    with translation.override("fi"):
        return str(text)


def _write(contact: KeptContact, text: str, *, by: Any, now: datetime) -> KeptContactStep:
    return KeptContactStep.objects.create(contact=contact, text=text[:600], at=now, by=by)


def _tell_doer(contact: KeptContact, *, by: Any, now: datetime, words: str = "") -> None:
    """Tell the doer of the next step that it is theirs, unless they gave it to themselves."""
    if contact.doer is None or contact.doer == by:
        return
    queue(
        kind="liaisons.kept_contact_given",
        to=contact.doer,
        subject=format_lazy(_("Sinulle siirrettiin asia: {step}"), step=contact.next_step),
        template="emails/liaisons/kept_contact",
        context={"contact": contact, "words": words, "giver": by},
        dedup_key=f"liaisons.kept_contact_given:{contact.pk}:{contact.doer.pk}:{contact.steps.count()}",
        now=now,
    )
