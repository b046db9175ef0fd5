"""The document vault: adding, replacing and removing an organisation's own documents."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from documents.uploads import CheckedUpload
from organisations import timeline
from organisations.models import Organisation, VaultDocument, VaultKind, Visibility
from organisations.models.vault import WITHOUT_YEAR
from organisations.workflow.guards import lock, require

#: So many documents of one kind and year; a vault is no archive of drafts.
MOST = 10


def add_document(
    organisation: Organisation,
    *,
    kind: str,
    year: int | None,
    upload: CheckedUpload,
    by: Any,
    now: datetime,
    replaces: VaultDocument | None = None,
) -> VaultDocument:
    """Put a checked file into the vault; ``replaces`` goes out of it at the same time.

    The same bytes of the same kind and year again are the document that stands there. ``year`` is left out for
    rules and other documents when it is not given. Refused: not_allowed, no_year, too_many.
    """
    if year is None and kind not in WITHOUT_YEAR:
        raise Refused("no_year", _("Kirjoita, mitä vuotta asiakirja koskee."))
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.vault.keep", by, organisation, now)
        alike = organisation.vault.filter(kind=kind, year=year)
        same = alike.filter(sha256=upload.sha256).first()
        if same is not None:
            return same
        if replaces is not None:
            _take_out(organisation.vault.filter(pk=replaces.pk).first())
        if alike.count() >= MOST:
            raise Refused(
                "too_many", _("Samaa asiakirjaa on jo %(most)s kappaletta. Poista ensin vanhentuneet.") % {"most": MOST}
            )
        document = VaultDocument(organisation=organisation, kind=VaultKind(kind), year=year)
        document.take(upload, by=by, now=now)
        document.save()
        timeline.write(
            organisation,
            _("Asiakirjasalkkuun lisättiin %(title)s"),
            {"title": document.title},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return document


def remove_document(document: VaultDocument, *, by: Any, now: datetime) -> None:
    """Take a document out of the vault, row and file; what applications copied stays. Refused: not_allowed."""
    with transaction.atomic():
        organisation = lock(document.organisation)
        require("organisations.vault.keep", by, organisation, now)
        standing = organisation.vault.filter(pk=document.pk).first()
        if standing is None:
            return
        title = standing.title
        _take_out(standing)
        timeline.write(
            organisation,
            _("Asiakirjasalkusta poistettiin %(title)s"),
            {"title": title},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )


def _take_out(document: VaultDocument | None) -> None:
    if document is None:
        return
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    transaction.on_commit(partial(storage.delete, name), robust=True)
