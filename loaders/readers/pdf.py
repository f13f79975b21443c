"""Reader of PDFs: in NAV's own each cell is a filled rectangle with its text, so it is read, not guessed.

Text that is in no such rectangle, as in a PDF that a browser has printed, is cut where it has wide gaps,
and its right side says which column it belongs to.
"""

import ctypes
import math
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL.Image import Image

from loaders.errors import LayoutError, UnreadableFileError
from loaders.layout import Layout, normalise
from loaders.printed import CUT_MARK, Line, SourceText
from loaders.readers.box import Box, parse_place, place_of
from loaders.readers.grid import GridCell, GridRow, GridRules, lay_out
from loaders.readers.ink import Ink
from loaders.readers.pdf_parts import check_parts
from loaders.readers.picture import as_shown, draw_page
from loaders.readers.reader import GET_WORKBOOK, SURROUNDINGS, ExcerptLine, View, lines_around, nothing_at

# Right sides of a column agree to a hundredth of a point in NAV's files; a digit is 5 points wide.
RULES = GridRules(tolerance=2.0, has_blank_rows=False)
# Lines are drawn as rectangles too, a third of a point high. A cell holds a line of text of 7 points.
LEAST_SIDE = 5.0
# Parts of a free line are apart if more than this share of the letters' height is between them.
WIDE_GAP = 0.75
WORD_GAP = 0.15
# PDFium writes a hyphen at the end of a line so.
HYPHEN = "\x02"
# Text that runs straight rises by nothing but what rounding leaves.
LARGEST_SLOPE = 0.01
# The smallest text of NAV's files has 7 points.
LEAST_SIZE = 2.0
# What PDFium says of a file that no password protects, not even an empty one.
NOT_PROTECTED = -1
# Padding is a point and a half in NAV's files; text further to the right is not set to the left.
LARGEST_PADDING = 4.0
# A rectangle over more than this share of a page is its ground, not a cell.
LARGEST_CELL = 0.25
# To look at a page without knowing any words.
NO_LAYOUT = Layout({}, {}, frozenset())
# Letters of one word may reach into each other a little (kerning); more is text over text.
OVERLAP = 0.3


@dataclass
class _Run:
    """Letters of one text object, in the order in which they are drawn.

    Attributes:
        text: the letters, with a blank for each of theirs.
        box: what is around them.
        letters: where each is, but for blanks.
        is_seen: False if there is no ink where one of them should be.
        is_seen_in_part: True if there is ink for all but the last.
    """

    text: str
    box: Box
    letters: list[Box] = field(default_factory=list)
    is_seen: bool = True
    is_seen_in_part: bool = True

    @property
    def first_width(self) -> float:
        """How wide its first letter is."""
        return self.letters[0].right - self.letters[0].left


@dataclass
class _Cell:
    """A rectangle and the runs of text in it; without a rectangle, text alone.

    Attributes:
        box: the rectangle, or what is around the text.
        runs: the text in it.
        is_drawn: True if the box is a rectangle of the page.
    """

    box: Box
    runs: list[_Run] = field(default_factory=list)
    is_drawn: bool = True

    @cached_property
    def lines(self) -> list[list[_Run]]:
        """The runs line by line, from left to right."""
        lines: list[list[_Run]] = []
        for run in sorted(self.runs, key=lambda run: (run.box.middle, run.box.left)):
            if lines and lines[-1][0].box.shares_line(run.box):
                lines[-1].append(run)
            else:
                lines.append([run])
        return [sorted(line, key=lambda run: run.box.left) for line in lines]

    @cached_property
    def text(self) -> str:
        """Its text, with the lines that a word was broken over put together."""
        text, before = "", None
        for line in self.lines:
            joined = _joined(line)
            if before is not None and not self._is_cut(before, line, joined):
                text += " "
            text += joined
            before = line
        return " ".join(unicodedata.normalize("NFC", text).split())

    @property
    def may_be_cut(self) -> bool:
        """Tell whether its text, words on one line, begins at the left and reaches into the right padding."""
        if not self.is_drawn or len(self.lines) != 1 or not any(letter.isalpha() for letter in self.text):
            return False
        padding = self.lines[0][0].box.left - self.box.left
        is_at_left = 0 < padding < LARGEST_PADDING
        return is_at_left and self.lines[-1][-1].box.right > self.box.right - padding

    def _is_cut(self, line: list[_Run], below: list[_Run], joined: str) -> bool:
        """Tell whether a line ends within a word.

        It does after a stroke, and where it is one word that leaves no room for another letter.
        """
        printed = _joined(line)
        if printed.endswith("/"):
            return True
        if not self.is_drawn or " " in printed or not joined[:1].isalpha():
            return False
        padding = line[0].box.left - self.box.left
        return line[-1].box.right + below[0].first_width > self.box.right - max(padding, 0)


class PdfReader:
    """Reader of PDFs."""

    suffixes = (".pdf",)

    def read(self, content: bytes, name: str, layout: Layout) -> SourceText:
        """Return the pages with their rows of cells.

        Raises:
            UnreadableFileError: the file is damaged or protected, or a page is a picture.
            LayoutError: a page has text that cannot be read with certainty.
        """
        pages: list[list[Line]] = []
        line_count = 0
        for rows in _pages(content, name, layout):
            lines = lay_out(rows, line_count + 1, layout, RULES, name)
            pages.append(lines)
            line_count += len(lines)
        return SourceText(pages, line_count, "pdf", has_own_pages=True)

    def transcript(self, content: bytes, name: str, layout: Layout) -> list[str]:
        """Return the cells of each line, between bars."""
        pages = self.read(content, name, layout).pages
        return [" | ".join(line.tokens) for page in pages for line in page]

    def excerpt(self, content: bytes, place: str) -> list[ExcerptLine]:
        """Return the rows of the page around a cell."""
        page_no, box = parse_place(place)
        rows = list(_pages(content, place))[page_no - 1]
        middle = box.middle
        distances = [abs(parse_place(row.place)[1].middle - middle) for row in rows]
        at = distances.index(min(distances)) if rows else 0
        shown = rows[max(at - SURROUNDINGS, 0) : at + SURROUNDINGS + 1]
        texts = [" | ".join(cell.text for cell in row.cells if cell.text) for row in shown]
        return lines_around(texts, [row.place for row in shown], rows[at].place if rows else place)

    def picture(self, content: bytes, place: str, position: int, covered: Collection[str]) -> Image:  # noqa: ARG002
        """Draw the page of a cell."""
        page_no, box = parse_place(place)
        return self.page_picture(content, page_no, [box], covered)

    def page_picture(
        self, content: bytes, page_no: int, frames: Iterable[Box], covered: Iterable[str]
    ) -> Image:
        """Draw a page with frames around some of its rectangles; cells at covered places are not seen."""
        covers = [box for number, box in map(parse_place, covered) if number == page_no]
        document = open_document(content, f"page {page_no}")
        try:
            if not 1 <= page_no <= len(document):
                raise nothing_at(f"page {page_no}")
            return draw_page(document[page_no - 1], frames, covers)
        finally:
            document.close()

    def views(
        self, content: bytes, groups: Sequence[Collection[str]], covered: Collection[str]
    ) -> Sequence[View]:
        """Return the pages that hold places."""
        asked = [frozenset(group) for group in groups]
        document = open_document(content, "")
        try:
            return [
                view
                for page_no, rows in enumerate(_pages(content, ""), start=1)
                if (view := self._view(content, document[page_no - 1], page_no, rows, asked, covered)).boxes
            ]
        finally:
            document.close()

    def _view(
        self,
        content: bytes,
        page: pdfium.PdfPage,
        page_no: int,
        rows: Sequence[GridRow],
        groups: Sequence[frozenset[str]],
        covered: Collection[str],
    ) -> View:
        frames: dict[int, Box] = {}
        boxes: dict[str, Box] = {}
        for row in rows:
            for group_no, group in enumerate(groups):
                found = [cell.place for cell in row.cells if cell.place in group]
                if found:
                    box = parse_place(row.place)[1]
                    frames[group_no] = frames.get(group_no, box).around(box)
                    boxes |= {place: as_shown(page, parse_place(place)[1]) for place in found}
        left, bottom, right, top = page.get_cropbox()

        def draw() -> Image:
            return self.page_picture(content, page_no, frames.values(), covered)

        return View(f"Page {page_no}", right - left, top - bottom, boxes, draw)


def completed(text: str, outline: Iterable[str], layout: Layout) -> str:
    """Return a label that may be cut, completed from the one entry of the outline that begins with it.

    Where the outline has none, it is completed from the one known label; without exactly one of either
    it ends in the sign for a cut label.
    """
    label = normalise(text)
    starts = {label, label.removeprefix(layout.total_in(label) or "").lstrip()}
    for whole in (outline, layout.labels.union(layout.months, layout.averages)):
        found = {other[len(start) :] for start in starts for other in whole if other.startswith(start)}
        if found:
            return text + found.pop() if len(found) == 1 else text + CUT_MARK
    return text + CUT_MARK


def _pages(content: bytes, name: str, layout: Layout = NO_LAYOUT) -> Iterator[list[GridRow]]:
    document = open_document(content, name)
    try:
        counts = check_parts(content, name)
        if counts.pages != len(document):
            raise _differs(counts.pages, len(document), "pages", name)
        text_count = 0
        outline = {normalise(entry.get_title()) for entry in document.get_toc()}
        for page_no in range(1, counts.pages + 1):
            cells, texts = _read_page(document, page_no, name)
            text_count += texts
            for cell in cells:
                if cell.may_be_cut:
                    cell.text = completed(cell.text, outline, layout)
            yield list(_rows(cells, page_no))
        # A text that two pages share is shown twice.
        if text_count < counts.texts:
            raise _differs(counts.texts, text_count, "texts", name)
    except pdfium.PdfiumError as error:
        raise UnreadableFileError(
            f"a page of the PDF cannot be read: {error}", "it is damaged: fetch it again", name
        ) from error
    finally:
        document.close()


def _differs(told: int, shown: int, what: str, name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"the PDF has {told} {what} and shows {shown}",
        "it was changed or damaged: fetch it again from NAV",
        name,
    )


def open_document(content: bytes, name: str) -> pdfium.PdfDocument:
    """Open a PDF; who opens it closes it.

    Raises:
        UnreadableFileError: it is damaged or protected.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise _protected(name) from error
        raise UnreadableFileError(
            f"the PDF cannot be opened: {error}", "it is cut or damaged: fetch it again", name
        ) from error
    if pdfium_c.FPDF_GetSecurityHandlerRevision(document) != NOT_PROTECTED:
        document.close()
        raise _protected(name)
    return document


def _protected(name: str) -> UnreadableFileError:
    return UnreadableFileError("the PDF is protected by a password", GET_WORKBOOK, name)


def _read_page(document: pdfium.PdfDocument, page_no: int, name: str) -> tuple[list[_Cell], int]:
    """Return the cells of a page, and how many texts are drawn on it."""
    page = document[page_no - 1]
    try:
        if page.get_rotation():
            raise _refused(f"page {page_no} is rotated", page_no, name)
        left, bottom, right, top = page.get_mediabox()
        texts = list(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_TEXT,)))
        _check_sizes(texts, page_no, name)
        _drop_stand_ins(texts)
        runs = list(_runs(page.get_textpage(), left, top, page_no, name))
        media = Box(0, 0, right - left, top - bottom)
        ink = Ink(page)
        for run in runs:
            _check_on_page(run, media, page_no, name)
            run.is_seen = ink.shows_all(run.letters)
            run.is_seen_in_part = run.is_seen or ink.shows_all(run.letters[:-1])
        boxes, pictures = _drawn(page, left, top)
        if not runs:
            # Pages without a table have their head; one without a letter is a picture, or was lost.
            kind = "a scan" if pictures else "a blank page, or one that is damaged"
            raise UnreadableFileError(
                f"no text on page {page_no}: {kind}", GET_WORKBOOK, name, place=f"page {page_no}"
            )
        if any(picture.area > media.area * LARGEST_CELL for picture in pictures):
            raise _refused(f"page {page_no} has text on a picture, as a scan has", page_no, name)
        cells = _cells(runs, boxes, media, page_no, name)
        _check_blank(cells, pictures, ink, page_no, name)
        return cells, len(texts)
    finally:
        page.close()


def _check_sizes(texts: Sequence[pdfium.PdfObject], page_no: int, name: str) -> None:
    """Refuse text that is too small to be seen: PDFium passes over it."""
    size = ctypes.c_float()
    for text in texts:
        pdfium_c.FPDFTextObj_GetFontSize(text, size)
        matrix = text.get_matrix()
        scale = min(math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d))
        if text.level == 0 and abs(size.value) * scale < LEAST_SIZE:
            raise _refused(f"page {page_no} has text that is too small to be seen", page_no, name)


def _drop_stand_ins(texts: Sequence[pdfium.PdfObject]) -> None:
    """Take away the texts that stand for what is drawn: what counts is what a person sees."""
    for text in texts:
        for number in reversed(range(pdfium_c.FPDFPageObj_CountMarks(text))):
            mark = pdfium_c.FPDFPageObj_GetMark(text, number)
            kind = pdfium_c.FPDFPageObjMark_GetParamValueType(mark, b"ActualText")
            if kind != pdfium_c.FPDF_OBJECT_UNKNOWN:
                pdfium_c.FPDFPageObj_RemoveMark(text, mark)


def _drawn(page: pdfium.PdfPage, left: float, top: float) -> tuple[list[Box], list[Box]]:
    """Return the rectangles of a page, and its pictures."""
    boxes: dict[Box, None] = {}
    pictures: list[Box] = []
    for thing in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE)):
        x0, y0, x1, y1 = thing.get_bounds()
        box = Box(round(x0 - left, 2), round(top - y1, 2), round(x1 - left, 2), round(top - y0, 2))
        if thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(box)
        elif thing.level == 0 and x1 - x0 >= LEAST_SIDE and y1 - y0 >= LEAST_SIDE:
            boxes[box] = None
    return list(boxes), pictures


def _runs(textpage: pdfium.PdfTextPage, left: float, top: float, page_no: int, name: str) -> Iterator[_Run]:
    """Yield the runs of text of a page; refuse what a person would not see there, or see otherwise."""
    rect = pdfium_c.FS_RECTF()
    run: _Run | None = None
    text_object = None
    for index in range(pdfium_c.FPDFText_CountChars(textpage)):
        if pdfium_c.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        drawing = pdfium_c.FPDFText_GetTextObject(textpage, index)
        drawn_by = ctypes.addressof(drawing.contents) if drawing else 0
        letter = chr(pdfium_c.FPDFText_GetUnicode(textpage, index)).replace(HYPHEN, "-")
        pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect)
        box = Box(rect.left - left, top - rect.top, rect.right - left, top - rect.bottom)
        if run is None or drawn_by != text_object:
            if run is not None and run.letters:
                yield run
            run, text_object = _Run("", box), drawn_by
            _check_object(textpage, index, page_no, name)
        has_no_name = pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) == 1
        if has_no_name or not (letter.isprintable() or letter.isspace()):
            raise _refused(f"page {page_no} has letters that the file does not name", page_no, name)
        if letter.isspace():
            run.text += " "
        elif not run.letters or box.left - run.box.right > WIDE_GAP * run.box.height:
            if run.letters:
                yield run
            run = _Run(letter, box, [box])
        else:
            run.text += letter
            run.box = run.box.around(box)
            run.letters.append(box)
    if run is not None and run.letters:
        yield run


def _check_object(textpage: pdfium.PdfTextPage, index: int, page_no: int, name: str) -> None:
    """Refuse text that does not run from left to right, and letters upside down."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, index, matrix)
    if matrix.a < 0 or matrix.d < 0 or abs(matrix.b) > LARGEST_SLOPE * matrix.a:
        raise _refused(f"page {page_no} has text that is turned", page_no, name)


def _check_on_page(run: _Run, page: Box, page_no: int, name: str) -> None:
    if not page.holds((run.box.left + run.box.right) / 2, run.box.middle):
        raise _refused(f"text lies outside page {page_no}", page_no, name, run.text)


def _check_blank(cells: Sequence[_Cell], pictures: Sequence[Box], ink: Ink, page_no: int, name: str) -> None:
    """Refuse cells that have no text and are not blank: a number may be drawn by strokes."""
    for cell in cells:
        has_picture = any(cell.box.overlaps(picture) for picture in pictures)
        if not cell.runs and not has_picture and ink.is_in(cell.box):
            raise _refused(f"page {page_no} has a drawing in a cell without text", page_no, name)


def _cells(runs: Sequence[_Run], boxes: Sequence[Box], page: Box, page_no: int, name: str) -> list[_Cell]:
    """Give each run of text to its cell, and return the cells, blank ones beside them too."""
    bands = _bands(box for box in boxes if box.area < page.area * LARGEST_CELL)
    held: dict[Box, list[_Run]] = {}
    free: list[_Run] = []
    for run in runs:
        box = _box_of(run, bands)
        (held.setdefault(box, []) if box is not None else free).append(run)
    cells = []
    for box, inside in held.items():
        cell = _Cell(box, inside)
        if all(_is_together(line) for line in cell.lines):
            cells.append(cell)
        else:
            free += inside
    for cell in (*cells, *_free_cells(free)):
        _check_overlap(cell, page_no, name)
    rows = {(cell.box.top, cell.box.bottom) for cell in cells}
    blank = [box for row in rows for box in bands[row] if box not in held]
    return [*cells, *_free_cells(free), *(_Cell(box) for box in blank)]


def _bands(boxes: Iterable[Box]) -> dict[tuple[float, float], list[Box]]:
    """Return boxes by where they begin and end on the page from above."""
    bands: dict[tuple[float, float], list[Box]] = {}
    for box in boxes:
        bands.setdefault((box.top, box.bottom), []).append(box)
    return bands


def _box_of(run: _Run, bands: dict[tuple[float, float], list[Box]]) -> Box | None:
    """Return the smallest box around the middle of a run."""
    x, y = (run.box.left + run.box.right) / 2, run.box.middle
    around = (
        box
        for (top, bottom), boxes in bands.items()
        if top <= y <= bottom
        for box in boxes
        if box.left <= x <= box.right
    )
    return min(around, key=lambda box: box.area, default=None)


def _is_together(line: Sequence[_Run]) -> bool:
    """Tell whether no wide gap is between the runs of a line."""
    return all(
        after.box.left - before.box.right <= WIDE_GAP * before.box.height for before, after in pairwise(line)
    )


def _free_cells(runs: Sequence[_Run]) -> list[_Cell]:
    """Put runs that are in no rectangle together to cells, cut where a wide gap is."""
    cells: list[_Cell] = []
    for line in _Cell(Box(0, 0, 0, 0), list(runs)).lines:
        for number, run in enumerate(line):
            if number and _is_together([line[number - 1], run]):
                cells[-1].runs.append(run)
                cells[-1].box = cells[-1].box.around(run.box)
            else:
                cells.append(_Cell(run.box, [run], is_drawn=False))
    return cells


def _check_overlap(cell: _Cell, page_no: int, name: str) -> None:
    """Refuse text over other text, and text that reaches out of its cell: nobody could say what is meant."""
    for line in cell.lines:
        room = OVERLAP * line[0].box.height
        is_long = line[-1].box.right > cell.box.right + room and not cell.may_be_cut
        if line[0].box.left < cell.box.left - room or is_long:
            raise _refused(f"text reaches out of its cell on page {page_no}", page_no, name, cell.text)
        for before, after in pairwise(line):
            if before.box.right - after.box.left > OVERLAP * before.box.height:
                raise _refused(f"text is printed over other text on page {page_no}", page_no, name, cell.text)


def _joined(line: Sequence[_Run]) -> str:
    """Return the text of a line, with a blank where there is room for one."""
    text = line[0].text
    for before, after in pairwise(line):
        has_gap = after.box.left - before.box.right > WORD_GAP * before.box.height
        text += f" {after.text}" if has_gap else after.text
    return text


def _rows(cells: Sequence[_Cell], page_no: int) -> Iterator[GridRow]:
    """Yield rows from above, each with its cells from left to right."""
    rows: list[list[_Cell]] = []
    for cell in sorted(cells, key=lambda cell: (cell.box.middle, cell.box.left)):
        if rows and rows[-1][0].box.shares_line(cell.box):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    for row in rows:
        box = reduce(Box.around, [cell.box for cell in row if cell.runs] or [row[0].box])
        ordered = sorted(row, key=lambda cell: (cell.box.left, cell.box.right))
        yield GridRow(tuple(_grid_cell(cell, page_no) for cell in ordered), place_of(page_no, box))


def _grid_cell(cell: _Cell, page_no: int) -> GridCell:
    """Return a cell with its right side as its edge.

    Numbers are set to the right: where no rectangle says how wide their column is, they begin there, too.
    """
    text = cell.text
    is_number = not cell.is_drawn and not any(letter.isalpha() for letter in text)
    left = cell.box.right if is_number else cell.box.left
    # Where a label is cut at the edge of its column, the edge may go through its last letter.
    is_seen = all(run.is_seen_in_part if cell.may_be_cut else run.is_seen for run in cell.runs)
    return GridCell(text, left, cell.box.right, place_of(page_no, cell.box), is_seen=is_seen)


def _refused(problem: str, page_no: int, name: str, text: str | None = None) -> LayoutError:
    return LayoutError(problem, GET_WORKBOOK, name, None, None, text, f"page {page_no}")
