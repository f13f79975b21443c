"""The dashboard in `bi/superset/assets`: no chart can add months up, mix populations or draw over gaps."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import duckdb
import pytest
from support.superset_assets import SUPERSET, Assets, Yaml, is_stock, problems, read_assets, relations, source

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
    params["x_axis"] = "hovedgruppe"


def add_up_in_sql(params: Yaml) -> None:
    params["metrics"] = [{"expressionType": "SQL", "sqlExpression": "sum(participants_max)", "label": "sum"}]


def take_years(params: Yaml) -> None:
    params["time_grain_sqla"] = "P1Y"


def drop_population(params: Yaml) -> None:
    params["adhoc_filters"] = []


def take_a_running_sum(params: Yaml) -> None:
    params["rolling_type"] = "cumsum"


def join_the_gaps(params: Yaml) -> None:
    params["resample_rule"] = None


def show_hidden_as_zero(params: Yaml) -> None:
    params["stack"] = "Stack"


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (drop_month_axis, "several months may come together"),
        (add_up_in_sql, "a metric that is not one of the dataset's own"),
        (take_years, "a time axis that is not of months"),
        (drop_population, "several populations may come together"),
        (take_a_running_sum, "a total or a calculation over months"),
        (join_the_gaps, "a line that is drawn over missing months"),
        (show_hidden_as_zero, "a line in which a hidden number looks like zero"),
    ],
)
def test_a_chart_that_misleads_is_found(assets: Assets, spoil: Callable[[Yaml], None], problem: str) -> None:
    chart = copy.deepcopy(assets.charts["hovedgruppe_over_tid"])
    spoil(chart["params"])
    assert list(problems(chart, assets.dataset_of(chart), assets.filters_of(chart))) == [problem]


def test_a_county_chart_without_its_filters_is_found(assets: Assets) -> None:
    chart = assets.charts["fylke_intervall"]
    assert list(problems(chart, assets.dataset_of(chart), [])) == [
        "several months may come together",
        "several structures, measures or hovedgrupper may come together",
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


@pytest.mark.parametrize("name", ["mart_participants_by_tiltaksgruppe", "trykte_tall", "fylker"])
def test_every_metric_of_people_answers_for_one_month(
    built: duckdb.DuckDBPyConnection, assets: Assets, name: str
) -> None:
    """The refusal is about months and populations, not about everything."""
    dataset = assets.datasets[name]
    keys = {
        "mart_participants_by_tiltaksgruppe": "month_key, scope_tiltak_key",
        "trykte_tall": "month_key, scope_tiltak_key, breakdown_key",
        "fylker": "month_key, structure_key, tiltak_key, hovedgruppe_key",
    }[name]
    metric = next(one for one in dataset["metrics"] if one["metric_name"] == "minst")
    measures = f"{metric['expression']} as minst, sum(participants_min)"
    rows = built.sql(f"select {measures} from {source(dataset)} group by {keys}").fetchall()
    assert rows
    assert all(told == summed for told, summed in rows)


def test_no_dataset_offers_a_measure_as_a_column_to_add_up(assets: Assets) -> None:
    offered = {
        column["column_name"]
        for dataset in assets.datasets.values()
        for column in dataset["columns"]
        if re.search(r"participants|endring|forrige_m|month_key", column_sql(column))
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
    for one in filters:
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
