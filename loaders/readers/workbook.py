"""Reader of NAV's workbooks (.xlsx): every sheet that carries a report's title is a page."""

import html
import io
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from xml.parsers.expat import ExpatError, ParserCreate

from PIL.Image import Image
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from loaders.errors import LayoutError, UnreadableFileError
from loaders.layout import Layout
from loaders.printed import Line, LineKind, SourceText
from loaders.readers.box import Box
from loaders.readers.grid import GridCell, GridRow, GridRules, lay_out
from loaders.readers.picture import PictureRow, RowsPicture, draw_rows, rows_around
from loaders.readers.reader import (
    SURROUNDINGS,
    SURROUNDINGS_OF_PICTURE,
    ExcerptLine,
    View,
    lines_around,
    nothing_at,
)

# Columns are numbered, so cells of one column have the same number.
RULES = GridRules(tolerance=0, has_blank_rows=True)
# The largest workbook seen unpacks to two megabytes; what unpacks to more than this fills the memory.
LARGEST_UNPACKED = 200_000_000
LETTERS = 26
# Rows of a sheet in one picture: it is about as high as a page.
ROWS_OF_VIEW = 60
FETCH_AGAIN = "fetch the workbook again from NAV"
DIGITS = re.compile(r"[+-]?\d[\d ]*(?:[.,]\d+)?", re.ASCII)
HIDDEN = re.compile(rb"<(row|col)\b[^>]*\bhidden=\"(?:1|true)\"")
SHARED_STRING = re.compile(rb"<c\b[^>]*\bt=\"s\"")
FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b[^>]*(?:/>|>.*?</f>)\s*(<v\b|<is\b|</c>)", re.DOTALL)
UTF_8 = "utf-8"
# A text within a cell that is said to hold something else: each program would make of it what it likes.
ASTRAY = re.compile(rb"<c\b(?![^>]*\bt=\"inlineStr\")[^>]*>\s*<is\b")
# A value with a comment in it, or with digits written as numbers of characters: calamine reads it in part.
IN_PIECES = re.compile(rb"<v\b[^>]*>[^<]*(?:&|<[!?])")
# How a sheet begins, as Excel writes it and as the standard has it.
ROOT = re.compile(
    rb"<(?:\w+:)?worksheet\b[^>]*\bxmlns(?::\w+)?=\"http://(?:"
    rb"schemas\.openxmlformats\.org/spreadsheetml/2006/main|purl\.oclc\.org/ooxml/spreadsheetml/main)\""
)
ADDRESS = re.compile(rb"\br=\"([A-Z]+[0-9]+)\"")
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")

Value = object


@dataclass(frozen=True)
class _Sheet:
    """A sheet: its name and its rows, the first of which is row 1 of the sheet."""

    name: str
    rows: list[GridRow]


class WorkbookReader:
    """Reader of workbooks."""

    suffixes = (".xlsx",)

    def read(self, content: bytes, name: str, layout: Layout) -> SourceText:
        """Return a page for each sheet with a report's title; other sheets are left out, and named.

        Raises:
            UnreadableFileError: the file is damaged, protected, or unpacks to more than a report can be.
            LayoutError: a sheet has what cannot be read with certainty.
        """
        notices = _check_parts(content, name)
        sheets = _sheets(content, name, notices)
        pages: list[tuple[_Sheet, list[Line]]] = []
        for sheet in sheets:
            pages.append((sheet, lay_out(sheet.rows, 1, layout, RULES, name)))
        titled = [page for page in pages if _has_title(page[1], layout)]
        for sheet, lines in pages if titled else []:
            if not _has_title(lines, layout):
                _check_foreign(sheet, layout, name)
                cells = sum(bool(cell.text) for row in sheet.rows for cell in row.cells)
                notices.append(f"sheet '{sheet.name}' has no report's title and is left out: {cells} cells")
        numbered: list[list[Line]] = []
        line_count = 0
        for _, lines in titled or pages:
            numbered.append([line._replace(line_no=line.line_no + line_count) for line in lines])
            line_count += len(lines)
        return SourceText(numbered, line_count, "xlsx", notices)

    def transcript(self, content: bytes, name: str, layout: Layout) -> list[str]:
        """Return the cells of each line, between bars."""
        pages = self.read(content, name, layout).pages
        return [" | ".join(line.tokens) for page in pages for line in page]

    def excerpt(self, content: bytes, place: str) -> list[ExcerptLine]:
        """Return the rows around a cell, as they are in its sheet."""
        sheet_name, _, address = place.rpartition("!")
        row_no = int(re.sub(r"\D", "", address.partition(":")[0]) or 0)
        sheets = _sheets(content, place, [])
        rows = next((sheet.rows for sheet in sheets if sheet.name == sheet_name), [])
        first = max(row_no - SURROUNDINGS, 1)
        shown = rows[first - 1 : row_no + SURROUNDINGS]
        places = [f"{sheet_name}!{number}" for number in range(first, first + len(shown))]
        texts = [" | ".join(cell.text for cell in row.cells if cell.text) for row in shown]
        return lines_around(texts, places, f"{sheet_name}!{row_no}")

    def picture(self, content: bytes, place: str, position: int, covered: Collection[str]) -> Image:  # noqa: ARG002
        """Draw the rows of the sheet around a cell."""
        sheet_name = place.rpartition("!")[0]
        sheet = next((sheet for sheet in _sheets(content, place, []) if sheet.name == sheet_name), None)
        rows = [_by_column(row) for row in sheet.rows] if sheet else []
        found = ((at, column) for at, row in enumerate(rows) for column in row if row[column].place == place)
        at, column = next(found, (None, 0))
        if at is None:
            raise nothing_at(place)
        width = max(max(row, default=0) for row in rows) + 1
        drawn = [_picture_row(number, row, width, covered) for number, row in enumerate(rows, start=1)]
        shown = rows_around([row.cells for row in drawn], at, column, SURROUNDINGS_OF_PICTURE)
        return draw_rows([drawn[row] for row in shown], _letters(width), shown.index(at), column)

    def views(
        self, content: bytes, groups: Sequence[Collection[str]], covered: Collection[str]
    ) -> Sequence[View]:
        """Return the rows of each sheet that hold places, some dozens at a time."""
        asked = [frozenset(group) for group in groups]
        parts = (
            (sheet.name, first, sheet.rows[first : first + ROWS_OF_VIEW])
            for sheet in _sheets(content, "", [])
            for first in range(0, len(sheet.rows), ROWS_OF_VIEW)
        )
        return [
            _view(name, first, rows, asked, covered)
            for name, first, rows in parts
            if any(cell.place in group for row in rows for cell in row.cells for group in asked)
        ]


def _view(
    name: str,
    first: int,
    rows: Sequence[GridRow],
    groups: Sequence[frozenset[str]],
    covered: Collection[str],
) -> View:
    """Return a view of rows of a sheet, the first of which is at an index."""
    cells = [_by_column(row) for row in rows]
    width = max(max(row, default=0) for row in cells) + 1
    drawn = [_picture_row(first + number, row, width, covered) for number, row in enumerate(cells, start=1)]
    picture = RowsPicture(drawn, _letters(width))
    frames: dict[int, Box] = {}
    boxes: dict[str, Box] = {}
    for number, row in enumerate(cells):
        printed = [picture.box(number, column) for column, cell in row.items() if cell.text]
        for group_no, group in enumerate(groups):
            found = {
                cell.place: picture.box(number, column) for column, cell in row.items() if cell.place in group
            }
            if found:
                boxes |= found
                around = reduce(Box.around, [*printed, *found.values()])
                frames[group_no] = frames.get(group_no, around).around(around)
    called = f"{name}, rows {first + 1} to {first + len(rows)}"
    return View(called, picture.width, picture.height, boxes, lambda: picture.draw(frames.values()))


def _by_column(row: GridRow) -> dict[int, GridCell]:
    return {int(cell.left): cell for cell in row.cells}


def _picture_row(row_no: int, row: dict[int, GridCell], width: int, covered: Collection[str]) -> PictureRow:
    texts = [row[column].text if column in row else "" for column in range(width)]
    return PictureRow(str(row_no), texts, any(cell.place in covered for cell in row.values()))


def _letters(width: int) -> list[str]:
    return [letters_of(column) for column in range(width)]


def address(column: int, row: int) -> str:
    """Return the address of a cell, such as `C12`; column and row count from 0."""
    return f"{letters_of(column)}{row + 1}"


def letters_of(column: int) -> str:
    """Return the letters of a column, counted from 0."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def _check_parts(content: bytes, name: str) -> list[str]:
    """Check the parts that the values are read from, and return what a person should know of them."""
    notices: list[str] = []
    parts = _unpacked(content, name)
    for part, xml in parts.items():
        if part.endswith((".xml", ".rels")):
            _check_xml(part, xml, name)
    held = sum(SHEET_PART.fullmatch(part) is not None for part in parts)
    named = len(SHEET.findall(parts.get("xl/workbook.xml", b"")))
    if held > named:
        raise UnreadableFileError(f"the workbook holds {held} sheets and names {named}", FETCH_AGAIN, name)
    called = _sheet_names(parts)
    for part in filter(SHEET_PART.fullmatch, parts):
        _check_sheet_part(part, called.get(part, part), parts, notices, name)
    if any(part.startswith("xl/externalLinks/") for part in parts):
        notices.append("the workbook has links to other files; they are not followed")
    return notices


def _unpacked(content: bytes, name: str) -> dict[str, bytes]:
    """Unpack the parts, each of them checked against its length and checksum: calamine passes over damage."""
    problem, next_step = "", FETCH_AGAIN
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len({entry.filename for entry in entries}) < len(entries):
                problem = "the workbook holds a part twice"
            elif sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                problem = f"the workbook unpacks to more than {LARGEST_UNPACKED // 1_000_000} MB"
                next_step = "no report is that large: where does the file come from?"
            else:
                parts = {entry.filename: archive.read(entry) for entry in entries}
    except MemoryError:
        raise
    except Exception as error:  # each way of packing has errors of its own for damage
        raise UnreadableFileError(f"the workbook is damaged: {error}", FETCH_AGAIN, name) from error
    if problem:
        raise UnreadableFileError(problem, next_step, name)
    return parts


def _check_xml(part: str, xml: bytes, name: str) -> None:
    """Refuse XML that is damaged, declares entities, or is in another encoding than all workbooks are in."""

    def refuse_entities(*_: object) -> None:
        raise UnreadableFileError(
            f"part {part} of the workbook declares entities", "no workbook of NAV's does", name
        )

    def check_encoding(_: str, encoding: str | None, __: int) -> None:
        if (encoding or UTF_8).lower() != UTF_8:
            raise UnreadableFileError(f"{part} of the workbook is not in UTF-8", FETCH_AGAIN, name)

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_entities
    parser.XmlDeclHandler = check_encoding
    try:
        parser.Parse(xml, True)
    except ExpatError as error:
        # Calamine ends at such a place without a word, and the rows below would be lost.
        raise UnreadableFileError(f"{part} of the workbook is damaged: {error}", FETCH_AGAIN, name) from error


def _sheet_names(parts: dict[str, bytes]) -> dict[str, str]:
    """Return what the sheet in each part is called, as far as the workbook tells in the usual way."""
    book, relations = (
        [
            dict(ATTRIBUTE.findall(tag.decode(errors="replace")))
            for tag in pattern.findall(parts.get(part, b""))
        ]
        for pattern, part in ((SHEET, "xl/workbook.xml"), (RELATION, "xl/_rels/workbook.xml.rels"))
    )
    part_of = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
        for relation in relations
    }
    return {
        part_of[sheet["r:id"]]: html.unescape(sheet.get("name", ""))
        for sheet in book
        if sheet.get("r:id") in part_of
    }


def _check_sheet_part(
    part: str, sheet_name: str, parts: dict[str, bytes], notices: list[str], name: str
) -> None:
    xml = parts[part]
    if SHARED_STRING.search(xml) and not any(other.lower() == "xl/sharedstrings.xml" for other in parts):
        raise UnreadableFileError("the workbook has lost its texts (sharedStrings.xml)", FETCH_AGAIN, name)
    if ROOT.search(xml) is None:
        raise UnreadableFileError(f"{part} of the workbook is not what a sheet is", FETCH_AGAIN, name)
    if IN_PIECES.search(xml):
        raise UnreadableFileError(f"{part} of the workbook has a value in pieces", FETCH_AGAIN, name)
    if ASTRAY.search(xml):
        raise UnreadableFileError(
            f"{part} of the workbook has a text in a cell of numbers", FETCH_AGAIN, name
        )
    hidden = [kind.decode() for kind in HIDDEN.findall(xml)]
    if hidden:
        notices.append(
            f"sheet '{sheet_name}' has hidden rows or columns ({len(hidden)}); they are read like the others"
        )
    formulas = FORMULA.findall(xml)
    for attributes, after in formulas:
        if after == b"</c>":
            found = ADDRESS.search(attributes)
            raise UnreadableFileError(
                "a formula has no stored value",
                "open the workbook in Excel and save it, or fetch it again from NAV",
                name,
                place=f"{sheet_name}!{found[1].decode() if found else '?'}",
            )
    if formulas:
        notices.append(
            f"sheet '{sheet_name}' has {len(formulas)} formulas; the values stored beside them are read"
        )


def _sheets(content: bytes, name: str, notices: list[str]) -> list[_Sheet]:
    """Return the visible sheets; what is left out is added to the notices."""
    sheets = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            _check_names([known.name.lower() for known in book.sheets_metadata], name)
            for number, known in enumerate(book.sheets_metadata):
                if known.typ != SheetTypeEnum.WorkSheet:
                    notices.append(f"'{known.name}' is no sheet of cells and is left out")
                elif known.visible != SheetVisibleEnum.Visible:
                    notices.append(f"sheet '{known.name}' is hidden and is left out")
                else:
                    sheet = book.get_sheet_by_index(number)
                    values = sheet.to_python(skip_empty_area=False)
                    sheets.append(_sheet(known.name, values, sheet.merged_cell_ranges or [], name))
    except PasswordError as error:
        raise UnreadableFileError(
            "the workbook is protected by a password", "open it in Excel and save it without password", name
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFileError(f"the workbook is damaged: {error}", FETCH_AGAIN, name) from error
    except BaseException as error:
        # A panic of calamine is no Exception; its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError(f"the workbook is damaged: {error}", FETCH_AGAIN, name) from error
    return sheets


def _check_names(sheets: Sequence[str], name: str) -> None:
    """Refuse two sheets of one name: a place in one would be a place in the other."""
    if len(set(sheets)) < len(sheets):
        raise UnreadableFileError("two sheets of the workbook have one name", FETCH_AGAIN, name)


def _sheet(
    name: str,
    values: Sequence[Sequence[Value]],
    merges: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    report: str,
) -> _Sheet:
    covered = {
        (row, column)
        for (top, left), (bottom, right) in merges
        for row in range(top, min(bottom, len(values)) + 1)
        for column in range(left, min(right, len(values[0]) if values else 0) + 1)
        if (row, column) != (top, left)
    }
    rows = []
    for row_no, row in enumerate(values):
        cells = tuple(_cells(name, row_no, row, covered, report))
        last = address(max(len(row) - 1, 0), row_no)
        rows.append(GridRow(cells, f"{name}!{address(0, row_no)}:{last}"))
    return _Sheet(name, rows)


def _cells(
    name: str, row_no: int, row: Sequence[Value], covered: set[tuple[int, int]], report: str
) -> Iterator[GridCell]:
    for column, value in enumerate(row):
        text, place = _printed(value), f"{name}!{address(column, row_no)}"
        if (row_no, column) not in covered:
            is_text_number = isinstance(value, str) and DIGITS.fullmatch(text) is not None
            yield GridCell(text, column, column, place, is_text_number)
        elif text:
            raise LayoutError(
                "a cell that is merged into another holds a text that Excel does not show",
                FETCH_AGAIN, report, None, None, text, place,
            )  # fmt: skip


def _printed(value: Value) -> str:
    """Return a value as NAV prints it: groups of three digits, a comma before decimals."""
    if isinstance(value, float):
        if value.is_integer():
            return f"{int(value):,}".replace(",", " ")
        return f"{value:.10g}".replace(".", ",")
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _check_foreign(sheet: _Sheet, layout: Layout, name: str) -> None:
    """Refuse to leave out a sheet with rows of a report: it has lost its title, and its numbers would be."""
    for row in sheet.rows:
        texts = [cell.text for cell in row.cells if cell.text]
        has_value = any(DIGITS.fullmatch(text) or text in layout.symbols for text in texts)
        if has_value and any(map(layout.knows_label, texts)):
            raise LayoutError(
                f"sheet '{sheet.name}' has no report's title, and a row of a report",
                "fetch the workbook again from NAV; delete the sheet if it is not NAV's",
                name, None, None, " | ".join(texts), row.place,
            )  # fmt: skip


def _has_title(lines: Sequence[Line], layout: Layout) -> bool:
    return any(line.kind is LineKind.TEXT and layout.is_title(line.tokens[0]) for line in lines)
