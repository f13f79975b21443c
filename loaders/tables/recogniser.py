"""Find the tables in lines of tokens, and give every line of the report one role.

Select wide, judge narrow: whatever is structurally a table is taken first, then every column label
and every value is judged strictly. What fits nowhere is an error with its line.
"""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from loaders.errors import LayoutError, OtherStatisticError, TiltakError, UnknownReportError
from loaders.layout import Layout, normalise
from loaders.printed import (
    CUT_MARK,
    Line,
    LineKind,
    LineRole,
    PackedRows,
    Period,
    PrintedReport,
    PrintedTable,
    SourceText,
)
from loaders.tables.alignment import RawTable, settle_complete, settle_rows
from loaders.tables.blocks import Block, cut_blocks
from loaders.tables.fragments import read_fragment
from loaders.tables.headings import Segment, join_text, note_roles, split_floating_label, split_segments
from loaders.tables.periods import read_period
from loaders.tables.updates import read_update, tells_of_update
from loaders.tables.values import INTEGER_PATTERN, holds_values, is_value, looks_like_value

# The product code of a report of another statistic.
NO_PRODUCT = ""


# Values with semicolons between them, or with more blanks than group digits.
LOST_SEPARATORS = re.compile(r"\d ?; ?(?:\d|\*)|\d {2,}(?:\d|\*)")


@dataclass
class _Found:
    """What has been found so far while walking through a report's blocks.

    Every page prints title and period; the first line of each wording is kept.
    """

    titles: dict[str, Line] = field(default_factory=dict)
    periods: dict[str, Line] = field(default_factory=dict)
    notes: list[Line] = field(default_factory=list)
    role_counts: Counter[LineRole] = field(default_factory=Counter)
    tables: deque[RawTable | PrintedTable] = field(default_factory=deque)
    page_no: int = 0
    section_heading: str | None = None
    has_own_pages: bool = False
    pages_without_table: list[int] = field(default_factory=list)


def recognise(source: SourceText, layout: Layout, report: str) -> PrintedReport:
    """Turn a report's lines into its printed tables.

    Args:
        source: the file after its reader.
        layout: known product titles and column labels.
        report: the file's name, for messages.

    Raises:
        UnknownReportError: no known product title, or more than one.
        LayoutError: a line that fits nowhere, or a table that is not of the expected shape.
    """
    try:
        return _recognise(source, layout, report)
    except TiltakError as error:
        if error.line_no is not None:
            error.place = error.place or source.place_of(error.line_no)
        raise


def _recognise(source: SourceText, layout: Layout, report: str) -> PrintedReport:
    _check_known(source, layout, report)
    found = _Found(has_own_pages=source.has_own_pages)
    for block in cut_blocks(source, layout, report):
        _take_block(block, found, layout, report)
    product_title = _product_title(found, report)
    period = _period(found, layout, report)
    legend_text, symbols = _legend(found.notes, layout)
    tables = list(_settle_tables(found, period, layout, report))
    other_statistic = layout.other_statistic(product_title)
    if other_statistic is None:
        for table in tables:
            _check_labels(table, layout, report)
        _judge(tables, symbols, report)
    if found.role_counts.total() != source.line_count:
        raise LayoutError(
            f"{source.line_count} lines were read, but {found.role_counts.total()} have a role",
            "this is a defect of the recogniser: report it together with the file",
            report,
        )
    printed = PrintedReport(
        product_title=product_title,
        product_code=layout.product_of(product_title) or NO_PRODUCT,
        period=period,
        updated_date=read_update(found.notes, period, layout, report),
        legend_text=legend_text,
        text_format=source.text_format,
        line_count=source.line_count,
        line_roles={role: found.role_counts[role] for role in LineRole},
        tables=tables,
        notices=tuple(
            dict.fromkeys((*source.notices, *_notices(found), *_notices_of_title(product_title, layout)))
        ),
    )
    if other_statistic is not None:
        raise _other_statistic(printed, other_statistic, found, report)
    return printed


def _other_statistic(
    printed: PrintedReport, statistic: str, found: _Found, report: str
) -> OtherStatisticError:
    line = next(iter(found.titles.values()))
    error = OtherStatisticError(
        f"this is a report of another statistic: {statistic}",
        "the warehouse holds participants in measures only; leave the file out of the folder",
        report,
        None,
        line.line_no,
        printed.product_title,
    )
    error.printed = printed
    return error


def _notices(found: _Found) -> Iterator[str]:
    if found.pages_without_table:
        pages = ", ".join(str(page_no) for page_no in found.pages_without_table)
        yield f"pages with a heading and no table: {pages}"


def _notices_of_title(title: str, layout: Layout) -> Iterator[str]:
    if layout.product_of(title) and normalise(title) not in layout.products:
        yield f"the product is known by its code; seeds/layout/product.csv has another title: {title!r}"


def _take_block(block: Block, found: _Found, layout: Layout, report: str) -> None:
    found.role_counts[LineRole.BLANK] += block.blank_count
    found.role_counts[LineRole.RULE] += block.rule_count
    found.role_counts[LineRole.NOTE] += block.furniture_count
    segments = split_segments(block.preamble, layout, report)
    if block.header is None:
        for segment in segments:
            _take_page_without_table(segment, found, layout, report)
        return
    for segment in segments[:-1]:
        _take_page_without_table(segment, found, layout, report)
    _take_table(block, block.header, segments[-1], found, layout, report)


def _take_page_without_table(segment: Segment, found: _Found, layout: Layout, report: str) -> None:
    if segment.has_values:
        _take_fragment(segment, found, layout, report)
        return
    lines = list(note_roles(segment))
    if not lines:
        return
    is_empty_page = segment.title is not None and segment.period is not None and not segment.after
    if found.tables and not (found.has_own_pages and is_empty_page):
        raise LayoutError(
            "text that belongs to no table",
            "was the file cut, or a table lost here? compare with the original report",
            report,
            None,
            lines[-1][1].line_no,
            lines[-1][1].tokens[0],
        )
    _start_page(segment, found)
    if found.tables:
        found.pages_without_table.append(found.page_no)
    for role, line in lines:
        found.role_counts[role] += 1
        if role is LineRole.NOTE:
            found.notes.append(line)


def _take_fragment(segment: Segment, found: _Found, layout: Layout, report: str) -> None:
    _start_page(segment, found)
    _take_headings(segment, found, layout)
    fragment = read_fragment(segment.after, layout, report, len(found.tables) + 1)
    found.role_counts[LineRole.HEADING] += len(fragment.heading)
    found.role_counts[LineRole.FRAGMENT] += len(segment.after) - len(fragment.heading)
    found.tables.append(
        PrintedTable(
            table_no=len(found.tables) + 1,
            page_no=found.page_no,
            section_heading=found.section_heading,
            table_heading=join_text(fragment.heading) or None,
            columns=fragment.columns,
            packed=PackedRows.pack(fragment.rows),
            is_fragment=True,
        )
    )


def _take_table(
    block: Block, header: Line, segment: Segment, found: _Found, layout: Layout, report: str
) -> None:
    table_no = len(found.tables) + 1
    if segment.period is None and (segment.title is not None or found.page_no == 0):
        raise LayoutError(
            "a page does not print its period",
            "restore the line with the months above the table",
            report,
            table_no,
            header.line_no,
            " | ".join(header.tokens),
        )
    if segment.starts_page:
        _start_page(segment, found)
    elif block.starts_page:
        found.page_no += 1
        found.section_heading = None
    _take_headings(segment, found, layout)
    heading, floating = split_floating_label(_without_updates(segment.after, found, layout), layout)
    above = [*segment.before, *heading]
    stray = next((line for line in above if holds_values(line.tokens[0], layout.symbols)), None)
    if stray is not None:
        raise LayoutError(
            "values stand in a line of text, outside any table",
            "compare with the original report: was a line broken?",
            report,
            table_no,
            stray.line_no,
            stray.tokens[0],
        )
    found.role_counts[LineRole.HEADING] += len(heading)
    found.role_counts[LineRole.HEADER] += len(floating) + block.has_own_header
    found.role_counts[LineRole.DATA] += len(block.rows)
    found.tables.append(
        RawTable(
            table_no=table_no,
            header=header,
            floating_label=join_text(floating),
            rows=block.rows,
            page_no=found.page_no,
            section_heading=found.section_heading,
            table_heading=join_text(heading) or None,
        )
    )


def _start_page(segment: Segment, found: _Found) -> None:
    found.page_no += 1
    found.section_heading = None
    if segment.title is not None:
        found.titles.setdefault(segment.title.tokens[0], segment.title)
    if segment.period is not None:
        found.periods.setdefault(segment.period.tokens[0], segment.period)


def _take_headings(segment: Segment, found: _Found, layout: Layout) -> None:
    found.role_counts[LineRole.HEADING] += segment.title is not None
    found.role_counts[LineRole.PERIOD] += segment.period is not None
    section = _without_updates(segment.before, found, layout)
    found.role_counts[LineRole.HEADING] += len(section)
    if section:
        found.section_heading = join_text(section)


def _without_updates(lines: Sequence[Line], found: _Found, layout: Layout) -> list[Line]:
    """Return lines without those that say when the report was updated, which are notes wherever they are."""
    rest = []
    for line in lines:
        if tells_of_update(line, layout):
            found.role_counts[LineRole.NOTE] += 1
            found.notes.append(line)
        else:
            rest.append(line)
    return rest


def _settle_tables(found: _Found, period: Period, layout: Layout, report: str) -> Iterator[PrintedTable]:
    """Yield the tables with their columns settled.

    Takes each out of what was found, so that a large report's lines and rows do not fill the memory
    at the same time.
    """
    evidence = _evidence(found.tables)
    while found.tables:
        table = found.tables.popleft()
        if isinstance(table, PrintedTable):
            _check_fragment_months(table, period, layout, report)
            yield table
            continue
        if table.is_complete:
            columns, packed = settle_complete(table, period, layout, report)
        else:
            columns, rows = settle_rows(table, evidence.get(table.total_label, []), period, layout, report)
            packed = PackedRows.pack(rows)
        yield PrintedTable(
            table_no=table.table_no,
            page_no=table.page_no,
            section_heading=table.section_heading,
            table_heading=table.table_heading,
            columns=columns,
            packed=packed,
        )


def _evidence(tables: Iterable[RawTable | PrintedTable]) -> dict[str, list[RawTable]]:
    """Return the tables with a complete header by the label of their total row, if any table needs them.

    Tables that agree in header and total row say the same, so one of them is enough.
    """
    raw_tables = [table for table in tables if isinstance(table, RawTable)]
    if all(table.is_complete for table in raw_tables):
        return {}
    distinct: dict[tuple[tuple[str, ...], tuple[str, ...]], RawTable] = {}
    for table in raw_tables:
        if table.is_complete:
            distinct.setdefault((tuple(table.header_cells), tuple(table.rows[0].tokens)), table)
    evidence: dict[str, list[RawTable]] = {}
    for table in distinct.values():
        evidence.setdefault(table.total_label, []).append(table)
    return evidence


def _check_fragment_months(table: PrintedTable, period: Period, layout: Layout, report: str) -> None:
    months = [layout.months[normalise(label)] for label in table.columns]
    if months != list(period.months)[: len(months)]:
        raise LayoutError(
            "a table printed one cell under the other does not begin with the period's first month",
            "restore the table from the original report",
            report,
            table.table_no,
            table.rows[0].line_nos[0],
            " | ".join(table.columns),
        )


def _check_labels(table: PrintedTable, layout: Layout, report: str) -> None:
    """Check that a table begins with its total, and prints each of its rows once.

    Otherwise a header row or a total row was lost, and rows would count for another total.
    """
    labels = table.packed.labels
    cut = next((row_no for row_no, label in enumerate(labels) if label.endswith(CUT_MARK)), None)
    if cut is not None:
        raise LayoutError(
            "a label is cut at the edge of its column, and neither the file's outline nor one known label "
            "says how it goes on",
            "fetch the workbook (.xlsx) of this report from NAV: it cuts no labels",
            report,
            table.table_no,
            table.rows[cut].line_nos[0],
            labels[cut],
        )
    if layout.is_total(labels[0]) and len(set(labels)) == len(labels):
        return
    row_no = next((row_no for row_no, label in enumerate(labels) if label in labels[:row_no]), 0)
    raise LayoutError(
        "the same row label stands twice in a table"
        if row_no
        else f"a table does not begin with its total (`{min(layout.totals, default='')} ...`)",
        "compare the table with the original report: was a header row, a total row or a row between lost "
        "or printed twice?",
        report,
        table.table_no,
        table.rows[row_no].line_nos[0],
        labels[row_no],
    )


def _check_known(source: SourceText, layout: Layout, report: str) -> None:
    """Check that a known product title is printed at all, before anything else is judged."""
    first: Line | None = None
    for line in chain.from_iterable(source.pages):
        if line.kind is LineKind.TEXT:
            if layout.is_title(line.tokens[0]):
                return
            first = first or line
    raise UnknownReportError(
        "this is not a report we know: no known product title",
        "if NAV publishes it, add its title to seeds/layout/product.csv",
        report,
        None,
        first.line_no if first else None,
        first.tokens[0] if first else None,
    )


def _product_title(found: _Found, report: str) -> str:
    first = next(iter(found.titles.values()))
    if not found.tables:
        row = next((line for line in found.notes if LOST_SEPARATORS.search(line.tokens[0])), None)
        if row is not None:
            raise LayoutError(
                "a row has its values, but no tab or pipe between the columns",
                "save the text again with tabs between the columns",
                report,
                None,
                row.line_no,
                row.tokens[0],
            )
        raise UnknownReportError(
            "this is not a report we know: no table was found",
            "was the file cut? fetch the report again",
            report,
            None,
            first.line_no,
            first.tokens[0],
        )
    other = next(
        (line for title, line in found.titles.items() if normalise(title) != normalise(first.tokens[0])), None
    )
    if other is not None:
        raise UnknownReportError(
            "the file prints the titles of more than one product",
            "split it into one file per report",
            report,
            None,
            other.line_no,
            other.tokens[0],
        )
    return first.tokens[0]


def _period(found: _Found, layout: Layout, report: str) -> Period:
    first: Period | None = None
    for line in found.periods.values():
        period = read_period(line.tokens[0], layout)
        if period is None or (first is not None and period != first):
            raise LayoutError(
                "the period is not within one year"
                if period is None
                else "a page prints another period than the pages before it",
                "compare the page with the original report",
                report,
                None,
                line.line_no,
                line.tokens[0],
            )
        first = period
    if first is None:
        raise UnknownReportError(
            "no page prints the report's period",
            "restore the line with the months, such as `Januar - Juli 2022`",
            report,
        )
    return first


def _legend(notes: Sequence[Line], layout: Layout) -> tuple[str | None, frozenset[str]]:
    lines: list[Line] = []
    for place, line in enumerate(notes):
        if layout.quoted_symbols(line.tokens[0]):
            first = place
            while first and _goes_on(notes[first - 1], notes[first]) and notes[first - 1] not in lines:
                first -= 1
            lines += notes[first : place + 1]
    symbols = {symbol for line in lines for symbol in layout.quoted_symbols(line.tokens[0])}
    return join_text(lines) or None, frozenset(symbols)


def _goes_on(line: Line, following: Line) -> bool:
    """Tell whether a sentence that a line begins may go on in the line below it."""
    return line.line_no + 1 == following.line_no and not line.tokens[0].endswith((".", ":", "!", "?"))


def _judge(tables: Sequence[PrintedTable], symbols: frozenset[str], report: str) -> None:
    """Judge every label and value strictly; each distinct text is judged once."""
    values: set[str | None] = set()
    labels: set[str] = set()
    for table in tables:
        values.update(table.packed.values)
        labels.update(table.packed.labels)
    bad_values = {text for text in values if text is not None and not is_value(text, symbols)}
    bad_labels = {text for text in labels if not any(character.isalpha() for character in text)}
    if not bad_values and not bad_labels:
        return
    for table in tables:
        for row in table.rows:
            bad = next((value for value in row.values if value in bad_values), None)
            if bad is None and row.label not in bad_labels:
                continue
            is_symbol = bad is not None and looks_like_value(bad)
            raise LayoutError(
                "a row has lost its label"
                if bad is None
                else f"{bad!r} is a number of more digits than Norway has people"
                if INTEGER_PATTERN.fullmatch(bad)
                else f"the symbol {bad!r} is not explained by the report's own legend"
                if is_symbol
                else f"{bad!r} is neither a number nor a symbol",
                "compare the row with the original report and mend the text",
                report,
                table.table_no,
                row.line_nos[0],
                " | ".join([row.label, *(value or "" for value in row.values)]),
            )
