"""Large archives are built in spans of years: what a span gave is kept, the rest is built of what is kept.

    build/spans/2019-2020-5f3a91c2e07b4d16/    named by its years and by all that it was made of
        intermediate.int_cell.parquet          the rows of each model that comes from reports
        done.json                              what dbt has built and tested

Sums, editions and pairs of editions never cross a year, so most models are row by row the union of what spans
give. A span is a home of its own in which a part of the reports is staged; it is built and audited as any
other. What looks at all years has the tag `across_years`: it is built again at the end, from views of what is
kept, and only then tested.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path

import duckdb

from loaders.errors import MORE_MEMORY, OutOfMemoryError, StagingError
from loaders.load import end_all_but
from loaders.staging import RELATIONS, staged_files, staged_path
from tiltak.build import (
    begin,
    build_part,
    build_warehouse,
    cannot_write,
    check_all_has_run,
    check_numbers,
    check_reports,
)
from tiltak.done import Done
from tiltak.errors import BuildError
from tiltak.fingerprint import file_hash, program_fingerprint
from tiltak.home import PROJECT, Home
from tiltak.vocabulary import FROM_REPORTS

# Years are built together up to so many printed cells: more would cost more for each new edition, fewer would
# repeat what a build costs however little it holds. Fifty editions of the archive are one span.
SPAN_CELLS = 250_000
ACROSS_YEARS = "across_years"
AT_THE_END = ("--select", f"tag:{ACROSS_YEARS}")
# A test of what looks at all years can fail where a part of the reports is there, so it is left for the end.
IN_A_SPAN = (
    *("--select", FROM_REPORTS, "--exclude", f"tag:{ACROSS_YEARS}+1,resource_type:test"),
    *("--indirect-selection", "empty"),
)
MAKING = "."
DONE = "done.json"
STAGED_REPORTS = """
    select
        parse_filename(filename, true) as sha256,
        year(cast(period_start as date)) as first_year,
        year(cast(period_end as date)) as last_year,
        cell_count
    from read_parquet($files, filename = true)
    order by all
"""


@dataclass(frozen=True)
class StagedReport:
    """A staged report: the hash of its bytes, the years that it covers, and how many cells it prints."""

    sha256: str
    first_year: int
    last_year: int
    cell_count: int


@dataclass(frozen=True)
class Span:
    """Years that are built together.

    Attributes:
        reports: all staged reports that cover any of them; none covers another year.
    """

    reports: tuple[StagedReport, ...]

    @property
    def first_year(self) -> int:
        """The first year that a report covers."""
        return min(report.first_year for report in self.reports)

    @property
    def last_year(self) -> int:
        """The last year that a report covers."""
        return max(report.last_year for report in self.reports)

    @property
    def cell_count(self) -> int:
        """How many cells are printed."""
        return sum(report.cell_count for report in self.reports)


def build(home: Home, on_step: Callable[[int], None] = lambda _: None) -> Done:
    """Build and test the warehouse from what is staged; a large one from spans of years.

    The caller holds the lock of the home.

    Args:
        home: where the warehouse lives.
        on_step: called with the total number of steps after each step, for a progress bar.

    Returns:
        What dbt has built and tested.

    Raises:
        ChecksFailedError, ContradictionError, BuildError, OutOfMemoryError, StagingError: as
            `build_warehouse` says.
    """
    spans = spans_of(staged_reports(home), SPAN_CELLS)
    if len(spans) < 2:  # noqa: PLR2004
        shutil.rmtree(spans_folder(home), ignore_errors=True)
        return build_warehouse(home, on_step)
    vocabulary = begin(home, on_step)
    folders = _build_spans(home, spans, on_step)
    _show_kept(home, folders)
    across = build_part(home, AT_THE_END, on_step)
    of_spans = [_done(folder) for folder in folders]
    in_each = frozenset.intersection(*(done.nodes for done in of_spans))
    check_all_has_run(home, vocabulary | across | Done(in_each, frozenset()))
    check_reports(home)
    _remove_others(home, folders)
    return reduce(or_, of_spans, vocabulary | across)


def spans_folder(home: Home) -> Path:
    """Return where spans are kept."""
    return home.building.with_name("spans")


def staged_reports(home: Home) -> list[StagedReport]:
    """Return the staged reports of a home, by hash.

    Raises:
        StagingError: a staged file cannot be read.
    """
    files = [str(path) for path in staged_files(home.staged, "report")]
    if not files:
        return []
    try:
        with duckdb.connect() as connection:
            return [
                StagedReport(*row) for row in connection.execute(STAGED_REPORTS, {"files": files}).fetchall()
            ]
    except duckdb.Error as error:
        raise StagingError(
            f"a staged file cannot be read: {error}",
            "run the command again: damaged files are staged anew",
            str(home.staged),
        ) from error


def spans_of(reports: Sequence[StagedReport], most_cells: int = SPAN_CELLS) -> list[Span]:
    """Group reports into spans of years, in their order; years that a report connects stay together."""
    spans: list[Span] = []
    for years in _connected_years(reports):
        if spans and spans[-1].cell_count + years.cell_count <= most_cells:
            spans[-1] = Span(spans[-1].reports + years.reports)
        else:
            spans.append(years)
    return spans


def _connected_years(reports: Sequence[StagedReport]) -> Iterator[Span]:
    """Yield the fewest years that can be built apart from all others, in their order."""
    connected: tuple[StagedReport, ...] = ()
    for report in sorted(reports, key=lambda report: (report.first_year, report.sha256)):
        if connected and report.first_year > max(other.last_year for other in connected):
            yield Span(connected)
            connected = ()
        connected += (report,)
    if connected:
        yield Span(connected)


def _build_spans(home: Home, spans: Sequence[Span], on_step: Callable[[int], None]) -> list[Path]:
    """Build the spans that are not kept, over all cores; returns the folders of all of them.

    Raises:
        TiltakError: one of them cannot be built; the others are kept.
    """
    for folder in spans_folder(home).glob(f"{MAKING}*"):
        shutil.rmtree(folder)  # of a build that was ended
    program = program_fingerprint(PROJECT)
    folders = [spans_folder(home) / _name(home, span, program) for span in spans]
    missing = [(span, folder) for span, folder in zip(spans, folders, strict=True) if not folder.is_dir()]
    workers = min(len(missing), os.cpu_count() or 1)
    if workers < 2:  # noqa: PLR2004
        for span, folder in missing:
            _build_span(home, span, folder)
            on_step(len(missing))
        return folders
    others = multiprocessing.active_children()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(_build_span, home, span, folder) for span, folder in missing]
        try:
            for future in as_completed(futures):
                future.result()
                on_step(len(missing))
        except BrokenProcessPool as error:
            end_all_but(others)
            raise OutOfMemoryError(
                "a process that built some years was ended, most likely because memory ran out",
                MORE_MEMORY,
                str(home.folder),
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)
    return folders


def _build_span(home: Home, span: Span, folder: Path) -> None:
    """Build, test and audit a span in a home of its own, and keep what it gives.

    Raises:
        TiltakError: as `build_warehouse` says; nothing is kept then.
    """
    own = Home(folder.with_name(f"{MAKING}{folder.name}"))
    try:
        for report in span.reports:
            for relation in RELATIONS:
                link = staged_path(own.staged, relation, report.sha256)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(staged_path(home.staged, relation, report.sha256).resolve())
        vocabulary = begin(own)
        built = build_part(own, IN_A_SPAN)
        check_reports(own)
        check_numbers(own)
        whole = own.folder / "whole"
        whole.mkdir()
        _write_rows(own, span, built, whole)
        (whole / DONE).write_text(json.dumps((vocabulary | built).as_json()), encoding="utf-8")
        whole.rename(folder)
    except OSError as error:
        raise cannot_write(home, error) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(own.folder)


def _write_rows(own: Home, span: Span, built: Done, folder: Path) -> None:
    """Write the rows of each model of a span.

    Raises:
        BuildError: a fact is of a year that is not of the span, so that it could be there twice.
    """
    with duckdb.connect(str(own.building), read_only=True) as connection:
        elsewhere = connection.execute(
            "select distinct month_key from main.fct_participants_as_known"
            " where month_key // 100 not between $first and $last",
            {"first": span.first_year, "last": span.last_year},
        ).fetchall()
        if elsewhere:
            raise BuildError(
                f"figures of {elsewhere[0][0]} are printed by a report of {span.first_year}-{span.last_year}",
                "compare the period in the report's heading with its months",
                str(own.folder),
            )
        connection.execute("set enable_progress_bar = false")
        for name in _relations(own, built):
            connection.execute(f"copy (from {name}) to '{folder / name}.parquet' (format parquet)")


def _show_kept(home: Home, folders: Sequence[Path]) -> None:
    """Make a view in the build file of the rows that the spans have of each model."""
    with duckdb.connect(str(home.building)) as connection:
        for name in sorted(path.stem for path in folders[0].glob("*.parquet")):
            files = [str((folder / f"{name}.parquet").resolve()) for folder in folders]
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            connection.execute(f"create view {name} as from read_parquet({files})")


def _relations(own: Home, built: Done) -> list[str]:
    """Return the relations of the models that were built, with their schema, but for those of all years."""
    nodes = json.loads((own.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = [nodes[key] for key in built.nodes if nodes[key]["resource_type"] == "model"]
    return sorted(
        f"{model['schema']}.{model['alias']}" for model in models if ACROSS_YEARS not in model["tags"]
    )


def _name(home: Home, span: Span, program: str) -> str:
    """Return a name for the folder of a span that says all that it is made of."""
    digest = hashlib.sha256(program.encode())
    for report in span.reports:
        for relation in RELATIONS:
            digest.update(file_hash(staged_path(home.staged, relation, report.sha256)).encode())
    return f"{span.first_year}-{span.last_year}-{digest.hexdigest()[:16]}"


def _done(folder: Path) -> Done:
    return Done.from_json(json.loads((folder / DONE).read_text(encoding="utf-8")))


def _remove_others(home: Home, folders: Sequence[Path]) -> None:
    """Remove spans that were kept of other reports or of another program."""
    for folder in spans_folder(home).iterdir():
        if folder not in folders:
            shutil.rmtree(folder, ignore_errors=True)
