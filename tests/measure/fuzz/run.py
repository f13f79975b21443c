"""Harm what people hand in, and see it either read right or refused with one of our errors.

`make fuzz` runs this over all cores; a few hundred inputs are part of `make test`. TARGETS says what is
harmed and who judges: texts of reports (`inputs.py`, `mutations.py`, `oracle.py`), workbooks and PDFs
(`damaged_reports.py`, `second_reading.py`), cards and layout files (`damaged_settings.py`), reports of a
grammar (`made_reports.py`), places (`odd_places.py`). The same seed gives the same inputs on any number of
cores. One that ends in another error, in wrong cells or not at all fails the run and is kept in the folder
`fuzz-failures` beside the result.
"""

import argparse
import faulthandler
import hashlib
import json
import multiprocessing
import os
import platform
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Protocol

import hypothesis
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from rich.console import Console
from rich.progress import track
from rich.table import Table

from loaders.errors import TiltakError
from loaders.load import load_reports
from loaders.printed import PrintedReport, SourceText
from loaders.readers.choice import reader_of
from loaders.tables.recogniser import recognise
from measure.fuzz.damaged_reports import (
    DamagedReport,
    damaged_pdfs,
    damaged_workbooks,
    whole_pdfs,
    whole_workbooks,
)
from measure.fuzz.damaged_settings import DamagedFile, damaged_settings, read_settings
from measure.fuzz.inputs import NAME, PROJECT, Input, inputs, layout, load
from measure.fuzz.made_reports import Due, MadeReport, made_reports, read_made
from measure.fuzz.odd_places import OddPlace, load_from, odd_places
from measure.fuzz.oracle import Harm, Staged, changes, problems, staged
from measure.fuzz.second_reading import problems_of_pdf, problems_of_workbook

SEED = 20240131
BATCH = 200
# Hypothesis draws every third text a second time; copies are neither checked nor counted.
DRAWS_PER_BATCH = 310
# Batches of neighbouring seeds must not share theirs.
SEED_STEP = 1_000_000
# Far more than any input takes (0.6 s), because cores may be busy with other work.
SECONDS_PER_INPUT = 20
# What Python cannot interrupt is ended together with its process after so many seconds more.
PATIENCE = 20
# Of the texts that load, one in so many is staged as Parquet and read back.
STAGED_ONE_IN = 40
ACCEPTED = "accepted"
STAGED = "accepted, staged and read back"
# What a damaged workbook or PDF may print: another number, which is read as it is printed; or a sheet less,
# which a notice tells of.
MISPRINT, SHOWN = "read as it is printed now", "read in part, and told"
FAILED = "failed"
# A few files the second reader cannot open.
UNJUDGED = "read otherwise, and not by a second reader"
NOT_REFUSED = (ACCEPTED, MISPRINT, SHOWN, UNJUDGED, FAILED)
RESULT = PROJECT / "warehouse" / "trust" / "fuzz.json"
PACKAGES = ("hypothesis", "pandas", "pyarrow", "pyyaml")


class Damaged(Protocol):
    """An input: what was done to it, and its bytes, by which it is told from others."""

    @property
    def kinds(self) -> Sequence[str]:
        """What was done."""

    @property
    def content(self) -> bytes:
        """The bytes."""


Keep = Callable[[Damaged, str], str]


class FuzzFailure(AssertionError):  # noqa: N818 - a failed check, not an error of ours
    """A text was loaded wrongly, or refused in a way that helps nobody."""


class EndlessRun(BaseException):
    """A text was not done within its time."""


@dataclass
class Tally:
    """What became of the inputs of a run, or of a part of it."""

    inputs: int = 0
    distinct: set[bytes] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, Counter[str]] = field(default_factory=dict)
    staged: int = 0
    slowest_seconds: float = 0.0
    slowest_input: str = ""
    failures: list[dict[str, str]] = field(default_factory=list)

    @property
    def refused(self) -> dict[str, int]:
        """The number of inputs refused, by the type of the error."""
        return {name: count for name, count in sorted(self.outcomes.items()) if name not in NOT_REFUSED}

    def count(self, drawn: Damaged, outcome: str, seconds: float) -> None:
        """Count an input and what became of it."""
        self.inputs += 1
        self.distinct.add(hashlib.sha256(drawn.content).digest())
        self.staged += outcome == STAGED
        outcome = ACCEPTED if outcome == STAGED else outcome
        self.outcomes[outcome] += 1
        for kind in set(drawn.kinds):
            self.by_kind.setdefault(kind, Counter())[outcome] += 1
        if seconds > self.slowest_seconds:
            self.slowest_seconds, self.slowest_input = seconds, repr(drawn)

    def add(self, other: "Tally") -> None:
        """Add what became of other inputs."""
        self.inputs += other.inputs
        self.distinct |= other.distinct
        self.outcomes += other.outcomes
        for kind, outcomes in other.by_kind.items():
            self.by_kind.setdefault(kind, Counter()).update(outcomes)
        self.staged += other.staged
        if other.slowest_seconds > self.slowest_seconds:
            self.slowest_seconds, self.slowest_input = other.slowest_seconds, other.slowest_input
        self.failures += other.failures


@dataclass(frozen=True)
class Target:
    """Something that is fuzzed.

    Attributes:
        what: what it is, for the page.
        strategy: what is drawn.
        check: checks an input and returns the outcome.
        inputs: how many are drawn.
    """

    what: str
    strategy: st.SearchStrategy[Damaged]
    check: Callable[[Damaged], str]
    inputs: int = 0


def check_report(drawn: Damaged) -> str:
    """Load a mutated text; return the outcome, or the name of the error it is refused with.

    Raises:
        FuzzFailure: the oracle proves the loaded cells wrong, or an error lacks its place or next step.
    """
    assert isinstance(drawn, Input)
    try:
        loaded = load(drawn.content)
    except TiltakError as error:
        _check_error(error, drawn.content)
        if drawn.harm is Harm.NONE:
            raise FuzzFailure(f"only written in another way, yet refused: {error}") from error
        return type(error).__name__
    wrong = [*problems(drawn.content, loaded), *changes(loaded, drawn.original.rows, drawn.harm)]
    if wrong:
        raise FuzzFailure("; ".join(wrong[:3]))
    if int(str(loaded.facts["sha256"])[:8], 16) % STAGED_ONE_IN == 0:
        check_staging(drawn.content, loaded)
        return STAGED
    return ACCEPTED


def check_staging(content: bytes, loaded: Staged) -> None:
    """Stage a text and read the Parquet files back.

    Raises:
        FuzzFailure: the files hold other cells than were loaded.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(content)
        [done] = load_reports([path], Path(folder) / "staged", layout(), "fuzz")
        report, cells = (
            pq.read_table(Path(folder) / "staged" / relation / f"{done.sha256}.parquet").to_pandas()
            for relation in ("report", "cell")
        )
    back = staged(report, cells)
    if (back.rows, back.cell_ids) != (loaded.rows, loaded.cell_ids):
        raise FuzzFailure("the staged files hold other cells than were loaded")


def check_made(drawn: Damaged) -> str:
    """Read a made report; return the outcome, or the name of the error it is refused with.

    Raises:
        FuzzFailure: it is read otherwise than it was written, or refused and readable, or the reverse.
    """
    assert isinstance(drawn, MadeReport)
    try:
        printed = read_made(drawn.content)
    except TiltakError as error:
        _check_error(error, drawn.content)
        if drawn.due is Due.READ:
            raise FuzzFailure(f"nothing is wrong with it, yet refused: {error}") from error
        return type(error).__name__
    if drawn.due is Due.REFUSED:
        raise FuzzFailure("it is read, and was to be refused")
    if not drawn.is_as_written(printed):
        raise FuzzFailure("it is read otherwise than it was written")
    return ACCEPTED


def check_place(drawn: Damaged) -> str:
    """Load a report from and into an odd place; return the outcome.

    Raises:
        FuzzFailure: it is staged otherwise than it is, or the command ends in disorder.
    """
    assert isinstance(drawn, OddPlace)
    try:
        return "refused" if load_from(drawn) else ACCEPTED
    except ValueError as error:
        raise FuzzFailure(str(error)) from error


def check_settings(drawn: Damaged) -> str:
    """Read damaged provenance cards or layout seeds; return the outcome or the name of the error."""
    assert isinstance(drawn, DamagedFile)
    try:
        read_settings(drawn)
    except TiltakError as error:
        if not error.report or not error.next_step:
            raise FuzzFailure(f"the error names no file or no next step: {error}") from error
        return type(error).__name__
    return ACCEPTED


def check_file(drawn: Damaged) -> str:
    """Read a damaged workbook or PDF; return the outcome, or the name of the error it is refused with.

    Raises:
        FuzzFailure: a second reading of the damaged file does not print what was read, or prints more.
    """
    assert isinstance(drawn, DamagedReport)
    try:
        source, printed = read_file(drawn.content)
    except TiltakError as error:
        if error.report != NAME or not error.next_step:
            raise FuzzFailure(f"the error lacks its file or next step: {error}") from error
        return type(error).__name__
    whole = read_whole(drawn.whole.name, drawn.whole.is_pdf)
    is_same = facts_of_report(printed) == facts_of_report(whole)
    compare = problems_of_pdf if drawn.whole.is_pdf else problems_of_workbook
    try:
        wrong = list(compare(drawn.content, source, printed))
    except Exception:  # the second reader has errors of many kinds
        return ACCEPTED if is_same else UNJUDGED
    if wrong:
        raise FuzzFailure("; ".join(wrong[:3]))
    told = set(printed.notices) - set(whole.notices)
    return ACCEPTED if is_same else SHOWN if told else MISPRINT


def read_file(content: bytes) -> tuple[SourceText, PrintedReport]:
    """Read a workbook or a PDF."""
    source = reader_of(content, NAME).read(content, NAME, layout())
    return source, recognise(source, layout(), NAME)


@cache
def read_whole(name: str, is_pdf: bool) -> PrintedReport:
    """Read a file as it was before it was damaged."""
    wholes = whole_pdfs() if is_pdf else whole_workbooks()
    whole = next(whole for whole in wholes if whole.name == name)
    return read_file(whole.written(whole.parts))[1]


def facts_of_report(report: PrintedReport) -> tuple[object, ...]:
    """Return all that a report prints."""
    head = (report.product_title, report.period, report.legend_text, report.updated_date)
    tables = [
        (table.section_heading, table.table_heading, table.columns, table.packed.labels, table.packed.values)
        for table in report.tables
    ]
    return (*head, *tables)


TARGETS = {
    "reports": Target("report texts, damaged", inputs(), check_report, inputs=12_000),
    "workbooks": Target("workbooks, damaged", damaged_workbooks(), check_file, inputs=3_700),
    "pdfs": Target("PDFs, damaged", damaged_pdfs(), check_file, inputs=3_700),
    "made": Target("texts of made-up reports, with a trick", made_reports(), check_made, inputs=10_000),
    "places": Target("folders and files with odd names", odd_places(), check_place, inputs=600),
    "settings": Target("cards and layout files, damaged", damaged_settings(), check_settings, inputs=1_000),
}


def run_batch(
    target: Target, count: int, seed: int, keep: Keep | None = None, seconds: float = SECONDS_PER_INPUT
) -> Tally:
    """Draw and check inputs.

    Args:
        target: what is fuzzed.
        count: about how many inputs.
        seed: the same seed draws the same inputs.
        keep: takes an input that failed and what failed, and returns where it is kept. Without it the first
            failure is raised, after hypothesis has made its input as simple as it can.
        seconds: the time an input may take.
    """
    tally = Tally()

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count * DRAWS_PER_BATCH // BATCH,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate] if keep else [Phase.generate, Phase.shrink],
    )
    @hypothesis.given(target.strategy)
    def run(drawn: Damaged) -> None:
        if keep and hashlib.sha256(drawn.content).digest() in tally.distinct:
            return
        begun = time.perf_counter()
        try:
            with time_limit(seconds):
                outcome = target.check(drawn)
        except (Exception, EndlessRun) as error:
            if keep is None:
                raise
            outcome, what = FAILED, f"{type(error).__name__}: {error}"
            tally.failures.append({"input": repr(drawn), "what": what, "kept": keep(drawn, what)})
        tally.count(drawn, outcome, time.perf_counter() - begun)

    run()
    return tally


@contextmanager
def time_limit(seconds: float, patience: float = PATIENCE) -> Iterator[None]:
    """Raise EndlessRun in whatever runs longer; if that is not heard, end the process."""

    def stop(_: int, __: FrameType | None) -> None:
        raise EndlessRun(f"not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(seconds + patience, exit=True, file=2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)


def fuzz(name: str, count: int, seed: int, cores: int, folder: Path) -> Tally:
    """Run the inputs of one target in batches over several processes; failures are kept in a folder."""
    sizes = [min(BATCH, count - start) for start in range(0, count, BATCH)]
    total = Tally()
    with ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        batches = [
            pool.submit(_batch, name, size, seed * SEED_STEP + number, folder)
            for number, size in enumerate(sizes)
        ]
        for done in track(
            as_completed(batches), f"fuzzing {name}", len(batches), console=Console(stderr=True)
        ):
            try:
                total.add(done.result())
            except BrokenProcessPool:
                what = "a process ended, by itself or by the watchdog: what it did stands above"
                total.failures.append({"input": f"one of the last {cores} batches", "what": what, "kept": ""})
                total.outcomes[FAILED] += 1
                break
    return total


def _batch(name: str, count: int, seed: int, folder: Path) -> Tally:
    kept = 0

    def keep(drawn: Damaged, what: str) -> str:
        nonlocal kept
        kept += 1
        path = folder / f"{name}-{seed}-{kept}.txt"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn.content)
        path.with_suffix(".why").write_text(f"{drawn!r}\n{what}\n", encoding="utf-8")
        return path.name

    return run_batch(TARGETS[name], count, seed, keep)


def main() -> int:
    """Fuzz, print what became of the inputs, write the result; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=TARGETS, default=list(TARGETS), help="targets to fuzz")
    parser.add_argument("--share", type=float, default=1, help="share of the inputs of a whole run")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same inputs")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--result", type=Path, default=RESULT, help="the JSON file that is written")
    options = parser.parse_args()
    folder = options.result.parent / "fuzz-failures"
    shutil.rmtree(folder, ignore_errors=True)
    results = _results_of_others(options.result, options.only)
    for name in options.only:
        begun = time.perf_counter()
        tally = fuzz(name, round(options.share * TARGETS[name].inputs), options.seed, options.cores, folder)
        results[name] = _result(name, tally, time.perf_counter() - begun)
        _print(name, tally, time.perf_counter() - begun)
    is_passed = not any(result["failed"] for result in results.values())
    versions = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    facts = {"is_passed": is_passed, "seed": options.seed, "cores": options.cores, "versions": versions}
    ordered = {name: results[name] for name in TARGETS if name in results}
    options.result.parent.mkdir(parents=True, exist_ok=True)
    options.result.write_text(
        json.dumps(facts | {"targets": ordered}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print(f"written: {options.result}" + ("" if is_passed else f"; what failed is kept in {folder}"))
    return 0 if is_passed else 1


def _results_of_others(path: Path, names: Sequence[str]) -> dict[str, Mapping[str, object]]:
    """Return what an earlier run has written of other targets."""
    written = json.loads(path.read_text(encoding="utf-8"))["targets"] if path.exists() else {}
    return {name: result for name, result in written.items() if name not in names}


def _result(name: str, tally: Tally, seconds: float) -> dict[str, object]:
    return {
        "what": TARGETS[name].what,
        "inputs": tally.inputs,
        "distinct_inputs": len(tally.distinct),
        "accepted": tally.outcomes[ACCEPTED],
        "read_as_printed": tally.outcomes[MISPRINT],
        "read_in_part_and_told": tally.outcomes[SHOWN],
        "unjudged": tally.outcomes[UNJUDGED],
        "refused": tally.refused,
        "failed": tally.outcomes[FAILED],
        "staged_and_read_back": tally.staged,
        "seconds": round(seconds, 1),
        "inputs_per_second": round(tally.inputs / seconds, 1),
        "slowest": {"seconds": round(tally.slowest_seconds, 3), "input": tally.slowest_input},
        "by_mutation": {
            kind: {
                "accepted": sum(outcomes[name] for name in NOT_REFUSED if name != FAILED),
                "refused": sum(outcomes[name] for name in outcomes if name not in NOT_REFUSED),
                "failed": outcomes[FAILED],
            }
            for kind, outcomes in sorted(tally.by_kind.items())
        },
        "failures": tally.failures,
    }


def _print(name: str, tally: Tally, seconds: float) -> None:
    table = Table(title=f"Fuzzing {name}", title_justify="left")
    table.add_column("outcome")
    table.add_column("", justify="right")
    table.add_row("inputs, all distinct in their batch", f"{tally.inputs:,}")
    table.add_row("  distinct in the run", f"{len(tally.distinct):,}")
    table.add_row("loaded, and found right", f"{tally.outcomes[ACCEPTED]:,}")
    table.add_row("  of them staged and read back", f"{tally.staged:,}")
    for outcome in (MISPRINT, SHOWN, UNJUDGED):
        if tally.outcomes[outcome]:
            table.add_row(outcome, f"{tally.outcomes[outcome]:,}")
    for error, count in tally.refused.items():
        table.add_row(f"refused: {error}", f"{count:,}")
    table.add_row("failed", f"{tally.outcomes[FAILED]:,}")
    table.add_row("seconds", f"{seconds:.1f}")
    table.add_row("inputs/s", f"{tally.inputs / seconds:.1f}")
    table.add_row("slowest input, seconds", f"{tally.slowest_seconds:.2f}")
    Console().print(table)
    for failure in tally.failures[:10]:
        print(f"{failure['kept']}: {failure['input']}\n  {failure['what'][:400]}")


def _check_error(error: TiltakError, content: bytes) -> None:
    line_count = content.count(b"\n") + content.count(b"\r") + 1
    if error.report != NAME or not error.next_step or not 1 <= (error.line_no or 1) <= line_count:
        raise FuzzFailure(f"the error lacks its place or next step: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
