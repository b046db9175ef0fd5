"""Attachments from the organisation's vault: picked instead of uploaded again, and kept there for the next time."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from documents.views import FileDamaged
from grants.models import Application, AttachmentSlot
from grants.workflow.calls import USUAL_ATTACHMENTS
from grants.workflow.drafts import put_from_vault
from organisations.models import VaultDocument, VaultKind
from organisations.workflow.vault import add_document, remove_document
from tests.accounts.factories import signed_in
from tests.grants import factories
from tests.grants.factories import NOW
from tests.organisations.factories import statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Iterator[Application]:
    """A draft whose slots are for the rules, for the accounts and for anything."""
    with time_machine.travel(NOW, tick=False):
        yield factories.make_application(complete=False)


def keep(application: Application, kind: str, year: int | None, name: str) -> VaultDocument:
    known: dict[str, Any] = {"by": application.created_by, "now": NOW}
    return add_document(application.organisation, kind=kind, year=year, upload=statement(name), **known)


def page_of(application: Application) -> str:
    return reverse("grants:application_attachments", args=[application.organisation_id, application.pk])


def client_of(application: Application) -> Client:
    return signed_in(application.created_by)


def test_a_document_is_picked_and_stays_when_the_vault_changes(
    draft: Application, django_capture_on_commit_callbacks: Any
) -> None:
    rules = keep(draft, "rules", None, "saannot.pdf")
    accounts = keep(draft, "accounts", 2025, "tilinpaatos.pdf")
    client, slot = client_of(draft), draft.call.attachment_slots.order_by("order")[0]
    html = client.get(page_of(draft)).content.decode()
    assert html.count(f'name="vault" value="{rules.pk}"') == 2, "in its own slot and in the one that names nothing"
    assert html.count(f'name="vault" value="{accounts.pk}"') == 2

    for _twice in range(2):
        client.post(page_of(draft), {"slot": slot.pk, "vault": rules.pk})
    attachment = draft.attachments.get()
    assert (attachment.name, attachment.from_vault, attachment.sha256) == ("saannot.pdf", rules, rules.sha256)
    assert attachment.file.name != rules.file.name
    html = client.get(page_of(draft)).content.decode()
    assert "asiakirjasalkusta" in html
    assert html.count(f'name="vault" value="{rules.pk}"') == 1

    with django_capture_on_commit_callbacks(execute=True):
        remove_document(rules, by=draft.created_by, now=NOW)
    attachment.refresh_from_db()
    assert attachment.from_vault is None
    assert attachment.file.read().startswith(b"%PDF")
    attachment.file.close()


def test_what_is_gone_or_not_ours_is_told(draft: Application) -> None:
    other = factories.make_organisation("Toinen ry")
    theirs = add_document(other, kind="rules", year=None, upload=statement(), by=factories.make_member(other), now=NOW)
    slot = draft.call.attachment_slots.order_by("order")[0]
    told = client_of(draft).post(page_of(draft), {"slot": slot.pk, "vault": theirs.pk}, follow=True)
    assert "Asiakirja on poistettu salkusta." in told.content.decode()
    with pytest.raises(Refused) as refused:
        put_from_vault(draft, slot=slot, document=theirs, by=draft.created_by, now=NOW)
    assert refused.value.code == "wrong_document"
    assert not draft.attachments.exists()


def test_damaged_bytes_are_not_copied(draft: Application) -> None:
    rules = keep(draft, "rules", None, "saannot.pdf")
    VaultDocument.objects.filter(pk=rules.pk).update(sha256="0" * 64)
    rules.refresh_from_db()
    slot = draft.call.attachment_slots.order_by("order")[0]
    with pytest.raises(FileDamaged):
        put_from_vault(draft, slot=slot, document=rules, by=draft.created_by, now=NOW)
    assert not draft.attachments.exists()


def upload(draft: Application, slot: AttachmentSlot, **more: str) -> str:
    file = SimpleUploadedFile("tilinpaatos.pdf", factories.PDF)
    sent = {"slot": slot.pk, f"slot-{slot.pk}": file, **{f"slot-{name}-{slot.pk}": more[name] for name in more}}
    return client_of(draft).post(page_of(draft), sent, follow=True).content.decode()


def test_an_upload_is_kept_in_the_vault_when_asked(draft: Application) -> None:
    slot = draft.call.attachment_slots.order_by("order")[1]
    assert "Kirjoita, mitä vuotta asiakirja koskee" in upload(draft, slot, keep="on")
    assert not draft.attachments.exists()

    upload(draft, slot, keep="on", year="2025")
    document = draft.organisation.vault.get()
    assert (document.kind, document.year, document.name) == ("accounts", 2025, "tilinpaatos.pdf")
    assert draft.attachments.get().from_vault == document

    upload(draft, draft.call.attachment_slots.order_by("order")[0])
    assert draft.organisation.vault.count() == 1, "not asked, not kept"


def test_the_usual_attachments_are_documents_of_the_vault() -> None:
    assert {kind for *_rest, kind in USUAL_ATTACHMENTS} == set(VaultKind.values) - {"other"}
