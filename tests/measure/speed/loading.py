"""Measure how fast report files become staged Parquet, how much memory that takes, and a whole build.

A load is measured from file to Parquet: read, recognise, make frames, write. The reports in
data/reports are small, so they are repeated, in two ways:

- large files: the pages of each report are repeated inside its one file;
- many files: each report is copied at its natural size, every copy with a note of its own.

Every run is a process of its own, because the system keeps only the highest memory of a process.
Seconds are the median of the runs and leave out the start of Python. MB is a million bytes, MiB is
1024 * 1024. `make bench` runs this; it takes some minutes and needs Linux or macOS.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from loaders.layout import Layout, normalise, read_layout

PROJECT = Path(__file__).resolve().parents[3]
REPORTS = PROJECT / "data" / "reports"
LAYOUT = PROJECT / "seeds" / "layout"
TILTAK = Path(sys.executable).with_name("tiltak")
# A line that every report prints among its notes; copies get a line of their own before it.
NOTE = '"Om statistikken'


@dataclass(frozen=True)
class Run:
    """One measured process: its seconds, its highest memory, and the number of cells it staged."""

    seconds: float
    peak_mib: float
    cells: int = 0


def main() -> None:
    """Measure and print a table; or, as a process that is measured, load one folder."""
    parser = argparse.ArgumentParser(description="Measure the loaders and the build.")
    parser.add_argument("--megabytes", type=int, default=50, help="how much to load in each run (50)")
    parser.add_argument("--runs", type=int, default=3, help="how often to measure a load (3)")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cores", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        load_folder(options.load, options.cores)
        return
    print("\n".join(machine_facts()), end="\n\n")
    cores = sorted({1, os.cpu_count() or 1})
    rows: list[tuple[str, ...]] = [("load", "files", "MB", "cells", "cores", "seconds", "MB/s", "peak MiB")]
    with TemporaryDirectory(prefix="tiltak-bench-") as name:
        folders = {"large files": Path(name, "large"), "many files": Path(name, "many")}
        write_large_files(folders["large files"], options.megabytes * 1_000_000)
        write_many_files(folders["many files"], options.megabytes * 1_000_000)
        for way, folder in folders.items():
            sizes = [path.stat().st_size for path in folder.iterdir()]
            for used in cores:
                tell(f"loading {way} on {used} of {cores[-1]} cores, {options.runs} times")
                runs = [measured_load(folder, used) for _ in range(options.runs)]
                rows.append(row_of(way, sizes, used, runs))
    print("\n".join(aligned(rows)))
    if has_build():
        tell("building the warehouse")
        build = measured_build()
        print(f"\ntiltak build, all of data/reports: {build.seconds:.1f} s, peak {build.peak_mib:.0f} MiB")


def machine_facts() -> list[str]:
    """Return what the figures depend on: processor, cores, memory and Python."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"^model name\s*: (.+)$", info.read_text() if info.exists() else "", re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return [
        f"processor: {model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        f"memory:    {memory / 2**30:.0f} GiB",
        f"Python:    {platform.python_version()}",
    ]


def write_large_files(folder: Path, size: int) -> None:
    """Write one file per report, its pages repeated until all files together have the size."""
    layout = read_layout(LAYOUT)
    parts = {path.name: split_cover(path.read_text("utf-8"), layout) for path in report_paths()}
    copies = -(-size // sum(len(pages.encode()) for _, pages in parts.values()))
    folder.mkdir()
    for name, (cover, pages) in parts.items():
        with (folder / name).open("w", encoding="utf-8") as file:
            file.write(cover)
            for _ in range(copies):
                file.write(pages)


def split_cover(text: str, layout: Layout) -> tuple[str, str]:
    """Split a report at the product title above its first table: only what follows may be repeated."""
    lines = text.splitlines(keepends=True)
    first_row = next(number for number, line in enumerate(lines) if "\t" in line)
    titles = (number for number in range(first_row, -1, -1) if is_title(lines[number], layout))
    start = next(titles)
    return "".join(lines[:start]), "".join(lines[start:]).rstrip("\n") + "\n\n"


def is_title(line: str, layout: Layout) -> bool:
    """Tell whether a line prints the title of a product."""
    return normalise(line.strip("# \n")) in layout.products


def write_many_files(folder: Path, size: int) -> None:
    """Write copies of the reports, each distinct, until all files together have the size."""
    texts = {path.stem: path.read_text("utf-8") for path in report_paths()}
    copies = -(-size // sum(len(text.encode()) for text in texts.values()))
    folder.mkdir()
    for stem, text in texts.items():
        for copy in range(copies):
            distinct = text.replace(NOTE, f"Kopi {copy}.\n\n{NOTE}", 1)
            (folder / f"{stem}_{copy:05d}.txt").write_text(distinct, "utf-8")


def report_paths() -> Iterator[Path]:
    """Yield the report files of the project."""
    return REPORTS.glob("*.txt")


def load_folder(folder: Path, cores: int) -> None:
    """Load a folder on so many cores and print seconds and cells: what a measured process does."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # kept out of the parent, whose memory stays small

    from loaders.files import find_reports  # noqa: PLC0415
    from loaders.load import load_reports  # noqa: PLC0415

    os.cpu_count = lambda: cores  # what the loader asks for the number of processes to start
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    layout = read_layout(LAYOUT)
    with TemporaryDirectory(prefix="tiltak-bench-") as name:
        start = time.perf_counter()
        load_reports(find_reports([folder]), Path(name), layout, "bench")
        seconds = time.perf_counter() - start
        cells = sum(pq.read_metadata(path).num_rows for path in Path(name, "cell").iterdir())
    print(json.dumps({"seconds": seconds, "cells": cells}))


def measured_load(folder: Path, cores: int) -> Run:
    """Load a folder in a process of its own."""
    command = [sys.executable, __file__, "--load", str(folder), "--cores", str(cores)]
    output, peak_mib = run_process(command)
    result = json.loads(output)
    return Run(result["seconds"], peak_mib, result["cells"])


def has_build() -> bool:
    """Tell whether the project has its command `tiltak build` yet."""
    return TILTAK.exists() and " build " in run_process([str(TILTAK), "--help"])[0]


def measured_build() -> Run:
    """Build the warehouse of the project's reports in a temporary home, from nothing."""
    with TemporaryDirectory(prefix="tiltak-bench-") as name:
        start = time.perf_counter()
        _, peak_mib = run_process(
            [str(TILTAK), "build", "--quiet", "--reports", str(REPORTS), "--home", name]
        )
        return Run(time.perf_counter() - start, peak_mib)


def run_process(command: Sequence[str]) -> tuple[str, float]:
    """Run a command; returns its output and the highest memory in MiB of it or a process it started.

    Raises:
        SystemExit: the command failed.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the command failed with exit code {process.returncode}: {' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return output, usage.ru_maxrss * unit / 2**20


def row_of(way: str, sizes: Sequence[int], cores: int, runs: Sequence[Run]) -> tuple[str, ...]:
    """Return a row of the table: the median speed of the runs and the highest of their peaks."""
    megabytes = sum(sizes) / 1_000_000
    seconds = statistics.median(run.seconds for run in runs)
    return (
        way,
        f"{len(sizes)}",
        f"{megabytes:.1f}",
        f"{runs[0].cells}",
        f"{cores}",
        f"{seconds:.1f}",
        f"{megabytes / seconds:.1f}",
        f"{max(run.peak_mib for run in runs):.0f}",
    )


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows as lines of text, their columns aligned: text to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join([first, *rest])


def tell(progress: str) -> None:
    """Say on standard error what is going on."""
    print(f"  ... {progress}", file=sys.stderr)


if __name__ == "__main__":
    main()
