"""Follow a number back to the printed line: from a fact or a cell to file, page, table, row and column."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from loaders.errors import LookupFailedError
from loaders.layout import LAYOUT, read_layout
from loaders.readers.choice import reader_of
from loaders.readers.reader import ExcerptLine
from tiltak.home import PROJECT

CELL_COLUMNS = (
    "cell_id", "fact_key", "measure", "report_key", "source_file", "page_no", "table_no", "row_no",
    "column_no", "line_no", "source_place", "section_heading", "table_heading", "total_label", "row_label",
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
    source_place: str
    section_heading: str | None
    table_heading: str | None
    total_label: str
    row_label: str
    column_label: str
    printed_text: str
    value_status: str


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


def source_lines(cell: PrintedCell) -> Sequence[ExcerptLine]:
    """Return the printed line of a cell with its surroundings, from the report file.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    content = report_bytes(cell.source_file, cell.report_key)
    return reader_of(content, cell.source_file).excerpt(content, cell.source_place)


def report_lines(source_file: str, report_key: str) -> Sequence[str]:
    """Return what is printed on each of the lines of a report file.

    Args:
        source_file: path of the file, as the report was loaded.
        report_key: key of the report, the beginning of its hash.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    content = report_bytes(source_file, report_key)
    return reader_of(content, source_file).transcript(content, source_file, read_layout(LAYOUT))


def report_bytes(source_file: str, report_key: str) -> bytes:
    """Return the bytes of a report file that was loaded.

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
    return content
