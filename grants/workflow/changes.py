"""Change after award, the organisation's side: a copy of the terms that hold, edited, sent, withdrawn.

Lock order: the grant's decision, then the change, then the use report.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import format_date, local_date
from documents.case_numbers import GRANTS, next_case_number
from grants.award_terms import Terms, changed_parts, terms_of
from grants.life_cycles_changes import CHANGE
from grants.models import ChangeRequest, Decision
from grants.workflow import events
from grants.workflow.case_events import path_of, tell_officers
from grants.workflow.serving import happened, tell_party
from liaisons.workflow import end_agenda_item


def why_not(decision: Decision, now: datetime) -> str:
    """Return why the use of the grant cannot be changed any more, empty when it can; pages and verbs ask the same."""
    report = decision.use_report
    if report is not None and report.state == "approved":
        return _("Käyttöselvitys on hyväksytty, joten avustuksen käyttöä ei voi enää muuttaa.")
    last = terms_of(decision).use_to
    if local_date(now) > last:
        return _(
            "Avustuksen käyttöaika päättyi %(day)s, joten muutosta ei voi enää hakea. Kertokaa käyttöselvityksessä, "
            "mitä jäi tekemättä, tai kysykää hyvinvointialueelta."
        ) % {"day": format_date(last)}
    return ""


def start_change(decision: Decision, *, by: Any, now: datetime) -> ChangeRequest:
    """Take a copy of the terms that hold; where a change is open already, that one is returned.

    Refused: ``late`` (with why).
    """
    with transaction.atomic():
        limit_waiting()
        locked: Decision = get_allowed("grants.change.start", by, now=now, lock=True, pk=decision.pk)
        standing = locked.changes.open().first()
        if standing is not None:
            return standing
        _refuse_late(locked, now)
        terms = terms_of(locked).as_json()
        return ChangeRequest.objects.create(decision=locked, before=terms, asked=terms, created_by=by, created_at=now)


def _refuse_late(decision: Decision, now: datetime) -> None:
    reason = why_not(decision, now)
    if reason:
        raise Refused("late", reason)


def locked_change(permission: str, change: ChangeRequest, by: Any, now: datetime) -> ChangeRequest:
    """Lock the grant's decision and then the change, under the permission; raise Http404 without it."""
    limit_waiting()
    Decision.objects.select_for_update(of=("self",)).filter(pk=change.decision_id).first()
    locked: ChangeRequest = get_allowed(permission, by, now=now, lock=True, pk=change.pk)
    return locked


def save_change(
    change: ChangeRequest, terms: Terms, *, why: str, revision: int, by: Any, now: datetime
) -> ChangeRequest:
    """Save what was typed into the copy; the start of the use period stays as it is.

    ``revision`` is the one that was typed over; the same words again are no conflict. Refused: ``stale``.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.edit", change, by, now)
        if not locked.is_writable:
            CHANGE.check(locked.state, "send_change")
        asked = replace(terms, use_from=locked.terms_before.use_from).as_json()
        if (locked.asked, locked.why) == (asked, why.strip()):
            return locked
        if locked.revision != revision:
            raise Refused(
                "stale",
                _("Joku muu on tallentanut muutoshakemusta samaan aikaan. Tarkista kentät ja tallenna uudelleen."),
            )
        locked.asked, locked.why, locked.revision = asked, why.strip(), locked.revision + 1
        locked.save(update_fields=["asked", "why", "revision"])
    return locked


def problems(change: ChangeRequest, now: datetime) -> list[str]:
    """Return what must be mended before the change can be sent: the one rule of page and verb."""
    before, asked = terms_of(change.decision), change.terms_asked
    found = []
    if not changed_parts(before, asked):
        found.append(_("Mitään ei ole vielä muutettu. Muuta käyttöaikaa, talousarviota tai käyttötarkoitusta."))
    if not change.why:
        found.append(_("Kirjoita, miksi muutosta tarvitaan."))
    return found + terms_problems(before, asked, change.decision, now)


def terms_problems(before: Terms, terms: Terms, decision: Decision, now: datetime) -> list[str]:
    """Return what is wrong with new terms beside those that hold, for asking and for deciding."""
    found = []
    if not terms.purpose.strip():
        found.append(_("Kirjoita, mihin avustusta käytetään."))
    # A time that stays may have run out while the change was handled.
    if terms.use_to != before.use_to and terms.use_to < local_date(now):
        found.append(_("Käyttöaika ei voi päättyä menneisyydessä. Korjaa päivä."))
    if terms.total > decision.sum:
        found.append(
            _("Rivien summa on %(total)s, mutta avustusta on myönnetty %(sum)s. Vähennä riveiltä %(over)s.")
            % {
                "total": format_euros(terms.total),
                "sum": format_euros(decision.sum),
                "over": format_euros(terms.total - decision.sum),
            }
        )
    elif terms.total < decision.sum:
        found.append(
            _("Rivien summa on %(total)s, mutta avustusta on myönnetty %(sum)s. Jaa riveille vielä %(left)s.")
            % {
                "total": format_euros(terms.total),
                "sum": format_euros(decision.sum),
                "left": format_euros(decision.sum - terms.total),
            }
        )
    return found


def send_change(change: ChangeRequest, *, by: Any, now: datetime) -> ChangeRequest:
    """Send the change; a second call returns it as it is. The first time it gets its own case number.

    Order of effects: row with what holds now, event, timeline, receipt, message to the handler. Refused: ``late``
    (only what has not been sent before: an answer to the county's question is taken), ``incomplete``.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.send", change, by, now)
        if locked.state == "sent":
            return locked
        state = CHANGE.check(locked.state, "send_change")
        is_first = locked.sent_at is None
        if is_first:
            _refuse_late(locked.decision, now)
        lacking = problems(locked, now)
        if lacking:
            raise Refused("incomplete", " ".join(lacking))
        locked.state, locked.sent_by, locked.sent_at = state, by, now
        locked.case_number = locked.case_number or next_case_number(GRANTS, now)
        locked.before = terms_of(locked.decision).as_json()
        locked.save()
        text = (
            f"Muutoshakemus {locked.case_number} saapui."
            if is_first
            else f"Muutoshakemusta {locked.case_number} täydennettiin."
        )
        subject = gettext_lazy("Muutoshakemuksenne on saapunut: {number}")
        tell_change(locked, "send_change", text, "sent", subject, by, now)
        tell_officers(
            locked.decision.application,
            "change_arrived",
            format_lazy(gettext_lazy("Avustuksen muutosta haetaan: {number}"), number=locked.case_number),
            {"change": locked, "path": path_of("change", locked.pk)},
            key=f"{locked.pk}:{now:%Y%m%d%H%M%S}",
            now=now,
        )
    return locked


def withdraw_change(change: ChangeRequest, *, by: Any, now: datetime) -> ChangeRequest:
    """Take the change back before it is decided; what holds stays as it is.

    Order of effects: row, its matter on an agenda (``leave_agenda``), event, timeline.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.send", change, by, now)
        if locked.state == "withdrawn":
            return locked
        locked.state, was_sent = CHANGE.check(locked.state, "withdraw_change"), locked.sent_at is not None
        locked.ended_at = now
        day = format_date(local_date(now))
        leave_agenda(locked, f"Järjestö perui muutoshakemuksen {day}. Asiaa ei käsitellä.", by, now)
        locked.save(update_fields=["state", "ended_at", "agenda_item"])
        if was_sent:
            text = f"Järjestö perui muutoshakemuksen {locked.case_number}."
            happened(locked.decision.application, "withdraw_change", text, by=by, now=now)
        else:
            text = "Muutoshakemuksen luonnos poistettiin."
            events.record(locked.decision.application, "withdraw_change", text, by=by, now=now)
    return locked


def leave_agenda(change: ChangeRequest, why: str, by: Any, now: datetime) -> None:
    """Take the change's matter off the agenda, or where its notice has been sent let the matter say ``why``.

    Part of a verb that ends the laying; the caller saves ``agenda_item``. A matter that stays keeps its link.
    """
    if change.agenda_item is not None and end_agenda_item(change.agenda_item, why=why, by=by, now=now):
        change.agenda_item = None


def tell_change(change: ChangeRequest, verb: str, text: str, step: str, subject: Any, by: Any, now: datetime) -> None:
    """Write the event and the timeline, and to the organisation's senders; ``subject`` has the place ``{number}``."""
    application = change.decision.application
    happened(application, verb, text, by=by, now=now)
    tell_party(
        application,
        kind="grants.change",
        subject=format_lazy(subject, number=change.case_number),
        template="emails/grants/change",
        context={
            "change": change,
            "application": application,
            "step": step,
            "path": path_of("own_change", application.organisation_id, change.pk),
        },
        key=f"grants.change:{change.pk}:{step}:{now:%Y%m%d%H%M%S}",
        now=now,
    )
