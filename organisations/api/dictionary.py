"""The data dictionary: every column of the CSV files and what it means, from the same texts as the interface."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from pydantic import BaseModel

from organisations.api import schemas
from organisations.api.codes import LANGUAGES
from organisations.api.downloads import column, leaves
from organisations.api.texts import FIELDS

SHAPES: dict[str, type[BaseModel]] = {"jarjestot.csv": schemas.Organisation, "toiminta.csv": schemas.Activity}
# The fields whose parts have meanings of their own; of the others a part is a code, a number or a name.
_PARTS = {"contacts": FIELDS["ContactPerson"], "organisation": FIELDS["ActivityOrganisation"]}


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    name: str
    meaning: str
    is_many: bool


def columns(shape: type[BaseModel]) -> list[Column]:
    """Return the columns of a shape in the file's order, told in the active language."""
    return [Column(column(way), _meaning(shape, way), is_many) for way, is_many in leaves(shape)]


def _meaning(shape: type[BaseModel], way: tuple[str, ...]) -> str:
    """Tell the field, and after it which part of it the column holds."""
    languages = {"fi": _("Suomeksi."), "sv": _("Ruotsiksi."), "en": _("Englanniksi.")}
    told = [str(FIELDS[shape.__name__][way[0]])]
    parts = _PARTS.get(way[0], {"code": FIELDS["Code"]["code"], "id": FIELDS["Item"]["id"]})
    for part in way[1:]:
        if part in LANGUAGES:
            told.append(languages[part])
        elif part in parts:
            told.append(str(parts[part]))
    return " ".join(told)
