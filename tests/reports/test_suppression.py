"""Nobody works out a hidden figure: neither by subtraction nor by narrowing, of one table or of a whole survey's."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.suppression import FLOOR, hide_cells, hide_line


def narrowed(unknown: set[str], equations: list[tuple[list[str], int]], most: int) -> dict[str, tuple[int, int]]:
    """Return between which values each unknown must be, by narrowing over sums of values that are not negative."""
    bounds = dict.fromkeys(unknown, (0, most))
    moved = True
    while moved:
        moved = False
        for names, total in equations:
            for name in names:
                others = [bounds[other] for other in names if other != name]
                low = max(bounds[name][0], total - sum(high for _low, high in others))
                high = min(bounds[name][1], total - sum(low for low, _high in others))
                if (low, high) != bounds[name]:
                    bounds[name], moved = (low, high), True
    return bounds


def test_a_small_class_takes_another_with_it() -> None:
    assert hide_line([20, 3, 9]) == {1, 2}
    assert hide_line([20, 3, 2]) == {1, 2}
    assert hide_line([20, 12, 9]) == frozenset()


def test_a_zero_is_hidden_too_and_two_zeros_are_not_enough() -> None:
    assert hide_line([20, 0, 9]) == {1, 2}
    assert hide_line([20, 0, 0, 9]) == {1, 2, 3}


def test_below_five_answers_nothing_is_published() -> None:
    assert hide_line([4, 0]) == {0, 1}
    assert hide_line([]) == frozenset()


def test_a_small_cell_takes_its_row_and_column() -> None:
    counts = [[10, 2, 10], [10, 10, 10], [10, 10, 11]]
    hidden = hide_cells(counts, hidden_rows=(), hidden_columns=())
    assert (0, 1) in hidden
    assert len(hidden) == 4


def test_a_bridge_between_two_closed_groups_is_not_left_bare() -> None:
    """Two hidden cells in every row and column, and still the one between the groups could be subtracted."""
    small = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3), (0, 2)}
    counts = [[1 if (row, column) in small else 9 for column in range(4)] for row in range(4)]
    assert hide_cells(counts, hidden_rows=(), hidden_columns=()) > small


@given(st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_no_hidden_class_can_be_narrowed_to_one_value(counts: list[int]) -> None:
    hidden = hide_line(counts)
    assert all(place in hidden for place, value in enumerate(counts) if value < FLOOR)
    if sum(counts) < FLOOR:
        assert hidden == set(range(len(counts)))
        return
    names = [str(place) for place in hidden]
    left = sum(counts[place] for place in hidden)
    for low, high in narrowed(set(names), [(names, left)], sum(counts)).values():
        assert high > low


@st.composite
def answers(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Return answers of a survey to three questions; some classes are rare."""
    sizes = [draw(st.integers(2, 4)) for _question in range(3)]
    kinds = st.tuples(*(st.integers(0, size - 1) for size in sizes))
    groups = draw(st.lists(st.tuples(kinds, st.integers(1, 12)), min_size=1, max_size=14))
    return [kind for kind, number in groups for _one in range(number)]


def crossed(rows: Sequence[tuple[int, ...]], one: int, other: int, sizes: list[int]) -> list[list[int]]:
    counts = [[0] * sizes[other] for _row in range(sizes[one])]
    for row in rows:
        counts[row[one]][row[other]] += 1
    return counts


@settings(max_examples=150)
@given(answers())
def test_nothing_hidden_is_worked_out_of_all_published_tables_of_a_survey(rows: list[tuple[int, int, int]]) -> None:
    """The reader holds three lines and two tables that share a question, and puts all sums of them together."""
    sizes = [max(row[at] for row in rows) + 1 for at in range(3)]
    lines = [[sum(row[at] == place for row in rows) for place in range(sizes[at])] for at in range(3)]
    hidden_lines = [hide_line(line) for line in lines]
    if len(rows) < FLOOR:
        assert all(hidden == set(range(size)) for hidden, size in zip(hidden_lines, sizes, strict=True))
        return
    unknown: set[str] = set()
    equations: list[tuple[list[str], int]] = []

    def line_name(at: int, place: int) -> list[str]:
        return [f"{at}:{place}"] if place in hidden_lines[at] else []

    def published(at: int, place: int) -> int:
        return 0 if place in hidden_lines[at] else lines[at][place]

    for at, hidden in enumerate(hidden_lines):
        names = [name for place in hidden for name in line_name(at, place)]
        unknown.update(names)
        equations.append((names, sum(lines[at][place] for place in hidden)))
    for one, other in ((0, 1), (0, 2)):
        counts = crossed(rows, one, other, sizes)
        hidden_cells = hide_cells(counts, hidden_rows=hidden_lines[one], hidden_columns=hidden_lines[other])
        assert all(
            (r, c) in hidden_cells for r in range(sizes[one]) for c in range(sizes[other]) if counts[r][c] < FLOOR
        )
        for at, cells in _lines_of(one, other, sizes):
            names = [f"{one}x{other}:{cell}" for cell in cells if cell in hidden_cells]
            shown = sum(counts[r][c] for r, c in cells if (r, c) not in hidden_cells)
            unknown.update(names)
            question, place = at
            if place in hidden_lines[question]:
                assert not shown, "a row without a total is hidden whole"
            else:
                equations.append((names, published(question, place) - shown))
        everything = [f"{one}x{other}:{cell}" for cell in sorted(hidden_cells)]
        equations.append((everything, sum(counts[r][c] for r, c in hidden_cells)))
    for name, (low, high) in narrowed(unknown, [row for row in equations if row[0]], len(rows)).items():
        assert high > low, name


def _lines_of(one: int, other: int, sizes: list[int]) -> Iterator[tuple[tuple[int, int], list[tuple[int, int]]]]:
    for row in range(sizes[one]):
        yield (one, row), [(row, column) for column in range(sizes[other])]
    for column in range(sizes[other]):
        yield (other, column), [(row, column) for row in range(sizes[one])]


small_tables = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 8), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


@settings(max_examples=200)
@given(small_tables)
def test_every_hidden_cell_has_another_table_that_reads_the_same(counts: list[list[int]]) -> None:
    """By going through the changes of one cycle or more: another table with the same published figures exists."""
    rows, columns = [sum(line) for line in counts], [sum(line) for line in zip(*counts, strict=True)]
    if sum(rows) < FLOOR:
        return
    hidden_rows, hidden_columns = hide_line(rows), hide_line(columns)
    hidden = sorted(hide_cells(counts, hidden_rows=hidden_rows, hidden_columns=hidden_columns))
    bare = set(hidden)
    for change in product((-1, 0, 1), repeat=len(hidden)):
        if not bare:
            break
        moves = dict(zip(hidden, change, strict=True))
        if all(moves[cell] == 0 for cell in bare) or not _reads_the_same(moves, counts, hidden_rows, hidden_columns):
            continue
        bare -= {cell for cell, move in moves.items() if move}
    assert not bare


def _reads_the_same(
    moves: dict[tuple[int, int], int],
    counts: list[list[int]],
    hidden_rows: frozenset[int],
    hidden_columns: frozenset[int],
) -> bool:
    if sum(moves.values()) or any(counts[r][c] + move < 0 for (r, c), move in moves.items()):
        return False
    by_row = [sum(move for (r, _c), move in moves.items() if r == row) for row in range(len(counts))]
    by_column = [sum(move for (_r, c), move in moves.items() if c == column) for column in range(len(counts[0]))]
    return not any(move for row, move in enumerate(by_row) if row not in hidden_rows) and not any(
        move for column, move in enumerate(by_column) if column not in hidden_columns
    )
