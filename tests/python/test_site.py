"""The docs site: its links, anchors and numbers, and what a browser without network says of it.

Pictures of the pages go to the folder named in PICTURES, if one is named.
"""

import csv
import json
import os
import posixpath
import re
import shutil
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest
import yaml
from playwright.sync_api import Browser
from support.browser import Seen, opened

from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home
from tiltak.publish.catalogue import Catalogue, read_catalogue
from tiltak.publish.compact import PRINTED, table_of
from tiltak.publish.versions import DATABASE
from tiltak.site import pages as site_pages
from tiltak.site.bars import share_bars
from tiltak.site.charts import Bar, Period, Point, Series, span
from tiltak.site.dbt_docs import REPLACED, without_requests
from tiltak.site.figures import printed_tables, tables
from tiltak.site.languages import read_languages
from tiltak.site.levels import LevelChart, draw, responsive_chart
from tiltak.site.markdown import render_document
from tiltak.site.pages import build_site, percent
from tiltak.site.tilemap import tile_places

REPORT_2013 = "ae32e55989fe"
REPORT_2019 = "5111a59692e6"
REPORT_2020 = "c202c4bda930"
KINDS = (
    "index.html", "en/index.html", "find.html", "en/find.html", "groups/index.html",
    "groups/GRP_OPPLAERING.html", "counties/index.html", "en/counties/32_2024.html", "counties/01.html",
    "glossary.html", "en/history.html", "search.html", "about.html", "dictionary.html", "relations.html",
    "pages.html", "README.html", "docs/counties.html", "docs/measures.html", "docs/decisions/README.html",
    "reports/index.html", f"reports/{REPORT_2013}.html", f"reports/{REPORT_2019}.html",
    f"reports/{REPORT_2013}-text.html",
)  # fmt: skip
# Checking a page of thousands of cells for barriers takes half a minute: of the reports, the smallest is.
CHECKED = (*(name for name in KINDS if "reports/" not in name and name != "dictionary.html"),
    "reports/index.html", f"reports/{REPORT_2020}.html", f"reports/{REPORT_2020}-text.html")  # fmt: skip
DESKTOP, PHONE = 1280, 390
AXE = Path(__file__).parents[1] / "support" / "vendor" / "axe.min.js"


class PageParser(HTMLParser):
    """Collects what a page has: anchors, links, what it loads, marked numbers and the text of elements."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.figures: dict[str, tuple[str, str]] = {}
        self._figure: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag has."""
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.anchors.append(values["id"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif "href" in values:
            self.loaded.append(values["href"])
        if "src" in values:
            self.loaded.append(values["src"])
        if tag == "data":
            self._figure = (values["data-figure"], values["value"])

    def handle_data(self, data: str) -> None:
        """Note how a marked number is shown."""
        if self._figure is not None:
            name, value = self._figure
            self.figures[name] = (value, data)
            self._figure = None


@pytest.fixture(scope="module")
def folder(site_folder: Path) -> Path:
    """The site of the five reports."""
    return site_folder


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, PageParser]:
    """All pages of our own, by path."""
    found = {}
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if name != "dbt/index.html":
            found[name] = PageParser()
            found[name].feed(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def catalogue(built_home: Home) -> Catalogue:
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        return read_catalogue(built_home.target / "manifest.json").with_views(connection, "tiltak")


def test_every_link_leads_to_a_page_and_an_anchor_that_are_there(
    folder: Path, pages: dict[str, PageParser]
) -> None:
    dbt = (folder / "dbt" / "index.html").read_text(encoding="utf-8")
    index = (folder / "data" / "index.js").read_text(encoding="utf-8").partition(" = ")[2].removesuffix(";\n")
    tables = {table["key"] for table in json.loads(index)["tables"]}
    missing, checked = [], 0
    for name, page in pages.items():
        for link in page.links + page.loaded:
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (folder / name).parent / path if path else folder / name
            place = target.resolve().relative_to(folder.resolve()).as_posix()
            checked += 1
            if place == "dbt/index.html":
                model = re.match(r"!/model/([\w.]+)", anchor)
                if anchor and (model is None or f'"{model[1]}"' not in dbt):
                    missing.append((name, link))
            elif not target.is_file() or not leads(
                unquote(anchor), pages[place].anchors if place in pages else [], tables
            ):
                missing.append((name, link))
    assert missing == []
    assert checked > 5000


def leads(anchor: str, anchors: list[str], tables: set[str]) -> bool:
    """Tell whether an anchor is on a page, or a selection on the page Find a number, which has its table."""
    table = re.match(r"table=(\w+)&", anchor)
    return table[1] in tables if table else not anchor or anchor in anchors


def test_anchors_are_unique(pages: dict[str, PageParser]) -> None:
    for name, page in pages.items():
        assert len(page.anchors) == len(set(page.anchors)), name


def test_every_relation_and_column_has_its_anchor(pages: dict[str, PageParser], catalogue: Catalogue) -> None:
    wanted = {str(relation.name) for relation in catalogue} | {
        f"{relation.name}.{column.name}" for relation in catalogue for column in relation.columns
    }
    assert len(wanted) > 500
    assert wanted <= set(pages["dictionary.html"].anchors)


def test_every_table_is_in_a_picture_or_in_the_list_of_keys(folder: Path, catalogue: Catalogue) -> None:
    text = (folder / "relations.html").read_text(encoding="utf-8")
    standing_alone = {
        table.name
        for table in catalogue.tables
        if not table.foreign_keys
        and not any(key.table == table.name for other in catalogue.tables for key in other.foreign_keys)
    }
    missing = [
        str(relation.name)
        for relation in catalogue
        if f"dictionary.html#{relation.name}" not in text and relation.name not in standing_alone
    ]
    assert missing == []


def test_every_markdown_page_of_the_project_is_there(pages: dict[str, PageParser]) -> None:
    sources = [*(PROJECT / "docs").glob("*.md"), *(PROJECT / "docs" / "decisions").glob("*.md")]
    sources += [PROJECT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    for source in sources:
        assert source.relative_to(PROJECT).with_suffix(".html").as_posix() in pages


def test_the_glossary_has_every_measure(folder: Path, pages: dict[str, PageParser]) -> None:
    for name, unknown in (
        ("glossary.html", "Ingenting er kjent ennå."),
        ("en/glossary.html", "Nothing is known yet."),
    ):
        assert {"GRP_OPPLAERING", "ARBEIDSTRENING", "ARBEIDSSOKERE"} <= set(pages[name].anchors)
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count("<dt ") == 3 + 1 + 10 + 1 + 69
        assert text.count(unknown) == 3


def test_pages_load_nothing_but_files_of_the_site(folder: Path, pages: dict[str, PageParser]) -> None:
    for name, page in pages.items():
        assert [link for link in page.loaded if re.match(r"(?!data:)[a-z]+:|//", link)] == [], name
    style = (folder / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_the_numbers_of_how_it_is_made_are_those_of_the_warehouse(
    pages: dict[str, PageParser], built: duckdb.DuckDBPyConnection, built_home: Home
) -> None:
    def one(query: str) -> Any:
        return built.sql(query).fetchall()[0][0]

    def by(column: str, relation: str) -> dict[str, int]:
        return dict(built.sql(f"select {column}, count(*) from {relation} group by {column}").fetchall())

    status = by("value_status", "fct_monthly_participants")
    outcome = by("outcome", "quality.fct_rule_check")
    derivation = by("derivation", "mart_participants_by_county_structure")
    coverage = built.sql("""
        select sum(fact_count), sum(covered_once_count), sum(covered_twice_count)
        from quality.mart_quality_by_report
    """).fetchall()[0]
    expected = {
        "reports": len(list((PROJECT / "data" / "reports").glob("*.txt"))),
        "months": one("select count(distinct month_key) from fct_participants_as_known"),
        "printed_cells": one("select count(*) from staging.stg_cell"),
        "monthly_facts": sum(status.values()),
        "averages": one(
            "select count(distinct fact_key) from fct_printed_cell where measure = 'year_to_date_average'"
        ),
        "lines": one("select sum(line_count) from staging.stg_report"),
        "hidden_facts": status["suppressed"],
        "hidden_cells": one("select sum(hidden_count) from quality.mart_disclosure_by_report"),
        "revealed_cells": one("select sum(revealed_count) from quality.mart_disclosure_by_report"),
        "derived_rows": one("select sum(derived_row_count) from quality.mart_disclosure_by_relation"),
        "pinned_rows": one("select sum(pinned_count) from quality.mart_disclosure_by_relation"),
        "zero_needed": one(
            "select count(*) from intermediate.int_rule_check"
            " where rule_type = 'sum' and parts_min + hidden_part_count > whole_max"
        ),
        "checks": sum(outcome.values()),
        "equal": outcome["equal"],
        "possible": outcome["possible"],
        "impossible": outcome.get("impossible", 0),
        "not_testable": outcome["not_testable"],
        "covered_once": coverage[1] / coverage[0],
        "covered_twice": coverage[2] / coverage[0],
        "revisions": one("select count(*) from quality.mart_revisions"),
        "corrections": one("select count(*) from dim_correction"),
        "exceptions": one("select count(*) from dim_accepted_exception"),
        "county_printed": derivation["printed"],
        "county_summed": derivation["exact_sum"],
        "county_estimated": derivation["estimated"],
        "county_bounded": derivation["bounded"],
        "county_unknown": derivation["unknown"],
        "stable_areas": one("select count(*) from dim_stable_area where comparison_key = 'all'"),
    }
    with duckdb.connect(str(built_home.warehouse), read_only=True) as published:
        query = "select passed_test_count, warned_test_count from quality.mart_build"
        tests = published.sql(query).fetchall()[0]
    expected |= {"data_tests": tests[0], "warned_tests": tests[1]}
    figures = pages["about.html"].figures
    assert {name: float(value) for name, (value, _) in figures.items()} == {
        name: float(value) for name, value in expected.items()
    }
    for name, (value, shown) in figures.items():
        if name.startswith("covered"):
            assert shown == f"{100 * float(value):.1f} %"
        else:
            assert shown.replace("\N{NO-BREAK SPACE}", "") == value


def test_a_share_is_called_all_only_if_it_is() -> None:
    assert percent(1.0) == "100 %"
    assert percent(0.9999) == "99.9 %"
    assert percent(0.25) == "25.0 %"
    assert percent(None) == ""


def test_a_report_has_all_its_tables_rows_and_cells_with_their_lines(
    pages: dict[str, PageParser], folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    for key, count in built.sql("select report_key, table_count from dim_report").fetchall():
        anchors = pages[f"reports/{key}.html"].anchors
        assert len([anchor for anchor in anchors if re.fullmatch(r"t\d+", anchor)]) == count
        cells = built.sql(
            "select cell_id from fct_printed_cell where report_key = $key", params={"key": key}
        ).fetchall()
        wanted = {cell_id.removeprefix(f"{key}:").replace(":", ".") for (cell_id,) in cells}
        wanted |= {cell.rpartition(".")[0] for cell in wanted}
        assert {anchor for anchor in anchors if ".r" in anchor} == wanted
    page = (folder / "reports" / f"{REPORT_2013}.html").read_text(encoding="utf-8")
    assert f'id="t002.r04"><a href="{REPORT_2013}-text.html#L39" lang="nb">Opplæring</a>' in page
    assert '<td id="t002.r04.c01" class="number">21 123</td>' in page
    text = (folder / "reports" / f"{REPORT_2013}-text.html").read_text(encoding="utf-8")
    assert (
        f'<span id="L39"><b><a href="{REPORT_2013}.html#t002.r04">39</a></b>Opplæring\t21 123\t22 024' in text
    )


def test_a_row_of_a_report_says_how_its_checks_came_out(
    built: duckdb.DuckDBPyConnection,
) -> None:
    shown: Counter[str] = Counter()
    for (key,) in built.sql("select report_key from dim_report").fetchall():
        for table in printed_tables(built, key):
            for row in table.rows:
                shown.update(row.outcomes)
    expected = built.sql("""
        select replace(outcome, '_', ' '), count(distinct (check_key, report_key, table_no, row_no))
        from quality.fct_rule_check
        inner join (from quality.bridge_rule_check_cell select check_key, cell_id) using (check_key)
        inner join (from fct_printed_cell select cell_id, table_no, row_no) using (cell_id)
        group by all
    """).fetchall()
    assert shown == dict(expected)


def test_the_rows_of_tables_are_those_that_the_models_found(built: duckdb.DuckDBPyConnection) -> None:
    found = {
        (key, table["table_no"]): table["row_dimension"]
        for (key,) in built.sql("select report_key from dim_report").fetchall()
        for table in tables(built, key)
    }
    expected = {
        (key, table): dimension.replace("_", " ")
        for key, table, dimension in built.sql(
            "select report_id, table_no, row_dimension from intermediate.int_table_row_dimension"
        ).fetchall()
    }
    assert found == expected
    # The last page of these measures holds no measure, only the total of their group.
    assert found[REPORT_2020, 14] == "tiltak"


def test_a_line_with_a_number_that_a_newer_edition_hides_is_left_out(
    tmp_path: Path, built_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    home.folder.mkdir()
    shutil.copyfile(built_home.warehouse, home.folder / DATABASE)
    (home.folder / "build").symlink_to(built_home.building.parent.resolve())
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            f"update {table_of(PRINTED)} set printed_text = null"
            " where report_key = $report and table_no = 2 and row_no = 4 and column_no = 1",
            {"report": REPORT_2013},
        )
    monkeypatch.setattr(site_pages, "dbt_page", lambda _: "")
    build_site(home, tmp_path / "site")
    text = (tmp_path / "site" / "reports" / f"{REPORT_2013}-text.html").read_text(encoding="utf-8")
    assert "21 123\t22 024" not in text.split('id="L39"')[1].split("\n")[0].split("</span>")[0]
    assert "39</a></b>(left out)" in text


def month(year: int, number: int) -> date:
    return date(year, number, 1)


def drawn(points: list[Point], *periods: Period, breaks: tuple[date, ...] = ()) -> str:
    _, english = read_languages()
    return draw(LevelChart("level", "t", "d", [Series("Alle", tuple(points))], periods, breaks), english)


def lines_of(chart: str) -> int:
    """Return the number of lines between months; the legend has one more."""
    return len(re.findall(r'<line x1="[\d.]+" [^>]*class="line series-0"/>', chart)) - 1


def test_no_line_of_the_chart_crosses_a_month_without_a_figure() -> None:
    days = [month(2013, 10), month(2013, 11), month(2020, 1), month(2020, 3), month(2020, 4)]
    chart = drawn(
        [Point(day, 10, 10) for day in days],
        Period(month(2013, 10), month(2013, 11)),
        Period(month(2020, 1), month(2020, 4)),
    )
    assert lines_of(chart) == 2  # October to November 2013, March to April 2020
    assert "no report for 73 months" in chart


def test_no_line_of_the_chart_crosses_a_break() -> None:
    days = [month(2019, number) for number in (5, 6, 7, 8)]
    points, period = [Point(day, 10, 10) for day in days], Period(days[0], days[-1])
    assert (lines_of(drawn(points, period)), drawn(points, period).count("break-line")) == (3, 0)
    broken = drawn(points, period, breaks=(month(2019, 7),))
    assert (lines_of(broken), broken.count("break-line")) == (2, 1)


def test_bounds_of_a_hidden_figure_are_drawn_as_a_bar() -> None:
    day = month(2024, 1)
    chart = drawn([Point(day, 0, 3)], Period(day, day))
    assert "Alle, January 2024: 0 to 3" in chart
    assert chart.count('class="range') == 1


def test_an_estimate_is_hollow_and_said_before_its_range() -> None:
    day = month(2019, 1)
    chart = drawn([Point(day, 90.2, 110.4, 101.0)], Period(day, day))
    assert "Alle, January 2019: ≈ 101 (90 to 110)" in chart
    assert chart.count("hollow") == 1


def test_a_long_name_beside_a_bar_is_not_cut() -> None:
    note = "TILT120 Tiltaksdeltakere på arbeidspraksis. Demografi"
    chart = share_bars("id", "t", "d", [Bar("2024-01 to 2024-12", note, {"equal": 1})])
    end = re.search(r'<text x="([\d.]+)"[^>]*>TILT120 ', chart.split("on-narrow")[0])
    assert end is not None
    assert float(end[1]) > 6 * len(note)  # the letters of a note are some six units wide


def test_a_phone_gets_its_periods_below_one_another() -> None:
    days = [month(2013, 1), month(2020, 1)]
    series = [Series("Alle", tuple(Point(day, 10, 10) for day in days))]
    chart = LevelChart("level", "t", "d", series, [Period(day, day) for day in days])
    narrow = responsive_chart(chart, read_languages()[0]).partition('class="on-narrow"')[2]
    assert narrow.count("<svg") == 2


def test_every_county_has_a_tile_of_its_own(built: duckdb.DuckDBPyConnection) -> None:
    places = tile_places()
    for structure, *_ in built.sql("select structure_key from dim_county_structure").fetchall():
        counties = built.sql(
            """
            select region_key from bridge_county_structure_region inner join dim_region using (region_key)
            where structure_key = $key and region_type = 'county'
            """,
            params={"key": structure},
        ).fetchall()
        taken = [places[key] for (key,) in counties]
        assert len(set(taken)) == len(taken) > 10, structure


def test_the_map_shows_the_printed_numbers_of_the_latest_month(
    folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    page = (folder / "index.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r'<a href="counties/(\w+).html"><g><title>[^:]+: ([^<]+)</title>', page))
    measure = re.search(r'<h2 id="map">(.*) i fylkene, desember 2024</h2>', page)
    assert measure is not None
    expected = built.sql(
        """
        select region_key, participants_min, participants_max
        from mart_participants_by_county
        where month_key = 202412 and tiltak_name = $name
            and region_key in (select region_key from dim_region where region_type = 'county')
        """,
        params={"name": measure[1]},
    ).fetchall()
    assert shown == {key: span(lowest, highest) for key, lowest, highest in expected}
    assert len(shown) == 15


def test_the_front_page_begins_with_the_newest_numbers(
    pages: dict[str, PageParser], folder: Path, built: duckdb.DuckDBPyConnection
) -> None:
    expected = built.sql("""
        select scope_tiltak_key, max_by(participants, month_key) from mart_participants_total group by all
    """).fetchall()
    for name in ("index.html", "en/index.html"):
        shown = {key: int(value) for key, (value, _) in pages[name].figures.items()}
        assert shown == {f"newest_{key}": number for key, number in expected}
    text = (folder / "en" / "index.html").read_text(encoding="utf-8")
    assert "\N{MINUS SIGN}7\N{NO-BREAK SPACE}259 since June 2022" in text
    assert "+122 since November 2024" in text
    # July 2019 is a sum that adds up: nearer than July 2013, the latest one that is printed.
    assert "+8\N{NO-BREAK SPACE}207 since July 2019" in text


def test_the_file_of_a_county_holds_its_rows(folder: Path, built: duckdb.DuckDBPyConnection) -> None:
    with (folder / "downloads" / "county_32_2024.csv").open(encoding="utf-8", newline="") as file:
        found = [
            (row["tiltak_key"], row["month_key"], row["participants_max"]) for row in csv.DictReader(file)
        ]
    expected = built.sql("""
        select tiltak_key, month_key::text, participants_max::text from mart_participants_by_county_structure
        where region_key = '32_2024' and structure_key = '2024' and hovedgruppe_key = '_T'
    """).fetchall()
    assert sorted(found) == sorted(expected)
    assert len(found) > 100


def test_a_page_names_its_language_and_leads_to_the_other(folder: Path, pages: dict[str, PageParser]) -> None:
    for name in pages:
        text = (folder / name).read_text(encoding="utf-8")
        has_both = (folder / "en" / name).is_file()
        assert f'<html lang="{"nb" if has_both else "en"}">' in text, name
        counterpart = f"en/{name}" if has_both else name.removeprefix("en/")
        if has_both or name.startswith("en/"):
            switch = re.search(r'class="switch" href="([^"]+)"', text)
            assert switch is not None
            led = posixpath.normpath(posixpath.join(posixpath.dirname(name), switch[1]))
            assert led == counterpart


def test_the_languages_have_the_same_texts_and_all_are_used() -> None:
    norwegian, english = read_languages()
    assert list(norwegian.texts) == list(english.texts)
    for key, text in norwegian.texts.items():
        assert re.findall(r"\{\w+\}", text) == sorted_like(english.texts[key], text), key
    site = PROJECT / "tiltak" / "site"
    sources = [*site.glob("*.py"), *site.glob("templates/*.j2"), *site.glob("assets/*.js")]
    used = " ".join(path.read_text(encoding="utf-8") for path in sources)
    made = ("month_", "note_", "level_", "kind_", "find_state_")
    unused = [
        key
        for key in norwegian.texts
        if not key.startswith(made)
        and not re.search(rf"\b({key}|{re.sub('^(find|search)_', '', key)})\b", used)
    ]
    assert unused == []


def sorted_like(text: str, other: str) -> list[str]:
    """Return the places for values of a text, in the order of another text that has the same."""
    order = re.findall(r"\{\w+\}", other)
    return sorted(re.findall(r"\{\w+\}", text), key=order.index)


def test_everything_that_can_be_searched_is_there(folder: Path, pages: dict[str, PageParser]) -> None:
    written = (folder / "data" / "search.js").read_text(encoding="utf-8")
    entries = json.loads(written.removeprefix("window.tiltakSearch = ").removesuffix(";\n"))
    for _, title, _, address, _ in entries:
        path, _, anchor = address.partition("#")
        assert path in pages, address
        assert not anchor or "=" in anchor or anchor in pages[path].anchors, address
        assert title
    assert {"page", "group", "county", "report", "table", "column", "label", "glossary"} == {
        kind for kind, *_ in entries
    }


def test_a_search_finds_a_county_first(folder: Path, browser: Browser) -> None:
    with opened(browser, (folder / "search.html").as_uri(), PHONE) as (page, seen):
        page.keyboard.press("Tab")
        page.get_by_role("searchbox").fill("more og romsdal")
        first = page.locator("#found a").first
        assert first.inner_text() == "Møre og Romsdal"
        first.click()
        assert page.locator("h1").inner_text() == "Møre og Romsdal"
        assert seen.complaints == []
        page.go_back()
        assert page.get_by_role("searchbox").input_value() == "more og romsdal"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", CHECKED)
def test_a_page_has_none_but_minor_barriers(folder: Path, browser: Browser, name: str, width: int) -> None:
    with opened(browser, (folder / name).as_uri(), width) as (page, _):
        page.emulate_media(color_scheme="dark" if width == PHONE else "light")
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert [
            (barrier["id"], barrier["help"], barrier["nodes"][0]["html"][:200])
            for barrier in found
            if barrier["impact"] != "minor"
        ] == []


def outside(seen: Seen, folder: Path) -> list[str]:
    """Return what a page asked for that is not in a folder; `//host/x` on a page of a file is `file://host/x`."""
    return [url for url in seen.requests if not url.startswith((f"{folder.as_uri()}/", "data:"))]


def test_dbts_page_asks_nobody_even_where_its_usage_statistics_are_on(
    folder: Path, tmp_path: Path, browser: Browser
) -> None:
    page = (folder / "dbt" / "index.html").read_text(encoding="utf-8")
    off = '"send_anonymous_usage_stats": false'
    assert page.count(off) == 1
    (tmp_path / "index.html").write_text(page.replace(off, off.replace("false", "true")), encoding="utf-8")
    with opened(browser, (tmp_path / "index.html").as_uri(), DESKTOP) as (shown, seen):
        shown.get_by_text("Where to start").wait_for()
        assert shown.get_by_role("link", name="Participants in labour-market measures").is_visible()
        assert outside(seen, tmp_path) == []


def test_another_dbt_page_is_refused_until_somebody_has_looked_at_it() -> None:
    known = "".join(wanted * count for wanted, _, count in REPLACED)
    assert "cloudfront" not in without_requests(known)
    with pytest.raises(BuildError, match="dbt's page has changed"):
        without_requests(known.replace("sp.js", "tracker.js"))


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_quiet_and_fits_the_screen(folder: Path, browser: Browser, name: str, width: int) -> None:
    with opened(browser, (folder / name).as_uri(), width) as (page, seen):
        assert seen.complaints == []
        assert seen.failed == []
        assert outside(seen, folder) == []
        assert f"{folder.as_uri()}/style.css" in seen.requests
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("h1").count() == 1
        if "PICTURES" in os.environ:
            page.set_viewport_size({"width": width, "height": 1500})
            picture = f"{name.removesuffix('.html').replace('/', '-')}-{width}.png"
            page.screenshot(path=Path(os.environ["PICTURES"]) / picture)


def test_dbts_page_opens_at_a_model_and_shows_the_lineage(folder: Path, browser: Browser) -> None:
    address = (folder / "dbt" / "index.html").as_uri()
    model = "#!/model/model.tiltak_warehouse.fct_monthly_participants"
    with opened(browser, f"{address}{model}?g_v=1", DESKTOP) as (page, seen):
        page.locator("h1", has_text="fct_monthly_participants").first.wait_for()
        page.locator("canvas").first.wait_for()
        assert seen.complaints == []
        assert outside(seen, folder) == []


def test_the_keyboard_reaches_the_content_first_and_then_the_pages(folder: Path, browser: Browser) -> None:
    with opened(browser, (folder / "index.html").as_uri(), DESKTOP) as (page, _):
        focused = "document.activeElement.textContent.trim()"
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "Gå til innholdet"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_click_on_a_command_selects_all_of_it(folder: Path, browser: Browser) -> None:
    with opened(browser, (folder / "about.html").as_uri(), DESKTOP) as (page, _):
        page.locator(".copy code").first.click()
        selected = page.evaluate("getSelection().toString()")
        assert selected.startswith('.venv/bin/tiltak sql "\nselect')
        assert selected.endswith('order by hovedgruppe_sort_order"')


def test_the_question_of_how_it_is_made_has_the_answer_beside_it(folder: Path, built_home: Home) -> None:
    text = (folder / "about.html").read_text(encoding="utf-8")
    command = re.search(r'tiltak sql "\n(.*?)"</code>', text, re.DOTALL)
    assert command is not None
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        rows = connection.sql(command[1].replace("&#39;", "'")).fetchall()
    assert len(rows) == 3
    for name, participants, *_ in rows:
        assert f'<td>{name}</td><td class="number">{participants}</td>' in text


def test_a_folder_that_is_no_site_stays_as_it_is(tmp_path: Path, built_home: Home) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "style.css").write_text("mine too", encoding="utf-8")
    with pytest.raises(BuildError, match="holds something that is no site of ours"):
        build_site(built_home, tmp_path)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"


def test_a_site_is_replaced_as_a_whole(
    tmp_path: Path, small_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    monkeypatch.setattr(site_pages, "dbt_page", lambda _: "")
    build_site(small_home, target)
    (target / "old.html").write_text("", encoding="utf-8")

    def fails(_: Home) -> str:
        raise BuildError("dbt is gone", "install it")

    monkeypatch.setattr(site_pages, "dbt_page", fails)
    with pytest.raises(BuildError, match="dbt is gone"):
        build_site(small_home, target)
    assert (target / "old.html").is_file()
    monkeypatch.setattr(site_pages, "dbt_page", lambda _: "")
    build_site(small_home, target)
    assert not (target / "old.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def markdown(tmp_path: Path, text: str, *others: str) -> str:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(text, encoding="utf-8")
    for other in others:
        (tmp_path / other).write_text("", encoding="utf-8")
    names = {"dim_month": "dictionary.html#main.dim_month"}
    return render_document(tmp_path, "docs/a.md", ["docs/a.md", "README.md"], names.get).body


def test_markdown_leads_to_pages_of_the_site(tmp_path: Path) -> None:
    body = markdown(
        tmp_path,
        "# A\n\n[read](../README.md#top), `dim_month`, ![x](b.svg), [out](https://nav.no)\n\n## A\n\n<i>\n",
        "docs/b.svg",
    )
    assert '<a href="../README.html#top">read</a>' in body
    assert '<a href="../dictionary.html#main.dim_month"><code>dim_month</code></a>' in body
    assert '<img src="b.svg" alt="x"' in body
    assert '<h1 id="a">' in body
    assert '<h2 id="a-1">' in body
    assert "<i>" not in body


@pytest.mark.parametrize("text", ["[gone](gone.md)", "![x](https://nav.no/x.png)"])
def test_markdown_that_leads_nowhere_or_outside_stops_the_build(tmp_path: Path, text: str) -> None:
    with pytest.raises(BuildError):
        markdown(tmp_path, text)


def test_the_exposure_names_what_the_site_reads() -> None:
    read = set()
    for path in (PROJECT / "tiltak" / "site").glob("*.py"):
        if path.name == "generated.py":  # it writes parts of docs/, no page
            continue
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"\b(?:from|join) (?:quality\.)?((?:dim|fct|mart|bridge)_\w+)", text))
    exposure = yaml.safe_load((PROJECT / "models" / "exposures_docs_site.yml").read_text(encoding="utf-8"))
    told = {name[5:-2] for name in exposure["exposures"][0]["depends_on"]}
    with (PROJECT / "seeds" / "exports" / "export_table.csv").open(encoding="utf-8", newline="") as file:
        read |= {row["relation_name"] for row in csv.DictReader(file)}
    assert read <= told
