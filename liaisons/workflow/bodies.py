"""Bodies themselves: adding one that the area file does not give, its name from a day, the seats it has."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from common.times import local_date
from liaisons.models import Body, BodyName, SeatRequirement
from liaisons.policies import may_make_bodies
from liaisons.workflow.saving import save_checked

_NAMES = ("name_fi", "name_sv", "name_en")


@transaction.atomic
def add_body(*, names: dict[str, str], kind: str, by: Any, now: datetime, **fields: Any) -> Body:
    """Add a body with its first name; the same Finnish name again returns the body that is there.

    ``fields``: under, run_by, is_self_run, record_kind, municipality, regional_group, quorum. Only officers; a body
    that is not the county's own then gets its first secretary, who runs it.
    """
    if not may_make_bodies(by, now):
        raise Http404
    advisory_lock("liaisons.body", 0)
    there: Body | None = Body.objects.filter(name_fi__iexact=names["name_fi"].strip()).first()
    if there:
        return there
    last = Body.objects.order_by("-order").values_list("order", flat=True).first() or 0
    body = Body(key=_free_key(names["name_fi"]), kind=kind, order=last + 1, **names, **fields)
    save_checked(body, "body_refused")
    BodyName.objects.create(body=body, valid_from=local_date(now), **names)
    return body


def _free_key(name: str) -> str:
    base = slugify(name)[:90] or "toimielin"
    taken = set(Body.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, 1000))) if key not in taken)


@transaction.atomic
def rename_body(
    body: Body, *, names: dict[str, str], from_day: date, reason: str = "", by: Any, now: datetime
) -> BodyName:
    """Give the body a new name from a day; what happened before keeps the old one. The same again changes nothing.

    A day ahead is planned: an hourly task writes the name when its day comes. Refused("name_in_past") for a day
    on which the present name was not yet in use, Refused("name_planned") where a later name is planned already.
    """
    body = get_allowed("liaisons.body.edit", by, now=now, lock=True, pk=body.pk)
    known: list[BodyName] = list(body.names.order_by("valid_from"))
    last = known[-1] if known else None
    if last and {field: getattr(last, field) for field in _NAMES} == names:
        return last
    if last and last.valid_from > local_date(now):
        raise Refused("name_planned", _("Toimielimelle on jo suunniteltu uusi nimi. Peru se ensin."))
    if last and from_day <= last.valid_from:
        raise Refused("name_in_past", _("Nykyinen nimi on tätä päivää uudempi. Valitse myöhempi päivä."))
    if last:
        last.valid_until = from_day - timedelta(days=1)
        last.save(update_fields=["valid_until"])
    new = BodyName(body=body, valid_from=from_day, reason=reason, **names)
    save_checked(new, "name_refused")
    apply_due_names(now=now)
    return new


@transaction.atomic
def cancel_planned_name(body: Body, *, by: Any, now: datetime) -> None:
    """Take back a name whose day has not come; none is planned: nothing changes."""
    body = get_allowed("liaisons.body.edit", by, now=now, lock=True, pk=body.pk)
    planned = body.names.filter(valid_from__gt=local_date(now)).first()
    if planned is None:
        return
    planned.delete()  # first: the name before it is open again, and one name is in use at a time
    body.names.filter(valid_until=planned.valid_from - timedelta(days=1)).update(valid_until=None)


@transaction.atomic
def apply_due_names(*, now: datetime) -> int:
    """Write into bodies the names that are in use today; return how many changed. Called by a verb and hourly."""
    count = 0
    for version in BodyName.objects.in_force(now).select_related("body"):
        names = {field: getattr(version, field) for field in _NAMES}
        if {field: getattr(version.body, field) for field in _NAMES} != names:
            count += Body.objects.filter(pk=version.body_id).update(**names)
    return count


@transaction.atomic
def set_requirement(
    body: Body,
    *,
    role: str,
    party: str,
    number: int,
    chooser: Body | None = None,
    chooser_appoints: bool = False,
    source: str = "",
    by: Any,
    now: datetime,
) -> SeatRequirement | None:
    """Say how many seats of a kind the body has; 0 takes the rule away and returns None."""
    body = get_allowed("liaisons.body.edit", by, now=now, lock=True, pk=body.pk)
    row = SeatRequirement.objects.filter(body=body, role=role, party=party).first()
    if number == 0:
        if row:
            row.delete()
        return None
    row = row or SeatRequirement(body=body, role=role, party=party)
    row.number, row.source = number, source
    row.chooser, row.chooser_appoints = chooser, bool(chooser and chooser_appoints)
    save_checked(row, "requirement_refused")
    return row
