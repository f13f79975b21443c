"""A printer of made-up reports, in every style of text that the loaders must read back to the same tables."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from loaders.printed import Period, PrintedTable

MONTHS = "januar februar mars april mai juni juli august september oktober november desember".title().split()
NOTE = '"Om statistikken - Arbeidssøkere" finner du på nav.no.'
LEGEND = "NAV har valgt å erstatte verdier i celler hvor tallene er mindre enn 4 med spesialtegn «*»."


class Start(Enum):
    """What is above a table besides its own heading."""

    FULL = "a page with title and period"
    UNTITLED = "a page that lost its title"
    BARE = "a page that lost title and period, after a form feed"
    SAME_PAGE = "nothing: the table stands on the page of the one before"


class Cover(Enum):
    """What is before the first page with a table."""

    NONE = "nothing"
    NOTES = "notes"
    TITLED = "title, period and notes"


class Rules(Enum):
    """Where rows of dashes are."""

    NONE = "nowhere"
    HEADER = "after the header row"
    ROWS = "after every row"


Row = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Part:
    """A table, or a part of one that was cut: what is printed between one header row and the next.

    Attributes:
        start: what is above it.
        section: the page's section heading, None if it is not printed.
        heading: the table's own heading, None if it is not printed.
        columns: the column labels.
        rows: label and values of each row; the first is the total.
        is_average_above: True if the first column's label is broken above the header row.
        is_fragment: True if the cells are one under the other.
    """

    start: Start
    section: str | None
    heading: str | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_average_above: bool = False
    is_fragment: bool = False


@dataclass(frozen=True)
class WrittenReport:
    """A report as it was written: what must come out again when it is read."""

    title: str
    period: Period
    cover: Cover
    legend: str | None
    updated: date | None
    parts: tuple[Part, ...]

    @property
    def tables(self) -> list[tuple[object, ...]]:
        """The tables of the report, as `facts_of` returns them of a table that was read."""
        tables: list[tuple[object, ...]] = []
        page_no = 0 if self.cover is Cover.NONE else 1
        section: str | None = None
        for table_no, part in enumerate(self.parts, 1):
            if part.start is not Start.SAME_PAGE:
                page_no += 1
                section = None if part.start is Start.BARE else part.section
            facts = (part.heading, part.columns, part.rows, part.is_fragment)
            tables.append((table_no, page_no, section, *facts))
        return tables


def facts_of(table: PrintedTable) -> tuple[object, ...]:
    """Return all that a table prints, but for its line numbers."""
    rows = tuple((row.label, tuple(row.values)) for row in table.rows)
    place = (table.table_no, table.page_no, table.section_heading)
    return (*place, table.table_heading, table.columns, rows, table.is_fragment)


@dataclass(frozen=True)
class Style:
    """How a converter writes a report down.

    Attributes:
        has_pipes: True for pipe tables, False for tabs.
        is_padded: True if blanks are around cells.
        bold: the mark around the cells of total rows: `<b>`, `**` or nothing.
        star: how a star is written.
        heading_marks: the marks before headings, taken in turn.
        rules: where rows of dashes are.
        has_blank_lines: True if a blank line is between rows.
        is_broken: True if headings are broken over two lines.
        number_blank: the blank between groups of digits.
        text_blank: the blank between words.
        form_feed: what comes before a page: a form feed, one on a line of its own, or nothing.
        line_end: the end of each line.
        has_byte_order_mark: True if the file begins with one.
        ends_with_line_end: True if the last line is ended, too.
        is_decomposed: True if letters such as å are written as two characters.
    """

    has_pipes: bool = False
    is_padded: bool = False
    bold: str = ""
    star: str = "*"
    heading_marks: tuple[str, ...] = ("",)
    rules: Rules = Rules.NONE
    has_blank_lines: bool = False
    is_broken: bool = False
    number_blank: str = " "
    text_blank: str = " "
    form_feed: str = ""
    line_end: str = "\n"
    has_byte_order_mark: bool = False
    ends_with_line_end: bool = True
    is_decomposed: bool = False


def print_report(report: WrittenReport, style: Style) -> bytes:
    """Write a report down in a style."""
    text = "\n".join(_lines(report, style))
    if style.ends_with_line_end:
        text += "\n"
    if style.is_decomposed:
        text = unicodedata.normalize("NFD", text)
    text = text.replace("\n", style.line_end)
    return text.encode("utf-8-sig" if style.has_byte_order_mark else "utf-8")


def period_text(period: Period) -> str:
    """Return the line that prints a period."""
    return f"{MONTHS[period.first_month - 1]} - {MONTHS[period.last_month - 1].lower()} {period.year}"


def _lines(report: WrittenReport, style: Style) -> Iterator[str]:
    if report.cover is not Cover.NONE:
        if report.cover is Cover.TITLED:
            yield from _headings([report.title, "Om tabellene", period_text(report.period)], style)
        for note in (NOTE, report.legend):
            if note is not None:
                yield from (note.replace("«*»", f"«{style.star}»"), "")
    for part in report.parts:
        if part.start is Start.SAME_PAGE:
            yield ""
        elif style.form_feed:
            yield style.form_feed
        yield from _part(part, report, style)


def _part(part: Part, report: WrittenReport, style: Style) -> Iterator[str]:
    if part.start is Start.FULL:
        yield from _headings([report.title], style)
    if part.start in {Start.FULL, Start.UNTITLED}:
        if part.section is not None:
            yield from _headings(_broken(part.section, style), style)
        if part.start is Start.FULL and report.updated is not None:
            yield from (f"Rapport oppdatert: {report.updated:%d.%m.%Y}", "")
        yield from _headings([period_text(report.period)], style)
    if part.heading is not None:
        yield from _headings(_broken(part.heading, style), style)
    yield from _fragment(part, style) if part.is_fragment else _table(part, style)


def _table(part: Part, style: Style) -> Iterator[str]:
    header = list(part.columns)
    if part.is_average_above:
        yield from (*header[0].split(), "")
        header[0] = ""
    yield _row(["", *header], style)
    if style.rules is not Rules.NONE:
        yield _rule(["", *header], style)
    for number, (label, values) in enumerate(part.rows):
        cells = [_text(label, style), *(_value(value, style) for value in values)]
        if style.has_blank_lines:
            yield ""
        yield _row([_bold(cell, style) for cell in cells] if number == 0 else cells, style)
        if style.rules is Rules.ROWS:
            yield _rule(cells, style)


def _fragment(part: Part, style: Style) -> Iterator[str]:
    yield from part.columns
    for label, values in part.rows:
        yield from ("", *_broken(label, style), "")
        yield from (_value(value, style) for value in values)


def _headings(texts: Sequence[str], style: Style) -> Iterator[str]:
    for number, text in enumerate(texts):
        mark = style.heading_marks[number % len(style.heading_marks)]
        yield from (f"{mark} {_text(text, style)}" if mark else _text(text, style), "")


def _broken(text: str, style: Style) -> list[str]:
    """Break a text at the first blank that has words on both sides."""
    words = text.split(" ")
    for place in range(1, len(words)) if style.is_broken else ():
        parts = [" ".join(words[:place]), " ".join(words[place:])]
        if all(any(character.isalpha() for character in part) for part in parts):
            return parts
    return [text]


def _row(cells: Sequence[str], style: Style) -> str:
    if style.has_pipes:
        return f"| {' | '.join(cells)} |" if style.is_padded else f"|{'|'.join(cells)}|"
    return "\t".join(f" {cell} " if style.is_padded else cell for cell in cells)


def _rule(cells: Sequence[str], style: Style) -> str:
    dashes = ["-" * max(2, len(cell)) for cell in cells]
    return f"|{'|'.join(dashes)}|" if style.has_pipes else "\t".join(dashes)


def _text(text: str, style: Style) -> str:
    return text.replace(" ", style.text_blank)


def _value(value: str, style: Style) -> str:
    return style.star if value == "*" else value.replace(" ", style.number_blank)


def _bold(cell: str, style: Style) -> str:
    return f"{style.bold}{cell}{style.bold.replace('<', '</')}" if cell else cell
