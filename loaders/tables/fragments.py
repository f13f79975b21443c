"""Read a table that was cut after its first column and printed one cell under the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise
from loaders.printed import Line, PrintedRow
from loaders.tables.headings import join_text
from loaders.tables.values import looks_like_value


@dataclass(frozen=True)
class Fragment:
    """A vertical table: the lines of its heading, its column labels and its rows."""

    heading: Sequence[Line]
    columns: tuple[str, ...]
    rows: list[PrintedRow]


def read_fragment(lines: Sequence[Line], layout: Layout, report: str, table_no: int) -> Fragment:
    """Read heading, month names, then for each row its label and one value per month.

    Args:
        lines: the text lines after the period.
        layout: known column labels.
        report: file name, for messages.
        table_no: the number the table gets in the report.

    Raises:
        LayoutError: the lines do not follow this pattern to the end.
    """
    start = next((i for i, line in enumerate(lines) if normalise(line.tokens[0]) in layout.months), None)
    first_value = next(i for i, line in enumerate(lines) if looks_like_value(line.tokens[0]))
    if start is None:
        raise LayoutError(
            "a line that nothing knows: a number outside any table",
            "restore the table from the original report; the number of a page take out, and a line that NAV "
            "prints on every page add to seeds/layout/furniture.csv",
            report,
            table_no,
            lines[first_value].line_no,
            lines[first_value].tokens[0],
        )
    if start > first_value:
        raise _broken("numbers stand outside any table", lines[first_value], report, table_no)
    end = start
    while normalise(lines[end].tokens[0]) in layout.months:
        end += 1
    columns = tuple(line.tokens[0] for line in lines[start:end])
    rows: list[PrintedRow] = []
    label: list[Line] = []
    values: list[Line] = []
    for line in lines[end:]:
        if looks_like_value(line.tokens[0]):
            values.append(line)
            if not label:
                raise _broken("a value without a label", line, report, table_no)
        else:
            if values:
                raise _broken("a row with too few values", line, report, table_no)
            if not any(character.isalpha() for character in line.tokens[0]):
                raise _broken("neither a label nor a value", line, report, table_no)
            if label and line.line_no > label[-1].line_no + 1:
                raise _broken("a label without a value", label[-1], report, table_no)
            label.append(line)
        if len(values) == len(columns):
            rows.append(
                PrintedRow(
                    [value.line_no for value in values],
                    join_text(label),
                    [value.tokens[0] for value in values],
                )
            )
            label, values = [], []
    if label or values:
        raise _broken("a row without all its values", lines[-1], report, table_no)
    return Fragment(lines[:start], columns, rows)


def _broken(problem: str, line: Line, report: str, table_no: int) -> LayoutError:
    return LayoutError(
        f"{problem}, in a table printed one cell under the other",
        "was the file cut here? restore the table from the original report",
        report,
        table_no,
        line.line_no,
        line.tokens[0],
    )
