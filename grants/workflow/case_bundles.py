"""Bundles of cases as one PDF: asked for, made by the worker case by case, erased when they expire."""

import hashlib
import io
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pikepdf
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed
from common.times import local_date
from documents.joining import Part, join
from documents.models import ScanState
from documents.pdf import PdfUnavailable, render_pdf
from grants.case_paper import paper_of
from grants.models import Application, BundledCase, BundleState, CaseBundle, CaseBundleFile, GrantCall

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
#: The most cases in one bundle: a hundred make a file that can still be opened and printed.
MOST = 100
#: The same choice pressed again within this time is the same bundle.
DOUBLE_PRESS = timedelta(minutes=1)


def ask_bundle(
    call: GrantCall, *, applications: Iterable[int], language: str = "fi", by: Any, now: datetime
) -> CaseBundle:
    """Ask for a bundle of the chosen cases of the call, in the order of the applicants' names; the worker makes it.

    A case that the person may not read is left out, as if it were not there. Pressed twice it is one bundle. Refused:
    ``nothing_chosen``, ``too_many``.
    """
    with transaction.atomic():
        limit_waiting()
        readable = allowed("grants.case_bundle.read_cases", by, now=now).filter(call=call, pk__in=list(applications))
        keys = list(readable.order_by("organisation__sort_key", "pk").values_list("pk", flat=True))
        if not keys:
            raise Refused("nothing_chosen", _("Valitse ainakin yksi hakemus."))
        if len(keys) > MOST:
            raise Refused("too_many", _("Valitse enintään %(most)s hakemusta kerralla.") % {"most": MOST})
        recent = CaseBundle.objects.filter(call=call, made_for=by, total=len(keys), asked_at__gt=now - DOUBLE_PRESS)
        for same in recent.exclude(state=BundleState.FAILED):
            if set(same.cases.values_list("application", flat=True)) == set(keys):
                return same
        made = CaseBundle.objects.create(
            call=call, made_for=by, language=language, total=len(keys), asked_at=now, expires_at=now + KEPT
        )
        BundledCase.objects.bulk_create(
            BundledCase(bundle=made, application_id=key, order=order) for order, key in enumerate(keys, 1)
        )
    return made


def make_bundle(bundle_id: int, *, now: datetime) -> CaseBundle | None:
    """Make the PDF of a waiting bundle: each case under its bookmark behind a list of contents with page numbers.

    The right to each case is asked again. ``done`` grows after each case. Done already, or expired, it does nothing;
    where a PDF cannot be made, the bundle says so.
    """
    bundle = CaseBundle.objects.current(now).filter(pk=bundle_id, state=BundleState.WAITING).first()
    if bundle is None:
        return None
    readable = allowed("grants.case_bundle.read_cases", bundle.made_for, now=now)
    cases = list(
        readable.filter(pk__in=bundle.cases.values("application"))
        .select_related("call", "organisation__domicile", "form_version")
        .order_by("organisation__sort_key", "pk")
    )
    try:
        parts = _parts(bundle, cases, now)
        data = join(_contents(bundle, cases, parts, now), parts) if parts else b""
    except PdfUnavailable:
        logger.warning("The bundle %s was not made: PDFs are not available.", bundle.pk)
        data = b""
    return _finish(bundle, cases, data, now)


def _parts(bundle: CaseBundle, cases: list[Application], now: datetime) -> list[Part]:
    """Return each case as a PDF; how far it is is written after each."""
    parts = []
    for number, case in enumerate(cases, 1):
        with translation.override(bundle.language):
            context = paper_of(case, bundle.made_for, now, bundle.language)
            title = _("Hakemus %(number)s: %(name)s") % {"number": case.case_number, "name": case.organisation.name}
        data = render_pdf("pdf/grants/case.html", context, title=title, language=bundle.language)
        parts.append(Part(f"{case.organisation.name} ({case.case_number})", "", data))
        CaseBundle.objects.filter(pk=bundle.pk).update(done=number)
    return parts


def _contents(bundle: CaseBundle, cases: list[Application], parts: list[Part], now: datetime) -> bytes:
    """Return the list of contents; its own pages are counted before the first case."""
    lengths = [_pages(part.data) for part in parts]
    own, data = 0, b""
    for _try in range(3):
        starts = [own + sum(lengths[:place]) + 1 for place in range(len(parts))]
        context = {"call": bundle.call, "rows": list(zip(cases, starts, strict=True)), "document_date": local_date(now)}
        title = gettext_lazy("Hakemukset")
        data = render_pdf("pdf/grants/case_bundle.html", context, title=title, language=bundle.language)
        if _pages(data) == own:
            break
        own = _pages(data)
    return data


def _pages(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _finish(bundle: CaseBundle, cases: list[Application], data: bytes, now: datetime) -> CaseBundle:
    with transaction.atomic():
        limit_waiting()
        locked = CaseBundle.objects.select_for_update().get(pk=bundle.pk)
        if locked.state != BundleState.WAITING:
            return locked
        # What could not be read any more is not in the file, so it does not close it either.
        locked.cases.exclude(application__in=cases).delete()
        locked.state = BundleState.READY if data else BundleState.FAILED
        if data:
            name = f"{slugify(locked.call.title_fi)[:100]}.pdf"
            CaseBundleFile.objects.create(
                bundle=locked,
                file=ContentFile(data, name=name),
                name=name,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                content_type="application/pdf",
                scan_state=ScanState.CLEAN,
                uploaded_at=now,
            )
        locked.save(update_fields=["state"])
    return locked


def bundle_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: erases bundles that have expired, with their files."""
    with transaction.atomic():
        expired = CaseBundle.objects.filter(expires_at__lte=now)
        for row in CaseBundleFile.objects.filter(bundle__in=expired):
            transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)), robust=True)
        count = expired.count()
        expired.delete()
    return {"grants.CaseBundle": count}
