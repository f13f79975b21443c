"""Make what the page *Find a number* reads: the JSON-stat tables as scripts, and an index of them.

A browser does not let a page fetch a file from a folder, but it loads scripts from there. Each table becomes
a script that hands over the table as it is, with three things that JSON-stat has no place for: the printed
cells behind each row, the regions or measures that a derived row comes from, and the latest break before it.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tiltak.publish.jsonstat import CONTENTS, MONTH, Cube, as_text, datasets, month_code
from tiltak.publish.words import ExportedTable, Words
from tiltak.relations import dimension_names

DATA = "data"
TOTAL = "_T"
# What a row without a fact of its own is made of: by column of the mart, the dimension whose members it
# names, the column of the facts that has their names, and what is between two of them.
PARTS = {
    "derived_from": ("region", "region_key", "+"),
    "printed_members": ("tiltak", "tiltak_name", " + "),
}
NONE = -1

Place = tuple[str, ...]
Rows = dict[tuple[str, Place], "Traced"]


class Traced(NamedTuple):
    """Where a row of a mart comes from: its printed cells, how it came about, and the latest break."""

    cells: list[str]
    derived_from: str | None
    break_date: str | None


NOT_PRINTED = Traced([], None, None)


def write_find_data(connection: duckdb.DuckDBPyConnection, words: Words, folder: Path) -> None:
    """Write the scripts of all tables and of the index below a folder of the site.

    Args:
        connection: to the published file.
        words: what the marts, their columns and codes are called.
        folder: of the site.
    """
    traced: dict[str, Rows] = {}
    tables: dict[str, dict[str, Any]] = {}
    for cube, content in datasets(connection, words):
        if not is_found(cube.mart.exported):
            continue
        relation = str(cube.mart.exported.table.name)
        if relation not in traced:
            names = [dimension.name for dimension in cube.mart.dimensions]
            traced[relation] = trace_rows(connection, relation, cube.mart.exported.slice_column, names)
        script = folder / DATA / script_of(cube.path)
        script.parent.mkdir(parents=True, exist_ok=True)
        handed = with_traces(content, traced[relation], cube.slice_key)
        script.write_text(_handed_over(script_of(cube.path), handed), encoding="utf-8")
        _list(tables, cube, list(content["dimension"][MONTH]["category"]["index"]))
    listed = {
        "tables": [table | {"slices": list(table["slices"].values())} for table in tables.values()],
        "breaks": _breaks(connection),
    }
    (folder / DATA / "index.js").write_text(_handed_over("index", listed), encoding="utf-8")


def is_found(exported: ExportedTable) -> bool:
    """Tell whether a person can find numbers of a mart: it has bounds and breaks, and so rows of members."""
    return {"participants_min", "series_break_date"} <= {column.name for column in exported.columns}


def _list(tables: dict[str, dict[str, Any]], cube: Cube, months: list[str]) -> None:
    """Add a cube to what a person chooses from: tables, their slices, and the months of a year."""
    exported, part = cube.mart.exported, cube.mart.slices[cube.slice_key]
    table = tables.setdefault(
        exported.short_name,
        {
            "key": exported.short_name,
            "name": exported.title.name,
            "name_en": exported.title.name_en,
            "slice_column": exported.slice_column,
            "slices": {},
        },
    )
    chosen = table["slices"].setdefault(
        cube.slice_key, {"key": cube.slice_key, "name": part.name, "name_en": part.name_en, "years": []}
    )
    chosen["years"].append({"path": script_of(cube.path), "months": months})


def script_of(path: str) -> str:
    """Return the path of the script of a table: `by_county/_T_2019.js`."""
    return path.removesuffix(".json") + ".js"


def _handed_over(name: str, content: Mapping[str, Any]) -> str:
    return f'(window.tiltakData ??= {{}})["{name}"] = {as_text(content).rstrip()};\n'


def with_traces(content: Mapping[str, Any], traced: Rows, slice_key: str) -> dict[str, Any]:
    """Return a table with where each row comes from; reports, derivations and breaks are named once."""
    reports: dict[str, int] = {}
    derivations: dict[str, int] = {}
    breaks: dict[str, int] = {}
    cells, derived, broken = [], [], []
    for place in _places(content):
        row = traced.get((slice_key, place), NOT_PRINTED)
        cells.append(" ".join(_short(cell, reports) for cell in row.cells))
        derived.append(_numbered(row.derived_from, derivations))
        broken.append(_numbered(row.break_date, breaks))
    return {
        "table": content,
        "reports": list(reports),
        "cells": cells,
        "derivations": list(derivations),
        "derived": derived,
        "breaks": list(breaks),
        "broken": broken,
    }


def _places(content: Mapping[str, Any]) -> list[Place]:
    """Return month and members of each row, in the order of its numbers."""
    names = [name for name in content["id"] if name != CONTENTS]
    return list(product(*(content["dimension"][name]["category"]["index"] for name in names)))


def _numbered(name: str | None, numbers: dict[str, int]) -> int:
    return NONE if name is None else numbers.setdefault(name, len(numbers))


def _short(cell: str, reports: dict[str, int]) -> str:
    report, _, place = cell.partition(":")
    return f"{reports.setdefault(report, len(reports))}:{place}"


def trace_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, slice_column: str, names: Sequence[str]
) -> Rows:
    """Return where each row of a mart comes from, by slice and by month and members."""
    columns = [row[0] for row in connection.execute(f"describe {relation}").fetchall()]
    keys = ", ".join(f"rows.{name}_key" for name in names)
    own = "rows.fact_key" if "fact_key" in columns else "null"
    derived = next((f"rows.{column}" for column in PARTS if column in columns), "null")
    found = {
        (key, (month_code(month), *rest[: len(names)])): Traced([], *rest[len(names) :])
        for key, month, *rest in connection.execute(f"""
            select
                rows.{slice_column}, rows.month_key, {keys},
                case when {own} is null then {derived} end,
                cast(rows.series_break_date as varchar)
            from {relation} as rows
        """).fetchall()
    }
    for condition in _made_of(columns, names):
        for key, month, *members, cell in connection.execute(f"""
            with facts as ({_facts(names)})

            select rows.{slice_column}, rows.month_key, {keys}, facts.cell_id
            from {relation} as rows
            inner join facts on {condition}
            order by all
        """).fetchall():
            found[key, (month_code(month), *members)].cells.append(cell)
    return found


def _facts(names: Sequence[str]) -> str:
    """Return the facts that rows can be made of: by hovedgruppe only where a mart is, or nothing else is."""
    keys = [name for name in dimension_names() if name != "hovedgruppe"]
    same = " and ".join(f"whole.{name}_key = facts.{name}_key" for name in keys)
    only = f"""
        where facts.hovedgruppe_key = '{TOTAL}' or not exists (
            from fct_monthly_participants as whole
            where whole.month_key = facts.month_key and whole.hovedgruppe_key = '{TOTAL}' and {same}
        )
    """
    return f"""
        select facts.*, case when measures.tiltak_level = 'tiltak' then measures.name end as tiltak_name
        from fct_monthly_participants as facts
        inner join dim_tiltak as measures on facts.tiltak_key = measures.tiltak_key
        {"" if "hovedgruppe" in names else only}
    """


def _made_of(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return conditions that a fact is one that a row shows or is made of.

    A row with a fact is that fact. A row without one is made of the members that it names; where it names
    none, of the hovedgrupper of the same month and members.
    """
    derived = next((column for column in PARTS if column in columns), None)
    varied = {"hovedgruppe"} - set(names) | ({PARTS[derived][0]} if derived else set())
    parts = ["facts.month_key = rows.month_key"]
    for name in dimension_names():
        if name not in varied:
            parts.append(f"facts.{name}_key = " + (f"rows.{name}_key" if name in names else f"'{TOTAL}'"))
    if derived:
        _, called, between = PARTS[derived]
        named, wanted = (
            f"'{between}' || rows.{derived} || '{between}'",
            f"'{between}' || facts.{called} || '{between}'",
        )
        parts.append(f"contains({named}, {wanted})")
    if "fact_key" not in columns:
        return [" and ".join(parts)]
    own = "facts.fact_key = rows.fact_key"
    # A mart with the status of its facts has no row without a fact.
    return [own] if "value_status" in columns else [own, " and ".join(["rows.fact_key is null", *parts])]


def _breaks(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    return {
        day: {"name": name, "name_en": name_en}
        for day, name, name_en in connection.execute(
            "select cast(break_date as varchar), name, name_en from dim_series_break order by break_date"
        ).fetchall()
    }
