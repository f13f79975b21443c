"""Follow a number back to the printed line: from a fact or a cell to file, page, table, row and column."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from loaders.errors import LookupFailedError
from tiltak.home import PROJECT

SURROUNDING_LINES = 3

CELL_COLUMNS = (
    "cell_id", "fact_key", "measure", "report_key", "source_file", "page_no", "table_no", "row_no",
    "column_no", "line_no", "section_heading", "table_heading", "total_label", "row_label",
    "column_label", "printed_text", "value_status",
)  # fmt: skip


@dataclass(frozen=True)
class PrintedCell:
    """A row of `fct_printed_cell`; see its description for the columns."""

    cell_id: str
    fact_key: str
    measure: str
    report_key: str
    source_file: str
    page_no: int
    table_no: int
    row_no: int
    column_no: int
    line_no: int
    section_heading: str | None
    table_heading: str | None
    total_label: str
    row_label: str
    column_label: str
    printed_text: str
    value_status: str


@dataclass(frozen=True)
class SourceLine:
    """A line of a report file.

    Attributes:
        line_no: its number, from 1.
        text: the line as it stands in the file.
        is_cell: True for the line that the cell is printed on.
    """

    line_no: int
    text: str
    is_cell: bool


def find_cells(connection: duckdb.DuckDBPyConnection, key: str) -> list[PrintedCell]:
    """Return all places where a number is printed, the one asked for (or the published one) first.

    Args:
        connection: the published warehouse.
        key: a `cell_id`, or a `fact_key` of one of the fact tables.

    Raises:
        LookupFailedError: the warehouse has no such cell or fact.
    """
    query = f"""
        with asked as (
            select measure, fact_key, cell_id from fct_printed_cell where cell_id = $key
            union
            select 'month', fact_key, cell_id from fct_monthly_participants where fact_key = $key
            union
            select 'year_to_date_average', fact_key, cell_id from fct_year_to_date_average
            where fact_key = $key
        )

        select {", ".join(f"cells.{column}" for column in CELL_COLUMNS)}
        from fct_printed_cell as cells
        inner join asked on cells.measure = asked.measure and cells.fact_key = asked.fact_key
        order by cells.measure, cells.cell_id <> asked.cell_id, cells.report_key, cells.cell_id
    """
    cells = [PrintedCell(*row) for row in connection.execute(query, {"key": key}).fetchall()]
    if not cells:
        raise LookupFailedError(
            "the warehouse has no such cell or fact",
            "take a `cell_id` or `fact_key` from a row of the fact tables",
            text=key,
        )
    return cells


def source_lines(cell: PrintedCell) -> list[SourceLine]:
    """Return the printed line of a cell with its surroundings, from the report file.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    lines = report_lines(cell.source_file, cell.report_key)
    first = max(cell.line_no - SURROUNDING_LINES, 1)
    last = min(cell.line_no + SURROUNDING_LINES, len(lines))
    return [SourceLine(no, lines[no - 1], no == cell.line_no) for no in range(first, last + 1)]


def report_lines(source_file: str, report_key: str) -> list[str]:
    """Return all lines of a report file, as they stand in it.

    Args:
        source_file: path of the file, as the report was loaded.
        report_key: key of the report, the beginning of its hash.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    path = Path(source_file)
    if not path.is_file():
        path = PROJECT / source_file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LookupFailedError(
            "the report file cannot be read", "put the file back to show the line", source_file
        ) from error
    if hashlib.sha256(content).hexdigest()[:12] != report_key:
        raise LookupFailedError(
            "the report file is no longer the one that was loaded",
            "restore it, or run `tiltak build` again",
            source_file,
        )
    return content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
