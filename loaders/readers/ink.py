"""Ink on a page of a PDF: what a person sees there, to hold the letters against that the file names.

A letter may be white on white, of no size, clipped away, or under something; and a number may be drawn by
strokes, without a letter. All of it shows when the page is drawn, whatever the way it was done.
"""

from collections.abc import Sequence

import pypdfium2 as pdfium

from loaders.readers.box import Box

# Dots for a point: a stroke of a small letter is a point wide.
SCALE = 1.5
# Shades of 255 between the lightest and the darkest dot: bands of a table differ by 18, letters by 150.
CONTRAST = 40
# Letters reach over the room of their neighbours by less than this share of their width.
OVERHANG = 0.1
# Lines around a cell reach into it by less than this, in points.
LINE = 1.5


class Ink:
    """A page as it is drawn; places on it are in points from the upper left corner of its media box."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        """Draw a page."""
        self.dots = page.render(scale=SCALE, grayscale=True).to_numpy()
        left, _, _, top = page.get_mediabox()
        # Of a page may be shown but a part.
        shown_left, _, _, shown_top = page.get_bbox()
        self.x, self.y = left - shown_left, shown_top - top
        self._shades: dict[tuple[int, int], tuple[list[int], list[int]]] = {}

    def shows_all(self, letters: Sequence[Box]) -> bool:
        """Tell whether there is ink where each of some letters should be."""
        return all(self._shows(letter) for letter in letters)

    def is_in(self, cell: Box) -> bool:
        """Tell whether there is ink within a cell."""
        return self._has_ink(cell, LINE)

    def _shows(self, letter: Box) -> bool:
        rows = self._range(letter.top + self.y, letter.bottom + self.y)
        if (rows.start, rows.stop) not in self._shades:
            band = self.dots[rows]
            # All letters of a line are in one band. To look at it once is a third of the time.
            shades = (band.min(axis=0).tolist(), band.max(axis=0).tolist()) if len(band) else ([], [])
            self._shades[rows.start, rows.stop] = shades
        lowest, highest = self._shades[rows.start, rows.stop]
        aside = OVERHANG * (letter.right - letter.left)
        columns = self._range(letter.left + aside + self.x, letter.right - aside + self.x)
        return max(highest[columns], default=0) - min(lowest[columns], default=0) >= CONTRAST

    def _has_ink(self, box: Box, inside: float) -> bool:
        rows = self._range(box.top + inside + self.y, box.bottom - inside + self.y)
        columns = self._range(box.left + inside + self.x, box.right - inside + self.x)
        dots = self.dots[rows, columns]
        return dots.size > 0 and int(dots.max()) - int(dots.min()) >= CONTRAST

    @staticmethod
    def _range(first: float, last: float) -> slice:
        start = max(int(first * SCALE), 0)
        return slice(start, max(int(last * SCALE + 1), start))
