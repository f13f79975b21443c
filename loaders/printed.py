"""What a report prints: the data classes that loaders hand to each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class LineKind(StrEnum):
    """What a reader can say of a line without knowing the report."""

    BLANK = "blank"
    RULE = "rule"
    TEXT = "text"
    ROW = "row"


class Line(NamedTuple):
    """A line of a file as tokens.

    A TEXT line has one token, its text; a ROW has its label and then its values; a BLANK or
    RULE line has none.
    """

    line_no: int
    kind: LineKind
    tokens: Sequence[str]


Page = list[Line]


@dataclass(frozen=True)
class SourceText:
    """A file after its reader: pages of lines, and how the text was marked up."""

    pages: list[Page]
    line_count: int
    text_format: str


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


@dataclass(frozen=True)
class PrintedTable:
    """A table on a page. The first row is its total, and the total's label tells its slice.

    A row's `line_nos` has one entry for a row that stands on one line, and one entry per value in a
    vertical fragment.
    """

    table_no: int
    page_no: int
    section_heading: str | None
    table_heading: str | None
    columns: tuple[str, ...]
    rows: list[PrintedRow]
    is_fragment: bool = False


@dataclass(frozen=True)
class Period:
    """The months of an edition, all of one year."""

    year: int
    first_month: int
    last_month: int

    @property
    def months(self) -> range:
        """The month numbers of the period, in order."""
        return range(self.first_month, self.last_month + 1)


@dataclass(frozen=True)
class PrintedReport:
    """All that one report file prints.

    `line_roles` counts the lines per role and adds up to `line_count`.
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
