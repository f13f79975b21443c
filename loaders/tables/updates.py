"""Read the line that says when a report was updated, such as `Rapport oppdatert: 02.01.2025`."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise, one_of
from loaders.printed import Line, Period

WITH_MONTH_NUMBER = re.compile(r"(\d{1,2}) ?\. ?(\d{1,2}) ?\. ?(\d{4})", re.ASCII)
WITH_MONTH_NAME = re.compile(r"(\d{1,2}) ?\. ?([^\W\d]+) (\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class _Patterns(NamedTuple):
    """How the line reads.

    Attributes:
        beginning: a line that begins like this is about the update, whatever follows.
        before_date: what may come before the date: `:`, a word.
        after_date: what may come after it: a time, a full stop.
    """

    beginning: re.Pattern[str]
    before_date: re.Pattern[str]
    after_date: re.Pattern[str]


@cache
def _patterns(update_words: tuple[tuple[str, str], ...]) -> _Patterns:
    subject, opening, update, before_date, before_time = (
        one_of(word for role, word in update_words if role == wanted)
        for wanted in ("subject", "opening", "update", "before_date", "before_time")
    )
    return _Patterns(
        re.compile(rf"(?:(?:{subject})\w*\b.*?|(?:{opening}) )?(?:\b|(?:{subject}))(?:{update})\b"),
        re.compile(rf" ?:? ?(?:(?:{before_date}) )?"),
        re.compile(
            rf" ?\.?(?:,? (?:(?:{before_time})\.? ?)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?)?", re.ASCII
        ),
    )


def tells_of_update(line: Line, layout: Layout) -> bool:
    """Tell whether a line of text begins as the line with the date of update does."""
    return _patterns(layout.update_words).beginning.match(normalise(line.tokens[0])) is not None


def read_update(notes: Sequence[Line], period: Period, layout: Layout, report: str) -> date | None:
    """Return the date of update that a report prints, the same on each of its pages.

    Raises:
        LayoutError: a line begins so and has no date, its date is not in the calendar or lies before the end
            of the period, which the numbers are counted at, or two lines print different dates.
    """
    found: date | None = None
    for line in notes:
        if not tells_of_update(line, layout):
            continue
        printed = _date(normalise(line.tokens[0]), layout)
        if printed is None:
            raise _refused("the line begins as the date of update and holds none", line, report)
        if printed < period.end:
            raise _refused("the date of update lies before the end of the report's period", line, report)
        if found not in {None, printed}:
            raise _refused(f"another page prints another date of update, {found}", line, report)
        found = printed
    return found


def _date(text: str, layout: Layout) -> date | None:
    patterns = _patterns(layout.update_words)
    beginning = patterns.beginning.match(text)
    rest = text[beginning.end() :] if beginning else text
    rest = rest[patterns.before_date.match(rest).end() :]  # type: ignore[union-attr]  # it may match nothing
    for pattern, order in ((WITH_MONTH_NUMBER, "dmy"), (WITH_MONTH_NAME, "dmy"), (YEAR_FIRST, "ymd")):
        match = pattern.match(rest)
        if match is None or not patterns.after_date.fullmatch(rest, match.end()):
            continue
        part = dict(zip(order, match.groups(), strict=True))
        month = layout.months.get(part["m"]) if part["m"].isalpha() else int(part["m"])
        try:
            return date(int(part["y"]), month, int(part["d"])) if month else None
        except ValueError:
            return None
    return None


def _refused(problem: str, line: Line, report: str) -> LayoutError:
    return LayoutError(
        problem, "compare the line with the original report", report, None, line.line_no, line.tokens[0]
    )
