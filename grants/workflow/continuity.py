"""What comes after a co-funded project: asked in time, answered, viewed by the county, agreed on."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import add_days, local_date
from grants import agreement_content
from grants.life_cycles_negotiations import CONTINUITY
from grants.models import Afterwards, Agreement, AgreementKind, Application, CoFundedProject, Continuity, Side
from grants.negotiated import agreed_of
from grants.workflow.agreements import create_agreement, save_draft
from grants.workflow.case_events import happened, officers_of, path_of, tell_applicant
from grants.workflow.negotiation_news import own_path, participants
from notifications import outbox

#: The answer is due this many days before the term ends, half a year.
DUE_BEFORE = 183
#: It is asked this many days before it is due; who is asked late has at least this long to answer.
ASK_BEFORE, AT_LEAST = 60, 30

SUBJECTS: dict[str, Any] = {
    "asked": gettext_lazy("Miten toiminta jatkuu hankkeen jälkeen: {name}"),
    "answered": gettext_lazy("Järjestö on kertonut toiminnan jatkosta: {name}"),
    "viewed": gettext_lazy("Hyvinvointialueen näkemys toiminnan jatkosta: {name}"),
}


def due_day(project: CoFundedProject, asked_on: date) -> date:
    """Return by which day the answer is wanted: half a year before the end, but never too soon after asking."""
    return max(add_days(project.ends_on, -DUE_BEFORE), add_days(asked_on, AT_LEAST))


def ask_continuity(*, now: datetime) -> int:
    """Ask of every granted project whose end is near how the activity goes on; return how many were asked now."""
    today = local_date(now)
    rows = CoFundedProject.objects.filter(
        ends_on__gte=today,
        ends_on__lte=add_days(today, DUE_BEFORE + ASK_BEFORE),
        continuity__isnull=True,
        application__decision__sum__gt=0,
        application__decision__state__in=("issued", "final"),
    )
    done = 0
    for key in rows.order_by("pk").values_list("application", flat=True):
        with transaction.atomic():
            limit_waiting()
            case = Application.objects.select_for_update(of=("self",)).get(pk=key)
            project = CoFundedProject.objects.get(application=case)
            made, is_new = Continuity.objects.get_or_create(
                project=project, defaults={"asked_at": now, "due_on": due_day(project, today)}
            )
            if not is_new:
                continue
            text = f"Kysyttiin, miten toiminta jatkuu hankkeen ”{project.name}” jälkeen."
            happened(case, "ask_continuity", text, by=None, now=now)
            _tell_applicant(case, made, "asked", now)
            done += 1
    return done


def _context(made: Continuity, step: str) -> dict[str, Any]:
    return {"project": made.project, "continuity": made, "step": step}


def _subject(made: Continuity, step: str) -> Any:
    return format_lazy(SUBJECTS[step], name=made.project.name)


def _tell_applicant(case: Application, made: Continuity, step: str, now: datetime) -> None:
    context = {**_context(made, step), "path": own_path(case, "own_continuity")}
    tell_applicant(case, "continuity", _subject(made, step), context, key=f"{made.pk}:{step}", now=now)


def _tell_county(case: Application, made: Continuity, now: datetime) -> None:
    people = {person.pk: person for person in [*officers_of(case, now), *participants(case, now)]}
    for person in people.values():
        outbox.queue(
            kind="grants.continuity",
            to=person,
            subject=_subject(made, "answered"),
            template="emails/grants/continuity",
            context={
                "application": case,
                "call": case.call,
                "organisation": case.organisation,
                **_context(made, "answered"),
                "path": path_of("continuity", case.pk),
            },
            dedup_key=f"grants.continuity:{made.pk}:answered:{person.pk}",
            now=now,
        )


def _locked(permission: str, application: Application, by: Any, now: datetime) -> tuple[Application, Continuity]:
    limit_waiting()
    get_allowed(permission, by, now=now, lock=True, pk=application.pk)
    case = Application.objects.select_related("call", "organisation").get(pk=application.pk)
    rows = Continuity.objects.select_for_update(of=("self",)).select_related("project")
    found = rows.filter(project__application=case).first()
    if found is None:
        raise Http404
    return case, found


def answer_continuity(application: Application, *, plan: str, text: str, by: Any, now: datetime) -> Continuity:
    """Tell how the activity goes on; it may be written anew until the county has written its view.

    The same again is once. Refused: ``answer_missing``, ``wrong_state``.
    """
    with transaction.atomic():
        case, row = _locked("grants.continuity.answer", application, by, now)
        words = text.replace("\r\n", "\n").strip()
        if (row.plan, row.text) == (plan, words) and row.state != "asked":
            return row
        state = CONTINUITY.check(row.state, "answer_continuity")
        if plan not in Afterwards.values or not words:
            raise Refused("answer_missing", _("Valitse, miten toiminta jatkuu, ja kerro siitä."))
        row.state, row.plan, row.text, row.answered_by, row.answered_at = state, plan, words, by, now
        row.save(update_fields=["state", "plan", "text", "answered_by", "answered_at"])
        happened(case, "answer_continuity", "Järjestö kertoi, miten toiminta jatkuu hankkeen jälkeen.", by=by, now=now)
        _tell_county(case, row, now)
    return row


def view_continuity(application: Application, *, view: str, by: Any, now: datetime) -> Continuity:
    """Write the county's view of the answer, or mend it; the organisation reads it and is told the first time.

    The same again is once. Refused: ``view_missing``, ``wrong_state``.
    """
    with transaction.atomic():
        case, row = _locked("grants.continuity.view", application, by, now)
        words = view.replace("\r\n", "\n").strip()
        if row.state == "viewed" and row.view == words:
            return row
        state, first = CONTINUITY.check(row.state, "view_continuity"), row.state != "viewed"
        if not words:
            raise Refused("view_missing", _("Kirjoita hyvinvointialueen näkemys."))
        row.state, row.view, row.viewed_by, row.viewed_at = state, words, by, now
        row.save(update_fields=["state", "view", "viewed_by", "viewed_at"])
        text = "Hyvinvointialue kirjasi näkemyksensä toiminnan jatkosta hankkeen jälkeen."
        happened(case, "view_continuity", text, by=by, now=now)
        if first:
            _tell_applicant(case, row, "viewed", now)
    return row


def draft_agreement(application: Application, *, kind: AgreementKind, by: Any, now: datetime) -> Agreement:
    """Begin an agreement of the activity that goes on, filled in from the project and the answer; twice is once.

    Refused: ``not_agreement`` (the organisation does not go on by agreement), and as ``create_agreement``.
    """
    with transaction.atomic():
        case, row = _locked("grants.continuity.view", application, by, now)
        if row.agreement is not None:
            return row.agreement
        if row.plan != Afterwards.AGREEMENT:
            raise Refused("not_agreement", _("Järjestö ei ole vastannut, että toiminta jatkuu sopimuksella."))
        title = row.project.name[:200]
        made = create_agreement(kind=kind, title=title, organisations=[case.organisation], by=by, now=now)
        if made.draft_revision == 0:
            version = agreed_of(case, case.call)
            content = {
                **agreement_content.blank(kind, title),
                "purpose": version.purpose if version else case.title,
                "county_duties": row.view,
                "organisation_duties": row.text[:4000],
                "starts_on": add_days(row.project.ends_on, 1).isoformat(),
                "municipalities": list(case.municipalities.order_by("code").values_list("code", flat=True)),
            }
            made = save_draft(made, side=Side.COUNTY, content=content, seen=0, by=by, now=now)
        row.agreement = made
        row.save(update_fields=["agreement"])
        text = "Toiminnan jatkosta alettiin valmistella sopimusta."
        happened(case, "draft_agreement", text, by=by, now=now)
    return made
