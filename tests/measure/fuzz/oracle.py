"""What must hold of a report that was loaded, told from its text alone: a second, slower reading.

Nothing here uses the loaders' own way of reading. The text is cut into lines and cells anew, and every
staged row is held against the line it claims to stand on, the header above it and the total of its table.
`problems` needs the text only; `changes` compares with the report that the text was made from.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

import pandas as pd

MONTHS = """
    januar februar mars april mai juni juli august september oktober november desember
""".split()  # noqa: SIM905 - twelve names read better in a line
AVERAGES = ("gjennomsnitt hittil i år", "gjennom snitt hittil i år")
AVERAGE = 0  # stands for the column of the average where others stand for their month
BLANKS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
NUMBER = re.compile("[0-9]+|[0-9]{1,3}( [0-9]{3})+")
PERIOD = re.compile(r"([^\W\d]+)( [12][0-9]{3})? ?[-\u2013] ?([^\W\d]+) ([12][0-9]{3})")
LEGEND_SYMBOL = re.compile("«([^»]+)»")


class Harm(IntEnum):
    """How much a mutation may have done to the rows of a report; the worst of several counts."""

    NONE = 0  # another way to write the same: must be loaded, with the same rows
    AROUND_ROWS = 1  # no row was touched: refused, or loaded with the same rows
    WHOLE_ROWS = 2  # rows were lost, repeated or moved as a whole: loaded with no other rows
    ANY = 3  # anything: only what the text itself proves


@dataclass(frozen=True)
class StagedRow:
    """A row of a table as it was staged, with one entry per staged cell."""

    table_no: int
    label: str
    total_label: str
    line_nos: tuple[int, ...]
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    headings: tuple[str, ...]

    @property
    def address(self) -> tuple[object, ...]:
        """What makes a row's numbers mean what they mean: total, label, and the month of each text."""
        return self.total_label, self.label, self.months

    @property
    def months(self) -> tuple[tuple[int | None, str], ...]:
        """The month of each text, 0 for the average."""
        return tuple(zip(map(month_of, self.columns), self.texts, strict=True))


@dataclass(frozen=True)
class Staged:
    """A report as it was staged: the facts about it, and its rows."""

    facts: dict[str, object]
    rows: tuple[StagedRow, ...]
    cell_ids: tuple[str, ...]


@dataclass(frozen=True)
class TextLine:
    """A line of the text: its cells if it is a row of a table, its words if it is text."""

    line_no: int
    cells: tuple[str, ...] = ()
    words: str = ""


def staged(report: pd.DataFrame, cells: pd.DataFrame) -> Staged:
    """Return what the two staged relations say of one report."""
    columns = {name: cells[name].tolist() for name in cells.columns}
    keys = list(zip(columns["table_no"], columns["row_no"], strict=True))
    rows = []
    for _, members in groupby(range(len(keys)), keys.__getitem__):
        index = list(members)
        first = index[0]
        headings = (columns["section_heading"][first], columns["table_heading"][first])
        rows.append(
            StagedRow(
                table_no=columns["table_no"][first],
                label=columns["row_label"][first],
                total_label=columns["total_label"][first],
                line_nos=tuple(columns["line_no"][cell] for cell in index),
                columns=tuple(columns["column_label"][cell] for cell in index),
                texts=tuple(columns["printed_text"][cell] for cell in index),
                headings=tuple(text for text in headings if isinstance(text, str)),
            )
        )
    facts = {name: report[name].tolist()[0] for name in report.columns}
    return Staged(facts, tuple(rows), tuple(columns["cell_id"]))


def month_of(label: str) -> int | None:
    """Return the month that a column label names, 0 for the average, None for anything else."""
    words = _plain(label)
    if words in AVERAGES:
        return AVERAGE
    return MONTHS.index(words) + 1 if words in MONTHS else None


def text_lines(content: bytes) -> list[TextLine]:
    """Cut a text into lines and cells; a form feed in the midst of a line cuts it in two."""
    text = unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    text = BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    raw_lines = text.removesuffix("\n").split("\n")
    lines = []
    for line_no, raw_line in enumerate(raw_lines, 1):
        parts = raw_line.split("\f")
        kept = [part for part in parts if part.strip()] or [""]
        lines += [_text_line(line_no, part) for part in kept]
    return lines


def problems(content: bytes, loaded: Staged) -> Iterator[str]:
    """Yield each statement about a loaded report that its own text proves wrong."""
    lines = text_lines(content)
    yield from _lines_add_up(lines, loaded)
    yield from _rows_stand_in_the_text(lines, loaded)
    yield from _columns_are_those_of_the_header(lines, loaded)
    yield from _headers_show_the_period(lines, loaded)
    yield from _tables_begin_with_their_total(lines, loaded)
    yield from _text_holds_no_values(lines, loaded)
    yield from _texts_are_values(lines, loaded)
    yield from _headings_stand_above(lines, loaded)
    if len(set(loaded.cell_ids)) != len(loaded.cell_ids):
        yield "two cells have the same id"


def changes(loaded: Staged, original: Sequence[StagedRow], harm: Harm) -> Iterator[str]:
    """Yield how the rows differ from those of the report that the text was made from."""
    before = Counter(row.address for row in original)
    after = Counter(row.address for row in loaded.rows)
    if harm <= Harm.AROUND_ROWS and before != after:
        yield f"rows that were not touched changed: {list((after - before) + (before - after))[:2]}"
    elif harm is Harm.WHOLE_ROWS and not after.keys() <= before.keys():
        yield f"a whole row changed its meaning: {[row for row in after if row not in before][:2]}"
    printed = {(row.label, row.texts) for row in original}
    placed = {(row.label, row.months) for row in original}
    for row in loaded.rows:
        if (row.label, row.texts) in printed and (row.label, row.months) not in placed:
            yield f"a row that was not touched got other months: {row}"


def _lines_add_up(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    facts = loaded.facts
    roles = [facts[name] for name in facts if str(name).endswith("_line_count")]
    if facts["line_count"] != len(lines) or sum(int(str(count)) for count in roles) != len(lines):
        yield f"{len(lines)} lines, but {facts['line_count']} were read and {roles} have a role"
    data = sum(bool(line.cells and line.cells[0]) for line in lines)
    if facts["data_line_count"] != data:
        yield f"{data} rows of values, but {facts['data_line_count']} have the role `data`"
    if facts["cell_count"] != sum(len(row.texts) for row in loaded.rows):
        yield "the report counts other cells than it has"


def _rows_stand_in_the_text(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    printed = {(line.line_no, line.cells) for line in lines if line.cells and line.cells[0]}
    words = {line.line_no: line.words for line in lines if line.words}
    seen: set[tuple[int, tuple[str, ...]]] = set()
    for row in loaded.rows:
        if set(row.line_nos) <= words.keys():
            if [words[line_no] for line_no in row.line_nos] != list(row.texts):
                yield f"a value printed on a line of its own is another: {row}"
            if sorted(set(row.line_nos)) != list(row.line_nos):
                yield f"values one under the other are not in the order of the text: {row}"
            if row.label != _words_above(words, row.line_nos[0]):
                yield f"another label stands above a value printed on a line of its own: {row}"
            continue
        cells = next((cells for cells in _cells_at(lines, row.line_nos) if cells[0] == row.label), None)
        if cells is None or not _same_texts(cells[1:], row.texts):
            yield f"a row is not printed like this: {row}, the text has {cells}"
        else:
            seen.add((row.line_nos[0], cells))
    if printed - seen:
        yield f"a row of the text is not among the cells: {sorted(printed - seen)[0]}"
    places = Counter((row.line_nos, row.label) for row in loaded.rows)
    if any(count > 1 for count in places.values()):
        yield f"a line is two rows: {places.most_common(1)}"


def _columns_are_those_of_the_header(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    headers = _headers_above(lines)
    rows = {line.line_no: line.cells for line in lines if line.cells and line.cells[0]}
    complete = {
        line_no: [month_of(cell) for cell in headers[line_no][1:]]
        for line_no in rows
        if line_no in headers and all(headers[line_no][1:])
    }
    for row in loaded.rows:
        line_no = row.line_nos[0]
        if line_no not in rows:
            continue
        months = [month_of(column) for column in row.columns]
        if line_no in complete and len(complete[line_no]) == len(rows[line_no]) - 1:
            if months != complete[line_no]:
                yield f"the header above names other months: {row}"
            continue
        # The header has lost a label: another page must print the columns, and the same total row under them.
        if len(months) == len(rows[line_no]) - 1 and months not in complete.values():
            yield f"no header of the report has these columns: {row}"
        is_total = row.label == row.total_label
        if is_total and not any(
            rows[other][0].lower() == row.label.lower()
            and set(row.months) <= set(zip(complete[other], rows[other][1:], strict=False))
            for other in complete
        ):
            yield f"no other page prints this total row under a complete header: {row}"


def _headers_show_the_period(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    start, end = str(loaded.facts["period_start"]), str(loaded.facts["period_end"])
    expected = list(range(int(start[5:7]), int(end[5:7]) + 1))
    periods = {(match[1].lower(), match[3].lower(), match[4]) for match in map(_period, lines) if match}
    if periods != {(MONTHS[expected[0] - 1], MONTHS[expected[-1] - 1], start[:4])}:
        yield f"the text prints the periods {periods}, but {start} to {end} was read"
    for line in lines:
        if not line.cells or line.cells[0] or not all(line.cells[1:]):
            continue
        months = [month_of(cell) for cell in line.cells[1:]]
        if [month for month in months if month != AVERAGE] != expected:
            yield f"a header names other months than the period: {line}"
        if AVERAGE in months[1:]:
            yield f"the average does not stand before the months: {line}"


def _tables_begin_with_their_total(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    totals: dict[int, str] = {}
    current: str | None = None
    for line in lines:
        if line.cells and not line.cells[0]:
            current = None
        elif line.cells:
            current = current or line.cells[0]
            totals[line.line_no] = current
    labels: Counter[tuple[int, str]] = Counter()
    for row in loaded.rows:
        labels[row.table_no, row.label] += 1
        if row.line_nos[0] in totals and totals[row.line_nos[0]] != row.total_label:
            yield f"another total stands under the header above: {row}"
        if not re.match(r"i alt\b", _plain(row.total_label)):
            yield f"a table does not begin with its total: {row}"
    if any(count > 1 for count in labels.values()):
        yield f"a label stands twice in a table: {labels.most_common(1)}"


def _text_holds_no_values(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    cells = {line_no for row in loaded.rows for line_no in row.line_nos}
    first_row = min(cells)
    for line in lines:
        # Before the first table stand notes, which may have numbers of their own.
        if line.line_no < first_row or not line.words or line.line_no in cells or _period(line):
            continue
        last_words = line.words.split()[-2:]
        is_row = len(last_words) > 1 and all(re.fullmatch(r"[0-9]+|\*", word) for word in last_words)
        if is_row or not any(character.isalpha() for character in line.words):
            yield f"values stand in a line that has no cell: {line}"


def _texts_are_values(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    symbols = {symbol for line in lines for symbol in LEGEND_SYMBOL.findall(line.words)}
    for text in {text for row in loaded.rows for text in row.texts}:
        if text and text not in symbols and not NUMBER.fullmatch(text):
            yield f"a cell holds neither a number nor a symbol of the legend: {text!r}"


def _headings_stand_above(lines: Sequence[TextLine], loaded: Staged) -> Iterator[str]:
    above: dict[int, str] = {}
    words: list[str] = []
    title = str(loaded.facts["product_title"]).lower()
    for line in lines:
        if line.words:
            words = [line.words] if line.words.lower() == title else [*words, line.words]
        above[line.line_no] = ""
        if line.cells and not line.cells[0]:
            # The line with the date may stand between two lines of a heading, which do not count it.
            undated = [word for word in words if not word.lower().startswith("rapport oppdatert")]
            text = "\n".join((" ".join(words), " ".join(undated)))
        if line.cells and line.cells[0]:
            above[line.line_no] = text
    for row in loaded.rows:
        for heading in row.headings if above[row.line_nos[0]] else ():
            if heading not in above[row.line_nos[0]]:
                yield f"a heading does not stand above: {row}"


def _cells_at(lines: Sequence[TextLine], line_nos: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    if len(set(line_nos)) == 1 and line_nos[0] <= len(lines):
        place = line_nos[0] - 1
        # Form feeds cut lines in two, so that a line may stand further down the list than its number.
        while place < len(lines) and lines[place].line_no <= line_nos[0]:
            if lines[place].line_no == line_nos[0] and lines[place].cells:
                yield lines[place].cells
            place += 1


def _words_above(words: dict[int, str], line_no: int) -> str:
    """Return the words in the lines next above a line, which stand directly one under the other."""
    above = max((number for number in words if number < line_no), default=0)
    found: list[str] = []
    while above in words:
        found.insert(0, words[above])
        above -= 1
    return " ".join(found)


def _same_texts(cells: tuple[str, ...], texts: tuple[str, ...]) -> bool:
    """Tell whether a row prints these texts; one that lacks a column may end in blank cells."""
    return cells == texts or (cells[: len(texts)] == texts and not any(cells[len(texts) :]))


def _headers_above(lines: Sequence[TextLine]) -> dict[int, tuple[str, ...]]:
    headers: dict[int, tuple[str, ...]] = {}
    header: tuple[str, ...] = ()
    for line in lines:
        if line.cells and not line.cells[0]:
            header = line.cells
        elif line.cells and header:
            headers[line.line_no] = header
    return headers


def _text_line(line_no: int, raw_line: str) -> TextLine:
    bare = re.sub(r"^(</?b>)+ *", "", raw_line.strip())
    if not bare.strip("#") or (set(bare) <= set("-|: \t") and _is_drawn(raw_line, bare)):
        return TextLine(line_no)
    if bare[0] == "|":
        cells = bare[1:].removesuffix("|").split("|")
    elif "\t" in raw_line:
        cells = raw_line.strip(" ").split("\t")
    else:
        return TextLine(line_no, words=_cell(bare.lstrip("#")))
    texts = tuple(map(_cell, cells))
    return TextLine(line_no, texts) if any(texts) else TextLine(line_no)


def _is_drawn(raw_line: str, bare: str) -> bool:
    """Tell whether a line of dashes, pipes and colons is drawn, and not a dash in a cell."""
    return "-" not in bare or "--" in bare or ("\t" not in raw_line and bare != "-")


def _cell(raw: str) -> str:
    """Return a cell's text without marks; two stars alone are no marks, for there is nothing between them."""
    stars = raw.replace("\\*", "\0").strip()
    marked = "\0\0" if stars == "**" else stars
    return re.sub(r"</?b>|\*\*", "", marked).replace("\0", "*").strip()


def _period(line: TextLine) -> re.Match[str] | None:
    match = PERIOD.fullmatch(" ".join(line.words.split()))
    return match if match and {match[1].lower(), match[3].lower()} <= set(MONTHS) else None


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
