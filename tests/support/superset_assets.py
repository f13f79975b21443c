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
    r"case\s+when (?:count\(distinct concat_ws\('\|', ([a-z_, ]+)\)\)|count\(\*\)) > 1\s+"
    r"then error\('Velg én måned"
)
# The column that a chart or a filter names for each key that a metric keeps apart.
SHOWN = {
    "month_key": "maaned", "scope_tiltak_key": "populasjon", "structure_key": "fylkesinndeling",
    "tiltak_key": "tiltak_name", "hovedgruppe_key": "hovedgruppe_name",
}  # fmt: skip
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
    """The dataset as it is written after `from`."""
    return f"({dataset['sql']}) as dataset" if "sql" in dataset else relations(dataset).pop()


def own_filters(params: Yaml) -> str:
    """What a chart itself filters by, as a condition in SQL."""

    def condition(one: Yaml) -> str:
        values = one["comparator"] if isinstance(one["comparator"], list) else [one["comparator"]]
        listed = ", ".join(f"'{value}'" for value in values)
        return f"{one['subject']} {'not in' if one['operator'] == '!=' else 'in'} ({listed})"

    return " and ".join(map(condition, params["adhoc_filters"])) or "true"


def offered(filters: list[Yaml], every: list[Yaml], relation: str) -> str:
    """The choices that filters of one relation offer together, each one after those it depends on."""
    wanted = {one["id"] for one in filters}
    for one in reversed(every):
        wanted |= set(one["cascadeParentIds"]) if one["id"] in wanted else set()
    joined, names = "", {one["id"]: chosen(one) for one in every}
    for one in (one for one in every if one["id"] in wanted):
        parents = [names[parent] for parent in one["cascadeParentIds"]]
        step = f"(select distinct {', '.join([*parents, chosen(one)])} from {relation})"
        condition = f" using ({', '.join(parents)})" if parents else " on true"
        joined += f" join {step}{condition}" if joined else step
    return f"select distinct {', '.join(map(chosen, filters))} from {joined}"


def is_stock(metric: Yaml) -> bool:
    """Whether a metric counts people, and so must never be taken over several months."""
    return not NO_STOCK.fullmatch(metric["expression"])


def metrics(params: Yaml) -> list[Any]:
    """The metrics of a chart, of both its layers."""
    alone = [params["metric"]] if "metric" in params else []
    return [*params.get("metrics", []), *params.get("metrics_b", []), *alone]


def dimensions(params: Yaml) -> set[str]:
    """The columns that a chart shows apart, the temporal one as `maaned`."""
    names = {"maaned"} if params.get("x_axis") == "month_date" else {params.get("x_axis")}
    for key in ("groupby", "groupbyRows", "groupbyColumns", "all_columns"):
        names |= {one["sqlExpression"] if isinstance(one, dict) else one for one in params.get(key, [])}
    return {name for name in names if name}


def chosen(one: Yaml) -> str:
    """The column of a native filter."""
    return str(one["targets"][0]["column"]["name"])


def fixed(params: Yaml, filters: list[Yaml]) -> set[str]:
    """The columns of which a chart shows one value only."""
    own = {one["subject"] for one in params["adhoc_filters"] if one["operator"] == "=="}
    return own | {
        chosen(one)
        for one in filters
        if one["controlValues"]["enableEmptyFilter"] and not one["controlValues"]["multiSelect"]
    }


def problems(chart: Yaml, dataset: Yaml, filters: list[Yaml]) -> Iterator[str]:
    """What is wrong with a chart; nothing, if months, populations and gaps are kept apart."""
    params = chart["params"]
    saved = {metric["metric_name"]: metric for metric in dataset["metrics"]}
    if not all(isinstance(name, str) and name in saved for name in metrics(params)):
        yield "a metric that is not one of the dataset's own"
        return
    refusals = [REFUSAL.match(saved[name]["expression"]) for name in metrics(params) if is_stock(saved[name])]
    if not all(refusals):
        yield "a metric that does not refuse several months"
    kept_apart = dimensions(params) | fixed(params, filters)
    wanted = {key for found in refusals if found and found[1] for key in found[1].split(", ")}
    for key in sorted(wanted):
        if SHOWN.get(key, key) not in kept_apart:
            yield f"several of {SHOWN.get(key, key)} may come together"
    if params.get("x_axis") == "month_date" and params.get("time_grain_sqla") != "P1M":
        yield "a time axis that is not of months"
    if any(params.get(setting) for setting in (*OVER_MONTHS, *TOTALS)):
        yield "a total or a calculation over months"
    if params.get("rich_tooltip") and params.get("showTooltipTotal") is not False:
        yield "a tooltip that adds up a total and its parts"
    if params["viz_type"] == "echarts_timeseries_line":
        if (params.get("resample_rule"), params.get("resample_method")) != ("1MS", "asfreq"):
            yield "a line that is drawn over missing months"
        if params.get("connectNulls") or params.get("stack") or params.get("area"):
            yield "a line in which a hidden number looks like zero"
