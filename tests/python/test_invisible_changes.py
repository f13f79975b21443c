"""Changes that a person cannot see change nothing: the same report is read, or the file is refused."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.nav_files import (
    NavReport,
    NavSection,
    NavTable,
    PdfStyle,
    of_written,
    write_pdf,
    write_workbook,
)
from support.report_printer import Style, facts_of, print_report
from support.report_strategies import written_reports
from support.small_reports import NAME, TITLE

from loaders.errors import TiltakError
from loaders.layout import Layout
from loaders.printed import Period
from loaders.readers.characters import INVISIBLE
from loaders.readers.choice import reader_of
from loaders.readers.text import OTHER_BLANKS, cut_lines, read_text
from loaders.tables.recogniser import recognise

ENDS = ("\n", "\r\n", "\r", "\r\r\n", "\u2028", "\x85", " \n")
Change = Callable[[str], str]
EVERY_INVISIBLE = [chr(code) for code in range(0x110000) if INVISIBLE.match(chr(code))]
WRITABLE = [character for character in EVERY_INVISIBLE if not 0xD800 <= ord(character) <= 0xDFFF]


def inserted(place: int, character: str) -> Change:
    """Return the change that puts a character somewhere."""
    return lambda text: text[: place % len(text)] + character + text[place % len(text) :]


def blanks_as(blank: str) -> Change:
    """Return the change that makes every blank another one."""
    return lambda text: text.replace(" ", blank)


def ends_as(ends: list[str]) -> Change:
    """Return the change that ends lines in these ways by turns."""
    return lambda text: "".join(
        line + ends[number % len(ends)] for number, line in enumerate(text.split("\n")[:-1])
    )


CHANGES = st.one_of(
    st.builds(inserted, st.integers(0, 10**6), st.sampled_from(WRITABLE)),
    st.builds(blanks_as, st.sampled_from(OTHER_BLANKS)),
    st.builds(ends_as, st.lists(st.sampled_from(ENDS), min_size=1)),
    st.just(lambda text: unicodedata.normalize("NFD", text)),
    st.sampled_from(["\n", "\n\n\n", " ", "\u00a0\n"]).map(lambda end: lambda text: text + end),
    st.just(lambda text: "\ufeff" + text),
)  # fmt: skip


def all_of(content: bytes, layout: Layout) -> tuple[object, ...]:
    """Return all that a report says, with the text of the line that each row is on."""
    printed = recognise(read_text(content, NAME), layout, NAME)
    lines = cut_lines(content)
    shown = [
        [as_seen(lines[line_no - 1]) for line_no in row.line_nos]
        for table in printed.tables
        for row in table.rows
    ]
    return (
        [facts_of(table) for table in printed.tables],
        shown,
        (printed.product_title, printed.period, printed.legend_text, printed.updated_date),
    )


def as_seen(line: str) -> str:
    """Return a line as a person sees it."""
    return " ".join(unicodedata.normalize("NFC", line).split())


@settings(deadline=None, max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_invisible_changes_change_nothing(layout: Layout, data: st.DataObject) -> None:
    content = print_report(data.draw(written_reports(Style())), Style())
    changed = content.decode()
    for change in data.draw(st.lists(CHANGES, min_size=1, max_size=3)):
        changed = change(changed)
    try:
        read = all_of(changed.encode(), layout)
    except TiltakError as error:
        refused = error
        assert refused.next_step, refused.report == NAME
        return
    assert read == all_of(content, layout)


def with_texts(report: NavReport, change: Change, number: int) -> NavReport:
    """Return a report with one of its texts changed, wherever it is printed."""
    texts = sorted({text for table in report.tables for text in _texts_of(table)} | {report.title})
    chosen = texts[number % len(texts)]

    def put(text: str) -> str:
        return change(text) if text == chosen else text

    def table_with(table: NavTable) -> NavTable:
        rows = tuple((put(label), tuple(map(put, values))) for label, values in table.rows)
        return NavTable(put(table.heading) if table.heading else None, tuple(map(put, table.columns)), rows)

    sections = tuple(
        replace(section, tables=tuple(map(table_with, section.tables))) for section in report.sections
    )
    return replace(report, title=put(report.title), sections=sections)


def _texts_of(table: NavTable) -> set[str]:
    values = {value for _, values in table.rows for value in values}
    return ({table.heading or "", *table.columns, *(label for label, _ in table.rows)} | values) - {""}


def facts_of_file(content: bytes, layout: Layout) -> tuple[object, ...]:
    """Return all that a workbook or a PDF says."""
    printed = recognise(reader_of(content, NAME).read(content, NAME, layout), layout, NAME)
    head = (printed.product_title, printed.period, printed.legend_text, printed.updated_date)
    return ([facts_of(table) for table in printed.tables], *head)


def pdf_with_its_font(report: NavReport) -> bytes:
    """Write a PDF whose font gives every character a number in Unicode."""
    return write_pdf(report, PdfStyle(font="Vera", label_width=200, has_outline=False))


# XML has no control characters.
IN_CELLS = [character for character in WRITABLE if ord(character) >= ord("\u00a0")]
CHANGES_IN_CELLS = st.one_of(
    st.builds(inserted, st.integers(0, 10**6), st.sampled_from(IN_CELLS)),
    st.builds(blanks_as, st.sampled_from(OTHER_BLANKS)),
    st.just(lambda text: unicodedata.normalize("NFD", text)),
    st.just(lambda text: f" {text}\u00a0"),
)


@pytest.mark.parametrize(
    "write", [pytest.param(write_workbook, id="workbook"), pytest.param(pdf_with_its_font, id="PDF")]
)
@settings(deadline=None, max_examples=80, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_invisible_changes_in_cells_change_nothing(
    write: Callable[[NavReport], bytes], layout: Layout, data: st.DataObject
) -> None:
    report = of_written(data.draw(written_reports(Style())))
    changed = with_texts(report, data.draw(CHANGES_IN_CELLS), data.draw(st.integers(0, 10**6)))
    try:
        read = facts_of_file(write(changed), layout)
    except TiltakError as error:
        refused = error
        assert refused.next_step, refused.report == NAME
        return
    assert read == facts_of_file(write(report), layout)


@pytest.mark.parametrize("character", IN_CELLS[:: max(1, len(IN_CELLS) // 40)])
def test_each_invisible_character_in_a_label_of_a_workbook_is_refused_by_name(
    character: str, layout: Layout
) -> None:
    table = NavTable(None, ("Januar",), (("I alt", ("12",)), (f"Opp{character}læring", ("12",))))
    report = NavReport(TITLE, Period(2020, 1, 1), None, None, (NavSection("Tiltak", (table,)),))
    with pytest.raises(TiltakError, match=f"U\\+{ord(character):04X}") as caught:
        facts_of_file(write_workbook(report), layout)
    assert caught.value.place == "1 Tiltak!B10"
