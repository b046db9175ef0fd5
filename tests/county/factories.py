"""The county for tests: rows of their own, or a whole area loaded."""

from datetime import UTC, datetime
from pathlib import Path

import factory
from factory.django import DjangoModelFactory

from county.area import AreaReport, load_area
from county.models import County, Municipality, Sector

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

SMALL_AREA = """\
[county]
code = "14"
name.fi = "Koealueen hyvinvointialue"
name.sv = "Provområdets välfärdsområde"
short_name = "Koe"
website = "https://koe.example"

[titles]
county_liaison.fi = "järjestöyhdyshenkilö"

[[municipalities]]
code = "090"
[[municipalities]]
code = "167"
business_id = "0242746-2"

[[regional_groups]]
key = "pohjoinen"
name.fi = "Pohjoinen ryhmä"
municipalities = ["090"]
assumed = true

[[units]]
key = "sote"
kind = "service_area"
name.fi = "Sote-palvelut"
children.fi = ["Kotihoito", "Neuvola"]
[[units]]
key = "kotihoito"
under = "sote"
kind = "service_line"
name.fi = "Kotihoito"

[[bodies]]
key = "lautakunta"
name.fi = "Koelautakunta"
kind = "committee"
decides = ["toiminta-avustus"]

[themes]
fi = ["Elintavat", "Osallisuus"]

[[grant_kinds]]
key = "toiminta-avustus"
name.fi = "Toiminta-avustus"
procedure = "call"
decided_by = "lautakunta"
"""


class CountyFactory(DjangoModelFactory[County]):
    """The one county, with nothing but its names."""

    class Meta:
        model = County

    code = "14"
    area_key = "14"
    name_fi = "Koealueen hyvinvointialue"


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    """One of the county's own municipalities."""

    class Meta:
        model = Municipality

    code = factory.Sequence(lambda n: f"{n % 1000:03}")
    area_key = factory.SelfAttribute("code")
    name_fi = factory.Sequence(lambda n: f"Kunta {n}")
    county_code = "14"
    is_own = True


class SectorFactory(DjangoModelFactory[Sector]):
    """A field in which NGOs work."""

    class Meta:
        model = Sector

    name_fi = factory.Sequence(lambda n: f"Toimiala {n}")


def load_text(folder: Path, text: str = SMALL_AREA, *, name: str = "koe") -> AreaReport:
    """Write an area file into the folder and load it."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_area(name, NOW, folder=folder)
