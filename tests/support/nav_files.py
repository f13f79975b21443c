"""A maker of workbooks and PDFs as NAV lays them out, from the tables of a report that was read or made up.

A section is a sheet, or some pages. The workbook has its title in row 2, its section in row 3, its period
in row 6 and its tables below; in the PDF each cell is a filled rectangle with its text. Each option is a
habit of NAV's files that a reader has to know.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from loaders.printed import Period, PrintedReport
from support.report_printer import NOTE, Row, WrittenReport, period_text

# The fonts that every PDF reader has know no Cyrillic letters, of which one report has some.
LATIN = str.maketrans("\u043b\u0443\u0431\u043a", "lubk")

# A page that is full has more rows than a small table; a small one is followed by another of the same total.
FEWEST_ROWS_OF_PAGE = 12


@dataclass(frozen=True)
class NavTable:
    """A table: its own heading, its columns, and its rows, the first of which is the total."""

    heading: str | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class NavSection:
    """Tables under one section heading: a sheet of a workbook, or pages of a PDF."""

    heading: str | None
    tables: tuple[NavTable, ...]


@dataclass(frozen=True)
class NavReport:
    """What is on all pages, and the sections."""

    title: str
    period: Period
    legend: str | None
    updated: date | None
    sections: tuple[NavSection, ...]

    @property
    def tables(self) -> list[NavTable]:
        """All tables in order."""
        return [table for section in self.sections for table in section.tables]


@dataclass(frozen=True)
class WorkbookStyle:
    """How a workbook is written.

    Attributes:
        has_codes_apart: True if codes of counties have a column of their own, and the first month two.
        has_one_header: True if only the first table of a sheet has a header row; a blank row ends a table.
        has_two_labels: True if groups of measures have a column of labels of their own.
        has_decimals: True if numbers are stored as the server does, `13027000e-3`.
        blank_rows: after which tables a blank row is, taken in turn.
    """

    has_codes_apart: bool = False
    has_one_header: bool = False
    has_two_labels: bool = False
    has_decimals: bool = False
    blank_rows: tuple[bool, ...] = (True, False)


@dataclass(frozen=True)
class PdfStyle:
    """How a PDF is written.

    Attributes:
        has_cells: True if each cell is a rectangle, False if text alone is drawn, as browsers do.
        label_width: width of the column of labels; longer labels are broken, or cut.
        cuts_labels: True if labels are cut, not broken.
        has_outline: True if the outline names the headings in full.
        fills_pages: True if a section begins a page, and a table goes on where a page is full; False if
            each table has a page.
        has_empty_pages: True if a page without a table follows each section.
        has_actual_text: True if blanks in numbers are said to be no-break blanks.
        font: `Helvetica`, which every reader has; or `Vera`, which is in the file, with a map to Unicode.
    """

    has_cells: bool = True
    label_width: float = 125.24
    cuts_labels: bool = False
    has_outline: bool = True
    fills_pages: bool = False
    has_empty_pages: bool = False
    has_actual_text: bool = True
    font: str = "Helvetica"


def of_printed(report: PrintedReport) -> NavReport:
    """Return a report that was read, without its fragments; pages of one table are put together."""
    sections: list[NavSection] = []
    for table in report.tables:
        if table.is_fragment:
            continue
        columns = tuple(map(_column, table.columns))
        rows = tuple(
            (row.label.translate(LATIN), _whole(row.label, row.values, report)) for row in table.rows
        )
        whole = NavTable(table.table_heading, columns, rows)
        if sections and table.section_heading in {sections[-1].heading, None}:
            *others, before = sections[-1].tables
            if joined := _joined(before, whole):
                sections[-1] = replace(sections[-1], tables=(*others, joined))
                continue
        if sections and table.section_heading == sections[-1].heading:
            sections[-1] = replace(sections[-1], tables=(*sections[-1].tables, whole))
        else:
            sections.append(NavSection(table.section_heading, (whole,)))
    return NavReport(
        report.product_title, report.period, report.legend_text, report.updated_date, tuple(sections)
    )


def _whole(label: str, values: Sequence[str | None], report: PrintedReport) -> tuple[str, ...]:
    """Return the values of a row; one that its text has lost is taken from another copy of the row."""
    if None not in values:
        return tuple(value or "" for value in values)
    copies = (row.values for table in report.tables for row in table.rows if row.label == label)
    found = next(
        copy
        for copy in copies
        if None not in copy and all(value in {None, other} for value, other in zip(values, copy, strict=True))
    )
    return tuple(value or "" for value in found)


def of_written(report: WrittenReport) -> NavReport:
    """Return a made-up report, each of its tables a section, its numbers in groups of three digits."""
    sections = tuple(
        NavSection(
            part.section, (NavTable(part.heading, tuple(map(_column, part.columns)), _grouped(part.rows)),)
        )
        for part in report.parts
        if not part.is_fragment
    )
    return NavReport(report.title, report.period, report.legend, report.updated, sections)


def _column(label: str) -> str:
    """Return a column's label as NAV spells it; converters to text cut the average's in two."""
    return label.replace("Gjennom snitt", "Gjennomsnitt")


def _grouped(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(
        (label, tuple(f"{int(value):,}".replace(",", " ") if value.isdigit() else value for value in values))
        for label, values in rows
    )


def _joined(before: NavTable, after: NavTable) -> NavTable | None:
    """Return two tables as one if the second goes on with the rows of the first."""
    labels = {label for label, _ in before.rows[1:]}
    goes_on = (
        (before.columns, before.rows[0]) == (after.columns, after.rows[0])
        and after.heading in {before.heading, None}
        and len(before.rows) >= FEWEST_ROWS_OF_PAGE
        and len(after.rows) > 1
        and not labels & {label for label, _ in after.rows}
    )
    return replace(before, rows=before.rows + after.rows[1:]) if goes_on else None


# --- workbook ---------------------------------------------------------------------------------------------


def write_workbook(report: NavReport, style: WorkbookStyle = WorkbookStyle()) -> bytes:
    """Write a workbook."""
    book = Workbook()
    about = book.active
    assert isinstance(about, Worksheet)
    about.title = "0. Om tabellene"
    _head(about, report, "Om tabellene", 12)
    for row, line in enumerate([NOTE, None, report.legend], 8):
        about.cell(row, 2, line)
    for number, section in enumerate(report.sections, 1):
        name = re.sub(r"[.,:/\\?*\[\]]", "", f"{number} {section.heading or ''}")
        _sheet(book.create_sheet(name[:31]), section, report, style)
    file = io.BytesIO()
    book.save(file)
    return _with_decimals(file.getvalue()) if style.has_decimals else file.getvalue()


def _head(sheet: Worksheet, report: NavReport, section: str | None, title_column: int) -> None:
    sheet.cell(2, 2, "Kilde: NAV")
    sheet.cell(2, title_column, report.title)
    sheet.cell(3, title_column, section)
    for row in (2, 3):
        sheet.merge_cells(start_row=row, end_row=row, start_column=title_column, end_column=title_column + 9)
    if report.updated is not None:
        sheet.cell(5, 2, f"Rapport oppdatert: {report.updated:%d.%m.%Y}")
    sheet.cell(6, 2, period_text(report.period))
    sheet.merge_cells(start_row=6, end_row=6, start_column=2, end_column=12)


def _sheet(sheet: Worksheet, section: NavSection, report: NavReport, style: WorkbookStyle) -> None:
    labels = 2 if style.has_codes_apart or style.has_two_labels else 1
    _head(sheet, report, section.heading, 3 if labels == 1 else 5)
    places = [2 + labels + number for number in range(len(section.tables[0].columns))]
    if style.has_codes_apart:
        places[1:] = [place + 1 for place in places[1:]]
    row_no = 8
    for number, table in enumerate(section.tables):
        if table.heading is not None and not style.has_one_header:
            sheet.cell(row_no, 2, table.heading)
            row_no += 1
        if not (style.has_one_header and number):
            row_no = _write_row(sheet, row_no, ("", ""), table.columns, places, style)
        for index, (label, values) in enumerate(table.rows):
            row_no = _write_row(
                sheet, row_no, _label_cells(table, index, label, style), values, places, style
            )
            row_no += style.has_two_labels and index == 0
        row_no += style.has_one_header or style.blank_rows[number % len(style.blank_rows)]


def _write_row(
    sheet: Worksheet,
    row_no: int,
    labels: tuple[str, str],
    values: Sequence[str],
    places: Sequence[int],
    style: WorkbookStyle,
) -> int:
    """Write a row and return the number of the next."""
    for column, label in enumerate(labels, 2):
        if label:
            sheet.cell(row_no, column, label)
    for place, value in zip(places, values, strict=True):
        is_number = re.fullmatch(r"[\d ]+", value) is not None
        sheet.cell(row_no, place, int(value.replace(" ", "")) if is_number else value or None)
    if style.has_codes_apart:
        first = places[0]
        sheet.merge_cells(start_row=row_no, end_row=row_no, start_column=first, end_column=first + 1)
    return row_no + 1


def _label_cells(table: NavTable, index: int, label: str, style: WorkbookStyle) -> tuple[str, str]:
    """Return what the two columns of labels hold; without a second column the second is empty."""
    if style.has_codes_apart:
        code = re.match(r"(\d\d) (?=\D)", label)
        return (code[1], label[code.end() :]) if code else ("", label)
    if style.has_two_labels and index:
        return (_group(table, index) if index == 1 or _closes(table.rows[index - 1][0]) else "", label)
    return (label, "")


def _closes(label: str) -> bool:
    return label.lower().startswith("i alt ")


def _group(table: NavTable, index: int) -> str:
    """Return the group of measures that a row opens: the row that closes it names it."""
    return next((label[6:].capitalize() for label, _ in table.rows[index:] if _closes(label)), "")


def _with_decimals(content: bytes) -> bytes:
    """Store numbers as the server does."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(
                    rb'(<c r="[A-Z]+\d+"(?: s="\d+")? t="n"><v>)(\d+)(</v>)', rb"\1\g<2>000e-3\3", part
                )
            new.writestr(name, part)
    return target.getvalue()


# --- PDF --------------------------------------------------------------------------------------------------

registerFont(TTFont("Vera", "Vera.ttf"))
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM = 841.12, 594.72, 17.98, 813.72, 556.0
PADDING, ROW, LEADING, SIZE = 1.5, 18.0, 10.35, 9.0
WHITE, INK = (1, 1, 1), (0.176, 0.161, 0.149)


@dataclass
class _Pages:
    """Pages being drawn: the canvas and how far down the page is full."""

    report: NavReport
    style: PdfStyle
    file: io.BytesIO = field(default_factory=io.BytesIO)
    y: float = 0.0

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.file, pagesize=(WIDTH, HEIGHT))

    def cell(
        self, x: float, width: float, lines: Sequence[str], *, height: float = ROW, is_right: bool = False
    ) -> None:
        """Draw a cell at the present height; each of its lines is a text of its own."""
        if self.style.has_cells:
            self.canvas.setFillColorRGB(*WHITE)
            self.canvas.rect(x, HEIGHT - self.y - height, width, height, stroke=0, fill=1)
        self.canvas.setFillColorRGB(*INK)
        base = HEIGHT - self.y - height + 3.38 + (len(lines) - 1) * LEADING
        for line in lines:
            at = x + width - PADDING - stringWidth(line, self.style.font, SIZE) if is_right else x + PADDING
            self._text(at, base, line)
            base -= LEADING

    def _text(self, x: float, base: float, line: str) -> None:
        is_grouped = self.style.has_actual_text and re.fullmatch(r"\d{1,3}( \d{3})+", line)
        code: list[str] = self.canvas._code  # reportlab has no other way to mark text
        if is_grouped:
            spelled = ("\ufeff" + line.replace(" ", "\u00a0")).encode("utf-16-be").hex().upper()
            code.append(f"/Span <</ActualText <{spelled}>>> BDC")
        text = self.canvas.beginText(x, base)
        text.setFont(self.style.font, SIZE)
        text.textOut(line)
        self.canvas.drawText(text)
        if is_grouped:
            code.append("EMC")

    def head(self, section: str | None) -> None:
        """Draw what is on every page."""
        self.y = 15.0
        self.cell(15, 146, ["Kilde: NAV"])
        self.cell(161, 652, [self.report.title])
        self.y = 34.5
        self.cell(161, 652, [section] if section else [])
        self.y = 53.5
        if self.report.updated is not None:
            self.cell(15, 200, [f"Rapport oppdatert: {self.report.updated:%d.%m.%Y}"])
        self.y = 72.7
        self.cell(14.2, 371, [period_text(self.report.period)])
        self.y = 572.0
        self.cell(14.2, 146, ["Kilde: NAV"], height=14)
        self.y = 89.2

    def columns(self, count: int) -> list[tuple[float, float]]:
        """Return left side and width of the columns."""
        first = LEFT + self.style.label_width
        width = min(55.5, (RIGHT - first) / count)
        return [(first + number * width, width) for number in range(count)]

    def label(self, text: str) -> list[str]:
        """Return the lines of a label in its cell."""
        room = self.style.label_width - 2 * PADDING
        if not self.style.cuts_labels:
            return wrapped(text, room, self.style.font)
        while stringWidth(text[:-1], self.style.font, SIZE) > room:
            text = text[:-1]
        return [text]

    def row(self, label: Sequence[str], values: Sequence[Sequence[str]]) -> None:
        """Draw a row."""
        height = ROW + (max(1, len(label), *map(len, values)) - 1) * LEADING
        self.cell(LEFT, self.style.label_width, label, height=height)
        for (x, width), lines in zip(self.columns(len(values)), values, strict=True):
            self.cell(x, width, lines, height=height, is_right=True)
        self.y += height

    def table(self, table: NavTable, section: NavSection) -> None:
        """Draw a table, and go on with it on other pages where one is full."""
        rows = list(table.rows[1:])
        while True:
            if table.heading is not None:
                self.cell(LEFT, RIGHT - LEFT, [table.heading])
            self.y += ROW + 3
            width = self.columns(len(table.columns))[0][1] - 2 * PADDING
            self.row(
                [],
                [
                    wrapped(" " + label if len(label) < 10 else label, width, self.style.font)
                    for label in table.columns
                ],
            )
            self.row(self.label(table.rows[0][0]), [[value] if value else [] for value in table.rows[0][1]])
            while rows and self.y + ROW + len(self.label(rows[0][0])) * LEADING <= BOTTOM:
                label, values = rows.pop(0)
                self.row(self.label(label), [[value] if value else [] for value in values])
            if not rows:
                return
            self.canvas.showPage()
            self.head(section.heading)


def write_pdf(report: NavReport, style: PdfStyle = PdfStyle()) -> bytes:
    """Write a PDF."""
    pages = _Pages(report, style)
    pages.head("Om tabellene")
    pages.y = 106
    for line in (NOTE, report.legend):
        pages.cell(15, 800, wrapped(line, 790, style.font) if line else [], height=33)
        pages.y += 40
    for number, section in enumerate(report.sections):
        for index, table in enumerate(section.tables):
            needed = 6 * ROW + LEADING * len(pages.label(table.rows[0][0]))
            if index == 0 or not style.fills_pages or pages.y + needed > BOTTOM:
                pages.canvas.showPage()
                pages.head(section.heading)
            if style.has_outline:
                for place, text in enumerate((table.heading, *(label for label, _ in table.rows))):
                    if text is not None:
                        key = f"{number}.{index}.{place}"
                        pages.canvas.bookmarkPage(key)
                        pages.canvas.addOutlineEntry(text, key, 0)
            pages.table(table, section)
            pages.y += 12
        if style.has_empty_pages:
            pages.canvas.showPage()
            pages.head(section.heading)
    pages.canvas.save()
    return pages.file.getvalue()


def wrapped(text: str, room: float, font: str) -> list[str]:
    """Break a text as NAV's server does: at blanks, after a stroke, within a word that is too long."""
    lines, line = [], ""
    for word in re.findall(r"[^ /]*/|[^ /]+| ", text):
        if stringWidth(line + word, font, SIZE) <= room:
            line += word
            continue
        if line.strip():
            lines.append(line.strip())
        line = word.lstrip()
        while stringWidth(line, font, SIZE) > room:
            end = next(n for n in range(len(line), 0, -1) if stringWidth(line[:n], font, SIZE) <= room)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line.strip()] if line.strip() else lines
