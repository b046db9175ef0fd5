"""The use report's life: filled in, sent, returned with a question or checked in two steps, approved.

What the desk does besides (reminding of many, entering one from paper) is in ``use_report_desk``.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import format_date, local_date
from grants.life_cycles import USE_REPORT
from grants.models import ReportStep, UseReport, UseReportCheck, UseReportQuestion, UseReportVersion
from grants.models.applications import Audience, CaseEvent
from grants.policies import EDITORS
from grants.use_report_content import content_of
from grants.use_report_costs import lacking_costs
from grants.use_report_items import check_items
from grants.workflow import events
from notifications import outbox
from organisations import timeline
from organisations.models import Membership, Organisation, Visibility

#: What a report must say before it is sent: field, and the sentence when it does not.
NEEDED = (
    ("what_was_done", gettext_lazy("Kerro, mitä teitte.")),
    ("what_changed", gettext_lazy("Kerro, mitä toiminnasta seurasi.")),
    ("people_reached", gettext_lazy("Kirjoita, kuinka monta ihmistä tavoititte. Arvio riittää.")),
    ("meetings", gettext_lazy("Kirjoita, kuinka monta tapaamista järjestitte.")),
    ("volunteers", gettext_lazy("Kirjoita, kuinka monta vapaaehtoista oli mukana.")),
    ("volunteer_hours", gettext_lazy("Kirjoita vapaaehtoistunnit. Arvio riittää.")),
    ("spent_sum", gettext_lazy("Kirjoita, kuinka paljon avustuksesta käytitte.")),
)
#: What a full report must say besides.
NEEDED_IN_FULL = (("what_was_learned", gettext_lazy("Kerro, mitä opitte.")),)
#: What an interim report (väliselvitys) must say; the rest may be told.
NEEDED_IN_THE_MIDDLE = frozenset(("what_was_done", "people_reached", "spent_sum"))
#: How long the organisation has for a question when the officer says nothing else.
ANSWER_DAYS = 14
#: What a save may change that is no column of the report itself.
_ELSEWHERE = ("municipalities", "answer")


class StaleReport(Refused):
    """Somebody else has saved in between; ``latest`` is what stands now."""

    def __init__(self, latest: UseReport) -> None:
        super().__init__(
            "stale",
            _("Joku muu on tallentanut selvitystä samaan aikaan. Vertaa tekstejä ja tallenna sitten uudelleen."),
        )
        self.latest = latest


def editors(organisation: Organisation, now: datetime) -> list[User]:
    """Return the people who fill in reports for the organisation now."""
    rows = Membership.objects.in_force(now).filter(organisation=organisation, role__in=EDITORS)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("full_name", "pk"))


def needed_of(report: UseReport) -> tuple[tuple[str, Any], ...]:
    """Return what this report must say: less in the middle of the grant, more of a large one."""
    if report.is_interim:
        return tuple((name, text) for name, text in NEEDED if name in NEEDED_IN_THE_MIDDLE)
    return (*NEEDED, *NEEDED_IN_FULL) if report.is_full else NEEDED


def missing(report: UseReport) -> list[tuple[str, str]]:
    """Return what is still missing as pairs of field and sentence: the one rule of page and verb."""
    found = [(name, str(text)) for name, text in needed_of(report) if getattr(report, name) in (None, "")]
    if report.spent_sum is not None and report.spent_sum > report.decision.sum:
        found.append(("spent_sum", _("Käytetty summa on suurempi kuin myönnetty avustus. Tarkista summa.")))
    found += lacking_costs(report)
    question = open_question(report)
    if question is not None and not question.answer.strip():
        found.append(("answer", _("Vastaa kysymykseen. Jos muutit selvitystä, kerro, mitä muutit.")))
    return found


def open_question(report: UseReport) -> UseReportQuestion | None:
    """Return the question that waits for the organisation's answer."""
    return report.questions.filter(answered_at__isnull=True).first()


def save_use_report(report: UseReport, changes: dict[str, Any], *, revision: int, by: Any, now: datetime) -> UseReport:
    """Save typed values of an unsent report; raises StaleReport when somebody else's text would be lost.

    ``revision`` is the one that the values were typed over. The same values again are no conflict: an
    autosave may have been faster than the button.
    """
    with transaction.atomic():
        locked = locked_report("grants.use_report.submit", report, by, now)
        if locked.state not in ("open", "returned"):
            USE_REPORT.check(locked.state, "submit_use_report")
        if _holds(locked, changes):
            if locked.saved_at is not None:
                return locked
        elif locked.revision != revision:
            raise StaleReport(locked)
        columns = [name for name in changes if name not in _ELSEWHERE]
        for name in columns:
            setattr(locked, name, changes[name])
        locked.revision, locked.saved_at = locked.revision + 1, now
        locked.save(update_fields=[*columns, "revision", "saved_at"])
        if "municipalities" in changes:
            locked.municipalities.set(changes["municipalities"])
        if "answer" in changes:
            locked.questions.filter(answered_at__isnull=True).update(answer=changes["answer"])
    return locked


def _holds(report: UseReport, values: dict[str, Any]) -> bool:
    """Tell whether the report says exactly this already."""
    own = {name: value for name, value in values.items() if name not in _ELSEWHERE}
    if any(getattr(report, name) != value for name, value in own.items()):
        return False
    question = open_question(report) if "answer" in values else None
    if question is not None and question.answer != values["answer"]:
        return False
    chosen = values.get("municipalities")
    return chosen is None or {row.pk for row in chosen} == set(report.municipalities.values_list("pk", flat=True))


def submit_use_report(report: UseReport, *, by: Any, now: datetime) -> UseReport:
    """Send the report; a second call returns it as it is.

    Order of effects: row, answer, frozen version, event, timeline, receipts. Refused: ``incomplete`` (with what is
    missing).
    """
    with transaction.atomic():
        locked = locked_report("grants.use_report.submit", report, by, now)
        if locked.state == "submitted":
            return locked
        state = USE_REPORT.check(locked.state, "submit_use_report")
        lacking = missing(locked)
        if lacking:
            raise Refused("incomplete", " ".join(text for _name, text in lacking))
        locked.state, locked.submitted_by, locked.submitted_at = state, by, now
        locked.save(update_fields=["state", "submitted_by", "submitted_at"])
        locked.questions.filter(answered_at__isnull=True).update(answered_by=by, answered_at=now)
        keep_sent(locked, by=by, now=now)
        event = record(locked, "submit_use_report", "Käyttöselvitys lähetettiin.", by, now)
        timeline.write(
            locked.decision.application.organisation,
            gettext_lazy("Käyttöselvitys lähetettiin: %(call)s."),
            {"call": locked.decision.application.call.title_fi},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=link_of(locked),
        )
        tell(locked, event, "received", now)
    return locked


def keep_sent(report: UseReport, *, by: Any, now: datetime, draft: dict[str, Any] | None = None) -> UseReportVersion:
    """Freeze the report as it is sent now; the report's row is locked. ``draft``: what a paper report replaced."""
    number = report.versions.count() + 1
    content = {**content_of(report), **({"draft": draft} if draft else {})}
    return UseReportVersion.objects.create(use_report=report, number=number, content=content, sent_by=by, sent_at=now)


def return_use_report(
    report: UseReport, *, reason: str, due_on: date | None = None, by: Any, now: datetime
) -> UseReport:
    """Send the report back with a question, to be answered by ``due_on``; the organisation is told.

    Without ``due_on`` there are fourteen days. A day that the organisation still had is not taken from it. Refused:
    ``reason_missing``, ``bad_day`` (today or earlier).
    """
    words, today = reason.strip(), local_date(now)
    if not words:
        raise Refused("reason_missing", _("Kirjoita, mitä selvityksessä pitää täydentää."))
    asked = due_on or today + timedelta(days=ANSWER_DAYS)
    if asked <= today:
        raise Refused("bad_day", _("Vastauspäivä on myöhemmin kuin tänään."))

    def change(locked: UseReport) -> None:
        step = ReportStep.MONEY if locked.checked_by_id else ReportStep.CONTENT
        locked.officer_note, locked.due_on = words, max(locked.due_on, asked)
        locked.checked_by, locked.checked_at = None, None
        locked.questions.create(step=step, text=words, due_on=locked.due_on, asked_by=by, asked_at=now)

    return _officers_verb("return_use_report", "grants.use_report.return", report, change, by, now, tells="returned")


def check_use_report(
    report: UseReport, *, items: Mapping[str, str], note: str = "", by: Any, now: datetime
) -> UseReport:
    """The content check: the coordinator has gone through the list and finds the report sufficient.

    ``items`` are item -> ``ItemResult``. Refused: ``unchecked`` (names what is not answered).
    """
    found = check_items(ReportStep.CONTENT, items)

    def change(locked: UseReport) -> None:
        locked.checked_by, locked.checked_at, locked.officer_note = by, now, ""
        _keep_check(locked, ReportStep.CONTENT, found, note, by, now)

    return _officers_verb("check_use_report", "grants.use_report.check", report, change, by, now)


def approve_use_report(
    report: UseReport, *, items: Mapping[str, str], note: str = "", by: Any, now: datetime
) -> UseReport:
    """The money check, which approves: the clerk has gone through the list; the organisation is told.

    Only after the content check. Refused: ``unchecked``.
    """
    found = check_items(ReportStep.MONEY, items)

    def change(locked: UseReport) -> None:
        locked.approved_by, locked.approved_at = by, now
        _keep_check(locked, ReportStep.MONEY, found, note, by, now)

    return _officers_verb("approve_use_report", "grants.use_report.approve", report, change, by, now, tells="approved")


def _keep_check(report: UseReport, step: ReportStep, items: dict[str, str], note: str, by: Any, now: datetime) -> None:
    UseReportCheck.objects.create(
        use_report=report,
        step=step,
        number=report.versions.count(),
        items=items,
        note=note.strip(),
        checked_by=by,
        checked_at=now,
    )


def extend_use_report(report: UseReport, *, due_on: date, reason: str, by: Any, now: datetime) -> UseReport:
    """Give the organisation more time, until the end of ``due_on``; it is told, and the reminders begin again.

    Refused: ``bad_day`` unless the day is in the future and later than the present one, ``reason_missing``.
    """
    if not reason.strip():
        raise Refused("reason_missing", _("Kirjoita, miksi lisäaikaa annetaan."))
    with transaction.atomic():
        locked = locked_report("grants.use_report.check", report, by, now)
        if locked.due_on == due_on:
            return locked
        USE_REPORT.check(locked.state, "extend_use_report")
        first = max(locked.due_on, local_date(now))
        if due_on <= first:
            raise Refused("bad_day", _("Uusi määräpäivä on myöhemmin kuin %(day)s.") % {"day": format_date(first)})
        text = f"Käyttöselvityksen määräpäivä on nyt {format_date(due_on)}, ennen {format_date(locked.due_on)}. "
        locked.due_on = due_on
        locked.save(update_fields=["due_on"])
        locked.questions.filter(answered_at__isnull=True).update(due_on=due_on)
        event = record(locked, "extend_use_report", text + reason.strip(), by, now)
        tell(locked, event, "extended", now)
    return locked


_SENTENCES = {
    "return_use_report": "Käyttöselvitys palautettiin täydennettäväksi.",
    "check_use_report": "Käyttöselvityksen sisältö tarkistettiin.",
    "approve_use_report": "Käyttöselvitys hyväksyttiin.",
}
#: Subject of each message, and whether everybody gets it whatever they have chosen.
_MESSAGES: dict[str, tuple[Promise, bool]] = {
    "received": (gettext_lazy("Käyttöselvitys on saapunut"), True),
    "extended": (gettext_lazy("Käyttöselvitykselle on annettu lisäaikaa"), True),
    "returned": (gettext_lazy("Täydennä käyttöselvitystä"), True),
    "approved": (gettext_lazy("Käyttöselvitys on hyväksytty"), False),
}


def _officers_verb(
    verb: str,
    permission: str,
    report: UseReport,
    change: Callable[[UseReport], None],
    by: Any,
    now: datetime,
    *,
    tells: str = "",
) -> UseReport:
    """Lock, check the edge, change, record, tell; doing it again where it is done already changes nothing."""
    with transaction.atomic():
        locked = locked_report(permission, report, by, now)
        target = next(edge.target for edge in USE_REPORT.transitions if edge.verb == verb)
        if locked.state == target:
            return locked
        locked.state = USE_REPORT.check(locked.state, verb)
        change(locked)
        locked.save()
        event = record(locked, verb, _SENTENCES[verb], by, now)
        if tells:
            tell(locked, event, tells, now)
    return locked


def locked_report(permission: str, report: UseReport, by: Any, now: datetime) -> UseReport:
    """Return the report that the person may reach under the permission, locked, with its case; else Http404."""
    limit_waiting()
    locked: UseReport = get_allowed(permission, by, now=now, lock=True, pk=report.pk)
    rows = UseReport.objects.select_related("decision__application__organisation", "decision__application__call")
    return rows.get(pk=locked.pk)


def link_of(report: UseReport) -> str:
    """Return the applicant's address of the report, without a language in front."""
    with translation.override("fi"):
        return reverse("grants:use_report", args=[report.decision.application.organisation_id, report.pk])


def record(report: UseReport, verb: str, text: str, by: Any, now: datetime) -> CaseEvent:
    """Write an event of the report's case that the organisation sees too."""
    return events.record(report.decision.application, verb, text, by=by, now=now, audience=Audience.APPLICANT)


def tell(report: UseReport, event: CaseEvent, what: str, now: datetime) -> None:
    """Tell everybody who fills in reports, once for each event."""
    application = report.decision.application
    subject, required = _MESSAGES[what]
    for person in editors(application.organisation, now):
        outbox.queue(
            kind="grants.use_report",
            to=person,
            subject=subject,
            template=f"emails/grants/use_report_{what}",
            context={"report": report, "application": application, "path": link_of(report)},
            dedup_key=f"grants.use_report:{event.pk}:{person.pk}",
            required=required,
            now=now,
        )
