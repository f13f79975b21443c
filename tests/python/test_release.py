"""A release holds all that people need, the same bytes each time, and one that was touched is refused."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from tiltak.cli import app
from tiltak.home import Home
from tiltak.publish.versions import CHECKSUMS
from tiltak.release import make_release, verify_release


@pytest.fixture(scope="module")
def made(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(built_home, tmp_path_factory.mktemp("dist"))


def names(path: Path) -> set[str]:
    with ZipFile(path) as file:
        return {name.split("/", 1)[1] for name in file.namelist()}


def copied(made: Path, folder: Path, left_out: str = "", added: str = "", changed: str = "") -> Path:
    """Copy a release with a file left out, added or changed."""
    target = folder / made.name
    with ZipFile(made) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            if left_out and name.endswith(left_out):
                continue
            content = old.read(name)
            new.writestr(name, content + b" " if changed and name.endswith(changed) else content)
        if added:
            new.writestr(f"{made.stem}/{added}", "")
    return target


def test_a_release_holds_the_tables_the_site_and_what_to_read_first(made: Path) -> None:
    assert {
        "LESMEG-README.txt", "CITATION.cff", "SHA256SUMS", "tiltak.xlsx", "build.json", "dictionary.html",
        "jsonstat/index.json", "csv/main/dim_month.csv", "parquet/main/dim_month.parquet", "site/index.html",
        "site/dbt/index.html",
    } <= names(made)  # fmt: skip
    assert "tiltak.duckdb" not in names(made)
    assert "osi_document.json" not in str(names(made))


def test_the_same_reports_make_the_same_bytes(made: Path, built_home: Home, tmp_path: Path) -> None:
    again = make_release(built_home, tmp_path)
    with ZipFile(made) as first, ZipFile(again) as second:
        assert first.namelist() == second.namelist()
        assert [name for name in first.namelist() if first.read(name) != second.read(name)] == []
    assert made.name == again.name
    assert made.read_bytes() == again.read_bytes()


def test_a_release_that_is_whole_is_verified(made: Path) -> None:
    assert verify_release(made) == len(names(made)) - 1
    said = CliRunner().invoke(app, ["release", "verify", str(made)])
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "change",
    [
        {"left_out": "dim_month.csv"},
        {"added": "more.txt"},
        {"changed": "tiltak.xlsx"},
        {"left_out": CHECKSUMS},
    ],
)
def test_a_release_that_was_touched_is_refused(made: Path, tmp_path: Path, change: dict[str, str]) -> None:
    with pytest.raises(LookupFailedError):
        verify_release(copied(made, tmp_path, **change))


def test_a_file_that_is_no_release_is_refused(made: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    shutil.copy(made, cut)
    cut.write_bytes(cut.read_bytes()[:1000])
    with pytest.raises(LookupFailedError, match="no release"):
        verify_release(cut)
