"""The document vault: what stands there by kind, adding, replacing, removing, downloading."""

from dataclasses import dataclass, field
from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, may
from common.times import local_date
from documents.views import serve
from organisations.acting import acting_organisation
from organisations.forms.vault import VaultForm
from organisations.models import Organisation, VaultDocument, VaultKind
from organisations.models.vault import newest_expected
from organisations.views.helpers import attempt
from organisations.workflow.vault import add_document, remove_document

KEEP = "organisations.vault.keep"


@dataclass
class Shelf:
    """One kind with its documents; ``expected`` is the year that should stand there and does not."""

    kind: str
    label: str
    documents: list[VaultDocument] = field(default_factory=list)
    expected: int | None = None
    is_missing: bool = False


def shelves(organisation: Organisation, now: datetime) -> list[Shelf]:
    """Return every kind in order with its documents, newest year first; one query."""
    today = local_date(now)
    found = {kind.value: Shelf(kind.value, str(kind.label)) for kind in VaultKind}
    for document in organisation.vault.select_related("uploaded_by"):
        found[document.kind].documents.append(document)
    for shelf in found.values():
        year = newest_expected(shelf.kind, today)
        if shelf.kind == VaultKind.RULES:
            shelf.is_missing = not shelf.documents
        elif year is not None and year not in {document.year for document in shelf.documents}:
            shelf.expected, shelf.is_missing = year, True
    return list(found.values())


@sign_in_required
@require_safe
def vault(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What the organisation has, kind by kind, and what calls will ask for."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, "organisations.vault.open")
    standing = shelves(organisation, now)
    return render(
        request,
        "organisations/vault.html",
        {
            "organisation": organisation,
            "shelves": standing,
            "is_empty": not any(shelf.documents for shelf in standing),
            "can_keep": may(KEEP, request.user, organisation, now=now),
        },
    )


@sign_in_required
def vault_add(request: HttpRequest, organisation_id: int, kind: str) -> HttpResponse:
    """Add a document of the kind, or put it in the place of an earlier one (``?korvaa=``)."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, KEEP)
    if kind not in VaultKind.values:
        raise Http404
    replaces = _replaced(request, organisation, kind)
    year = replaces.year if replaces else newest_expected(kind, local_date(now))
    form = VaultForm(kind, request.POST or None, request.FILES or None, initial={"year": year})
    if request.method == "POST" and form.is_valid():
        data = {"year": None, **form.cleaned_data}
        done = attempt(
            request,
            lambda: add_document(organisation, kind=kind, **data, replaces=replaces, by=request.user, now=now),
            form,
        )
        if done:
            messages.success(request, _("%(title)s on nyt asiakirjasalkussa.") % {"title": done.title.capitalize()})
            return redirect("organisations:vault", organisation_id=organisation.pk)
    return render(
        request,
        "organisations/vault_add.html",
        {"organisation": organisation, "form": form, "label": VaultKind(kind).label, "replaces": replaces},
        status=422 if form.errors else 200,
    )


def _replaced(request: HttpRequest, organisation: Organisation, kind: str) -> VaultDocument | None:
    wanted = request.GET.get("korvaa", "")
    if not wanted.isdecimal() or len(wanted) > 15:
        return None
    return organisation.vault.filter(pk=wanted, kind=kind).first()


@sign_in_required
@require_safe
def vault_file(request: HttpRequest, organisation_id: int, pk: int) -> FileResponse:
    """The document as a file."""
    rows = allowed("organisations.vault.view", request.user, now=clock.now())
    return serve(request, get_object_or_404(rows, organisation=organisation_id, pk=pk))


@sign_in_required
@require_POST
def vault_remove(request: HttpRequest, organisation_id: int, pk: int) -> HttpResponse:
    """Take a document out; again says the same."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id, KEEP)
    document = organisation.vault.filter(pk=pk).first()
    if document is None:
        messages.info(request, _("Asiakirjaa ei ole enää salkussa."))
    else:
        remove_document(document, by=request.user, now=now)
        messages.success(request, _("Asiakirja on poistettu salkusta. Lähetetyissä hakemuksissa se säilyy."))
    return redirect("organisations:vault", organisation_id=organisation.pk)
