"""Find a number: it shows what the marts hold, a link brings a selection back, and nothing is fetched."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page
from support.browser import Seen, opened

from tiltak.publish.catalogue import read_catalogue
from tiltak.publish.words import read_words
from tiltak.site.charts import span
from tiltak.site.find import DATA, is_found, trace_rows

DESKTOP, PHONE = 1280, 390
LARGEST_PAGE = 2_000_000
COUNTIES_2024 = "table=by_county&slice=GRP_ARBEIDSPRAKSIS&from=2024M01&to=2024M12&show=number"
AKERSHUS = (
    "table=by_county_structure&slice=2024&from=2019M05&to=2019M08&show=number&hovedgruppe=_T&region=32_2024"
)


@contextmanager
def shown(
    browser: Browser, folder: Path, asked: str = "", width: int = DESKTOP, name: str = "find.html"
) -> Iterator[tuple[Page, Seen]]:
    """Open the page with a selection and wait for its numbers."""
    address = f"{(folder / name).as_uri()}{'#' if asked else ''}{asked}"
    with opened(browser, address, width) as (page, seen):
        page.locator("#result tbody tr").first.wait_for()
        yield page, seen


def handed_over(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what the scripts of all tables hand over."""
    for path in sorted((folder / DATA).glob("*/*.js")):
        yield json.loads(path.read_text(encoding="utf-8").partition(" = ")[2].removesuffix(";\n"))


def chosen_all(page: Page) -> None:
    """Choose all rows."""
    for box in page.locator("#rows details").all():
        box.locator("summary").click()
        box.get_by_role("button", name="Alle").click()


def downloaded(page: Page) -> list[dict[str, str]]:
    """Return the rows of the CSV file that the page offers."""
    with page.expect_download() as waiting:
        page.locator("#download").click()
    content = waiting.value.path().read_bytes().decode("utf-8")
    assert content.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def text_of(values: Any) -> str:
    return str(values).replace("\N{NO-BREAK SPACE}", " ")


def test_every_number_of_a_table_is_that_of_the_mart(
    browser: Browser, site_folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    with shown(browser, site_folder, COUNTIES_2024) as (page, _):
        chosen_all(page)
        found = {
            (row[0], row[1], month): text_of(number)
            for row in page.locator("#result tbody tr").evaluate_all(
                "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
            )
            for month, number in enumerate(row[2:], start=1)
        }
    expected = built.sql("""
        select tiltak_name, region_name, month(month_date), participants_min, participants_max
        from mart_participants_by_county where scope_tiltak_key = 'GRP_ARBEIDSPRAKSIS'
    """).fetchall()
    printed = {key: number for key, number in found.items() if number != ".."}
    assert printed == {tuple(key): text_of(span(lowest, highest)) for *key, lowest, highest in expected}
    assert "0\N{EN DASH}3" in printed.values()


def test_every_printed_number_leads_to_its_cell(
    browser: Browser, site_folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    with shown(browser, site_folder, COUNTIES_2024) as (page, _):
        chosen_all(page)
        links = page.locator("#result td a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        page.locator("#result td a").first.click()
        assert page.locator(":target").inner_text() != ""
    expected = built.sql("""
        select cell_id from mart_participants_by_county inner join fct_monthly_participants using (fact_key)
        where scope_tiltak_key = 'GRP_ARBEIDSPRAKSIS'
    """).fetchall()
    wanted = [re.sub(r"^(\w+):(\w+):(\w+):(\w+)$", r"reports/\1.html#\2.\3.\4", cell) for (cell,) in expected]
    assert sorted(links) == sorted(wanted)


def test_the_file_holds_every_number_of_a_table_with_estimates(
    browser: Browser, site_folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    asked = "table=by_county_structure&slice=2024&from=2019M01&to=2019M12"
    with shown(browser, site_folder, asked) as (page, _):
        chosen_all(page)
        rows = downloaded(page)
    columns = (
        "participants", "participants_min", "participants_max",
        "participants_estimate", "participants_estimate_min", "participants_estimate_max",
    )  # fmt: skip
    keys = ("month", "hovedgruppe_key", "tiltak_key", "region_key")
    found = {
        tuple(row[key] for key in keys): tuple(float(row[name]) if row[name] else None for name in columns)
        for row in rows
        if row["state"] != "absent"
    }
    expected = {
        tuple(row[:4]): tuple(value if value is None else round(value, 1) for value in row[4:])
        for row in built.sql(f"""
            select strftime(month_date, '%YM%m'), hovedgruppe_key, tiltak_key, region_key,
                {", ".join(columns)}
            from mart_participants_by_county_structure
            where structure_key = '2024' and year(month_date) = 2019
        """).fetchall()
    }
    assert found == expected


def test_an_estimate_comes_first_then_its_range_then_its_bounds(browser: Browser, site_folder: Path) -> None:
    with shown(browser, site_folder, f"{AKERSHUS}&tiltak=GRP_OPPLAERING", name="en/find.html") as (page, _):
        cell = page.locator("#result td").first
        number, to = r"[\d,]+", "\N{EN DASH}"
        assert re.fullmatch(
            rf"≈\s{number} \({number}{to}{number}\) \[{number}{to}{number}\]",
            cell.inner_text().replace("\n", " "),
        )
        cell.get_by_role("button").click()
        origin = page.locator("#origin")
        assert "An estimate" in origin.inner_text()
        assert origin.get_by_role("link").count() > 1
        assert page.locator("#chart .marker.hollow").count() == 4


def test_a_break_is_a_line_that_no_line_crosses(browser: Browser, site_folder: Path) -> None:
    with shown(browser, site_folder, f"{AKERSHUS}&tiltak=GRP_OPPLAERING") as (page, _):
        assert page.locator("#chart .break-line").count() == 1
        assert page.locator("#chart .line").count() == 2  # May to June, July to August
        assert "juli 2019" in page.locator("#breaks").inner_text()
    with shown(browser, site_folder, f"{AKERSHUS}&tiltak=GRP_OPPFOLGING") as (page, _):
        assert page.locator("#chart .break-line").count() == 0
        assert page.locator("#chart .line").count() == 3
        assert not page.locator("#breaks-part").is_visible()


def test_no_line_crosses_months_that_are_not_printed(browser: Browser, site_folder: Path) -> None:
    asked = "table=by_hovedgruppe&slice=_T&from=2013M10&to=2020M02&hovedgruppe=ANDRE"
    with shown(browser, site_folder, asked) as (page, _):
        assert page.locator("#chart .marker").count() == 4
        assert page.locator("#chart .line").count() == 2


def test_a_link_brings_the_selection_back(browser: Browser, site_folder: Path) -> None:
    with shown(browser, site_folder) as (page, _):
        page.locator("#table").select_option("by_age_group")
        page.locator("#slice").select_option("_T")
        page.locator("#from").select_option("2022M03")
        page.locator("#rows details").nth(1).locator("summary").click()
        page.locator("#rows input[value='Y20T24']").check()
        page.locator("#show").select_option("participants_max")
        link = page.locator("#link").input_value()
        before = page.locator("#result").inner_text()
    assert "show=participants_max" in link
    with shown(browser, site_folder, link.partition("#")[2]) as (page, _):
        assert page.locator("#result").inner_text() == before
        assert page.locator("#link").input_value() == link
        english = page.get_by_role("link", name="English")
        english.click()
        page.locator("#result tbody tr").first.wait_for()
        assert page.locator("#table").input_value() == "by_age_group"
        assert page.locator("#from").input_value() == "2022M03"


@pytest.mark.parametrize(
    "asked", ["table=gone&from=x", "table=by_county&region=nowhere&show=participants_estimate"]
)
def test_a_link_that_names_what_is_not_there_shows_the_defaults(
    browser: Browser, site_folder: Path, asked: str
) -> None:
    with shown(browser, site_folder, asked) as (page, seen):
        assert seen.complaints == []
        assert page.locator("#result td").count() > 0


def test_the_keyboard_is_enough_and_keeps_its_place(browser: Browser, site_folder: Path) -> None:
    with shown(browser, site_folder, COUNTIES_2024) as (page, _):
        page.locator("#rows summary").nth(1).focus()
        page.keyboard.press("Enter")
        before = page.locator("#result tbody tr").count()
        page.locator("#rows details").nth(1).locator("input").nth(10).focus()
        page.keyboard.press("Space")
        page.locator("#result tbody tr").nth(before).wait_for()
        assert page.evaluate("document.activeElement.type") == "checkbox"


@pytest.mark.parametrize("name", ["find.html", "en/find.html"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_every_table_fits_the_screen_and_asks_nobody(
    browser: Browser, site_folder: Path, name: str, width: int
) -> None:
    with shown(browser, site_folder, width=width, name=name) as (page, seen):
        for table in page.locator("#table option").evaluate_all(
            "options => options.map(({ value }) => value)"
        ):
            page.locator("#table").select_option(table)
            page.wait_for_function("table => location.hash.startsWith(`#table=${table}&`)", arg=table)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, table
        assert seen.complaints == []
        assert [
            url for url in seen.requests if not url.startswith((f"{site_folder.as_uri()}/", "blob:", "data:"))
        ] == []


def test_the_page_is_small_and_soon_there(browser: Browser, site_folder: Path) -> None:
    painted = []
    for _ in range(3):
        with shown(browser, site_folder) as (page, seen):
            page.locator("#chart svg").wait_for()
            painted.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
            files = [
                url.removeprefix(f"{site_folder.as_uri()}/")
                for url in seen.requests
                if url.startswith("file")
            ]
    size = sum(
        (site_folder / name.partition("#")[0]).stat().st_size for name in files if f"{DATA}/by_" not in name
    )
    assert 0 < size < LARGEST_PAGE
    assert min(painted) < 1000  # milliseconds, of the quickest of three: other programs run too


def test_every_number_has_printed_cells_behind_it(
    site_folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    without = 0
    known = {cell for (cell,) in built.sql("select cell_id from fct_printed_cell").fetchall()}
    for table in handed_over(site_folder):
        width = table["table"]["size"][-1]
        lowest = table["table"]["value"][1::width]
        for value, cells in zip(lowest, table["cells"], strict=True):
            found = [cell.split(":") for cell in cells.split()]
            assert {":".join([table["reports"][int(report)], *place]) for report, *place in found} <= known
            assert value is not None or not found
            without += value is not None and not found
    never_printed = 0
    for mart in ("mart_participants_by_county_structure", "mart_participants_by_stable_area"):
        [(count,)] = built.sql(f"""
            select count(*) from {mart} as numbers
            where not exists (
                from fct_monthly_participants as facts
                where facts.month_key = numbers.month_key and facts.tiltak_key = numbers.tiltak_key
                    and facts.hovedgruppe_key = numbers.hovedgruppe_key
                    and list_contains(string_split(numbers.derived_from, '+'), facts.region_key)
            )
        """).fetchall()
        never_printed += count
    assert without == never_printed > 0


def test_a_row_without_a_fact_comes_from_cells_that_add_up_to_it(
    built: duckdb.DuckDBPyConnection,
) -> None:
    facts = {
        cell: bounds
        for cell, *bounds in built.sql(
            "select cell_id, participants_min, participants_max from fct_monthly_participants"
        ).fetchall()
    }
    for relation, names in (
        ("mart_participants_by_tiltaksgruppe", ["tiltak"]),
        ("mart_participants_by_tiltak", ["tiltak"]),
        ("mart_participants_by_tiltak_lineage", ["lineage"]),
    ):
        traced = trace_rows(built, f"main.{relation}", "scope_tiltak_key", names)
        rows = built.sql(f"""
            select scope_tiltak_key, strftime(month_date, '%YM%m'), {names[0]}_key,
                participants_min, participants_max
            from {relation} where derivation in ('exact_sum', 'bounded')
        """).fetchall()
        assert len(rows) > 50, relation
        for scope, month, key, lowest, highest in rows:
            cells = [facts[cell] for cell in traced[scope, (month, key)].cells]
            assert (sum(low for low, _ in cells), sum(high for _, high in cells)) == (lowest, highest), (
                relation,
                month,
                key,
            )


def test_every_exported_mart_can_be_chosen(site_folder: Path, built_home: Any) -> None:
    index = (site_folder / DATA / "index.js").read_text(encoding="utf-8").partition(" = ")[2]
    listed = {table["key"] for table in json.loads(index.removesuffix(";\n"))["tables"]}
    words = read_words(read_catalogue(built_home.target / "manifest.json"))
    assert listed == {exported.short_name for exported in words.tables if is_found(exported)}
