"""Cut a report's lines into blocks: the text lines before a table, its header row, its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise
from loaders.printed import Line, LineKind, SourceText
from loaders.tables.values import looks_like_value

# As names of the module: to look a member up in its enumeration takes longer than to compare it.
BLANK, RULE, TEXT, ROW, GAP = LineKind


@dataclass
class Block:
    """Text lines and the table after them.

    Attributes:
        preamble: the text lines since the table before.
        starts_page: True if a form feed is between the table before and this one.
        header: the header row, or None for the text after the last table.
        has_own_header: False if the header row is that of the block before.
        rows: the rows under the header row.
        furniture_count: how many lines of furniture are before it and among them.
        blank_count: how many blank lines are among them.
        rule_count: how many rules are among them.
    """

    preamble: list[Line] = field(default_factory=list)
    starts_page: bool = False
    header: Line | None = None
    has_own_header: bool = True
    rows: list[Line] = field(default_factory=list)
    furniture_count: int = 0
    blank_count: int = 0
    rule_count: int = 0


def cut_blocks(  # noqa: PLR0912 - one branch for each kind of line
    source: SourceText, layout: Layout, report: str
) -> Iterator[Block]:
    """Yield the blocks of a report in the order they are printed.

    Blank lines and rules may be between the rows of a table; text ends it.

    Raises:
        LayoutError: a row of values without a header row above it, a header row without rows, or
            a row whose label is missing.
    """
    block = Block()
    known_headers: set[Sequence[str]] = set()
    for page in source.pages:
        for line in page:
            kind = line.kind
            if kind is BLANK:
                block.blank_count += 1
            elif kind is RULE:
                block.rule_count += 1
            elif kind is TEXT and normalise(line.tokens[0]) in layout.furniture:
                block.furniture_count += 1
            elif kind is GAP:
                block.blank_count += 1
                yield _finished(block, report)
                block = Block(header=block.header, has_own_header=False)
            elif kind is ROW and line.tokens[0]:
                if block.header is None:
                    raise LayoutError(
                        "a row of values stands outside any table",
                        "restore the header row above it in the text",
                        report,
                        None,
                        line.line_no,
                        " | ".join(line.tokens),
                    )
                block.rows.append(line)
            else:
                if kind is ROW and tuple(line.tokens) not in known_headers:
                    _check_header(line, layout, report)
                    known_headers.add(tuple(line.tokens))
                if block.header is not None:
                    yield _finished(block, report)
                    block = Block()
                if kind is ROW:
                    block.header = line
                else:
                    block.preamble.append(line)
        if page is not source.pages[-1]:
            if block.header is not None or block.preamble:
                yield _finished(block, report)
                block = Block()
            block.starts_page = True
    yield _finished(block, report)


def _finished(block: Block, report: str) -> Block:
    if block.header is not None and not block.rows:
        raise LayoutError(
            "a header row without any row under it",
            "was the file cut? compare the page with the original report",
            report,
            None,
            block.header.line_no,
            " | ".join(block.header.tokens),
        )
    return block


def _check_header(line: Line, layout: Layout, report: str) -> None:
    cells = [cell for cell in line.tokens if cell]
    unknown = [cell for cell in cells if not layout.is_column_label(cell)]
    if unknown:
        problem, next_step = _header_trouble(cells, unknown, layout)
        raise LayoutError(
            problem,
            next_step,
            report,
            None,
            line.line_no,
            " | ".join(line.tokens),
        )


def _header_trouble(cells: Sequence[str], unknown: Sequence[str], layout: Layout) -> tuple[str, str]:
    """Say what is wrong with a row that begins with an empty cell and is no header, and what to do."""
    is_known = any(layout.is_column_label(cell) for cell in cells)
    if is_known or not any(looks_like_value(cell) for cell in cells):
        return (
            f"unknown column label {unknown[0]!r}",
            "if NAV prints this label, add it to seeds/layout/header_label.csv",
        )
    if len(cells) > 1 and not looks_like_value(cells[0]) and all(map(looks_like_value, cells[1:])):
        return (
            f"the label {cells[0]!r} is in another column than the first",
            "bring the labels into the first column of the text; a code goes before the name: `03 Oslo`",
        )
    return (
        "a row of values has lost its label",
        "compare the row with the original report and restore its label in the text",
    )
