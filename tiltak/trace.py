"""Follow a number back to the printed line: from a fact or a cell to file, page, table, row and column."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.errors import LookupFailedError
from loaders.files import composed, read_bytes
from loaders.layout import LAYOUT, read_layout
from loaders.readers.choice import reader_of
from loaders.readers.picture import LEFT_OUT
from loaders.readers.reader import ExcerptLine
from loaders.staging import staged_path
from tiltak.home import PROJECT, Home

PICTURE_SUFFIX = ".png"

CELL_COLUMNS = (
    "cell_id", "fact_key", "measure", "report_key", "source_file", "page_no", "table_no", "row_no",
    "column_no", "line_no", "source_place", "section_heading", "table_heading", "total_label", "row_label",
    "column_label", "printed_text", "value_status",
)  # fmt: skip


@dataclass(frozen=True)
class PrintedCell:
    """A row of `fct_printed_cell`, whose description explains the columns, and the hash of its report."""

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
    printed_text: str | None
    value_status: str
    sha256: str


def find_cells(connection: duckdb.DuckDBPyConnection, key: str) -> list[PrintedCell]:
    """Return all places where a number is printed, the one asked for (or the published one) first.

    Args:
        connection: the published warehouse.
        key: a `cell_id`, or a `fact_key` of one of the fact tables.

    Raises:
        LookupFailedError: the warehouse has no such cell or fact.
    """
    # A key begins with the report of a cell or the month of a fact: with it few rows are looked at.
    begin = key.partition(":")[0]
    asked = connection.execute(
        """
        select fact_key, cell_id, measure from fct_printed_cell where report_key = $begin and cell_id = $key
        union
        select fact_key, cell_id, 'month' from fct_monthly_participants
        where month_key = try_cast($begin as integer) and fact_key = $key
        union
        select fact_key, cell_id, 'year_to_date_average' from fct_year_to_date_average
        where month_key = try_cast($begin as integer) and fact_key = $key
        """,
        {"key": key, "begin": begin},
    ).fetchall()
    query = f"""
        select {", ".join(f"cells.{column}" for column in CELL_COLUMNS)}, reports.sha256
        from fct_printed_cell as cells
        inner join dim_report as reports on cells.report_key = reports.report_key
        where cells.fact_key = $fact_key and cells.measure = $measure
        order by cells.cell_id <> $cell_id, cells.report_key, cells.cell_id
    """
    names = ("fact_key", "cell_id", "measure")
    cells = [
        PrintedCell(*row)
        for asked_for in sorted(asked, key=lambda asked_for: asked_for[-1])
        for row in connection.execute(query, dict(zip(names, asked_for, strict=True))).fetchall()
    ]
    if not cells:
        raise LookupFailedError(
            "the warehouse has no such cell or fact",
            "take a `cell_id` or `fact_key` from a row of the fact tables",
            text=key,
        )
    return cells


def source_lines(
    connection: duckdb.DuckDBPyConnection, cell: PrintedCell, home: Home
) -> Sequence[ExcerptLine]:
    """Return the printed line of a cell with its surroundings, from the report file.

    A line with a number that is hidden in a newer edition is left out.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    content = report_bytes(home, cell.source_file, cell.sha256)
    reader = reader_of(content, cell.source_file)
    left_out = {
        line.place
        for place in _withheld_places(connection, cell)
        for line in reader.excerpt(content, place)
        if line.is_cell
    }
    return [
        line._replace(text=LEFT_OUT) if line.place in left_out else line
        for line in reader.excerpt(content, cell.source_place)
    ]


def picture(connection: duckdb.DuckDBPyConnection, cell: PrintedCell, home: Home) -> bytes:
    """Return a PNG of the printed place of a cell, the cell in a frame.

    A number that is hidden in a newer edition is covered, or its line is left out.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    content = report_bytes(home, cell.source_file, cell.sha256)
    drawn = reader_of(content, cell.source_file).picture(
        content, cell.source_place, position(connection, cell), _withheld_places(connection, cell)
    )
    file = io.BytesIO()
    drawn.save(file, "PNG", optimize=True)
    return file.getvalue()


def position(connection: duckdb.DuckDBPyConnection, cell: PrintedCell) -> int:
    """Return which of the values of its row a cell is, from 1: a row may lack some of the columns."""
    [(count,)] = connection.execute(
        """
        select count(*) from fct_printed_cell
        where report_key = $report and table_no = $table and row_no = $row and column_no <= $column
        """,
        {
            "report": cell.report_key,
            "table": cell.table_no,
            "row": cell.row_no,
            "column": cell.column_no,
        },
    ).fetchall()
    return int(count)


def write_picture(connection: duckdb.DuckDBPyConnection, cell: PrintedCell, home: Home, path: Path) -> None:
    """Write the picture of a cell to a file.

    Raises:
        LookupFailedError: the report is gone, or the file cannot be written.
    """
    if path.suffix.lower() != PICTURE_SUFFIX:
        raise LookupFailedError(
            "the picture is a PNG", f"give a file whose name ends in {PICTURE_SUFFIX}", str(path)
        )
    drawn = picture(connection, cell, home)
    try:
        path.write_bytes(drawn)
    except OSError as error:
        raise LookupFailedError(
            f"the picture cannot be written: {error.strerror}", "check the folder", str(path)
        ) from error


def report_lines(home: Home, source_file: str, sha256: str) -> Sequence[str]:
    """Return what is printed on each of the lines of a report file, as they were counted when it was read.

    Args:
        home: where the warehouse lives.
        source_file: what the file is called in the warehouse.
        sha256: hash of its bytes.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    content = report_bytes(home, source_file, sha256)
    return reader_of(content, source_file).transcript(content, source_file, read_layout(LAYOUT))


def withheld_lines(connection: duckdb.DuckDBPyConnection, report_key: str) -> set[int]:
    """Return the lines of a report that print a number which its newest edition hides."""
    rows = connection.execute(
        "select distinct line_no from fct_printed_cell where report_key = $key and printed_text is null",
        {"key": report_key},
    ).fetchall()
    return {line for (line,) in rows}


def _withheld_places(connection: duckdb.DuckDBPyConnection, cell: PrintedCell) -> list[str]:
    rows = connection.execute(
        """
        select distinct source_place from fct_printed_cell
        where report_key = $key and page_no = $page and printed_text is null
        """,
        {"key": cell.report_key, "page": cell.page_no},
    ).fetchall()
    return [place for (place,) in rows]


def report_bytes(home: Home, source_file: str, sha256: str) -> bytes:
    """Return the bytes of a report file that was loaded.

    Args:
        home: where the warehouse lives.
        source_file: what the file is called in the warehouse.
        sha256: hash of its bytes.

    Raises:
        LookupFailedError: the file is gone, or is no longer the one that was loaded.
    """
    path = next((path for path in _places(home, source_file, sha256) if path.is_file()), None)
    if path is None:
        raise LookupFailedError(
            "the report file is not there any more", "put the file back to show the line", source_file
        )
    content = read_bytes(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LookupFailedError(
            "the report file is no longer the one that was loaded",
            "restore it, or run `tiltak build` again",
            source_file,
        )
    return content


def _places(home: Home, source_file: str, sha256: str) -> Iterator[Path]:
    """Yield where a report file may be: where it was read from, or of that name here or in the project."""
    try:
        staged = pq.read_table(staged_path(home.staged, "report", sha256), columns=["read_from"])
        yield from (Path(name) for name in staged["read_from"].to_pylist() if name)
    except (OSError, pa.ArrowException):
        pass  # another machine has built the warehouse
    for path in (Path(source_file), PROJECT / source_file):
        yield path
        if path.parent.is_dir():
            yield from (other for other in path.parent.iterdir() if composed(other.name) == path.name)
