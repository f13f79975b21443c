"""The JSON-stat tables hold what the marts hold, as independent readers see it."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser
from pxweb._internal.functions import unpack_table_data
from pyjstat import pyjstat

import tiltak.site
from tiltak.home import Home
from tiltak.publish.catalogue import read_catalogue
from tiltak.publish.jsonstat import ESTIMATE_DECIMALS, FOLDER, INDEX
from tiltak.publish.words import Words, read_words

TOOLKIT = Path(tiltak.site.__file__).with_name("vendor") / "jsonstat-toolkit.js"
Tables = dict[str, dict[str, Any]]
Place = tuple[str, ...]
Cells = dict[Place, float | None]
Signs = dict[Place, str]
CONTENTS = ("participants", "participants_min", "participants_max")
KEY_ORDER = (
    "hovedgruppe", "tiltak", "region", "gender", "age_group",
    "immigrant_background", "birth_region", "education",
)  # fmt: skip
ESTIMATES = ("participants_estimate", "participants_estimate_min", "participants_estimate_max")


@pytest.fixture(scope="module")
def folder(exports: Path) -> Path:
    return exports / FOLDER


@pytest.fixture(scope="module")
def connection(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def words(built_home: Home) -> Words:
    return read_words(read_catalogue(built_home.target / "manifest.json"))


@pytest.fixture(scope="module")
def tables(folder: Path) -> Tables:
    """All tables that the index names, by their path."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    paths = [item["href"] for item in index["link"]["item"]]
    return {path: json.loads((folder / path).read_text(encoding="utf-8")) for path in paths}


def own_dimensions(table: dict[str, Any]) -> list[str]:
    return [name for name in table["id"] if name not in {"month", "contents"}]


def asked(table: dict[str, Any], contents: tuple[str, ...]) -> str:
    """Return the query that says what a table holds."""
    extension = table["extension"]
    [(column, key)] = extension["slice"].items()
    keys = [f"{name}_key" for name in own_dimensions(table)]
    year = next(iter(table["dimension"]["month"]["category"]["index"]))[:4]
    return f"""
        select replace(left(month_date::text, 7), '-', 'M'), {", ".join([*keys, *contents])}
        from {extension["relation"]}
        where {column} = '{key}' and year(month_date) = {year}
    """


def contents_of(table: dict[str, Any]) -> tuple[str, ...]:
    return tuple(table["dimension"]["contents"]["category"]["index"])


def places_of(table: dict[str, Any]) -> list[Place]:
    """Return the members of every cell, in the order of the cells."""
    return list(product(*(table["dimension"][name]["category"]["index"] for name in table["id"])))


def expected_cells(connection: duckdb.DuckDBPyConnection, table: dict[str, Any]) -> Cells:
    """Return every number that a table must hold; what is not printed has none."""
    contents = contents_of(table)
    cells: Cells = dict.fromkeys(
        product(*(table["dimension"][name]["category"]["index"] for name in table["id"]))
    )
    for row in connection.sql(asked(table, contents)).fetchall():
        members, figures = row[: -len(contents)], row[-len(contents) :]
        for name, figure in zip(contents, figures, strict=True):
            cells[*members, name] = round(figure, ESTIMATE_DECIMALS) if isinstance(figure, float) else figure
    return cells


def test_every_row_of_the_marts_is_in_one_table(
    connection: duckdb.DuckDBPyConnection, words: Words, tables: Tables
) -> None:
    for exported in words.tables:
        relation = str(exported.table.name)
        held = sum(
            len(connection.sql(asked(table, CONTENTS[:1])).fetchall())
            for table in tables.values()
            if table["extension"]["relation"] == relation
        )
        assert held == connection.sql(f"select count(*) from {relation}").fetchall()[0][0] > 0, relation


def test_the_index_names_every_table(folder: Path, tables: Tables) -> None:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.json")} - {INDEX}
    assert set(tables) == found
    assert len(found) > 40


def test_pxwebpy_reads_every_cell(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    for path, table in tables.items():
        read = {
            tuple(value for name, value in row.items() if name != "value"): row["value"]
            for row in unpack_table_data(table, show="code")
        }
        assert read == expected_cells(connection, table), path


def test_pyjstat_reads_every_cell(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    for path, table in tables.items():
        frame = pyjstat.Dataset.read(json.dumps(table)).write("dataframe", naming="id")
        values = frame["value"].astype("object").where(frame["value"].notna(), None)
        read = dict(zip(frame[table["id"]].itertuples(index=False, name=None), values, strict=True))
        assert read == expected_cells(connection, table), path


def expected_signs(connection: duckdb.DuckDBPyConnection, table: dict[str, Any]) -> Signs:
    """Return the sign of every cell without a number, from the facts that the rows show.

    Facts are asked by their key, so that the signs do not rest on the column that the writer reads.
    """
    cells = expected_cells(connection, table)
    names = own_dimensions(table)
    statuses = dict(connection.sql("select fact_key, value_status from fct_monthly_participants").fetchall())
    signs = {}
    for key, value in cells.items():
        if value is not None:
            continue
        month, *members, content = key
        place = dict(zip(names, members, strict=True))
        if cells[*key[:-1], "participants_min"] is None:
            signs[key] = ".."
        elif content in ESTIMATES:
            signs[key] = "."
        else:
            # The population of a mart without tiltak is everybody, or the group that a report is about.
            scope = table["extension"]["slice"].get("scope_tiltak_key", "_T")
            parts = [place.get(name, scope if name == "tiltak" else "_T") for name in KEY_ORDER]
            fact = ":".join([month.replace("M", ""), *parts])
            signs[key] = {"suppressed": ":", "blank_zero": "-"}.get(statuses.get(fact, ""), ".")
    return signs


def signs_of(table: dict[str, Any]) -> Signs:
    places = places_of(table)
    return {places[int(place)]: sign for place, sign in table["status"].items()}


def test_every_cell_without_a_number_has_the_sign_of_its_state(
    connection: duckdb.DuckDBPyConnection, tables: Tables
) -> None:
    seen = set()
    for path, table in tables.items():
        if "lineage" in path or "stable" in path or path.startswith("change"):
            assert set(table["status"].values()) <= {":", "-", ".", ".."}
            continue
        signs = signs_of(table)
        assert signs == expected_signs(connection, table), path
        seen |= set(signs.values())
    assert seen == {":", "-", ".", ".."}


def test_a_hidden_number_is_kept_apart_from_one_that_is_not_printed(
    tables: Tables,
) -> None:
    table = tables["by_county_and_hovedgruppe/_T_2019.json"]
    read = {tuple(row.values())[:-1]: row["value"] for row in unpack_table_data(table, show="code")}
    signs = signs_of(table)
    hidden = next(key[:-1] for key, sign in signs.items() if sign == ":")
    assert [read[*hidden, name] for name in CONTENTS] == [None, 0, 3]
    absent = next(key[:-1] for key, sign in signs.items() if sign == "..")
    assert [read[*absent, name] for name in CONTENTS] == [None, None, None]


def test_a_table_says_what_must_be_said_with_it(tables: Tables, words: Words) -> None:
    for table in tables.values():
        assert table["note"] == [note.name for note in words.notes]
        assert table["role"]["time"] == ["month"]
        for name, kind in table["dimension"]["contents"]["extension"]["measuringType"].items():
            assert kind == ("Other" if name.startswith("change") else "Stock")
        for name in table["id"]:
            english = table["extension"]["dimension_en"][name]["category"]["label"]
            assert list(english) == list(table["dimension"][name]["category"]["index"])


def test_a_break_within_the_year_names_whom_it_concerns(tables: Tables) -> None:
    [training] = tables["by_tiltaksgruppe/_T_2019.json"]["extension"]["break"]
    assert training["month"] == "2019M07"
    assert training["members"] == {"tiltak": ["GRP_OPPLAERING"]}
    assert tables["by_tiltaksgruppe/_T_2013.json"]["extension"]["break"] == []


def test_jsonstat_toolkit_reads_every_cell(
    connection: duckdb.DuckDBPyConnection, tables: Tables, browser: Browser
) -> None:
    page = browser.new_page()
    page.add_script_tag(path=str(TOOLKIT))
    for path, table in tables.items():
        said = page.evaluate(  # as text: of every value by itself Playwright makes a message
            """text => {
                const dataset = JSONstat(JSON.parse(text));
                const rows = dataset.toTable({type: "array", content: "id", status: false}).slice(1);
                return JSON.stringify([rows, dataset.status]);
            }""",
            json.dumps(table),
        )
        rows, signs = json.loads(said)
        assert {tuple(row[:-1]): row[-1] for row in rows} == expected_cells(connection, table), path
        seen = {str(place): sign for place, sign in enumerate(signs or []) if sign}
        assert seen == table["status"], path
