"""Fixtures that tests share: the layout seeds, the five reports, and a warehouse built from them."""

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from loaders.files import find_reports
from loaders.layout import Layout, read_layout
from loaders.load import load_reports, read_report
from loaders.printed import PrintedReport
from loaders.staging import loader_fingerprint
from tiltak.build import build_warehouse
from tiltak.cli import app
from tiltak.home import Home
from tiltak.publish.exports import export
from tiltak.publish.publish import publish
from tiltak.site.pages import build_site

ROOT = Path(__file__).parents[2]
REPORT_FILES = {
    "2013": "deltakere_2013-01_2013-11.txt",
    "2019": "deltakere-tiltaksgruppe-og-fylke_2019-01_2019-12.txt",
    "2020": "deltakere-tiltak_2020-01_2020-02.txt",
    "2022": "deltakere-tiltak-og-alder_2022-01_2022-07.txt",
    "2024": "tilt120-arbeidspraksis-demografi_2024-01_2024-12.txt",
}
# What the reason of a skip may not name where CI is set.
NEEDED_IN_CI = ("Chromium", "PostgreSQL", "mcp")
# Fixtures that run dbt, or another program that takes seconds to start.
SLOW_FIXTURES = {
    "build_with", "built_home", "home_2021", "manifest", "outcomes", "reformed", "small_home",
}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what builds a warehouse: `make test-fast` leaves it out."""
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI is set, browser and database server have to be there: a skip for want of one is a failure."""
    report = yield
    why = str(report.longrepr)
    if report.skipped and os.environ.get("CI") and any(name in why for name in NEEDED_IN_CI):
        report.outcome = "failed"
        report.longrepr = f"skipped where CI is set: {why}"
    return report


def pytest_unconfigure() -> None:
    """Take away the hook of Hypothesis: through it DuckDB outlives the interpreter, and complains."""
    gc.callbacks.clear()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium."""
    from support.browser import chromium, started  # noqa: PLC0415  # hooks of this file are loaded without tests/

    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine: install the package chromium, or name one in CHROMIUM")
    with started(executable) as browser:
        yield browser


@pytest.fixture(scope="session")
def layout() -> Layout:
    """Return the layout that the project's seeds describe."""
    return read_layout(ROOT / "seeds" / "layout")


@pytest.fixture(scope="session")
def reports_folder() -> Path:
    """Return the folder of the five reports and their cards."""
    return ROOT / "data" / "reports"


@pytest.fixture(scope="session")
def report_paths(reports_folder: Path) -> dict[str, Path]:
    """Return the five report files by the year they are about."""
    return {year: reports_folder / name for year, name in REPORT_FILES.items()}


@pytest.fixture(scope="session")
def printed_reports(report_paths: dict[str, Path], layout: Layout) -> dict[str, PrintedReport]:
    """Return what the five reports print, by the year they are about."""
    return {year: read_report(path, layout)[0] for year, path in report_paths.items()}


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory, reports_folder: Path, layout: Layout) -> Home:
    """Return the home of a warehouse built, tested and published from the five reports."""
    home = Home(tmp_path_factory.mktemp("built"))
    load_reports(find_reports([reports_folder]), home.staged, layout, loader_fingerprint())
    publish(home, build_warehouse(home).tests)
    return home


@pytest.fixture(scope="session")
def exports(built_home: Home) -> Path:
    """Return the folder of the exports of `built_home`."""
    return export(built_home)


@pytest.fixture(scope="session")
def small_reports(tmp_path_factory: pytest.TempPathFactory, report_paths: dict[str, Path]) -> Path:
    """Return a folder with the smallest report alone."""
    folder = tmp_path_factory.mktemp("reports")
    shutil.copy(report_paths["2020"], folder)
    return folder


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, small_reports: Path) -> Home:
    """Return the home of a warehouse that the command has published from the smallest report."""
    home = Home(tmp_path_factory.mktemp("small"))
    result = CliRunner().invoke(app, ["build", "--reports", str(small_reports), "--home", str(home.folder)])
    assert result.exit_code == 0, result.output
    return home


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory, built_home: Home) -> Path:
    """Return the folder of the docs site of the five reports."""
    folder = tmp_path_factory.mktemp("site") / "site"
    build_site(built_home, folder)
    return folder


@pytest.fixture
def built(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the built file with all its schemas, for reading."""
    with duckdb.connect(str(built_home.building), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def compiled(built_home: Home) -> Path:
    """Return the folder of the SQL that dbt made of models and tests while building."""
    return built_home.target / "compiled" / "tiltak_warehouse"
