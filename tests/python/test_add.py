"""`tiltak add` files a report away, or leaves everything as it was."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from support.nav_files import NavReport, NavTable, write_pdf, write_workbook
from support.next_month import with_march, with_tables
from support.small_reports import TITLE
from typer.testing import CliRunner, Result

from loaders.cards import read_cards
from loaders.errors import StagingError
from loaders.layout import Layout
from loaders.printed import PrintedReport
from tiltak.add import examine, filed_away
from tiltak.cli import app
from tiltak.home import Home


@pytest.fixture(scope="module")
def next_month(printed_reports: dict[str, PrintedReport]) -> NavReport:
    """Return the report of January to March 2020, its March made up."""
    return with_march(printed_reports["2020"])


@pytest.fixture
def folder(small_reports: Path, tmp_path: Path) -> Path:
    """Return a folder with the report of January and February 2020."""
    return shutil.copytree(small_reports, tmp_path / "reports")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder with what they hold."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def add(folder: Path, home: Path, *arguments: str | Path) -> Result:
    """Run the command."""
    options = ["--reports", folder, "--home", home, "--origin", "Made up: for a test"]
    return CliRunner().invoke(app, ["add", *map(str, (*arguments, *options))])


def test_next_months_workbook_is_added_with_one_command(
    next_month: NavReport, folder: Path, small_home: Home, tmp_path: Path
) -> None:
    home = shutil.copytree(small_home.folder, tmp_path / "home", symlinks=True)
    file = tmp_path / "202003_deltakere.xlsx"
    file.write_bytes(write_workbook(next_month))
    result = add(folder, home, file)
    assert result.exit_code == 0, result.output
    assert "goes into the folder as deltakere-tiltak_2020-01_2020-03.xlsx" in result.output
    assert "2020-03: 150 new figures" in result.output
    card = read_cards(folder)["deltakere-tiltak_2020-01_2020-03.xlsx"]
    assert (folder / card.file).read_bytes() == file.read_bytes()
    with duckdb.connect(str(Home(home).warehouse), read_only=True) as connection:
        assert connection.execute(
            "select month_key, participants from fct_monthly_participants"
            " where fact_key like '______:_T:_T:_T:_T:_T:_T:_T:_T' order by month_key"
        ).fetchall() == [(202001, 68897), (202002, 70453), (202003, 70453)]
        assert connection.execute(
            "select min(source_place) from fct_printed_cell where source_file like '%.xlsx'"
        ).fetchone() == ("1 Hovedgrupper!C10",)


def test_a_report_whose_build_fails_leaves_the_folder_as_it_was(
    next_month: NavReport, folder: Path, tmp_path: Path
) -> None:
    def with_misprint(table: NavTable) -> NavTable:
        label, values = table.rows[1]
        return replace(table, rows=(table.rows[0], (label, (*values[:-1], "1")), *table.rows[2:]))

    file = tmp_path / "wrong.pdf"
    file.write_bytes(write_pdf(with_tables(next_month, with_misprint)))
    before = contents(folder)
    result = add(folder, tmp_path / "home", file)
    assert result.exit_code == 1
    assert contents(folder) == before
    assert not (tmp_path / "home" / "tiltak.duckdb").exists()


def test_one_refused_file_leaves_everything_as_it_was(
    next_month: NavReport, folder: Path, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.xlsx", tmp_path / "wrong.xlsx"
    right.write_bytes(write_workbook(next_month))
    wrong.write_bytes(write_workbook(next_month)[:-100])
    before = contents(folder)
    result = add(folder, tmp_path / "home", right, wrong)
    assert result.exit_code == 1
    assert "wrong.xlsx" in result.output
    assert "nothing was added" in result.output
    assert contents(folder) == before
    assert not (tmp_path / "home").exists()


def test_an_unknown_label_is_shown_before_anything_is_written(
    next_month: NavReport, folder: Path, tmp_path: Path
) -> None:
    def with_new_label(table: NavTable) -> NavTable:
        return replace(table, rows=(*table.rows, ("Nytt tiltak i nord", ("4",) * len(table.columns))))

    file = tmp_path / "new.xlsx"
    file.write_bytes(write_workbook(with_tables(next_month, with_new_label)))
    before = contents(folder)
    result = add(folder, tmp_path / "home", file)
    assert result.exit_code == 1
    assert "nytt tiltak i nord" in result.output
    assert contents(folder) == before


def test_a_dry_run_says_what_would_change_for_readers_and_writes_nothing(
    next_month: NavReport, folder: Path, small_home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "new.xlsx"
    file.write_bytes(write_workbook(next_month))
    before, of_home = contents(folder), sorted(small_home.folder.rglob("*"))
    result = add(folder, small_home.folder, file, "--dry-run")
    assert result.exit_code == 0, result.output
    assert TITLE in result.output
    assert "2020-01..2020-02" in result.output
    assert "2020-03: 150 new figures" in result.output
    assert "no figure that was there has changed or is gone" in result.output
    assert "headline figure" in result.output
    assert result.output.endswith("Nothing was written.\n")
    assert contents(folder) == before
    assert sorted(small_home.folder.rglob("*")) == of_home


def test_a_file_that_is_in_the_folder_is_not_added_again(folder: Path, tmp_path: Path) -> None:
    [path] = folder.glob("*.txt")
    before = contents(folder)
    result = add(folder, tmp_path / "home", path)
    assert result.exit_code == 0, result.output
    assert "is in the folder already" in result.output
    assert contents(folder) == before


def test_what_is_filed_away_is_taken_back_if_what_follows_fails(
    next_month: NavReport, folder: Path, tmp_path: Path, layout: Layout
) -> None:
    file = tmp_path / "new.xlsx"
    file.write_bytes(write_workbook(next_month))
    candidates = examine([file], folder, layout)
    before = contents(folder)
    filing = filed_away(candidates, folder, "x")
    filing.__enter__()
    assert len(contents(folder)) == len(before) + 2
    assert not filing.__exit__(StagingError, StagingError("no space", "make room"), None)
    assert contents(folder) == before


def test_a_card_holds_what_is_known_and_any_origin(
    next_month: NavReport, folder: Path, tmp_path: Path, layout: Layout
) -> None:
    file = tmp_path / "new.xlsx"
    file.write_bytes(write_workbook(replace(next_month, updated=date(2020, 4, 2))))
    origin = 'nav.no: "Tiltaksdeltakere"\nfetched # by hand'
    with filed_away(examine([file], folder, layout), folder, origin):
        pass
    text = (folder / "reports.yml").read_text(encoding="utf-8")
    for line in ('period: "2020-01..2020-03"', "updated: 2020-04-02", 'format: "xlsx"', "by hand"):
        assert line in text
    assert list(read_cards(folder)) == ["deltakere-tiltak_2020-01_2020-03.xlsx"]


def test_another_file_of_the_same_months_gets_a_name_of_its_own(
    next_month: NavReport, folder: Path, tmp_path: Path, layout: Layout
) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(write_pdf(next_month))
    second.write_bytes(write_pdf(replace(next_month, updated=date(2020, 5, 4))))
    with filed_away(examine([first], folder, layout), folder, "x"):
        pass
    [candidate] = examine([second], folder, layout)
    assert candidate.name.startswith("deltakere-tiltak_2020-01_2020-03_")
    assert [other.path.name for other in candidate.witnesses] == ["deltakere-tiltak_2020-01_2020-03.pdf"]
