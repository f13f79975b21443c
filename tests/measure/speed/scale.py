"""Measure what a warehouse costs as the archive grows, and write the tables of docs/scale.md.

For each number of editions an invented archive is built from nothing, then with its newest edition added to
the others, then once more with nothing changed: each a run of `tiltak build`, with the CPU seconds of all its
processes beside wall time, and the memory of the largest of them. Five editions are the reports of the
project. `make bench-scale` runs this.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from measure.speed.archive import write_archive
from measure.speed.loading import PROJECT, REPORTS, TILTAK, machine_facts, tell
from tiltak.home import Home
from tiltak.spans import spans_folder

PAGE = PROJECT / "docs" / "scale.md"
RESULTS = PROJECT / "docs" / "scale"
SIZES = (5, 50, 200)
OWN_REPORTS = 5
# NAV's archive, about.
ALL_EDITIONS = 4500
# The published file of an archive is at most so many times its Parquet; with few editions it is vocabulary.
SMALLEST_ARCHIVE = 200
MOST_TO_PARQUET = 2

Row = Mapping[str, Any]


def main() -> None:
    """Measure, keep the figures beside the page, and write its tables; or write the tables alone."""
    parser = argparse.ArgumentParser(description="Measure builds of growing archives.")
    parser.add_argument("--editions", type=int, nargs="+", default=SIZES, help="how many (5 50 200)")
    parser.add_argument("--output", type=Path, default=RESULTS / "after.json")
    parser.add_argument(
        "--page", action="store_true", help="measure nothing, write the page from what is kept"
    )
    options = parser.parse_args()
    if not options.page:
        rows = []
        for count in options.editions:
            tell(f"building {count} editions")
            rows.append(measured(count))
        result = {"machine": machine_facts(), "rows": rows}
        options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), RESULTS), encoding="utf-8")


def measured(count: int) -> Row:
    """Build an archive of so many editions in a home of its own, and return what that took."""
    with TemporaryDirectory(prefix="tiltak-bench-") as name:
        reports, home = Path(name, "reports"), Home(Path(name, "home"))
        if count == OWN_REPORTS:
            shutil.copytree(REPORTS, reports)
        else:
            write_archive(reports, count)
        row: dict[str, Any] = {"editions": count, "nothing": build(reports, home)}
        row |= sizes(home)
        if count != OWN_REPORTS:
            newest = max(reports.glob("*.txt"), key=_last_month)
            held_back = newest.rename(Path(name, newest.name))
            build(reports, home)
            held_back.rename(newest)
            row["one_more"] = build(reports, home)
        return row | {"unchanged": build(reports, home)}


def build(reports: Path, home: Home) -> Row:
    """Run `tiltak build`; returns its CPU and wall seconds and its highest memory."""
    command = [str(TILTAK), "build", "--quiet", "--reports", str(reports), "--home", str(home.folder)]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the command failed with exit code {process.returncode}: {' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "wall_seconds": round(time.perf_counter() - start, 1),
        "peak_mib": round(usage.ru_maxrss * unit / 2**20),
    }


def sizes(home: Home) -> Row:
    """Return the cells of a home, and the megabytes of its files."""
    published = (home.folder / "published").resolve()
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        ((cells,),) = connection.sql("select count(*) from fct_printed_cell").fetchall()
    return {
        "cells": cells,
        "duckdb_mb": _megabytes([published / "tiltak.duckdb"]),
        "parquet_mb": _megabytes((published / "parquet").rglob("*.parquet")),
        "version_mb": _megabytes(path for path in published.rglob("*") if path.is_file()),
        "build_mb": _megabytes([home.building]),
        "kept_mb": _megabytes(spans_folder(home).rglob("*.parquet")),
        "spans": len(list(spans_folder(home).glob("*"))) or 1,
    }


def _last_month(path: Path) -> tuple[str, str]:
    """Return what sorts the editions of an archive by the last month that they print."""
    return path.stem.rpartition("_")[2], path.name


def _megabytes(paths: Sequence[Path] | Iterator[Path]) -> float:
    return round(sum(path.stat().st_size for path in paths) / 1e6, 1)


def exponent(rows: Sequence[Row], figure: str) -> float:
    """Return how a figure of builds from nothing grows with cells; 1 is in proportion."""
    first, last = rows[-2:]
    growth = float(last["nothing"][figure]) / float(first["nothing"][figure])
    return math.log(growth) / math.log(float(last["cells"]) / float(first["cells"]))


def per_million_cells(rows: Sequence[Row], figure: str) -> float:
    """Return by how much a figure of builds from nothing grows for each million cells."""
    first, last = rows[-2:]
    more = float(last["nothing"][figure] - first["nothing"][figure])
    return 1e6 * more / float(last["cells"] - first["cells"])


def with_tables(page: str, results: Path) -> str:
    """Return a page with its tables written anew, each between two comments with its name.

    Raises:
        SystemExit: the published file of an archive is larger than it may be beside its Parquet.
    """
    before, after = (
        json.loads((results / f"{name}.json").read_text(encoding="utf-8")) for name in ("before", "after")
    )
    for row in after["rows"]:
        if row["editions"] >= SMALLEST_ARCHIVE and row["duckdb_mb"] > MOST_TO_PARQUET * row["parquet_mb"]:
            raise SystemExit(f"{row['editions']} editions: the file is more than twice its Parquet")
    for name, lines in (("before", _table(before)), ("after", _table(after)), ("beyond", _beyond(after))):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, rest = page.split(begin)
        page = head + begin + "\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1]
    return page


def _table(result: Row) -> Iterator[str]:
    yield from (f"- {fact}" for fact in result["machine"])
    yield ""
    yield "| | " + " | ".join(f"{row['editions']} editions" for row in result["rows"]) + " |"
    yield "|---" * (len(result["rows"]) + 1) + "|"
    figures: dict[str, Callable[[Row], object]] = {
        "printed cells": lambda row: f"{row['cells']:,}".replace(",", " "),
        "from nothing: CPU s": lambda row: row["nothing"]["cpu_seconds"],
        "from nothing: wall s": lambda row: row["nothing"]["wall_seconds"],
        "spans of years": lambda row: row.get("spans", ""),
        "highest memory of a process, MiB": lambda row: row["nothing"]["peak_mib"],
        "one edition more: CPU s": lambda row: row.get("one_more", {}).get("cpu_seconds", ""),
        "one edition more: wall s": lambda row: row.get("one_more", {}).get("wall_seconds", ""),
        "nothing changed: CPU s": lambda row: row.get("unchanged", {}).get("cpu_seconds", ""),
        "published DuckDB, MB": lambda row: row["duckdb_mb"],
        "published Parquet, MB": lambda row: row["parquet_mb"],
        "DuckDB to Parquet": lambda row: f"{row['duckdb_mb'] / row['parquet_mb']:.1f}",
        "all of a version, MB": lambda row: row["version_mb"],
        "build file, MB": lambda row: row["build_mb"],
        "kept of the spans, MB": lambda row: row.get("kept_mb", ""),
    }
    for name, figure in figures.items():
        told = [str(figure(row)) for row in result["rows"]]
        if any(told):
            yield f"| {name} | " + " | ".join(told) + " |"


def _beyond(result: Row) -> Iterator[str]:
    """Yield what the line through the two largest archives says of the whole one."""
    rows = sorted(result["rows"], key=lambda row: row["editions"])
    last = rows[-1]
    growth = ALL_EDITIONS / last["editions"]
    more = last["cells"] * (growth - 1) / 1e6
    yield "| from nothing | exponent | per million cells | at 4 500 editions |"
    yield "|---|---|---|---|"
    for name, figure, unit, shown, scale in (
        ("CPU", "cpu_seconds", "s", "min", 60),
        ("highest memory", "peak_mib", "MiB", "GiB", 1024),
    ):
        slope = per_million_cells(rows, figure)
        whole = (last["nothing"][figure] + slope * more) / scale
        yield f"| {name} | {exponent(rows, figure):.2f} | {slope:.0f} {unit} | {whole:.0f} {shown} |"
    for name, figure in (("published DuckDB", "duckdb_mb"), ("published Parquet", "parquet_mb")):
        each = last[figure] / last["cells"] * 1e6
        yield f"| {name} | | {each:.0f} MB | {last[figure] * growth / 1000:.1f} GB |"


if __name__ == "__main__":
    main()
