"""Load report files: read, recognise and stage each of them, all or none."""

import gc
import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from loaders.cards import Card, card_of, read_cards
from loaders.errors import MORE_MEMORY, OutOfMemoryError, ProvenanceError, StagingError, TiltakError
from loaders.files import cannot_read, read_bytes, sha256_of, shown, source_name
from loaders.layout import Layout
from loaders.printed import Period, PrintedReport
from loaders.readers.choice import reader_of
from loaders.staging import (
    CELL_TYPES,
    RELATIONS,
    REPORT_TYPES,
    Source,
    cell_frames,
    is_staged,
    report_frame,
    short_id,
    staged_files,
    staged_notices,
    staged_path,
    write_parquet,
    write_parts,
)
from loaders.tables.recogniser import recognise

# Where a day begins first.
EARLIEST_ZONE = timedelta(hours=14)
PARTIAL = ".partial-"
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
        sha256: hash of its bytes, and name of its staged relations.
        outcome: what was done.
        has_card: whether a provenance card vouches for the file.
        same_as: the file that was loaded instead, if it has the same content.
        notices: what a person should know of the file, a sentence each.
    """

    path: Path
    sha256: str
    outcome: LoadOutcome
    has_card: bool
    same_as: Path | None = None
    notices: Sequence[str] = ()

    @property
    def report_id(self) -> str:
        """Key of the report in the warehouse."""
        return short_id(self.sha256)


@dataclass(frozen=True)
class _Job:
    """A file to stage, and the folder its Parquet files are written to before they count."""

    path: Path
    source: Source
    partial: Path
    layout: Layout
    fingerprint: str


def read_report(path: Path, layout: Layout) -> tuple[PrintedReport, str]:
    """Read and recognise one file; returns the report and the hash of the file's bytes.

    Raises:
        TiltakError: the file cannot be read or is not a report we know.
    """
    content = read_bytes(path)
    sha256 = hashlib.sha256(content).hexdigest()
    source = reader_of(content, shown(path)).read(content, shown(path), layout)
    del content  # no longer needed, and as large as the file
    report = recognise(source, layout, shown(path))
    _check_day(report.updated_date, report.period, "the date of update", path)
    return report, sha256


def _check_day(day: date | None, period: Period, what: str, path: Path) -> None:
    """Check that an edition came out after its period and before tomorrow, wherever on earth it is earliest.

    Raises:
        ProvenanceError: it did not.
    """
    tomorrow = (datetime.now(UTC) + EARLIEST_ZONE).date()
    if day is not None and not period.end <= day <= tomorrow:
        raise ProvenanceError(
            f"{what} {'lies in the future' if day > tomorrow else 'lies before the end of the period'}",
            "compare it with the original report, and look at the clock of this machine",
            shown(path),
            text=day.isoformat(),
        )


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
    cards_of = cache(read_cards)
    with _partial_folder(staged) as partial:
        for path in paths:
            try:
                source, card = _identify(path, cards_of(path.parent))
                first = _first_alike(source.sha256, path, loaded)
            except TiltakError as error:
                errors.append(error)
                continue
            if first is not None:
                outcome = LoadOutcome.DUPLICATE
            elif is_staged(staged, source, fingerprint):
                outcome = LoadOutcome.UNCHANGED
            else:
                outcome = LoadOutcome.STAGED
                jobs.append(_Job(path, source, partial, layout, fingerprint))
            loaded.append(Loaded(path, source.sha256, outcome, card is not None, first))
            if outcome is not LoadOutcome.STAGED:
                on_done(path)
        for job, refusal in _run(jobs):
            on_done(job.path)
            if refusal is not None:
                errors.append(refusal)
        if errors:
            raise ExceptionGroup("no report was loaded", errors)
        for job in jobs:
            _publish(job, staged)
    return [
        one if one.same_as else replace(one, notices=staged_notices(staged, one.sha256)) for one in loaded
    ]


def _identify(path: Path, cards: dict[str, Card]) -> tuple[Source, Card | None]:
    name = source_name(path)
    sha256 = sha256_of(path)
    card = card_of(cards, path, sha256)
    return Source(name, sha256, str(path.resolve()), card), card


def _first_alike(sha256: str, path: Path, loaded: Sequence[Loaded]) -> Path | None:
    """Return the file loaded before that has the same bytes.

    Raises:
        ProvenanceError: one has other bytes, and yet a hash that begins alike: made, not found by chance.
    """
    short = short_id(sha256)
    alike = next((one for one in loaded if one.sha256.startswith(short)), None)
    if alike is None:
        return None
    if alike.sha256 != sha256:
        raise ProvenanceError(
            f"two files have different bytes, and hashes that both begin with {short}: the other one is "
            f"{shown(alike.path)}",
            "one of them was made to be taken for the other: fetch both again, and keep the true one",
            shown(path),
        )
    return alike.path


def drop_others(loaded: Sequence[Loaded], staged: Path) -> list[str]:
    """Remove from staging what is not among the loaded reports; returns the names of their files.

    Raises:
        StagingError: a staged file cannot be removed.
    """
    kept = {report.sha256 for report in loaded}
    dropped = set()
    try:
        for relation in reversed(RELATIONS):
            for path in staged_files(staged, relation):
                if path.stem not in kept:
                    if relation == "report":
                        dropped.add(_file_name(path))
                    path.unlink()
    except OSError as error:
        raise _cannot_write(staged, error) from error
    return sorted(dropped)


def _file_name(staged: Path) -> str:
    """Return the name of the file that a report was read from; its id where that cannot be read."""
    try:
        return str(pq.read_table(staged, columns=["source_file"])["source_file"][0])
    except (OSError, pa.ArrowException, IndexError):
        return short_id(staged.stem)


def remove_partial(staged: Path) -> None:
    """Remove what loads that were killed have left; only for who keeps other writers out.

    Raises:
        StagingError: it cannot be removed.
    """
    try:
        for folder in staged.glob(f"{PARTIAL}*"):
            if folder.is_dir() and not folder.is_symlink():
                shutil.rmtree(folder)
    except OSError as error:
        raise _cannot_write(staged, error) from error


def stage_report(job: _Job) -> TiltakError | None:
    """Stage one report in the partial folder; returns the error instead of raising it."""
    cell_path, report_path = (
        staged_path(job.partial, name, job.source.sha256) for name in ("cell", "report")
    )
    try:
        with _paused_collector():
            report, sha256 = read_report(job.path, job.layout)
            if sha256 != job.source.sha256:
                raise StagingError(
                    "the file was replaced while it was loaded", "load it again", shown(job.path)
                )
            card = job.source.card
            _check_day(card.published_date if card else None, report.period, "the day on the card", job.path)
            cells = cell_frames(report, job.source)
            cell_count = write_parts(cells, CELL_TYPES, cell_path, job.fingerprint)
            facts = report_frame(report, job.source, cell_count)
            write_parquet(facts, REPORT_TYPES, report_path, job.fingerprint)
    except TiltakError as error:
        return error
    except MemoryError:
        return OutOfMemoryError("memory ran out while the report was read", MORE_MEMORY, shown(job.path))
    return None


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Pause the collector of reference cycles, which would look through all rows again and again.

    A large report is hundreds of thousands of tuples without a cycle among them; looking for one took
    a seventh of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _run(jobs: Sequence[_Job]) -> Iterator[tuple[_Job, TiltakError | None]]:
    """Stage reports, over all cores where there is enough to do."""
    workers = min(len(jobs), os.cpu_count() or 1)
    sizes = {job.path: _size(job.path) for job in jobs}
    if workers < 2 or sum(sizes.values()) < PARALLEL_FROM_BYTES:  # noqa: PLR2004
        for job in jobs:
            yield job, stage_report(job)
        return
    # Large reports first, so that no core is left with one of them at the end.
    jobs = sorted(jobs, key=lambda job: sizes[job.path], reverse=True)
    others = multiprocessing.active_children()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        futures: dict[Future[TiltakError | None], _Job] = {}
        for job in jobs:
            try:
                futures[pool.submit(stage_report, job)] = job
            except (BrokenProcessPool, OSError):  # an OSError where the pool is closing already
                yield job, _process_ended(job)
        for future in as_completed(futures):
            try:
                refusal = future.result()
            except BrokenProcessPool:
                refusal = _process_ended(futures[future])
                end_all_but(others)
            yield futures[future], refusal


def end_all_but(others: Sequence[BaseProcess]) -> None:
    """End the processes of a broken pool: it waits for one that started while another was ended."""
    for process in multiprocessing.active_children():
        if process not in others:
            process.kill()


def _process_ended(job: _Job) -> OutOfMemoryError:
    """The system ends a process without a word when memory runs out; nobody knows at which report."""
    return OutOfMemoryError(
        "a process that read reports was ended, most likely because memory ran out",
        MORE_MEMORY,
        shown(job.path),
    )


def _publish(job: _Job, staged: Path) -> None:
    """Rename a report's files into place; `report` comes last and makes it complete."""
    try:
        for relation in reversed(RELATIONS):
            target = staged_path(staged, relation, job.source.sha256)
            target.parent.mkdir(parents=True, exist_ok=True)
            staged_path(job.partial, relation, job.source.sha256).replace(target)
    except OSError as error:
        raise _cannot_write(staged, error) from error


@contextmanager
def _partial_folder(staged: Path) -> Iterator[Path]:
    try:
        staged.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(dir=staged, prefix=PARTIAL)
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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise cannot_read(path, error) from error
