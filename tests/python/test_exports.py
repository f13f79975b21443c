"""Exports are made of the current version, once, and are whole or as they were."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tiltak.cli import app
from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.publish import exports as module
from tiltak.publish.exports import export
from tiltak.publish.files import checksums
from tiltak.publish.versions import CHECKSUMS, current_version

pytestmark = pytest.mark.slow


def test_exports_are_of_the_current_version_and_made_once(small_home: Home) -> None:
    result = CliRunner().invoke(app, ["export", "--home", str(small_home.folder)])
    assert result.exit_code == 0, result.output
    current, marks = current_version(small_home), (small_home.exports / CHECKSUMS).stat()
    assert current is not None
    assert current.build_id in (small_home.exports / "build.json").read_text(encoding="utf-8")
    assert export(small_home) == small_home.exports
    assert (small_home.exports / CHECKSUMS).stat() == marks


def test_their_checksums_are_those_of_all_files(small_home: Home) -> None:
    folder = export(small_home)
    told = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    assert told == [line for line in checksums(folder).splitlines() if not line.endswith(CHECKSUMS)]


def test_exports_of_another_version_are_replaced(small_home: Home) -> None:
    record = export(small_home) / "build.json"
    right = record.read_text(encoding="utf-8")
    record.write_text(right.replace('"build_id": "', '"build_id": "1'), encoding="utf-8")
    (small_home.exports / "left.txt").touch()
    assert (export(small_home) / "build.json").read_text(encoding="utf-8") == right
    assert not (small_home.exports / "left.txt").exists()


def test_exports_that_fail_leave_what_was_there(small_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    record = export(small_home) / "build.json"
    record.write_text("{}", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "write_jsonstat", fail)
    with pytest.raises(BuildError, match="No space left"):
        export(small_home)
    assert record.read_text(encoding="utf-8") == "{}"
    monkeypatch.undo()
    export(small_home)
    assert not [path for path in small_home.folder.iterdir() if path.name.startswith(".exports-")]


def test_without_a_warehouse_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no warehouse to export"):
        export(Home(tmp_path))
