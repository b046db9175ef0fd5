"""Files of tables: what a Finnish spreadsheet gets, and that no cell is a formula."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.exports import Cell, csv_lines, csv_response, safe_text, written, xlsx_response
from tests import xlsx

AT = datetime(2026, 6, 1, 9, 5, tzinfo=UTC)
ROW: list[Cell] = ["Säätiö; oy", 7, Decimal("1234.50"), date(2026, 12, 8), AT, None]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_text(f"{start}1+1") == f"'{start}1+1"
    assert safe_text(f"a{start}1") == f"a{start}1"


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert not written(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        (0, "0"),
        (-3, "-3"),
        (Decimal("-1234.50"), "-1234,50"),
        (62.5, "62,5"),
        (date(2026, 12, 8), "8.12.2026"),
        (AT, "1.6.2026 12:05"),
        ("", ""),
        ("Ääkköset", "Ääkköset"),
    ],
)
def test_cells_as_finnish_text(cell: Cell, expected: str) -> None:
    assert written(cell) == expected


def test_csv_has_mark_semicolons_and_quotes() -> None:
    found = list(csv_lines(["nimi", "n", "summa", "päivä", "aika", "tyhjä"], [ROW, ["a\nb", 1, None, None, None, "x"]]))
    assert found == [
        "\ufeff",
        "nimi;n;summa;päivä;aika;tyhjä\r\n",
        '"Säätiö; oy";7;1234,50;8.12.2026;1.6.2026 12:05;\r\n',
        '"a\nb";1;;;;x\r\n',
    ]


def test_csv_is_a_download_with_a_finnish_name() -> None:
    response = csv_response("jäsenet", ["a"], [])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''j%C3%A4senet.csv"


def test_xlsx_keeps_numbers_and_days_and_makes_no_formula() -> None:
    response = xlsx_response("luvut", ["nimi", "n", "summa", "päivä", "aika", "tyhjä"], [ROW, ["=1+1", "http://x.fi"]])
    assert response["Content-Disposition"] == 'attachment; filename="luvut.xlsx"'
    sheet = xlsx.read(response.content)
    assert sheet.row(1) == ["nimi", "n", "summa", "päivä", "aika", "tyhjä"]
    assert sheet.row(2) == ["Säätiö; oy", 7.0, 1234.5, 46364.0, "1.6.2026 12:05"]
    assert sheet.day("D2") == date(2026, 12, 8)
    assert sheet.row(3) == ["=1+1", "http://x.fi"]
    assert "<f>" not in sheet.xml
    assert "hyperlink" not in sheet.xml
