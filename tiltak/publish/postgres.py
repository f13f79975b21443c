"""Copy a version of the published set into PostgreSQL, so that readers see all of it or nothing.

Everything happens in one transaction: a new schema is made and filled, the old one is dropped, and the new
one takes its name. What makes that safe for those who read meanwhile:

- The old tables are dropped only once no open transaction has read from them. So whatever a transaction
  reads is of one version.
- All locks for that are taken in one statement, which gives up before the server looks for deadlocks. So a
  reader may wait for a moment, but is never the one that is broken off.
- Rows are loaded frozen, which makes them visible to transactions that began before they were loaded. So
  nobody finds a new table empty.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from zlib import crc32

import duckdb
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from loaders.errors import LookupFailedError
from tiltak.errors import ServerError
from tiltak.publish.catalogue import Catalogue, Name, Table
from tiltak.publish.ddl import (
    Dialect,
    add_keys,
    comments,
    create_indexes,
    create_table,
    create_view,
    postgres,
    quoted,
    without_keys,
)
from tiltak.publish.dictionary import read_tables
from tiltak.publish.record import RECORD_TABLES, RELATION
from tiltak.publish.versions import Version

# What a schema of ours is called while it is filled.
NEW = "_new"
PLAIN_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,39}")
# One publication at a time in a database, whatever its schemas are called: they may share the role.
PUBLISHING = crc32(b"tiltak publish")
# Where the DSN says nothing else.
DEFAULTS = "connect_timeout=10 application_name='tiltak publish'"
# Between two attempts to lock the old tables, readers that had to wait get through.
PAUSE_SECONDS = 0.5
ROWS_AT_ONCE = 10_000
DESCRIPTIONS = {
    "main": "Participants in labour-market measures, as NAV has printed them: dimensions (dim), what leads"
    " from one to another (bridge), facts (fct) and ready tables with labels (mart).",
    "quality": "What was checked in the figures of the schema {main}, and the record of their build"
    " (mart_build).",
}
# What a person can do about an error of the server; the first that fits.
NEXT_STEPS = {
    errors.InsufficientPrivilege: "connect as a user who owns the schemas and has `create` on the database",
    errors.DuplicateSchema: "rename or drop that schema, or publish under another name with --schema",
    errors.DiskFull: "free some disk space on the server; what was published before is as it was",
    errors.ReadOnlySqlTransaction: "connect to the primary server, not to a standby, and publish again",
    errors.OperationalError: "look at the server's log and publish again; what was published is as it was",
}


@dataclass(frozen=True)
class Target:
    """Where a version is published to.

    Attributes:
        dsn: of the database, as libpq reads it; what it does not say comes from libpq's environment.
        schema: name of the schema of what is `main` in DuckDB; the others have it before their own.
        role: name of the role that may read.
        wait: seconds to wait for another publication, and for readers to finish.
    """

    dsn: str
    schema: str
    role: str
    wait: float

    @property
    def place(self) -> str:
        """Host and database, without user and password."""
        parts = conninfo_to_dict(self.dsn)
        return f"{parts.get('host') or 'local server'}/{parts.get('dbname') or 'default database'}"

    def names(self, catalogue: Catalogue, suffix: str = "") -> Mapping[str, str]:
        """Return what the schemas of a catalogue are called here."""
        return {
            schema: (self.schema if schema == "main" else f"{self.schema}_{schema}") + suffix
            for schema in sorted({relation.name.schema for relation in catalogue})
        }


@dataclass(frozen=True)
class Copied:
    """What was published to PostgreSQL."""

    build_id: str
    schemas: tuple[str, ...]
    relation_count: int
    row_count: int
    seconds: float


def copy_to_postgres(
    version: Version, target: Target, advance: Callable[[int | None], None] = lambda _: None
) -> Copied:
    """Make a version the one that the database's readers get.

    Args:
        version: with all its files.
        target: where to.
        advance: called with the number of tables when each is loaded.

    Raises:
        LookupFailedError: the version cannot be read.
        ServerError: the server cannot be reached or does not let us do it; it is as it was.
    """
    started = time.monotonic()
    _check_names(target)
    _check_dsn(target)
    with _version(version) as (source, catalogue), _server(target) as server:
        _make_role(server, target)
        names = target.names(catalogue)
        new = postgres(target.names(catalogue, NEW))
        for schema in new.schemas.values():
            server.execute(f"create schema {schema}")
        row_count = 0
        for table in catalogue.tables:
            row_count += _load(source, server, table, new)
            advance(len(catalogue.tables))
        _finish(server, catalogue, new, names, version.build_id, target.role)
        _drop_old(server, postgres(names), target.wait)
        for schema, name in names.items():
            server.execute(f"alter schema {new.schemas[schema]} rename to {name}")
    relation_count = len(catalogue.tables) + len(catalogue.views)
    seconds = time.monotonic() - started
    return Copied(version.build_id, tuple(names.values()), relation_count, row_count, seconds)


def _check_names(target: Target) -> None:
    if not PLAIN_NAME.fullmatch(target.schema):
        raise ServerError(
            "the schema has a name that would need quotes",
            "choose one of up to 40 small letters, digits and underscores, not beginning with pg_",
            text=target.schema,
        )


def _check_dsn(target: Target) -> None:
    """Check that the DSN can be read; what libpq says of it may hold a part of the password."""
    try:
        conninfo_to_dict(target.dsn)
    except psycopg.ProgrammingError:
        raise ServerError(
            "the DSN cannot be read",
            "write it as 'postgresql://user@host/database' or 'host=... dbname=...', and the password in "
            "PGPASSWORD or ~/.pgpass",
        ) from None


@contextmanager
def _version(version: Version) -> Iterator[tuple[duckdb.DuckDBPyConnection, Catalogue]]:
    """Open the file of a version, with its catalogue."""
    tables = read_tables(version.folder)
    try:
        with duckdb.connect(str(version.database), read_only=True) as connection:
            yield connection, tables.with_views(connection, version.database.stem)
    except duckdb.Error as error:
        raise LookupFailedError(
            f"the version cannot be read: {error}", "see `tiltak history`", str(version.database)
        ) from error


@contextmanager
def _server(target: Target) -> Iterator[psycopg.Connection]:
    """Open a transaction that nobody else publishes beside; it is committed at the end of the block."""
    try:
        connection = psycopg.connect(make_conninfo(DEFAULTS, **conninfo_to_dict(target.dsn)))
    except psycopg.Error as error:
        raise ServerError(
            f"no connection to PostgreSQL: {error}".strip(),
            "see that the server runs and that DSN, user and password are right; `psql DSN` tries the same",
        ) from error
    try:
        with connection:
            # Frozen rows need this level, and no limit that the server sets for its users fits a load.
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(f"set local {limit} = 0")
            # Every name is given with its schema, and so are those in the server's messages.
            connection.execute("set local search_path = ''")
            _wait_for_other_publication(connection, target)
            yield connection
    except psycopg.Error as error:
        raise _told(error, target) from error


def _wait_for_other_publication(server: psycopg.Connection, target: Target) -> None:
    try:
        server.execute(f"set local lock_timeout = {max(1, round(target.wait * 1000))}")
        server.execute("select pg_advisory_xact_lock(%s)", [PUBLISHING])
        server.execute("set local lock_timeout = 0")
    except errors.LockNotAvailable as error:
        raise ServerError(
            "another publication to this database is under way",
            "wait until it has ended, or wait longer with --wait",
            target.place,
        ) from error


def _make_role(server: psycopg.Connection, target: Target) -> None:
    """Make the role that may read, unless there is one of that name."""
    if server.execute("select 1 from pg_roles where rolname = %s", [target.role]).fetchall():
        return
    create = sql.SQL("create role {} nologin").format(sql.Identifier(target.role)).as_string(server)
    try:
        server.execute(create)
    except errors.InsufficientPrivilege as error:
        raise ServerError(
            f"the role {target.role} does not exist, and this user may not create roles",
            f"let an administrator run `{create}`, or name a role that exists with --role",
            target.place,
        ) from error


def _load(source: duckdb.DuckDBPyConnection, server: psycopg.Connection, table: Table, new: Dialect) -> int:
    """Make a table without its keys and fill it; returns the number of rows."""
    server.execute(create_table(without_keys(table), new))
    columns = ", ".join(column.name for column in table.columns)
    rows = source.execute(f"select {columns} from {table.name} order by {', '.join(table.primary_key)}")
    with server.cursor() as cursor:
        with cursor.copy(f"copy {new.name(table.name)} ({columns}) from stdin with (freeze)") as copy:
            while batch := rows.fetchmany(ROWS_AT_ONCE):
                for row in batch:
                    copy.write_row(row)
        return cursor.rowcount


def _finish(
    server: psycopg.Connection,
    catalogue: Catalogue,
    new: Dialect,
    names: Mapping[str, str],
    build_id: str,
    role: str,
) -> None:
    """Add to the loaded tables all that makes them a set: keys, indexes, views, comments, rights."""
    _run(server, add_keys(catalogue, new))
    _run(server, (index for table in catalogue.tables for index in create_indexes(table, new)))
    _run(server, (create_view(view, new) for view in catalogue.views))
    _run(server, comments(catalogue, new))
    reader = sql.Identifier(role).as_string(server)
    for schema, name in new.schemas.items():
        description = f"{DESCRIPTIONS[schema].format_map(names)} Build {build_id}."
        server.execute(f"comment on schema {name} is {quoted(description)}")
        server.execute(f"grant usage on schema {name} to {reader}")
        server.execute(f"grant select on all tables in schema {name} to {reader}")
    server.execute("analyze " + ", ".join(str(new.name(table.name)) for table in catalogue.tables))


def _run(server: psycopg.Connection, statements: Iterable[str]) -> None:
    """Run many small statements on one way to the server and back."""
    server.execute(";\n".join(statements))


def _drop_old(server: psycopg.Connection, old: Dialect, wait: float) -> None:
    """Drop what was published before, once nobody reads it.

    Only what the old build has on record is dropped. Where there is anything else in the schemas, or a view
    of somebody else reads from them, the server refuses.
    """
    kinds = _published_before(server, old)
    if kinds:
        _lock(server, list(kinds), wait)
    for kind in ("view", "table"):
        names = ", ".join(str(name) for name, found in kinds.items() if found == kind)
        if names:
            server.execute(f"drop {kind} {names}")
    # A schema without the record of a publication is somebody else's, and stays even if it is empty.
    for schema in old.schemas.values() if kinds else ():
        server.execute(f"drop schema if exists {schema}")


def _published_before(server: psycopg.Connection, old: Dialect) -> dict[Name, str]:
    """Return the relations that an earlier publication has made under these names, with their kind."""
    record = old.name(RELATION)
    if server.execute("select to_regclass(%s)", [str(record)]).fetchall() == [(None,)]:
        return {}
    recorded = server.execute(f"select relation_name from {record}").fetchall()
    names = {old.name(Name(*name.split("."))) for (name,) in recorded}
    names |= {old.name(name) for name in RECORD_TABLES}
    found = server.execute(
        """
        select nspname, relname, case relkind when 'v' then 'view' else 'table' end
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = any(%s) and relkind in ('r', 'v') order by nspname, relname
        """,
        [list(old.schemas.values())],
    ).fetchall()
    return {Name(*name): kind for *name, kind in found if Name(*name) in names}


def _lock(server: psycopg.Connection, relations: list[Name], wait: float) -> None:
    """Lock relations, so that nobody reads them until the transaction ends.

    Raises:
        ServerError: they were read all the time.
    """
    ((deadlock_timeout,),) = server.execute(
        "select setting::integer from pg_settings where name = 'deadlock_timeout'"
    ).fetchall()
    give_up = time.monotonic() + wait
    while True:
        try:
            with server.transaction():
                server.execute(f"set local statement_timeout = {max(1, deadlock_timeout // 2)}")
                server.execute(f"lock table {', '.join(map(str, relations))} in access exclusive mode")
                server.execute("set local statement_timeout = 0")
        except errors.QueryCanceled as error:
            if time.monotonic() > give_up:
                raise ServerError(
                    f"what is published is being read all the time, by {_readers(server, relations)}",
                    "close these transactions, or wait longer with --wait",
                ) from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def _readers(server: psycopg.Connection, relations: list[Name]) -> str:
    rows = server.execute(
        """
        select distinct pid, usename, application_name, state
        from pg_locks join pg_stat_activity using (pid)
        where relation = any(%s::regclass[]) and granted and pid <> pg_backend_pid() order by pid
        """,
        [list(map(str, relations))],
    ).fetchall()
    told = [f"process {pid} ({', '.join(filter(None, about))})" for pid, *about in rows]
    return "; ".join(told) or "others who have just finished"


def _told(error: psycopg.Error, target: Target) -> ServerError:
    """Say an error of the server in our words, with what can be done about it."""
    problem = error.diag.message_primary or str(error).strip()
    if isinstance(error, errors.DependentObjectsStillExist):
        detail = "; ".join((error.diag.message_detail or problem).splitlines())
        return ServerError(
            f"something that this program did not make stands in the way: {detail}",
            "move it to a schema of its own, or drop it and make it again when the new version is published",
            target.place,
        )
    steps = (step for kind, step in NEXT_STEPS.items() if isinstance(error, kind))
    return ServerError(
        f"PostgreSQL refuses: {problem}", next(steps, NEXT_STEPS[errors.OperationalError]), target.place
    )
