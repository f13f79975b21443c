"""Whatever befalls a report's text, it is either read or refused with a typed error that helps."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small_reports import NAME

from loaders.errors import LayoutError, TiltakError
from loaders.layout import Layout
from loaders.printed import PrintedReport
from loaders.readers.text import read_text
from loaders.staging import Source, cell_frame, report_frame
from loaders.tables.recogniser import recognise

PAGE_BREAK = "\n\n\n\n"
CHARACTERS = "0123456789 \t\n|*-#\f\r.:«»<>b/aJåØ\\\u00a0\u202f\u2028\x00\x85\ue000"

Harm = Callable[[str], str]


@pytest.fixture(scope="module")
def real_texts(report_paths: dict[str, Path]) -> list[str]:
    """Return the two small reports, and the first and last pages of the large ones."""
    texts = {year: path.read_text(encoding="utf-8") for year, path in report_paths.items()}
    pages = {year: text.split(PAGE_BREAK) for year, text in texts.items()}
    parts = [PAGE_BREAK.join([*pages[year][:5], *pages[year][-3:]]) for year in ("2013", "2019", "2022")]
    return [texts["2020"], texts["2024"], *parts]


@st.composite
def harms(draw: st.DrawFn) -> Harm:
    """Draw a small mishap: a character or a line deleted, inserted, replaced, doubled, swapped, or a cut."""
    kind = draw(
        st.sampled_from(
            [
                "delete",
                "insert",
                "replace",
                "drop line",
                "double line",
                "move line",
                "swap lines",
                "join",
                "cut",
            ]
        )
    )
    here, there = draw(st.floats(0, 1, exclude_max=True)), draw(st.floats(0, 1, exclude_max=True))
    character = draw(st.sampled_from(CHARACTERS))

    def harm_characters(text: str) -> str:
        place = int(here * len(text))
        before, after = text[:place], text[place:]
        harmed = {
            "delete": before + after[1:],
            "insert": before + character + after,
            "replace": before + character + after[1:],
            "cut": before,
        }
        return harmed[kind]

    def harm_lines(text: str) -> str:
        lines = text.split("\n")
        first, second = int(here * len(lines)), int(there * len(lines))
        if kind == "drop line":
            del lines[first]
        elif kind == "double line":
            lines.insert(first, lines[first])
        elif kind == "move line":
            lines.insert(second, lines.pop(first))
        elif kind == "swap lines":
            lines[first], lines[second] = lines[second], lines[first]
        else:
            lines[first : first + 2] = ["".join(lines[first : first + 2])]
        return "\n".join(lines)

    return harm_characters if kind in {"delete", "insert", "replace", "cut"} else harm_lines


def read_and_stage(content: bytes, layout: Layout) -> PrintedReport | TiltakError:
    """Take a file all the way to the frames that are staged; return the report, or why it is refused."""
    try:
        printed = recognise(read_text(content, NAME), layout, NAME)
    except TiltakError as error:
        return error
    source = Source(NAME, "0" * 64)
    report_frame(printed, source, len(cell_frame(printed, source)))
    return printed


@settings(deadline=None, max_examples=300)
@given(which=st.integers(0, 4), mishaps=st.lists(harms(), min_size=1, max_size=5))
def test_a_harmed_report_is_read_or_refused_with_place_and_next_step(
    real_texts: list[str], layout: Layout, which: int, mishaps: list[Harm]
) -> None:
    text = real_texts[which]
    for harm in mishaps:
        text = harm(text) or "\n"
    outcome = read_and_stage(text.encode(), layout)
    if isinstance(outcome, PrintedReport):
        tables = outcome.tables
        assert sum(outcome.line_roles.values()) == outcome.line_count
        assert all(len(row.values) == len(table.columns) for table in tables for row in table.rows)
    else:
        lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        assert (outcome.report, outcome.next_step != "") == (NAME, True)
        assert outcome.line_no is None or 1 <= outcome.line_no <= lines


@settings(deadline=None, max_examples=100)
@given(which=st.integers(0, 4), place=st.floats(0, 1), length=st.integers(1, 4), noise=st.binary(max_size=4))
def test_a_report_with_harmed_bytes_is_read_or_refused(
    real_texts: list[str], layout: Layout, which: int, place: float, length: int, noise: bytes
) -> None:
    content = real_texts[which].encode()
    start = int(place * len(content))
    outcome = read_and_stage(content[:start] + noise + content[start + length :], layout)
    assert isinstance(outcome, PrintedReport) or (outcome.report == NAME and outcome.next_step)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_bytes_of_any_kind_are_refused(layout: Layout, content: bytes) -> None:
    outcome = read_and_stage(content, layout)
    assert isinstance(outcome, TiltakError)
    assert (outcome.report, outcome.next_step != "") == (NAME, True)


@settings(deadline=None, max_examples=100)
@given(data=st.data(), year=st.sampled_from(["2013", "2020"]), is_lost=st.booleans())
def test_a_row_that_lost_or_gained_a_value_is_refused_wherever_it_is(
    report_paths: dict[str, Path], layout: Layout, data: st.DataObject, year: str, is_lost: bool
) -> None:
    lines = report_paths[year].read_text(encoding="utf-8").split("\n")
    rows = [number for number, line in enumerate(lines) if "\t" in line and line[0] not in "\t-"]
    row = data.draw(st.sampled_from(rows))
    cells = lines[row].split("\t")
    place = data.draw(st.integers(1, len(cells) - 1))
    cells[place : place + is_lost] = [] if is_lost else ["5"]
    lines[row] = "\t".join(cells)
    outcome = read_and_stage("\n".join(lines).encode(), layout)
    assert isinstance(outcome, LayoutError)
    assert (outcome.line_no, outcome.text) == (row + 1, " | ".join(cells))
