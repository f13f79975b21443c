"""What comes from the seeds alone is built once for a state of the project, and never taken half or stale."""

from pathlib import Path

import duckdb
import pytest

from tiltak.done import Done
from tiltak.home import PROJECT, Home
from tiltak.vocabulary import keep, restore

DONE = Done(frozenset({"seed.a", "test.b"}), frozenset())
KEPT = "target/vocabulary"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with one seed."""
    folder = tmp_path / "project"
    for name in ("dbt_project.yml", "profiles.yml", "seeds/a.csv"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a", encoding="utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home in which the seeds are built."""
    home = Home(tmp_path / "home")
    (home.target / "compiled").mkdir(parents=True)
    (home.target / "compiled" / "a.sql").write_text("select 1", encoding="utf-8")
    home.building.write_bytes(b"built")
    return home


@pytest.fixture
def other(tmp_path: Path) -> Home:
    """Return a home in which nothing is built."""
    other = Home(tmp_path / "other")
    other.target.mkdir(parents=True)
    return other


def test_what_was_kept_is_copied_into_any_home(project: Path, home: Home, other: Home) -> None:
    keep(home, project, DONE)
    assert restore(other, project) == DONE
    assert other.building.read_bytes() == b"built"
    assert (other.target / "compiled" / "a.sql").read_text(encoding="utf-8") == "select 1"
    assert [path.name for path in (project / "target").iterdir()] == ["vocabulary"]


def test_nothing_is_taken_where_nothing_was_kept(project: Path, other: Home) -> None:
    assert restore(other, project) is None
    assert not other.building.exists()


@pytest.mark.parametrize("name", ["dbt_project.yml", "profiles.yml", "seeds/a.csv", "models/new.sql"])
def test_what_another_state_of_the_project_gave_is_not_taken(
    project: Path, home: Home, other: Home, name: str
) -> None:
    keep(home, project, DONE)
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("b", encoding="utf-8")
    assert restore(other, project) is None
    assert not other.building.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("tiltak.duckdb", b"buil"), ("kept.json", b"{}"), ("kept.json", b"["), ("kept.json", b"")],
)
def test_what_is_damaged_is_not_taken(
    project: Path, home: Home, other: Home, name: str, content: bytes
) -> None:
    keep(home, project, DONE)
    (project / KEPT / name).write_bytes(content)
    assert restore(other, project) is None
    assert not other.building.exists()


def test_a_build_keeps_its_vocabulary_before_anything_else_is_in_the_file(built_home: Home) -> None:
    with duckdb.connect(str(PROJECT / KEPT / "tiltak.duckdb"), read_only=True) as connection:
        [(models,)] = connection.sql("select count(*) from main.dim_gender").fetchall()
        names = {name for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall()}
    with duckdb.connect(str(built_home.building), read_only=True) as connection:
        assert connection.sql("select count(*) from main.dim_gender").fetchall() == [(models,)]
    assert "int_cell" not in names
