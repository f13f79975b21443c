"""The published set in PostgreSQL: the same content, keys and descriptions, and one version at a time."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from measure.speed.queries import answer, connect_file, connect_postgres, questions
from psycopg import errors
from support.postgres_server import find_programs, running_server
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from tiltak.cli import app
from tiltak.errors import ServerError
from tiltak.home import Home
from tiltak.publish import postgres
from tiltak.publish.catalogue import Catalogue, Relation, read_catalogue
from tiltak.publish.compact import MONTHLY, table_of
from tiltak.publish.ddl import DUCKDB, create_table
from tiltak.publish.ddl import postgres as postgres_dialect
from tiltak.publish.dictionary import read_tables
from tiltak.publish.postgres import Copied, Target, copy_to_postgres
from tiltak.publish.record import RECORD_TABLES
from tiltak.publish.versions import Version, find_version

SCHEMAS = {"main": "tiltak", "quality": "tiltak_quality"}
ROLE = "tiltak_reader"
WAIT = 300.0
# What the versions of these tests differ in, but for the facts.
BUILD = "select project_version from tiltak_quality.mart_build"
# Readers wait between rounds, as people do.
PAUSE = 0.3
# No query of these takes that long, unless it waits.
LONG_READ = 0.2


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The DSN of a server that runs for these tests only."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    with running_server(programs) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def version(built_home: Home) -> Version:
    """The version that is published as files."""
    return find_version(built_home, "current")


@pytest.fixture(scope="module")
def catalogue(version: Version) -> Catalogue:
    """What is public, views included."""
    with duckdb.connect(str(version.database), read_only=True) as connection:
        return read_tables(version.folder).with_views(connection, "tiltak")


@pytest.fixture(scope="module")
def small(version: Version, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """A version with all relations, but rows only in those that others refer to and in the facts of 2020."""
    referred = {key.table for table in catalogue.tables for key in table.foreign_keys}
    kept = {*referred, *RECORD_TABLES, MONTHLY}
    emptied = [f"delete from {table_of(table.name)}" for table in catalogue.tables if table.name not in kept]
    other_years = f"delete from {table_of(MONTHLY)} where month_key // 100 <> 2020"
    return altered(version, tmp_path_factory.mktemp("small"), *emptied, other_years)


@pytest.fixture(scope="module")
def changed(small: Version, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """Another version, in which every printed number is larger."""
    return altered(
        small,
        tmp_path_factory.mktemp("changed"),
        f"update {table_of(MONTHLY)} set participants = participants + 1,"
        " participants_min = participants_min + 1, participants_max = participants_max + 1"
        " where value_status = 'published'",
        "update quality.mart_build set project_version = 'changed'",
    )


def altered(version: Version, folder: Path, *statements: str) -> Version:
    """Return a version in a folder of its own, with what some statements make of its rows."""
    for path in (version.database, version.folder / "dictionary.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    with duckdb.connect(str(folder / version.database.name)) as connection:
        for statement in statements:
            connection.execute(statement)
    return replace(version, folder=folder, is_current=False)


@pytest.fixture
def database(server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The DSN of an empty database."""
    name = re.sub(r"\W", "_", request.node.name)[:60].lower()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    yield f"{server} dbname={name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def filled(server: str, version: Version) -> Iterator[psycopg.Connection]:
    """A connection to a database to which the version is published, for tests that change nothing."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("create database filled")
    dsn = f"{server} dbname=filled"
    copy_to_postgres(version, target(dsn))
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def target(dsn: str, wait: float = WAIT) -> Target:
    return Target(dsn, schema="tiltak", role=ROLE, wait=wait)


def values(dsn: str, query: str, *parameters: Any) -> list[Any]:
    """Return the first column of a query's answer, asked on a connection of its own."""
    with psycopg.connect(dsn) as connection:
        return [row[0] for row in connection.execute(query, parameters or None).fetchall()]


def name_of(relation: Relation) -> str:
    return f"{SCHEMAS[relation.name.schema]}.{relation.name.relation}"


def test_the_dictionary_of_a_version_holds_its_whole_catalogue(built_home: Home, version: Version) -> None:
    assert read_tables(version.folder) == read_catalogue(built_home.target / "manifest.json")


def test_every_relation_has_the_rows_of_the_duckdb_file(
    filled: psycopg.Connection, version: Version, catalogue: Catalogue
) -> None:
    seen: set[type] = set()
    letters = set[str]()
    with duckdb.connect(str(version.database), read_only=True) as source:
        for relation in catalogue:
            columns = ", ".join(column.name for column in relation.columns)
            expected = Counter(source.execute(f"select {columns} from {relation.name}").fetchall())
            found = Counter(filled.execute(f"select {columns} from {name_of(relation)}").fetchall())
            assert found == expected, relation.name
            seen |= {type(value) for row in expected for value in row}
            letters |= {letter for row in expected for value in row for letter in str(value)}
    assert {kind.__name__ for kind in seen} == {
        "NoneType", "str", "int", "float", "bool", "date", "datetime",
    }  # fmt: skip
    assert set("æøåØöá*'") <= letters


def test_the_questions_of_the_dashboard_have_the_same_answers(
    filled: psycopg.Connection, version: Version
) -> None:
    with (
        connect_postgres(filled.info.dsn, "tiltak") as connection,
        connect_file(version) as source,
    ):
        for name, question in questions().items():
            assert answer(connection, question) == answer(source, question), name


def test_columns_have_the_types_of_the_catalogue(filled: psycopg.Connection, catalogue: Catalogue) -> None:
    types = {
        "string": "text", "integer": "integer", "double": "double precision", "boolean": "boolean",
        "date": "date", "timestamp": "timestamp without time zone",
    }  # fmt: skip
    found = filled.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
        " where table_schema like 'tiltak%' order by table_schema, table_name, ordinal_position"
    ).fetchall()
    expected = [
        (*name_of(relation).split("."), column.name, types[column.data_type])
        for relation in catalogue
        for column in relation.columns
    ]
    assert Counter(found) == Counter(expected)
    not_null = filled.execute(
        "select count(*) from information_schema.columns join information_schema.tables"
        " using (table_schema, table_name)"
        " where table_schema like 'tiltak%' and table_type = 'BASE TABLE' and is_nullable = 'NO'"
    ).fetchall()
    assert not_null == [
        (sum(not column.is_nullable for table in catalogue.tables for column in table.columns),)
    ]


def test_keys_checks_and_references_are_there_for_tools_to_read(
    filled: psycopg.Connection, catalogue: Catalogue
) -> None:
    keys = filled.execute("""
        select table_schema || '.' || table_name, array_agg(column_name::text order by ordinal_position)
        from information_schema.table_constraints
        join information_schema.key_column_usage
            using (constraint_schema, constraint_name, table_schema, table_name)
        where constraint_type = 'PRIMARY KEY' and table_schema like 'tiltak%' group by 1
    """).fetchall()
    assert dict(keys) == {name_of(table): list(table.primary_key) for table in catalogue.tables}
    references = filled.execute("""
        select conrelid::regclass::text, attname, confrelid::regclass::text
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where contype = 'f' and convalidated and cardinality(conkey) = 1
    """).fetchall()
    assert Counter(references) == Counter(
        (name_of(table), key.column, SCHEMAS[key.table.schema] + "." + key.table.relation)
        for table in catalogue.tables
        for key in table.foreign_keys
    )
    # All of them, those between the schemas and of a table to itself included, which DuckDB cannot hold.
    assert ("tiltak.dim_tiltak", "tiltaksgruppe_key", "tiltak.dim_tiltak") in references
    assert ("tiltak_quality.mart_revisions", "month_key", "tiltak.dim_month") in references
    checks = filled.execute("select count(*) from pg_constraint where contype = 'c'").fetchall()
    own = sum(len(table.checks) for table in catalogue.tables)
    assert checks[0][0] >= own > 10
    with pytest.raises(errors.CheckViolation):
        filled.execute(
            "update tiltak.fct_monthly_participants set participants = 2 where value_status = 'suppressed'"
        )


def test_schemas_tables_and_columns_say_what_they_are(
    filled: psycopg.Connection, catalogue: Catalogue, version: Version
) -> None:
    told = filled.execute("""
        select attrelid::regclass::text, attname, col_description(attrelid, attnum)
        from pg_attribute join pg_class on pg_class.oid = attrelid
        where attnum > 0 and relkind in ('r', 'v') and relnamespace::regnamespace::text like 'tiltak%'
    """).fetchall()
    assert {(table, column): text for table, column, text in told} == {
        (name_of(relation), column.name): column.description
        for relation in catalogue
        for column in relation.columns
    }
    relations = filled.execute("""
        select oid::regclass::text, obj_description(oid, 'pg_class') from pg_class
        where relkind in ('r', 'v') and relnamespace::regnamespace::text like 'tiltak%'
    """).fetchall()
    assert dict(relations) == {name_of(relation): relation.description for relation in catalogue}
    schemas: dict[str, str] = dict(
        filled.execute(
            "select nspname, obj_description(oid, 'pg_namespace') from pg_namespace where nspname ~ '^tiltak'"
        ).fetchall()
    )
    assert set(schemas) == set(SCHEMAS.values())
    assert all(version.build_id in text for text in schemas.values())


def test_what_is_joined_and_filtered_on_has_an_index(
    filled: psycopg.Connection, catalogue: Catalogue
) -> None:
    rows = filled.execute("""
        select indrelid::regclass::text, attname from pg_index
        join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    """).fetchall()
    indexed = set(rows)
    for table in catalogue.tables:
        for column in table.columns:
            wanted = table.reference(column.name) or column.name in table.grain or column.data_type == "date"
            assert not wanted or (name_of(table), column.name) in indexed
    assert ("tiltak.mart_participants_by_county_structure", "month_date") in indexed
    assert ("tiltak.fct_monthly_participants", "participants") not in indexed


def test_the_role_may_read_everything_and_write_nothing(
    filled: psycopg.Connection, catalogue: Catalogue
) -> None:
    with psycopg.connect(filled.info.dsn, autocommit=True) as connection:
        connection.execute(f"set role {ROLE}")
        for relation in catalogue:
            connection.execute(f"select * from {name_of(relation)} limit 1")
        for refused in (
            "insert into tiltak.dim_gender select * from tiltak.dim_gender",
            "update tiltak.fct_monthly_participants set participants = 0",
            "delete from tiltak_quality.mart_build",
            "truncate tiltak.dim_month cascade",
            "create table tiltak.own (number integer)",
            "drop table tiltak.dim_month cascade",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(refused)
    assert filled.execute("select rolcanlogin from pg_roles where rolname = %s", [ROLE]).fetchall() == [
        (False,)
    ]


def state(dsn: str) -> dict[str, Any]:
    """Return what a database holds: number of rows and hash by relation, and other things by name."""
    with psycopg.connect(dsn) as connection:
        found = {}
        for (table,) in connection.execute("""
            select oid::regclass::text from pg_class
            where relkind in ('r', 'v') and relnamespace::regnamespace::text like 'tiltak%' order by 1
        """).fetchall():
            found[table] = digest(connection, table)
        for kind in ("pg_constraint", "pg_description", "pg_index", "pg_namespace"):
            found[kind] = connection.execute(f"select count(*) from {kind}").fetchall()
        return found


def digest(connection: psycopg.Connection, table: str) -> Any:
    query = f"select count(*), sum(hashtextextended(found::text, 0)::numeric)::text from {table} as found"
    return connection.execute(query).fetchall()[0]


def test_publishing_again_changes_nothing(database: str, version: Version, built_home: Home) -> None:
    command = ["publish", "--home", str(built_home.folder), "--postgres", database]
    said = CliRunner().invoke(app, command)
    assert said.exit_code == 0, said.output
    before = state(database)
    again = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
    assert again.exit_code == 0, again.output
    assert state(database) == before
    assert f"Build {version.build_id} is published" in again.output
    assert re.search(
        r"schemas tiltak and tiltak_quality: \d\d relations, \d{6} rows, [\d.]+ s\.", again.output
    )
    assert values(database, "select build_id from tiltak_quality.mart_build") == [version.build_id]


def test_schemas_of_other_names_are_kept_side_by_side(database: str, small: Version) -> None:
    for schema, role in (("nav", "lesere"), ("old_nav", ROLE)):
        copied = copy_to_postgres(small, Target(database, schema, role, WAIT))
        assert copied.schemas == (schema, f"{schema}_quality")
    count = "select count(*) from old_nav.fct_monthly_participants join nav.dim_month using (month_key)"
    assert values(database, count) == [300]


# How a tool may read: statement by statement, or with one snapshot for a whole transaction, taken before it
# has looked at any table; and in which order.
WAYS = [("read committed", 1), ("repeatable read", 1), ("repeatable read", -1)]


def read_round(connection: psycopg.Connection, level: str, order: int, tables: list[str]) -> dict[str, Any]:
    with connection.transaction():
        connection.execute(f"set transaction isolation level {level}, read only")
        connection.execute("select 1")
        time.sleep(0.01)
        first = connection.execute(BUILD).fetchall()
        seen = {table: digest(connection, table) for table in tables[::order]}
        last = connection.execute(BUILD).fetchall()
        assert first == last
        return seen


def test_readers_meet_no_error_no_mixture_and_nothing_half(
    database: str, small: Version, changed: Version, catalogue: Catalogue
) -> None:
    names = [
        "main.dim_month", "main.fct_monthly_participants", "main.mart_participants_by_county",
        "main.mart_participants_on_counties_of_2024", "quality.mart_build",
    ]  # fmt: skip
    tables = [name_of(relation) for relation in catalogue if str(relation.name) in names]
    copy_to_postgres(small, target(database))
    with psycopg.connect(database) as connection:
        old = {table: digest(connection, table) for table in tables}
    rounds: list[list[dict[str, Any]]] = [[] for _ in WAYS]
    stop = threading.Event()

    def read(number: int) -> None:
        with psycopg.connect(database) as connection:
            while not stop.wait(PAUSE):
                rounds[number].append(read_round(connection, *WAYS[number], tables))

    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read, number) for number in range(len(WAYS))]
        try:
            for following in (changed, small, changed):
                copy_to_postgres(following, target(database))
                wait_for_rounds(rounds, readers)
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    with psycopg.connect(database) as connection:
        new = {table: digest(connection, table) for table in tables}
    assert old["tiltak.fct_monthly_participants"] != new["tiltak.fct_monthly_participants"]
    for seen in rounds:
        assert all(content in (old, new) for content in seen)
        assert old in seen
        assert new in seen


def wait_for_rounds(rounds: list[list[dict[str, Any]]], readers: list[Any]) -> None:
    """Wait until each reader has read everything twice more, or one has met an error."""
    wanted = [len(seen) + 2 for seen in rounds]
    give_up = time.monotonic() + 300
    while any(len(seen) < count for seen, count in zip(rounds, wanted, strict=True)):
        if any(reader.done() for reader in readers):
            return
        assert time.monotonic() < give_up, "a reader no longer reads"
        time.sleep(0.01)


def test_a_snapshot_taken_before_a_publication_finds_the_new_version_whole(
    database: str, small: Version, changed: Version
) -> None:
    copy_to_postgres(small, target(database))
    with psycopg.connect(database) as connection:
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("select 1")
        copy_to_postgres(changed, target(database))
        count = connection.execute("select count(*) from tiltak.fct_monthly_participants").fetchall()
        build = connection.execute(BUILD).fetchall()
    assert (count, build) == ([(300,)], [("changed",)])


def seconds_to_read(
    connection: psycopg.Connection, server: str, table: str, publication: "Future[Copied]"
) -> float:
    """Read a table as soon as a publication waits for a lock; returns how long that took."""
    waiting = (
        "select 1 from pg_stat_activity"
        " where application_name = 'tiltak publish' and wait_event_type = 'Lock'"
    )
    with psycopg.connect(server, autocommit=True) as watching:
        while not watching.execute(waiting).fetchall():
            assert not publication.done()
            time.sleep(0.01)
    started = time.monotonic()
    connection.execute(f"select count(*) from {table}")
    return time.monotonic() - started


def test_a_transaction_that_reads_holds_a_publication_up_and_is_not_disturbed(
    server: str, database: str, small: Version, changed: Version
) -> None:
    copy_to_postgres(small, target(database))
    with (
        ThreadPoolExecutor() as pool,
        psycopg.connect(f"{database} application_name=dashboard") as connection,
    ):
        before = connection.execute(BUILD).fetchall()
        connection.execute("select 1 from tiltak.dim_month")
        with pytest.raises(
            ServerError, match=r"read all the time, by process \d+ \(postgres, dashboard, idle"
        ):
            copy_to_postgres(changed, target(database, wait=0))
        publication = pool.submit(copy_to_postgres, changed, target(database))
        # The publication locks what comes first by name, and gets no further than the months. Where this
        # reads what is locked, each of the two waits for the other: without an end to that, the server
        # would break one of them off.
        waits = [
            seconds_to_read(connection, server, f"tiltak.bridge_{name}", publication)
            for name in ("county_structure_region", "region_succession", "tiltak_succession")
        ]
        assert max(waits) > LONG_READ
        assert not publication.done()
        assert connection.execute(BUILD).fetchall() == before
        connection.commit()
        publication.result()
        assert connection.execute(BUILD).fetchall() == [("changed",)] != before


def test_two_publications_come_one_after_the_other(database: str, small: Version, changed: Version) -> None:
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(copy_to_postgres, one, target(database)) for one in (small, changed)]
        for publication in both:
            publication.result()
    assert len(values(database, BUILD)) == 1
    with psycopg.connect(database) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [postgres.PUBLISHING])
        with pytest.raises(ServerError, match="another publication to this database is under way"):
            copy_to_postgres(small, target(database, wait=0.1))


def test_a_publication_that_fails_half_way_leaves_what_was_there(
    database: str, small: Version, changed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_to_postgres(small, target(database))
    before = state(database)
    steps: list[Callable[[psycopg.Connection], object]] = [
        lambda server: server.execute("select pg_terminate_backend(pg_backend_pid())"),
        lambda server: server.execute("select 1 / 0"),
    ]
    drop_old = postgres._drop_old
    for step in steps:

        def dropped(server: psycopg.Connection, *rest: Any, fail: Any = step) -> None:
            drop_old(server, *rest)
            fail(server)

        monkeypatch.setattr(postgres, "_drop_old", dropped)
        with pytest.raises(ServerError, match="PostgreSQL refuses"):
            copy_to_postgres(changed, target(database))
        assert state(database) == before


def test_a_killed_publication_leaves_what_was_there_and_does_not_block_the_next(
    database: str, small: Version, built_home: Home, changed: Version
) -> None:
    copy_to_postgres(changed, target(database))
    before = state(database)
    command = [str(Path(sys.executable).with_name("tiltak")), "publish", "--home", str(built_home.folder)]
    with subprocess.Popen([*command, "--postgres", database, "--quiet"]) as process:
        working = (
            "select 1 from pg_stat_activity where application_name = 'tiltak publish' and query ~* '^copy'"
            " and datname = current_database()"
        )
        while not values(database, working):
            assert process.poll() is None
        process.kill()
    assert state(database) == before
    copy_to_postgres(small, target(database))
    assert values(database, BUILD) != ["changed"]


def user_of(database: str, name: str, rights: str = "") -> str:
    """Make a user who may log in, and return the DSN for them."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"create role {name} login {rights}")
    return f"{database} user={name}"


def test_a_user_who_may_not_create_roles_is_told_what_to_ask_for(database: str, small: Version) -> None:
    dsn = user_of(database, "publisher")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create role readers nologin")
        name = connection.info.dbname
        with pytest.raises(ServerError, match='let an administrator run `create role "no-readers" nologin`'):
            copy_to_postgres(small, replace(target(dsn), role="no-readers"))
        with pytest.raises(ServerError, match=f"permission denied for database {name}"):
            copy_to_postgres(small, replace(target(dsn), role="readers"))
        connection.execute(f"grant create on database {name} to publisher")
    copy_to_postgres(small, replace(target(dsn), role="readers"))
    copy_to_postgres(small, replace(target(dsn), role="readers"))


def test_what_others_have_made_is_never_dropped(database: str, small: Version) -> None:
    copy_to_postgres(small, target(database))
    for made, name in (
        ("create view public.own as select name from tiltak.dim_month", "view public.own"),
        ("create view public.own as select build_id from tiltak_quality.mart_build", "view public.own"),
        ("create table tiltak.own (number integer)", "table tiltak.own"),
        ("create schema tiltak_new", "tiltak_new"),
    ):
        kind = made.split()[1]
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(made)
        before = state(database)
        with pytest.raises(ServerError, match=name.split()[-1].split(".")[-1]) as caught:
            copy_to_postgres(small, target(database))
        assert name in str(caught.value)
        assert state(database) == before
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(f"drop {kind} {made.split()[2]}")
    copy_to_postgres(small, target(database))


def test_what_cannot_be_done_is_said_with_a_next_step(
    server: str, database: str, small: Version, tmp_path: Path, built_home: Home
) -> None:
    for dsn, problem in (
        (f"host={tmp_path} dbname=x", "no connection to PostgreSQL"),
        (f"{server} dbname=nowhere", 'database "nowhere" does not exist'),
        ("host=x nonsense", "the DSN cannot be read"),
    ):
        with pytest.raises(ServerError, match=problem):
            copy_to_postgres(small, target(dsn))
    for schema in ("pg_own", "Tiltak", 'a"b', "a;b", ""):
        with pytest.raises(ServerError, match="would need quotes"):
            copy_to_postgres(small, replace(target(database), schema=schema))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("alter role postgres set default_transaction_read_only = on")
    try:
        with pytest.raises(ServerError, match="read-only transaction"):
            copy_to_postgres(small, target(database))
    finally:
        with psycopg.connect(
            f"{server} options='-c default_transaction_read_only=off'", autocommit=True
        ) as connection:
            connection.execute("alter role postgres reset default_transaction_read_only")
    with pytest.raises(LookupFailedError, match="the dictionary of the version cannot be read"):
        copy_to_postgres(replace(small, folder=tmp_path), target(database))
    secret = CliRunner().invoke(
        app,
        ["publish", "--home", str(built_home.folder), "--postgres", f"host={tmp_path} password=hush"],
    )
    assert secret.exit_code == 1
    assert "next: " in secret.output
    assert "hush" not in secret.output


def test_a_table_is_the_same_statement_in_both_databases_but_for_types_and_schemas(
    catalogue: Catalogue,
) -> None:
    dialect = postgres_dialect(SCHEMAS)
    for table in catalogue.tables:
        mine, theirs = create_table(table, dialect), create_table(table, DUCKDB)
        for here, there in (
            ("tiltak_quality.", "quality."),
            ("tiltak.", "main."),
            ("double precision", "double"),
        ):
            mine = mine.replace(here, there)
        assert re.sub(r" text\b(?!_)", " varchar", mine) == theirs


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_schema_that_this_program_has_not_made_stays(
    is_empty: bool, database: str, version: Version
) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create schema theirs")
        if not is_empty:
            connection.execute("create table theirs.thesis (page integer)")
    with pytest.raises(ServerError):
        copy_to_postgres(version, Target(database, schema="theirs", role=ROLE, wait=WAIT))
    assert values(database, "select nspname from pg_namespace where nspname like 'theirs%%'") == ["theirs"]


def test_the_public_schema_stays_with_what_is_in_it(database: str, version: Version) -> None:
    with pytest.raises(ServerError):
        copy_to_postgres(version, Target(database, schema="public", role=ROLE, wait=WAIT))
    assert values(database, "select nspname from pg_namespace where nspname like 'public%%'") == ["public"]


@pytest.mark.parametrize("dsn", ["password=hem melig", "postgresql://user:hemmelig@[bad/db", "hemmelig"])
def test_a_dsn_that_cannot_be_read_is_refused_without_a_word_of_it(dsn: str, version: Version) -> None:
    with pytest.raises(ServerError) as caught:
        copy_to_postgres(version, target(dsn))
    assert "melig" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_descriptions_that_are_sql_are_comments_and_nothing_else(
    small: Version, database: str, tmp_path: Path
) -> None:
    hostile = "'; drop schema tiltak cascade; -- $$ <script>alert(1)</script> \\'; \u202e"
    version = altered(small, tmp_path)
    path = version.folder / "dictionary.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for relation in content["relations"]:
        relation["description"] = hostile
        for column in relation["columns"]:
            column["description"] = hostile
    path.chmod(0o644)
    path.write_text(json.dumps(content), encoding="utf-8")
    copy_to_postgres(version, target(database))
    with psycopg.connect(database) as connection:
        (said,) = connection.execute("select obj_description('tiltak.dim_gender'::regclass)").fetchall()[0]
        assert connection.execute("select count(*) from tiltak.dim_gender").fetchall() == [(3,)]
    assert said == hostile
