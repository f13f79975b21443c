"""Superset itself: started, logged in to, looked at in headless Chromium, and compared with hand-written SQL.

Run by `make test-superset`, which installs Superset. Chromium is found on the path, or named in CHROMIUM; the
pictures of the dashboard go to the folder named in PICTURES.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    Page,
    Playwright,
    Response,
    expect,
    sync_playwright,
)
from support.superset_assets import SUPERSET, is_stock, metrics, read_assets

from tiltak.home import PROJECT, Home

pytestmark = pytest.mark.superset

PYTHON = PROJECT / ".superset" / "venv" / "bin" / "python"
WIDTH = 1400
PATIENCE = 120_000  # milliseconds; on a busy machine Superset takes its time
EN_DASH, MINUS, NO_BREAK = "\u2013", "\u2212", "\u00a0"
TABS = {
    "Nivå og endring": "",
    "Fylker": "_fylker",
    "Hvem deltar": "_hvem",
    "Kilder, brudd og skjulte tall": "_kilder",
}
HEIGHT = """
    Math.ceil(Math.max(
        ...[...document.querySelectorAll('.dashboard-content')].map(one => one.getBoundingClientRect().bottom)
    ))
"""
FAULTS = (".ant-alert-error", "[data-test=chart-error]", ".toast--danger", ".ant-notification-notice-error")

Json = dict[str, Any]


@dataclass(frozen=True)
class Superset:
    """A running Superset: where it answers, how to log in, and the folder it was started in."""

    address: str
    password: str
    folder: Path


@dataclass
class Seen:
    """What the browser saw: per chart the query it sent and the answer, and all that went wrong."""

    queries: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    drawn: set[str] = field(default_factory=set)
    tabs: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory, built_home: Home) -> Iterator[Superset]:
    """Start Superset with nothing prepared, on a link to a copy of the published file."""
    folder = tmp_path_factory.mktemp("superset")
    (folder / "warehouse").mkdir()
    shutil.copyfile(built_home.warehouse, folder / "first.duckdb")
    (folder / "warehouse" / "tiltak.duckdb").symlink_to(folder / "first.duckdb")
    port = free_port()
    log = folder / "log"
    command = [str(PYTHON), str(SUPERSET / "start.py"), "--home", "home", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 240
        while "Superset is ready" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        yield Superset(f"http://127.0.0.1:{port}", (folder / "home" / "password").read_text(), folder)
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "no Chromium is installed; name one in CHROMIUM"
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    options += ["--disable-background-networking", "--disable-component-update"]
    launched = playwright.chromium.launch(executable_path=chromium, args=options)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def api(playwright: Playwright, superset: Superset) -> APIRequestContext:
    """A client of the REST API that is logged in."""
    login = {"username": "admin", "password": superset.password, "provider": "db"}
    anonymous = playwright.request.new_context(base_url=superset.address)
    token = anonymous.post("/api/v1/security/login", data=login).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    csrf = playwright.request.new_context(base_url=superset.address, extra_http_headers=headers)
    headers["X-CSRFToken"] = csrf.get("/api/v1/security/csrf_token/").json()["result"]
    headers["Referer"] = superset.address
    state = csrf.storage_state()
    return playwright.request.new_context(
        base_url=superset.address, extra_http_headers=headers, storage_state=state
    )


@pytest.fixture(scope="module")
def names(api: APIRequestContext) -> dict[int, str]:
    """The name of each chart's file, by Superset's id."""
    charts = api.get("/api/v1/chart/?q=(page_size:100)").json()["result"]
    files = {chart["slice_name"]: name for name, chart in read_assets().charts.items()}
    return {chart["id"]: files[chart["slice_name"]] for chart in charts}


def log_in(page: Page, superset: Superset) -> None:
    page.goto(f"{superset.address}/login/")
    page.fill("#username", "admin")
    page.fill("#password", superset.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def wait_for_charts(page: Page) -> None:
    page.wait_for_timeout(1000)
    page.wait_for_load_state("networkidle")
    for waiting in (page.locator("[data-test=loading-indicator], .loading"), page.get_by_text("Waiting on")):
        expect(waiting).to_have_count(0)
    page.wait_for_timeout(2000)


def look_at(page: Page, tab: str, seen: Seen) -> None:
    """Open a tab, make the window as tall as it is, and wait until all its charts are drawn."""
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    page.locator(".dashboard-component-tabs [role=tab]", has_text=tab).click()
    for _ in range(2):  # charts further down are asked for when the window reaches them
        wait_for_charts(page)
        page.set_viewport_size({"width": WIDTH, "height": int(page.evaluate(HEIGHT)) + 10})
    wait_for_charts(page)
    shown = page.locator("[data-test-chart-name]:visible, .dashboard-chart-id:visible")
    seen.drawn |= {str(one.get_attribute("data-test-chart-name")) for one in shown.all()}
    for fault in FAULTS:
        seen.faults += page.locator(fault).all_inner_texts()


@pytest.fixture(scope="module")
def seen(
    browser: Browser, superset: Superset, names: dict[int, str], tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """Log in, look at every tab of the dashboard, take a picture of each, and remember what came and went."""
    result = Seen()
    pictures = Path(os.environ.get("PICTURES") or tmp_path_factory.mktemp("pictures"))
    page = browser.new_context(locale="nb-NO", timezone_id="Europe/Oslo").new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)

    def remember(response: Response) -> None:
        if "/api/v1/chart/data" in response.url and response.request.post_data:
            query = json.loads(response.request.post_data)
            chart = names.get(query["form_data"].get("slice_id"))
            if chart:
                result.queries[chart] = query
                result.answers[chart] = response.json()
        elif not response.url.startswith((superset.address, "data:", "blob:")):
            result.outside.append(response.url)
        if response.status >= 400:
            result.faults.append(f"{response.status} {response.url}")

    page.on("response", remember)
    log_in(page, superset)
    page.goto(f"{superset.address}/superset/dashboard/tiltak/")
    page.wait_for_selector("[role=tab]")
    for tab, suffix in TABS.items():
        look_at(page, tab, result)
        page.screenshot(path=pictures / f"superset_dashboard{suffix}.png")
        result.tabs.append(tab)
    return result


def fetched(built: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return built.sql(sql).fetchall()


def text(low: int, high: int) -> str:
    """A number, or the interval it lies in, as the tables show it."""
    numbers = [f"{number:,}".replace(",", NO_BREAK) for number in (low, high)]
    return numbers[0] if low == high else EN_DASH.join(numbers)


def signed(number: int) -> str:
    return f"{number:+,}".replace(",", NO_BREAK).replace("-", MINUS)


def lines(answer: Json) -> set[tuple[Any, ...]]:
    """The answer of a chart over time as (month, series, number); nothing where it is empty."""
    return {
        (datetime.fromtimestamp(row["month_date"] / 1000, UTC).strftime("%Y-%m"), series, number)
        for row in answer["result"][0]["data"]
        for series, number in row.items()
        if series != "month_date" and number is not None
    }


def rows(answer: Json, *columns: str) -> list[tuple[Any, ...]]:
    """The answer of any other chart, by column, in the order in which it came."""
    return [tuple(row[column] for column in columns) for row in answer["result"][0]["data"]]


PRINTED = """
    select strftime(m.first_date, '%Y-%m'), {series}, sum(participants_min)
    from fct_monthly_participants as f
    join dim_month as m using (month_key)
    join dim_{dimension} as d on d.{dimension}_key = f.{dimension}_key
    where f.breakdown_key in ({breakdowns}) and f.month_key between {first} and {last}
    group by all
    having sum(participants_min) = sum(participants_max)
"""
LINES = {
    "hovedgruppe_over_tid": ("hovedgruppe", "'TOTAL', 'HOVEDGRUPPE'", 201301, 202207),
    "hvem_over_tid": ("age_group", "'AGE_GROUP'", 202201, 202207),
}
# Months in which everybody is a sum that adds up.
SUMMED = """
    select strftime(month_date, '%Y-%m'), 'I alt', participants from mart_participants_total
    where scope_tiltak_key = '_T' and derivation = 'exact_sum'
"""


def test_superset_holds_what_is_kept_in_the_repository(api: APIRequestContext, names: dict[int, str]) -> None:
    assets = read_assets()
    assert sorted(names.values()) == sorted(assets.charts)
    datasets = api.get("/api/v1/dataset/?q=(page_size:100)").json()["result"]
    assert sorted(one["table_name"] for one in datasets) == sorted(assets.datasets)
    (dashboard,) = api.get("/api/v1/dashboard/").json()["result"]
    assert (dashboard["slug"], dashboard["published"]) == ("tiltak", True)
    (database,) = api.get("/api/v1/database/").json()["result"]
    assert (database["database_name"], database["allow_dml"]) == ("Tiltak", False)


def test_every_chart_of_the_dashboard_is_drawn_without_a_fault(seen: Seen, names: dict[int, str]) -> None:
    assert seen.tabs == list(TABS)
    assert sorted(seen.queries) == sorted(names.values())
    assert seen.drawn == {chart["slice_name"] for chart in read_assets().charts.values()}
    assert seen.faults == []


def test_the_browser_fetches_nothing_from_outside(seen: Seen) -> None:
    assert seen.outside == []


@pytest.mark.parametrize("name", LINES)
def test_a_line_shows_the_printed_numbers(seen: Seen, built: duckdb.DuckDBPyConnection, name: str) -> None:
    dimension, breakdowns, first, last = LINES[name]
    sql = PRINTED.format(series="d.name", dimension=dimension, breakdowns=breakdowns, first=first, last=last)
    summed = fetched(built, SUMMED) if name == "hovedgruppe_over_tid" else []
    assert lines(seen.answers[name]) == {*fetched(built, sql), *summed}


def test_tiltaksgrupper_are_printed_or_in_2022_summed_where_nothing_is_hidden(
    seen: Seen, built: duckdb.DuckDBPyConnection
) -> None:
    printed = PRINTED.format(
        series="d.name", dimension="tiltak", breakdowns="'TILTAKSGRUPPE'", first=201301, last=202012
    )
    summed = PRINTED.format(
        series="d.name",
        dimension="tiltak",
        breakdowns="'HOVEDGRUPPE.TILTAKSGRUPPE'",
        first=202201,
        last=202207,
    )
    answer = lines(seen.answers["tiltaksgruppe_over_tid"])
    assert answer == {*fetched(built, printed), *fetched(built, summed)}
    assert not [row for row in answer if row[1] == "Jobbskaping og egenetablering" and row[0] >= "2022"]


@pytest.mark.parametrize("name", ["hovedgruppe_over_tid", "tiltaksgruppe_over_tid"])
def test_months_without_a_report_are_gaps_in_the_lines(seen: Seen, name: str) -> None:
    by_month = {
        datetime.fromtimestamp(row.pop("month_date") / 1000, UTC).strftime("%Y-%m"): row
        for row in [dict(row) for row in seen.answers[name]["result"][0]["data"]]
    }
    assert len(by_month) == 115
    assert set(by_month["2016-05"].values()) == {None}
    assert set(by_month["2021-12"].values()) == {None}
    breaks = seen.answers[name]["result"][0]["annotation_data"]["Brudd"]["records"]
    assert [one["fra"] for one in breaks][:3] == ["2012-12", "2016-01", "2018-11"]


CHANGES = """
    select group_name, earlier.name, participants_min, participants_max, change_min, change_max,
        earlier_participants_min
    from mart_participants_change
    left join dim_month as earlier on earlier_month_key = earlier.month_key
    where mart_participants_change.month_key = 202207 and scope_tiltak_key = '_T'
        and partition_key = '{partition}'
    order by group_sort_order
"""


def change(low: int, high: int) -> str:
    return signed(low) if low == high else f"{signed(low)} til {signed(high)}"


def percent(low: int, high: int, before: int) -> str:
    return f"{100 * low / before:+.1f} %".replace(".", ",").replace("-", MINUS) if low == high else ""


@pytest.mark.parametrize(
    ("name", "partition", "before"),
    [
        (
            "hovedgruppe_endring",
            "HOVEDGRUPPE",
            [("I alt", "juli 2019", f"66{NO_BREAK}432", f"+8{NO_BREAK}207", "+14,1 %")],
        ),
        ("tiltaksgruppe_endring", "TILTAKSGRUPPE", []),
    ],
)
def test_level_and_change_are_those_of_the_newest_month(
    seen: Seen, built: duckdb.DuckDBPyConnection, name: str, partition: str, before: list[tuple[str, ...]]
) -> None:
    expected = [
        (group, earlier.lower(), text(low, high), change(least, most), percent(least, most, earlier_low))
        for group, earlier, low, high, least, most, earlier_low in fetched(
            built, CHANGES.format(partition=partition)
        )
    ]
    assert len(expected) > 2
    columns = ("gruppe", "sammenlignet_med", "vist", "endring", "endring_prosent")
    assert rows(seen.answers[name], *columns) == before + expected


def test_the_big_numbers_are_the_newest_total_and_its_change(seen: Seen) -> None:
    (total,) = rows(seen.answers["i_alt"], "deltakere")
    (difference,) = rows(seen.answers["i_alt_endring"], "endring_tall")
    (share,) = rows(seen.answers["i_alt_andel"], "endring_andel")
    assert (total[0], difference[0], share[0]) == (66432, 8207, pytest.approx(8207 / 58225))


def test_counties_are_those_of_the_newest_report(seen: Seen, built: duckdb.DuckDBPyConnection) -> None:
    counties = fetched(
        built,
        """
        select
            case when region_code = '_U' then region_name else region_code || ' ' || region_name end,
            participants_min, participants_max
        from mart_participants_by_county_structure
        where month_key = 202412 and structure_key = '2024' and tiltak_key = 'ARBEIDSTRENING'
        order by region_sort_order
        """,
    )
    assert len(counties) == 16
    dots = seen.answers["fylke_spenn"]["result"][1]["data"]
    assert sorted((row["fylke"], row["deltakere"]) for row in dots) == sorted(row[:2] for row in counties)
    assert rows(seen.answers["fylke_tabell"], "fylke", "tall_eller_anslag") == [
        (name, text(low, high)) for name, low, high in counties
    ]
    months = rows(seen.answers["fylke_maaneder"], "Fylke", "Måned", "uten_spenn")
    assert {row[1] for row in months} == {f"2024-{number:02}" for number in range(1, 13)}


def test_ages_by_tiltaksgruppe_show_stars_as_0_to_3(seen: Seen, built: duckdb.DuckDBPyConnection) -> None:
    printed = fetched(
        built,
        """
        select t.name, a.name, participants_min, participants_max
        from fct_monthly_participants join dim_tiltak as t using (tiltak_key)
        join dim_age_group as a using (age_group_key)
        where breakdown_key = 'TILTAKSGRUPPE.AGE_GROUP' and month_key = 202207
        """,
    )
    answer = rows(seen.answers["hvem_etter_gruppe"], "Tiltak", "Kjennetegn", "vist")
    assert sorted(answer) == sorted((group, age, text(low, high)) for group, age, low, high in printed)
    assert ("Tilrettelegging", "19 år og under", f"0{EN_DASH}3") in answer


def test_the_share_of_hidden_cells_is_that_of_the_facts(seen: Seen, built: duckdb.DuckDBPyConnection) -> None:
    shares = fetched(
        built,
        """
        select b.name,
            strftime(r.period_start_date, '%Y-%m') || ' til ' || strftime(r.period_end_date, '%Y-%m'),
            avg((value_status = 'suppressed')::int)
        from fct_monthly_participants join dim_breakdown as b using (breakdown_key)
        join dim_report as r using (report_key)
        group by all
        """,
    )
    answer = {
        row[:2]: row[2] for row in rows(seen.answers["skjulte"], "Oppdeling", "Rapport", "andel_skjult")
    }
    assert answer == pytest.approx({row[:2]: row[2] for row in shares})


def test_breaks_and_reports_are_listed_in_order(seen: Seen, built: duckdb.DuckDBPyConnection) -> None:
    breaks = fetched(
        built,
        "select strftime(break_date, '%Y-%m'), name, source from dim_series_break order by break_date",
    )
    assert rows(seen.answers["brudd"], "fra", "name", "source") == breaks
    assert ("Arbeidssøkere på tiltak",) in rows(seen.answers["brudd"], "gjelder")
    reports = fetched(
        built,
        """
        select product_title, left(sha256, 12), cells, stars
        from dim_report join (
            select report_key, count(*) as cells, count(*) filter (value_status = 'suppressed') as stars
            from fct_printed_cell group by report_key
        ) using (report_key)
        order by period_start_date
        """,
    )
    assert rows(seen.answers["rapporter"], "tittel", "sha", "celler", "stjerner") == reports


def without_months(query: Json, members: list[str]) -> Json:
    """A chart's query in which nothing but these members is kept apart, the months least of all."""
    one = query["queries"][0]
    changed = {**one, "columns": members, "series_columns": members, "orderby": []}
    changed |= {"post_processing": [], "annotation_layers": []}
    changed["filters"] = [each for each in one["filters"] if each["col"] != "maaned"]
    return {**query, "queries": [changed]}


def test_superset_refuses_to_add_up_months_whatever_the_chart(seen: Seen, api: APIRequestContext) -> None:
    assets = read_assets()
    refused = []
    for name, query in seen.queries.items():
        chart = assets.charts[name]
        saved = {metric["metric_name"]: metric for metric in assets.dataset_of(chart)["metrics"]}
        if any(is_stock(saved[one]) for one in metrics(chart["params"])):
            series = chart["params"]["groupby"] if "x_axis" in chart["params"] else []
            for members in ([], series):
                answer = api.post("/api/v1/chart/data", data=without_months(query, members))
                assert answer.status == 400, name
                assert "Velg én måned" in answer.json()["message"], name
            refused.append(name)
    assert len(refused) == 13


def test_superset_offers_months_and_refuses_years(seen: Seen, api: APIRequestContext) -> None:
    for dataset in api.get("/api/v1/dashboard/tiltak/datasets").json()["result"]:
        grains = {key for key, _ in dataset["time_grain_sqla"]}
        assert grains <= {"P1M", None}
    query = json.loads(json.dumps(seen.queries["hovedgruppe_over_tid"]).replace('"P1M"', '"P1Y"'))
    assert api.post("/api/v1/chart/data", data=query).status >= 400


@pytest.mark.parametrize(
    "statement",
    [
        "insert into main.dim_gender values ('X', 'x', 'x', 9)",
        "update main.mart_participants_by_gender set participants = 1",
        "create table main.mine (number integer)",
        "copy main.dim_gender to 'copied.csv'",
        "select * from read_csv('/etc/passwd')",
    ],
)
def test_the_sql_lab_can_neither_write_nor_read_other_files(api: APIRequestContext, statement: str) -> None:
    (database,) = api.get("/api/v1/database/").json()["result"]
    order = {"database_id": database["id"], "runAsync": False, "client_id": os.urandom(5).hex()}
    allowed = api.post(
        "/api/v1/sqllab/execute/", data={**order, "sql": "select count(*) as n from main.dim_gender"}
    )
    assert allowed.json()["data"] == [{"n": 3}]
    order["client_id"] = os.urandom(5).hex()
    refused = api.post("/api/v1/sqllab/execute/", data={**order, "sql": statement})
    assert refused.status >= 400
    assert "errors" in refused.json()


def test_the_driver_itself_opens_the_file_read_only(superset: Superset) -> None:
    uri = read_assets().database["sqlalchemy_uri"]
    program = f"import sqlalchemy; sqlalchemy.create_engine({uri!r}).execute('delete from main.dim_gender')"
    done = subprocess.run(
        [PYTHON, "-c", program], cwd=superset.folder, capture_output=True, text=True, check=False
    )
    assert "attached in read-only mode" in done.stderr


def test_a_new_version_of_the_file_is_read_at_the_next_query(
    superset: Superset, api: APIRequestContext, seen: Seen
) -> None:
    """The last test: it changes what Superset reads, as a build does, by replacing the link."""
    newer = superset.folder / "second.duckdb"
    shutil.copyfile(superset.folder / "first.duckdb", newer)
    with duckdb.connect(str(newer)) as connection:
        connection.execute(
            """
            update stored.fct_monthly_participants
            set participants = 11, participants_min = 11, participants_max = 11
            where month_key = 202201 and breakdown_key = 'AGE_GROUP'
            """
        )
    link = superset.folder / "warehouse" / "next"
    link.symlink_to(newer)
    link.replace(superset.folder / "warehouse" / "tiltak.duckdb")
    answer = api.post("/api/v1/chart/data", data=seen.queries["hvem_over_tid"]).json()
    assert ("2022-01", "20-24 år", 11) in lines(answer)
