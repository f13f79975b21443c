"""Versions of the published set: what a build leaves in place, whatever happened before or happens to it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from loaders.errors import LookupFailedError, StagingError
from tiltak.cli import app
from tiltak.fingerprint import model_fingerprint
from tiltak.home import Home
from tiltak.lock import locked_home
from tiltak.publish import versions as versions_module
from tiltak.publish.differences import find_differences
from tiltak.publish.record import BuildRecord, Check, Report, read_record
from tiltak.publish.versions import (
    DATABASE,
    RECORD_FILE,
    find_version,
    new_folder,
    prune,
    put_in_place,
    recover,
    versions,
)

RECORD = BuildRecord(
    build_id="",
    finished_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    project_version="0.1.0",
    git_commit=None,
    loader_fingerprint="a",
    model_fingerprint="b",
    content_sha256="c",
    passed_test_count=3,
    warned_test_count=1,
    reports=(Report("key", "hash", "file.txt"),),
    tools={"python": "3.11"},
    checks=(Check("quality.fct_check", "equal", 7),),
    row_counts={"main.fct_monthly_participants": 9},
)


def put(home: Home, build_id: str) -> Path:
    """Put a small set in place: a text for a database, a file beside it, and the record."""
    folder = new_folder(home)
    (folder / DATABASE).write_text(build_id, encoding="utf-8")
    (folder / "csv").mkdir()
    (folder / "csv" / "table.csv").write_text(build_id, encoding="utf-8")
    (folder / RECORD_FILE).write_text(replace(RECORD, build_id=build_id).as_json(), encoding="utf-8")
    put_in_place(home, folder, build_id)
    return home.folder / "versions" / build_id


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with three versions, `20-c` the current one."""
    home = Home(tmp_path / "home")
    for build_id in ("10-a", "10-b", "20-c"):
        put(home, build_id)
    return home


def current(home: Home) -> str:
    """Return what readers get, which must be the same whichever way they take."""
    ways = (home.warehouse, home.folder / "published" / DATABASE)
    (text,) = {path.read_text(encoding="utf-8") for path in ways}
    return text


def point(home: Home, build_id: str) -> None:
    """Choose the version that readers get, as a person may do."""
    (home.folder / "published").unlink(missing_ok=True)
    (home.folder / "published").symlink_to(f"versions/{build_id}")


def test_the_record_is_read_as_it_was_written() -> None:
    assert read_record(RECORD.as_json()) == RECORD


def test_the_newest_version_is_the_one_that_readers_get(home: Home) -> None:
    assert current(home) == "20-c"
    assert [(version.build_id, version.is_current) for version in versions(home)] == [
        ("10-a", False),
        ("10-b", False),
        ("20-c", True),
    ]
    assert str(home.warehouse.readlink()) == "published/tiltak.duckdb"
    assert str((home.folder / "published").readlink()) == "versions/20-c"


def test_a_home_can_be_moved(home: Home, tmp_path: Path) -> None:
    home.folder.rename(tmp_path / "moved")
    assert current(Home(tmp_path / "moved")) == "20-c"


def test_published_files_are_read_only(home: Home) -> None:
    modes = {path.stat().st_mode & 0o777 for path in (home.folder / "versions" / "20-c").rglob("*.*")}
    assert modes == {0o444}


@pytest.mark.parametrize(
    ("text", "found"), [("current", "20-c"), ("previous", "10-b"), ("20", "20-c"), ("10-a", "10-a")]
)
def test_a_version_is_found_by_its_place_or_the_beginning_of_its_id(
    text: str, found: str, home: Home
) -> None:
    assert find_version(home, text).build_id == found


@pytest.mark.parametrize(("text", "told"), [("10", "several versions"), ("3", "no such version")])
def test_a_version_that_is_not_clear_is_refused(text: str, told: str, home: Home) -> None:
    with pytest.raises(LookupFailedError, match=told):
        find_version(home, text)


def test_the_first_version_has_none_before_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(LookupFailedError):
        find_version(home, "current")
    put(home, "10-a")
    with pytest.raises(LookupFailedError):
        find_version(home, "previous")


def test_old_versions_lose_their_files_and_keep_their_record(home: Home) -> None:
    put(home, "30-d")
    assert prune(home, 2) == ["10-a", "10-b"]
    assert [path.name for path in (home.folder / "versions" / "10-b").iterdir()] == [RECORD_FILE]
    assert [version.is_kept for version in versions(home)] == [False, False, True, True]
    with pytest.raises(LookupFailedError, match="no longer kept"):
        find_version(home, "10-b")
    assert prune(home, 2) == []


def test_current_and_previous_version_stay_whatever_is_asked_for(home: Home) -> None:
    assert prune(home, 0) == ["10-a"]
    point(home, "10-b")
    put(home, "30-d")
    point(home, "10-b")
    assert prune(home, 2) == []
    assert current(home) == "10-b"


def test_a_removal_that_was_killed_is_finished_by_the_next(home: Home) -> None:
    (home.folder / "versions" / "10-a" / DATABASE).unlink()
    assert prune(home, 2) == []
    assert [path.name for path in (home.folder / "versions" / "10-a").iterdir()] == [RECORD_FILE]


def forget_the_file(home: Home) -> None:
    home.warehouse.unlink()


def forget_the_link(home: Home) -> None:
    (home.folder / "published").unlink()


def forget_both(home: Home) -> None:
    forget_the_file(home)
    forget_the_link(home)


def copy_files_for_links(home: Home) -> None:
    copy = home.folder.with_name("copy")
    shutil.copytree(home.folder, copy)
    shutil.rmtree(home.folder)
    copy.rename(home.folder)


def leave_a_half_made_link(home: Home) -> None:
    (home.folder / ".published.link").symlink_to("versions/none")
    (home.folder / "published").unlink()


@pytest.mark.parametrize(
    "harm",
    [
        forget_the_file,
        forget_the_link,
        forget_both,
        copy_files_for_links,
        leave_a_half_made_link,
    ],
)
def test_broken_links_are_mended_and_the_next_version_takes_its_place(
    harm: Callable[[Home], None], home: Home
) -> None:
    harm(home)
    recover(home)
    assert current(home) == "20-c"
    harm(home)
    put(home, "30-d")
    assert current(home) == "30-d"
    recover(home)
    assert sorted(path.name for path in home.folder.iterdir()) == ["published", "tiltak.duckdb", "versions"]
    assert home.warehouse.is_symlink()


def test_where_the_current_version_is_lost_readers_get_the_newest_that_is_left(home: Home) -> None:
    shutil.rmtree(home.folder / "versions" / "20-c")
    recover(home)
    assert current(home) == "10-b"


def test_what_killed_builds_have_left_is_removed(home: Home) -> None:
    (new_folder(home) / DATABASE).write_text("half", encoding="utf-8")
    recover(home)
    assert sorted(path.name for path in (home.folder / "versions").iterdir()) == ["10-a", "10-b", "20-c"]
    assert current(home) == "20-c"


class KilledError(BaseException):
    """What a kill is to the program: nothing after it is run."""


def kill(*_: object) -> None:
    raise KilledError


def test_a_version_that_readers_never_got_is_none_and_pushes_none_out(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("tiltak.publish.versions._set_published", kill)
        with pytest.raises(KilledError):
            put(home, "30-d")
    assert current(home) == "20-c"
    assert [version.build_id for version in versions(home)] == ["10-a", "10-b", "20-c"]
    with monkeypatch.context() as patched:
        patched.setattr("tiltak.publish.versions._remove", kill)
        with pytest.raises(KilledError):
            recover(home)
    assert not (home.folder / "versions" / "30-d").exists()
    recover(home)
    assert sorted(path.name for path in (home.folder / "versions").iterdir()) == ["10-a", "10-b", "20-c"]
    assert sorted(path.name for path in home.folder.iterdir()) == ["published", "tiltak.duckdb", "versions"]


def test_a_version_that_readers_got_before_the_kill_stays(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = versions_module._set_published

    def link_and_be_killed(*arguments: Any) -> None:
        link(*arguments)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(versions_module, "_set_published", link_and_be_killed)
        with pytest.raises(KilledError):
            put(home, "30-d")
    recover(home)
    assert current(home) == "30-d"
    put(home, "40-e")
    assert {version.build_id for version in versions(home)} == {"10-a", "10-b", "20-c", "30-d", "40-e"}


def test_a_file_in_the_place_of_the_warehouse_gets_another_name(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.warehouse.write_text("old", encoding="utf-8")
    log = tmp_path / "tiltak.duckdb.wal"
    log.write_text("of the old file", encoding="utf-8")
    recover(home)
    assert home.warehouse.read_text(encoding="utf-8") == "old"
    put(home, "10-a")
    assert current(home) == "10-a"
    assert not log.exists()
    assert (tmp_path / "tiltak.duckdb.1").read_text(encoding="utf-8") == "old"
    assert (tmp_path / "tiltak.duckdb.wal.1").read_text(encoding="utf-8") == "of the old file"


def test_a_home_that_holds_other_things_loses_none_of_them(home: Home) -> None:
    others = [
        ".bashrc.old",
        ".config.link",
        ".ssh.old/id",
        "versions/.new-ideas/a",
        "staged/cell/x.parquet",
    ]
    for name in others:
        (home.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (home.folder / name).write_text(name, encoding="utf-8")
    recover(home)
    put(home, "30-d")
    assert [(home.folder / name).read_text(encoding="utf-8") for name in others] == others


def test_a_foreign_folder_in_the_place_of_the_published_set_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    thesis = tmp_path / "published" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("mine", encoding="utf-8")
    with pytest.raises(StagingError, match="not ours"):
        put(home, "10-a")
    assert thesis.read_text(encoding="utf-8") == "mine"


def test_a_foreign_file_in_the_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("of the bicycle", encoding="utf-8")
    with pytest.raises(StagingError, match="not ours"), locked_home(Home(tmp_path)):
        pass
    assert (tmp_path / "lock").read_text(encoding="utf-8") == "of the bicycle"


def test_readers_keep_their_version_whatever_its_record_says(home: Home) -> None:
    record = home.folder / "versions" / "20-c" / RECORD_FILE
    record.chmod(0o644)
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("{", '{"field_of_a_later_release": 1,'), encoding="utf-8")
    assert [version.is_current for version in versions(home)] == [False, False, True]
    record.write_text("not a record", encoding="utf-8")
    recover(home)
    assert current(home) == "20-c"
    point(home, "10-a")
    recover(home)
    assert current(home) == "10-a"


def test_a_folder_that_is_no_version_is_left_alone(home: Home) -> None:
    notes = home.folder / "versions" / "my notes"
    notes.mkdir()
    (notes / RECORD_FILE).write_text("{}", encoding="utf-8")
    assert len(versions(home)) == 3
    prune(home, 2)
    recover(home)
    assert (notes / RECORD_FILE).is_file()


def test_the_fingerprint_of_models_changes_with_content_and_name(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("", encoding="utf-8")
    path = tmp_path / "models" / "a.sql"
    path.write_text("select 1", encoding="utf-8")
    before = model_fingerprint(tmp_path)
    assert model_fingerprint(tmp_path) == before
    path.rename(tmp_path / "models" / "b.sql")
    renamed = model_fingerprint(tmp_path)
    (tmp_path / "models" / "b.sql").write_text("select 2", encoding="utf-8")
    assert len({before, renamed, model_fingerprint(tmp_path)}) == 3


def facts(path: Path, *rows: tuple[str, int | None, int, int, str]) -> None:
    """Write a database with facts: key, participants, bounds and status; one of its averages is fixed."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for relation, measure in (
            ("fct_monthly_participants", "participants"),
            ("fct_year_to_date_average", "participants_average"),
        ):
            connection.execute(
                f"create table {relation} (fact_key varchar, {measure} integer, {measure}_min integer,"
                f" {measure}_max integer, value_status varchar)"
            )
        connection.execute("insert into fct_year_to_date_average values ('avg', 5, 5, 5, 'published')")
        for row in rows:
            connection.execute("insert into fct_monthly_participants values (?, ?, ?, ?, ?)", row)


def test_facts_that_were_added_removed_or_changed_are_found(home: Home) -> None:
    kept = ("kept", None, 0, 3, "suppressed")
    older, newer = (home.folder / "versions" / name / DATABASE for name in ("10-b", "20-c"))
    facts(
        older,
        kept,
        ("gone", 4, 4, 4, "published"),
        ("hidden", 9, 9, 9, "published"),
        ("misread", 14, 14, 14, "published"),
    )
    facts(
        newer,
        kept,
        ("hidden", None, 0, 3, "suppressed"),
        ("misread", 41, 41, 41, "published"),
        ("new", None, 0, 0, "blank_zero"),
    )
    table = "fct_monthly_participants"
    withheld = (table, "changed", "hidden", None, 0, 3, "suppressed", None, None, None, "withheld")
    assert withheld in find_differences(newer, older, current=newer).rows
    shown_now = (table, "changed", "hidden", None, 0, 3, "suppressed", 9, 9, 9, "published")
    assert shown_now in find_differences(newer, older).rows
    assert find_differences(older, newer).rows == (
        (table, "added", "new", None, None, None, None, None, 0, 0, "blank_zero"),
        (table, "changed", "hidden", None, None, None, "withheld", None, 0, 3, "suppressed"),
        (table, "changed", "misread", 14, 14, 14, "published", 41, 41, 41, "published"),
        (table, "removed", "gone", 4, 4, 4, "published", None, None, None, None),
    )
    shown = CliRunner().invoke(app, ["diff", "--home", str(home.folder)])
    assert shown.exit_code == 0
    assert "From 10-b to 20-c" in shown.output
    told = CliRunner().invoke(app, ["diff", "previous", "20", "--csv", "--home", str(home.folder)])
    assert told.stdout.splitlines()[0].startswith("relation,difference,fact_key,older_value")
    assert told.stdout.splitlines()[3] == f"{table},changed,misread,14,14,14,published,41,41,41,published"
    same = CliRunner().invoke(app, ["diff", "current", "current", "--home", str(home.folder)])
    assert "No fact was added, removed or changed." in same.output


def test_history_has_every_version_and_says_whether_its_files_are_there(home: Home) -> None:
    prune(home, 2)
    result = CliRunner().invoke(app, ["history", "--home", str(home.folder)])
    lines = [line.split() for line in result.output.splitlines() if line.startswith((" 10", " 20"))]
    files = {line[0]: line[-1] for line in lines}
    assert list(files.items()) == [("20-c", "current"), ("10-b", "kept"), ("10-a", "removed")]
    for told in ("2026-01-02 03:04", "3 passed, 1 warned", "7 equal"):
        assert told in result.output


def test_a_home_without_versions_says_so(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["history", "--home", str(tmp_path)])
    assert result.output == "Nothing has been published yet.\n"
