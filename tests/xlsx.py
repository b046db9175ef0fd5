"""Reading an XLSX file in tests: what stands in each cell, and whether any is a formula or a link."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree as ET

MAIN = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class Sheet:
    """The first sheet: ``cells`` by address (text or number), and all of its XML."""

    cells: dict[str, str | float]
    xml: str

    def row(self, number: int) -> list[str | float]:
        """Return the values of one row from left to right, without empty cells."""
        return [value for key, value in self.cells.items() if key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(number)]

    def day(self, address: str) -> date:
        """Return the day that a cell's number means."""
        return date(1899, 12, 30) + timedelta(days=float(self.cells[address]))


def read(content: bytes) -> Sheet:
    """Return the first sheet of the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
    texts = ["".join(part.text or "" for part in item.iter(f"{{{MAIN['m']}}}t")) for item in strings]
    cells: dict[str, str | float] = {}
    for cell in ET.fromstring(xml).iterfind(".//m:c", MAIN):
        value = cell.findtext("m:v", namespaces=MAIN)
        if value is not None:
            cells[cell.attrib["r"]] = texts[int(value)] if cell.attrib.get("t") == "s" else float(value)
    return Sheet(cells, xml)
