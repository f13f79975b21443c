"""The oracle sees it when a loader loses, moves or changes a number: loaders broken on purpose must fail."""

import re
from collections.abc import Callable, Iterator
from random import Random

import pandas as pd
import pytest
from measure.fuzz import inputs
from measure.fuzz.inputs import Input, Original, cut_reports, mutated, whole_reports
from measure.fuzz.mutations import STEPS, Place
from measure.fuzz.run import FuzzFailure, check_report

from loaders import staging
from loaders.layout import Layout
from loaders.printed import Line, PackedRows, Period, PrintedReport, PrintedRow
from loaders.readers import text as text_reader
from loaders.tables import alignment, recogniser
from loaders.tables.periods import read_period

Break = Callable[[pytest.MonkeyPatch], None]


def patched(place: object, name: str, new: object) -> Break:
    """Return a way to break the loaders: something of theirs is replaced."""
    return lambda patch: patch.setattr(place, name, new)


def changed_cells(change: Callable[[pd.DataFrame], pd.DataFrame | None]) -> Break:
    """Return a way to break the staging: its frame of cells is changed."""

    def cell_frame(report: PrintedReport, source: staging.Source) -> pd.DataFrame:
        frame = staging.cell_frame(report, source)
        changed = change(frame)
        return frame if changed is None else changed

    return patched(inputs, "cell_frame", cell_frame)


def changed_lines(change: Callable[[Line], Line]) -> Break:
    """Return a way to break the reader: each line it reads is changed."""
    read_line = text_reader.read_line
    return patched(text_reader, "read_line", lambda *args: change(read_line(*args)))


def swap_months(frame: pd.DataFrame) -> None:
    """Give each month's number to its neighbour."""
    frame["printed_text"] = frame["printed_text"].shift(-1, fill_value="1")


def shift_labels(frame: pd.DataFrame) -> None:
    """Name each month like the one before it."""
    frame["column_label"] = frame["column_label"].shift(1, fill_value="Mai")


def any_period(found: recogniser._Found, layout: Layout, _: str) -> Period:
    """Return the first period that can be read, whatever other pages say."""
    periods = (read_period(text, layout) for text in found.periods)
    return next(period for period in periods if period is not None)


def with_label(line: Line) -> Line:
    """Give a row that lost its label another one."""
    is_nameless = len(line.tokens) > 1 and not line.tokens[0] and line.tokens[1][:1].isdigit()
    return line._replace(tokens=["Ukjent", *line.tokens[1:]]) if is_nameless else line


def last_cell_lost(line: Line) -> Line:
    """Drop a number that would be one too many."""
    return line._replace(tokens=line.tokens[:14]) if len(line.tokens) > 14 else line


def complete(table: alignment.RawTable, *_: object) -> tuple[tuple[str, ...], PackedRows]:
    """Settle columns by position: fill short rows, cut long ones, and take the months as they come."""
    columns = tuple(table.header_cells)
    rows = [[*row.tokens[1:], *[""] * len(columns)][: len(columns)] for row in table.rows]
    packed = [
        PrintedRow((row.line_no,), row.tokens[0], values)
        for row, values in zip(table.rows, rows, strict=True)
    ]
    return columns, PackedRows.pack(packed)


def by_position(table: alignment.RawTable, *_: object) -> tuple[tuple[str, ...], list[PrintedRow]]:
    """Settle a damaged header by the labels that are left, from the left."""
    columns = tuple(cell for cell in table.header_cells if cell)
    return columns, [
        PrintedRow((row.line_no,), row.tokens[0], row.tokens[1 : len(columns) + 1]) for row in table.rows
    ]


def without_copies(
    settle: Callable[..., object], tables: Callable[[object], list[object]]
) -> Callable[..., object]:
    """Drop tables that were already seen."""
    return lambda *args: iter(tables(settle(*args)))


def first_of_each(tables: object) -> list[object]:
    """Return the tables of a report without those that print the same as one before."""
    seen: dict[tuple[object, ...], object] = {}
    for table in tables:  # type: ignore[attr-defined]
        seen.setdefault((table.columns, table.packed.labels, table.packed.values), table)
    return list(seen.values())


def changed_texts(change: Callable[[str], str]) -> Break:
    """Return a way to break the staging: each printed text is changed."""
    return changed_cells(
        lambda frame: frame.__setitem__("printed_text", [change(text) for text in frame["printed_text"]])
    )


# What is broken, how, and the mutation that brings it to light ("" where every report does).
BREAKS: dict[str, tuple[Break, str]] = {
    "groups of digits lose their blank": (changed_texts(lambda text: text.replace(" ", "")), ""),
    "stars become zeros": (changed_texts(lambda text: text.replace("*", "0")), ""),
    "digits are lost": (changed_texts(lambda text: text[:3]), ""),
    "numbers shift by a column": (changed_cells(swap_months), ""),
    "months are taken from positions": (
        changed_cells(shift_labels),
        "",
    ),
    "cells are lost": (changed_cells(lambda frame: frame.iloc[:-1]), ""),
    "lines are counted from zero": (
        changed_cells(lambda frame: frame.__setitem__("line_no", frame["line_no"] - 1)),
        "",
    ),
    "totals are those of the first table": (
        changed_cells(lambda frame: frame.__setitem__("total_label", frame["total_label"].iloc[0])),
        "",
    ),
    "copies of tables are dropped": (
        patched(recogniser, "_settle_tables", without_copies(recogniser._settle_tables, first_of_each)),
        "page repeated",
    ),
    "short rows are filled": (patched(recogniser, "settle_complete", complete), "cell lost"),
    "long rows are cut": (patched(recogniser, "settle_complete", complete), "cell repeated"),
    "months are not compared with the period": (
        patched(alignment, "check_months", lambda *_: None),
        "column labels swapped",
    ),
    "rows without a label get one": (changed_lines(with_label), "cell emptied"),
    "a number too many is dropped": (changed_lines(last_cell_lost), "cell repeated"),
    "a damaged header is settled by position": (
        patched(recogniser, "settle_rows", by_position),
        "column label emptied",
    ),
    "rows may be headings": (patched(recogniser, "holds_values", lambda *_: False), "row that lost its tabs"),
    "tables may lack their total": (patched(recogniser, "_check_labels", lambda *_: None), "row lost"),
    "a lost header joins two tables": (patched(recogniser, "_check_labels", lambda *_: None), "header lost"),
    "an unexplained symbol is a value": (patched(recogniser, "is_value", lambda *_: True), "star replaced"),
    "a broken number is a value": (
        patched(recogniser, "is_value", lambda *_: True),
        "cells merged and another split",
    ),
    "two stars are a blank": (patched(text_reader, "LONE_STARS", re.compile("(?!)")), "star doubled"),
    "pages may differ in their period": (
        patched(recogniser, "_period", any_period),
        "year changed",
    ),
    "headings are those of the page before": (
        changed_cells(lambda frame: frame.__setitem__("section_heading", frame["section_heading"].iloc[-1])),
        "",
    ),
}


def originals() -> tuple[Original, ...]:
    """Return small texts that show all there is, and the one whole report with damaged headers."""
    whole = next(text for text in whole_reports() if text.name.startswith("tilt"))
    return (*cut_reports()[::9], whole)


def harmed(kind: str) -> Iterator[Input]:
    """Yield texts harmed in one way, or not at all."""
    random = Random(kind)
    kinds = [kind] if kind else []
    for _ in range(40 if kind else 1):
        place = Place(*(random.randrange(STEPS) for _ in range(3)))
        yield from (mutated(text, kinds, [place] * len(kinds)) for text in originals())


def failure(text: Input) -> str | None:
    """Return what the oracle says of a text."""
    try:
        check_report(text)
    except FuzzFailure as error:
        return str(error)
    return None


@pytest.mark.parametrize("what", BREAKS)
def test_a_loader_broken_on_purpose_is_found_out(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    break_loader, kind = BREAKS[what]
    texts = list(harmed(kind))
    with monkeypatch.context() as patch:
        break_loader(patch)
        found = next((text for text in texts if failure(text)), None)
    assert found is not None
    assert failure(found) is None
