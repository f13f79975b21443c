"""Write the published DuckDB file: new, compact, with keys, references and comments."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from tiltak.errors import BuildError
from tiltak.publish.catalogue import Catalogue, Name, Table
from tiltak.publish.ddl import comments, create_table, create_view, quoted

# Oldest clients that can read the file: DuckDB 1.5.
STORAGE_VERSION = "v1.5.0"
# DuckDB's smallest. Most tables and indexes here are smaller than its usual block of 256 kB.
BLOCK_SIZE = 16384


@contextmanager
def open_set(built: Path, published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file that was built as `built`, for reading, and a new one to publish, which is the default."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(built))} as built (read_only)")
        connection.execute(
            f"attach {quoted(str(published))} as tiltak"
            f" (storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE})"
        )
        connection.execute("use tiltak")
        yield connection
        connection.execute("checkpoint")


def write_relations(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Write all tables with the rows that were built, all views, and what they and their columns are.

    The rows of a table are sorted by its key, those that others of the same table refer to before these.

    Raises:
        BuildError: rows do not refer to one another as their references say.
    """
    for schema in sorted({relation.name.schema for relation in catalogue}):
        connection.execute(f"create schema if not exists {schema}")
    written: set[Name] = set()
    for table in catalogue.tables:
        enforced = _enforceable(connection, table, written)
        connection.execute(create_table(enforced))
        _insert(connection, enforced)
        written.add(table.name)
    for view in catalogue.views:
        connection.execute(create_view(view))
    connection.begin()  # a thousand small statements, which each would be written to the disk by itself
    for comment in comments(catalogue):
        connection.execute(comment)
    connection.commit()


def _enforceable(connection: duckdb.DuckDBPyConnection, table: Table, written: set[Name]) -> Table:
    """Leave out the references that DuckDB cannot hold; dbt's tests hold them all.

    It knows none across schemas, none to a table that is made later, and none of a row to itself, as of a
    tiltaksgruppe to its group.
    """
    kept = []
    for reference in table.foreign_keys:
        if reference.table == table.name:
            own_row = f"select 1 from built.{table.name} where {reference.column} = {reference.key} limit 1"
            can_hold = not connection.execute(own_row).fetchall()
        else:
            can_hold = reference.table in written and reference.table.schema == table.name.schema
        if can_hold:
            kept.append(reference)
    return replace(table, foreign_keys=tuple(kept))


def _insert(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(column.name for column in table.columns)
    key = ", ".join(table.primary_key)
    insert = f"insert into {table.name} ({columns}) select {columns} from built.{table.name}"
    own = [reference for reference in table.foreign_keys if reference.table == table.name]
    if not own:
        connection.execute(f"{insert} order by {key}")
        return
    # A row must find the row of its own table that it refers to: parents first, generation by generation.
    ready = " and ".join(
        f"({reference.column} is null or {reference.column} in (select {reference.key} from {table.name}))"
        for reference in own
    )
    missing = f"({key}) not in (select ({key}) from {table.name})"
    while connection.execute(f"{insert} where {ready} and {missing} order by {key}").fetchall() != [(0,)]:
        pass
    count = f"select (select count(*) from built.{table.name}) - (select count(*) from {table.name})"
    if connection.execute(count).fetchall() != [(0,)]:
        raise BuildError(f"rows of {table.name} refer to one another in a circle", "correct the code list")
