"""A report in several formats is one edition: the workbook leads, and the others must say the same."""

import io
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser
from support.browser import opened
from support.nav_files import NavReport, PdfStyle, of_printed, write_pdf, write_workbook
from typer.testing import CliRunner, Result

from loaders.printed import PrintedReport
from tiltak.cli import app
from tiltak.home import Home
from tiltak.site.pages import build_site

STEM = "deltakere-tiltak_2020-01_2020-02"


def build(reports: Path, home: Path) -> Result:
    """Build a warehouse from a folder."""
    return CliRunner().invoke(app, ["build", "--reports", str(reports), "--home", str(home)])


@pytest.fixture(scope="module")
def report(printed_reports: dict[str, PrintedReport]) -> NavReport:
    """Return the report of 2020, to be written in other formats."""
    return of_printed(printed_reports["2020"])


def with_foreign_sheet_and_hidden_row(content: bytes) -> bytes:
    """Return a workbook that somebody has worked in."""
    book = load_workbook(io.BytesIO(content))
    book["3 Tiltak"].row_dimensions[12].hidden = True
    book.create_sheet("Eget ark")["A1"] = "Mine tall"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture(scope="module")
def built_witnessed(
    small_reports: Path, report: NavReport, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, str]:
    """Return the home of a warehouse of one report in three formats, and what the build said."""
    folder = tmp_path_factory.mktemp("witnessed")
    reports = shutil.copytree(small_reports, folder / "reports")
    (reports / f"{STEM}.xlsx").write_bytes(with_foreign_sheet_and_hidden_row(write_workbook(report)))
    style = PdfStyle(fills_pages=True, has_empty_pages=True)
    (reports / f"{STEM}.pdf").write_bytes(write_pdf(report, style))
    result = build(reports, folder / "home")
    assert result.exit_code == 0, result.output
    return Home(folder / "home"), result.output


@pytest.fixture(scope="module")
def witnessed(built_witnessed: tuple[Home, str]) -> Home:
    """Return the home of a warehouse of one report in three formats."""
    return built_witnessed[0]


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


def test_what_a_person_should_know_of_a_file_is_told_once_and_kept(built_witnessed: tuple[Home, str]) -> None:
    home, output = built_witnessed
    of_workbook = [
        "sheet '3 Tiltak' has hidden rows or columns (1); they are read like the others",
        "sheet 'Eget ark' has no report's title and is left out: 1 cells",
    ]
    [of_pdf] = [line for line in output.splitlines() if "pages with a heading and no table" in line]
    assert f"{STEM}.pdf: pages" in of_pdf
    for notice in of_workbook:
        assert [line for line in output.splitlines() if f"{STEM}.xlsx: {notice}." in line and notice in line]
        assert output.count(notice) == 1
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        assert connection.execute("select notices from dim_report").fetchall() == [("\n".join(of_workbook),)]
        query = "select notices from quality.mart_witness order by text_format"
        [(kept,), (nothing,)] = connection.execute(query).fetchall()
    assert f"{kept}." in of_pdf
    assert nothing is None


@pytest.fixture(scope="module")
def site(witnessed: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder of the site of a report that a workbook leads, and the key of the report."""
    folder = tmp_path_factory.mktemp("site") / "site"
    build_site(witnessed, folder)
    with duckdb.connect(str(witnessed.warehouse), read_only=True) as connection:
        [(key,)] = connection.execute("select report_key from dim_report").fetchall()
    return folder, key


def test_figures_of_a_report_lead_to_their_place_in_a_picture_of_its_pages(site: tuple[Path, str]) -> None:
    folder, key = site
    report, pages = (
        (folder / "reports" / f"{key}{ending}").read_text("utf-8") for ending in (".html", "-pages.html")
    )
    asked = re.findall(rf'href="{key}-pages\.html#(t\d+\.r\d+\.c\d+)"', report)
    there = re.findall(r'<span id="(t\d+\.r\d+\.c\d+)"', pages)
    assert len(there) == len(set(there)) == 380  # 306 places, some of them printed twice
    assert sorted(asked) == sorted(there)
    pictures = re.findall(r'<img src="([^"]+)"[^>]* loading="lazy"', pages)
    assert len(pictures) == pages.count("<img ") > 1
    for picture in pictures:
        assert 2_000 < (folder / "reports" / picture).stat().st_size < 60_000


def test_a_browser_marks_the_place_that_a_figure_leads_to(site: tuple[Path, str], browser: Browser) -> None:
    folder, key = site
    address = f"{(folder / 'reports' / f'{key}-pages.html').as_uri()}#t003.r02.c01"
    with opened(browser, address, 1280) as (page, seen):
        target = page.locator(":target")
        picture = page.locator(".sight", has=target).locator("img")
        assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 500
        around, inside = picture.bounding_box(), target.bounding_box()
        assert around is not None
        assert inside is not None
        assert around["x"] < inside["x"] < inside["x"] + inside["width"] <= around["x"] + around["width"] + 1
        assert (
            around["y"] < inside["y"] < inside["y"] + inside["height"] <= around["y"] + around["height"] + 1
        )
        assert 0 < inside["y"] < 900  # it is in view
        assert target.evaluate("place => getComputedStyle(place).outlineStyle") == "solid"
        assert not seen.failed
        assert not seen.complaints


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
    line_no = slipped[: slipped.index("Mentor\t198")].count("\n") + 1
    [likeliest] = [line for line in result.output.splitlines() if line.startswith("most likely wrong")]
    assert f'{STEM}.txt, line {line_no}, row "Mentor", column "Januar": printed "198"' in likeliest
    assert f'"193" is printed in reports/{STEM}.xlsx, 3 Tiltak!' in likeliest.replace(f"{reports}", "reports")
