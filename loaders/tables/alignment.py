"""Settle the columns of a table from what is printed, never from positions alone."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise
from loaders.printed import Line, PackedRows, Period, PrintedRow


@dataclass(slots=True)
class RawTable:
    """A table as found: its header's cells, the header text above it, and its rows.

    Attributes:
        table_no: number in the report, from 1.
        header: the header row; its first token is empty.
        floating_label: header text above the header row, "" if none.
        rows: the rows, with one value per printed cell.
        page_no: number of its page in the report, from 1.
        section_heading: the heading of its pages, if printed.
        table_heading: the heading above it, if printed.
    """

    table_no: int
    header: Line
    floating_label: str
    rows: list[Line]
    page_no: int
    section_heading: str | None
    table_heading: str | None

    @property
    def header_cells(self) -> Sequence[str]:
        """The header row without its empty first token."""
        return self.header.tokens[1:]

    @property
    def total_label(self) -> str:
        """The label of the first row, for comparing."""
        return normalise(self.rows[0].tokens[0])

    @property
    def total_values(self) -> Sequence[str]:
        """The values of the first row."""
        return self.rows[0].tokens[1:]

    @property
    def is_complete(self) -> bool:
        """Tell whether each column has its label in the header row."""
        return not self.floating_label and all(self.header_cells)


def settle_rows(
    table: RawTable, complete_tables: Sequence[RawTable], period: Period, layout: Layout, report: str
) -> tuple[tuple[str, ...], list[PrintedRow]]:
    """Return the column labels of a table and its rows, one value per column.

    A complete header speaks for itself: every row must have one value per label. A damaged one is
    settled by evidence: another page prints the same total row under a complete header.

    Args:
        table: the table to settle.
        complete_tables: the report's tables with a complete header.
        period: the months every header must show.
        layout: known column labels.
        report: file name, for messages.

    Raises:
        LayoutError: the header shows other months than the period, a row has too many or too few
            values, or evidence does not settle the columns.
    """
    if table.is_complete:
        columns, packed = settle_complete(table, period, layout, report)
        return columns, packed.unpack()
    columns, total_values = _evidence(table, complete_tables, report)
    rows = [PrintedRow((table.rows[0].line_no,), table.rows[0].tokens[0], total_values)]
    for row in table.rows[1:]:
        values = row.tokens[1:]
        if len(values) != len(columns):
            raise _wrong_count(row, len(columns), table, report)
        rows.append(PrintedRow((row.line_no,), row.tokens[0], values))
    return columns, rows


def settle_complete(
    table: RawTable, period: Period, layout: Layout, report: str
) -> tuple[tuple[str, ...], PackedRows]:
    """Return the column labels of a table with a complete header, and its rows.

    Nearly all tables are of this kind, so their rows are packed without a detour over objects.

    Raises:
        LayoutError: the header shows other months than the period, or a row has too many or too few
            values.
    """
    columns = tuple(table.header_cells)
    check_months(columns, table, period, layout, report)
    for row in table.rows:
        if len(row.tokens) != len(columns) + 1:
            raise _wrong_count(row, len(columns), table, report)
    tokens = [row.tokens for row in table.rows]
    return columns, PackedRows(
        tuple([cells[0] for cells in tokens]),
        tuple(chain.from_iterable([cells[1:] for cells in tokens])),
        array("i", [row.line_no for row in table.rows]),
        tuple(chain.from_iterable([row.places[1:] for row in table.rows])),
    )


def check_months(
    columns: Sequence[str], table: RawTable, period: Period, layout: Layout, report: str
) -> None:
    """Check that a complete header shows each month of the period once, in order, after any average.

    Raises:
        LayoutError: it does not.
    """
    labels = _normalised(tuple(columns))
    months = [layout.months[label] for label in labels if label in layout.months]
    average_count = len(columns) - len(months)
    if months == list(period.months) and average_count <= (labels[0] not in layout.months):
        return
    if any(month not in period.months for month in months):
        problem = "the header shows a month outside the report's period"
    elif months != list(period.months):
        problem = "the header does not show each month of the report's period once and in order"
    elif average_count > 1:
        problem = "the header shows the year-to-date average more than once"
    else:
        # Unlike a month, which the period puts in its place, an average that has moved is noticed only so.
        problem = "the year-to-date average does not stand before the months"
    raise LayoutError(
        problem,
        "compare the header and the period with the original report",
        report,
        table.table_no,
        table.header.line_no,
        " | ".join(columns),
    )


@lru_cache
def _normalised(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Normalise the labels of a header. Nearly all tables of a report have the same one."""
    return tuple(normalise(label) for label in columns)


def _evidence(
    table: RawTable, complete_tables: Sequence[RawTable], report: str
) -> tuple[tuple[str, ...], list[str | None]]:
    """Find the columns and the total row's values on another page that prints the same total row."""
    shown = [normalise(cell) for cell in table.header_cells if cell]
    settled: dict[tuple[tuple[str, ...], tuple[str | None, ...]], tuple[str, ...]] = {}
    for other in complete_tables:
        if other.total_label != table.total_label or len(other.total_values) != len(other.header_cells):
            continue
        labels = _normalised(tuple(other.header_cells))
        lost = [label for label in labels if label not in shown]
        if [label for label in labels if label in shown] != shown:
            continue
        if table.floating_label and lost != [normalise(table.floating_label)]:
            continue
        values = _matching_total(table, other, lost)
        if values is not None:
            settled[labels, tuple(values)] = tuple(other.header_cells)
    if len(settled) != 1:
        raise LayoutError(
            "the header has lost a column label, and other pages disagree about the total row"
            if settled
            else "the header has lost a column label, and no other page prints the same total row "
            "under a complete header",
            "compare the page with the original report and restore the header in the text",
            report,
            table.table_no,
            table.header.line_no,
            " | ".join(table.header_cells),
        )
    [((_, total_values), columns)] = settled.items()
    return columns, list(total_values)


def _matching_total(table: RawTable, other: RawTable, lost: Sequence[str]) -> list[str | None] | None:
    """Align the total row with the other page's: all columns, or only those with a label here."""
    printed = list(table.total_values)
    if printed == list(other.total_values):
        return list(other.total_values)
    labelled: list[str | None] = [
        None if normalise(label) in lost else value
        for label, value in zip(other.header_cells, other.total_values, strict=True)
    ]
    while len(printed) > len(labelled) - len(lost) and printed[-1] == "":
        printed.pop()
    return labelled if printed == [value for value in labelled if value is not None] else None


def _wrong_count(row: Line, expected: int, table: RawTable, report: str) -> LayoutError:
    found = len(row.tokens) - 1
    return LayoutError(
        f"the row has {found} values, its table has {expected} columns",
        "compare the row with the original report; was the file cut or a cell lost?",
        report,
        table.table_no,
        row.line_no,
        " | ".join(row.tokens),
    )
