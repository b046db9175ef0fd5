"""The officers' verbs on a case: whose it is, check list, messages, notes, transfer to another authority."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import StaffRole, StaffRoleKind, User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from documents.uploads import CheckedUpload
from grants import life_cycles
from grants.life_cycles_supplements import SUPPLEMENT
from grants.models import (
    Application,
    CaseCheck,
    CaseMessage,
    CaseNote,
    CaseTransfer,
    ConflictDeclaration,
    GrantCall,
    MessageFile,
    Proposal,
    SupplementRequest,
)
from grants.workflow import events
from grants.workflow.case_events import happened, path_of, tell_applicant, tell_officers

#: The same words by the same person this soon are a double press.
DOUBLE_PRESS = timedelta(minutes=1)


@dataclass(frozen=True)
class Checked:
    """One item as the officer marked it."""

    item: str
    result: str
    note: str


def possible_handlers(now: datetime) -> QuerySet[User]:
    """Return the people who may handle cases now: the coordinators."""
    holders = StaffRole.objects.in_force(now).filter(role=StaffRoleKind.COORDINATOR).values("user")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("full_name", "pk")


@transaction.atomic
def give_cases(cases: Iterable[int], *, to: User | None, by: Any, now: datetime) -> list[Application]:
    """Give the cases to a handler, or to nobody; return those that changed hands.

    Cases that the giver may not work on are left out. Refused: not_a_handler, biased (the receiver has declared a
    conflict of interest in one of them).
    """
    limit_waiting()
    if to is not None and not possible_handlers(now).filter(pk=to.pk).exists():
        raise Refused("not_a_handler", _("Asian voi antaa vain koordinaattorille."))
    mine = allowed("grants.case.work", by, now=now).filter(pk__in=list(cases)).values("pk")
    rows = list(Application.objects.select_for_update(of=("self",)).filter(pk__in=mine).order_by("pk"))
    if to is not None:
        biased = ConflictDeclaration.objects.filter(application__in=rows, user=to, has_conflict=True)
        if biased.exists():
            raise Refused(
                "biased", _("%(who)s on ilmoittanut olevansa esteellinen jossakin näistä asioista.") % {"who": to}
            )
    changed = [row for row in rows if row.handler_id != (to.pk if to else None)]
    for row in changed:
        row.handler = to
        row.save(update_fields=["handler"])
        events.record(
            row, "give_case", f"Käsittelijä on {to}." if to else "Asialla ei ole käsittelijää.", by=by, now=now
        )
    return changed


@transaction.atomic
def save_checks(application: Application, rows: Iterable[Checked], *, by: Any, now: datetime) -> int:
    """Save what was found of each marked item and return how many changed. Refused: no_reason, wrong_state."""
    case: Application = get_allowed("grants.case.work", by, now=now, lock=True, pk=application.pk)
    if case.state not in ("submitted", "in_handling"):
        raise Refused("wrong_state", _("Asian käsittely on päättynyt, joten tarkistusta ei voi enää muuttaa."))
    standing = {row.item: row for row in CaseCheck.objects.filter(application=case)}
    changed = 0
    for row in rows:
        old, note = standing.get(row.item), row.note.strip()
        if row.result != "ok" and not note:
            raise Refused("no_reason", _("Kirjoita, mikä ei ole kunnossa tai on epäselvää."))
        if old and (old.result, old.note) == (row.result, note):
            continue
        CaseCheck.objects.update_or_create(
            application=case,
            item=row.item,
            defaults={"result": row.result, "note": note, "checked_by": by, "checked_at": now},
        )
        changed += 1
    if changed:
        events.record(
            case, "save_checks", f"Hakemuksen ehdot tarkistettiin ({changed} kohtaa muuttui).", by=by, now=now
        )
    return changed


@transaction.atomic
def set_check_items(call: GrantCall, *, text: str, by: Any, now: datetime) -> GrantCall:
    """Set the call's own items of the check list, one a line."""
    found: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    found.check_items = "\n".join(dict.fromkeys(line.strip()[:200] for line in text.splitlines() if line.strip()))
    found.save(update_fields=["check_items"])
    return found


@transaction.atomic
def write_message(
    application: Application, *, text: str, uploads: Iterable[CheckedUpload] = (), by: Any, now: datetime
) -> CaseMessage:
    """Write to the applicant, with files; their people are told that there is a message, not its words.

    A double press is one.
    """
    case: Application = get_allowed("grants.case.work", by, now=now, lock=True, pk=application.pk)
    made, is_new = _write(case, text, uploads, from_applicant=False, by=by, now=now)
    if is_new:
        path = path_of("application_messages", case.organisation_id, case.pk)
        subject = format_lazy(gettext_lazy("Viesti hakemuksestanne {number}"), number=case.case_number)
        tell_applicant(case, "case_message", subject, {"path": path}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def answer_message(
    application: Application, *, text: str, uploads: Iterable[CheckedUpload] = (), by: Any, now: datetime
) -> CaseMessage:
    """Write to the officers, with files; the handler is told, or the coordinators.

    Refused: no_text, too_many (404: no right).
    """
    case: Application = get_allowed("grants.message.write_own", by, now=now, lock=True, pk=application.pk)
    today = case.messages.filter(from_applicant=True, written_at__gt=now - timedelta(days=1)).count()
    if today >= MOST_IN_A_DAY:
        raise Refused("too_many", _("Olette lähettäneet tänään jo paljon viestejä. Odottakaa vastausta tai soittakaa."))
    made, is_new = _write(case, text, uploads, from_applicant=True, by=by, now=now)
    if is_new:
        path = path_of("case_work", case.pk)
        subject = format_lazy(gettext_lazy("Hakija kirjoitti asiassa {number}"), number=case.case_number)
        tell_officers(case, "case_reply", subject, {"path": path}, key=str(made.pk), now=now)
    return made


#: How many messages one application's people may send in a day.
MOST_IN_A_DAY = 20


def _write(
    case: Application, text: str, uploads: Iterable[CheckedUpload], *, from_applicant: bool, by: Any, now: datetime
) -> tuple[CaseMessage, bool]:
    """Return the message with its files, and whether it is new: the same words with the same files are one."""
    words, files = text.strip(), list(uploads)
    if not words:
        raise Refused("no_text", _("Kirjoita viesti."))
    hashes = sorted(one.sha256 for one in files)
    for same in case.messages.filter(text=words, written_by=by, written_at__gt=now - DOUBLE_PRESS):
        if sorted(same.files.values_list("sha256", flat=True)) == hashes:
            return same, False
    made = CaseMessage.objects.create(
        application=case, text=words, from_applicant=from_applicant, written_by=by, written_at=now
    )
    for upload in files:
        file = MessageFile(message=made)
        file.take(upload, by=by, now=now)
        file.save()
    return made, True


@transaction.atomic
def write_note(application: Application, *, text: str, by: Any, now: datetime) -> CaseNote:
    """Write a note for the other officers. A double press is one. Refused: no_text."""
    case: Application = get_allowed("grants.case.work", by, now=now, lock=True, pk=application.pk)
    words = text.strip()
    if not words:
        raise Refused("no_text", _("Kirjoita muistiinpano."))
    same = case.notes.filter(text=words, written_by=by, written_at__gt=now - DOUBLE_PRESS).first()
    return same or CaseNote.objects.create(application=case, text=words, written_by=by, written_at=now)


@transaction.atomic
def transfer_case(application: Application, *, authority: str, reason: str, by: Any, now: datetime) -> Application:
    """Transfer the case to the authority whose matter it is; the case ends here and the applicant is told.

    A proposed sum goes back to the call's ledger, so the call's row is locked first; open requests are cancelled.
    Refused: no_reason, wrong_state. Again changes nothing more.
    """
    limit_waiting()
    call = GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
    case: Application = get_allowed("grants.case.work", by, now=now, lock=True, pk=application.pk)
    if case.state == "transferred":
        return case
    if not authority.strip() or not reason.strip():
        raise Refused("no_reason", _("Kirjoita viranomainen ja perustelu."))
    case.state = life_cycles.APPLICATION.check(case.state, "transfer_case")
    if call.state not in ("published", "handling"):
        raise Refused("presented", _("Asia on jo esitetty toimielimelle. Palauttakaa haku ensin valmisteluun."))
    case.save(update_fields=["state"])
    CaseTransfer.objects.create(
        application=case, authority=authority.strip(), reason=reason.strip(), transferred_by=by, transferred_at=now
    )
    for proposal in Proposal.objects.filter(application=case):
        GrantCall.objects.filter(pk=call.pk).update(proposed_total=F("proposed_total") - proposal.sum)
        proposal.delete()
    for request in SupplementRequest.objects.select_for_update().filter(application=case, state="open").order_by("pk"):
        request.state = SUPPLEMENT.check(request.state, "cancel_supplement")
        request.save(update_fields=["state"])
    happened(case, "transfer_case", f"Asia siirrettiin: {authority.strip()}. {reason.strip()}", by=by, now=now)
    tell_applicant(
        case,
        "case_transferred",
        format_lazy(gettext_lazy("Hakemuksenne {number} on siirretty"), number=case.case_number),
        {
            "authority": authority.strip(),
            "reason": reason.strip(),
            "path": path_of("application", case.organisation_id, case.pk),
        },
        key=str(case.pk),
        now=now,
    )
    return case
