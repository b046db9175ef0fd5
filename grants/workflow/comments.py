"""Comments inside an organisation on an application that has not been sent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants import form_definition as forms_data
from grants.models import Application, ApplicationComment
from notifications import outbox
from organisations.models import Membership

#: The same words of the same person within this time are one press.
DOUBLE_PRESS = timedelta(minutes=5)
MOST_WAITING = 200


@transaction.atomic
def write_comment(application: Application, *, text: str, page: str = "", by: Any, now: datetime) -> ApplicationComment:
    """Comment on a draft or on one page of it; those who have worked on it are told once for each comment.

    Order: application's row lock, comment, messages. Refused: ``no_text``, ``unknown_page``, ``too_many`` (200
    comments wait).
    """
    limit_waiting()
    found: Application = get_allowed("grants.application.comment", by, now=now, lock=True, pk=application.pk)
    words = text.strip()
    if not words:
        raise Refused("no_text", _("Kirjoita kommentti."))
    if page and forms_data.find_page(found.form_version.definition, page) is None:
        raise Refused("unknown_page", _("Hakemuksessa ei ole tätä sivua. Valitse sivu luettelosta."))
    same = found.comments.filter(text=words, page=page, written_by=by, written_at__gt=now - DOUBLE_PRESS).first()
    if same:
        return same
    if found.comments.waiting().count() >= MOST_WAITING:
        raise Refused("too_many", _("Hakemuksessa on jo paljon kommentteja. Merkitse ensin vanhoja hoidetuiksi."))
    made = ApplicationComment.objects.create(application=found, page=page, text=words, written_by=by, written_at=now)
    _tell(made, found, by, now)
    return made


@transaction.atomic
def finish_comment(comment: ApplicationComment, *, by: Any, now: datetime) -> ApplicationComment:
    """Mark a comment as dealt with; a second time changes nothing."""
    limit_waiting()
    row: ApplicationComment = get_allowed("grants.comment.finish", by, now=now, lock=True, pk=comment.pk)
    if row.done_at is None:
        row.done_by, row.done_at = by, now
        row.save(update_fields=["done_by", "done_at"])
    return row


def _tell(comment: ApplicationComment, application: Application, by: Any, now: datetime) -> None:
    """Tell those who began, saved or commented on the draft and still act for the organisation, but not ``by``."""
    wrote = application.comments.values_list("written_by", flat=True)
    worked = {application.created_by_id, application.saved_by_id, *wrote} - {None, by.pk}
    acting = Membership.objects.in_force(now).filter(organisation=application.organisation_id).values("user")
    with translation.override("fi"):
        path = reverse("grants:application_comments", args=[application.organisation_id, application.pk])
    for person in User.objects.filter(pk__in=worked, is_active=True).filter(pk__in=acting).order_by("pk"):
        outbox.queue(
            kind="grants.comment",
            to=person,
            subject=format_lazy(gettext_lazy("Kommentti hakemuksesta: {call}"), call=application.call.title),
            template="emails/grants/comment",
            context={
                "application": application,
                "call": application.call,
                "organisation": application.organisation,
                "path": path,
            },
            dedup_key=f"grants.comment:{comment.pk}:{person.pk}",
            now=now,
        )
