"""What saving and sending read of one application: prepared queries (``common.prepared``), asked in its transaction.

The rights and the rows are those of the querysets; only their SQL is not written anew for each who sends.
"""

from datetime import datetime
from typing import Any

from common.policies import allowed, may
from common.prepared import Prepared
from county.models import Municipality
from grants.models import Application, ApplicationAttachment, AttachmentPromise, AttachmentSlot


def _locked(user: Any, now: datetime | None, key: int) -> Any:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("call", "form_version", "guideline", "organisation__domicile").filter(pk=key)


def _draft(user: Any, now: datetime | None, key: int) -> Any:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("call", "form_version", "organisation", "saved_by").filter(pk=key)


def _may_send(user: Any, now: datetime, key: int) -> Any:
    return allowed("grants.application.submit", user, now=now).filter(pk=key).order_by().values_list("pk")


def _may_edit(user: Any, now: datetime, key: int) -> Any:
    return allowed("grants.application.edit_own", user, now=now).filter(pk=key).order_by().values_list("pk")


def _attachments(user: Any, now: datetime | None, key: int) -> Any:
    return ApplicationAttachment.objects.select_related("attachment_slot").filter(application=key)


def _promises(user: Any, now: datetime | None, key: int) -> Any:
    return AttachmentPromise.objects.select_related("attachment_slot").filter(application=key)


def _municipalities(user: Any, now: datetime | None, key: int) -> Any:
    chosen = Application.municipalities.through.objects.filter(application=key)
    return Municipality.objects.filter(pk__in=chosen.values("municipality"))


def _slots(user: Any, now: datetime | None, key: int) -> Any:
    return AttachmentSlot.objects.filter(call=key)


_LOCKED, _DRAFT, _SLOTS = Prepared(_locked), Prepared(_draft), Prepared(_slots)
_MAY_SEND, _MAY_EDIT = Prepared(_may_send), Prepared(_may_edit)
_PAPERS = {
    "attachments": Prepared(_attachments),
    "promises": Prepared(_promises),
    "municipalities": Prepared(_municipalities),
}


def locked_application(key: int) -> Application:
    """Lock the row and return it with its call, form, guideline and organisation; ``DoesNotExist`` where it is gone."""
    return _one(_LOCKED, key)


def locked_draft(key: int) -> Application:
    """Lock the row and return it as saving a page needs it; ``DoesNotExist`` where it is gone."""
    return _one(_DRAFT, key)


def _one(prepared: Prepared, key: int) -> Application:
    found: list[Application] = prepared.objects(None, None, key)
    if not found:
        raise Application.DoesNotExist(f"There is no application {key}.")
    return found[0]


def may_send(user: Any, application: Application, now: datetime) -> bool:
    """Tell whether the person may send it: ``grants.application.submit``, asked of the database."""
    return bool(user.is_authenticated and _MAY_SEND.rows(user, now, application.pk))


def may_edit(user: Any, application: Application, now: datetime) -> bool:
    """Tell whether the person may fill it in: ``grants.application.edit``, the applicant's part of it asked first."""
    if user.is_authenticated and _MAY_EDIT.rows(user, now, application.pk):
        return True
    return may("grants.application.edit", user, application, now=now)


def read_papers(application: Application) -> None:
    """Fetch once what completeness and snapshot read: attachments, promises, municipalities, the call's slots."""
    known = getattr(application, "_prefetched_objects_cache", {})
    for name, prepared in _PAPERS.items():
        if name not in known:
            _keep(application, name, prepared.objects(None, None, application.pk))
    call = application.call
    if "attachment_slots" not in getattr(call, "_prefetched_objects_cache", {}):
        _keep(call, "attachment_slots", _SLOTS.objects(None, None, call.pk))


def _keep(row: Any, name: str, found: list[Any]) -> None:
    """Keep the rows as if they had been prefetched."""
    relation = row._meta.get_field(name)
    if relation.one_to_many:
        for one in found:
            relation.field.set_cached_value(one, row)
    rows = getattr(row, name).get_queryset()
    rows._result_cache, rows._prefetch_done = found, True
    if not hasattr(row, "_prefetched_objects_cache"):
        row._prefetched_objects_cache = {}
    row._prefetched_objects_cache[name] = rows
