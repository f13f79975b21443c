"""Faults other than kills: a full disk, permissions, damaged and deleted files, too little memory.

Each function acts out one fault on a lab, in a process of its own, and raises where it does not end as it
should: in a clear message, with what is published untouched, and a next build that succeeds once the cause
is gone.
"""

import contextlib
import ctypes
import multiprocessing
import os
import resource
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from loaders.layout import LAYOUT, read_layout
from loaders.staging import FINGERPRINT_KEY
from measure.faults.lab import (
    Lab,
    NotPossibleError,
    expect_published,
    expect_refused,
    expect_told,
    in_child,
    published,
    refuse,
)
from measure.faults.surroundings import (
    clock_set_back,
    five_builds_at_once,
    odd_home,
    other_language_and_zone,
    stopped_holder,
)
from measure.speed.loading import split_cover
from tiltak.build import build_warehouse
from tiltak.done import Done
from tiltak.home import Home

MIB = 1 << 20
# Linux: rights by which root reads and writes whatever it likes, and the calls that give them up.
OVERRIDES = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
CAPABILITY_VERSION = 0x20080522
NEW_MOUNTS, NEW_USERS, PRIVATE_MOUNTS = 0x00020000, 0x10000000, (1 << 14) | (1 << 18)


@dataclass(frozen=True)
class Harm:
    """A fault that can be acted out.

    Attributes:
        kind: what kind of fault it is.
        name: what is done.
        act: does it on a lab and raises where it does not end as it should.
    """

    kind: str
    name: str
    act: Callable[[Lab], None]


def harms() -> list[Harm]:
    """Return all faults."""
    disk, rights, damage = "full disk", "permissions", "damaged staged file"
    gone, memory, around = "deleted published file", "out of memory", "surroundings"
    return [
        Harm(disk, "no file may be larger than 2 kB", limited_files_while_staging),
        Harm(disk, "no file may be larger than 64 kB", limited_files_while_writing),
        Harm(disk, "dbt's file may not grow beyond 1 MB", limited_files_while_dbt_runs),
        Harm(disk, "a disk full before staging", full_before_staging),
        Harm(disk, "a disk that fills while the set is written, in several places", full_while_writing),
        Harm(disk, "a disk that fills while dbt builds", full_while_dbt_runs),
        Harm(rights, "a home that cannot be written", home_not_writable),
        Harm(rights, "a lock that cannot be written", lock_not_writable),
        Harm(rights, "a staging folder that cannot be written", staging_not_writable),
        Harm(rights, "a folder of versions that cannot be written", versions_not_writable),
        Harm(rights, "a build folder that cannot be written", build_folder_not_writable),
        Harm(rights, "a folder of reports that cannot be read", reports_not_readable),
        Harm(rights, "a report that cannot be read", report_not_readable),
        Harm(rights, "a published file that cannot be read", published_not_readable),
        Harm(damage, "cut", cut_staged),
        Harm(damage, "noise in the middle", noise_in_staged),
        Harm(damage, "emptied", emptied_staged),
        Harm(damage, "other columns", other_columns_in_staged),
        Harm(damage, "rows lost", rows_lost_in_staged),
        Harm(damage, "cells of another report", another_report_staged),
        Harm(damage, "one of two files gone", one_staged_file_gone),
        Harm(damage, "cut while dbt builds", cut_while_building),
        Harm(gone, "the file's name", file_gone),
        Harm(gone, "the link to the version", link_gone),
        Harm(gone, "the database of the version", database_gone),
        Harm(gone, "the folder of the version", version_gone),
        Harm(gone, "all versions", all_versions_gone),
        Harm(gone, "the database is noise", noise_in_database),
        Harm(memory, "a huge report", huge_report),
        Harm(memory, "a reading process ended by the system", reader_killed),
        Harm(memory, "while the set is written", little_memory_for_the_set),
        Harm(memory, "while dbt builds", little_memory_for_dbt),
        Harm(around, "five builds at once", five_builds_at_once),
        Harm(around, "a stopped process holds the lock", stopped_holder),
        Harm(around, "a clock ten years ahead, then ten years back", clock_set_back),
        Harm(around, "another time zone and language", other_language_and_zone),
        Harm(around, "a home with an odd name", odd_home),
    ]


def act_out(harm: Harm, lab: Lab) -> str | None:
    """Act out a fault in a process of its own; returns what went wrong, if anything.

    Raises:
        NotPossibleError: the fault cannot be made on this machine.
    """
    return in_child(harm.act, lab)


# ---- full disk


def limited_files_while_staging(lab: Lab) -> None:
    _forget_staged(lab)
    with _largest_file(2_000):
        _expect_build_refused(lab, "cannot be written", "File too large", "check free space")
    _expect_next_build(lab)


def limited_files_while_writing(lab: Lab) -> None:
    with _largest_file(64_000):
        _expect_build_refused(lab, "the warehouse cannot be written", "check free space")
    _expect_next_build(lab)


def limited_files_while_dbt_runs(lab: Lab) -> None:
    with _largest_file(MIB):
        _expect_build_refused(lab, "the warehouse cannot be written", "check free space", with_dbt=True)


def full_before_staging(lab: Lab) -> None:
    _forget_staged(lab)
    with _disk(lab, free=4096) as small:
        _expect_build_refused(small, "cannot be written", "No space left", "check free space")
        _make_room(small)
        _expect_next_build(small)


def full_while_writing(lab: Lab) -> None:
    for free in (40_000, 400_000, MIB, 2 * MIB, 3 * MIB):
        with _disk(lab, free) as small:
            _expect_build_refused(small, "the warehouse cannot be written", "check free space")
            _make_room(small)
            _expect_next_build(small)


def full_while_dbt_runs(lab: Lab) -> None:
    with _disk(lab, free=3 * MIB) as small:
        small.home.building.unlink()
        with (small.home.folder / "other data").open("wb") as file:
            file.write(bytes(_free(small) - 3 * MIB))
        _expect_build_refused(small, "cannot be written", "check free space", with_dbt=True)


# ---- permissions


def home_not_writable(lab: Lab) -> None:
    with _closed(lab.home.folder, 0o555):
        _expect_build_refused(lab, "cannot be written", "check")
    _expect_next_build(lab)


def lock_not_writable(lab: Lab) -> None:
    with _closed(lab.home.lock, 0o444):
        _expect_build_refused(lab, "the home of the warehouse cannot be written: Permission denied")
    _expect_next_build(lab)


def staging_not_writable(lab: Lab) -> None:
    with _closed(lab.home.staged, 0o555):
        _expect_build_refused(lab, "the staging folder cannot be written: Permission denied")
    _expect_next_build(lab)


def versions_not_writable(lab: Lab) -> None:
    with _closed(lab.home.folder / "versions", 0o555):
        _expect_build_refused(lab, "the warehouse cannot be written", "Permission denied")
    _expect_next_build(lab)


def build_folder_not_writable(lab: Lab) -> None:
    with _closed(lab.home.building.parent, 0o555):
        _expect_build_refused(lab, "the warehouse cannot be written", "Permission denied", with_dbt=True)


def reports_not_readable(lab: Lab) -> None:
    with _closed(lab.reports, 0o000):
        _expect_build_refused(lab, "Permission denied", "check", str(lab.reports))
    _expect_next_build(lab)


def report_not_readable(lab: Lab) -> None:
    (report,) = lab.reports.glob("*.txt")
    with _closed(report, 0o000):
        _expect_build_refused(lab, "the file cannot be read: Permission denied", report.name)
    _expect_next_build(lab)


def published_not_readable(lab: Lab) -> None:
    with _closed(lab.home.warehouse.resolve(), 0o000):
        expect_told(lab.run("sql", "select 1"), "Permission denied", "tiltak.duckdb")
    _expect_next_build(lab)


# ---- damaged staged files


def cut_staged(lab: Lab) -> None:
    _expect_staged_again(lab, lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]))


def noise_in_staged(lab: Lab) -> None:
    def harm(path: Path) -> None:
        content = path.read_bytes()
        middle = len(content) // 3
        path.write_bytes(
            content[:middle]
            + bytes(byte ^ 0x5A for byte in content[middle : middle + 16])
            + content[middle + 16 :]
        )

    _expect_staged_again(lab, harm)


def emptied_staged(lab: Lab) -> None:
    _expect_staged_again(lab, lambda path: path.write_bytes(b""))


def other_columns_in_staged(lab: Lab) -> None:
    def harm(path: Path) -> None:
        table = pq.read_table(path)
        names = ["renamed" if name == "report_id" else name for name in table.column_names]
        pq.write_table(table.rename_columns(names), path)

    _expect_staged_again(lab, harm)


def rows_lost_in_staged(lab: Lab) -> None:
    def harm(path: Path) -> None:
        table = pq.read_table(path)
        pq.write_table(table.slice(0, table.num_rows - 1), path)

    _expect_staged_again(lab, harm)


def another_report_staged(lab: Lab) -> None:
    def harm(path: Path) -> None:
        table = pq.read_table(path)
        place = table.column_names.index("report_id")
        kind = table.schema.field(place)
        others = pa.array(["0123456789ab"] * table.num_rows, pa.string()).cast(kind.type)
        pq.write_table(table.set_column(place, kind, others), path)

    _expect_staged_again(lab, harm)


def one_staged_file_gone(lab: Lab) -> None:
    _expect_staged_again(lab, Path.unlink)


def cut_while_building(lab: Lab) -> None:
    def cut_first(home: Home, on_node: Callable[[int], None]) -> Done:
        (path,) = home.staged.glob("cell/*.parquet")
        path.write_bytes(path.read_bytes()[:1000])
        return build_warehouse(home, on_node)

    with patch("tiltak.spans.build_warehouse", cut_first):
        _expect_build_refused(
            lab, "a staged file cannot be read", "cell", "run the command again", with_dbt=True
        )
    (path,) = lab.home.staged.glob("cell/*.parquet")
    expect_staged = lab.run("load", str(lab.reports))
    if expect_staged.exit_code != 0 or pq.read_metadata(path).num_rows == 0:
        refuse(f"the damaged file is not staged again: {expect_staged.output}")


# ---- deleted published files


def file_gone(lab: Lab) -> None:
    _expect_mended(lab, lab.home.warehouse.unlink)


def link_gone(lab: Lab) -> None:
    _expect_mended(lab, (lab.home.folder / "published").unlink)


def database_gone(lab: Lab) -> None:
    _expect_mended(lab, lab.home.warehouse.resolve().unlink)


def version_gone(lab: Lab) -> None:
    _expect_mended(lab, lambda: shutil.rmtree(lab.home.warehouse.resolve().parent))


def all_versions_gone(lab: Lab) -> None:
    _expect_mended(lab, lambda: shutil.rmtree(lab.home.folder / "versions"))


def noise_in_database(lab: Lab) -> None:
    def harm() -> None:
        path = lab.home.warehouse.resolve()
        path.chmod(0o644)
        path.write_bytes(os.urandom(path.stat().st_size))

    _expect_mended(lab, harm)


# ---- out of memory


def huge_report(lab: Lab) -> None:
    (report,) = lab.reports.glob("*.txt")
    cover, pages = split_cover(report.read_text(encoding="utf-8"), read_layout(LAYOUT))
    huge = lab.reports / "huge.txt"
    with huge.open("w", encoding="utf-8") as file:
        file.write(cover)
        for _ in range(100 * MIB // len(pages)):
            file.write(pages)
    with _memory(50 * MIB):
        _expect_build_refused(lab, "memory ran out while the report was read", "huge.txt", "more memory")
    huge.unlink()
    _expect_next_build(lab)


def reader_killed(lab: Lab) -> None:
    (report,) = lab.reports.glob("*.txt")
    text = report.read_text(encoding="utf-8")
    for name in ("first.txt", "second.txt"):
        (lab.reports / name).write_text(text * (3 * MIB // len(text)) + name, encoding="utf-8")

    def kill_a_reader() -> None:
        while not multiprocessing.active_children():
            time.sleep(0.01)
        for child in multiprocessing.active_children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid or 0, signal.SIGKILL)

    _forget_staged(lab)
    killer = threading.Thread(target=kill_a_reader, daemon=True)
    killer.start()
    _expect_build_refused(lab, "a process that read reports was ended", "more memory", "first.txt")
    for name in ("first.txt", "second.txt"):
        (lab.reports / name).unlink()
    _expect_next_build(lab)


def little_memory_for_the_set(lab: Lab) -> None:
    with _memory_of_duckdb("2MB"):
        _expect_build_refused(lab, "memory ran out while the warehouse was written", "more memory")
    _expect_next_build(lab)


def little_memory_for_dbt(lab: Lab) -> None:
    with _memory_of_duckdb("8MB"):
        _expect_build_refused(
            lab, "memory ran out while the warehouse was built", "more memory", with_dbt=True
        )


# ---- what faults have in common


def _expect_build_refused(lab: Lab, *told: str, with_dbt: bool = False) -> None:
    before = published(lab.home)
    expect_refused(lab, before, lab.build(with_dbt=with_dbt), *told)


def _expect_next_build(lab: Lab) -> None:
    before = published(lab.home)
    expect_published(lab, before, lab.build())


def _expect_staged_again(lab: Lab, harm: Callable[[Path], object]) -> None:
    """Make sure that a report is staged again, as it was, after its cells or its facts were harmed."""
    for relation in ("cell", "report"):
        (path,) = lab.home.staged.glob(f"{relation}/*.parquet")
        sound = pq.read_table(path)
        harm(path)
        result = lab.run("load", str(lab.reports))
        if result.exit_code != 0 or "1 staged" not in result.output:
            refuse(f"the harmed {relation} is not staged again: {result.exception!r} {result.output}")
        staged = pq.read_table(path)
        if not staged.equals(sound) or FINGERPRINT_KEY not in (staged.schema.metadata or {}):
            refuse(f"the harmed {relation} is staged otherwise than before")
    _expect_next_build(lab)


def _expect_mended(lab: Lab, harm: Callable[[], object]) -> None:
    """Make sure that a question says what is wrong with the published file, and that a build mends it."""
    before = published(lab.home)
    harm()
    expect_told(lab.run("sql", "select 1"), "tiltak.duckdb", "run `tiltak build`")
    expect_published(lab, before, lab.build())
    asked = lab.run("sql", "select count(*) from fct_monthly_participants")
    if asked.exit_code != 0:
        refuse(f"the published file cannot be asked after a build: {asked.output}")


def _forget_staged(lab: Lab) -> None:
    shutil.rmtree(lab.home.staged)


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, in bytes: a limit that holds for root, too."""
    with _limit(resource.RLIMIT_FSIZE, size):
        yield


@contextmanager
def _memory(size: int) -> Iterator[None]:
    """Leave this process a number of bytes of address space more than it has."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        raise NotPossibleError("the system does not tell the size of a process") from None
    with _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + size):
        yield


@contextmanager
def _memory_of_duckdb(size: str) -> Iterator[None]:
    """Set the limit that DuckDB sets itself at four fifths of the machine's memory."""
    connect = duckdb.connect

    def connect_with_limit(
        database: str = ":memory:", read_only: bool = False, config: dict[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        return connect(database, read_only, {**(config or {}), "memory_limit": size})

    with patch("duckdb.connect", connect_with_limit):
        yield


@contextmanager
def _limit(kind: int, value: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


@contextmanager
def _closed(path: Path, mode: int) -> Iterator[None]:
    """Take permissions from a file or folder, and from root the right to go without them."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        if os.geteuid() == 0:
            _set_overrides(allowed=False)
        yield
    finally:
        if os.geteuid() == 0:
            _set_overrides(allowed=True)
        path.chmod(before)


def _set_overrides(*, allowed: bool) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for higher numbers
    if not hasattr(libc, "capget") or libc.capget(header, sets) != 0:
        raise NotPossibleError("root cannot give up its rights on this system")
    sets[0] = (sets[0] | (sets[1] & OVERRIDES)) if allowed else (sets[0] & ~OVERRIDES)
    if libc.capset(header, sets) != 0:
        raise NotPossibleError("root cannot give up its rights here")


@contextmanager
def _disk(lab: Lab, free: int) -> Iterator[Lab]:
    """Move a lab to a disk of its own with so many bytes free, which only this process sees."""
    folder = lab.home.folder.with_name("disk")
    folder.mkdir(exist_ok=True)
    _mount(folder, 256 * MIB)
    try:
        small = Lab.copy_of(lab.home, lab.reports, folder)
        with (small.home.folder / "other data").open("wb") as file:
            file.write(bytes(_free(small) - free))
        yield small
    finally:
        ctypes.CDLL(None).umount2(str(folder).encode(), 2)


def _free(lab: Lab) -> int:
    disk = os.statvfs(lab.home.folder)
    return disk.f_bavail * disk.f_frsize


def _make_room(lab: Lab) -> None:
    (lab.home.folder / "other data").unlink()


def _mount(folder: Path, size: int) -> None:
    """Mount a disk in memory, as root or in a user namespace in which this process is root."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        raise NotPossibleError("this system has no disks that only one process sees")
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(NEW_MOUNTS) != 0 and libc.unshare(NEW_MOUNTS | NEW_USERS) == 0:
        Path("/proc/self/setgroups").write_bytes(b"deny")
        Path("/proc/self/uid_map").write_bytes(b"0 %d 1" % user)
        Path("/proc/self/gid_map").write_bytes(b"0 %d 1" % group)
    libc.mount(None, b"/", None, PRIVATE_MOUNTS, None)
    options = f"size={size}".encode()
    if libc.mount(b"tmpfs", str(folder).encode(), b"tmpfs", 0, options) != 0:
        raise NotPossibleError(f"no disk can be mounted here: {os.strerror(ctypes.get_errno())}")
