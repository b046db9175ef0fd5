"""Change after award, the officers' side: asked for more, laid before who granted, decided within the powers.

What may be decided alone is a row of the county (``ChangePowers``) and within what the kind of grant leaves without
the body, also to the office-holder who granted; all else is for who granted. Lock order as in ``changes``, then the
meeting.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.legal_dates import LegalDates, ServedBy, legal_dates
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import format_date, local_date
from county.models import get_county
from documents.pdf import render_pdf, store_pdf
from grants.award_terms import (
    Terms,
    changed_parts,
    first_terms,
    moved_due_day,
    moved_sum,
    side_by_side,
    terms_of,
)
from grants.life_cycles_changes import CHANGE, DECIDED
from grants.models import ChangePowers, ChangeRequest, DecidingOfficial, Decision, GrantKind, ReportKind, UseReport
from grants.workflow import events
from grants.workflow.changes import leave_agenda, locked_change, tell_change, terms_problems
from grants.workflow.official_numbers import next_official_number
from grants.workflow.serving import recipient
from liaisons.models import AgendaItem, Body, Meeting
from liaisons.workflow import add_agenda_item
from organisations.confirmation import months_later


def get_powers() -> ChangePowers | None:
    """Return what an officer may decide alone; None: nothing."""
    return ChangePowers.objects.first()


def holds_post_of(decision: Decision, user: Any, now: datetime) -> bool:
    """Tell whether the person decides in the post in which the grant was decided, and may so decide all of it."""
    return decision.is_official and DecidingOfficial.objects.holding(user, now).filter(post=decision.body_name).exists()


def within_kind(change: ChangeRequest, *terms: Terms) -> bool:
    """Tell whether what is asked (and the terms to approve) stays within what the kind leaves to be decided alone.

    The time is counted from the use period as it was granted, so that it does not grow by asking again; the sum is
    what moves from line to line in this change.
    """
    kind, before = change.decision.application.call.kind, terms_of(change.decision)
    last = None
    if kind.change_most_months is not None:
        last = months_later(first_terms(change.decision).use_to, kind.change_most_months)
    most = kind.change_most_sum
    return all(
        (last is None or one.use_to == before.use_to or one.use_to <= last)
        and (most is None or moved_sum(before, one) <= most)
        for one in (change.terms_asked, *terms)
    )


def decider_of(change: ChangeRequest) -> str:
    """Return before whom the change is laid: who granted, or past the kind's limits the body above."""
    decision = change.decision
    if not decision.is_official or within_kind(change):
        return str(decision.body_name)
    body = decision.application.call.kind.claims_to
    return body.name_fi if body is not None else str(decision.claims_decider)


def body_of(change: ChangeRequest) -> Body | None:
    """Return the body before which the change is laid; None where an office-holder decides, or it is not known here."""
    kind = change.decision.application.call.kind
    if not change.decision.is_official:
        return kind.decided_by
    return None if within_kind(change) else kind.claims_to


def coming_meetings(change: ChangeRequest, user: Any, now: datetime) -> QuerySet[Meeting]:
    """Return the coming meetings of the body on whose agenda the person may put the change."""
    rows: QuerySet[Meeting] = allowed("liaisons.agenda.add", user, now=now)
    body = body_of(change)
    return rows.filter(body=body, state="planned", starts_at__gt=now).order_by("starts_at", "pk")


def may_alone(change: ChangeRequest, user: Any, now: datetime, *terms: Terms) -> bool:
    """Tell whether the person may decide what is asked (and approve ``terms``) alone."""
    if not within_kind(change, *terms):
        return False
    if holds_post_of(change.decision, user, now):
        return True
    powers, before = get_powers(), terms_of(change.decision)
    year = change.decision.application.call.year
    return powers is not None and all(powers.covers(year, before, one) for one in (change.terms_asked, *terms))


def set_powers(
    *, post: str, rule: str, years_after: int, budget_percent: int, content: bool, by: Any, now: datetime
) -> ChangePowers:
    """Write what an officer may decide alone; what has been decided stays. Refused: ``words_missing``."""
    with transaction.atomic():
        limit_waiting()
        get_allowed("grants.change.powers", by, now=now, lock=True)
        if not post.strip() or not rule.strip():
            raise Refused("words_missing", _("Kerro virka ja mistä toimivalta tulee."))
        values = {
            "post": post.strip(),
            "rule": rule.strip(),
            "years_after": years_after,
            "budget_percent": budget_percent,
            "content": content,
        }
        standing = ChangePowers.objects.select_for_update().first()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing
        row = standing or ChangePowers()
        for name, value in values.items():
            setattr(row, name, value)
        row.edited_by, row.edited_at = by, now
        row.save()
    return row


def set_kind_limits(kind: GrantKind, *, months: int | None, sum: Decimal | None, by: Any, now: datetime) -> GrantKind:
    """Write how much of a change of the kind is decided without the body (months, euros; None: not limited here).

    What has been decided stays. The area file no longer writes over the kind. Refused: ``bad_limits``.
    """
    with transaction.atomic():
        limit_waiting()
        get_allowed("grants.change.powers", by, now=now, lock=True)
        if (months or 0) < 0 or (sum or 0) < 0:
            raise Refused("bad_limits", _("Raja ei voi olla pienempi kuin nolla."))
        locked = GrantKind.objects.select_for_update(of=("self",)).get(pk=kind.pk)
        if (locked.change_most_months, locked.change_most_sum) != (months, sum):
            locked.change_most_months, locked.change_most_sum = months, sum
            locked.save(update_fields=["change_most_months", "change_most_sum"])
    return locked


def return_change(change: ChangeRequest, *, question: str, by: Any, now: datetime) -> ChangeRequest:
    """Ask the organisation for more; it may edit and sends again. A matter on an agenda goes. Refused:
    ``question_missing``.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.prepare", change, by, now)
        question = question.strip()
        if not question:
            raise Refused("question_missing", _("Kirjoita, mitä järjestön pitää täydentää."))
        if locked.state == "returned" and locked.question == question:
            return locked
        locked.state, locked.question = CHANGE.check(locked.state, "return_change"), question
        day = format_date(local_date(now))
        leave_agenda(
            locked, f"Muutoshakemus palautettiin järjestön täydennettäväksi {day}. Asiaa ei käsitellä.", by, now
        )
        locked.save(update_fields=["state", "question", "agenda_item"])
        text = f"Muutoshakemukseen {locked.case_number} pyydettiin täydennystä."
        subject = gettext_lazy("Täydentäkää muutoshakemusta: {number}")
        tell_change(locked, "return_change", text, "returned", subject, by, now)
    return locked


def lay_change(
    change: ChangeRequest, *, proposal: str, meeting: Meeting | None = None, by: Any, now: datetime
) -> ChangeRequest:
    """Lay before who granted, or past the kind's limits before the body, what is not to be decided alone.

    ``meeting``: a coming meeting of the body, on whose agenda it is put as a matter of its own. Refused:
    ``proposal_missing``, ``wrong_meeting``.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.prepare", change, by, now)
        proposal = proposal.strip()
        if not proposal:
            raise Refused("proposal_missing", _("Kirjoita, mitä päättäjälle esitetään ja miksi."))
        if locked.state == "laid":
            return locked
        locked.state = CHANGE.check(locked.state, "lay_change")
        locked.proposal, locked.laid_by, locked.laid_at = proposal, by, now
        locked.decider = decider_of(locked)
        if meeting is not None:
            locked.agenda_item = _on_agenda(locked, meeting, by, now)
        locked.save(update_fields=["state", "proposal", "laid_by", "laid_at", "decider", "agenda_item"])
        text = f"Muutoshakemus {locked.case_number} esitettiin päätettäväksi: {locked.decider}."
        events.record(locked.decision.application, "lay_change", text, by=by, now=now)
    return locked


def _on_agenda(change: ChangeRequest, meeting: Meeting, by: Any, now: datetime) -> AgendaItem:
    """Put the change on the agenda under its own number; once, however often it is laid."""
    chosen = coming_meetings(change, by, now).filter(pk=meeting.pk).first()
    if chosen is None:
        raise Refused("wrong_meeting", _("Valitse päättävän toimielimen tuleva kokous."))
    title = f"Muutoshakemus: {change.decision.application.organisation.name}"
    item = add_agenda_item(
        chosen, title=title, case_label=change.case_number or "", proposal=change.proposal, by=by, now=now
    )
    if (item.title, item.proposal) != (title, change.proposal):  # laid again after it was returned
        item.title, item.proposal = title, change.proposal
        item.save(update_fields=["title", "proposal"])
    return item


@dataclass(frozen=True)
class Given:
    """What is decided of a change: the terms that are approved (None: nothing), why and on what law.

    ``decided_on`` and ``section_number`` tell the body's meeting; an office-holder decides today under a number.
    """

    terms: Terms | None
    reasons: str
    legal_basis: str
    decided_on: date | None = None
    section_number: int | None = None


def decide_change(change: ChangeRequest, given: Given, *, by: Any, now: datetime) -> ChangeRequest:
    """Decide alone, today and under the next number of the post. A second call changes nothing.

    Order of effects: letter, row, use report's due day, event, timeline, message. Refused: ``beyond_powers``,
    ``words_missing``, ``nothing_approved``, ``bad_terms``, ``wrong_state``.
    """
    with transaction.atomic():
        locked = locked_change("grants.change.decide", change, by, now)
        if locked.state in DECIDED:
            return locked
        state = CHANGE.check(locked.state, "decide_change", target=_outcome(locked, given))
        _check(locked, given, now)
        approved = (given.terms,) if given.terms is not None else ()
        if not may_alone(locked, by, now, *approved):
            raise Refused(
                "beyond_powers",
                _("Tämä muutos ei kuulu sinun ratkaistavaksesi. Esitä se päättäjälle: %(body)s.")
                % {"body": decider_of(locked)},
            )
        powers = get_powers()
        is_own = holds_post_of(locked.decision, by, now)
        locked.decider = locked.decision.body_name if powers is None or is_own else powers.post
        today = local_date(now)
        locked.decided_on, locked.official_year = today, today.year
        locked.official_number = next_official_number(locked.decider, today.year)
        day = format_date(today)
        leave_agenda(locked, f"{locked.decider} päätti muutoshakemuksesta {day}. Asiaa ei käsitellä.", by, now)
        _finish(locked, given, state, "decide_change", by, now)
    return locked


def record_change(change: ChangeRequest, given: Given, *, by: Any, now: datetime) -> ChangeRequest:
    """Record what the body decided in its meeting. A second call changes nothing.

    Order of effects and refusals as in ``decide_change``, without powers; and ``bad_day`` (before it was laid, or in
    the future).
    """
    with transaction.atomic():
        locked = locked_change("grants.change.record", change, by, now)
        if locked.state in DECIDED:
            return locked
        state = CHANGE.check(locked.state, "record_change", target=_outcome(locked, given))
        _check(locked, given, now)
        if not _is_in_time(locked, given, now):
            raise Refused("bad_day", _("Kokouspäivä on esittämisen jälkeen, mutta ei tulevaisuudessa."))
        locked.decider = locked.decider or locked.decision.body_name
        locked.decided_on, locked.section_number = given.decided_on, given.section_number
        _finish(locked, given, state, "record_change", by, now)
    return locked


def _is_in_time(change: ChangeRequest, given: Given, now: datetime) -> bool:
    """Tell whether the meeting is told and was neither before the laying nor in the future."""
    if given.decided_on is None or given.section_number is None or change.laid_at is None:
        return False
    return local_date(change.laid_at) <= given.decided_on <= local_date(now)


def _outcome(change: ChangeRequest, given: Given) -> str:
    if given.terms is None:
        return "rejected"
    return "partly" if changed_parts(change.terms_asked, given.terms) else "approved"


def _check(change: ChangeRequest, given: Given, now: datetime) -> None:
    """Refuse a decision without words, one that approves nothing, and terms that cannot hold."""
    if not given.reasons.strip() or not given.legal_basis.strip():
        raise Refused("words_missing", _("Päätös tarvitsee perustelut ja oikeusperusteen."))
    if given.terms is None:
        return
    if not changed_parts(terms_of(change.decision), given.terms):
        raise Refused("nothing_approved", _("Tämä on sama kuin nyt voimassa oleva. Valitse: Ei hyväksytä."))
    wrong = terms_problems(terms_of(change.decision), given.terms, change.decision, now)
    if wrong:
        raise Refused("bad_terms", " ".join(wrong))


SENTENCES = {
    "approved": "Muutoshakemus {number} hyväksyttiin.",
    "partly": "Muutoshakemus {number} hyväksyttiin osittain.",
    "rejected": "Muutoshakemusta {number} ei hyväksytty.",
}


def _finish(change: ChangeRequest, given: Given, state: str, verb: str, by: Any, now: datetime) -> None:
    """Write the decision with its letter, move the use report's due day, and tell; the caller holds the locks."""
    dates = legal_dates(local_date(now), ServedBy.ELECTRONIC)
    before = terms_of(change.decision)
    terms = replace(given.terms, use_from=before.use_from) if given.terms is not None else None
    change.before, change.state, change.decided = before.as_json(), state, terms.as_json() if terms else None
    change.reasons, change.legal_basis = given.reasons.strip(), given.legal_basis.strip()
    change.decided_by, change.decided_at, change.revision_ends_on = by, now, dates.revision_ends_on
    report_due = move_report(change.decision, before, terms)
    change.letter = _letter(change, dates, report_due, by, now)
    change.save()
    text = SENTENCES[state].format(number=change.case_number)
    if terms is not None and terms.use_to != before.use_to:
        text = f"{text} Käyttöaika päättyy {format_date(terms.use_to)}."
    if report_due is not None:
        text = f"{text} Käyttöselvitys annetaan viimeistään {format_date(report_due)}."
    subject = gettext_lazy("Päätös muutoshakemukseenne: {number}")
    tell_change(change, verb, text, "decided", subject, by, now)


def move_report(decision: Decision, before: Terms, terms: Terms | None) -> date | None:
    """Move the due day of a report that has not been sent, and return the new day; None where it stays."""
    if terms is None:
        return None
    waiting = UseReport.objects.waiting_for_applicant().select_for_update(of=("self",))
    report = waiting.filter(decision=decision, kind=ReportKind.FINAL).first()
    if report is None:
        return None
    moved = moved_due_day(report.due_on, before.use_to, terms.use_to)
    if moved == report.due_on:
        return None
    report.due_on = moved
    report.save(update_fields=["due_on"])
    return moved


def _letter(change: ChangeRequest, dates: LegalDates, report_due: date | None, by: Any, now: datetime) -> Any:
    application = change.decision.application
    title = gettext_lazy("Päätös muutoshakemukseen")
    context = {
        "change": change,
        "rows": side_by_side(change.terms_before, change.terms_asked, change.terms_decided),
        "powers": get_powers() if change.official_number else None,
        "report_due": report_due,
        "decision": change.decision,
        "application": application,
        "organisation": application.organisation,
        "county": get_county(),
        "case_number": change.case_number,
        "document_date": local_date(now),
        "recipient": recipient(application.organisation),
        "dates": dates,
        "served_by_letter": False,
    }
    data = render_pdf("pdf/grants/change.html", context, title=title, language="fi")
    return store_pdf(
        data,
        kind="grants.change",
        title=title,
        language="fi",
        by=by,
        now=now,
        case_number=change.case_number or "",
    )
