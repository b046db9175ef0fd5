"""The applicant's verbs of a supplement: saving the draft on a copy, and sending it as a new submission."""

import copy
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.policies import may
from common.times import format_instant
from documents.uploads import CheckedUpload
from documents.views import verified
from grants import form_definition as forms_data
from grants.answers import compare
from grants.case_search import index_answers
from grants.completeness import page_problems
from grants.form_definition import Answers, Page
from grants.life_cycles_supplements import SUPPLEMENT
from grants.models import Application, ApplicationAttachment, AttachmentSlot, Submission, SupplementRequest
from grants.models.supplements import SupplementFile
from grants.supplement_aid import Told, aid_problems_of, differences_of, draft_differences, is_same
from grants.workflow.aid_ledger import keep_declared
from grants.workflow.case_events import happened, path_of, tell_applicant, tell_officers
from grants.workflow.drafts import MAX_FILES_IN_SLOT, OWN_ECHO, copy_to_columns, exact
from grants.workflow.snapshot import content_hash, snapshot
from grants.workflow.state_aid import check_row, put_told, read_row
from grants.workflow.supplements import locked_request

#: One file to put into one slot.
Upload = tuple[AttachmentSlot, CheckedUpload]


class StaleSupplement(Refused):
    """Somebody else saved the draft since the form was opened; ``request`` is what stands now."""

    def __init__(self, request: SupplementRequest) -> None:
        super().__init__(
            "stale",
            _("%(who)s tallensi täydennyksen sen jälkeen, kun avasit sen. Vertaa tekstejä ja tallenna uudelleen.")
            % {"who": request.saved_by or _("Toinen henkilö")},
        )
        self.request = request


def page_of(request: SupplementRequest) -> Page:
    """Return the opened questions as one page of the form; needs the application's form version."""
    definition = request.application.form_version.definition
    opened = set(request.questions)
    rows = [question for _page, question in forms_data.all_questions(definition) if question["key"] in opened]
    return {"key": "taydennys", "title_fi": "Täydennys", "questions": rows}


def supplemented(request: SupplementRequest) -> Application:
    """Return the application as it would stand with the draft; a copy in memory that is never saved."""
    found = copy.copy(request.application)
    found.answers = {**request.application.answers, **request.answers}
    return found


def differences(request: SupplementRequest) -> list[dict[str, Any]]:
    """Return the opened questions whose draft differs from what was sent: label, theirs (sent), yours (draft)."""
    return [*compare(request.application, page_of(request), request.answers), *draft_differences(request)]


def problems_of(request: SupplementRequest) -> list[str]:
    """Return what stands between the draft and sending it, in words."""
    if request.is_hearing:
        return [] if request.note.strip() else [_("Kirjoita vastauksenne.")]
    found = [
        one.text
        for one in page_problems(page_of(request), supplemented(request), request.application.form_version.definition)
    ]
    filled = {file.attachment_slot_id for file in request.files.all()}
    filled |= set(request.application.attachments.values_list("attachment_slot", flat=True))
    found += [
        _("Liite puuttuu: %(name)s.") % {"name": slot.name}
        for slot in request.slots.all()
        if slot.required and slot.pk not in filled
    ]
    if request.opens_state_aid:
        found += aid_problems_of(request)
    if not found and not differences(request) and not request.files.exists() and not request.note.strip():
        found.append(_("Mikään ei ole muuttunut. Täydennä pyydetyt kohdat tai kirjoita, miksi ette täydennä."))
    return found


def _require_time(request: SupplementRequest, now: datetime) -> None:
    if request.state == "sent":
        raise Refused("already_sent", _("Täydennys on jo lähetetty, joten sitä ei voi enää muuttaa."))
    if request.state == "cancelled":
        raise Refused("cancelled", _("Pyyntö on peruttu, joten siihen ei tarvitse vastata."))
    if request.takes_answers(now):
        return
    if now >= request.deadline or request.state == "expired":
        raise Refused(
            "too_late",
            _(
                "Määräaika päättyi %(due)s, ja palvelimen kello oli %(now)s, kun pyyntösi saapui. Tallennetut tekstit "
                "ovat tallessa. Pyydä käsittelijältä lisäaikaa viestillä, jos haluat vielä lähettää ne."
            )
            % {"due": format_instant(request.last_instant), "now": exact(now)},
        )
    raise Refused("case_moved_on", _("Asian valmistelu on päättynyt, joten täydennystä ei voi enää ottaa vastaan."))


@transaction.atomic
def save_supplement(
    request: SupplementRequest,
    *,
    answers: Answers,
    note: str,
    aid: Told | None = None,
    uploads: Sequence[Upload] = (),
    remove: int | None = None,
    revision: int,
    by: Any,
    now: datetime,
) -> SupplementRequest:
    """Save the draft on the copy; the application stays as it was sent.

    Answers to questions that were not opened are ignored. ``aid`` is the corrected declaration of state aid (its
    answers and ``declared`` rows), None where it was not on the page. Refused: not_allowed, already_sent, cancelled,
    too_late, case_moved_on, wrong_slot, too_many, what ``check_row`` refuses, and ``StaleSupplement`` when somebody
    else saved in between.
    """
    row = locked_request(request)
    if not may("grants.supplement.edit", by, row, now=now):
        raise Refused("not_allowed", _("Sinulla ei ole oikeutta täydentää tätä hakemusta."))
    _require_time(row, now)
    is_own_echo = row.saved_by_id == by.pk and row.saved_at is not None and now - row.saved_at < OWN_ECHO
    if revision != row.revision and not is_own_echo:
        raise StaleSupplement(row)
    opened = set(row.questions)
    row.answers = {**row.answers, **{key: value for key, value in answers.items() if key in opened}}
    if aid is not None and row.opens_state_aid:
        _keep_aid(row, aid, now)
    row.note, row.saved_by, row.saved_at, row.revision = note.strip(), by, now, row.revision + 1
    row.save(update_fields=["answers", "aid", "note", "saved_by", "saved_at", "revision"])
    if remove is not None:
        row.files.filter(pk=remove).delete()
    places = {slot.pk for slot in row.slots.all()}
    for slot, upload in uploads:
        if slot.pk not in places:
            raise Refused("wrong_slot", _("Tätä liitettä ei ole pyydetty täydentämään."))
        _put(row, slot, upload, by, now)
    return row


def _keep_aid(row: SupplementRequest, aid: Told, now: datetime) -> None:
    """Keep the corrected declaration on the copy, as of now; one that says the same stays as of when it was said."""
    if is_same(row, aid):
        return
    for one in aid["declared"]:
        told = read_row(one)
        check_row(told["granted_on"], told["sum"], now)
    row.aid = {**aid, "declared_at": now.isoformat()}


def _put(row: SupplementRequest, slot: AttachmentSlot, upload: CheckedUpload, by: Any, now: datetime) -> None:
    earlier = row.files.filter(attachment_slot=slot)
    if earlier.filter(sha256=upload.sha256).exists():
        return
    if not slot.several:
        earlier.delete()
    elif earlier.count() >= MAX_FILES_IN_SLOT:
        raise Refused(
            "too_many",
            _("Tähän kohtaan mahtuu enintään %(most)s tiedostoa. Poista ensin jokin.") % {"most": MAX_FILES_IN_SLOT},
        )
    file = SupplementFile(supplement=row, attachment_slot=slot)
    file.take(upload, by=by, now=now)
    file.save()


@transaction.atomic
def send_supplement(request: SupplementRequest, *, by: Any, now: datetime) -> SupplementRequest:
    """Send the draft: the application gets the new parts and a new frozen submission; twice is once.

    ``now`` is the server's instant. Order: the case's row, the request's row, the right, the time, completeness,
    answers and files to the application, snapshot with its hash, event, mails; the receipt is made after the commit.
    A hearing's reply makes no submission. Refused: not_a_sender, what ``save_supplement`` refuses, incomplete.
    """
    row = locked_request(request)
    if not may("grants.supplement.send", by, row, now=now):
        raise Refused("not_a_sender", _("Pyydä nimenkirjoittajaa tai pääkäyttäjää lähettämään täydennys."))
    if row.state == "sent":
        return row
    _require_time(row, now)
    found = problems_of(row)
    if found:
        raise Refused("incomplete", " ".join(found))
    state = SUPPLEMENT.check(row.state, "send_supplement")
    if not row.is_hearing:
        row.submission = _submit(row, by, now)
    row.state, row.sent_by, row.sent_at = state, by, now
    row.save(update_fields=["state", "sent_by", "sent_at", "submission"])
    _tell_sent(row, by=by, now=now)
    return row


def _submit(row: SupplementRequest, by: Any, now: datetime) -> Submission:
    case = row.application
    case.answers = supplemented(row).answers
    copy_to_columns(case, case.form_version.definition)
    case.revision += 1
    case.save(update_fields=["answers", "title", "asked_sum", "revision"])
    if row.opens_state_aid and row.aid is not None:
        put_told(case, row.aid, by=by)
    index_answers(case)
    for file in row.files.select_related("attachment_slot"):
        _attach(case, file, now)
    content = snapshot(case, by=by, now=now)
    submission = Submission.objects.create(
        application=case,
        number=case.submissions.count() + 1,
        content=content,
        sha256=content_hash(content),
        received_at=now,
        submitted_by=by,
    )
    if row.opens_state_aid:
        keep_declared(case, now=now)
    transaction.on_commit(partial(_ask_for_receipt, submission.pk), robust=True)
    return submission


def _ask_for_receipt(submission_id: int) -> None:
    from grants.tasks import make_receipt

    make_receipt.delay(submission_id)


def _attach(case: Application, file: SupplementFile, now: datetime) -> None:
    """Make the draft's file an attachment; in a slot for one file the earlier one stays with its submission."""
    slot = file.attachment_slot
    if not slot.several:
        case.attachments.filter(attachment_slot=slot).update(removed_at=now)
    with verified(file) as content:
        upload = CheckedUpload(content, file.name, file.size, file.sha256, file.content_type, file.scan_state)
        attachment = ApplicationAttachment(application=case, attachment_slot=slot)
        attachment.take(upload, by=file.uploaded_by, now=file.uploaded_at)
        attachment.save()


def _tell_sent(row: SupplementRequest, *, by: Any, now: datetime) -> None:
    case = row.application
    said = "Hakija vastasi kuulemiseen." if row.is_hearing else "Hakija lähetti täydennyksen."
    happened(case, "send_supplement", said, by=by, now=now)
    own = path_of("application_supplement", case.organisation_id, case.pk, row.pk)
    desk = path_of("case_supplement", case.pk, row.pk)
    number = case.case_number
    tell_applicant(
        case,
        "supplement_sent",
        format_lazy(gettext_lazy("Vastauksenne on saapunut: {number}"), number=number),
        {"supplement": row, "path": own},
        key=str(row.pk),
        now=now,
    )
    tell_officers(
        case,
        "supplement_arrived",
        format_lazy(gettext_lazy("Hakija on vastannut pyyntöön: {number}"), number=number),
        {"supplement": row, "path": desk},
        key=str(row.pk),
        now=now,
    )


def sent_differences(request: SupplementRequest) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return what a sent supplement changed, from the frozen submissions: answers (label, theirs, yours), and files.

    Files: ``{"name", "slot", "change"}`` with ``added`` or ``removed``. Nothing for a hearing.
    """
    new = request.submission
    if new is None:
        return [], []
    old = Submission.objects.filter(application=request.application_id, number__lt=new.number).latest("number")
    before = copy.copy(request.application)
    before.answers = old.content["answers"]
    page = page_of(request)
    rows = compare(before, page, forms_data.page_answers(page, new.content["answers"]))
    if request.opens_state_aid:
        rows += differences_of(old.content.get("state_aid"), new.content.get("state_aid"))
    opened = {slot.name_fi for slot in request.slots.all()}
    files = [
        *_files(new.content["attachments"], old.content["attachments"], "added"),
        *_files(old.content["attachments"], new.content["attachments"], "removed"),
    ]
    return rows, [one for one in files if one["slot"] in opened]


def _files(of: Iterable[dict[str, Any]], without: Iterable[dict[str, Any]], change: str) -> list[dict[str, str]]:
    others = {one["id"] for one in without}
    return [{"name": one["name"], "slot": one["slot"], "change": change} for one in of if one["id"] not in others]
