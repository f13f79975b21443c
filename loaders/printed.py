"""What a report prints: the data classes that loaders hand to each other."""

import calendar
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

# Ends a label that its file cuts at the edge of a column, where nothing says how it goes on.
CUT_MARK = "\u2026"


class LineKind(StrEnum):
    """What a reader can say of a line without knowing the report."""

    BLANK = "blank"
    RULE = "rule"
    TEXT = "text"
    ROW = "row"
    GAP = "gap"


class Line(NamedTuple):
    """A line of a file as tokens.

    A TEXT line has one token, its text; a ROW has its label and then its values; a BLANK or
    RULE line has none, nor has a GAP: a blank line after which the columns go on with another table.

    Attributes:
        line_no: its number in reading order, from 1.
        kind: what the reader can say of it.
        tokens: what is printed on it.
        places: where in the source each token is, for a reader whose lines have no numbers a person
            would know: cells of a sheet, rectangles of a page.
    """

    line_no: int
    kind: LineKind
    tokens: Sequence[str]
    places: Sequence[str] = ()


# The lines of a page in order. A reader may make them anew whenever they are asked for.
Page = Iterable[Line]


@dataclass(frozen=True)
class SourceText:
    """A file after its reader: pages of lines, and how the text was marked up.

    Attributes:
        pages: its pages in reading order.
        line_count: how many lines they have.
        text_format: `text`, `markdown`, `xlsx` or `pdf`.
        notices: what of the file was left out and why, a sentence each.
        has_own_pages: True if its pages are those of the publication, so that a page without a table was
            published so; else a table may have been lost there.
    """

    pages: Sequence[Page]
    line_count: int
    text_format: str
    notices: Sequence[str] = ()
    has_own_pages: bool = False

    def place_of(self, line_no: int) -> str:
        """Return where a line is, in words that a person finds it by."""
        lines = chain.from_iterable(self.pages)
        places = next((line.places for line in lines if line.line_no == line_no), ())
        return places[0] if places else line_place(line_no)


def line_place(line_no: int) -> str:
    """Return the place of a line that has no other than its number."""
    return f"line {line_no}"


class LineRole(StrEnum):
    """What a line is for in its report. Every line has exactly one role."""

    HEADING = "heading"
    NOTE = "note"
    PERIOD = "period"
    HEADER = "header"
    DATA = "data"
    RULE = "rule"
    BLANK = "blank"
    FRAGMENT = "fragment"


class PrintedRow(NamedTuple):
    """A row of a table: its label and one value per column of the table.

    A value is the printed text, `""` for a blank cell, or None where nothing is printed because
    the row has no cell in that column.
    """

    line_nos: Sequence[int]
    label: str
    values: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class PackedRows:
    """The rows of a table as three tuples: in a large report, objects for the rows fill the memory.

    Attributes:
        labels: the label of each row.
        values: the values of all rows, row by row.
        line_nos: the line numbers of all rows, row by row; equally many for each.
        places: the places of all values, row by row; none where the line number is all there is to say.
    """

    labels: tuple[str, ...]
    values: tuple[str | None, ...]
    line_nos: "array[int]"
    places: tuple[str, ...] = ()

    @classmethod
    def pack(cls, rows: Sequence[PrintedRow]) -> "PackedRows":
        """Pack the rows of a table."""
        return cls(
            tuple([row.label for row in rows]),
            tuple(chain.from_iterable([row.values for row in rows])),
            array("i", chain.from_iterable([row.line_nos for row in rows])),
        )

    def unpack(self) -> list[PrintedRow]:
        """Return the rows."""
        width = len(self.values) // len(self.labels)
        lines = len(self.line_nos) // len(self.labels)
        return [
            PrintedRow(
                tuple(self.line_nos[row * lines : (row + 1) * lines]),
                label,
                self.values[row * width : (row + 1) * width],
            )
            for row, label in enumerate(self.labels)
        ]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table on a page. The first row is its total, and the total's label says its slice.

    A row's `line_nos` has one entry for a row on one line, and one entry per value in a
    vertical fragment.
    """

    table_no: int
    page_no: int
    section_heading: str | None
    table_heading: str | None
    columns: tuple[str, ...]
    packed: PackedRows
    is_fragment: bool = False

    @property
    def rows(self) -> list[PrintedRow]:
        """The rows, made anew each time."""
        return self.packed.unpack()


@dataclass(frozen=True)
class Period:
    """The months of an edition, all of one year."""

    year: int
    first_month: int
    last_month: int

    @property
    def end(self) -> date:
        """The last day of the period, on which its last month is counted."""
        _, last_day = calendar.monthrange(self.year, self.last_month)
        return date(self.year, self.last_month, last_day)

    @property
    def months(self) -> range:
        """The month numbers of the period, in order."""
        return range(self.first_month, self.last_month + 1)


@dataclass(frozen=True)
class PrintedReport:
    """All that one report file prints.

    `line_roles` counts the lines per role and adds up to `line_count`. `notices` is what a person should know
    of the file: what was left out, and what is not as it usually is; a sentence each, with its place.
    """

    product_title: str
    product_code: str
    period: Period
    updated_date: date | None
    legend_text: str | None
    text_format: str
    line_count: int
    line_roles: dict[LineRole, int]
    tables: list[PrintedTable] = field(repr=False)
    notices: Sequence[str] = ()
