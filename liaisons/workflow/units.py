"""Re-organisations: units are added, renamed, moved and ended from a day, and nothing that was is forgotten."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import advisory_lock
from common.policies import get_allowed
from common.times import format_date, local_date
from liaisons.models import Post, Unit, UnitKind, UnitSuccession, UnitVersion, below
from liaisons.policies import may_manage_posts
from liaisons.workflow.saving import save_checked

_NAMES = ("name_fi", "name_sv", "name_en")
_LOCK = "liaisons.units"  # one key: the tree changes rarely, and every check looks at all of it


def _lock(unit: Unit, by: Any, now: datetime) -> Unit:
    advisory_lock(_LOCK, 0)
    locked: Unit = get_allowed("liaisons.unit.manage", by, now=now, lock=True, pk=unit.pk)
    return locked


@transaction.atomic
def add_unit(
    *,
    names: dict[str, str],
    kind: str,
    parent: Unit | None,
    valid_from: date,
    by: Any,
    now: datetime,
) -> Unit:
    """Add a unit from a day; ``names`` holds name_fi and perhaps name_sv and name_en.

    The same name under the same parent from the same day again returns the unit that is there. Refused:
    not_allowed, parent_not_there, unit_refused.
    """
    advisory_lock(_LOCK, 0)
    if not may_manage_posts(by, now):
        raise Refused("not_allowed", _("Sinulla ei ole oikeutta muuttaa yksiköitä."))
    there: Unit | None = Unit.objects.filter(name_fi=names["name_fi"], parent=parent, valid_from=valid_from).first()
    if there is not None:
        return there
    _check_parent(parent, valid_from)
    last = Unit.objects.filter(parent=parent).order_by("-order").values_list("order", flat=True).first()
    unit = Unit(
        key=_free_key(parent, names["name_fi"]),
        kind=UnitKind(kind),
        parent=parent,
        valid_from=valid_from,
        order=last or 0,
        **names,
    )
    save_checked(unit, "unit_refused")
    UnitVersion.objects.create(unit=unit, parent=parent, valid_from=valid_from, **names)
    return unit


def _free_key(parent: Unit | None, name: str) -> str:
    base = f"{parent.key}-{slugify(name)}"[:190] if parent else slugify(name)[:190] or "yksikko"
    taken = set(Unit.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for number in range(len(taken) + 1) if (key := f"{base}-{number}" if number else base) not in taken)


@transaction.atomic
def rename_unit(
    unit: Unit, *, names: dict[str, str], from_day: date, reason: str = "", by: Any, now: datetime
) -> UnitVersion:
    """Give the unit new names from a day; what happened before keeps the old one (``Unit.name_on``)."""
    return _change(_lock(unit, by, now), names, from_day, reason, now)


@transaction.atomic
def move_unit(
    unit: Unit, *, parent: Unit | None, from_day: date, reason: str = "", by: Any, now: datetime
) -> UnitVersion:
    """Move the unit, with all below it, under another one from a day. Refused: cycle, parent_not_there."""
    locked = _lock(unit, by, now)
    _check_parent(parent, from_day)
    if parent is not None and parent.pk in _may_come_below(locked, now):
        raise Refused("cycle", _("Yksikkö ei voi kuulua itseensä tai alayksikköönsä. Valitse toinen yksikkö."))
    return _change(locked, {"parent": parent}, from_day, reason, now)


def _may_come_below(unit: Unit, now: datetime) -> set[int]:
    """Return the units that stand below this one now or by a planned move: no order of changes makes a circle."""
    edges = [*Unit.objects.all()]
    planned = UnitVersion.objects.filter(valid_from__gt=local_date(now))
    edges += [Unit(pk=row.unit_id, parent_id=row.parent_id) for row in planned]
    return below(edges, unit.pk)


def _check_parent(parent: Unit | None, day: date) -> None:
    if parent is not None and not parent.is_in_force(day):
        raise Refused(
            "parent_not_there",
            _("Yksikköä %(unit)s ei ole %(day)s. Valitse toinen yksikkö tai päivä.")
            % {"unit": parent, "day": format_date(day)},
        )


def versions_of(unit: Unit) -> list[UnitVersion]:
    """Return the unit's versions, oldest first; makes the first one from the columns where none is kept."""
    versions = list(unit.versions.order_by("valid_from"))
    if not versions:
        names = {name: getattr(unit, name) for name in _NAMES}
        term = {"valid_from": unit.valid_from, "valid_until": unit.valid_until}
        versions = [UnitVersion.objects.create(unit=unit, parent=unit.parent, **names, **term)]
    return versions


def _change(unit: Unit, changes: dict[str, Any], from_day: date, reason: str, now: datetime) -> UnitVersion:
    today = local_date(now)
    last = versions_of(unit)[-1]
    if all(getattr(last, name) == value for name, value in changes.items()):
        return last
    if last.valid_from > today and last.valid_from != from_day:
        raise Refused(
            "planned_already",
            _("Yksikölle on jo suunniteltu muutos %(day)s alkaen. Peru se ensin.")
            % {"day": format_date(last.valid_from)},
        )
    if from_day < last.valid_from:
        raise Refused(
            "before_last_change",
            _("Yksikkö on muuttunut viimeksi %(day)s. Valitse se päivä tai myöhempi.")
            % {"day": format_date(last.valid_from)},
        )
    if unit.valid_until is not None and from_day > unit.valid_until:
        raise Refused("after_end", _("Yksikkö on päättynyt ennen tätä päivää. Valitse aiempi päivä."))
    version = last if from_day == last.valid_from else _next_version(last, from_day)
    for name, value in changes.items():
        setattr(version, name, value)
    version.reason = reason
    save_checked(version, "unit_refused")
    if from_day <= today:
        _write_columns(unit, version)
    return version


def _next_version(last: UnitVersion, from_day: date) -> UnitVersion:
    names = {name: getattr(last, name) for name in _NAMES}
    following = UnitVersion(
        unit=last.unit, parent=last.parent, valid_from=from_day, valid_until=last.valid_until, **names
    )
    last.valid_until = from_day - timedelta(days=1)
    last.save(update_fields=["valid_until"])
    return following


def _write_columns(unit: Unit, version: UnitVersion) -> bool:
    fields = (*_NAMES, "parent_id")
    changed = [name for name in fields if getattr(unit, name) != getattr(version, name)]
    for name in changed:
        setattr(unit, name, getattr(version, name))
    if changed:
        unit.save(update_fields=[name.removesuffix("_id") for name in changed])
    return bool(changed)


def keep_versions(today: date) -> None:
    """Remember what every unit is called and where it belongs, after a load wrote the columns.

    The file gives no dates, so a change that came with it counts from ``today``. The caller has a transaction.
    """
    for unit in Unit.objects.prefetch_related("versions").select_related("parent"):
        version = unit.version_on(today)
        if version is None:
            versions_of(unit)
        elif any(getattr(version, name) != getattr(unit, name) for name in (*_NAMES, "parent_id")):
            following = version if version.valid_from >= today else _next_version(version, today)
            for name in (*_NAMES, "parent"):
                setattr(following, name, getattr(unit, name))
            following.save()


@transaction.atomic
def cancel_planned_change(unit: Unit, *, by: Any, now: datetime) -> bool:
    """Take back a change whose day has not come; False when none waits."""
    versions = versions_of(_lock(unit, by, now))
    if len(versions) < 2 or versions[-1].valid_from <= local_date(now):
        return False
    planned, before = versions[-1], versions[-2]
    planned.delete()
    before.valid_until = planned.valid_until
    before.save(update_fields=["valid_until"])
    return True


@transaction.atomic
def apply_due_changes(*, now: datetime) -> int:
    """Write the changes whose day has come into the units' columns; return how many. The nightly task runs it."""
    advisory_lock(_LOCK, 0)
    today = local_date(now)
    versions = UnitVersion.objects.in_force(now).select_related("unit").order_by("valid_from", "pk")
    due = [row for row in versions if row.valid_from > row.unit.valid_from and row.valid_from <= today]
    return sum(_write_columns(row.unit, row) for row in due)


@transaction.atomic
def end_unit(
    unit: Unit,
    *,
    last_day: date,
    successors: Iterable[Unit] = (),
    move_to: Unit | None = None,
    reason: str = "",
    by: Any,
    now: datetime,
) -> Unit:
    """End the unit after its last day and record who continues its work: one in a merger, several in a split.

    With ``move_to`` (one of the successors) units and posts below move there: units from the day after, posts at
    once. Refused while something would be left under a unit that is no more: has_children, has_posts; also
    before_last_change, successor_not_there.
    """
    locked = _lock(unit, by, now)
    following = list(successors)
    if locked.valid_until == last_day:
        return locked
    next_day = last_day + timedelta(days=1)
    for successor in following:
        _check_parent(successor, next_day)
    if versions_of(locked)[-1].valid_from > last_day:
        raise Refused("before_last_change", _("Yksikkö muuttuu vielä tämän päivän jälkeen. Peru ensin se muutos."))
    _leave_nothing(locked, move_to if move_to in following else None, next_day, reason, by, now)
    locked.valid_until = last_day
    save_checked(locked, "unit_refused")
    locked.versions.filter(valid_from__lte=last_day, valid_until=None).update(valid_until=last_day)
    for successor in following:
        UnitSuccession.objects.get_or_create(before=locked, after=successor, defaults={"on": next_day})
    return locked


def _leave_nothing(unit: Unit, move_to: Unit | None, next_day: date, reason: str, by: Any, now: datetime) -> None:
    children = [row for row in Unit.objects.filter(parent=unit) if row.is_in_force(next_day)]
    posts = [row for row in Post.objects.filter(unit=unit) if row.is_in_force(next_day)]
    if move_to is None:
        if children:
            raise Refused(
                "has_children", _("Yksiköllä on alayksiköitä. Valitse, mihin ne siirtyvät, tai siirrä ne ensin.")
            )
        if posts:
            raise Refused(
                "has_posts", _("Yksiköllä on yhteyshenkilötehtäviä. Valitse, mihin ne siirtyvät, tai päätä ne.")
            )
        return
    for child in children:
        move_unit(child, parent=move_to, from_day=next_day, reason=reason, by=by, now=now)
    for post in posts:
        post.unit = move_to
        post.save(update_fields=["unit"])
