"""What a workbook or a PDF prints, read a second time by openpyxl and pdfplumber, and held against the first.

Nothing here uses the readers of the project. A value that was read is printed where it is said to be, beside
its label and below the label of its column; and no number is printed that was not read.
"""

import io
import logging
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain

import openpyxl
import pdfplumber
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.datetime import to_excel

from loaders.printed import Line, LineKind, PrintedReport, SourceText

# It writes a line for each letter of a damaged font.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}">%s</worksheet>'.encode()
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{}</Types>'
)
KIND = (
    '<Override PartName="/{}" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"/>'
)
# Of a cell: its sheet, and where it is there.
Address = tuple[str, str]
PLACE_ON_PAGE = re.compile(r"page (\d+) \((-?\d+) (-?\d+) (-?\d+) (-?\d+)\)")
VALUE = re.compile(r"[\d ]*\d|\*", re.ASCII)
# Places on a page are told in whole points.
ROUNDING = 1.0
# Letters of a line of 9 points are within this of each other.
SAME_LINE = 4.0
# What is drawn twice, to be bold, is within this of itself.
SAME_PLACE = 0.1
# Without rectangles a number is narrower than the label of its column.
WIDER = (0.0, 30.0)
# Nor is it as high as a label of several lines beside it.
WRAPPED = 22.0


def problems_of_workbook(content: bytes, __: SourceText, report: PrintedReport) -> Iterator[str]:
    """Yield what of a workbook's reading openpyxl does not see, and the numbers that it sees besides."""
    cells = _cells(content)
    seen: set[Address] = set()
    yield from _unseen_headings(report, "".join(cells.values()))
    for columns, label, values in _rows(report):
        places = [_address(place) for _, place in values]
        told = {place for place in places if place is not None}
        seen |= told
        for (text, _), place, column in zip(values, places, columns, strict=True):
            if place is not None:
                yield from _wrong_cell(cells, place, text, column)
            elif text:
                yield f"a value has no place: {label} {text!r}"
        left = _left_of(cells, min(told, key=_column_of), told) if told else {}
        seen |= left.keys()
        spelled = {_packed(" ".join(left.values())), _packed(next(reversed(left.values()), ""))}
        if told and _packed(label) not in spelled:
            yield f"left of {min(told)} is {list(left.values())!r}, and {label!r} was read"
    for place, text in cells.items():
        if VALUE.fullmatch(text) and place not in seen and not _is_told(place[0], report.notices):
            yield f"a number is not among the cells: {place}: {text!r}"


def problems_of_pdf(content: bytes, source: SourceText, report: PrintedReport) -> Iterator[str]:
    """Yield what of a PDF's reading pdfplumber does not see, and the digits that it sees besides."""
    pages = _letters(content)
    letters = [letter for page in pages for letter in page]
    nameless = {int(letter.text[5:-1]) for letter in letters if letter.text.startswith("(cid:")}
    if not letters or any(number < ord("\x80") for number in nameless):
        raise ValueError("pdfplumber does not know the letters of a font")
    seen: set[_Letter] = set()
    yield from _unseen_headings(report, "".join(letter.text for letter in letters))
    for columns, label, values in _rows(report):
        boxes = _boxes(values)
        first = min((box for box in boxes if box), key=lambda box: box.left, default=None)
        if first is None or first.page_no > len(pages):
            yield f"a row has no place: {label}"
            continue
        page = pages[first.page_no - 1]
        for (text, _), box, column in zip(values, boxes, columns, strict=True):
            if box is not None:
                seen |= set(filter(box.holds, page))
                yield from _wrong_box(page, box, text, column)
        seen |= set(filter(first.is_right_of, page))
        yield from _wrong_label(page, first, label)
    texts = [box for line in _text_lines(source) for box in map(_box, line.places) if box]
    for letter in letters:
        is_value = letter.text.isdigit() or letter.text == "*"
        if is_value and letter not in seen and not any(box.holds(letter) for box in texts):
            yield f"a digit is not among the cells: {letter}"


def _rows(report: PrintedReport) -> Iterator[tuple[tuple[str, ...], str, list[tuple[str, str]]]]:
    """Yield each row: the labels of its columns, its own, and text and place of each value."""
    for table in report.tables:
        width = len(table.columns)
        places = table.packed.places or ("",) * len(table.packed.values)
        for number, label in enumerate(table.packed.labels):
            part = slice(number * width, (number + 1) * width)
            texts = (value or "" for value in table.packed.values[part])
            yield table.columns, label, list(zip(texts, places[part], strict=True))


def _unseen_headings(report: PrintedReport, text: str) -> Iterator[str]:
    """Yield the words of headings that are nowhere; a heading may have been broken over several cells."""
    headings = [report.product_title, str(report.period.year), report.legend_text or ""]
    for table in report.tables:
        headings += [table.section_heading or "", table.table_heading or ""]
    words = _packed(text)
    for heading in headings:
        if not all(_packed(word) in words for word in heading.split()):
            yield f"a heading is not in the file: {heading!r}"


def _text_lines(source: SourceText) -> Iterator[Line]:
    """Yield the lines of text that have words; one of digits alone is a number that was lost."""
    for line in chain.from_iterable(source.pages):
        if line.kind is LineKind.TEXT and any(letter.isalpha() for letter in line.tokens[0]):
            yield line


def _packed(text: str) -> str:
    """Return a text without blanks, hyphens, and letters that depend on what a font says of itself."""
    return re.sub(r"\(cid:\d+\)|[^!-~]+|-", "", text).lower()


# --- workbooks ----------------------------------------------------------------------------------------------


def _cells(content: bytes) -> dict[Address, str]:
    """Return the text of each cell by sheet and address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        except Exception:  # openpyxl cannot open a workbook whose looks are damaged, and has many errors
            book = openpyxl.load_workbook(io.BytesIO(_bare(content)), data_only=True)
    return {
        (sheet.title, cell.coordinate): _printed(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and _printed(cell.value)
    }


def _bare(content: bytes) -> bytes:
    """Return a workbook with its values alone: how it looks is taken away."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        kinds = {"xl/workbook.xml": "sheet.main", "xl/sharedStrings.xml": "sharedStrings"}
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                kinds[name] = "worksheet"
                values = re.search(rb"<sheetData.*</sheetData>", part, re.DOTALL)
                part = SHEET % re.sub(rb' s="\d+"', b"", values[0] if values else b"")
            if name in kinds or name.endswith(".rels"):
                new.writestr(name, part)
        known = "".join(KIND.format(name, kind) for name, kind in kinds.items() if name in old.namelist())
        new.writestr("[Content_Types].xml", TYPES.format(known))
    return target.getvalue()


def _printed(value: object) -> str:
    """Return a value as NAV prints it; where the format makes a day of a number, the number."""
    if isinstance(value, datetime | time | timedelta):
        value = to_excel(value)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", " ")
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _wrong_cell(cells: dict[Address, str], place: Address, text: str, column: str) -> Iterator[str]:
    if cells.get(place, "") != text:
        yield f"{place} holds {cells.get(place)!r}, and {text!r} was read"
    above = _header_above(cells, place)
    if text and _packed(above) != _packed(column):
        yield f"above {place} is {above!r}, and {column!r} was read"


def _address(place: str) -> Address | None:
    """Return sheet and address of a place; None of a row, where a blank cell has no address of its own."""
    sheet, _, address = place.rpartition("!")
    return None if ":" in address else (sheet, address)


def _header_above(cells: dict[Address, str], place: Address) -> str:
    """Return the nearest words above a cell."""
    sheet, address = place
    column, row = coordinate_from_string(address)
    texts = (cells.get((sheet, f"{column}{above}"), "") for above in range(row - 1, 0, -1))
    return next((text for text in texts if any(letter.isalpha() for letter in text)), "")


def _left_of(cells: dict[Address, str], first: Address, values: set[Address]) -> dict[Address, str]:
    """Return the cells left of the first value of a row."""
    sheet, address = first
    column, row = coordinate_from_string(address)
    found = {
        place: text
        for place, text in cells.items()
        if place[0] == sheet and place not in values and coordinate_from_string(place[1])[1] == row
    }
    at = column_index_from_string(column)
    return {
        place: text
        for place, text in sorted(found.items(), key=lambda item: _column_of(item[0]))
        if _column_of(place) < at
    }


def _column_of(place: Address) -> int:
    return int(column_index_from_string(coordinate_from_string(place[1])[0]))


def _is_told(sheet: str, notices: Sequence[str]) -> bool:
    """Tell whether a notice says that a sheet is left out."""
    return any(f"'{sheet}'" in notice and "left out" in notice for notice in notices)


# --- PDF ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Letter:
    """A letter and where it is."""

    page_no: int
    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class _Box:
    """A place on a page."""

    page_no: int
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, letter: _Letter) -> bool:
        """Tell whether a letter is in it."""
        return (
            self.page_no == letter.page_no
            and self.left - ROUNDING <= letter.x <= self.right + ROUNDING
            and self.top - ROUNDING <= letter.y <= self.bottom + ROUNDING
        )

    def is_below(self, letter: _Letter, wider: float) -> bool:
        """Tell whether a letter, and not one of a value, is above it in its column."""
        return (
            letter.y < self.top
            and letter.right > self.left - ROUNDING - wider
            and letter.left < self.right + ROUNDING
            and not VALUE.fullmatch(letter.text)
        )

    def is_right_of(self, letter: _Letter, margin: float = ROUNDING) -> bool:
        """Tell whether a letter is left of it, in its row."""
        return letter.x < self.left and self.top - margin <= letter.y <= self.bottom + margin


def _letters(content: bytes) -> list[list[_Letter]]:
    with pdfplumber.open(io.BytesIO(content)) as book:
        return [
            [
                _Letter(number, letter["text"], letter["x0"], letter["x1"], letter["top"], letter["bottom"])
                # What is drawn twice in one place is seen once.
                for letter in page.dedupe_chars(tolerance=SAME_PLACE).chars
                if 0 <= letter["x0"] <= page.width and 0 <= letter["top"] <= page.height
            ]
            for number, page in enumerate(book.pages, 1)
        ]


def _boxes(values: Sequence[tuple[str, str]]) -> list[_Box | None]:
    """Return the boxes of a row's values; none of a blank one without a box, which has that of its row."""
    boxes = [_box(place) for _, place in values]
    rights = [box.right for box in boxes if box]
    is_row = [
        not text
        and box is not None
        and (boxes.count(box) > 1 or any(box.left < right < box.right for right in rights))
        for (text, _), box in zip(values, boxes, strict=True)
    ]
    return [None if whole else box for box, whole in zip(boxes, is_row, strict=True)]


def _wrong_box(page: Sequence[_Letter], box: _Box, text: str, column: str) -> Iterator[str]:
    inside = _read(filter(box.holds, page))
    if _packed(inside) != _packed(text):
        yield f"{box} prints {inside!r}, and {text!r} was read"
    above = [_read(letter for letter in page if box.is_below(letter, wider)) for wider in WIDER]
    if text and not any(_packed(words).endswith(_packed(column)) for words in above):
        yield f"above {box} is {above[0][-40:]!r}, and {column!r} was read"


def _wrong_label(page: Sequence[_Letter], first: _Box, label: str) -> Iterator[str]:
    left = _packed(_read(filter(first.is_right_of, page)))
    around = _packed(_read(letter for letter in page if first.is_right_of(letter, WRAPPED)))
    is_part = left in _packed(label) and _packed(label) in around
    if left != _packed(label) and not (left and is_part):
        yield f"left of {first} is {left!r}, and {label!r} was read"


def _box(place: str) -> _Box | None:
    found = PLACE_ON_PAGE.fullmatch(place)
    if found is None:
        return None
    page_no, left, top, width, height = map(int, found.groups())
    return _Box(page_no, left, top, left + width, top + height)


def _read(letters: Iterable[_Letter]) -> str:
    """Return letters line by line from above, each line from left to right."""
    lines: list[list[_Letter]] = []
    for letter in sorted(letters, key=lambda letter: letter.y):
        if lines and letter.y - lines[-1][0].y < SAME_LINE:
            lines[-1].append(letter)
        else:
            lines.append([letter])
    return "".join(letter.text for line in lines for letter in sorted(line, key=lambda letter: letter.x))
