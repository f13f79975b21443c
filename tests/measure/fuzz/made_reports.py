"""Reports that are made by a grammar, and so are known to the last cell, with one trick played on them.

A trick is what nobody expects at its place: words of the vocabulary as a label, a heading or a line of
their own, letters and digits of Unicode that look like others, a header that contradicts itself. The judge
is what was written: a report is read as it was written, or refused with place and next step. Some tricks
leave nothing to read, and some nothing to refuse.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st
from support.report_printer import MONTHS, Part, Row, WrittenReport, facts_of, period_text, print_report
from support.report_strategies import styles, written_reports

from loaders.printed import Period, PrintedReport
from loaders.readers.text import read_text
from loaders.tables.recogniser import recognise
from measure.fuzz.inputs import NAME, PROJECT, layout
from measure.fuzz.tricks import ENCODINGS, LINE_ENDS, NO_NUMBERS, ODD_LABELS, ODD_MONTHS, UNSEEN

# Title, period, and of each table its place, columns, rows and whether it is a fragment.
Facts = tuple[Any, ...]
YEARS_BETWEEN = 3
# A converter's marks for bold, and before a star, which the reader takes away wherever they are.
MARK = re.compile(r"</?b>|\*\*|\\(?=\*)")


class Due(Enum):
    """How a made report must end."""

    READ = "read as it was written"
    READ_OR_REFUSED = "read as it was written, or refused"
    REFUSED = "refused"


@dataclass(frozen=True)
class MadeReport:
    """A report that was made, and what may be read of it.

    Attributes:
        kinds: the trick.
        due: how it must end.
        content: the file.
        allowed: what may be read: everything that is printed, or only the rows under their columns.
        has_headings: whether headings and pages are among what is allowed.
        spelling: an odd spelling of a column label, and the ordinary one: a page may have it from another.
    """

    kinds: tuple[str, ...]
    due: Due
    content: bytes
    allowed: tuple[Facts, ...]
    has_headings: bool
    spelling: tuple[str, str] = ("", "")

    def __repr__(self) -> str:
        """Name the trick without the text."""
        return f"a made report with {', '.join(self.kinds)}, to be {self.due.value}"

    def is_as_written(self, printed: PrintedReport) -> bool:
        """Tell whether what was read is what was written."""
        tables = [facts_of(table) for table in printed.tables]
        read = _facts(printed.product_title, printed.period, tables, has_headings=self.has_headings)
        return self._spelt(read) in [self._spelt(allowed) for allowed in self.allowed]

    def _spelt(self, facts: Facts) -> Facts:
        odd, ordinary = self.spelling
        title, period, tables = facts
        return title, period, [
            (place, [ordinary if label == odd else label.lower() for label in columns], *rest)
            for place, columns, *rest in tables
        ]  # fmt: skip


def read_made(content: bytes) -> PrintedReport:
    """Read the text of a made report.

    Raises:
        TiltakError: it is refused.
    """
    return recognise(read_text(content, NAME), layout(), NAME)


@st.composite
def made_reports(draw: st.DrawFn) -> MadeReport:
    """Draw a report of the vocabulary and a trick on it."""
    style = draw(styles())
    report = _in_words(draw, _in_months(draw, draw(written_reports(style))))
    trick = draw(st.sampled_from(sorted(TRICKS)))
    played = TRICKS[trick](draw, report)
    if played is None:
        trick, played = "nothing", Played(Due.READ, report, (report,))
    content = played.change(print_report(played.report, style))
    allowed = tuple(facts_to_read(one, has_headings=played.has_headings) for one in played.allowed)
    return MadeReport((trick,), played.due, content, allowed, played.has_headings, played.spelling)


# --- what is written ---


def facts_to_read(report: WrittenReport, *, has_headings: bool) -> Facts:
    """Return what is to be read of a report as it was written."""
    return _facts(report.title, report.period, report.tables, has_headings=has_headings)


def _facts(title: str, period: Period, tables: Sequence[Facts], *, has_headings: bool) -> Facts:
    """Return what a report says, in the form in which letters and blanks are compared."""
    spelt = [
        _plain((place if has_headings else (), columns, tuple(filter(_says_something, rows)), is_fragment))
        for *place, columns, rows, is_fragment in tables
    ]
    return _plain(title), period, spelt


def _says_something(row: Row) -> bool:
    """Tell whether a row is more than marks and blanks, which nobody reads."""
    label, values = row
    return any(character.isalnum() for character in MARK.sub("", label)) or any(values)


def _plain(value: Any) -> Any:
    """Return a value with the texts in it in the form in which they are compared."""
    if isinstance(value, tuple | list):
        return tuple(_plain(part) for part in value)
    return " ".join(_composed(value).split()) if isinstance(value, str) else value


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", MARK.sub("", text))


def _in_months(draw: st.DrawFn, report: WrittenReport) -> WrittenReport:
    """Let the period begin in any month: editions of a month, a quarter, of January to any month."""
    count = report.period.last_month - report.period.first_month + 1
    first = draw(st.integers(1, len(MONTHS) + 1 - count))
    labels = [label for part in report.parts for label in part.columns]
    moved = {label: _later(label, first - 1) for label in labels if label.title() in MONTHS}
    period = Period(report.period.year, first, first + count - 1)
    return replace(
        report,
        period=period,
        updated=report.updated if report.updated and report.updated >= period.end else None,
        parts=tuple(
            replace(part, columns=tuple(moved.get(label, label) for label in part.columns))
            for part in report.parts
        ),
    )


def _later(label: str, months: int) -> str:
    moved = MONTHS[MONTHS.index(label.title()) + months]
    return moved if label[0].isupper() else moved.lower()


def _in_words(draw: st.DrawFn, report: WrittenReport) -> WrittenReport:
    """Give rows the labels of one dimension, as NAV would."""
    labels = list(dict.fromkeys(label for part in report.parts for label, _ in part.rows[1:]))
    words = [word for word in draw(st.sampled_from(members())) if word not in labels]
    drawn = draw(st.permutations(words))[: len(labels)]
    renamed = dict(zip(labels, drawn, strict=False))
    return replace(report, parts=tuple(_renamed(part, renamed) for part in report.parts))


def _renamed(part: Part, names: dict[str, str]) -> Part:
    return replace(part, rows=tuple((names.get(label, label), values) for label, values in part.rows))


# --- the vocabulary ---


@cache
def members() -> list[list[str]]:
    """Return the labels of each dimension."""
    paths = sorted((PROJECT / "seeds" / "labels").glob("label_*.csv"))
    kept = [path for path in paths if path.stem not in {"label_total", "label_section"}]
    return [[word.capitalize() for word in _column(path.name, "label", "labels")] for path in kept]


@cache
def vocabulary() -> list[str]:
    """Return words that mean something elsewhere: titles, headers, totals, legends, what is on any page."""
    return [
        *_column("product.csv", "product_title"),
        *_column("other_statistic.csv", "title_start"),
        *_column("header_label.csv", "label"),
        *_column("legend.csv", "legend_label"),
        *_column("furniture.csv", "line"),
        *_column("label_section.csv", "label", "labels"),
        *_column("label_total.csv", "label", "labels"),
        *(word for labels in members() for word in labels[:4]),
        "Om tabellene", "Rapport oppdatert", "Side 1 av 3", "Januar - mars 2021", "«*»", "2021", "Kilde:",
    ]  # fmt: skip


def _column(name: str, column: str, folder: str = "layout") -> list[str]:
    with (PROJECT / "seeds" / folder / name).open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


# --- tricks ---


def _unchanged(content: bytes) -> bytes:
    return content


@dataclass(frozen=True)
class Played:
    """A trick that was played: the report to print, and those of which one may be read."""

    due: Due
    report: WrittenReport
    allowed: tuple[WrittenReport, ...] = ()
    has_headings: bool = True
    spelling: tuple[str, str] = ("", "")
    change: Callable[[bytes], bytes] = _unchanged


Trick = Callable[[st.DrawFn, WrittenReport], Played | None]


def _on_part(
    draw: st.DrawFn, report: WrittenReport, change: Callable[[Part], Part | None]
) -> WrittenReport | None:
    """Change one table that is printed in columns; None where none can be changed."""
    changed = [(number, change(part)) for number, part in enumerate(report.parts) if not part.is_fragment]
    found = [(number, part) for number, part in changed if part is not None]
    if not found:
        return None
    at, part = draw(st.sampled_from(found))
    return replace(report, parts=(*report.parts[:at], part, *report.parts[at + 1 :]))


def _last_row(change: Callable[[Row], Row]) -> Callable[[Part], Part | None]:
    """Return a change of the last row of a table, if that is not its total."""
    return lambda part: (
        replace(part, rows=(*part.rows[:-1], change(part.rows[-1]))) if part.rows[1:] else None
    )


def _label(texts: Callable[[], Sequence[str]], due: Due) -> Trick:
    """Put another text into a label, or in its place."""

    def play(draw: st.DrawFn, report: WrittenReport) -> Played | None:
        text, place = draw(st.sampled_from(texts())), draw(st.integers(0, 30))
        alone = due is Due.READ_OR_REFUSED and draw(st.booleans())
        tricked = _on_part(
            draw,
            report,
            _last_row(lambda row: (text if alone else _inside(row[0], text, place), row[1])),
        )
        return Played(due, tricked, (tricked,)) if tricked else None

    return play


def _inside(text: str, what: str, place: int) -> str:
    """Put something between the first and the last letter of a text."""
    at = 1 + place % max(1, len(text) - 1)
    return text[:at] + what + text[at:]


def _value(texts: Sequence[str], due: Due) -> Trick:
    """Put another text where a number is."""

    def play(draw: st.DrawFn, report: WrittenReport) -> Played | None:
        text, place = draw(st.sampled_from(texts)), draw(st.integers(0, 12))
        tricked = _on_part(draw, report, _last_row(lambda row: (row[0], _put(row[1], text, place))))
        return Played(due, tricked, (tricked,)) if tricked else None

    return play


def _put(texts: Sequence[str], text: str, place: int) -> tuple[str, ...]:
    at = place % len(texts)
    return (*texts[:at], text, *texts[at + 1 :])


def _unseen_in_number(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    unseen, place = draw(st.sampled_from(UNSEEN)), draw(st.integers(0, 12))
    tricked = _on_part(draw, report, _last_row(lambda row: (row[0], _put(row[1], f"12{unseen}3", place))))
    return Played(Due.REFUSED, tricked) if tricked else None


def _heading(with_heading: Callable[[Part, str], Part]) -> Trick:
    """Print words of the vocabulary as a heading: rows must be what they are."""

    def play(draw: st.DrawFn, report: WrittenReport) -> Played | None:
        text = draw(st.sampled_from(vocabulary()))
        tricked = _on_part(draw, report, lambda part: with_heading(part, text))
        return Played(Due.READ_OR_REFUSED, tricked, (report,), has_headings=False) if tricked else None

    return play


def _month_that_looks_alike(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Write a column label in an odd way; where it is not known it may be taken for words above the table."""
    write = draw(st.sampled_from(ODD_MONTHS))
    place = draw(st.integers(0, 12))
    columns = report.parts[0].columns
    label = columns[place % len(columns)]
    odd = write(label)

    def changed(part: Part) -> Part | None:
        at = part.columns.index(label) if label in part.columns else None
        return None if at is None else replace(part, columns=_put(part.columns, odd, at))

    tricked = _on_part(draw, report, changed)
    spelling = ("", "") if odd.title() in MONTHS else (" ".join(_composed(odd).split()), label.lower())
    return (
        Played(Due.READ_OR_REFUSED, tricked, (tricked, report), has_headings=False, spelling=spelling)
        if tricked
        else None
    )


def _month_twice(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Name one month twice, and another not at all; the other pages may settle it."""
    if len(report.parts[0].columns) == 1:
        return None
    tricked = _on_part(
        draw, report, lambda part: replace(part, columns=_put(part.columns, part.columns[-1], 0))
    )
    return Played(Due.READ_OR_REFUSED, tricked, (report,)) if tricked else None


def _months_in_other_order(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Print the columns in another order, with their numbers: read by the header, or refused."""
    tricked = _on_part(
        draw,
        report,
        lambda part: replace(
            part,
            columns=part.columns[::-1],
            rows=tuple((label, values[::-1]) for label, values in part.rows),
        ),
    )
    return Played(Due.READ_OR_REFUSED, tricked, (tricked,)) if tricked else None


def _month_of_no_period(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Name a month that the period does not hold."""
    outside = [
        month for number, month in enumerate(MONTHS, 1)
        if not report.period.first_month <= number <= report.period.last_month
    ]  # fmt: skip
    if not outside:
        return None
    month = draw(st.sampled_from(outside))
    tricked = _on_part(draw, report, lambda part: replace(part, columns=(*part.columns[:-1], month)))
    return Played(Due.READ_OR_REFUSED, tricked, (report,)) if tricked else None


def _label_twice(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Print a row of a table twice, with other numbers."""
    tricked = _on_part(
        draw,
        report,
        lambda part: (
            replace(part, rows=(*part.rows, (part.rows[-1][0], ("7",) * len(part.columns))))
            if part.rows[1:]
            else None
        ),
    )
    return Played(Due.REFUSED, tricked) if tricked else None


def _value_too_many(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    tricked = _on_part(draw, report, _last_row(lambda row: (row[0], (*row[1], "7"))))
    return Played(Due.REFUSED, tricked) if tricked else None


def _value_too_few(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    if len(report.parts[0].columns) == 1:
        return None
    tricked = _on_part(draw, report, _last_row(lambda row: (row[0], row[1][:-1])))
    return Played(Due.REFUSED, tricked) if tricked else None


def _other_period(draw: st.DrawFn, report: WrittenReport) -> Played:
    """Print a second period at the end."""
    later = replace(report.period, year=report.period.year + draw(st.integers(1, YEARS_BETWEEN)))
    text = period_text(later)
    return Played(Due.REFUSED, report, change=lambda content: content + f"\n\n{text}\n".encode())


def _line_of_its_own(draw: st.DrawFn, report: WrittenReport) -> Played | None:
    """Put a line of the vocabulary anywhere: rows must be what they are."""
    if any(part.is_fragment or part.is_average_above for part in report.parts):
        return None  # words of a label stand on lines of their own there
    words, at = draw(st.sampled_from(vocabulary())), draw(st.integers(0, 10_000))

    def change(content: bytes) -> bytes:
        lines = content.decode().splitlines(keepends=True)
        place = 1 + at % len(lines)  # not before the mark of the byte order
        before, after = "".join(lines[:place]), "".join(lines[place:])
        return f"{before}\n{words}\n{after}".encode()

    return Played(Due.READ_OR_REFUSED, report, (report,), has_headings=False, change=change)


def _encoding(draw: st.DrawFn, report: WrittenReport) -> Played:
    encoding = draw(st.sampled_from(ENCODINGS))
    return Played(
        Due.READ_OR_REFUSED,
        report,
        (report,),
        change=lambda content: content.decode("utf-8-sig").encode(encoding, "replace"),
    )


def _line_ends(draw: st.DrawFn, report: WrittenReport) -> Played:
    """End each line in another way."""
    ends = draw(st.lists(st.sampled_from(LINE_ENDS), min_size=1, max_size=5))

    def change(content: bytes) -> bytes:
        lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        return b"".join(line + ends[number % len(ends)].encode() for number, line in enumerate(lines))

    return Played(Due.READ_OR_REFUSED, report, (report,), change=change)


def _nothing(_: st.DrawFn, report: WrittenReport) -> Played:
    return Played(Due.READ, report, (report,))


TRICKS: dict[str, Trick] = {
    "nothing": _nothing,
    "a label of the vocabulary": _label(vocabulary, Due.READ_OR_REFUSED),
    "a label of odd letters": _label(lambda: ODD_LABELS, Due.READ_OR_REFUSED),
    "a label with something unseen": _label(lambda: UNSEEN, Due.REFUSED),
    "what is no number": _value(NO_NUMBERS, Due.REFUSED),
    "something unseen in a number": _unseen_in_number,
    "a number of forty digits": _value(["9" * 40], Due.READ_OR_REFUSED),
    "a section of the vocabulary": _heading(lambda part, text: replace(part, section=text)),
    "a heading of the vocabulary": _heading(lambda part, text: replace(part, heading=text)),
    "a line of the vocabulary": _line_of_its_own,
    "a month that looks alike": _month_that_looks_alike,
    "a month twice": _month_twice,
    "months in another order": _months_in_other_order,
    "a month of no period": _month_of_no_period,
    "a label twice": _label_twice,
    "a value too many": _value_too_many,
    "a value too few": _value_too_few,
    "another period": _other_period,
    "another encoding": _encoding,
    "other line ends": _line_ends,
}
