"""Write the marts as one Excel workbook: notes first, then a sheet per mart, with headings in Norwegian."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from tiltak.errors import BuildError
from tiltak.publish.words import ExportedTable, GlossaryEntry, Words, read_glossary

WORKBOOK = "tiltak.xlsx"
NOTES = "Les dette"
TITLE = "Deltakere i arbeidsrettede tiltak"
SOURCE = "Kilde: NAV. Rapportene som tallene er trykt i:"
CONTENTS = "Ark i denne arbeidsboken"
GLOSSARY = "Ordliste"
GLOSSARY_TITLE = "Hva hovedgruppene, tiltaksgruppene og tiltakene er, og for hvem"
GLOSSARY_HEADINGS = (
    "Nivå",
    "Navn",
    "Hva det er",
    "For hvem",
    "Rettsgrunnlag",
    "Fra",
    "Til",
    "Erstattet",
    "Kilde",
)
GLOSSARY_WIDTHS = (14, 40, 60, 30, 34, 11, 11, 40, 40)
MONTH_FORMAT = "yyyy-mm"
DAY_FORMAT = "yyyy-mm-dd"
# What Excel can hold below a heading, and in the name of a sheet.
MOST_ROWS = 1_048_575
LONGEST_NAME = 31
YES, NO = "ja", "nei"
NARROWEST, WIDEST = 8, 44
NOTES_WIDTH = 100
# The same rows give the same bytes: what Excel shows as time of creation is not that of a build.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Sheet:
    """A sheet with the rows of a mart, or of some of its years.

    Attributes:
        name: of the sheet.
        table: the mart.
        first: first year.
        last: last year.
    """

    name: str
    table: ExportedTable
    first: int
    last: int


@dataclass(frozen=True)
class Formats:
    """How cells look."""

    title: Format
    heading: Format
    wrapped: Format
    month: Format
    day: Format


Writer = Callable[[Worksheet, int, int, Any], object]


def write_workbook(connection: duckdb.DuckDBPyConnection, words: Words, path: Path) -> None:
    """Write the workbook.

    Codes are text, months are dates, and the number of a hidden cell is an empty field beside its bounds.

    Args:
        connection: to the published file.
        words: what the marts and their columns are called.
        path: where the workbook goes.
    """
    # Rows are written one after the other; a workbook of all marts need not be held in memory.
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"title": TITLE, "created": CREATED})
        formats = _formats(workbook)
        notes = workbook.add_worksheet(NOTES)
        glossary = workbook.add_worksheet(GLOSSARY)
        sheets = [sheet for table in words.tables for sheet in _sheets(connection, table)]
        worksheets = [workbook.add_worksheet(sheet.name) for sheet in sheets]
        _write_notes(notes, connection, words, sheets, formats)
        _write_glossary(glossary, read_glossary(connection), formats)
        for sheet, worksheet in zip(sheets, worksheets, strict=True):
            _write_table(worksheet, connection, sheet, words, formats)


def _sheets(connection: duckdb.DuckDBPyConnection, table: ExportedTable) -> list[Sheet]:
    """Return the sheets of a mart: one, or one for as many years as fit where Excel cannot hold all rows.

    Raises:
        BuildError: a single year does not fit.
    """
    counts = connection.execute(
        f"select month_key // 100 as year, count(*) from {table.table.name} group by year order by year"
    ).fetchall()
    spans: list[tuple[int, int, int]] = []
    for year, count in counts:
        if count > MOST_ROWS:
            raise BuildError(
                f"{table.table.name} has {count} rows of {year}, more than a sheet can hold",
                "leave the mart out of seeds/exports/export_table.csv; Parquet and CSV have all of it",
            )
        first, rows = year, count
        if spans and spans[-1][2] + count <= MOST_ROWS:
            first, _, before = spans.pop()
            rows += before
        spans.append((first, year, rows))
    if len(spans) <= 1:
        return [Sheet(table.sheet, table, 0, 9999)]
    endings = [f" {first}" if first == last else f" {first}-{last}" for first, last, _ in spans]
    return [
        Sheet(f"{table.sheet[: LONGEST_NAME - len(ending)].rstrip()}{ending}", table, first, last)
        for ending, (first, last, _) in zip(endings, spans, strict=True)
    ]


def _formats(workbook: Workbook) -> Formats:
    return Formats(
        title=workbook.add_format({"bold": True, "font_size": 16}),
        heading=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        wrapped=workbook.add_format({"text_wrap": True, "valign": "top"}),
        month=workbook.add_format({"num_format": MONTH_FORMAT}),
        day=workbook.add_format({"num_format": DAY_FORMAT}),
    )


def _write_notes(
    sheet: Worksheet,
    connection: duckdb.DuckDBPyConnection,
    words: Words,
    sheets: Sequence[Sheet],
    formats: Formats,
) -> None:
    sheet.set_column(0, 0, NOTES_WIDTH)
    sheet.hide_gridlines(2)
    reports = connection.execute("""
        select
            product_title || ', ' || strftime(period_start_date, '%Y-%m')
            || ' til ' || strftime(period_end_date, '%Y-%m') || ' (' || source_file || ')'
        from main.dim_report order by period_start_date, source_file
    """).fetchall()
    row = 0
    sheet.write_string(row, 0, TITLE, formats.title)
    for note in words.notes:
        row += 1
        sheet.write_string(row, 0, note.name, formats.wrapped)
    row += 2
    sheet.write_string(row, 0, SOURCE, formats.heading)
    for (report,) in reports:
        row += 1
        sheet.write_string(row, 0, report, formats.wrapped)
    row += 2
    sheet.write_string(row, 0, CONTENTS, formats.heading)
    for name, title in (
        (GLOSSARY, GLOSSARY_TITLE),
        *((of.name, of.table.title.name) for of in sheets),
    ):
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=f"{name}: {title}")


def _write_glossary(sheet: Worksheet, entries: list[GlossaryEntry], formats: Formats) -> None:
    for place, (heading, width) in enumerate(zip(GLOSSARY_HEADINGS, GLOSSARY_WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats.heading)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(entries), len(GLOSSARY_HEADINGS) - 1)
    for row, entry in enumerate(entries, start=1):
        texts = (entry.level, entry.name, entry.definition, entry.target_group, entry.legal_basis)
        for place, text in enumerate(texts):
            _write_text(sheet, row, place, text, formats)
        for place, day in enumerate((entry.valid_from_date, entry.valid_to_date), start=len(texts)):
            if day is not None:
                sheet.write_datetime(row, place, day, formats.day)
        for place, text in enumerate((entry.replaced, entry.source), start=len(texts) + 2):
            _write_text(sheet, row, place, text, formats)


def _write_text(sheet: Worksheet, row: int, place: int, text: str | None, formats: Formats) -> None:
    if text is not None:
        sheet.write_string(row, place, text, formats.wrapped)


def _write_table(
    sheet: Worksheet,
    connection: duckdb.DuckDBPyConnection,
    part: Sheet,
    words: Words,
    formats: Formats,
) -> None:
    table, columns = part.table, part.table.columns
    headings = [words.heading(column.name).name for column in columns]
    names = ", ".join(column.name for column in columns)
    rows = connection.execute(
        f"select {names} from {table.table.name} where month_key // 100 between $first and $last"
        f" order by {', '.join(table.table.grain)}",
        {"first": part.first, "last": part.last},
    ).fetchall()
    writers = [_writer(column.name, column.data_type, words, formats) for column in columns]
    for place, (heading, width) in enumerate(zip(headings, _widths(headings, rows), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, heading, formats.heading)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    for row_no, row in enumerate(rows, start=1):
        for place, (write, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None:
                write(sheet, row_no, place, value)


def _writer(column: str, data_type: str, words: Words, formats: Formats) -> Writer:
    """Return what writes the values of a column; nothing is guessed from a value."""
    if column.endswith("month_key"):
        return lambda sheet, row, place, value: sheet.write_string(row, place, str(value))
    if data_type == "string" and words.has_values(column):
        return lambda sheet, row, place, value: sheet.write_string(
            row, place, words.value(column, value).name
        )
    if data_type == "string":
        return lambda sheet, row, place, value: sheet.write_string(row, place, value)
    if data_type == "boolean":
        return lambda sheet, row, place, value: sheet.write_string(row, place, YES if value else NO)
    if data_type == "date":
        shown = formats.month if column.endswith("month_date") else formats.day
        return lambda sheet, row, place, value: sheet.write_datetime(row, place, value, shown)
    return lambda sheet, row, place, value: sheet.write_number(row, place, value)


def _widths(headings: list[str], rows: list[tuple[Any, ...]]) -> Iterator[int]:
    """Yield for each column a width that shows most of its values; headings are broken over lines."""
    for place, heading in enumerate(headings):
        longest_word = max(len(word) for word in heading.split())
        longest = max((_length(row[place]) for row in rows), default=0)
        yield min(max(longest + 1, longest_word + 3, NARROWEST), WIDEST)


def _length(value: object) -> int:
    return len(DAY_FORMAT) if isinstance(value, date) else len(str(value))
