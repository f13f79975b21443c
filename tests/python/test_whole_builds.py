"""What a build holds is what was loaded, and what is published has passed all that there is to pass."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak import build as build_module
from tiltak.build import build_warehouse, run_dbt
from tiltak.cli import app
from tiltak.errors import BuildError
from tiltak.home import Home


def test_a_home_holds_its_own_reports_whatever_its_name_and_dbts_options_in_the_environment_are(
    tmp_path: Path, report_paths: dict[str, Path], small_reports: Path, layout: Layout,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    load_reports([report_paths["2013"]], Home(tmp_path / "a1").staged, layout, loader_fingerprint())
    monkeypatch.setenv("DBT_RESOURCE_TYPES", "model seed")
    monkeypatch.setenv("DBT_EMPTY", "true")
    home = Home(tmp_path / "a[1]{x}*'y=2")
    result = CliRunner().invoke(app, ["build", "--reports", str(small_reports), "--home", str(home.folder)])
    assert result.exit_code == 0, result.output
    record = json.loads((home.folder / "published" / "build.json").read_text(encoding="utf-8"))
    [report] = record["reports"]
    assert report["source_file"].endswith(report_paths["2020"].name)
    manifest = json.loads((home.target / "manifest.json").read_text(encoding="utf-8"))
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert record["passed_test_count"] == len(tests) > 0


@pytest.mark.parametrize("name", ["a?", "a#b"])
def test_a_home_that_dbt_would_take_for_another_is_refused(
    name: str, tmp_path: Path, small_reports: Path
) -> None:
    result = CliRunner().invoke(
        app, ["build", "--reports", str(small_reports), "--home", str(tmp_path / name)]
    )
    assert result.exit_code == 1
    assert "name another folder" in result.output


def test_nothing_passes_unless_every_test_of_the_project_has_run(
    small_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home.staged, home.staged)

    def without_tests(home: Home, arguments: list[str], *more: Any) -> Any:
        return run_dbt(home, [*arguments, "--exclude-resource-type", "test"], *more)

    monkeypatch.setattr(build_module, "run_dbt", without_tests)
    with pytest.raises(BuildError, match="tests have not run"):
        build_warehouse(home)


def test_a_build_that_holds_another_report_than_was_loaded_is_refused(
    small_home: Home, tmp_path: Path, report_paths: dict[str, Path], layout: Layout
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home.folder, home.folder, symlinks=True)
    build_module.check_reports(home)
    load_reports([report_paths["2013"]], home.staged, layout, loader_fingerprint())
    with pytest.raises(BuildError, match="other reports than were loaded"):
        build_module.check_reports(home)
