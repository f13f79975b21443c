"""Build the warehouse with dbt, test it, and read what was found."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from loaders.errors import MORE_MEMORY, OutOfMemoryError, StagingError, TiltakError
from loaders.staging import staged_files
from tiltak.audit.findings import ContradictionError, Findings, audit
from tiltak.done import Done
from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home
from tiltak.vocabulary import FROM_REPORTS, forget, keep, restore

SHOWN_ROWS = 10
# The test of the registers. Whether all checks together need a correction is for the audit to say.
ENTRIES_ARE_NEEDED = "every_correction_and_exception_on_record_is_needed"
# What dbt keeps of a parse.
PARSED = "partial_parse.msgpack"
# How dbt ends a node that has done its work; a test that only warns has.
DONE = {"success", "pass", "warn"}
# What of dbt's words is kept; the rest is for who debugs dbt.
LOGGED = {"info", "warn", "error"}
# How DuckDB, Python and the system say it; dbt hands on no more than their words.
OUT_OF_MEMORY = re.compile(r"Out of Memory Error|bad_alloc|MemoryError|Cannot allocate memory", re.IGNORECASE)
CANNOT_WRITE = re.compile(
    r"No space left|File too large|Disk quota exceeded|Permission denied|Read-only file system"
    r"|Could not (write|truncate|sync)|Failed to write",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FailedCheck:
    """A model or test that failed.

    Attributes:
        name: its name; a test's name is the statement that does not hold.
        message: what dbt says of it.
        rows: the first failing rows, as texts, headed by the column names; empty for a model.
    """

    name: str
    message: str
    rows: list[list[str]]


@dataclass(frozen=True)
class ReadingProblem:
    """Something that a report prints and the seeds cannot place."""

    problem: str
    source_file: str
    table_no: int | None
    source_place: str | None
    seen: str | None
    nearest_labels: str | None
    statement: str
    next_step: str


class ChecksFailedError(BuildError):
    """The warehouse was built but did not pass, or a model could not be built.

    Attributes:
        failed: the failed models and tests.
        reading_problems: labels and headings that could not be placed, the usual cause.
        findings: the cells that are most likely wrong.
    """

    failed: list[FailedCheck]
    reading_problems: list[ReadingProblem]
    findings: Findings

    @classmethod
    def of(
        cls, failed: list[FailedCheck], reading_problems: list[ReadingProblem], findings: Findings
    ) -> "ChecksFailedError":
        """Make the error with its findings."""
        error = cls(
            f"checks failed: {len(failed)}; the published warehouse is as it was",
            "see the checks above and `How to read a failure` in CONTRIBUTING.md",
        )
        error.failed = failed
        error.reading_problems = reading_problems
        error.findings = findings
        return error


def build_warehouse(home: Home, on_node: Callable[[int], None] = lambda _: None) -> Done:
    """Build and test the warehouse from what is staged, in a new file beside the published one.

    Args:
        home: where the warehouse lives.
        on_node: called with the total number of steps after each step, for a progress bar.

    Returns:
        What dbt has built and tested.

    Raises:
        ChecksFailedError: a model could not be built, or a test does not hold.
        ContradictionError: each check could hold by itself, but not all of them at once.
        BuildError: dbt could not run, or the file could not be written.
        OutOfMemoryError: memory ran out.
        StagingError: a staged file is damaged.
    """
    vocabulary = begin(home, on_node)
    done = vocabulary | build_part(home, ["--select", FROM_REPORTS], on_node)
    check_all_has_run(home, done)
    check_reports(home)
    check_numbers(home)
    return done


def check_numbers(home: Home) -> None:
    """Check that everything printed can be true at once, and that no correction on record is needless.

    Raises:
        ContradictionError, ChecksFailedError, BuildError: as `build_warehouse` says.
    """
    findings = audit(home.building)
    if findings:
        raise ContradictionError.of(findings)
    if findings.needless:
        rows = [["correction_code", "cell_id"], *map(list, findings.needless)]
        failed = FailedCheck(ENTRIES_ARE_NEEDED, "everything printed can be true without it", rows)
        raise ChecksFailedError.of([failed], [], findings)


def begin(home: Home, on_node: Callable[[int], None] = lambda _: None) -> Done:
    """Begin a new build file with what comes from the seeds alone; returns what dbt has done for it.

    Raises:
        ChecksFailedError, BuildError, OutOfMemoryError: as `build_warehouse` says.
    """
    try:
        home.building.parent.mkdir(parents=True, exist_ok=True)
        for ending in ("", ".wal", ".wal.checkpoint", ".wal.recovery"):
            home.building.with_name(home.building.name + ending).unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(home, error) from error
    vocabulary = restore(home, PROJECT)
    if vocabulary is None:
        vocabulary = build_part(home, ["--exclude", FROM_REPORTS], on_node)
        keep(home, PROJECT, vocabulary)
    return vocabulary


def build_part(home: Home, selection: Sequence[str], on_node: Callable[[int], None] = lambda _: None) -> Done:
    """Build and test a part of the project.

    Raises:
        ChecksFailedError, BuildError, OutOfMemoryError, StagingError: as `build_warehouse` says.
    """
    result = run_dbt(home, ["build", "--exclude-resource-type", "unit_test", *selection], on_node)
    if not result.success:
        trouble = _trouble_of_machine(home, result)
        if trouble is not None:
            raise trouble
        if result.exception is not None or result.result is None:
            raise _cannot_run(home, result)
        problems = reading_problems(home)
        # What cannot be placed makes many checks fail; cells are worth naming when everything is placed.
        findings = Findings(()) if problems else audit(home.building, is_complete=False)
        raise ChecksFailedError.of(_failed_checks(home, result), problems, findings)
    runs = result.result.results  # type: ignore[union-attr]
    return Done(
        frozenset(run.node.unique_id for run in runs if run.status in DONE),
        frozenset(run.node.unique_id for run in runs if run.status == "warn"),
    )


def resolve_labels(home: Home, on_node: Callable[[int], None] = lambda _: None) -> None:
    """Build as much as tells what of the staged reports cannot be placed.

    Raises:
        BuildError: dbt could not run, or a model could not be built.
        OutOfMemoryError: memory ran out.
        StagingError: a staged file is damaged.
    """
    is_kept = restore(home, PROJECT) is not None
    selection = ["--select", "+int_reading_advice" + (f",{FROM_REPORTS}" if is_kept else "")]
    untested = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    result = run_dbt(home, ["build", *selection, *untested], on_node)
    if not result.success:
        failed = [f"{check.name}: {check.message}" for check in _failed_checks(home, result)]
        raise _trouble_of_machine(home, result) or _cannot_run(home, result, "; ".join(failed) or None)


def run_dbt(
    home: Home,
    arguments: Sequence[str],
    on_node: Callable[[int], None] = lambda _: None,
    project: Path = PROJECT,
) -> dbtRunnerResult:
    """Run a dbt command in this process on the building file of a home.

    Args:
        home: where the warehouse lives.
        arguments: the command and its options.
        on_node: called with the total number of steps after each step, for a progress bar.
        project: folder of the dbt project.
    """

    def on_event(event: EventMsg) -> None:
        if event.info.name == "LogStartLine":
            on_node(event.data.total)

    log = _log_in(home.logs / "dbt.log")
    options = [
        "--quiet", "--log-level", "none", "--log-level-file", "none",
        "--project-dir", str(project),
        "--profiles-dir", str(project),
        "--target-path", str(home.target.resolve()),
        "--log-path", str(home.logs.resolve()),
    ]  # fmt: skip
    with _environment(TILTAK_DATABASE=None):
        parsed = _parse(home, options, project, log)
        if not isinstance(parsed.result, Manifest):
            return parsed
        for source in parsed.result.sources.values():
            files = _listed(staged_files(home.staged, source.name))
            source.meta["external_location"] = f"read_parquet({files}, hive_partitioning = false)"
        try:
            with _environment(TILTAK_DATABASE=str(home.building.resolve())):
                return dbtRunner(parsed.result, [on_event, log]).invoke([*arguments, *options])
        finally:
            # The adapter keeps its connection, and with it tables that are still in the log beside the file.
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _parse(
    home: Home, options: Sequence[str], project: Path, log: Callable[[EventMsg], None]
) -> dbtRunnerResult:
    """Parse what has changed in the project since it was last parsed, for whichever home.

    dbt would parse all of it anew for every other database, so it gets the home's own only to run.
    """
    kept = project / "target" / PARSED
    earlier = ["--partial-parse-file-path", str(kept)] if kept.is_file() else []
    # The manifest is written by what is run with it, in a second and a half.
    result = dbtRunner(callbacks=[log]).invoke(["parse", "--no-write-json", *earlier, *options])
    if (new := home.target / PARSED).is_file():
        with suppress(OSError):  # without it the next parse takes some seconds more
            kept.parent.mkdir(exist_ok=True)
            whole = kept.with_name(f"{PARSED}.{os.getpid()}")
            shutil.copyfile(new, whole)
            whole.replace(kept)
            new.unlink()
    return result


def _log_in(path: Path) -> Callable[[EventMsg], None]:
    """Return what writes down what dbt says, of this run alone and as far as there is room on the disk.

    dbt's own log first puts together the thousands of lines of debugging that it then leaves out.
    """
    with suppress(OSError):
        path.unlink(missing_ok=True)

    def write(event: EventMsg) -> None:
        if event.info.level in LOGGED:
            with suppress(OSError), path.open("a", encoding="utf-8") as file:
                print(f"[{event.info.level}] {event.info.msg}", file=file)  # type: ignore[attr-defined]

    return write


def reading_problems(home: Home) -> list[ReadingProblem]:
    """Return what the building file says could not be placed; empty where it does not say."""
    query = """
        select problem, source_file, table_no, source_place, seen, nearest_labels, statement, next_step
        from intermediate.int_reading_advice
        order by source_file, cell_id, problem
    """
    try:
        with duckdb.connect(str(home.building), read_only=True) as connection:
            return [ReadingProblem(*row) for row in connection.sql(query).fetchall()]
    except duckdb.Error:
        return []


def check_all_has_run(home: Home, done: Done) -> None:
    """Check that dbt has built every model and seed and run every test of the project.

    What it skips, for an option that it has found somewhere, it does not say.
    """
    manifest = json.loads((home.target / "manifest.json").read_text(encoding="utf-8"))
    wanted = {
        key for key, node in manifest["nodes"].items() if node["resource_type"] in {"model", "seed", "test"}
    }
    missed = sorted(wanted - done.nodes)
    if missed:
        forget(PROJECT)  # what it skipped may have been kept
        raise BuildError(
            f"{len(missed)} of {len(wanted)} models, seeds and tests have not run",
            "look for options of dbt in the environment and in dbt_project.yml, and build again",
            str(PROJECT / "dbt_project.yml"),
            text=", ".join(missed[:SHOWN_ROWS]),
        )


def check_reports(home: Home) -> None:
    """Check that the warehouse holds the reports that are staged, as editions or witnesses, and no other."""
    query = "select sha256 from main.dim_report union all select sha256 from quality.mart_witness"
    with duckdb.connect(str(home.building), read_only=True) as connection:
        built = {row[0] for row in connection.execute(query).fetchall()}
    staged = {path.stem for path in staged_files(home.staged, "report")}
    if built != staged:
        raise BuildError(
            f"the warehouse holds other reports than were loaded: {', '.join(sorted(built ^ staged))}",
            "build again; if this is said again, it is a defect: report it",
            str(home.building),
        )


def _failed_checks(home: Home, result: dbtRunnerResult) -> list[FailedCheck]:
    failed = []
    for run in result.result.results:  # type: ignore[union-attr]
        if run.status not in {"fail", "error"}:
            continue
        rows = _first_rows(home, str(run.node.relation_name)) if run.status == "fail" else []
        failed.append(FailedCheck(run.node.name, str(run.message or ""), rows))
    return failed


def _cannot_run(home: Home, result: dbtRunnerResult, failed: str | None = None) -> BuildError:
    return BuildError(
        f"dbt could not run: {result.exception or 'a model could not be built'}",
        f"see {home.logs / 'dbt.log'}",
        str(PROJECT / "dbt_project.yml"),
        text=failed,
    )


def _trouble_of_machine(home: Home, result: dbtRunnerResult) -> TiltakError | None:
    """Return the error to raise where dbt failed for lack of memory or space, or for a damaged staged file.

    What then failed says nothing about the data or the models. The first message is the cause; a model that
    is missing makes others fail.
    """
    messages = [
        str(run.message or "") for run in getattr(result.result, "results", ()) if run.status == "error"
    ]
    if result.exception is not None:
        messages.insert(0, f"{type(result.exception).__name__}: {result.exception}")
    first = " ".join((messages or [""])[0].split())
    if OUT_OF_MEMORY.search(first):
        return OutOfMemoryError(f"memory ran out while the warehouse was built: {first}", MORE_MEMORY)
    if CANNOT_WRITE.search(first):
        return cannot_write(home, first)
    if str(home.staged.resolve()) in first:
        return StagingError(
            f"a staged file cannot be read: {first}",
            "run the command again: damaged files are staged anew",
            str(home.staged),
        )
    return None


def _first_rows(home: Home, stored: str) -> list[list[str]]:
    """Return the first rows of the table in which dbt has stored the failures of a test."""
    try:
        with duckdb.connect(str(home.building), read_only=True) as connection:
            relation = connection.sql(f"select * from {stored}")
            rows: list[tuple[Any, ...]] = relation.limit(SHOWN_ROWS).fetchall()
            return [relation.columns, *([str(value) for value in row] for row in rows)]
    except duckdb.Error:
        return []


def cannot_write(home: Home, error: object) -> BuildError:
    """Return the error to tell where the build file of a home cannot be written."""
    return BuildError(
        f"the warehouse cannot be written: {error}",
        "check free space and permissions, and that no other build is running",
        str(home.folder),
    )


def _listed(files: Sequence[Path]) -> str:
    """Return files as a list in SQL, each as nothing but itself, as dbt takes it in a text with `{name}`."""
    literal = {ord(sign): f"[{sign}]" for sign in "[*?"} | {ord("'"): "''"}
    names = ["'" + str(path.resolve()).translate(literal) + "'" for path in files]
    return f"[{', '.join(names)}]".replace("{", "{{").replace("}", "}}")


@contextmanager
def _environment(**variables: str | None) -> Iterator[None]:
    """Let dbt see these variables, and none of its own: they would make it do something else."""
    before = {name: os.environ.get(name) for name in {*variables, *_names_of_dbt()}}
    for name in _names_of_dbt():
        del os.environ[name]
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def _names_of_dbt() -> list[str]:
    return [name for name in os.environ if name.startswith("DBT_")]


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
