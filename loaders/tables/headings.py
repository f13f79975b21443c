"""Sort the text lines before a table: title, section, period, notes, table heading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from loaders.errors import LayoutError
from loaders.layout import Layout
from loaders.printed import Line, LineRole
from loaders.tables.periods import is_period
from loaders.tables.values import looks_like_value


@dataclass
class Segment:
    """The text lines of one page, up to its table if it has one.

    Attributes:
        title: the product title, if printed.
        period: the line with the months, if printed.
        before: the lines between title and period.
        after: the lines after the period; all lines where there is no period.
    """

    title: Line | None = None
    period: Line | None = None
    before: list[Line] = field(default_factory=list)
    after: list[Line] = field(default_factory=list)

    @property
    def starts_page(self) -> bool:
        """Tell whether title or period show that a new page begins here."""
        return self.title is not None or self.period is not None

    @property
    def has_values(self) -> bool:
        """Return whether numbers or symbols are among the lines, as in a vertical fragment."""
        return any(looks_like_value(line.tokens[0]) for line in self.after)


def split_segments(lines: Sequence[Line], layout: Layout, report: str) -> list[Segment]:
    """Split text lines at each product title; always returns at least one segment.

    Raises:
        LayoutError: two periods without a title between them.
    """
    segments = [Segment()]
    for line in lines:
        text = line.tokens[0]
        if layout.is_title(text):
            segments.append(Segment(title=line))
        elif text[-1:].isdigit() and is_period(text, layout):  # a period ends with its year
            segment = segments[-1]
            if segment.period is not None:
                raise LayoutError(
                    "a second period without a table or a title between",
                    "was a page lost? compare with the original report",
                    report,
                    None,
                    line.line_no,
                    text,
                )
            segment.period = line
            segment.before, segment.after = segment.after, []
        else:
            segments[-1].after.append(line)
    if len(segments) > 1 and not (segments[0].starts_page or segments[0].after):
        return segments[1:]
    return segments


def note_roles(segment: Segment) -> Iterator[tuple[LineRole, Line]]:
    """Yield the role of each line on a page without a table."""
    if segment.title is not None:
        yield LineRole.HEADING, segment.title
    if segment.period is not None:
        yield LineRole.PERIOD, segment.period
    for line in segment.before:
        yield LineRole.HEADING if segment.title is not None else LineRole.NOTE, line
    for line in segment.after:
        yield LineRole.NOTE, line


def split_floating_label(lines: Sequence[Line], layout: Layout) -> tuple[Sequence[Line], Sequence[Line]]:
    """Split the lines above a header row into table heading and a column label printed above the row."""
    # Each of its lines has a word of the label at least.
    for start in range(max(0, len(lines) - layout.longest_label), len(lines)):
        if layout.is_column_label(join_text(lines[start:])):
            return lines[:start], lines[start:]
    return lines, []


def join_text(lines: Sequence[Line]) -> str:
    """Join the text of lines that a heading was broken over."""
    return " ".join(line.tokens[0] for line in lines)
