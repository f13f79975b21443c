"""Pictures of printed places: a page, or rows of cells, with the cell that was asked for in a frame.

PDFium draws the letters of rows as it draws those of a page: it has the fonts.
"""

import ctypes
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import ImageDraw
from PIL.Image import Image

from loaders.readers.box import Box

# Dots for a point: a page of A4 across is some 1 300 dots wide, and its smallest letters can be read.
SCALE = 1.5
FRAME, FRAME_WIDTH, FRAME_GAP = (200, 30, 30), 3, 2
COVER = (225, 225, 225)
INK, SOFT, RULE = (45, 41, 38), (125, 125, 125), (222, 222, 222)
# Points: a row, the space beside a text, the size of letters, and how far they are above the foot of a row.
ROW, SPACE, SIZE, FOOT = 16.0, 6.0, 9.0, 5.0
FONT = b"Helvetica"
LEFT_OUT = "(left out: a number here is hidden in a newer edition)"


class PictureRow(NamedTuple):
    """A row to draw: what is before it, as its number, and its cells; covered, its cells are not shown."""

    head: str
    cells: Sequence[str]
    is_covered: bool = False


def rows_around(rows: Sequence[Sequence[str]], row_no: int, column_no: int, surroundings: int) -> list[int]:
    """Return which rows to draw of a table: those around one, and the header above if it is further up."""
    first, last = max(row_no - surroundings, 0), min(row_no + surroundings, len(rows) - 1)
    shown = list(range(first, last + 1))
    header = next((at for at in range(row_no - 1, -1, -1) if _has_words(rows[at], column_no)), first)
    return shown if header >= first else [header, *shown]


class RowsPicture:
    """A picture of rows of cells.

    Attributes:
        width: how wide it is, in points.
        height: how high it is.
    """

    def __init__(self, rows: Sequence[PictureRow], columns: Sequence[str] = ()) -> None:
        """Lay out rows.

        Args:
            rows: the rows.
            columns: what is above the columns, as their letters; none for nothing.
        """
        self._has_head = bool(columns)
        self._rows = [PictureRow("", columns)] * self._has_head + list(rows)
        with _Sheet() as sheet:
            self._lefts = _lefts(self._rows, sheet)
            ends = (_end(row, self._lefts, sheet) for row in self._rows)
            self.width = max(self._lefts[-1], *ends) + SPACE
        self.height = ROW * len(self._rows)

    def box(self, row_no: int, column_no: int) -> Box:
        """Return where a cell is."""
        top = (row_no + self._has_head) * ROW
        return Box(self._lefts[column_no], top, self._lefts[column_no + 1], top + ROW)

    def draw(self, frames: Iterable[Box]) -> Image:
        """Draw the rows with some frames."""
        with _Sheet() as sheet:
            sheet.begin(self.width, self.height)
            for number, row in enumerate(self._rows):
                top = self.height - number * ROW
                _draw_row(row, self._lefts, top, sheet, is_head=number < self._has_head)
            return framed(sheet.image(), frames)


def draw_rows(rows: Sequence[PictureRow], columns: Sequence[str], row_no: int, column_no: int) -> Image:
    """Draw rows of cells with letters above the columns, one of the cells in a frame."""
    picture = RowsPicture(rows, columns)
    return picture.draw([picture.box(row_no, column_no)])


def draw_page(page: pdfium.PdfPage, frames: Iterable[Box], covers: Iterable[Box]) -> Image:
    """Draw a page of a PDF with some of its cells framed, and others covered."""
    image: Image = page.render(scale=SCALE).to_pil().convert("RGB")
    pen = ImageDraw.Draw(image)
    for box in covers:
        pen.rectangle([side * SCALE for side in as_shown(page, box).sides], fill=COVER)
    return framed(image, [as_shown(page, box) for box in frames])


def as_shown(page: pdfium.PdfPage, box: Box) -> Box:
    """Return a rectangle of a page as it is in its picture: what is shown of a page may begin within it."""
    left, _, _, top = page.get_mediabox()
    shown_left, _, _, shown_top = page.get_cropbox()
    return box.moved(left - shown_left, shown_top - top)


def framed(image: Image, boxes: Iterable[Box]) -> Image:
    """Draw frames around rectangles of a picture."""
    pen = ImageDraw.Draw(image)
    for box in boxes:
        left, top, right, bottom = (side * SCALE for side in box.sides)
        pen.rectangle(
            [left - FRAME_GAP, top - FRAME_GAP, right + FRAME_GAP, bottom + FRAME_GAP],
            outline=FRAME,
            width=FRAME_WIDTH,
        )
    return image


def _has_words(cells: Sequence[str], column_no: int) -> bool:
    return column_no < len(cells) and any(letter.isalpha() for letter in cells[column_no])


def _lefts(rows: Sequence[PictureRow], sheet: "_Sheet") -> list[float]:
    """Return where the columns begin and the last ends: a text alone in its row reaches over the others."""
    heads = max(sheet.width_of(row.head) for row in rows) + 2 * SPACE
    widths = [2 * SPACE] * max(len(row.cells) for row in rows)
    for row in rows:
        texts = [] if row.is_covered else [cell for cell in row.cells if cell]
        if len(texts) > 1:
            for column, cell in enumerate(row.cells):
                widths[column] = max(widths[column], sheet.width_of(cell) + 2 * SPACE)
    lefts = [heads]
    for width in widths:
        lefts.append(lefts[-1] + width)
    return lefts


def _end(row: PictureRow, lefts: Sequence[float], sheet: "_Sheet") -> float:
    """Return how far to the right a row reaches."""
    cells = [LEFT_OUT] if row.is_covered else row.cells
    return max((lefts[at] + SPACE + sheet.width_of(cell) for at, cell in enumerate(cells)), default=0)


def _draw_row(row: PictureRow, lefts: Sequence[float], top: float, sheet: "_Sheet", *, is_head: bool) -> None:
    foot = top - ROW + FOOT
    sheet.rule(top - ROW)
    sheet.text(row.head, SPACE, foot, SOFT)
    if row.is_covered:
        sheet.text(LEFT_OUT, lefts[0] + SPACE, foot, SOFT)
        return
    for column, cell in enumerate(row.cells):
        is_number = not any(letter.isalpha() for letter in cell)
        at = lefts[column + 1] - SPACE - sheet.width_of(cell) if is_number else lefts[column] + SPACE
        sheet.text(cell, at, foot, SOFT if is_head else INK)


class _Sheet:
    """A page to draw on: closed with its document at the end."""

    def __enter__(self) -> "_Sheet":
        self.document = pdfium.PdfDocument.new()
        return self

    def __exit__(self, *_: object) -> None:
        self.document.close()

    def begin(self, width: float, height: float) -> None:
        """Begin a page of a size."""
        self.size = width, height
        self.page = self.document.new_page(width, height)

    def image(self) -> Image:
        """Return what was drawn."""
        pdfium_c.FPDFPage_GenerateContent(self.page)
        return self.page.render(scale=SCALE).to_pil().convert("RGB")  # type: ignore[no-any-return]

    def width_of(self, text: str) -> float:
        """Return how wide a text is."""
        if not text.strip():
            return 0.0
        drawn = self._object(text)
        sides = [ctypes.c_float() for _ in range(4)]
        pdfium_c.FPDFPageObj_GetBounds(drawn, *sides)
        pdfium_c.FPDFPageObj_Destroy(drawn)
        return sides[2].value

    def text(self, text: str, x: float, y: float, colour: tuple[int, int, int]) -> None:
        """Write a text from a point on."""
        if text.strip():
            drawn = self._object(text)
            pdfium_c.FPDFPageObj_SetFillColor(drawn, *colour, 255)
            pdfium_c.FPDFPageObj_SetMatrix(drawn, pdfium_c.FS_MATRIX(1, 0, 0, 1, x, y))
            pdfium_c.FPDFPage_InsertObject(self.page, drawn)

    def rule(self, y: float) -> None:
        """Draw a line across the page."""
        drawn = pdfium_c.FPDFPageObj_CreateNewRect(0, y, self.size[0], 0.5)
        pdfium_c.FPDFPageObj_SetFillColor(drawn, *RULE, 255)
        pdfium_c.FPDFPath_SetDrawMode(drawn, pdfium_c.FPDF_FILLMODE_ALTERNATE, 0)
        pdfium_c.FPDFPage_InsertObject(self.page, drawn)

    def _object(self, text: str) -> object:
        drawn = pdfium_c.FPDFPageObj_NewTextObj(self.document, FONT, SIZE)
        # The fonts that PDFium always has know the letters of Western Europe.
        known = text.replace("\u00a0", " ").encode("cp1252", "replace").decode("cp1252")
        spelled = ctypes.create_string_buffer((known + "\0").encode("utf-16-le"))
        pdfium_c.FPDFText_SetText(drawn, ctypes.cast(spelled, pdfium_c.FPDF_WIDESTRING))
        return drawn
