"""Write the published DuckDB file: new, compact, with checks and comments; its keys are in the dictionary."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tiltak.publish.catalogue import Catalogue, Table
from tiltak.publish.compact import STORED, write_compact
from tiltak.publish.ddl import comments, create_table, create_view, quoted, without_keys

# Oldest clients that can read the file: DuckDB 1.5.
STORAGE_VERSION = "v1.5.0"
# Most columns here are smaller than DuckDB's usual block of 256 kB; in blocks of 16 kB it packs no integers.
BLOCK_SIZE = 32768
KEYS = f"{STORED}.primary_key"


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
    """Write all relations with the rows that were built, and what they and their columns are.

    The rows of a table are sorted by its key. Keys and references are not declared here: DuckDB would keep an
    index for each, larger than the rows. They are enforced and tested in what was built.

    Raises:
        BuildError: a relation cannot be stored as its keys are.
    """
    for schema in sorted({relation.name.schema for relation in catalogue}):
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(f"create schema if not exists {STORED}")
    compact = write_compact(connection, catalogue)
    for table in catalogue.tables:
        if table.name not in compact:
            connection.execute(create_table(without_keys(table)))
            _insert(connection, table)
    for view in catalogue.views:
        connection.execute(create_view(view))
    _write_keys(connection, catalogue)
    connection.begin()  # a thousand small statements, which each would be written to the disk by itself
    for comment in comments(catalogue):
        connection.execute(comment)
    connection.commit()


def _write_keys(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Write down the primary keys, which the file does not declare, for programs that ask."""
    connection.execute(f"create table {KEYS} (relation_name varchar, column_names varchar[])")
    connection.execute(f"comment on table {KEYS} is 'The primary key of each published table.'")
    rows = [(str(table.name), list(table.primary_key)) for table in catalogue.tables]
    connection.execute(
        f"insert into {KEYS} select unnest($names), unnest($keys)",
        {"names": [name for name, _ in rows], "keys": [key for _, key in rows]},
    )


def _insert(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(column.name for column in table.columns)
    key = ", ".join(table.primary_key)
    connection.execute(
        f"insert into {table.name} ({columns}) select {columns} from built.{table.name} order by {key}"
    )
