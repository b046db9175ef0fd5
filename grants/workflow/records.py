"""Handing decided cases over to the county's records system, and its receipt of them."""

import hashlib
import tempfile
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import local_date
from county.models import get_county
from documents.models import ScanState
from grants.life_cycles_public import RECORDS_PACKAGE
from grants.models import Application, GrantCall, PackagedCase, RecordsPackage
from grants.negotiation_records import PREFETCH as NEGOTIATED
from grants.records_later import PREFETCH as LATER
from grants.records_package import write_package
from grants.workflow import events

#: What was asked, answered and written while a case was prepared and after its decision, as the package tells it.
WORK = (
    *(f"supplements__{one}" for one in ("asked_by", "sent_by", "submission")),
    *(f"statements__{one}" for one in ("post__unit", "post__municipality", "asked_by", "answered_by")),
    "messages__written_by",
    "messages__files",
    *NEGOTIATED,
    *LATER,
)
#: Packages up to this many bytes are made in memory.
IN_MEMORY = 8 * 1024 * 1024


def make_package(
    call: GrantCall, *, applications: Collection[int], reason: str, by: Any, now: datetime
) -> RecordsPackage:
    """Make a package of the call's chosen cases (keys) and remember that they were handed over.

    Order: the cases' row locks, sorted; the right to each (a conflict of one's own excludes); none handed over
    before, or a ``reason``; the ZIP; package, cases and events. Refused: ``nothing_chosen``, ``handed_over``,
    ``file_damaged``.
    """
    with transaction.atomic():
        limit_waiting()
        cases = _locked(call, applications, by, now)
        before = set(PackagedCase.objects.filter(application__in=cases).values_list("application", flat=True))
        again = [case for case in cases if case.pk in before]
        if again and not reason.strip():
            raise Refused(
                "handed_over",
                _("Jo luovutettu: %(cases)s. Poista valinta tai kerro, miksi luovutat uudelleen.")
                % {"cases": ", ".join(case.case_number or "" for case in again)},
            )
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as target:
            write_package(target, cases, get_county(), now)
            package = _store(target, call, by, now)
        for case in cases:
            why = reason.strip()[:300] if case.pk in before else ""
            PackagedCase.objects.create(package=package, application=case, again_reason=why)
            said = f"Asia vietiin pakettiin {package.name} asianhallintaa varten." + (
                f" Uudelleen: {why}" if why else ""
            )
            events.record(case, "make_package", said, by=by, now=now)
    return package


def _locked(call: GrantCall, keys: Collection[int], by: Any, now: datetime) -> list[Application]:
    """Return the chosen cases, locked in the order of their keys, with what the package needs of them."""
    rows = allowed("grants.records.hand_over", by, now=now).filter(call=call, pk__in=keys)
    locked = Application.objects.filter(pk__in=rows.values("pk")).select_for_update(of=("self",)).order_by("pk")
    found = locked.select_related("call__kind", "organisation", "decision__letter", "paper_original").prefetch_related(
        "submissions__receipt",
        "proposal__proposed_by",
        "attachments__attachment_slot",
        *WORK,
    )
    cases = list(found)
    if not cases or len(cases) != len(set(keys)):
        raise Refused(
            "nothing_chosen", _("Valitse vähintään yksi asia. Lataa sivu uudelleen, jos luettelo on vanhentunut.")
        )
    return cases


def _store(target: IO[bytes], call: GrantCall, by: Any, now: datetime) -> RecordsPackage:
    """Store the finished ZIP under its name with its hash."""
    size = target.tell()
    target.seek(0)
    digest = hashlib.file_digest(target, "sha256").hexdigest()  # type: ignore[arg-type]
    target.seek(0)
    order = RecordsPackage.objects.filter(call=call).count() + 1
    package = RecordsPackage(
        call=call,
        name=f"avustukset-{call.year}-haku-{call.pk}-{local_date(now):%Y%m%d}-{order}.zip",
        size=size,
        sha256=digest,
        content_type="application/zip",
        scan_state=ScanState.CLEAN,
        uploaded_by=by,
        uploaded_at=now,
    )
    package.file = File(target, name="paketti.zip")
    package.save()
    return package


def record_receipt(package: RecordsPackage, *, numbers: Mapping[int, str], by: Any, now: datetime) -> RecordsPackage:
    """Record that the records system has taken the package, with its own number of each case (by ``PackagedCase``).

    A second call returns the package as it stands. Refused: ``number_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: RecordsPackage = get_allowed("grants.records.package", by, now=now, lock=True, pk=package.pk)
        if locked.state == "received":
            return locked
        locked.state = RECORDS_PACKAGE.check(locked.state, "record_receipt")
        for case in locked.cases.select_related("application"):
            number = numbers.get(case.pk, "").strip()
            if not number:
                raise Refused(
                    "number_missing",
                    _("Asian %(case)s numero puuttuu. Kirjoita se niin kuin asianhallinta sen antoi.")
                    % {"case": case.application.case_number},
                )
            case.external_number = number[:60]
            case.save(update_fields=["external_number"])
            said = f"Asianhallinta otti asian vastaan numerolla {case.external_number}."
            events.record(case.application, "record_receipt", said, by=by, now=now)
        locked.received_by, locked.received_at = by, now
        locked.save(update_fields=["state", "received_by", "received_at"])
    return locked
