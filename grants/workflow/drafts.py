"""Drafts: beginning an application, saving its pages, its attachments. Nothing is saved once the call has closed."""

import hashlib
import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import may
from common.times import format_instant, helsinki
from county.models import Municipality
from documents.uploads import CheckedUpload
from documents.views import verified
from grants import form_definition as forms_data
from grants import life_cycles
from grants.form_definition import Answers, Definition, Page
from grants.models import Application, ApplicationAttachment, AttachmentSlot, GrantCall
from grants.models.applications import ENDED
from grants.policies.paper import TAKES_PAPER
from grants.sending_reads import locked_draft, may_edit
from organisations.models import Organisation, VaultDocument

MAX_FILES_IN_SLOT = 10
#: A save by the same person this soon is their own autosave whose answer the page had not yet read.
OWN_ECHO = timedelta(seconds=10)


class Stale(Refused):
    """Somebody saved the same page after it was opened; ``application`` is what stands now."""

    def __init__(self, application: Application) -> None:
        super().__init__(
            "stale",
            _("%(who)s tallensi tämän sivun %(when)s sen jälkeen, kun avasit sen. Valitse alta, mikä jää voimaan.")
            % {"who": application.saved_by, "when": format_instant(application.saved_at)},
        )
        self.application = application


def exact(instant: datetime) -> str:
    """Return ``8.12.2026 klo 16.00.01``: to the second, for refusals."""
    return f"{format_instant(instant)}.{helsinki(instant).second:02}"


def require_open(call: GrantCall, now: datetime) -> None:
    """Refuse kindly and exactly when the call is not open at ``now`` (the server's instant)."""
    if call.is_open(now):
        return
    if call.state == "published" and now < call.opens_at:
        raise Refused(
            "call_not_open",
            _("Haku alkaa vasta %(opens)s. Tule silloin uudelleen.") % {"opens": format_instant(call.opens_at)},
        )
    if call.state == "cancelled":
        raise Refused("call_cancelled", _("Haku on peruttu. Hakemusta ei voi enää muuttaa eikä lähettää."))
    raise Refused(
        "call_closed",
        _(
            "Haku päättyi %(closes)s, ja palvelimen kello oli %(now)s, kun pyyntösi saapui. "
            "Hakemusta ei voi enää muuttaa eikä lähettää. Jos palvelu oli poikki juuri silloin, kerro siitä meille."
        )
        % {"closes": exact(call.closes_at), "now": exact(now)},
    )


def require_takes_paper(call: GrantCall) -> None:
    """Refuse when what came on paper may no longer be entered: the call is being decided, decided or cancelled."""
    if call.state not in TAKES_PAPER:
        raise Refused(
            "paper_closed",
            _("Paperihakemuksia ei voi enää kirjata tähän hakuun, koska sen tila on nyt ”%(state)s”.")
            % {"state": life_cycles.CALL.label(call.state)},
        )


def start_application(*, organisation: Organisation, call: GrantCall, by: Any, now: datetime) -> Application:
    """Return the organisation's application in the call: the one that exists, or a new draft.

    Asks ``organisations.prepare``; refuses ``not_allowed``, ``not_invited`` (a negotiated or direct call of others),
    ``call_not_open``, ``call_closed`` and ``call_unfinished`` (no published form or guide). Two at once end up with
    the same draft: the database lets only one in (organisation, call, slot).
    """
    with transaction.atomic():
        if not may("organisations.prepare", by, organisation, now=now):
            raise Refused("not_allowed", _("Sinulla ei ole oikeutta aloittaa hakemusta tämän järjestön puolesta."))
        existing = existing_application(organisation, call)
        if existing:
            _refuse_on_paper(existing)
            return existing
        if call.by_invitation and not lock_invitation(organisation, call):
            raise Refused("not_invited", _("Tähän hakuun hakevat vain siihen kutsutut järjestöt."))
        require_open(call, now)
        created = create_draft(organisation, call, by=by, now=now)
        _refuse_on_paper(created)
        return created


def create_draft(organisation: Organisation, call: GrantCall, *, by: Any, now: datetime, **paper: Any) -> Application:
    """Return the new draft, or the one that somebody else made in the same instant.

    Part of the verbs that begin an application, in their transaction; ``paper`` are the facts of what came
    on paper. Refuses ``call_unfinished`` and ``try_again``.
    """
    form = call.form_versions.filter(published_at__isnull=False).order_by("-number").first()
    guide = call.guidelines.filter(published_at__isnull=False).order_by("-version").first()
    if form is None or guide is None:
        raise Refused("call_unfinished", _("Haun lomake tai ohje puuttuu. Ilmoita tästä haun yhteyshenkilölle."))
    limit_waiting()
    Application.objects.bulk_create(
        [
            Application(
                organisation=organisation,
                call=call,
                form_version=form,
                guideline=guide,
                created_by=by,
                created_at=now,
                saved_at=now,
                saved_by=by,
                **paper,
            )
        ],
        ignore_conflicts=True,
    )
    created = existing_application(organisation, call)
    if created is None:  # withdrawn in the same instant by somebody else
        raise Refused("try_again", _("Hakemusta ei voitu aloittaa. Yritä uudelleen."))
    return created


def _refuse_on_paper(existing: Application) -> None:
    if existing.is_unsent_paper:
        raise Refused(
            "on_paper",
            _(
                "Hyvinvointialue kirjaa juuri paperilla tullutta hakemustanne tähän hakuun. Saatte siitä kuittauksen, "
                "ja näette sitten hakemuksen täällä. Jos haluatte hakea verkossa, kerro siitä haun yhteyshenkilölle."
            ),
        )


def lock_invitation(organisation: Organisation, call: GrantCall) -> bool:
    """Hold the invitation until the draft is there, so that it is not taken back in between."""
    rows = call.invitations.select_for_update(of=("self",)).filter(organisation=organisation)
    return rows.order_by("pk").first() is not None


def existing_application(organisation: Organisation, call: GrantCall) -> Application | None:
    """Return the organisation's application in the call that has neither been withdrawn nor transferred."""
    return Application.objects.filter(organisation=organisation, call=call, slot=1).exclude(state__in=ENDED).first()


def seen_digest(page: Page, answers: Answers) -> str:
    """Return what a page's form carries to tell whether its answers have changed meanwhile."""
    own = forms_data.page_answers(page, answers)
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def lock_draft(application: Application, *, by: Any, now: datetime) -> Application:
    """Lock the row and refuse unless ``by`` may edit it now: it is a draft and the call is open (or takes paper)."""
    limit_waiting()
    locked = locked_draft(application.pk)
    if locked.state != "draft":
        raise Refused(
            "wrong_state",
            _("Hakemus on jo lähetetty, joten sitä ei voi muuttaa tällä sivulla. Avaa hakemus uudelleen.")
            if locked.state == "submitted"
            else _("Hakemusta ei voi enää muuttaa. Sen tila on nyt ”%(state)s”.")
            % {"state": locked.applicant_state_label},
        )
    if not may_edit(by, locked, now):
        raise Refused("not_allowed", _("Sinulla ei ole oikeutta muuttaa tätä hakemusta."))
    if locked.is_unsent_paper:
        require_takes_paper(locked.call)
    else:
        require_open(locked.call, now)
    return locked


def save_page(
    application: Application, *, page: Page, answers: Answers, revision: int, seen: str, by: Any, now: datetime
) -> Application:
    """Save one page of a draft and return the application as it now stands.

    ``answers`` are the typed answers of that page (others are ignored); ``revision`` and ``seen``
    (``seen_digest``) are what the form was opened with. Refuses ``wrong_state``, ``not_allowed``,
    ``call_closed``, and ``Stale`` when somebody has since saved other answers on this same page; two people on
    different pages do not disturb each other. Saving what stands already changes nothing.
    """
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        keys = {question["key"] for question in page.get("questions", [])}
        own = {key: value for key, value in answers.items() if key in keys}
        merged = {**locked.answers, **own}
        if merged == locked.answers:
            return locked
        if _is_stale(locked, page, revision, seen, by, now):
            raise Stale(locked)
        locked.answers = merged
        locked.revision += 1
        locked.saved_at, locked.saved_by = now, by
        copy_to_columns(locked, locked.form_version.definition)
        locked.save(update_fields=["answers", "revision", "saved_at", "saved_by", "asked_sum", "title"])
        return locked


def _is_stale(application: Application, page: Page, revision: int, seen: str, by: Any, now: datetime) -> bool:
    if revision == application.revision or seen == seen_digest(page, application.answers):
        return False
    is_own_echo = application.saved_by_id == by.pk and now - application.saved_at < OWN_ECHO
    return not is_own_echo


def copy_to_columns(application: Application, definition: Definition) -> None:
    """Copy from the answers what is queried: sum, title, municipalities. The caller saves the row."""
    asked = forms_data.asked_sum(definition, application.answers)
    application.asked_sum = asked if asked and asked > 0 else None
    application.title = str(application.answers.get(forms_data.key_of(definition, "title") or "") or "")[:200]
    codes = application.answers.get(forms_data.key_of(definition, "municipalities") or "") or []
    application.municipalities.set(Municipality.objects.filter(code__in=codes))


# Attachments


def put_attachment(
    application: Application,
    *,
    slot: AttachmentSlot,
    upload: CheckedUpload,
    by: Any,
    now: datetime,
    from_vault: VaultDocument | None = None,
) -> ApplicationAttachment:
    """Put a checked file into its slot; a slot for one file lets the earlier one go.

    ``from_vault`` notes which document of the organisation's vault the file is a copy of.

    Refuses what ``lock_draft`` refuses, ``wrong_slot`` and ``too_many`` (ten files in a slot for several).
    """
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        if slot.call_id != locked.call_id:
            raise Refused("wrong_slot", _("Liitepaikkaa ei ole tässä haussa. Lataa sivu uudelleen."))
        earlier = list(locked.attachments.filter(attachment_slot=slot))
        if slot.several and len(earlier) >= MAX_FILES_IN_SLOT:
            raise Refused(
                "too_many",
                _("Tähän kohtaan mahtuu enintään %(most)s tiedostoa. Poista ensin jokin.")
                % {"most": MAX_FILES_IN_SLOT},
            )
        if not slot.several:
            for attachment in earlier:
                _let_go(attachment, locked, now)
        attachment = ApplicationAttachment(application=locked, attachment_slot=slot, from_vault=from_vault)
        attachment.take(upload, by=by, now=now)
        attachment.save()
        locked.promises.filter(attachment_slot=slot).delete()
        touch(locked, by, now)
        return attachment


def put_from_vault(
    application: Application, *, slot: AttachmentSlot, document: VaultDocument, by: Any, now: datetime
) -> ApplicationAttachment:
    """Put a copy of a document of the organisation's own vault into the slot, its hash checked on the way.

    Refused as ``put_attachment``, and ``wrong_document`` when it is another organisation's. ``FileDamaged``.
    """
    if document.organisation_id != application.organisation_id or application.is_unsent_paper:
        raise Refused("wrong_document", _("Asiakirja ei ole tämän järjestön salkussa."))
    with transaction.atomic():
        locked = lock_draft(application, by=by, now=now)
        same = locked.attachments.filter(attachment_slot=slot, from_vault=document, sha256=document.sha256).first()
        if same is not None:
            return same
        with verified(document) as content:
            upload = CheckedUpload(
                content, document.name, document.size, document.sha256, document.content_type, document.scan_state
            )
            return put_attachment(locked, slot=slot, upload=upload, by=by, now=now, from_vault=document)


def remove_attachment(attachment: ApplicationAttachment, *, by: Any, now: datetime) -> None:
    """Take a file out of the draft; one that has been sent is kept with its submission."""
    with transaction.atomic():
        locked = lock_draft(attachment.application, by=by, now=now)
        current = locked.attachments.filter(pk=attachment.pk).first()
        if current is not None:
            _let_go(current, locked, now)
            touch(locked, by, now)


def _let_go(attachment: ApplicationAttachment, application: Application, now: datetime) -> None:
    if application.received_at is not None:
        attachment.removed_at = now
        attachment.save(update_fields=["removed_at"])
        return
    storage, name = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(partial(storage.delete, name), robust=True)


def touch(application: Application, by: Any, now: datetime) -> None:
    """Note on the locked draft who changed it and when, apart from its answers."""
    application.saved_at, application.saved_by = now, by
    application.revision += 1
    application.save(update_fields=["saved_at", "saved_by", "revision"])
