"""Questions to the published file: a query, the list of its relations, the columns of one of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from threading import Timer
from typing import Any

import duckdb

from loaders.errors import LookupFailedError

# The largest relation has some hundred thousand rows for many years; any question to it takes seconds.
MOST_ROWS = 1_000_000
MOST_SECONDS = 60.0
# Of the published file; how some of it is stored is in another schema.
RELATIONS = """
    select schema_name, table_name as relation, comment from duckdb_tables()
    where not internal and schema_name in ('main', 'quality')
    union all
    select schema_name, view_name, comment from duckdb_views()
    where not internal and schema_name in ('main', 'quality')
"""
UNKNOWN_NAME = re.compile(r"Table with name (\S+) does not exist", re.IGNORECASE)
UNKNOWN_COLUMN = re.compile(r'(?:column|alias) "?([^"\s]+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """The rows that a question has."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def ask(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    seconds: float = MOST_SECONDS,
    most_rows: int = MOST_ROWS,
) -> Answer:
    """Return the answer to one query.

    Args:
        connection: to the published file.
        query: one statement.
        seconds: after which it is broken off.
        most_rows: of which the answer may have no more; none is left out without a word.

    Raises:
        LookupFailedError: it is no query, more than one, asks for what the file does not have, takes too long
            or has too many rows.
    """
    try:
        with time_limit(connection, seconds):
            return _answered(connection, query, most_rows)
    except duckdb.Error as error:
        raise LookupFailedError(f"the query cannot be run: {error}", _next_step(connection, error)) from error


def rows_of(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Mapping[str, object] | Sequence[object] | None = None,
) -> list[dict[str, Any]]:
    """Return what a query of ours finds: a row by the names of its columns.

    Raises:
        duckdb.Error: the file does not have what is asked for.
    """
    found = connection.execute(query, parameters or {})
    names = [str(column[0]) for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Break off what a connection does within the block after some time.

    Raises:
        LookupFailedError: it took too long.
    """
    clock = Timer(seconds, connection.interrupt)
    clock.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise LookupFailedError(
            f"the query took more than {seconds:g} seconds", "ask for less, or wait longer with --seconds"
        ) from error
    finally:
        clock.cancel()


def _answered(connection: duckdb.DuckDBPyConnection, query: str, most_rows: int) -> Answer:
    statements = connection.extract_statements(query)
    if len(statements) > 1:
        raise LookupFailedError(
            f"these are {len(statements)} statements; one is answered at a time",
            "ask each by itself, or use a DuckDB shell on the file",
            text=query,
        )
    done = connection.execute(query)
    columns = [column[0] for column in done.description or ()]
    rows = done.fetchmany(most_rows + 1) if columns else []
    if len(rows) > most_rows:
        raise LookupFailedError(
            f"the answer has more than {most_rows} rows", "ask for less, or allow more with --rows"
        )
    return Answer(columns, rows)


def relations(connection: duckdb.DuckDBPyConnection) -> Answer:
    """Return the published relations, their rows and what one row of each is."""
    found = connection.sql(f"{RELATIONS} order by all").fetchall()
    rows = []
    for schema, name, comment in found:
        ((count,),) = connection.sql(f'select count(*) from "{schema}"."{name}"').fetchall()
        rows.append((_shown(schema, name), count, (comment or "").split(". ")[0]))
    return Answer(("relation", "rows", "what it holds"), rows)


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> Answer:
    """Return the columns of a relation: name, type, description.

    Raises:
        LookupFailedError: the file has no such relation.
    """
    schema, _, name = relation.rpartition(".")
    rows = connection.execute(
        """
        select column_name, lower(data_type), comment from duckdb_columns()
        where table_name = $name and schema_name in ('main', 'quality') and $schema in (schema_name, '')
        order by column_index
        """,
        {"name": name, "schema": schema},
    ).fetchall()
    if not rows:
        raise LookupFailedError("there is no such relation", _nearest(connection, relation), text=relation)
    return Answer(("column", "type", "what it says"), rows)


def _next_step(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> str:
    said = str(error)
    if unknown := UNKNOWN_NAME.search(said):
        return _nearest(connection, unknown.group(1))
    if isinstance(error, duckdb.BinderException) and (unknown := UNKNOWN_COLUMN.search(said)):
        known = {name for (name,) in connection.sql("select column_name from duckdb_columns()").fetchall()}
        near = get_close_matches(unknown.group(1), known, n=1)
        return (
            f"perhaps {near[0]}; `tiltak describe RELATION` lists its columns"
            if near
            else ("list the columns with `tiltak describe RELATION`")
        )
    if isinstance(error, duckdb.ParserException):
        return "mend the SQL at the place shown"
    return "list the relations with `tiltak tables`, the columns of one with `tiltak describe RELATION`"


def _nearest(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    known = connection.sql(RELATIONS).fetchall()
    near = get_close_matches(name.rpartition(".")[2], [table for _, table, _ in known], n=1, cutoff=0.4)
    if not near:
        return "list the relations with `tiltak tables`"
    nearest = next(_shown(schema, table) for schema, table, _ in known if table == near[0])
    return f"the nearest name is {nearest}; `tiltak tables` lists all"


def _shown(schema: str, name: str) -> str:
    return name if schema == "main" else f"{schema}.{name}"
