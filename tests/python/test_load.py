"""Loading is all or nothing, leaves nothing half written, and does nothing twice."""

import errno
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq
import pytest
from support.small_reports import ROWS, SEEKERS, TOTAL, page, report

from loaders import load
from loaders.cards import CARD_FILE
from loaders.errors import (
    LayoutError,
    LookupFailedError,
    ProvenanceError,
    StagingError,
    TiltakError,
    UnknownReportError,
    UnreadableFileError,
)
from loaders.files import find_reports, find_unread
from loaders.layout import Layout
from loaders.load import LoadOutcome, drop_others, load_reports, read_report
from loaders.staging import RELATIONS, staged_path

SMALL = report(page(*ROWS))
OTHER = report(page(TOTAL, SEEKERS))
BAD = report(page(TOTAL, "Opplæring\t13 O27\t13 690"))

Load = Callable[..., list[tuple[str, LoadOutcome]]]


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """Return the folder of the staged relations, which does not exist yet."""
    return tmp_path / "warehouse" / "staged"


@pytest.fixture
def load_files(staged: Path, layout: Layout) -> Load:
    """Return a function that loads files and returns what it did with each."""

    def run(*paths: Path, fingerprint: str = "loader 1") -> list[tuple[str, LoadOutcome]]:
        return [(one.path.name, one.outcome) for one in load_reports(paths, staged, layout, fingerprint)]

    return run


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a report file."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder with their bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def partial_folders(folder: Path) -> list[Path]:
    """Return what an unfinished load has left behind."""
    return list(folder.glob(".*"))


@contextmanager
def refusal() -> Iterator[list[TiltakError]]:
    """Collect the errors of refused files; each names a file and a next step."""
    errors: list[TiltakError] = []
    with pytest.raises(ExceptionGroup) as caught:
        yield errors
    for error in caught.value.exceptions:
        assert isinstance(error, TiltakError)
        assert error.report
        assert error.next_step
        errors.append(error)


def hash_of(path: Path) -> str:
    """Return the hash that a file is known by."""
    return sha256(path.read_bytes()).hexdigest()


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let no file grow beyond a few bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class CountingPool(ProcessPoolExecutor):
    """A pool of processes that counts what is done in it."""

    submitted = 0

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        """Count, and pass on."""
        CountingPool.submitted += 1
        return super().submit(*args, **kwargs)


@pytest.fixture
def over_processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Load over two processes, however little there is to load; fail if none was used."""
    monkeypatch.setattr(load, "PARALLEL_FROM_BYTES", 0)
    monkeypatch.setattr(load, "ProcessPoolExecutor", CountingPool)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    CountingPool.submitted = 0
    yield
    assert CountingPool.submitted > 1


def test_each_report_is_staged_as_one_file_per_relation_named_by_its_hash(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]
    assert sorted(files_in(staged)) == [f"cell/{hash_of(path)}.parquet", f"report/{hash_of(path)}.parquet"]
    assert not partial_folders(staged)


def test_the_five_reports_are_staged_and_have_cards(
    reports_folder: Path, staged: Path, layout: Layout
) -> None:
    loaded = load_reports(find_reports([reports_folder]), staged, layout, "loader 1")
    assert [one.outcome for one in loaded] == [LoadOutcome.STAGED] * 5
    assert all(one.has_card for one in loaded)
    counts = [pq.read_metadata(staged_path(staged, "cell", one.sha256)).num_rows for one in loaded]
    assert sum(counts) == 20_360


def test_the_report_relation_counts_the_cells_that_are_staged(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    [row] = pq.read_table(staged_path(staged, "report", hash_of(path))).to_pylist()
    cells = pq.read_table(staged_path(staged, "cell", hash_of(path)))
    assert row["cell_count"] == cells.num_rows == 8
    assert row["sha256"] == sha256(path.read_bytes()).hexdigest()


def test_a_file_is_named_from_the_working_folder_and_another_without_the_folders_of_this_machine(
    tmp_path: Path, staged: Path, load_files: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reports").mkdir()
    inside = write(tmp_path / "reports", "a.txt", SMALL)
    outside = write(tmp_path, "b.txt", OTHER)
    monkeypatch.chdir(tmp_path / "reports")
    load_files(inside, outside)
    names = [
        pq.read_table(staged_path(staged, "report", hash_of(path)))["source_file"].to_pylist()
        for path in (inside, outside)
    ]
    assert names == [["a.txt"], [f"{tmp_path.name}/b.txt"]]


def test_loading_again_does_nothing(tmp_path: Path, staged: Path, load_files: Load) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    target = staged_path(staged, "cell", hash_of(path))
    before = (files_in(staged), target.stat().st_ino, target.stat().st_mtime_ns)
    assert load_files(path) == [("a.txt", LoadOutcome.UNCHANGED)]
    assert (files_in(staged), target.stat().st_ino, target.stat().st_mtime_ns) == before


def test_the_same_file_twice_is_loaded_once(tmp_path: Path, staged: Path, load_files: Load) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    assert load_files(path, path) == [("a.txt", LoadOutcome.STAGED), ("a.txt", LoadOutcome.DUPLICATE)]
    assert len(files_in(staged)) == len(RELATIONS)


def test_two_names_with_the_same_bytes_are_one_report(tmp_path: Path, staged: Path, load_files: Load) -> None:
    first, second = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", SMALL)
    assert load_files(first, second) == [("a.txt", LoadOutcome.STAGED), ("b.txt", LoadOutcome.DUPLICATE)]
    assert len(files_in(staged)) == len(RELATIONS)
    [row] = pq.read_table(staged_path(staged, "report", hash_of(first))).to_pylist()
    assert row["source_file"].endswith("a.txt")
    assert load_files(first) == [("a.txt", LoadOutcome.UNCHANGED)]


def test_a_report_that_has_moved_is_staged_under_its_new_name(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    moved = path.rename(tmp_path / "b.txt")
    assert load_files(moved) == [("b.txt", LoadOutcome.STAGED)]
    [row] = pq.read_table(staged_path(staged, "report", hash_of(moved))).to_pylist()
    assert row["source_file"].endswith("b.txt")


def test_only_new_files_are_staged(tmp_path: Path, load_files: Load) -> None:
    first, second = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)
    load_files(first)
    assert load_files(first, second) == [("a.txt", LoadOutcome.UNCHANGED), ("b.txt", LoadOutcome.STAGED)]


def test_another_loader_stages_again(tmp_path: Path, load_files: Load) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    assert load_files(path, fingerprint="loader 2") == [("a.txt", LoadOutcome.STAGED)]
    assert load_files(path, fingerprint="loader 2") == [("a.txt", LoadOutcome.UNCHANGED)]


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_missing_relation_is_staged_again(
    relation: str, tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    before = files_in(staged)
    staged_path(staged, relation, hash_of(path)).unlink()
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]
    assert files_in(staged) == before


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),  # noqa: ARG005
        pytest.param(lambda content: content[: len(content) // 2], id="cut in half"),
        pytest.param(lambda content: content[:-1], id="one byte short"),
        pytest.param(lambda content: b"<html>" * len(content), id="another format"),
        pytest.param(lambda content: content[:-200] + bytes(192) + content[-8:], id="footer lost"),
        pytest.param(lambda content: content[:4] + bytes(40) + content[44:], id="data overwritten"),
    ],
)
def test_a_damaged_staged_file_is_staged_again(
    damage: Callable[[bytes], bytes], relation: str, tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    load_files(path)
    before = files_in(staged)
    target = staged_path(staged, relation, hash_of(path))
    target.write_bytes(damage(target.read_bytes()))
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]
    assert files_in(staged) == before


def test_what_is_no_longer_among_the_reports_is_dropped(tmp_path: Path, staged: Path, layout: Layout) -> None:
    first, second = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)
    load_reports([first, second], staged, layout, "loader 1")
    kept = load_reports([second], staged, layout, "loader 1")
    assert [Path(name).name for name in drop_others(kept, staged)] == ["a.txt"]
    assert sorted(files_in(staged)) == [
        f"{relation}/{hash_of(second)}.parquet" for relation in ("cell", "report")
    ]
    assert drop_others(kept, staged) == []


def test_no_paths_and_empty_folders_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "notes.doc", b"")
    for paths in ([], [tmp_path]):
        with pytest.raises(LookupFailedError, match="no report files") as caught:
            find_reports(paths)
        assert caught.value.next_step


def test_reports_are_found_in_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.txt", "reports.yml", "d.doc", "e.pdf", "f.xlsx"):
        write(tmp_path, name, SMALL)
    folder = tmp_path / "more"
    folder.mkdir()
    single = write(folder, "report.text", SMALL)
    assert [path.name for path in find_reports([tmp_path, single])] == [
        "a.md",
        "b.txt",
        "c.txt",
        "e.pdf",
        "f.xlsx",
        "report.text",
    ]


def test_a_path_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookupFailedError) as caught:
        find_reports([tmp_path / "nowhere"])
    assert caught.value.report == str(tmp_path / "nowhere")
    assert caught.value.next_step


def test_a_folder_that_may_not_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_: Path) -> Iterator[Path]:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(LookupFailedError, match="Permission denied") as caught:
        find_reports([tmp_path])
    assert caught.value.report == str(tmp_path)
    assert "permissions" in caught.value.next_step


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    try:
        with pytest.raises(LookupFailedError, match="Permission denied"):
            find_reports([folder])
    finally:
        folder.chmod(0o700)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, staged: Path, load_files: Load) -> None:
    folder = tmp_path / "a.txt"
    folder.mkdir()
    with refusal() as errors:
        load_files(folder)
    assert [type(error) for error in errors] == [LookupFailedError]
    assert errors[0].report == str(folder)
    assert files_in(staged) == {}


def test_a_single_file_is_read_with_its_hash(tmp_path: Path, layout: Layout) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    printed, digest = read_report(path, layout)
    assert len(printed.tables) == 1
    assert digest == sha256(SMALL.encode()).hexdigest()


def test_an_error_of_a_file_names_its_path(tmp_path: Path, layout: Layout) -> None:
    path = write(tmp_path, "a.txt", BAD)
    with pytest.raises(LayoutError) as caught:
        read_report(path, layout)
    assert caught.value.report == str(path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"", UnreadableFileError, id="empty"),
        pytest.param(b"PK\x03\x04\x00", UnreadableFileError, id="binary"),
        pytest.param(SMALL.encode("latin-1"), UnreadableFileError, id="Latin-1"),
        pytest.param("Handleliste\n", UnknownReportError, id="not a report"),
        pytest.param(SMALL.replace("Tiltak. Tids", "Annet. Tids"), UnknownReportError, id="unknown product"),
        pytest.param(BAD, LayoutError, id="bad number"),
        pytest.param(SMALL[:-10], LayoutError, id="cut"),
    ],
)
def test_one_refused_file_among_good_ones_means_that_nothing_is_staged(
    content: str | bytes, kind: type[TiltakError], tmp_path: Path, staged: Path, load_files: Load
) -> None:
    good, bad, other = (
        write(tmp_path, name, text) for name, text in (("a.txt", SMALL), ("b.txt", content), ("c.txt", OTHER))
    )
    with refusal() as errors:
        load_files(good, bad, other)
    assert [(type(error), error.report) for error in errors] == [(kind, str(bad))]
    assert files_in(staged) == {}
    assert not partial_folders(staged)


def test_a_refused_file_leaves_what_was_staged_before_untouched(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    good, other, bad = (
        write(tmp_path, name, text) for name, text in (("a.txt", SMALL), ("b.txt", OTHER), ("c.txt", BAD))
    )
    load_files(good)
    before = files_in(staged)
    with refusal():
        load_files(good, other, bad, fingerprint="loader 2")
    assert files_in(staged) == before


def test_all_refused_files_are_named_at_once(tmp_path: Path, load_files: Load) -> None:
    paths = [
        write(tmp_path, "a.txt", BAD),
        write(tmp_path, "b.txt", b""),
        tmp_path / "missing.txt",
        write(tmp_path, "d.txt", SMALL),
    ]
    with refusal() as errors:
        load_files(*paths)
    assert sorted(str(error.report) for error in errors) == sorted(str(path) for path in paths[:3])


def test_a_file_that_differs_from_its_card_is_refused_and_nothing_is_staged(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path, other = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)
    wrong = sha256(b"another file").hexdigest()
    write(tmp_path, CARD_FILE, f'reports:\n  - file: a.txt\n    sha256: "{wrong}"\n')
    with refusal() as errors:
        load_files(path, other)
    assert [(type(error), error.report) for error in errors] == [(ProvenanceError, str(path))]
    assert files_in(staged) == {}


def test_a_file_cut_inside_its_last_number_is_refused_by_its_card(
    report_paths: dict[str, Path], tmp_path: Path, load_files: Load
) -> None:
    source = report_paths["2020"]
    shutil.copy(source.parent / CARD_FILE, tmp_path)
    cut = write(tmp_path, source.name, source.read_bytes()[:-1])
    with refusal() as errors:
        load_files(cut)
    assert [type(error) for error in errors] == [ProvenanceError]


def test_a_file_with_the_hash_of_its_card_is_loaded_and_vouched_for(
    tmp_path: Path, staged: Path, layout: Layout
) -> None:
    path, other = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)
    digest = sha256(path.read_bytes()).hexdigest()
    write(tmp_path, CARD_FILE, f'reports:\n  - file: a.txt\n    sha256: "{digest}"\n')
    loaded = load_reports([path, other], staged, layout, "loader 1")
    assert [one.has_card for one in loaded] == [True, False]


def test_cards_that_cannot_be_read_refuse_the_files_beside_them(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    write(tmp_path, CARD_FILE, "reports: [")
    with refusal() as errors:
        load_files(write(tmp_path, "a.txt", SMALL))
    assert [type(error) for error in errors] == [ProvenanceError]
    assert files_in(staged) == {}


@pytest.mark.parametrize("limit", [0, 4, 500, 2000])
def test_a_disk_that_fills_up_while_staging_is_named_and_nothing_is_left_behind(
    limit: int, tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    with full_disk(limit), refusal() as errors:
        load_files(path)
    assert [type(error) for error in errors] == [StagingError]
    assert "File too large" in errors[0].problem
    assert "free space" in errors[0].next_step
    assert files_in(staged) == {}
    assert not partial_folders(staged)
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]


def test_a_disk_without_space_is_named_and_nothing_is_left_behind(
    tmp_path: Path, staged: Path, load_files: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = write(tmp_path, "a.txt", SMALL)
    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_table", no_space)
        with refusal() as errors:
            load_files(path)
    assert [type(error) for error in errors] == [StagingError]
    assert "No space left" in errors[0].problem
    assert "free space" in errors[0].next_step
    assert files_in(staged) == {}
    assert not partial_folders(staged)
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]


def test_a_staging_folder_that_cannot_be_made_is_refused(
    tmp_path: Path, staged: Path, load_files: Load
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    staged.parent.write_text("a file where a folder should be")
    with pytest.raises(StagingError) as caught:
        load_files(path)
    assert caught.value.report == str(staged)
    assert "permissions" in caught.value.next_step


def test_a_target_that_cannot_be_replaced_is_refused(tmp_path: Path, staged: Path, load_files: Load) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    target = staged_path(staged, "cell", hash_of(path))
    target.mkdir(parents=True)
    with pytest.raises(StagingError) as caught:
        load_files(path)
    assert caught.value.next_step
    assert files_in(staged) == {}
    assert not partial_folders(staged)


def test_an_interrupted_load_leaves_nothing_behind(tmp_path: Path, staged: Path, layout: Layout) -> None:
    paths = [write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)]

    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_reports(paths, staged, layout, "loader 1", on_done=interrupt)
    assert files_in(staged) == {}
    assert not partial_folders(staged)


def test_progress_is_shown_once_for_each_file(tmp_path: Path, staged: Path, layout: Layout) -> None:
    paths = [
        write(tmp_path, name, text)
        for name, text in (("a.txt", SMALL), ("b.txt", OTHER), ("c.txt", SMALL), ("d.txt", OTHER))
    ]
    load_reports(paths[:1], staged, layout, "loader 1")
    done: list[str] = []
    load_reports(paths, staged, layout, "loader 1", on_done=lambda path: done.append(path.name))
    assert sorted(done) == ["a.txt", "b.txt", "c.txt", "d.txt"]


def test_loading_over_processes_gives_the_same_files(
    report_paths: dict[str, Path], layout: Layout, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    paths = list(report_paths.values())
    one_by_one = load_reports(paths, tmp_path / "one by one", layout, "loader 1")
    request.getfixturevalue("over_processes")
    over_processes = load_reports(paths, tmp_path / "over processes", layout, "loader 1")
    assert over_processes == one_by_one
    assert files_in(tmp_path / "over processes") == files_in(tmp_path / "one by one")


@pytest.mark.usefixtures("over_processes")
def test_errors_come_back_whole_from_other_processes(tmp_path: Path, staged: Path, load_files: Load) -> None:
    good, bad = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", BAD)
    with refusal() as errors:
        load_files(good, bad)
    [error] = errors
    assert type(error) is LayoutError
    assert (error.report, error.table_no, error.line_no) == (str(bad), 1, BAD.count("\n"))
    assert error.text == "Opplæring | 13 O27 | 13 690"
    assert files_in(staged) == {}


def test_two_files_whose_hashes_begin_alike_are_refused_together(
    tmp_path: Path, staged: Path, load_files: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = {"a.txt": "5" * 12 + "a" * 52, "b.txt": "5" * 12 + "b" * 52}
    monkeypatch.setattr(load, "sha256_of", lambda path: hashes[path.name])
    monkeypatch.setattr(
        load, "read_report", lambda path, layout: (read_report(path, layout)[0], hashes[path.name])
    )
    first, second = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", OTHER)
    with refusal() as errors:
        load_files(first, second)
    assert [(type(error), error.report) for error in errors] == [(ProvenanceError, str(second))]
    assert str(first) in errors[0].problem
    assert files_in(staged) == {}


def test_what_is_staged_of_a_file_never_answers_for_one_whose_hash_begins_alike(
    tmp_path: Path, staged: Path, load_files: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    digest = hash_of(path)
    load_files(path)
    doctored = digest[:12] + "0" * 52
    monkeypatch.setattr(load, "sha256_of", lambda _: doctored)
    monkeypatch.setattr(load, "read_report", lambda path, layout: (read_report(path, layout)[0], doctored))
    write(tmp_path, "a.txt", OTHER)
    assert load_files(path) == [("a.txt", LoadOutcome.STAGED)]
    assert staged_path(staged, "cell", digest).is_file()
    assert staged_path(staged, "cell", doctored).is_file()


def test_a_file_that_is_replaced_between_hash_and_read_is_refused(
    tmp_path: Path, staged: Path, load_files: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.txt", SMALL)

    def hash_and_replace(path: Path) -> str:
        digest = hash_of(path)
        write(tmp_path, "a.txt", OTHER)
        return digest

    monkeypatch.setattr(load, "sha256_of", hash_and_replace)
    with refusal() as errors:
        load_files(path)
    assert "replaced" in errors[0].problem
    assert files_in(staged) == {}


def test_what_lies_beside_the_reports_is_named_with_the_reason_why_it_is_not_read(tmp_path: Path) -> None:
    for name in ("A.TXT", "b.Md", "reports.yml", "c.csv", "._a.txt", ".hidden.txt", "no_ending"):
        write(tmp_path, name, SMALL)
    (tmp_path / "older.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "device.txt").symlink_to("/dev/zero")
    assert [path.name for path in find_reports([tmp_path])] == ["A.TXT", "b.Md"]
    assert {unread.path.name: unread.reason for unread in find_unread([tmp_path])} == {
        "._a.txt": "a hidden file",
        ".hidden.txt": "a hidden file",
        "c.csv": "its name does not end in .txt or .md or .xlsx or .pdf",
        "device.txt": "a pipe or a device",
        "no_ending": "its name does not end in .txt or .md or .xlsx or .pdf",
        "older.txt": "a folder in the folder",
        "pipe.txt": "a pipe or a device",
    }


def test_a_link_that_leads_nowhere_is_a_report_that_is_missing(tmp_path: Path, load_files: Load) -> None:
    write(tmp_path, "a.txt", SMALL)
    link = tmp_path / "b.txt"
    link.symlink_to(tmp_path / "gone.txt")
    with refusal() as errors:
        load_files(*find_reports([tmp_path]))
    assert [error.report for error in errors] == [str(link)]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_and_a_device_are_refused_without_waiting_for_them(
    kind: str, tmp_path: Path, load_files: Load
) -> None:
    path = tmp_path / "a.txt"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with refusal() as errors:
        load_files(path)
    assert errors[0].problem == "it is a pipe or a device, not a file"


def test_a_name_that_is_not_utf_8_is_refused_in_letters_that_can_be_written(
    tmp_path: Path, load_files: Load
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xe5ned.txt"))
    try:
        path.write_text(SMALL)
    except OSError:
        pytest.skip("this file system has names in UTF-8 only")
    with refusal() as errors:
        load_files(*find_reports([tmp_path]))
    assert str(errors[0].report).endswith("m\\xe5ned.txt")
    assert str(errors[0]).encode()


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_card_is_found_however_its_letters_are_composed(
    forms: tuple[Literal["NFC", "NFD"], Literal["NFC", "NFD"]], tmp_path: Path, load_files: Load
) -> None:
    name = "tiltak_måned.txt"
    write(tmp_path, unicodedata.normalize(forms[0], name), SMALL)
    card = f'reports:\n  - file: {unicodedata.normalize(forms[1], name)}\n    sha256: "{"0" * 64}"\n'
    write(tmp_path, CARD_FILE, card)
    with refusal() as errors:
        load_files(*find_reports([tmp_path]))
    assert [type(error) for error in errors] == [ProvenanceError]


def test_the_file_that_has_the_same_content_is_named(tmp_path: Path, staged: Path, layout: Layout) -> None:
    first, second = write(tmp_path, "a.txt", SMALL), write(tmp_path, "b.txt", SMALL)
    loaded = load_reports([first, second], staged, layout, "loader 1")
    assert [one.same_as for one in loaded] == [None, first]


def test_files_in_staging_that_are_not_ours_stay(tmp_path: Path, staged: Path, layout: Layout) -> None:
    path = write(tmp_path, "a.txt", SMALL)
    kept = load_reports([path], staged, layout, "loader 1")
    foreign = write(staged / "cell", "thesis.parquet", b"mine")
    assert drop_others(kept, staged) == []
    assert foreign.read_bytes() == b"mine"
