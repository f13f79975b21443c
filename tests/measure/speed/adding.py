"""Measure how long `tiltak add` takes with next month's workbook: from a file to a published version.

The report of January and February 2020 gets a third month that adds up, and is written as NAV writes
workbooks. It is added to a copy of the reports, in a home where the others are published: once with
`--dry-run`, once in earnest. `make bench` runs this.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from support.nav_files import write_workbook
from support.next_month import with_march

from loaders.layout import LAYOUT, read_layout
from loaders.load import read_report
from measure.speed.loading import REPORTS, TILTAK

REPORT = REPORTS / "deltakere-tiltak_2020-01_2020-02.txt"
ORIGIN = "Made up: February again, for measuring"


def main() -> None:
    """Publish the reports, add the workbook, and print what it took."""
    with TemporaryDirectory(prefix="tiltak-bench-") as name:
        folder = Path(name)
        reports = shutil.copytree(REPORTS, folder / "reports")
        printed, _ = read_report(REPORT, read_layout(LAYOUT))
        file = folder / "202003_Deltakere i arbeidsrettede tiltak.xlsx"
        file.write_bytes(write_workbook(with_march(printed)))
        where = ["--reports", str(reports), "--home", str(folder / "home")]
        seconds("build", *where)
        tried = seconds("add", str(file), *where, "--origin", ORIGIN, "--dry-run")
        added = seconds("add", str(file), *where, "--origin", ORIGIN)
    print(f"tiltak add --dry-run, next month's workbook: {tried:.0f} s")
    print(f"tiltak add, next month's workbook: one command, {added:.0f} s")


def seconds(*arguments: str) -> float:
    """Run the command, and return how long it took.

    Raises:
        SystemExit: it failed.
    """
    start = time.perf_counter()
    done = subprocess.run([TILTAK, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"tiltak {arguments[0]} failed: {done.stderr}")
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
