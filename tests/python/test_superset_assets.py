"""The dashboard in `bi/superset/assets`: no chart can add months up, mix populations or draw over gaps."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from support.superset_assets import (
    SUPERSET,
    Assets,
    Yaml,
    chosen,
    dimensions,
    is_stock,
    metrics,
    offered,
    own_filters,
    problems,
    read_assets,
    relations,
    source,
)

from tiltak.home import PROJECT, Home

ASSETS = read_assets()
STOCK_METRICS = [
    pytest.param(dataset, metric, id=f"{name}-{metric['metric_name']}")
    for name, dataset in ASSETS.datasets.items()
    for metric in dataset["metrics"]
    if is_stock(metric)
]


@pytest.fixture(scope="module")
def assets() -> Assets:
    return ASSETS


def column_sql(column: Yaml) -> str:
    return str(column.get("expression") or column["column_name"])


@pytest.mark.parametrize("name", ASSETS.charts)
def test_every_chart_keeps_months_and_populations_apart_and_shows_gaps(assets: Assets, name: str) -> None:
    chart = assets.charts[name]
    assert list(problems(chart, assets.dataset_of(chart), assets.filters_of(chart))) == []


def drop_month_axis(params: Yaml) -> None:
    params["x_axis"] = "sammenlignet_med"


def drop_groups(params: Yaml) -> None:
    params["groupby"] = []


def add_up_in_sql(params: Yaml) -> None:
    params["metrics"] = [{"expressionType": "SQL", "sqlExpression": "sum(participants_max)", "label": "sum"}]


def take_years(params: Yaml) -> None:
    params["time_grain_sqla"] = "P1Y"


def take_a_running_sum(params: Yaml) -> None:
    params["rolling_type"] = "cumsum"


def join_the_gaps(params: Yaml) -> None:
    params["resample_rule"] = None


def add_up_in_the_tooltip(params: Yaml) -> None:
    del params["showTooltipTotal"]


def show_hidden_as_zero(params: Yaml) -> None:
    params["stack"] = "Stack"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (drop_month_axis, "several of maaned may come together"),
        (drop_groups, "several of gruppe may come together"),
        (add_up_in_sql, "a metric that is not one of the dataset's own"),
        (take_years, "a time axis that is not of months"),
        (take_a_running_sum, "a total or a calculation over months"),
        (join_the_gaps, "a line that is drawn over missing months"),
        (add_up_in_the_tooltip, "a tooltip that adds up a total and its parts"),
        (show_hidden_as_zero, "a line in which a hidden number looks like zero"),
    ],
)
def test_a_chart_that_misleads_is_found(assets: Assets, spoil: Callable[[Yaml], None], problem: str) -> None:
    chart = copy.deepcopy(assets.charts["hovedgruppe_over_tid"])
    spoil(chart["params"])
    assert list(problems(chart, assets.dataset_of(chart), assets.filters_of(chart))) == [problem]


def test_a_county_chart_without_its_filters_is_found(assets: Assets) -> None:
    chart = assets.charts["fylke_spenn"]
    assert list(problems(chart, assets.dataset_of(chart), [])) == [
        f"several of {name} may come together"
        for name in ("hovedgruppe_name", "maaned", "fylkesinndeling", "tiltak_name")
    ]


@pytest.mark.parametrize(("dataset", "metric"), STOCK_METRICS)
def test_every_metric_of_people_refuses_two_months(
    built: duckdb.DuckDBPyConnection, dataset: Yaml, metric: Yaml
) -> None:
    """All that can be kept apart is kept apart, except the month."""
    others = [
        column_sql(column) for column in dataset["columns"] if not column["column_name"].startswith("m")
    ]
    refused = f"select {metric['expression']} from {source(dataset)} group by {', '.join(others)}"
    with pytest.raises(duckdb.InvalidInputException, match="Velg én måned"):
        built.sql(refused).fetchall()


FILTERED = [name for name, chart in ASSETS.charts.items() if ASSETS.filters_of(chart)]


@pytest.mark.parametrize("name", FILTERED)
def test_a_chart_answers_for_every_choice_of_its_filters(
    built: duckdb.DuckDBPyConnection, assets: Assets, name: str
) -> None:
    """All choices at once: a metric that meets several months in one of them refuses, and the query fails."""
    chart = assets.charts[name]
    dataset, filters = assets.dataset_of(chart), assets.filters_of(chart)
    expressions = {one["metric_name"]: one["expression"] for one in dataset["metrics"]}
    choices = ", ".join(map(chosen, filters))
    kept_apart = ", ".join(sorted(dimensions(chart["params"]) | set(map(chosen, filters))))
    asked = "".join(f", {expressions[metric]} as {metric}" for metric in metrics(chart["params"]))
    rows = f"""
        select {kept_apart}{asked} from {source(dataset)}
        where {own_filters(chart["params"])} group by {kept_apart}
    """
    built.sql(rows).fetchall()
    every = assets.dashboard["metadata"]["native_filter_configuration"]
    some, without = offered(filters, every, source(dataset)), f"select {choices} from ({rows}) as answered"
    assert built.sql(f"select count(*) from ({some}) as choices").fetchall()[0][0] > 1
    assert built.sql(f"{some} except {without}").fetchall() == []


def firsts(built: duckdb.DuckDBPyConnection, assets: Assets, tab: str) -> dict[str, str]:
    """What the filters of a tab choose when it is opened: each its first value, whatever the others say."""
    found = {}
    for one in assets.dashboard["metadata"]["native_filter_configuration"]:
        if any(
            tab in (root, *assets.dashboard["position"][root]["parents"]) for root in one["scope"]["rootPath"]
        ):
            dataset = next(
                data for data in assets.datasets.values() if data["uuid"] == one["targets"][0]["datasetUuid"]
            )
            order = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
            by = order[one["sortMetric"]] if "sortMetric" in one else chosen(one)
            direction = "asc" if one["controlValues"]["sortAscending"] else "desc"
            found[chosen(one)] = built.sql(
                f"select {chosen(one)} from {source(dataset)} group by 1 order by {by} {direction} limit 1"
            ).fetchall()[0][0]
    return found


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("TAB-nivaa", {"populasjon": "Alle tiltak", "maaned": "2022-07"}),
        ("TAB-hvem", {"populasjon": "Alle tiltak", "inndeling": "Alder", "maaned": "2022-07"}),
        (
            "TAB-fylke",
            {
                "maaned": "2024-12",
                "fylkesinndeling": "Fylkene fra 2024",
                "tiltak_name": "Arbeidstrening",
                "hovedgruppe_name": "I alt",
            },
        ),
    ],
)
def test_a_tab_opens_on_the_newest_month_and_the_counties_of_its_report(
    built: duckdb.DuckDBPyConnection, assets: Assets, tab: str, expected: dict[str, str]
) -> None:
    assert firsts(built, assets, tab) == expected


def test_the_first_structure_of_a_month_is_that_of_its_report(
    built: duckdb.DuckDBPyConnection, assets: Assets
) -> None:
    opened = built.sql(
        f"""
        select maaned, min_by(fylkesinndeling, inndeling_sort_order)
        from {source(assets.datasets["fylker"])} group by maaned order by maaned
        """
    ).fetchall()
    assert len(opened) == 24
    assert all(structure == f"Fylkene fra {month[:4]}" for month, structure in opened)


def test_filters_choose_their_first_value_and_depend_on_those_before(assets: Assets) -> None:
    for one in assets.dashboard["metadata"]["native_filter_configuration"]:
        assert one["controlValues"]["defaultToFirstItem"], one["name"]
        assert one["requiredFirst"], one["name"]
        assert one["defaultDataMask"] == {"extraFormData": {}, "filterState": {}}, one["name"]


def test_what_is_not_compared_has_no_change_and_what_is_not_printed_no_number(
    built: duckdb.DuckDBPyConnection, assets: Assets
) -> None:
    dataset = assets.datasets["nivaa"]
    sql = {one["metric_name"]: one["expression"] for one in dataset["metrics"]}
    rows = built.sql(
        f"""
        select sammenlignet_med, trykt, {sql["vist"]}, {sql["endring"]}, {sql["endring_prosent"]}
        from {source(dataset)} group by maaned, populasjon, gruppe, sammenlignet_med, trykt
        """
    ).fetchall()
    uncompared = [row for row in rows if row[0] == "ingen tidligere måned"]
    assert len(uncompared) > 100
    assert {row[3:] for row in uncompared} == {("", "")}
    assert "" not in {row[3] for row in rows if row[0] != "ingen tidligere måned"}
    assert {row[2] for row in rows if row[1] == "nei"} == {""}
    assert "" not in {row[2] for row in rows if row[1] == "ja"}


def test_a_division_that_is_not_printed_in_a_month_says_so(
    built: duckdb.DuckDBPyConnection, assets: Assets
) -> None:
    rows = built.sql(
        f"""
        select distinct maaned[:4], inndeling, gruppe
        from {source(assets.datasets["nivaa"])} where trykt = 'nei'
        """
    ).fetchall()
    assert rows == [("2019", "Hovedgruppe", "Ingenting er trykt etter hovedgruppe denne måneden")]


@pytest.mark.parametrize(
    ("month", "population", "sentence"),
    [
        (
            202207,
            "Alle tiltak",
            "Juli 2022, alle tiltak: 66 432 deltakere ved utgangen av måneden. Det er 8 207 flere enn i "
            "juli 2019, den samme måneden i det siste tidligere året med tall.",
        ),
        (
            201912,
            "Alle tiltak",
            "Desember 2019, alle tiltak: 70 515 deltakere ved utgangen av måneden (lagt sammen av trykte "
            "tall). Den samme måneden er ikke trykt for noe tidligere år.",
        ),
        (
            202412,
            "Arbeidspraksis",
            "Desember 2024, Arbeidspraksis: 14 127 deltakere ved utgangen av måneden. "
            "Den samme måneden er ikke trykt for noe tidligere år.",
        ),
    ],
)
def test_the_total_and_its_change_are_said_in_words(
    built: duckdb.DuckDBPyConnection, assets: Assets, month: int, population: str, sentence: str
) -> None:
    said = built.sql(
        f"""
        select med_ord from {source(assets.datasets["nivaa"])}
        where month_key = {month} and populasjon = '{population}' and inndeling = 'I alt'
        """
    ).fetchall()
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for (text,) in said] == [sentence]


def test_a_county_shows_its_estimate_before_its_logical_bounds(
    built: duckdb.DuckDBPyConnection, assets: Assets
) -> None:
    dataset = assets.datasets["fylker"]
    sql = {one["metric_name"]: one["expression"] for one in dataset["metrics"]}
    names = (
        "tall_eller_anslag",
        "grenser",
        "deltakere",
        "anslag",
        "spennet_fra",
        "anslagets_spenn",
        "uten_anslag",
    )
    rows = built.sql(
        f"""
        select fylke, any_value(regnet_av), {", ".join(sql[name] for name in names)} from {source(dataset)}
        where month_key = 201912 and structure_key = '2024' and tiltak_key = 'GRP_OPPLAERING'
            and hovedgruppe_key = '_T'
        group by fylke
        """
    ).fetchall()
    shown = {row[0]: tuple(map(plain, row[1:])) for row in rows}
    assert shown["03 Oslo"] == ("", "2 921", "", 2921, None, 2921, None, None)
    assert shown["32 Akershus"] == (
        "Østfold + Akershus + Oppland + Buskerud",
        "ca. 1 330 (1 273-1 388)", "1 235-2 920", None, 1330, 1273, 115, None,
    )  # fmt: skip
    assert shown["Svalbard og øvrige områder"] == ("", "0-3", "0-3", None, None, 0, None, 3)


def plain(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")


def test_shares_of_women_are_those_of_the_printed_numbers(
    built: duckdb.DuckDBPyConnection, assets: Assets
) -> None:
    dataset = assets.datasets["hvem"]
    sql = {one["metric_name"]: one["expression"] for one in dataset["metrics"]}
    shown = built.sql(
        f"""
        select gruppe, {sql["andel"]} from {source(dataset)}
        where month_key = 201311 and kjennetegn = 'Kvinner' and gruppe <> 'I alt' group by gruppe
        """
    ).fetchall()
    printed = built.sql(
        """
        select t.name, 100 * women.participants / (women.participants + men.participants)
        from fct_monthly_participants as women
        join fct_monthly_participants as men using (month_key, tiltak_key, breakdown_key)
        join dim_tiltak as t using (tiltak_key)
        where month_key = 201311 and breakdown_key = 'TILTAKSGRUPPE.GENDER'
            and women.gender_key = 'F' and men.gender_key = 'M'
        """
    ).fetchall()
    assert len(printed) == 10
    assert dict(shown) == {name: f"{share:.1f} %".replace(".", ",") for name, share in printed}


def test_a_key_is_shown_nowhere(built: duckdb.DuckDBPyConnection, assets: Assets) -> None:
    """Whatever a chart or a filter shows as text is a name."""
    shown = {
        (dataset["table_name"], column["column_name"])
        for dataset in assets.datasets.values()
        for column in dataset["columns"]
        if column["type"] == "VARCHAR" and column["column_name"] not in ("value_status", "fil", "sha")
    }
    assert len(shown) > 20
    for name, column in sorted(shown):
        values = built.sql(f"select distinct {column} from {source(assets.datasets[name])}").fetchall()
        keys = [
            value
            for (value,) in values
            if value and re.search(r"\b[A-Z]+_[A-Z_]+\b|\b_[TU]\b|\b\d\d_\d{4}\b", value)
        ]
        assert keys == [], (name, column)


def test_no_dataset_offers_a_measure_as_a_column_to_add_up(assets: Assets) -> None:
    offered = {
        column["column_name"]
        for dataset in assets.datasets.values()
        for column in dataset["columns"]
        if re.search(r"participants|endring|earlier_m|change_m|others_m|month_key", column_sql(column))
    }
    assert offered == set()


@pytest.mark.parametrize("name", ASSETS.datasets)
def test_every_column_and_metric_of_a_dataset_exists(
    built: duckdb.DuckDBPyConnection, assets: Assets, name: str
) -> None:
    dataset = assets.datasets[name]
    columns = [column_sql(column) for column in dataset["columns"]]
    built.sql(f"select {', '.join(columns)} from {source(dataset)} limit 1").fetchall()
    for metric in dataset["metrics"]:
        built.sql(f"select {metric['expression']} from (select * from {source(dataset)} limit 1)").fetchall()


def test_every_chart_stands_once_on_the_dashboard_and_every_reference_leads_somewhere(assets: Assets) -> None:
    nodes = [node for node in assets.dashboard["position"].values() if isinstance(node, dict)]
    placed = [node["meta"]["uuid"] for node in nodes if node["type"] == "CHART"]
    assert sorted(placed) == sorted(chart["uuid"] for chart in assets.charts.values())
    datasets = {dataset["uuid"] for dataset in assets.datasets.values()}
    assert {chart["dataset_uuid"] for chart in assets.charts.values()} == datasets
    assert {dataset["database_uuid"] for dataset in assets.datasets.values()} == {assets.database["uuid"]}
    for node in nodes:
        for child in node.get("children", []):
            assert assets.dashboard["position"][child]["parents"] == [*node["parents"], node["id"]]
    filters = assets.dashboard["metadata"]["native_filter_configuration"]
    for number, one in enumerate(filters):
        assert set(one["cascadeParentIds"]) <= {earlier["id"] for earlier in filters[:number]}
        assert {target["datasetUuid"] for target in one["targets"]} <= datasets
        assert set(one["scope"]["rootPath"]) <= set(assets.dashboard["position"])


def test_every_label_that_has_a_colour_is_shown(built: duckdb.DuckDBPyConnection, assets: Assets) -> None:
    """A label that is renamed in the seeds would silently lose its colour."""
    names = {
        name
        for table in ("dim_hovedgruppe", "dim_tiltak", "dim_age_group", "dim_gender")
        for (name,) in built.sql(f"select name from {table}").fetchall()
    }
    for dataset in assets.datasets.values():
        for metric in dataset["metrics"]:
            names |= {metric["metric_name"], metric["verbose_name"]}
    assert set(assets.dashboard["metadata"]["label_colors"]) <= names


def test_the_exposure_names_the_relations_that_the_dashboard_reads(assets: Assets, built_home: Home) -> None:
    manifest: dict[str, Any] = json.loads((built_home.target / "manifest.json").read_text("utf-8"))
    exposure = manifest["exposures"]["exposure.tiltak_warehouse.superset_dashboard"]
    nodes = [manifest["nodes"][unique_id] for unique_id in exposure["depends_on"]["nodes"]]
    read = set().union(*(relations(dataset) for dataset in assets.datasets.values()))
    assert {f"{node['schema']}.{node['name']}" for node in nodes} == read


def test_superset_opens_the_published_file_read_only_and_nothing_else(assets: Assets) -> None:
    uri = assets.database["sqlalchemy_uri"]
    assert uri == "duckdb:///warehouse/tiltak.duckdb?access_mode=read_only&enable_external_access=false"
    allowed = {key: value for key, value in assets.database.items() if key.startswith("allow_")}
    assert set(allowed.values()) == {False}


def test_the_lock_of_superset_pins_every_package_by_hash_and_names_no_index() -> None:
    lock = (SUPERSET / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^\S+==\S+", lock, flags=re.MULTILINE)
    assert len(pinned) > 100
    assert len(re.findall(r"^\S+==\S+.* \\\n {4}--hash=sha256:", lock, flags=re.MULTILINE)) == len(pinned)
    assert "://" not in lock
    wanted = (SUPERSET / "requirements.in").read_text("utf-8")
    for name, version in re.findall(r"^(\S+)==(\S+)$", wanted, flags=re.MULTILINE):
        assert f"{name}=={version}" in pinned


def test_no_secret_of_superset_is_kept_in_git() -> None:
    assert ".superset/" in (PROJECT / ".gitignore").read_text("utf-8").split()
