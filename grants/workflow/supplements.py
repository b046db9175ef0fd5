"""The officers' verbs of a supplement request or hearing: ask, give more time, cancel, and what time does by itself."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from common.times import format_date, format_instant, local_date
from grants import form_definition as forms_data
from grants.life_cycles_supplements import SUPPLEMENT
from grants.models import Application, AttachmentSlot, GrantCall, SupplementKind, SupplementRequest
from grants.workflow.case_events import happened, path_of, tell_applicant


def openable_questions(definition: Any) -> list[tuple[Any, list[Any]]]:
    """Return the pages with the questions that may be opened: all but the asked sum, which is compared as it was."""
    found = []
    for page in forms_data.pages(definition):
        questions = [
            one
            for one in page.get("questions", [])
            if one.get("copies_to") != "asked_sum" and not forms_data.is_replaced(one, definition)
        ]
        if questions:
            found.append((page, questions))
    return found


def opens_declaration(definition: Any) -> bool:
    """Tell whether the form has a declaration of state aid that may be opened."""
    return any(forms_data.is_state_aid(page) for page in forms_data.pages(definition))


@transaction.atomic
def ask_supplement(
    application: Application,
    *,
    text: str,
    due_on: date,
    questions: Iterable[str] = (),
    slots: Iterable[AttachmentSlot] = (),
    state_aid: bool = False,
    kind: str = SupplementKind.SUPPLEMENT,
    by: Any,
    now: datetime,
) -> SupplementRequest:
    """Ask the applicant for what is named, by the day; the same request again is the one that stands.

    ``state_aid`` opens the declaration of state aid, where the call asks one. Refused: not_allowed (404), no_text,
    nothing_opened, too_early, after_cutoff, already_open.
    """
    limit_waiting()
    case: Application = get_allowed("grants.supplement.ask", by, now=now, lock=True, pk=application.pk)
    definition = case.form_version.definition
    known = {one["key"] for _page, rows in openable_questions(definition) for one in rows}
    is_hearing = kind == SupplementKind.HEARING
    opened = [] if is_hearing else [key for key in questions if key in known]
    places = [] if is_hearing else [slot for slot in slots if slot.call_id == case.call_id]
    opens_aid = state_aid and opens_declaration(definition) and not is_hearing
    _check_asked(case.call, text, due_on, bool(opened or places or opens_aid) or is_hearing, now)
    standing = SupplementRequest.objects.filter(application=case, kind=kind, state="open").first()
    if standing is not None:
        same_parts = set(standing.questions) == set(opened) and set(standing.slots.all()) == set(places)
        same_parts = same_parts and standing.opens_state_aid == opens_aid
        if standing.text == text.strip() and standing.due_on == due_on and same_parts:
            return standing
        raise Refused(
            "already_open",
            _("Hakijalla on jo avoin pyyntö tässä asiassa. Anna siihen lisäaikaa tai peru se ensin."),
        )
    made = SupplementRequest.objects.create(
        application=case,
        kind=kind,
        text=text.strip(),
        questions=opened,
        opens_state_aid=opens_aid,
        due_on=due_on,
        asked_by=by,
        asked_at=now,
    )
    made.slots.set(places)
    day = format_date(due_on)
    said = f"Hakijaa kuullaan {day} mennessä." if is_hearing else f"Hakijalta pyydettiin täydennystä {day} mennessä."
    happened(case, "ask_supplement", said, by=by, now=now)
    _tell(made, now=now)
    return made


def _check_asked(call: GrantCall, text: str, due_on: date, has_opened: bool, now: datetime) -> None:
    if not text.strip():
        raise Refused("no_text", _("Kirjoita, mitä hakijalta pyydetään."))
    if not has_opened:
        raise Refused("nothing_opened", _("Valitse ainakin yksi kysymys, liite tai selvitys, jota hakija täydentää."))
    _check_day(call, due_on, now)


def _check_day(call: GrantCall, due_on: date, now: datetime) -> None:
    if due_on <= local_date(now):
        raise Refused("too_early", _("Anna hakijalle aikaa: valitse päivä, joka on huomenna tai myöhemmin."))
    cutoff = call.supplement_cutoff_at
    if cutoff and due_on > local_date(cutoff):
        raise Refused(
            "after_cutoff",
            _("Haussa otetaan täydennyksiä %(cutoff)s asti. Valitse aikaisempi päivä.")
            % {"cutoff": format_instant(cutoff)},
        )


def _tell(request: SupplementRequest, *, now: datetime) -> None:
    case = request.application
    subject = (
        gettext_lazy("Teitä kuullaan hakemuksestanne {number}")
        if request.is_hearing
        else gettext_lazy("Täydentäkää hakemustanne {number}")
    )
    path = path_of("application_supplement", case.organisation_id, case.pk, request.pk)
    tell_applicant(
        case,
        "supplement_asked",
        format_lazy(subject, number=case.case_number),
        {"supplement": request, "path": path},
        key=f"{request.pk}:{request.last_instant:%Y%m%d%H%M}",
        now=now,
    )


def ask_many(
    call: GrantCall,
    cases: Iterable[int],
    *,
    text: str,
    due_on: date,
    questions: Iterable[str] = (),
    slots: Iterable[AttachmentSlot] = (),
    state_aid: bool = False,
    by: Any,
    now: datetime,
) -> list[SupplementRequest]:
    """Ask the same of many cases of one call, all or none; cases with an open request are left as they are.

    Refused as ``ask_supplement``, and ``no_cases``.
    """
    opened, places = list(questions), list(slots)
    with transaction.atomic():
        limit_waiting()
        found: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
        rows = Application.objects.filter(call=found, pk__in=list(cases)).order_by("pk")
        busy = SupplementRequest.objects.filter(application__call=found, kind="supplement", state="open")
        free = list(rows.exclude(pk__in=busy.values("application")))
        if not free:
            raise Refused("no_cases", _("Valitse ainakin yksi hakemus, josta ei ole avointa täydennyspyyntöä."))
        return [
            ask_supplement(
                case,
                text=text,
                due_on=due_on,
                questions=opened,
                slots=places,
                state_aid=state_aid,
                by=by,
                now=now,
            )
            for case in free
        ]


def locked_request(request: SupplementRequest) -> SupplementRequest:
    """Lock the call's, the case's and then the request's row; return the request with its case and call.

    The call's lock keeps a supplement from arriving while the call is presented and its proposals frozen.
    """
    limit_waiting()
    GrantCall.objects.select_for_update().get(applications=request.application_id)
    Application.objects.select_for_update().get(pk=request.application_id)
    return (
        SupplementRequest.objects.select_for_update(of=("self",))
        .select_related("application__call", "application__organisation", "application__form_version")
        .get(pk=request.pk)
    )


def _managed(request: SupplementRequest, by: Any, now: datetime) -> SupplementRequest:
    locked = locked_request(request)
    get_allowed("grants.supplement.manage", by, now=now, pk=locked.pk)
    return locked


@transaction.atomic
def extend_supplement(request: SupplementRequest, *, due_on: date, by: Any, now: datetime) -> SupplementRequest:
    """Give more time, also after it has run out; the applicant is told. Refused: too_early, after_cutoff, wrong_state,
    already_open (another request has been made since)."""
    row = _managed(request, by, now)
    _check_day(row.application.call, due_on, now)
    state = SUPPLEMENT.check(row.state, "extend_supplement")
    if row.due_on == due_on and row.state == state:
        return row
    others = SupplementRequest.objects.filter(application=row.application, kind=row.kind, state="open")
    if others.exclude(pk=row.pk).exists():
        raise Refused("already_open", _("Hakijalla on jo uudempi avoin pyyntö. Anna lisäaikaa siihen."))
    row.state, row.due_on = state, due_on
    row.save(update_fields=["state", "due_on"])
    said = f"Hakijalle annettiin lisäaikaa {format_date(due_on)} asti."
    happened(row.application, "extend_supplement", said, by=by, now=now)
    _tell(row, now=now)
    return row


@transaction.atomic
def cancel_supplement(request: SupplementRequest, *, by: Any, now: datetime) -> SupplementRequest:
    """Cancel a request that has not been answered; the applicant is told by a message. Twice is once."""
    row = _managed(request, by, now)
    if row.state == "cancelled":
        return row
    row.state = SUPPLEMENT.check(row.state, "cancel_supplement")
    row.save(update_fields=["state"])
    said = "Kuuleminen peruttiin." if row.is_hearing else "Täydennyspyyntö peruttiin."
    happened(row.application, "cancel_supplement", said, by=by, now=now)
    tell_applicant(
        row.application,
        "supplement_cancelled",
        format_lazy(gettext_lazy("Pyyntö hakemuksesta {number} on peruttu"), number=row.application.case_number),
        {"supplement": row, "path": path_of("application", row.application.organisation_id, row.application.pk)},
        key=str(row.pk),
        now=now,
    )
    return row


@transaction.atomic
def set_cutoff(call: GrantCall, *, cutoff_at: datetime | None, by: Any, now: datetime) -> GrantCall:
    """Set or clear the call's last instant for supplements; whoever gets less time by it is told at once.

    Refused: past, closed (404: not the person's call).
    """
    found: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    if found.state not in ("published", "handling"):
        raise Refused("closed", _("Takarajan voi asettaa, kun hakemuksia valmistellaan."))
    if cutoff_at is not None and cutoff_at <= now:
        raise Refused("past", _("Takaraja on jo mennyt. Valitse myöhempi aika."))
    rows = SupplementRequest.objects.waiting().filter(application__call=found).order_by("pk")
    before = {row.pk: row.deadline for row in rows.select_related("application__call")}
    found.supplement_cutoff_at = cutoff_at
    found.save(update_fields=["supplement_cutoff_at"])
    for row in rows.select_related("application__call", "application__organisation"):
        if row.deadline < before[row.pk]:
            said = f"Aika vastata pyyntöön lyheni: viimeistään {format_instant(row.last_instant)}."
            happened(row.application, "set_cutoff", said, by=by, now=now)
            _tell(row, now=now)
    return found


def expire_supplements(*, now: datetime) -> int:
    """Mark every request whose time has run out and return how many; each case goes on as it is."""
    done = 0
    for key in SupplementRequest.objects.overdue(now).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = locked_request(SupplementRequest.objects.get(pk=key))
            if row.state != "open" or now < row.deadline:
                continue
            row.state = SUPPLEMENT.check(row.state, "expire_supplement")
            row.save(update_fields=["state"])
            said = "Määräaika päättyi ilman vastausta. Asian käsittely jatkuu."
            happened(row.application, "expire_supplement", said, by=None, now=now)
            done += 1
    return done
