"""Attachments delivered after sending: promised in the draft by a day, delivered by it, reminded of before it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import may
from common.times import format_date, local_date
from documents.uploads import CheckedUpload
from grants.models import Application, ApplicationAttachment, AttachmentPromise, AttachmentSlot
from grants.models.applications import Audience
from grants.workflow import events
from grants.workflow.applications import link_of
from grants.workflow.drafts import MAX_FILES_IN_SLOT, lock_draft, touch
from organisations import timeline
from organisations.models import Visibility


def promise_attachment(
    application: Application, *, slot: AttachmentSlot, due_on: date, by: Any, now: datetime
) -> AttachmentPromise:
    """Note in a draft that the slot's attachment is delivered later, by ``due_on``; again changes the day.

    Refuses what ``lock_draft`` refuses, ``wrong_slot``, ``not_later`` (the call does not let it),
    ``wrong_day`` (past, or after the slot's last day) and ``has_file``.
    """
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        if slot.call_id != locked.call_id:
            raise Refused("wrong_slot", _("Liitepaikkaa ei ole tässä haussa. Lataa sivu uudelleen."))
        if not slot.later_allowed or slot.later_by is None:
            raise Refused("not_later", _("Tätä liitettä ei voi toimittaa hakemuksen lähettämisen jälkeen."))
        if not local_date(now) <= due_on <= slot.later_by:
            raise Refused(
                "wrong_day",
                _("Anna päivä, joka on aikaisintaan tänään ja viimeistään %(last)s.")
                % {"last": format_date(slot.later_by)},
            )
        if locked.attachments.filter(attachment_slot=slot).exists():
            raise Refused("has_file", _("Tässä kohdassa on jo tiedosto. Poista se, jos toimitat liitteen myöhemmin."))
        promise, _new = AttachmentPromise.objects.update_or_create(
            application=locked,
            attachment_slot=slot,
            defaults={"due_on": due_on, "promised_by": by, "promised_at": now, "arrived_at": None},
        )
        touch(locked, by, now)
        return promise


def take_promise_back(application: Application, *, slot: AttachmentSlot, by: Any, now: datetime) -> None:
    """Remove the promise from a draft; the attachment is then asked before sending. Nothing when there is none."""
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        deleted, _rows = AttachmentPromise.objects.filter(application=locked, attachment_slot=slot).delete()
        if deleted:
            touch(locked, by, now)


def deliver_attachment(
    application: Application, *, slot: AttachmentSlot, upload: CheckedUpload, by: Any, now: datetime
) -> ApplicationAttachment:
    """Deliver exactly the attachment that was promised to a sent application, until the end of its day.

    The submission stays as it was sent: the file is marked ``arrived_later``, and the history says when it
    came. The same file twice is one. Refuses ``not_promised``, ``not_allowed`` (rights, decided, withdrawn or
    reopened), ``too_late``, ``already_arrived`` (a slot for one file) and ``too_many``.
    """
    with transaction.atomic():
        limit_waiting()
        locked = (
            Application.objects.select_for_update(of=("self",))
            .select_related("organisation", "call")
            .get(pk=application.pk)
        )
        if not may("grants.application.deliver", by, locked, now=now):
            raise Refused(
                "not_allowed",
                _("Liitettä ei voi enää toimittaa tähän hakemukseen, tai sinulla ei ole siihen oikeutta."),
            )
        promise = locked.promises.filter(attachment_slot=slot).first()
        if promise is None:
            raise Refused("not_promised", _("Tätä liitettä ei ole luvattu toimittaa myöhemmin."))
        earlier = list(locked.attachments.filter(attachment_slot=slot))
        same = next((one for one in earlier if one.sha256 == upload.sha256), None)
        if same is not None:
            return same
        _require_room(promise, slot, earlier, now)
        attachment = ApplicationAttachment(application=locked, attachment_slot=slot, arrived_later=True)
        attachment.take(upload, by=by, now=now)
        attachment.save()
        promise.arrived_at = promise.arrived_at or now
        promise.save(update_fields=["arrived_at"])
        text = f"Hakija toimitti liitteen ”{slot.name_fi}” hakemuksen lähettämisen jälkeen."
        events.record(locked, "deliver_attachment", text, by=by, now=now, audience=Audience.APPLICANT)
        timeline.write(
            locked.organisation,
            f"{locked.call.title_fi}: {text}",
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
            link=link_of(locked),
        )
        return attachment


def _require_room(
    promise: AttachmentPromise, slot: AttachmentSlot, earlier: list[ApplicationAttachment], now: datetime
) -> None:
    if local_date(now) > promise.due_on:
        raise Refused(
            "too_late",
            _("Liite piti toimittaa viimeistään %(day)s. Ota yhteyttä haun yhteyshenkilöön.")
            % {"day": format_date(promise.due_on)},
        )
    if earlier and not slot.several:
        raise Refused("already_arrived", _("Liite on jo saapunut. Ota yhteyttä haun yhteyshenkilöön, jos se on väärä."))
    if len(earlier) >= MAX_FILES_IN_SLOT:
        raise Refused(
            "too_many",
            _("Tähän kohtaan mahtuu enintään %(most)s tiedostoa. Poista ensin jokin.") % {"most": MAX_FILES_IN_SLOT},
        )
