"""The charts' geometry: whole units, true proportions, the same numbers in picture, words and table."""

import itertools
import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from common import charts

ROWS = [charts.Bar("Joensuu", 60000, 58000), charts.Bar("Lieksa", 30000, 15000, hot=True), charts.Bar("Kitee", 0, None)]


def example_bars() -> charts.BarChart:
    return charts.bars(
        key="k",
        heading="Lieksa kasvoi",
        rows=ROWS,
        row_label="Kunta",
        value_label="2025",
        previous_label="2024",
        written=charts.in_euros,
    )


def test_bars_keep_the_proportions() -> None:
    chart = example_bars()
    longest, half, nothing = chart.bars
    assert half.width == pytest.approx(longest.width / 2, abs=1)
    assert (nothing.width, nothing.previous_width) == (0, None)
    assert longest.text == "60\u00a0000\u00a0€"
    assert chart.left + longest.width + 10 + 9 * len(longest.text) <= chart.width + 10


def test_bars_have_the_same_numbers_as_a_table() -> None:
    table = example_bars().table
    assert table.head == ("Kunta", "2025", "2024")
    assert table.rows[1] == ("Lieksa", "30\u00a0000\u00a0€", "15\u00a0000\u00a0€")
    assert table.rows[2] == ("Kitee", "0\u00a0€", "–")


def test_no_rows_draw_an_empty_chart() -> None:
    chart = charts.bars(key="k", heading="h", rows=[], row_label="Kunta", value_label="2025")
    assert chart.bars == ()


def test_the_picture_is_named_described_and_has_its_table() -> None:
    html = render_to_string("components/chart_bars.html", {"chart": example_bars()})
    assert 'aria-labelledby="k-title k-desc"' in html
    assert '<title id="k-title">Lieksa kasvoi</title>' in html
    assert "Joensuu 60\u00a0000\u00a0€, Lieksa 30\u00a0000\u00a0€" in html
    assert html.count("<details>") == 1
    assert 'fill="url(#k-hot)"' in html
    assert " style=" not in html


def test_in_print_the_table_stands_open() -> None:
    html = render_to_string("components/chart_bars.html", {"chart": example_bars(), "print": True})
    assert "<details>" not in html
    assert "<table>" in html
    assert "tabindex" not in html


def test_lines_are_named_at_their_ends_without_covering_each_other() -> None:
    series = [charts.Series("Haettu", [10, 20]), charts.Series("Myönnetty", [5, 20]), charts.Series("Muu", [1, 19])]
    chart = charts.line(key="l", heading="h", points=["2024", "2025"], series=series, row_label="Vuosi")
    ends = sorted(one.end_y for one in chart.lines)
    assert all(lower - upper >= 20 for upper, lower in itertools.pairwise(ends))
    assert [one.end_text for one in chart.lines] == ["Haettu 20", "Myönnetty 20", "Muu 19"]
    assert {one.marker for one in chart.lines} == {"circle", "square", "diamond"}


def test_a_missing_year_is_a_gap_in_the_table_and_no_mark() -> None:
    one = charts.Series("Tunteja", [100, None, 300])
    chart = charts.line(key="l", heading="h", points=["2023", "2024", "2025"], series=[one], row_label="Vuosi")
    assert len(chart.lines[0].marks) == 2
    assert chart.table.rows[1] == ("2024", "–")


def test_four_lines_are_refused() -> None:
    series = [charts.Series(str(n), [1]) for n in range(4)]
    with pytest.raises(ValueError, match="at most three"):
        charts.line(key="l", heading="h", points=["2025"], series=series, row_label="Vuosi")


@pytest.mark.parametrize(("value", "top"), [(598400, 600000), (39800, 40000), (1, 1), (0, 1), (7, 8), (0.3, 0.3)])
def test_the_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert charts.nice_top(value) == pytest.approx(top)


@given(st.lists(st.decimals(min_value=0, max_value=10**7, places=2), min_size=1, max_size=12))
def test_percentages_add_up_to_a_hundred(values: list[Decimal]) -> None:
    shares = charts.percentages(values)
    assert sum(shares) == (100 if sum(values) > 0 else 0)
    assert all(share >= 0 for share in shares)


def test_shares_fill_their_track() -> None:
    parts = [charts.Part("Kaikki", 3), charts.Part("Osa", 1)]
    chart = charts.share(key="s", heading="h", parts=parts, row_label="Teema", value_label="Myönnetty")
    assert chart.parts[0].width == pytest.approx(chart.track * 3 / 4, abs=1)
    assert chart.parts[0].text == "75\u00a0% (3)"
    assert chart.table.rows == (("Kaikki", "3", "75\u00a0%"), ("Osa", "1", "25\u00a0%"))


def test_numbers_in_the_drawing_are_whole_whatever_the_language() -> None:
    series = [charts.Series("Tunteja", [1.5, 2.25, 3.1])]
    chart = charts.line(key="l", heading="h", points=["1", "2", "3"], series=series, row_label="Vuosi")
    html = render_to_string("components/chart_line.html", {"chart": chart})
    coordinates = re.findall(r' (?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]+)"', html)
    assert coordinates
    assert all(re.fullmatch(r"-?\d+", number) for number in coordinates)
    assert "2,2" in html  # people read a comma


def test_a_long_label_is_cut_beside_its_bar_and_whole_in_the_table() -> None:
    long = "Ystävyysseurat ja kansainvälisiin suhteisiin liittyvät yhdistykset"
    chart = charts.bars(key="k", heading="h", rows=[charts.Bar(long, 5)], row_label="Ala", value_label="Määrä")
    shares = charts.share(key="s", heading="h", parts=[charts.Part(long, 5)], row_label="Ala", value_label="Määrä")
    for label in (chart.bars[0].label, shares.parts[0].label):
        assert label.startswith("Ystävyysseurat ja kansainvälisiin")
        assert label.endswith("…")
        assert len(label) * charts.LETTER <= 320
    assert chart.table.rows[0][0] == shares.table.rows[0][0] == long
