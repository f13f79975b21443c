"""The dashboard's YAML in `bi/superset/assets` as plain data, and what must hold for each of its charts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tiltak.home import PROJECT

SUPERSET = PROJECT / "bi" / "superset"
ASSETS = SUPERSET / "assets"

Yaml = dict[str, Any]

# Metrics that count cells or order rows, and so may be taken over any months.
NO_STOCK = re.compile(
    r"count\(\*\)( filter \(value_status = 'suppressed'\))?( / count\(\*\))?|min\(\w*sort_order\)"
)
REFUSAL = re.compile(
    r"case\s+when (count\(distinct concat_ws\('\|', month_key, [a-z_, ]+\)\)|count\(\*\)) > 1\s+"
    r"then error\('Velg én måned"
)
# Settings that would add months up, or draw over months that are not printed, after the query has run.
OVER_MONTHS = ("rolling_type", "time_compare", "contributionMode", "forecastEnabled", "percent_metrics")
TOTALS = ("rowTotals", "colTotals", "rowSubTotals", "colSubTotals", "show_totals")


@dataclass(frozen=True)
class Assets:
    """All assets, by name of their file, and the native filters of the dashboard."""

    database: Yaml
    datasets: dict[str, Yaml]
    charts: dict[str, Yaml]
    dashboard: Yaml

    def dataset_of(self, chart: Yaml) -> Yaml:
        """The dataset that a chart asks."""
        return next(data for data in self.datasets.values() if data["uuid"] == chart["dataset_uuid"])

    def filters_of(self, chart: Yaml) -> list[Yaml]:
        """The native filters that reach a chart."""
        position = self.dashboard["position"]
        place = next(
            node
            for node in position.values()
            if isinstance(node, dict) and node.get("meta", {}).get("uuid") == chart["uuid"]
        )
        reached = {place["id"], *place["parents"]}
        filters: list[Yaml] = self.dashboard["metadata"]["native_filter_configuration"]
        return [one for one in filters if reached & set(one["scope"]["rootPath"])]


def read_assets() -> Assets:
    """Read the folder `assets`."""

    def folder(name: str) -> dict[str, Yaml]:
        paths = sorted((ASSETS / name).rglob("*.yaml"))
        return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in paths}

    return Assets(
        database=folder("databases")["tiltak"],
        datasets=folder("datasets"),
        charts=folder("charts"),
        dashboard=folder("dashboards")["tiltak"],
    )


def relations(dataset: Yaml) -> set[str]:
    """The tables and views that a dataset reads, as `schema.name`."""
    if "sql" in dataset:
        return set(re.findall(r"\b(?:main|quality)\.\w+", dataset["sql"]))
    return {f"{dataset['schema']}.{dataset['table_name']}"}


def source(dataset: Yaml) -> str:
    """The dataset as it stands after `from`."""
    return f"({dataset['sql']}) as dataset" if "sql" in dataset else relations(dataset).pop()


def is_stock(metric: Yaml) -> bool:
    """Whether a metric tells people, and so must never be taken over several months."""
    return not NO_STOCK.fullmatch(metric["expression"])


def dimensions(params: Yaml) -> set[str]:
    """The columns that a chart shows apart, the temporal one as `maaned`."""
    names = {"maaned"} if params.get("x_axis") == "month_date" else {params.get("x_axis")}
    for key in ("groupby", "groupbyRows", "groupbyColumns"):
        names |= {one["sqlExpression"] if isinstance(one, dict) else one for one in params.get(key, [])}
    return {name for name in names if name}


def fixed(params: Yaml, filters: list[Yaml]) -> set[str]:
    """The columns of which a chart shows one value only."""
    own = {
        one["subject"]
        for one in params["adhoc_filters"]
        if one["operator"] == "==" or (one["operator"] == "IN" and len(one["comparator"]) == 1)
    }
    chosen = {
        one["targets"][0]["column"]["name"]
        for one in filters
        if one["controlValues"]["enableEmptyFilter"] and not one["controlValues"]["multiSelect"]
    }
    return own | chosen


def problems(chart: Yaml, dataset: Yaml, filters: list[Yaml]) -> Iterator[str]:
    """What is wrong with a chart; nothing, if months, populations and gaps are kept apart."""
    params = chart["params"]
    metrics = params.get("metrics", [])
    saved = {metric["metric_name"]: metric for metric in dataset["metrics"]}
    if not all(isinstance(name, str) and name in saved for name in metrics):
        yield "a metric that is not one of the dataset's own"
        return
    stocks = [name for name in metrics if is_stock(saved[name])]
    if any(not REFUSAL.match(saved[name]["expression"]) for name in stocks):
        yield "a metric that does not refuse several months"
    kept_apart = dimensions(params) | fixed(params, filters)
    if stocks and "maaned" not in kept_apart:
        yield "several months may come together"
    if params.get("x_axis") == "month_date" and params.get("time_grain_sqla") != "P1M":
        yield "a time axis that is not of months"
    if stocks and "scope_tiltak_key" in {column["column_name"] for column in dataset["columns"]}:
        if "scope_tiltak_key" not in fixed(params, []):
            yield "several populations may come together"
    elif stocks and not {"fylkesinndeling", "tiltak_name", "hovedgruppe_name"} <= kept_apart:
        yield "several structures, measures or hovedgrupper may come together"
    if any(params.get(setting) for setting in (*OVER_MONTHS, *TOTALS)):
        yield "a total or a calculation over months"
    if params["viz_type"] == "echarts_timeseries_line":
        if (params.get("resample_rule"), params.get("resample_method")) != ("1MS", "asfreq"):
            yield "a line that is drawn over missing months"
        if params.get("connectNulls") or params.get("stack") or params.get("area"):
            yield "a line in which a hidden number looks like zero"
