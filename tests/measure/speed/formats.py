"""Measure how fast the readers turn each format into cells, beside other libraries that read the same cells.

A made-up report is written as a PDF of 60 pages, and a larger one as a workbook and as a text of 3 000 rows,
laid out as NAV lays them out. Each is read by the project (bytes to recognised tables) and by a common
library (bytes to values), and all must give the same numbers and stars. Seconds are those of the processor,
the median of the runs, and leave out the start of Python and imports. Every run is a process of its own,
started by one that stays small: the highest memory of a process is at least that of the one that started it.
`make bench` runs this, and fails where an aim is missed.
"""

import argparse
import hashlib
import io
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from loaders.layout import LAYOUT, read_layout
from measure.speed.loading import aligned, run_process, tell

if TYPE_CHECKING:
    from support.nav_files import NavTable

PAGES, SHEET_ROWS = 60, 3_000
ROWS_OF_TABLE = 23
MONTHS = ("Januar", "Februar", "Mars", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober")
PERIOD = "Januar - oktober 2022"
VALUE = re.compile(r"\d[\d \u00a0]*|\*")
# What a person waits for without noticing: seconds of the processor for each file.
MOST_SECONDS = {"report.pdf": 2.0, "report.xlsx": 1.0}


@dataclass(frozen=True)
class Run:
    """What a measured process says: seconds, highest memory, how many cells it read, and their hash."""

    seconds: float
    peak_mib: float
    cells: int
    digest: str


def tables(count: int) -> Iterator["NavTable"]:
    """Yield tables of invented numbers, one in nine of them a star."""
    from support.nav_files import NavTable  # noqa: PLC0415  # the parent stays small

    for table in range(count):
        labels = ("I alt", *(f"{1000 + row} Kommune {row}" for row in range(1, ROWS_OF_TABLE)))
        yield NavTable(
            None,
            MONTHS,
            tuple(
                (label, tuple(value(table, row, month) for month in range(len(MONTHS))))
                for row, label in enumerate(labels)
            ),
        )


def value(table: int, row: int, month: int) -> str:
    """Return the text of a cell, always the same for the same place."""
    number = (table * 7919 + row * 613 + month * 97) % 13_000
    return "*" if number % 9 == 0 else f"{number + 4:,}".replace(",", " ")


def write_files(folder: Path) -> None:
    """Write the report in each format."""
    from support.nav_files import NavReport, NavSection, write_pdf, write_workbook  # noqa: PLC0415
    from support.small_reports import LEGEND, TITLE, page, report  # noqa: PLC0415

    from loaders.printed import Period  # noqa: PLC0415

    period = Period(2022, 1, len(MONTHS))
    pages, rows = (
        NavReport(TITLE, period, LEGEND, None, (NavSection("Kommune", tuple(tables(count))),))
        for count in (PAGES - 1, -(-SHEET_ROWS // ROWS_OF_TABLE))
    )
    header = "\t".join(["", *MONTHS])
    text = report(
        *(
            page(*("\t".join([label, *values]) for label, values in table.rows), header=header, period=PERIOD)
            for table in rows.tables
        ),
        cover=f"{TITLE}\n\nOm tabellene\n\n{PERIOD}\n\n{LEGEND}\n",
    )
    (folder / "report.pdf").write_bytes(write_pdf(pages))
    (folder / "report.xlsx").write_bytes(write_workbook(rows))
    (folder / "report.txt").write_text(text, encoding="utf-8")


def with_tiltak() -> Callable[[bytes], list[str]]:
    """Return the reading of the project."""
    from loaders.readers.choice import reader_of  # noqa: PLC0415  # imports are no part of the time
    from loaders.tables.recogniser import recognise  # noqa: PLC0415

    layout = read_layout(LAYOUT)

    def read(content: bytes) -> list[str]:
        printed = recognise(reader_of(content, "bench").read(content, "bench", layout), layout, "bench")
        return [text for table in printed.tables for text in table.packed.values if text]

    return read


def with_openpyxl() -> Callable[[bytes], list[str]]:
    """Return a reading of all values of a workbook with openpyxl."""
    from openpyxl import load_workbook  # noqa: PLC0415

    def read(content: bytes) -> list[str]:
        book = load_workbook(io.BytesIO(content), data_only=True)
        cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        return [str(cell) for cell in cells if isinstance(cell, int | float) or cell == "*"]

    return read


def with_pdfplumber() -> Callable[[bytes], list[str]]:
    """Return a reading of all cells of a PDF with pdfplumber."""
    import pdfplumber  # noqa: PLC0415

    def read(content: bytes) -> list[str]:
        with pdfplumber.open(io.BytesIO(content)) as document:
            found = [
                cell
                for page in document.pages
                for table in page.extract_tables()
                for row in table
                for cell in row
            ]
        return [cell for cell in found if cell and VALUE.fullmatch(cell)]

    return read


READINGS = {"tiltak": with_tiltak, "openpyxl": with_openpyxl, "pdfplumber": with_pdfplumber}
READ_BY = {
    "report.pdf": ("tiltak", "pdfplumber"),
    "report.xlsx": ("tiltak", "openpyxl"),
    "report.txt": ("tiltak",),
}


def read_file(path: Path, reading: str) -> None:
    """Read a file and print what it took: what a measured process does."""
    content = path.read_bytes()
    read = READINGS[reading]()
    start = time.process_time()
    values = read(content)
    seconds = time.process_time() - start
    plain = sorted(re.sub(r"\s", "", value) for value in values)
    digest = hashlib.sha256("\n".join(plain).encode()).hexdigest()
    print(json.dumps({"seconds": seconds, "cells": len(plain), "digest": digest}))


def command(*options: str | Path) -> list[str]:
    """Return the command of a process that does one step."""
    return [sys.executable, "-m", "measure.speed.formats", *map(str, options)]


def measured(path: Path, reading: str) -> Run:
    """Read a file in a process of its own."""
    output, peak_mib = run_process(command("--file", path, "--with", reading))
    return Run(peak_mib=peak_mib, **json.loads(output))


def main() -> None:
    """Measure and print a table; or, as a process that is started for it, do one step."""
    parser = argparse.ArgumentParser(description="Measure the readers of each format.")
    parser.add_argument("--runs", type=int, default=3, help="how often to measure each (3)")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--with", dest="reading", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_files(options.write)
    elif options.file:
        read_file(options.file, options.reading)
    else:
        compare(options.runs)


def compare(run_count: int) -> None:
    """Measure every format with every library, and print a table.

    Raises:
        SystemExit: two libraries read other cells, or an aim is missed.
    """
    rows: list[tuple[str, ...]] = [
        ("file", "read with", "kB", "cells", "CPU s", "pages/s", "cells/s", "peak MiB")
    ]
    slow = []
    with TemporaryDirectory(prefix="tiltak-bench-") as folder:
        run_process(command("--write", folder))
        for name, readings in READ_BY.items():
            path = Path(folder, name)
            runs = {reading: [measured(path, reading) for _ in range(run_count)] for reading in readings}
            tell(f"read {name} with {' and '.join(readings)}, {run_count} times")
            if len({run.digest for found in runs.values() for run in found}) > 1:
                sys.exit(f"{name}: the libraries read other cells")
            rows += [row_of(path, reading, found) for reading, found in runs.items()]
            seconds = statistics.median(run.seconds for run in runs["tiltak"])
            if seconds > MOST_SECONDS.get(name, seconds):
                slow.append(f"{name}: {seconds:.2f} s, at most {MOST_SECONDS[name]} s")
    print("\n".join(aligned(rows)))
    if slow:
        sys.exit(f"slower than it should be: {'; '.join(slow)}")


def row_of(path: Path, reading: str, runs: list[Run]) -> tuple[str, ...]:
    """Return a row of the table: the median speed of the runs and the highest of their peaks."""
    seconds = statistics.median(run.seconds for run in runs)
    is_pdf = path.suffix == ".pdf"
    return (
        f"{path.suffix[1:]}, {f'{PAGES} pages' if is_pdf else f'{SHEET_ROWS} rows'}",
        reading,
        f"{path.stat().st_size / 1000:.0f}",
        f"{runs[0].cells}",
        f"{seconds:.2f}",
        f"{PAGES / seconds:.0f}" if is_pdf else "",
        f"{runs[0].cells / seconds:.0f}",
        f"{max(run.peak_mib for run in runs):.0f}",
    )


if __name__ == "__main__":
    main()
