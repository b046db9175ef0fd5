"""Bringing rows of one model into step with the file, without writing over what was edited in the portal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from county.area.report import AreaReport
from county.models import AreaRow, plain


def sync_rows(
    model: type[AreaRow], rows: Mapping[str, Mapping[str, Any]], report: AreaReport, *, section: str
) -> dict[str, Any]:
    """Create and update the rows of ``model`` that the file gives; return them by their key.

    ``rows`` maps ``area_key`` to field values. A foreign key is given as the ``area_key`` of its target (which
    must stand earlier, or in a section loaded before), a many-to-many as a list of them. A row edited in the
    portal is kept as it is and its differences are reported. A row that the file no longer gives stays too: other
    rows may refer to it. The caller has opened the transaction.
    """
    count = report.sections[section]
    related = [field.name for field in model._meta.fields if field.is_relation]
    known = model._default_manager.filter(area_key__isnull=False)
    if related:
        known = known.select_related(*related)
    existing = {row.area_key: row for row in known}
    done: dict[str, Any] = {}
    for key, given in rows.items():
        values = {name: _normal(model, name, value) for name, value in given.items()}
        row = existing.pop(key, None)
        if row is None:
            done[key] = _write(model(area_key=key), values)
            count.added += 1
            continue
        done[key] = row
        current = {name: row.area_value(name) for name in values}
        if current == values:
            count.unchanged += 1
            if row.area_values != values:
                row.area_values = values
                row.save(update_fields=["area_values"])
        elif row.area_edits({*row.area_values, *values}):
            count.kept += 1
            _tell_kept(row, current, values, report)
        else:
            _write(row, values)
            count.changed += 1
            changed = ", ".join(_label(model, name) for name in values if current[name] != values[name])
            report.say(_("Muuttui: %(row)s (%(fields)s)") % {"row": row, "fields": changed})
    _tell_removed(existing.values(), report, section)
    return done


def _normal(model: type[AreaRow], name: str, value: Any) -> Any:
    """Return a value of the file in the form in which ``AreaRow.area_value`` returns the row's own."""
    return sorted(value) if model._meta.get_field(name).many_to_many else plain(value)


def _write[R: AreaRow](row: R, values: dict[str, Any]) -> R:
    many: dict[str, Any] = {}
    for name, value in values.items():
        field: Any = row._meta.get_field(name)
        if field.many_to_many:
            many[name] = value
        elif field.is_relation:
            target = field.related_model._default_manager
            setattr(row, name, target.get(area_key=value) if value else None)
        else:
            setattr(row, name, field.to_python(value))
    row.area_values = values
    row.save()
    for name, keys in many.items():
        related: Any = row._meta.get_field(name).related_model
        getattr(row, name).set(related._default_manager.filter(area_key__in=keys))
    return row


def _label(model: type[AreaRow], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return "–" if value in (None, "") else str(value)


def _tell_kept(row: AreaRow, current: dict[str, Any], values: dict[str, Any], report: AreaReport) -> None:
    for name, value in values.items():
        if current[name] != value:
            report.say(
                _("Muokattu portaalissa, säilytettiin: %(row)s, %(field)s: täällä ”%(now)s”, tiedostossa ”%(file)s”")
                % {"row": row, "field": _label(type(row), name), "now": _shown(current[name]), "file": _shown(value)}
            )


def _tell_removed(rows: Any, report: AreaReport, section: str) -> None:
    for row in rows:
        report.sections[section].removed += 1
        report.say(_("Ei enää tiedostossa, säilytettiin portaalissa: %(row)s") % {"row": row})
