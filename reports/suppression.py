"""Which cells of a table of people are hidden, so that nobody's answer can be worked out from what is published.

The rules, and why:

* A cell under the floor is hidden, **a zero too**: a published zero beside hidden cells would say which of them is not
  empty. With fewer answers than the floor nothing at all is published.
* What hides a cell must not be undone by subtraction, so that further cells (the complements) are hidden until each
  hidden cell has at least two possible values. That is more than "two in a row and two in a column": a cell between two
  closed groups of hidden cells, or one among empty cells, can be worked out although its neighbours are hidden.
* The distribution of one question is decided first (``hide_line``) and is the same wherever the question stands. In a
  table of two questions, a row or column whose total is hidden is hidden whole (``hide_cells``). Then other tables may
  be read beside this one: whatever the hidden totals are thought to be, every table can be filled in to suit them.

A hidden cell is shown alike whether it is small or a complement. Nothing here knows of surveys or of the database.
"""

from collections.abc import Collection, Iterator, Sequence

#: With fewer people than this in a cell it is hidden; the same floor as in the feedback of events.
FLOOR = 5
Cell = tuple[int, int]
Node = tuple[str, int]
#: Where the hidden totals of rows come from, and those of columns go to.
_SOURCE: Node = ("total", 0)
_DRAIN: Node = ("total", 1)


def hide_line(counts: Sequence[int], floor: int = FLOOR) -> frozenset[int]:
    """Return which classes of one question are hidden; their sum is published. All of them below ``floor`` people."""
    everything = frozenset(range(len(counts)))
    if sum(counts) < floor:
        return everything
    hidden = {place for place in everything if counts[place] < floor}
    by_size = sorted(everything - hidden, key=lambda place: (counts[place], place))
    while hidden and (len(hidden) == 1 or sum(counts[place] for place in hidden) == 0) and by_size:
        hidden.add(by_size.pop(0))
    return frozenset(hidden)


def hide_cells(
    counts: Sequence[Sequence[int]],
    *,
    hidden_rows: Collection[int],
    hidden_columns: Collection[int],
    floor: int = FLOOR,
) -> frozenset[Cell]:
    """Return which cells of a table are hidden; ``hidden_rows`` and ``hidden_columns`` are those without a total."""
    cells = {(row, column): value for row, line in enumerate(counts) for column, value in enumerate(line)}
    hidden = {
        (row, column)
        for (row, column), value in cells.items()
        if value < floor or row in hidden_rows or column in hidden_columns
    }
    while True:
        edges = list(_edges(hidden, counts, hidden_rows, hidden_columns))
        bare = next((cell for cell in sorted(hidden) if not _is_safe(cell, cells[cell], edges)), None)
        open_cells = set(cells) - hidden
        if bare is None or not open_cells:
            return frozenset(hidden)
        hidden |= _complements(bare, cells, open_cells)


def _complements(bare: Cell, cells: dict[Cell, int], open_cells: set[Cell]) -> set[Cell]:
    """Return what is hidden besides to make the cell safe: the fewest and smallest that close a rectangle with it."""
    row, column = bare
    found = []
    for (other_row, other_column), value in cells.items():
        if other_row == row or other_column == column:
            continue
        beside, below = (row, other_column), (other_row, column)
        can_grow = cells[beside] > 0 and cells[below] > 0
        can_shrink = cells[bare] > 0 and value > 0
        fresh = {beside, below, (other_row, other_column)} & open_cells
        if fresh and (can_grow or can_shrink):
            found.append(fresh)
    if found:
        return min(found, key=lambda fresh: (len(fresh), sum(cells[cell] for cell in fresh), sorted(fresh)))
    return {min(open_cells, key=lambda cell: (cells[cell], cell))}


def _is_safe(cell: Cell, value: int, edges: list[tuple[Node, Node, int]]) -> bool:
    """Tell whether the cell could hold one more or one less, everything published staying as it is.

    One more here is one less elsewhere in the row, one more elsewhere in that column, and so on until the way comes
    back: a path in the graph of rows and columns. A way takes one away only from a cell that holds something.
    """
    row, column = cell
    start, end = ("row", row), ("column", column)
    ways: dict[Node, list[Node]] = {}
    for one, other, held in edges:
        if (one, other) == (start, end):
            continue
        ways.setdefault(one, []).append(other)  # one more
        if held > 0:
            ways.setdefault(other, []).append(one)  # one less
    return _leads(ways, end, start) or (value > 0 and _leads(ways, start, end))


def _edges(
    hidden: set[Cell],
    counts: Sequence[Sequence[int]],
    hidden_rows: Collection[int],
    hidden_columns: Collection[int],
) -> Iterator[tuple[Node, Node, int]]:
    """Yield what may change, as a flow: a hidden total into its row, hidden cells, a hidden total out of its column."""
    for row, column in hidden:
        yield ("row", row), ("column", column), counts[row][column]
    for row in hidden_rows:
        yield _SOURCE, ("row", row), sum(counts[row])
    for column in hidden_columns:
        yield ("column", column), _DRAIN, sum(line[column] for line in counts)


def _leads(ways: dict[Node, list[Node]], start: Node, end: Node) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        fresh = [node for node in ways.get(here, ()) if node not in seen]
        seen.update(fresh)
        waiting += fresh
    return False
