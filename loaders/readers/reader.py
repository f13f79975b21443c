"""What a reader of a file format has to offer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from PIL.Image import Image

from loaders.errors import LookupFailedError
from loaders.layout import Layout
from loaders.printed import SourceText
from loaders.readers.box import Box

# How many lines, rows of a sheet or rows of a page are shown before and after a place.
SURROUNDINGS = 3
# A picture has room for more of them.
SURROUNDINGS_OF_PICTURE = 8

GET_WORKBOOK = "fetch the report again from NAV; a workbook (.xlsx) is read best"


class ExcerptLine(NamedTuple):
    """A line of a file as it is shown to people.

    Attributes:
        place: where it is: a line's number, a row of a sheet, a row of a page.
        text: what is printed there.
        is_cell: True for the line that was asked for.
    """

    place: str
    text: str
    is_cell: bool


class View(NamedTuple):
    """A part of a file as a person sees it: a page, or some rows of a sheet.

    Attributes:
        name: what it is called.
        width: how wide it is, in points.
        height: how high it is.
        boxes: where in it the places are that were asked for.
        draw: draws it, with each of the groups of places in a frame.
    """

    name: str
    width: float
    height: float
    boxes: Mapping[str, Box]
    draw: Callable[[], Image]


class Reader(Protocol):
    """Turns the bytes of one file format into pages of lines of tokens."""

    @property
    def suffixes(self) -> Sequence[str]:
        """How names of such files end. The bytes decide; a name only says where to look."""

    def read(self, content: bytes, name: str, layout: Layout) -> SourceText:
        """Return pages of lines of tokens, each line with its place.

        Raises:
            TiltakError: the file is damaged, or holds what cannot be read with certainty.
        """

    def transcript(self, content: bytes, name: str, layout: Layout) -> Sequence[str]:
        """Return what is printed on each of the lines that `read` numbers, for people to look at."""

    def excerpt(self, content: bytes, place: str) -> Sequence[ExcerptLine]:
        """Return what is around a place that `read` has given to a token."""

    def picture(self, content: bytes, place: str, position: int, covered: Collection[str]) -> Image:
        """Draw what is around a place, the cell there in a frame.

        Args:
            content: the file.
            place: a place that `read` has given to a token.
            position: which of the values of its line it is, from 1, where the place is a whole line.
            covered: places of tokens that are not to be seen.

        Raises:
            LookupFailedError: the file has nothing there.
        """

    def views(
        self, content: bytes, groups: Sequence[Collection[str]], covered: Collection[str]
    ) -> Sequence[View]:
        """Return the parts of a file that hold some places; none where a text is all there is to see.

        Args:
            content: the file.
            groups: places of tokens that belong together, as those of a table.
            covered: places of tokens that are not to be seen.
        """


def lines_around(lines: Sequence[str], place_of: Sequence[str], place: str) -> list[ExcerptLine]:
    """Return the lines around the one at a place.

    Args:
        lines: what is printed on each line.
        place_of: the place of each line.
        place: the place asked for.

    Raises:
        LookupFailedError: no line is there.
    """
    try:
        at = place_of.index(place)
    except ValueError as error:
        raise nothing_at(place) from error
    first, last = max(at - SURROUNDINGS, 0), min(at + SURROUNDINGS, len(lines) - 1)
    return [ExcerptLine(place_of[index], lines[index], index == at) for index in range(first, last + 1)]


def nothing_at(place: str) -> LookupFailedError:
    """Return the error to raise for a place where a file has nothing."""
    return LookupFailedError(f"the file has nothing at {place}", "was it changed? run `tiltak build` again")
