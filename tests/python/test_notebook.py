"""The notebook runs without a network on the published file, and its charts show what SQL says."""

import importlib.util
import json
import socket
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import pandas as pd
import pytest

from tiltak.home import PROJECT, Home

NOTEBOOK = PROJECT / "bi" / "notebook" / "deltakere.py"
CHARTS = ("level", "change", "season", "county", "age", "hidden")


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as a module, its cells not run."""
    spec = importlib.util.spec_from_file_location("deltakere", NOTEBOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def values(notebook: Any, built_home: Home) -> dict[str, Any]:
    """Run the notebook; returns what its cells define."""

    def refuse(*_: object) -> None:
        raise AssertionError("the notebook reaches for the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TILTAK_DATABASE", str(built_home.warehouse))
        patch.setattr(socket.socket, "connect", refuse)
        _, defined = notebook.app.run()
    return dict(defined)


@pytest.fixture
def published(built_home: Home) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built_home.warehouse), read_only=True)


def title(chart: Any) -> str:
    """Return the title of a chart."""
    found = chart.to_dict()["title"]
    return str(found["text"] if isinstance(found, dict) else found)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_can_be_drawn_and_its_title_has_the_unit(
    name: str, values: dict[str, Any], tmp_path: Path
) -> None:
    chart = values[f"{name}_chart"]
    assert title(chart).endswith(
        ("(personer)", "(prosent)", "(prosent av hovedgruppen)", "(prosent av tallene)")
    ) or ("(indeks, " in title(chart))
    path = tmp_path / "chart.svg"
    chart.save(str(path))
    assert path.stat().st_size > 5_000


def test_every_chart_of_the_notebook_is_looked_at(values: dict[str, Any]) -> None:
    charts = {name for name, value in values.items() if isinstance(value, alt.TopLevelMixin)}
    assert {f"{name}_chart" for name in CHARTS} <= charts
    assert {name for name in charts if name.endswith("_chart")} == {f"{name}_chart" for name in CHARTS}


def test_the_level_is_that_of_the_printed_cells(
    values: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    expected = published.sql("""
        select make_date(month_key // 100, month_key % 100, 1), hovedgruppe.name, participants
        from fct_monthly_participants
        inner join dim_hovedgruppe as hovedgruppe using (hovedgruppe_key)
        where breakdown_key = 'HOVEDGRUPPE'
    """).fetchall()
    shown = values["level"][["month_date", "hovedgruppe_name", "participants"]]
    assert sorted(
        (date.date(), name, number) for date, name, number in shown.itertuples(index=False)
    ) == sorted(expected)


def test_the_change_is_between_the_same_months(values: dict[str, Any]) -> None:
    change = values["change"]
    assert change["month_date"].dt.month.nunique() == 1
    row = change[(change["year"] == 2020) & (change["hovedgruppe_name"] == "Arbeidssøkere på tiltak")].iloc[0]
    assert row["percent"] == pytest.approx(100 * (14_511 / 18_403 - 1))


def test_counties_show_bounds_and_never_an_estimate_as_known(
    values: dict[str, Any], published: duckdb.DuckDBPyConnection
) -> None:
    county = values["county"]
    expected = published.sql("""
        select region_name, participants, participants_estimate, participants_min, participants_max
        from mart_participants_by_county_structure
        where structure_key = '2024' and hovedgruppe_key = 'ARBEIDSSOKERE'
            and tiltak_key = 'GRP_OPPLAERING' and month_key = 201912
    """).fetchall()
    assert len(county) == len(expected) > 14
    for name, known, estimate, lowest, highest in expected:
        [row] = county[county["region_name"] == name].to_dict("records")
        assert (row["participants_min"], row["participants_max"]) == (lowest, highest)
        if known is not None:
            assert (row["kind"], row["shown"]) == ("Kjent tall", known)
        elif estimate is not None:
            assert (row["kind"], row["shown"]) == ("Anslag", estimate)
        else:
            assert row["kind"] == "Skjult"
            assert pd.isna(row["shown"])


def test_ages_of_a_hovedgruppe_make_a_hundred_percent(values: dict[str, Any]) -> None:
    totals = values["age"].groupby("hovedgruppe_name")["percent"].sum()
    assert len(totals) == 3
    assert list(totals) == pytest.approx([100] * 3)


def test_hidden_numbers_are_all_counted(values: dict[str, Any]) -> None:
    assert values["hidden"]["hidden_count"].sum() == 2_448


def test_a_line_ends_where_a_month_is_missing(notebook: Any) -> None:
    months = ["2020-01-01", "2020-02-01", "2020-04-01", "2020-02-01", "2020-03-01"]
    frame = pd.DataFrame({"month_date": pd.to_datetime(months), "group": ["a", "a", "a", "b", "b"]})
    assert notebook.runs(frame, ["group"]).tolist() == [1, 1, 2, 3, 3]


@pytest.mark.parametrize("name", ["level", "season"])
def test_lines_of_a_chart_join_neighbouring_months_only(name: str, values: dict[str, Any]) -> None:
    specification = json.loads(values[f"{name}_chart"].to_json(format="vega-lite"))
    [points] = [rows for rows in specification["datasets"].values() if rows and "run" in rows[0]]
    by_run: dict[int, list[pd.Timestamp]] = {}
    for row in points:
        by_run.setdefault(row["run"], []).append(pd.Timestamp(row["month_date"]))
    assert len(by_run) >= 9
    assert max(len(months) for months in by_run.values()) >= 11
    for months in by_run.values():
        first = min(months)
        expected = pd.date_range(first, periods=len(months), freq="MS")
        assert sorted(months) == list(expected)
