"""Materials of an event: a file or a link added, taken away."""

from datetime import datetime
from typing import Any

from django.db import transaction

from common.policies import get_allowed
from forums.models import Event, MaterialFile, MaterialLink
from liaisons.workflow.saving import save_checked


@transaction.atomic
def add_file(
    event: Event, *, checked: Any, title: str, language: str, seen_by: str, by: Any, now: datetime
) -> MaterialFile:
    """Add a file; the same file with the same title again is the same. Refused: material_refused."""
    found: Event = get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    there: MaterialFile | None = MaterialFile.objects.filter(event=found, sha256=checked.sha256, title=title).first()
    if there:
        return there
    made = MaterialFile(event=found, title=title.strip(), language=language, seen_by=seen_by)
    made.take(checked, by=by, now=now)
    save_checked(made, "material_refused")
    return made


@transaction.atomic
def add_link(
    event: Event, *, address: str, title: str, language: str, seen_by: str, by: Any, now: datetime
) -> MaterialLink:
    """Add a link; the same address again is the same. Refused: material_refused."""
    found: Event = get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    there: MaterialLink | None = MaterialLink.objects.filter(event=found, address=address).first()
    if there:
        return there
    made = MaterialLink(
        event=found, address=address, title=title.strip(), language=language, seen_by=seen_by, added_at=now
    )
    save_checked(made, "material_refused")
    return made


@transaction.atomic
def remove_file(found: MaterialFile, *, by: Any, now: datetime) -> None:
    """Take a file away, with its bytes once the row is gone."""
    row: MaterialFile = get_allowed("forums.material_file.manage", by, now=now, lock=True, pk=found.pk)
    stored, name = row.file.storage, str(row.file.name)
    row.delete()
    transaction.on_commit(lambda: stored.delete(name))


@transaction.atomic
def remove_link(found: MaterialLink, *, by: Any, now: datetime) -> None:
    """Take a link away."""
    row: MaterialLink = get_allowed("forums.material_link.manage", by, now=now, lock=True, pk=found.pk)
    row.delete()
