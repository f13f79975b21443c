"""Rows of placed cells, as a sheet or a page of a PDF has them, become lines of tokens.

A header row says which columns there are: a cell below belongs to the column whose edge it has. So an
empty column of a merge is passed over, and nothing is found by its number. What is left of the first
column is the label of its row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise
from loaders.printed import Line, LineKind
from loaders.readers.characters import invisible_in, made_visible, name_of

NEXT_STEP = "compare with the original; a file that NAV has not written so needs a look by hand"


class GridCell(NamedTuple):
    """A cell of a sheet or a page.

    Attributes:
        text: what is printed in it, without blanks around; "" if nothing.
        left: where it begins.
        edge: what cells of one column have in common: a column's number, or the right side of a rectangle.
        place: where it is, for people.
        is_text_number: True for digits that the file holds as text where it could hold a number.
        is_seen: False for text that is in the file and that nobody sees.
    """

    text: str
    left: float
    edge: float
    place: str
    is_text_number: bool = False
    is_seen: bool = True


class GridRow(NamedTuple):
    """The cells of a row from left to right, and where the row is."""

    cells: Sequence[GridCell]
    place: str


class _Columns(NamedTuple):
    """The columns that a header row names."""

    header: Sequence[GridCell]

    @property
    def first(self) -> GridCell:
        return self.header[0]


@dataclass
class _Taken:
    """A row taken apart under the columns in force.

    Attributes:
        labels: its cells left of the first column.
        values: its cells by the index of their column, those without text too.
    """

    labels: list[GridCell]
    values: dict[int, GridCell]

    @property
    def label(self) -> str:
        """The label: the cell next to the columns, after a code if the first cell is one."""
        texts = [cell.text for cell in self.labels]
        return " ".join(texts) if len(texts) > 1 and texts[0].isdigit() else texts[-1] if texts else ""

    @property
    def group(self) -> GridCell | None:
        """The name of the group that begins here: beside its first row, in a column of labels of its own."""
        first = self.labels[0] if len(self.labels) > 1 else None
        # A county without a number has its name in the column of numbers too.
        if first is None or first.text.isdigit() or first.text == self.labels[-1].text:
            return None
        return first


@dataclass(frozen=True)
class GridRules:
    """What differs between the formats that have cells.

    Attributes:
        tolerance: how far apart the edges of one column may be.
        has_blank_rows: True if a row with a label alone can be a row of blank cells; else its cells show
            that it has them, or it is refused.
    """

    tolerance: float
    has_blank_rows: bool


def lay_out(
    rows: Sequence[GridRow], first_line_no: int, layout: Layout, rules: GridRules, report: str
) -> list[Line]:
    """Turn the rows of a sheet or a page into lines.

    Raises:
        LayoutError: two tables stand side by side, a value stands in no column, or a row has a label and
            nothing that shows whether it has values.
    """
    lines: list[Line] = []
    columns: _Columns | None = None
    total_left: float | None = None
    group: GridCell | None = None
    for index, whole_row in enumerate(rows):
        row = whole_row
        texts = [cell for cell in row.cells if cell.text]
        furniture = [cell for cell in texts if normalise(cell.text) in layout.furniture]
        if furniture:
            lines += _text_lines(furniture, first_line_no + len(lines))
            row = row._replace(cells=[cell for cell in row.cells if cell not in furniture])
            texts = [cell for cell in row.cells if cell.text]
            if not texts:
                continue
        line_no = first_line_no + len(lines)
        _check_letters(texts, line_no, report)
        _check_seen(texts, line_no, report)
        if not texts:
            is_gap = columns is not None and _opens_block(rows, index, columns, total_left, layout, rules)
            lines.append(Line(line_no, LineKind.GAP if is_gap else LineKind.BLANK, (), (row.place,)))
        elif _is_header(texts, layout):
            _check_once(texts, layout, row, line_no, report)
            _check_closed(group, line_no, report)
            columns, total_left, group = _Columns(texts), None, None
            tokens = ("", *(cell.text for cell in texts))
            lines.append(Line(line_no, LineKind.ROW, tokens, (row.place, *(cell.place for cell in texts))))
        elif columns is None or _is_heading(rows, index, columns, layout, rules):
            lines += _text_lines(texts, line_no)
        else:
            taken = _take(row, columns, rules, line_no, report)
            if not (taken.values or rules.has_blank_rows):
                raise _no_values(row, texts, line_no, report)
            if total_left is None and taken.labels:
                total_left = taken.labels[0].left
            group = _group_after(group, taken, layout, line_no, report)
            lines.append(_row_line(row, taken, columns, line_no))
    _check_closed(group, first_line_no + len(lines) - 1, report)
    return lines


def _is_header(texts: Sequence[GridCell], layout: Layout) -> bool:
    return any(layout.is_column_label(cell.text) for cell in texts) and all(
        any(character.isalpha() for character in cell.text) for cell in texts
    )


def _check_letters(texts: Sequence[GridCell], line_no: int, report: str) -> None:
    """Refuse characters that nobody sees wherever they are."""
    for cell in texts:
        found = invisible_in(cell.text)
        if found is not None:
            problem = f"the text holds a character that cannot be seen ({name_of(found[0])})"
            raise _astray(cell, problem, line_no, report, made_visible(cell.text))


def _check_seen(texts: Sequence[GridCell], line_no: int, report: str) -> None:
    """Refuse text that nobody sees, but for the code of a county before its name: NAV writes it in white."""
    for number, cell in enumerate(texts):
        after = texts[number + 1].text if number + 1 < len(texts) else ""
        is_code = cell.text.isdigit() and after[:1].isalpha()
        if not (cell.is_seen or is_code):
            raise _astray(cell, "a text is in the file and cannot be seen on the page", line_no, report)


def _check_once(header: Sequence[GridCell], layout: Layout, row: GridRow, line_no: int, report: str) -> None:
    """Check that a header names each column once."""
    labels = [normalise(cell.text) for cell in header if layout.is_column_label(cell.text)]
    if len(set(labels)) < len(labels):
        raise LayoutError(
            "two tables stand side by side",
            "this is not how NAV publishes reports: fetch the published one",
            report,
            None,
            line_no,
            " | ".join(cell.text for cell in header),
            row.place,
        )


def _take(row: GridRow, columns: _Columns, rules: GridRules, line_no: int, report: str) -> _Taken:
    """Give each cell of a row to the label or to its column."""
    taken = _Taken([], {})
    for cell in row.cells:
        index = _column_of(cell, columns, rules)
        if index is not None:
            if cell.is_text_number:
                raise _astray(cell, "a number is stored as text", line_no, report)
            if index in taken.values and taken.values[index].text and cell.text:
                raise _astray(cell, "two values stand in one column", line_no, report)
            if cell.text or index not in taken.values:
                taken.values[index] = cell
        elif not cell.text:
            continue
        elif cell.left < columns.first.left:
            taken.labels.append(cell)
        else:
            raise _astray(cell, "a value stands in a column without a header", line_no, report)
    return taken


def _group_after(
    group: GridCell | None, taken: _Taken, layout: Layout, line_no: int, report: str
) -> GridCell | None:
    """Return the group of measures that is open after a row; its total, which closes it, has its name."""
    if taken.group is not None:
        _check_closed(group, line_no, report)
    group = taken.group or group
    label = normalise(taken.label)
    total = layout.total_in(label)
    if group is None or total is None:
        return group
    if label.removeprefix(total).strip() != normalise(group.text):
        raise _astray(
            group, f"a group of measures is closed by the total of another: {taken.label!r}", line_no, report
        )
    return None


def _check_closed(group: GridCell | None, line_no: int, report: str) -> None:
    if group is not None:
        raise _astray(group, "a group of measures is not closed by its total", line_no, report)


def _column_of(cell: GridCell, columns: _Columns, rules: GridRules) -> int | None:
    return next(
        (
            index
            for index, header in enumerate(columns.header)
            if abs(cell.edge - header.edge) <= rules.tolerance and cell.left >= header.left - rules.tolerance
        ),
        None,
    )


def _row_line(row: GridRow, taken: _Taken, columns: _Columns, line_no: int) -> Line:
    cells = [taken.values.get(index) for index in range(len(columns.header))]
    return Line(
        line_no,
        LineKind.ROW,
        (taken.label, *("" if cell is None else cell.text for cell in cells)),
        (row.place, *(row.place if cell is None else cell.place for cell in cells)),
    )


def _is_label_alone(row: GridRow, columns: _Columns, rules: GridRules) -> bool:
    """Tell whether a row has text, none of it in a column."""
    texts = [cell for cell in row.cells if cell.text]
    return bool(texts) and all(
        cell.left < columns.first.left and _column_of(cell, columns, rules) is None for cell in texts
    )


def _is_heading(
    rows: Sequence[GridRow], index: int, columns: _Columns, layout: Layout, rules: GridRules
) -> bool:
    """Tell whether a row below a header is the heading of the next table rather than a row of this one.

    It is if it reaches over the columns, or if it is a label alone and stands right above a header row:
    by itself, or with other labels below a blank row.
    """
    row = rows[index]
    if not _is_label_alone(row, columns, rules):
        return False
    if any(cell.text and cell.edge > columns.first.edge + rules.tolerance for cell in row.cells):
        return True
    below = index + 1
    while below < len(rows) and _is_label_alone(rows[below], columns, rules):
        below += 1
    while below < len(rows) and not any(cell.text for cell in rows[below].cells):
        below += 1
    if below == len(rows) or not _is_header([cell for cell in rows[below].cells if cell.text], layout):
        return False
    if below == index + 1:
        return True
    above = index - 1
    while above >= 0 and _is_label_alone(rows[above], columns, rules):
        above -= 1
    return above < 0 or not any(cell.text for cell in rows[above].cells)


def _opens_block(
    rows: Sequence[GridRow],
    index: int,
    columns: _Columns,
    total_left: float | None,
    layout: Layout,
    rules: GridRules,
) -> bool:
    """Tell whether after a blank row another table begins under the header in force: with its total."""
    if index + 1 == len(rows) or total_left is None:
        return False
    texts = [cell for cell in rows[index + 1].cells if cell.text]
    return (
        bool(texts)
        and texts[0].left == total_left
        and layout.is_total(texts[0].text)
        and not _is_header(texts, layout)
        and not _is_heading(rows, index + 1, columns, layout, rules)
    )


def _text_lines(texts: Sequence[GridCell], line_no: int) -> Iterator[Line]:
    for number, cell in enumerate(texts):
        yield Line(line_no + number, LineKind.TEXT, (cell.text,), (cell.place,))


def _astray(cell: GridCell, problem: str, line_no: int, report: str, text: str | None = None) -> LayoutError:
    return LayoutError(problem, NEXT_STEP, report, None, line_no, text or cell.text, cell.place)


def _no_values(row: GridRow, texts: Sequence[GridCell], line_no: int, report: str) -> LayoutError:
    return LayoutError(
        "a label without any value beside it: perhaps the end of one that was broken over two lines",
        NEXT_STEP,
        report,
        None,
        line_no,
        " | ".join(cell.text for cell in texts),
        row.place,
    )
