"""Activities from a Lähellä.fi file: read and kept for looking at, then the chosen rows taken."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from common.times import format_date, local_date
from county.models import LifeSituation, LocalizedName, Municipality, TargetGroup
from documents.uploads import clean_name
from organisations import lahella_reading as lahella
from organisations import timeline
from organisations.models import ACTIVITY_IMPORT_LIFE, Activity, ActivityImport, Organisation, Visibility
from organisations.workflow.activities import MANY_TO_MANY
from organisations.workflow.guards import lock, require

_NAMED: dict[str, type[Model]] = {
    "target_groups": TargetGroup,
    "life_situations": LifeSituation,
    "municipalities": Municipality,
}


@dataclass(frozen=True)
class Difference:
    """One fact that the file would change: its name, what stands now and what the file says."""

    label: Any
    old: str
    new: str


@dataclass
class Plan:
    """What taking one row would do: ``add``, ``change`` or ``same``."""

    number: int
    row: lahella.Row
    activity: Activity | None
    differences: list[Difference]
    related: dict[str, list[Any]]
    warnings: list[str]

    @property
    def name(self) -> str:
        """The activity's name as the file tells it."""
        return str(self.row.values["name"])

    @property
    def act(self) -> str:
        """``add``, ``change`` or ``same``."""
        if self.activity is None:
            return "add"
        return "change" if self.differences else "same"


def read_activities(organisation: Organisation, upload: Any, *, by: Any, now: datetime) -> ActivityImport:
    """Read an uploaded file and keep what it says for looking at; nothing of it is taken yet.

    Refused: not_allowed, and what ``lahella.read`` refuses.
    """
    require("organisations.activities.keep", by, organisation, now)
    found = lahella.read(upload.read(lahella.MAX_BYTES + 1), business_id=organisation.business_id)
    return ActivityImport.objects.create(
        organisation=organisation,
        file_name=clean_name(upload.name or "toiminnat")[:150],
        rows=[asdict(row) for row in found.rows],
        refused=found.refused,
        unknown_columns=found.unknown_columns,
        created_at=now,
        by=by,
    )


def plan(run: ActivityImport) -> list[Plan]:
    """Return what taking each row would do now; seven queries, whatever the rows.

    A row is the activity that has its Lähellä.fi address; else the one with its name. Each activity is met once.
    """
    known = list(run.organisation.activities.prefetch_related(*MANY_TO_MANY).order_by("pk"))
    names = {field: _by_name(model) for field, model in _NAMED.items()}
    met: set[int] = set()
    plans = []
    for number, told in enumerate(run.rows):
        row = lahella.Row(**told)
        activity = _same(row, [one for one in known if one.pk not in met])
        if activity:
            met.add(activity.pk)
        warnings = list(row.warnings)
        related = {field: _rows(field, row, names[field], warnings) for field in row.lists}
        plans.append(Plan(number, row, activity, _differences(row, activity, related), related, warnings))
    return plans


def _by_name(model: Any) -> dict[str, Any]:
    rows = model.objects.filter(is_own=True) if model is Municipality else model.objects.all()
    return {name.casefold(): row for row in rows for name in (row.name_fi, row.name_sv, row.name_en) if name}


def _rows(field: str, row: lahella.Row, names: dict[str, Any], warnings: list[str]) -> list[Any]:
    if lahella.EVERYWHERE in row.lists[field]:
        return list(dict.fromkeys(names.values()))
    found = [names[name.casefold()] for name in row.lists[field] if name.casefold() in names]
    unknown = [name for name in row.lists[field] if name.casefold() not in names]
    if unknown:
        label = Activity._meta.get_field(field).verbose_name  # type: ignore[union-attr]
        told = {"label": str(label), "names": ", ".join(unknown)[:200]}
        warnings.append(str(_("Ei tunnettu, jätettiin pois (%(label)s): %(names)s.") % told))
    return found


def _same(row: lahella.Row, known: list[Activity]) -> Activity | None:
    """Return the activity that the row is about."""
    url = row.values.get("lahella_url", "")
    by_url = [one for one in known if url and one.lahella_url == url]
    by_name = [one for one in known if one.name.casefold() == row.values["name"].casefold()]
    if len(by_url) > 1:  # one page of Lähellä.fi may tell of several: then the name decides
        by_url = [one for one in by_url if one in by_name]
    return next(iter([*by_url, *by_name]), None)


def _differences(row: lahella.Row, activity: Activity | None, related: dict[str, list[Any]]) -> list[Difference]:
    found = []
    for field, new in row.values.items():
        old = getattr(activity, field) if activity else ""
        told = date.fromisoformat(new) if field in lahella.DAYS.values() else new
        if activity is None or old != told:
            found.append(Difference(_label(field), _shown(field, old), _shown(field, told)))
    for field, rows in related.items():
        had = list(getattr(activity, field).all()) if activity else []
        if rows and {one.pk for one in rows} != {one.pk for one in had}:
            found.append(Difference(_label(field), _names(had), _names(rows)))
    return found


def _label(field: str) -> Any:
    return Activity._meta.get_field(field).verbose_name  # type: ignore[union-attr]


def _names(rows: list[LocalizedName]) -> str:
    return ", ".join(sorted(row.name_fi for row in rows))


def _shown(field: str, value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return str(_("kyllä") if value else _("ei"))
    if isinstance(value, date):
        return format_date(value)
    choices = dict(Activity._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value) or "")


def take_activities(
    run: ActivityImport, chosen: Collection[int], *, publish: bool, by: Any, now: datetime
) -> ActivityImport:
    """Take the chosen rows (their numbers): new activities are added, known ones changed; once.

    What is complete is published when ``publish`` is true, the rest stays as drafts. Order: organisation and
    run are locked, the right asked, the plan made again from what stands now, rows written, the timeline told.
    Refused: not_allowed. A run that was taken is given back as it is.
    """
    with transaction.atomic():
        organisation = lock(run.organisation)
        run = lock(run)
        require("organisations.activity.import", by, run, now)
        if run.state == "taken":
            return run
        run.organisation = organisation
        run.state = ACTIVITY_IMPORT_LIFE.check(run.state, "take")
        run.taken_at, run.added, run.changed = now, 0, 0
        for one in plan(run):
            if one.number in chosen and one.act != "same":
                _take(one, organisation, publish, now)
                run.added += one.act == "add"
                run.changed += one.act == "change"
        run.save(update_fields=["state", "taken_at", "added", "changed"])
        timeline.write(
            organisation,
            _("Lähellä.fi-tiedostosta otettiin %(added)s uutta toimintaa ja muutettiin %(changed)s toimintaa"),
            {"added": run.added, "changed": run.changed},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return run


def _take(one: Plan, organisation: Organisation, publish: bool, now: datetime) -> None:
    today = local_date(now)
    activity = one.activity or Activity(organisation=organisation, kind="other", is_published=False)
    for field, value in one.row.values.items():
        setattr(activity, field, date.fromisoformat(value) if field in lahella.DAYS.values() else value)
    if activity.starts_on and activity.ends_on and activity.ends_on < activity.starts_on:
        activity.starts_on = None
    activity.confirmed_on = today
    activity.save()
    for field, rows in one.related.items():
        if rows:
            getattr(activity, field).set(rows)
    if publish and not activity.is_past(today) and _is_complete(activity):
        activity.is_published = True
        activity.save(update_fields=["is_published"])


def _is_complete(activity: Activity) -> bool:
    """Tell whether a client could find the activity and join: what the form would ask of it."""
    is_somewhere = activity.is_remote or activity.municipalities.exists()
    return bool(activity.description and activity.how_to_join and is_somewhere)
