"""The use report's life: filled in, sent, returned or checked, approved."""

from collections.abc import Callable
from datetime import date, datetime
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
from grants.models import UseReport
from grants.models.applications import Audience, CaseEvent
from grants.policies import EDITORS
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


def missing(report: UseReport) -> list[tuple[str, str]]:
    """Return what is still missing as pairs of field and sentence: the one rule of page and verb."""
    found = [(name, str(text)) for name, text in NEEDED if getattr(report, name) in (None, "")]
    if report.spent_sum is not None and report.spent_sum > report.decision.sum:
        found.append(("spent_sum", _("Käytetty summa on suurempi kuin myönnetty avustus. Tarkista summa.")))
    return found


def save_use_report(report: UseReport, changes: dict[str, Any], *, revision: int, by: Any, now: datetime) -> UseReport:
    """Save typed values of an unsent report; raises StaleReport when somebody else's text would be lost.

    ``revision`` is the one that the values were typed over. The same values again are no conflict: an
    autosave may have been faster than the button.
    """
    with transaction.atomic():
        locked = _locked("grants.use_report.submit", report, by, now)
        if locked.state not in ("open", "returned"):
            USE_REPORT.check(locked.state, "submit_use_report")
        if _holds(locked, changes):
            if locked.saved_at is not None:
                return locked
        elif locked.revision != revision:
            raise StaleReport(locked)
        columns = [name for name in changes if name != "municipalities"]
        for name in columns:
            setattr(locked, name, changes[name])
        locked.revision, locked.saved_at = locked.revision + 1, now
        locked.save(update_fields=[*columns, "revision", "saved_at"])
        if "municipalities" in changes:
            locked.municipalities.set(changes["municipalities"])
    return locked


def _holds(report: UseReport, values: dict[str, Any]) -> bool:
    """Tell whether the report says exactly this already."""
    own = {name: value for name, value in values.items() if name != "municipalities"}
    if any(getattr(report, name) != value for name, value in own.items()):
        return False
    chosen = values.get("municipalities")
    return chosen is None or {row.pk for row in chosen} == set(report.municipalities.values_list("pk", flat=True))


def submit_use_report(report: UseReport, *, by: Any, now: datetime) -> UseReport:
    """Send the report; a second call returns it as it is.

    Order of effects: row, event, timeline, receipts. Refused: ``incomplete`` (with what is missing).
    """
    with transaction.atomic():
        locked = _locked("grants.use_report.submit", report, by, now)
        if locked.state == "submitted":
            return locked
        state = USE_REPORT.check(locked.state, "submit_use_report")
        lacking = missing(locked)
        if lacking:
            raise Refused("incomplete", " ".join(text for _name, text in lacking))
        locked.state, locked.submitted_by, locked.submitted_at = state, by, now
        locked.save(update_fields=["state", "submitted_by", "submitted_at"])
        event = _record(locked, "submit_use_report", "Käyttöselvitys lähetettiin.", by, now)
        timeline.write(
            locked.decision.application.organisation,
            gettext_lazy("Käyttöselvitys lähetettiin: %(call)s."),
            {"call": locked.decision.application.call.title_fi},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=link_of(locked),
        )
        _tell(locked, event, "received", now)
    return locked


def return_use_report(report: UseReport, *, reason: str, by: Any, now: datetime) -> UseReport:
    """Send the report back with a question; the organisation is told. Refused: ``reason_missing``."""
    if not reason.strip():
        raise Refused("reason_missing", _("Kirjoita, mitä selvityksessä pitää täydentää."))

    def change(locked: UseReport) -> None:
        locked.officer_note = reason.strip()
        locked.checked_by, locked.checked_at = None, None

    return _officers_verb("return_use_report", "grants.use_report.return", report, change, by, now, tell="returned")


def check_use_report(report: UseReport, *, by: Any, now: datetime) -> UseReport:
    """The content check: the coordinator has read the report and finds it sufficient."""

    def change(locked: UseReport) -> None:
        locked.checked_by, locked.checked_at, locked.officer_note = by, now, ""

    return _officers_verb("check_use_report", "grants.use_report.check", report, change, by, now)


def approve_use_report(report: UseReport, *, by: Any, now: datetime) -> UseReport:
    """The money check: the payments clerk approves; the organisation is told."""

    def change(locked: UseReport) -> None:
        locked.approved_by, locked.approved_at = by, now

    return _officers_verb("approve_use_report", "grants.use_report.approve", report, change, by, now, tell="approved")


def extend_use_report(report: UseReport, *, due_on: date, reason: str, by: Any, now: datetime) -> UseReport:
    """Give the organisation more time, until the end of ``due_on``; it is told, and the reminders begin again.

    Refused: ``bad_day`` unless the day is in the future and later than the present one, ``reason_missing``.
    """
    if not reason.strip():
        raise Refused("reason_missing", _("Kirjoita, miksi lisäaikaa annetaan."))
    with transaction.atomic():
        locked = _locked("grants.use_report.check", report, by, now)
        if locked.due_on == due_on:
            return locked
        USE_REPORT.check(locked.state, "extend_use_report")
        first = max(locked.due_on, local_date(now))
        if due_on <= first:
            raise Refused("bad_day", _("Uusi määräpäivä on myöhemmin kuin %(day)s.") % {"day": format_date(first)})
        text = f"Käyttöselvityksen määräpäivä on nyt {format_date(due_on)}, ennen {format_date(locked.due_on)}. "
        locked.due_on = due_on
        locked.save(update_fields=["due_on"])
        event = _record(locked, "extend_use_report", text + reason.strip(), by, now)
        _tell(locked, event, "extended", now)
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
    tell: str = "",
) -> UseReport:
    """Lock, check the edge, change, record, tell; doing it again where it is done already changes nothing."""
    with transaction.atomic():
        locked = _locked(permission, report, by, now)
        target = next(edge.target for edge in USE_REPORT.transitions if edge.verb == verb)
        if locked.state == target:
            return locked
        locked.state = USE_REPORT.check(locked.state, verb)
        change(locked)
        locked.save()
        event = _record(locked, verb, _SENTENCES[verb], by, now)
        if tell:
            _tell(locked, event, tell, now)
    return locked


def _locked(permission: str, report: UseReport, by: Any, now: datetime) -> UseReport:
    limit_waiting()
    locked: UseReport = get_allowed(permission, by, now=now, lock=True, pk=report.pk)
    rows = UseReport.objects.select_related("decision__application__organisation", "decision__application__call")
    return rows.get(pk=locked.pk)


def link_of(report: UseReport) -> str:
    """Return the applicant's address of the report, without a language in front."""
    with translation.override("fi"):
        return reverse("grants:use_report", args=[report.decision.application.organisation_id, report.pk])


def _record(report: UseReport, verb: str, text: str, by: Any, now: datetime) -> CaseEvent:
    return events.record(report.decision.application, verb, text, by=by, now=now, audience=Audience.APPLICANT)


def _tell(report: UseReport, event: CaseEvent, what: str, now: datetime) -> None:
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
