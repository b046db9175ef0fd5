"""What is sent, as one JSON object with its hash: the receipt, the restored version and the proof."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from grants import form_definition as forms_data
from grants.joint import frozen
from grants.models import Application, AttachmentPromise
from grants.sending_reads import read_papers
from grants.state_aid import frozen_aid

VERSION = 1


def snapshot(
    application: Application, *, by: Any, now: datetime, source: dict[str, Any] | None = None, confirmation: str = ""
) -> dict[str, Any]:
    """Return the content of a submission: only the answers to questions that were asked.

    Sums are text with two decimals, instants ISO 8601 in UTC, so that JSON gives back exactly what it got.
    ``now`` is the instant of arrival. ``source`` says how and by whom what came on paper was entered
    (``grants.workflow.paper``); what was sent in the portal has none. ``confirmation`` as
    ``grants.confirmation.confirmed_by`` returns it.
    """
    read_papers(application)
    definition = application.form_version.definition
    return {
        "version": VERSION,
        "case_number": application.case_number,
        "received_at": now.isoformat(),
        "sender": {"name": by.full_name, "email": by.email},
        "organisation": register_data(application.organisation),
        "call": {
            "id": application.call_id,
            "title_fi": application.call.title_fi,
            "year": application.call.year,
            "closes_at": application.call.closes_at.isoformat(),
        },
        "form_version": application.form_version.number,
        "guideline_version": application.guideline.version,
        "title": application.title,
        "asked_sum": f"{application.asked_sum:.2f}",
        "municipalities": sorted(municipality.code for municipality in application.municipalities.all()),
        "answers": forms_data.shown_answers(definition, application.answers),
        "attachments": [
            {
                "id": attachment.pk,
                "slot": attachment.attachment_slot.name_fi,
                "name": attachment.name,
                "size": attachment.size,
                "sha256": attachment.sha256,
            }
            for attachment in application.attachments.all()
        ],
        "later": [
            {
                "slot_id": promise.attachment_slot_id,
                "slot": promise.attachment_slot.name_fi,
                "due_on": promise.due_on.isoformat(),
            }
            for promise in application.promises.all()
            if promise.arrived_at is None
        ],
        **frozen(application),
        **frozen_aid(application),
        **({"confirmed_by": confirmation} if confirmation else {}),
        **({"source": source} if source else {}),
    }


def register_data(organisation: Any) -> dict[str, Any]:
    """Return the organisation as the register knew it at that moment."""
    return {
        "id": organisation.pk,
        "name": organisation.name,
        "business_id": organisation.business_id,
        "association_number": organisation.association_number,
        "domicile": organisation.domicile.name_fi if organisation.domicile else "",
        "registered_on": organisation.registered_on.isoformat() if organisation.registered_on else None,
        "street_address": organisation.street_address,
        "postcode": organisation.postcode,
        "post_town": organisation.post_town,
        "signing_rule": organisation.signing_rule,
    }


def canonical(content: dict[str, Any]) -> bytes:
    """Return the one spelling of the content that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content in hex; anyone with the content can compute it again."""
    return hashlib.sha256(canonical(content)).hexdigest()


def restore_promises(application: Application, content: dict[str, Any]) -> None:
    """Put the promises back as the submission's ``content`` has them; what has arrived since stays arrived.

    Part of ``grants.workflow.applications.restore_unsent``, in its transaction.
    """
    sent = {row["slot_id"]: date.fromisoformat(row["due_on"]) for row in content.get("later", [])}
    application.promises.exclude(attachment_slot__in=sent).delete()
    last = application.submissions.order_by("-number")[0]
    for slot_id, due_on in sent.items():
        came = (
            application.attachments.filter(attachment_slot=slot_id, arrived_later=True).order_by("uploaded_at").first()
        )
        AttachmentPromise.objects.update_or_create(
            application=application,
            attachment_slot_id=slot_id,
            defaults={"due_on": due_on, "arrived_at": came.uploaded_at if came else None},
            create_defaults={
                "due_on": due_on,
                "arrived_at": came.uploaded_at if came else None,
                "promised_by": last.submitted_by,
                "promised_at": last.received_at,
            },
        )
