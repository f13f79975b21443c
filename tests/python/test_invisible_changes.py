"""Changes that a person cannot see change nothing: the same report is read, or the file is refused."""

import unicodedata
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.report_printer import Style, facts_of, print_report
from support.report_strategies import written_reports
from support.small_reports import NAME

from loaders.errors import TiltakError
from loaders.layout import Layout
from loaders.readers.characters import INVISIBLE
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
