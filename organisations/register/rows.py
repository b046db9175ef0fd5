"""One record of the extract becomes one row for the registry: refused, or entered with its doubtful fields empty."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from organisations import numbers
from organisations.models.organisation import NAME_MAX, LegalForm, RegisterStatus
from organisations.register.source import Fault, Header, printable

# In a name, white space is folded; every other control character and lone surrogate is a fault.
_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FINNISH_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?")

UNIT, RECORD = "\x1f", "\x1e"  # separators inside a staged cell; no clean text holds them

# Fields that keep their old value when the file says nothing reliable about them: the bits of ``keep``.
KEEPABLE = (
    "legal_form",
    "domicile_id",
    "registered_on",
    "status",
    "status_on",
    "street_address",
    "postcode",
    "post_town",
    "email",
    "phone",
    "website",
    "signing_rule",
    "signatories",
)
BIT = {name: 1 << place for place, name in enumerate(KEEPABLE)}
TEXT_COLUMNS = {
    "katuosoite": ("street_address", 200),
    "postitoimipaikka": ("post_town", 100),
    "sahkoposti": ("email", 254),
    "puhelin": ("phone", 50),
    "verkkosivu": ("website", 300),
    "nimenkirjoitustapa": ("signing_rule", 4000),
}
LEGAL_FORMS = {
    "ry": LegalForm.ASSOCIATION,
    "säätiö": LegalForm.FOUNDATION,
    "osuuskunta": LegalForm.COOPERATIVE,
    "uskonnollinen yhdyskunta": LegalForm.RELIGIOUS,
    "seurakunta": LegalForm.PARISH,
    "muu": LegalForm.OTHER,
}
STATUSES = {
    "rekisterissä": RegisterStatus.REGISTERED,
    "purettu": RegisterStatus.DISSOLVED,
    "poistettu": RegisterStatus.REMOVED,
    "selvitystilassa": RegisterStatus.LIQUIDATION,
    # codes of the register interface
    "r": RegisterStatus.REGISTERED,
    "l": RegisterStatus.REMOVED,
}


@dataclass(slots=True)
class StagedRow:
    """What goes to the staging table; ``refusal`` is set when the row is not taken."""

    line: int
    name: str = ""
    association_number: int | None = None
    business_id: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    keep: int = 0
    earlier: list[str] = field(default_factory=list)
    signatories: list[tuple[str, str]] = field(default_factory=list)
    refusal: str = ""
    detail: str = ""
    raw_name: str = ""
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, code: str, detail: str = "") -> "StagedRow":
        """Mark the row as not taken."""
        self.refusal, self.detail = code, printable(detail)
        return self

    def doubt(self, code: str, text: str, *, keep: str = "") -> None:
        """Report a doubtful field: left empty, or as it was where the organisation is known already."""
        self.warnings.append((code, printable(text, 100)))
        if keep:
            self.keep |= BIT[keep]


class Municipalities:
    """Finds a municipality by its number or its Finnish or Swedish name."""

    def __init__(self, rows: Iterable[tuple[int, str, str, str]]) -> None:
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        for pk, code, name_fi, name_sv in rows:
            self._by_code[code] = pk
            for name in (name_sv, name_fi):
                if name:
                    self._by_name[name.casefold()] = pk

    def by_code(self, code: str) -> int | None:
        """Return the key of the municipality; a leading zero that a spreadsheet ate is put back."""
        return self._by_code.get(code.zfill(3)) if code.isdigit() else None

    def by_name(self, name: str) -> int | None:
        """Return the key of the municipality of that name."""
        return self._by_name.get(name.casefold())


def parse_date(text: str) -> date | None:
    """Return the date of ``12.3.1946`` or ``1946-03-12`` (with or without a time), or None if there is none."""
    if match := _FINNISH_DATE.fullmatch(text):
        day, month, year = match.groups()
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_clean(joined: str) -> bool:
    """Tell at a glance whether cells joined by ``¦`` need no cleaning; most rows do not."""
    return (
        joined.isprintable()
        and "  " not in joined
        and " ¦" not in joined
        and "¦ " not in joined
        and joined == joined.strip()
    )


def _fold(text: str) -> str:
    return " ".join(text.split())


class RowMaker:
    """Makes staged rows of the records of one file."""

    def __init__(self, municipalities: Municipalities) -> None:
        self._municipalities = municipalities
        self._absent: dict[tuple[str, ...], int] = {}

    def from_fault(self, line: int, fault: Fault) -> StagedRow:
        """Return the refused row of a record that could not be read."""
        return StagedRow(line, raw_name=fault.snippet).refuse(fault.code, fault.detail)

    def from_csv(self, line: int, cells: list[str], header: Header) -> StagedRow:
        """Return the row of a CSV record."""
        width = len(cells)
        while width > header.width and not cells[width - 1].strip():
            width -= 1
        named = {name: cells[place] for name, place in header.positions.items() if place < width}
        row = self._begin(line, named)
        if width != header.width:
            code = "few_columns" if width < header.width else "many_columns"
            if row.refusal not in ("", "no_name", "no_number"):
                return row
            return row.refuse(code, f"{width} / {header.width}")
        if row.refusal:
            return row
        self._fill(row, self._clean(row, named))
        return row

    def from_json(self, line: int, record: dict[str, Any]) -> StagedRow:
        """Return the row of a JSON object with the register interface's field names."""
        name, earlier = _json_names(record.get("AssociationNameInfo"))
        named = {"nimi": name, "aiemmat_nimet": "|".join(earlier)}
        for key, column in (
            ("BusinessId", "y_tunnus"),
            ("AssociationNumber", "rekisterinumero"),
            ("AssociationStatus", "tila"),
            ("RegistryDate", "rekisterointipaiva"),
            ("Domicile", "kotipaikka"),
        ):
            value = record.get(key)
            if isinstance(value, str | int) and not isinstance(value, bool):
                named[column] = str(value)
        if named.get("kotipaikka", "").strip().isdigit():
            named["kotipaikka_koodi"] = named.pop("kotipaikka")
        row = self._begin(line, named)
        if not row.refusal:
            self._fill(row, self._clean(row, named))
        return row

    def _begin(self, line: int, named: dict[str, str]) -> StagedRow:
        """Read the name and the numbers, by which a row stands or falls."""
        raw = named.get("nimi", "")
        row = StagedRow(line, raw_name=printable(raw))
        number, business = named.get("rekisterinumero", "").strip(), named.get("y_tunnus", "").strip()
        row.association_number = numbers.parse_association_number(number) if number else None
        row.business_id = numbers.parse_business_id(business) if business else None
        if _BAD.search(raw):
            return row.refuse("control_characters")
        row.name = _fold(raw)
        if not row.name:
            return row.refuse("no_name")
        if len(row.name) > NAME_MAX:
            return row.refuse("long_name")
        if row.association_number is None and row.business_id is None:
            return row.refuse("no_number", number or business)
        if number and row.association_number is None:
            row.doubt("association_number_wrong", number)
        if business and row.business_id is None:
            row.doubt("business_id_wrong", business)
        return row

    def _clean(self, row: StagedRow, named: dict[str, str]) -> dict[str, str]:
        """Fold white space; a cell with control characters is reported and treated as not stated."""
        if _is_clean("¦".join(named.values())):
            return named
        clean = {}
        for name, value in named.items():
            if _BAD.search(value):
                row.doubt("field_control_characters", name)
            else:
                clean[name] = _fold(value)
        return clean

    def _fill(self, row: StagedRow, cells: dict[str, str]) -> None:
        row.keep |= self._keep_of_absent(cells)
        self._legal_form(row, cells.get("yhteisomuoto", ""))
        self._domicile(row, cells.get("kotipaikka_koodi", ""), cells.get("kotipaikka", ""))
        self._status(row, cells.get("tila", ""))
        for column, name in (("rekisterointipaiva", "registered_on"), ("tilapaiva", "status_on")):
            if text := cells.get(column):
                day = parse_date(text)
                row.values[name] = day.isoformat() if day else None
                if day is None:
                    row.doubt("date_wrong", text, keep=name)
        if postcode := cells.get("postinumero"):
            if len(postcode) == 5 and postcode.isascii() and postcode.isdigit():
                row.values["postcode"] = postcode
            else:
                row.doubt("postcode_wrong", postcode, keep="postcode")
        for column, (name, limit) in TEXT_COLUMNS.items():
            if text := cells.get(column):
                if len(text) > limit:
                    row.doubt("field_long", column, keep=name)
                else:
                    row.values[name] = text
        self._people(row, cells)

    def _keep_of_absent(self, cells: dict[str, str]) -> int:
        """Return the bits of the fields that this record does not state at all."""
        columns = tuple(cells)
        if columns not in self._absent:
            stated = {TEXT_COLUMNS[name][0] for name in columns if name in TEXT_COLUMNS}
            for column, name in (
                ("yhteisomuoto", "legal_form"),
                ("kotipaikka", "domicile_id"),
                ("kotipaikka_koodi", "domicile_id"),
                ("rekisterointipaiva", "registered_on"),
                ("tila", "status"),
                ("tilapaiva", "status_on"),
                ("postinumero", "postcode"),
                ("nimenkirjoittajat", "signatories"),
            ):
                if column in cells:
                    stated.add(name)
            self._absent[columns] = sum(BIT[name] for name in KEEPABLE if name not in stated)
        return self._absent[columns]

    def _legal_form(self, row: StagedRow, text: str) -> None:
        if not text:
            return
        form = LEGAL_FORMS.get(text.casefold())
        if form is None:
            row.doubt("legal_form_unknown", text, keep="legal_form")
        else:
            row.values["legal_form"] = form.value

    def _status(self, row: StagedRow, text: str) -> None:
        status = STATUSES.get(text.casefold())
        if status is not None:
            row.values["status"] = status.value
        elif text:
            row.doubt("status_unknown", text, keep="status")
        else:
            row.keep |= BIT["status"]

    def _domicile(self, row: StagedRow, code: str, name: str) -> None:
        if not code and not name:
            return
        by_code = self._municipalities.by_code(code) if code else None
        by_name = self._municipalities.by_name(name) if name else None
        if by_code and by_name and by_code != by_name:
            row.doubt("municipality_mismatch", f"{name}, {code}", keep="domicile_id")
        elif found := by_code or by_name:
            row.values["domicile_id"] = found
        else:
            row.doubt("municipality_unknown", name or code, keep="domicile_id")

    def _people(self, row: StagedRow, cells: dict[str, str]) -> None:
        if text := cells.get("aiemmat_nimet"):
            names = [" ".join(part.split()) for part in text.split("|")]
            row.earlier = [name for name in dict.fromkeys(names) if name and name != row.name and len(name) <= NAME_MAX]
        if text := cells.get("nimenkirjoittajat"):
            people = set()
            for part in text.split("|"):
                name, _comma, role = part.partition(",")
                name, role = name.strip(), role.strip()
                if len(name) > 200 or len(role) > 200:
                    row.doubt("field_long", "nimenkirjoittajat")
                elif name:
                    people.add((name, role))
            row.signatories = sorted(people)


def _json_names(info: Any) -> tuple[str, list[str]]:
    """Return the current name and the earlier ones of ``AssociationNameInfo``.

    The interface gives a list of names with a status; ``R`` is the registered one. A plain text or one object
    is read too.
    """
    if isinstance(info, str):
        return info, []
    listed = info if isinstance(info, list) else [info]
    entries = [entry for entry in listed if isinstance(entry, dict)]
    names = [
        (str(entry.get("AssociationName") or ""), str(entry.get("AssociationNameStatus") or "R"))
        for entry in entries
        if entry.get("AssociationNameType") in (None, "P")
    ]
    current = next((name for name, status in names if status == "R" and name), "")
    return current, [name for name, status in names if status != "R" and name and name != current]
