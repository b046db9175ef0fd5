"""The whole registry as CSV: the fields of the interface, one column a leaf, read and sent in pieces."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from django.db.models import Count, Max, Model, QuerySet, StringAgg, TextField, Value
from django.db.models.functions import MD5, Concat
from django.http.response import HttpResponseBase
from pydantic import BaseModel

from common.exports import csv_stream
from common.times import local_date
from county.models import LifeSituation, Municipality, Sector, TargetGroup, Theme
from organisations.api import schemas
from organisations.api.codes import Codes
from organisations.api.queries import ActivityFilters, OrganisationFilters
from organisations.api.rows import Row, activity_rows, in_batches, organisation_rows
from organisations.models import Activity, Organisation

SEPARATOR = " | "
KEEP = "public, max-age=3600"

Leaf = tuple[tuple[str, ...], bool]  # the way to the value, and whether it is in a list


def leaves(model: type[BaseModel], way: tuple[str, ...] = (), in_list: bool = False) -> Iterator[Leaf]:
    """Yield the columns of a shape in the order of its fields: ``(("domicile", "name", "fi"), False)``."""
    for name, field in model.model_fields.items():
        kind, is_list = _kind(field.annotation)
        here, many = (*way, name), in_list or is_list
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from leaves(kind, here, many)
        else:
            yield here, many


def _kind(annotation: Any) -> tuple[Any, bool]:
    """Return what a field holds, without None around it, and whether it holds many."""
    if get_origin(annotation) is list:
        return get_args(annotation)[0], True
    if isinstance(annotation, UnionType):
        return next(part for part in get_args(annotation) if part is not NoneType), False
    return annotation, False


def column(way: tuple[str, ...]) -> str:
    """Return a column's name: the way to the value with underscores."""
    return "_".join(way)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def _value(value: Any, way: tuple[str, ...]) -> str:
    """Return the cell at the end of the way; a list gives all its values, with a bar between."""
    if isinstance(value, list):
        return SEPARATOR.join([_value(item, way) for item in value])
    for name in way:
        value = value[name]
    return _cell(value)


def table(rows: Iterable[Row], model: type[BaseModel]) -> Iterator[list[str]]:
    """Yield one line of cells a row, in the order of ``leaves``."""
    fields: dict[str, list[tuple[str, ...]]] = {}
    for way, _many in leaves(model):
        fields.setdefault(way[0], []).append(way[1:])
    for row in rows:
        line: list[str] = []
        for name, ways in fields.items():
            value = row[name]
            if value is None or value == []:
                line += [""] * len(ways)
            else:
                line += [_value(value, way) for way in ways]
        yield line


def head(model: type[BaseModel]) -> list[str]:
    """Return the column names of a shape."""
    return [column(way) for way, _many in leaves(model)]


def _version(found: QuerySet[Any], asked: BaseModel, now: datetime) -> str:
    """Return a mark that changes when anything in the file does: rows, code lists, or the day they are looked at."""
    state = found.aggregate(rows=Count("pk"), last=Max("updated_at"))
    told = f"{asked!r}|{state['rows']}|{state['last']}|{_codes_state()}|{local_date(now)}"
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _codes_state() -> list[Any]:
    """Return what changes when a name of a code list does."""
    lists: list[type[Model]] = [Municipality, Sector, Theme, TargetGroup, LifeSituation]
    told = Concat("pk", Value("|"), "name_fi", Value("|"), "name_sv", Value("|"), "name_en", output_field=TextField())
    return [rows._default_manager.aggregate(all=MD5(StringAgg(told, Value(","), order_by="pk"))) for rows in lists]


def _file(name: str, rows: Iterator[Row], model: type[BaseModel], version: str) -> HttpResponseBase:
    answer = csv_stream(name, head(model), table(rows, model))
    answer["ETag"] = version
    answer["Cache-Control"] = KEEP
    return answer


def organisations_csv(
    found: QuerySet[Organisation], asked: OrganisationFilters, codes: Codes, now: datetime
) -> HttpResponseBase:
    """Return the organisations as a file that is sent while it is made."""
    rows = in_batches(found, lambda batch: organisation_rows(batch, codes, now))
    return _file("jarjestot", rows, schemas.Organisation, _version(found, asked, now))


def activities_csv(found: QuerySet[Activity], asked: ActivityFilters, codes: Codes, now: datetime) -> HttpResponseBase:
    """Return the activities as a file that is sent while it is made."""
    rows = in_batches(found, lambda batch: activity_rows(batch, codes))
    return _file("toiminta", rows, schemas.Activity, _version(found, asked, now))
