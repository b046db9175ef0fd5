"""Loading an area: the whole file is checked first, then every room loads its sections in one transaction."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common import seams
from common.locks import advisory_lock
from county.area.colours import check_colours
from county.area.file import AreaError, AreaFile
from county.area.references import check_references
from county.area.report import AreaReport, section_name
from county.area.schema import check_structure
from county.area.sections import all_municipalities
from county.models import get_county

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def areas_folder() -> Path:
    """Return the folder of the area files."""
    return Path(settings.BASE_DIR) / "config" / "areas"


def area_names() -> list[str]:
    """Return the names that can be loaded."""
    return sorted(path.stem for path in areas_folder().glob("*.toml"))


def read_area(path: Path, *, now: datetime | None = None, by: Any = None) -> AreaFile:
    """Read an area file and check all of it; ``AreaError`` tells the line and the reason."""
    area = AreaFile.read(path, now=now, by=by)
    check_structure(area)
    check_references(area, all_municipalities())
    check_colours(area)
    return area


def load_area(
    name: str, now: datetime, by: Any = None, *, folder: Path | None = None, dry_run: bool = False
) -> AreaReport:
    """Load or update the county from ``config/areas/<name>.toml`` and return what that changed.

    Everything or nothing: a fault raises ``AreaError`` and leaves the database as it was. A second load of the
    same file changes nothing. Rows edited in the portal are kept and reported. Another county than the one that
    is loaded already is refused. With ``dry_run`` the report is made and nothing is kept.
    """
    if not _NAME.fullmatch(name):
        raise AreaError(0, _("Alueen nimessä voi olla pieniä kirjaimia, numeroita ja yhdysmerkkejä."))
    path = (folder or areas_folder()) / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(area_names())
        raise AreaError(
            0, _("Aluetta ”%(name)s” ei ole. Valitse jokin näistä: %(known)s.") % {"name": name, "known": known}
        )
    area = read_area(path, now=now, by=by)
    report = AreaReport(area_name=area.name)
    with transaction.atomic():
        advisory_lock("county.area", 1)
        _refuse_second_county(area)
        # Rooms register from the top down; a lower room's rows must be there before a higher one refers to them.
        for provider in reversed(list(seams.area)):
            provider(area, report)
        _tell_unused(area, report)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _refuse_second_county(area: AreaFile) -> None:
    county = get_county()
    if county and county.code != area.data["county"]["code"]:
        area.fail(
            ("county", "code"),
            _("Tässä portaalissa on jo %(county)s. Yksi asennus palvelee yhtä hyvinvointialuetta.")
            % {"county": county.name_fi},
        )


def _tell_unused(area: AreaFile, report: AreaReport) -> None:
    """Name the sections that were checked but that no room uses yet; they stay in the file."""
    used = {*report.sections, *report.used}
    unused = [section_name(name) for name in area.data if name not in used]
    if unused:
        report.say(_("Tarkistettu, mutta ei vielä käytössä portaalissa: %(names)s.") % {"names": ", ".join(unused)})
