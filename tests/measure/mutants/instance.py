"""The rules on one report without a dbt build: dbt's own compiled SQL, run in memory on a report text.

For mutants that change what cells mean (a row or page lost, a label misread), for which the checks themselves
must be formed anew. Models, rules and their order are dbt's: nothing is written a second time.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from loaders.layout import Layout
from loaders.readers.text import read_text
from loaders.staging import Source, cell_frame, report_frame
from loaders.tables.recogniser import recognise
from tiltak.home import Home

WANTED = ("int_rule_check", "int_cell_value", "int_reading_problem")
STAGED = ("stg_cell", "stg_report")


@dataclass(frozen=True)
class Models:
    """The compiled models that the rules need.

    Attributes:
        database: name of the database that their SQL names.
        queries: schema, name and query of each, in an order in which they can run.
    """

    database: str
    queries: tuple[tuple[str, str, str], ...]


def read_models(home: Home, wanted: Sequence[str] = WANTED, given: Sequence[str] = STAGED) -> Models:
    """Read the compiled SQL of the last build of a home.

    Args:
        home: where it was built.
        wanted: the models that are asked for.
        given: models that are there already, and what they need is not.

    Raises:
        OSError: nothing was built there.
    """
    nodes = json.loads((home.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    by_name = {node["name"]: node for node in nodes.values() if node["resource_type"] == "model"}
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in ordered or name in given:
            return
        for parent in by_name[name]["depends_on"]["nodes"]:
            if parent.startswith("model."):
                visit(parent.rsplit(".", 1)[-1])
        ordered[name] = None

    for name in wanted:
        visit(name)
    compiled = home.target / "compiled" / "tiltak_warehouse"
    return Models(
        by_name[wanted[0]]["database"],
        tuple(
            (node["schema"], node["name"], (compiled / node["original_file_path"]).read_text("utf-8"))
            for node in (by_name[name] for name in ordered)
        ),
    )


def open_instance(home: Home, models: Models) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that has the seeds of a home's last build."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute(f"attach ':memory:' as {models.database}")
    connection.execute(f"attach '{home.building}' as built (read_only)")
    seeds = connection.sql("""
        select table_name from information_schema.tables
        where table_catalog = 'built' and table_schema = 'seeds'
    """).fetchall()
    connection.execute(f"use {models.database}")
    for schema in ("seeds", "staging", "intermediate"):
        connection.execute(f"create schema {schema}")
    for (name,) in seeds:
        connection.execute(f"create table seeds.{name} as from built.seeds.{name}")
    connection.execute("detach built")
    return connection


def run_instance(
    connection: duckdb.DuckDBPyConnection, models: Models, content: bytes, layout: Layout, name: str
) -> int:
    """Form all checks of a report text; returns the number of reading problems.

    Args:
        connection: an instance; what an earlier report left is replaced.
        models: the compiled models.
        content: the report file.
        layout: known product titles and column labels.
        name: name of the file for messages.

    Raises:
        TiltakError: the loader refuses the text.
    """
    report = recognise(read_text(content, name), layout, name)
    source = Source(name, hashlib.sha256(content).hexdigest())
    cells = cell_frame(report, source)
    staged = {"stg_cell": cells, "stg_report": report_frame(report, source, len(cells))}
    for view, frame in staged.items():
        connection.register("frame", frame)
        renamed = "* rename (period_start as period_start_date, period_end as period_end_date)"
        columns = renamed if view == "stg_report" else "*"
        connection.execute(f"create or replace table staging.{view} as select {columns} from frame")
        connection.unregister("frame")
    for schema, model, query in models.queries:
        connection.execute(f"create or replace table {schema}.{model} as {query}")
    rows = connection.sql("select count(*) from intermediate.int_reading_problem").fetchall()
    return int(rows[0][0])
