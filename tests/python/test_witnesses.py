"""A report in several formats is one edition: the workbook leads, and the others must say the same."""

import shutil
from pathlib import Path

import duckdb
import pytest
from support.nav_files import NavReport, PdfStyle, of_printed, write_pdf, write_workbook
from typer.testing import CliRunner, Result

from loaders.printed import PrintedReport
from tiltak.cli import app
from tiltak.home import Home

STEM = "deltakere-tiltak_2020-01_2020-02"


def build(reports: Path, home: Path) -> Result:
    """Build a warehouse from a folder."""
    return CliRunner().invoke(app, ["build", "--reports", str(reports), "--home", str(home)])


@pytest.fixture(scope="module")
def report(printed_reports: dict[str, PrintedReport]) -> NavReport:
    """Return the report of 2020, to be written in other formats."""
    return of_printed(printed_reports["2020"])


@pytest.fixture(scope="module")
def witnessed(small_reports: Path, report: NavReport, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the home of a warehouse of one report in three formats."""
    folder = tmp_path_factory.mktemp("witnessed")
    reports = shutil.copytree(small_reports, folder / "reports")
    (reports / f"{STEM}.xlsx").write_bytes(write_workbook(report))
    (reports / f"{STEM}.pdf").write_bytes(write_pdf(report, PdfStyle(fills_pages=True)))
    result = build(reports, folder / "home")
    assert result.exit_code == 0, result.output
    return Home(folder / "home")


def test_the_workbook_leads_and_the_others_are_compared_with_it_cell_by_cell(witnessed: Home) -> None:
    with duckdb.connect(str(witnessed.warehouse), read_only=True) as connection:
        assert connection.execute("select text_format, witness_formats from dim_report").fetchall() == [
            ("xlsx", "pdf, text")
        ]
        assert connection.execute(
            "select text_format, compared_count, equal_count, other_text_count, only_in_lead_count,"
            " only_in_witness_count from quality.mart_witness order by text_format"
        ).fetchall() == [("pdf", 306, 306, 0, 0, 0), ("text", 306, 306, 0, 0, 0)]
        assert connection.execute("select count(*) from quality.mart_witness_difference").fetchone() == (0,)


def test_a_report_gives_the_same_facts_whatever_its_format(witnessed: Home, small_home: Home) -> None:
    query = """
        select fact_key, participants, participants_min, participants_max, value_status
        from fct_monthly_participants order by fact_key
    """
    with (
        duckdb.connect(str(witnessed.warehouse), read_only=True) as formats,
        duckdb.connect(str(small_home.warehouse), read_only=True) as text,
    ):
        facts = text.execute(query).fetchall()
        assert len(facts) == 300
        assert formats.execute(query).fetchall() == facts


def test_a_slip_in_a_witness_is_found_with_both_places(
    small_reports: Path, report: NavReport, tmp_path: Path
) -> None:
    reports = shutil.copytree(small_reports, tmp_path / "reports")
    (reports / f"{STEM}.xlsx").write_bytes(write_workbook(report))
    text = reports / f"{STEM}.txt"
    slipped = text.read_text(encoding="utf-8").replace("Mentor\t193", "Mentor\t198", 1)
    assert slipped != text.read_text(encoding="utf-8")
    text.write_text(slipped, encoding="utf-8")
    result = build(reports, tmp_path / "home")
    assert result.exit_code == 1
    assert "every_witness_prints_the_numbers_of_its_edition" in result.output
    assert f"{STEM}.txt" in result.output
    assert "Mentor" in result.output
    assert "line " in result.output
    assert "3 Tiltak" in result.output
