"""Write the marts as one Excel workbook: notes first, then a sheet per mart, with headings in Norwegian."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

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
YES, NO = "ja", "nei"
NARROWEST, WIDEST = 8, 44
NOTES_WIDTH = 100
# The same rows give the same bytes: what Excel shows as time of creation is not that of a build.
CREATED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


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
        sheets = [workbook.add_worksheet(table.sheet) for table in words.tables]
        _write_notes(notes, connection, words, formats)
        _write_glossary(glossary, read_glossary(connection), formats)
        for table, sheet in zip(words.tables, sheets, strict=True):
            _write_table(sheet, connection, table, words, formats)


def _formats(workbook: Workbook) -> Formats:
    return Formats(
        title=workbook.add_format({"bold": True, "font_size": 16}),
        heading=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        wrapped=workbook.add_format({"text_wrap": True, "valign": "top"}),
        month=workbook.add_format({"num_format": MONTH_FORMAT}),
        day=workbook.add_format({"num_format": DAY_FORMAT}),
    )


def _write_notes(
    sheet: Worksheet, connection: duckdb.DuckDBPyConnection, words: Words, formats: Formats
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
        *((table.sheet, table.title.name) for table in words.tables),
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
    table: ExportedTable,
    words: Words,
    formats: Formats,
) -> None:
    columns = table.columns
    headings = [words.heading(column.name).name for column in columns]
    names = ", ".join(column.name for column in columns)
    rows = connection.execute(
        f"select {names} from {table.table.name} order by {', '.join(table.table.grain)}"
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
    if column == "month_key":
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
        shown = formats.month if column == "month_date" else formats.day
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
