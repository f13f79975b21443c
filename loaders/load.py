"""Load report files: read, recognise and stage each of them, all or none."""

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from loaders.cards import check_card, read_cards
from loaders.errors import LookupFailedError, StagingError, TiltakError
from loaders.layout import Layout
from loaders.printed import PrintedReport
from loaders.readers.text import read_text
from loaders.recogniser import recognise
from loaders.staging import (
    CELL_TYPES,
    RELATIONS,
    REPORT_TYPES,
    Source,
    cell_frame,
    is_staged,
    report_frame,
    staged_path,
    write_parquet,
)

REPORT_SUFFIXES = (".txt", ".md")
# A worker process costs about a second to start, the time of some megabytes of reports.
PARALLEL_FROM_BYTES = 4_000_000


class LoadOutcome(StrEnum):
    """What loading did with a file."""

    STAGED = "staged"
    UNCHANGED = "already staged"
    DUPLICATE = "same content as another file"


@dataclass(frozen=True)
class Loaded:
    """A file after loading.

    Attributes:
        path: the file.
        report_id: key of its staged relations.
        outcome: what was done.
        has_card: whether a provenance card vouches for the file.
    """

    path: Path
    report_id: str
    outcome: LoadOutcome
    has_card: bool


@dataclass(frozen=True)
class _Job:
    """A file to stage, and the folder its Parquet files are written to before they count."""

    path: Path
    source: Source
    partial: Path
    layout: Layout
    fingerprint: str


def find_reports(paths: Sequence[Path]) -> list[Path]:
    """Return the report files among files and folders, sorted by name within a folder.

    Raises:
        LookupFailedError: a path does not exist or cannot be read, or there is no report at all.
    """
    files: list[Path] = []
    for path in paths:
        try:
            if path.is_dir():
                files += sorted(file for file in path.iterdir() if file.suffix in REPORT_SUFFIXES)
            elif path.exists():
                files.append(path)
            else:
                raise LookupFailedError("no such file or folder", "check the path", str(path))
        except OSError as error:
            raise LookupFailedError(
                f"the folder cannot be read: {error.strerror}", "check its permissions", str(path)
            ) from error
    if not files:
        raise LookupFailedError(
            f"no report files ({' or '.join(REPORT_SUFFIXES)}) were found",
            "put the reports into the folder, or name another one",
            ", ".join(str(path) for path in paths),
        )
    return files


def read_report(path: Path, layout: Layout) -> tuple[PrintedReport, str]:
    """Read and recognise one file; returns the report and the hash of the file's bytes.

    Raises:
        TiltakError: the file cannot be read or is not a report we know.
    """
    content = _read_bytes(path)
    return recognise(read_text(content, str(path)), layout, str(path)), hashlib.sha256(content).hexdigest()


def load_reports(
    paths: Sequence[Path],
    staged: Path,
    layout: Layout,
    fingerprint: str,
    on_done: Callable[[Path], None] = lambda _: None,
) -> list[Loaded]:
    """Stage report files, all of them or, if one is refused, none.

    Args:
        paths: the report files.
        staged: folder of the staged relations.
        layout: known product titles and column labels.
        fingerprint: identifies the loader; reports staged by another one are staged again.
        on_done: called after each file, for a progress bar.

    Raises:
        ExceptionGroup: of the errors of all refused files, where any was refused.
        StagingError: the staging folder cannot be written.
    """
    loaded: list[Loaded] = []
    jobs: list[_Job] = []
    errors: list[TiltakError] = []
    seen: set[str] = set()
    with _partial_folder(staged) as partial:
        for path in paths:
            try:
                source = Source(_display_path(path), hashlib.sha256(_read_bytes(path)).hexdigest())
                has_card = check_card(read_cards(path.parent), path, source.sha256)
            except TiltakError as error:
                errors.append(error)
                continue
            if source.sha256 in seen:
                outcome = LoadOutcome.DUPLICATE
            elif is_staged(staged, source.report_id, fingerprint):
                outcome = LoadOutcome.UNCHANGED
            else:
                outcome = LoadOutcome.STAGED
                jobs.append(_Job(path, source, partial, layout, fingerprint))
            seen.add(source.sha256)
            loaded.append(Loaded(path, source.report_id, outcome, has_card))
            if outcome is not LoadOutcome.STAGED:
                on_done(path)
        for job, error in _run(jobs):
            on_done(job.path)
            if error is not None:
                errors.append(error)
        if errors:
            raise ExceptionGroup("no report was loaded", errors)
        for job in jobs:
            _publish(job, staged)
    return loaded


def stage_report(job: _Job) -> TiltakError | None:
    """Stage one report in the partial folder; returns the error instead of raising it."""
    try:
        report, _ = read_report(job.path, job.layout)
        cells = cell_frame(report, job.source)
        facts = report_frame(report, job.source, len(cells))
        report_id = job.source.report_id
        for relation, frame, types in (("cell", cells, CELL_TYPES), ("report", facts, REPORT_TYPES)):
            write_parquet(frame, types, staged_path(job.partial, relation, report_id), job.fingerprint)
    except TiltakError as error:
        return error
    return None


def _run(jobs: Sequence[_Job]) -> Iterator[tuple[_Job, TiltakError | None]]:
    """Stage reports, over all cores where there is enough to do."""
    workers = min(len(jobs), os.cpu_count() or 1)
    if workers < 2 or sum(job.path.stat().st_size for job in jobs) < PARALLEL_FROM_BYTES:  # noqa: PLR2004
        for job in jobs:
            yield job, stage_report(job)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(stage_report, job): job for job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _publish(job: _Job, staged: Path) -> None:
    """Rename a report's files into place; `report` comes last and makes it complete."""
    try:
        for relation in reversed(RELATIONS):
            target = staged_path(staged, relation, job.source.report_id)
            target.parent.mkdir(parents=True, exist_ok=True)
            staged_path(job.partial, relation, job.source.report_id).replace(target)
    except OSError as error:
        raise _cannot_write(staged, error) from error


@contextmanager
def _partial_folder(staged: Path) -> Iterator[Path]:
    try:
        staged.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(dir=staged, prefix=".partial-")
    except OSError as error:
        raise _cannot_write(staged, error) from error
    with folder as name:
        yield Path(name)


def _cannot_write(staged: Path, error: OSError) -> StagingError:
    return StagingError(
        f"the staging folder cannot be written: {error.strerror}",
        "check free space and permissions of the folder, then run the command again",
        str(staged),
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LookupFailedError(
            f"the file cannot be read: {error.strerror}", "check the path and its permissions", str(path)
        ) from error


def _display_path(path: Path) -> str:
    """Name a file relative to the working folder where it lies below it."""
    resolved, here = path.resolve(), Path.cwd().resolve()
    return str(resolved.relative_to(here) if resolved.is_relative_to(here) else resolved)
