"""SQLAlchemy and ADBC read the published file: figures, comments, keys; neither can write to it."""

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import sqlalchemy
from adbc_driver_duckdb import driver_path  # type: ignore[import-untyped]
from adbc_driver_manager import dbapi
from sqlalchemy.exc import DBAPIError

from tiltak.home import Home

Ask = Callable[[str], list[tuple[Any, ...]]]

QUERY = """
    select region_name, participants, participants_max
    from mart_participants_by_county_and_hovedgruppe
    where month_key = 201903 and hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'
    order by region_sort_order
"""


@pytest.fixture
def engine(built_home: Home) -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(f"duckdb:///{built_home.warehouse}", connect_args={"read_only": True})
    yield engine
    engine.dispose()


@pytest.fixture
def adbc(built_home: Home) -> Iterator[Any]:
    options = {"path": str(built_home.warehouse), "access_mode": "read_only"}
    with dbapi.connect(
        driver=driver_path(), entrypoint="duckdb_adbc_init", db_kwargs=options, autocommit=True
    ) as connection:
        yield connection


@pytest.fixture(scope="module")
def ask(built_home: Home) -> Ask:
    """Return a function that asks DuckDB itself, and lets go of the file before others open it.

    In one process all connections to a file must have the same settings, and each client has its own.
    """

    def run(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
            return connection.sql(query).fetchall()

    return run


@pytest.fixture(scope="module")
def expected(ask: Ask) -> list[tuple[Any, ...]]:
    """Return what DuckDB itself answers to the query."""
    rows = ask(QUERY)
    assert rows[2] == ("Oslo", 1176, 1176)
    assert rows[-1] == ("Ukjent", None, 3)
    return rows


def test_sqlalchemy_reads_what_duckdb_reads(
    expected: list[tuple[Any, ...]], engine: sqlalchemy.Engine
) -> None:
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(sqlalchemy.text(QUERY))] == expected


def test_adbc_reads_what_duckdb_reads(expected: list[tuple[Any, ...]], adbc: Any) -> None:
    with adbc.cursor() as cursor:
        cursor.execute(QUERY)
        columns = cursor.fetch_arrow_table().to_pydict()
    assert list(zip(*columns.values(), strict=True)) == expected


def test_sqlalchemy_cannot_write(engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match="read-only"):
        connection.execute(sqlalchemy.text("delete from dim_gender"))


def test_adbc_cannot_write(adbc: Any) -> None:
    with adbc.cursor() as cursor, pytest.raises(dbapi.Error, match="read-only"):
        cursor.execute("delete from dim_gender")


def test_sqlalchemy_reflects_relations_and_columns_with_their_comments(
    engine: sqlalchemy.Engine, ask: Ask
) -> None:
    relations = ask("""
        select schema_name, table_name, comment from duckdb_tables()
        where schema_name in ('main', 'quality')
    """)
    described = ask("""
        select schema_name, table_name, column_name, is_nullable, comment
        from duckdb_columns() where not internal order by schema_name, table_name, column_index
    """)
    inspector = sqlalchemy.inspect(engine)
    assert len(relations) > 40
    for schema, name, comment in relations:
        assert inspector.get_table_comment(name, schema=schema)["text"] == comment
        assert "One row per " in comment
        columns = inspector.get_columns(name, schema=schema)
        assert [(column["name"], column["nullable"], column["comment"]) for column in columns] == [
            row[2:] for row in described if row[:2] == (schema, name)
        ]
        assert all(column["comment"] for column in columns)
    for schema in ("main", "quality"):
        names = {name for found, name, _ in relations if found == schema}
        assert set(inspector.get_table_names(schema=schema)) == names
    # A view per county structure, and the relations that are stored in another form.
    assert len(inspector.get_view_names(schema="main")) == 5 + 4
    assert len(inspector.get_view_names(schema="quality")) == 2


def test_reflected_relations_are_joined_by_the_keys_that_the_dictionary_names(
    engine: sqlalchemy.Engine,
) -> None:
    metadata = sqlalchemy.MetaData()
    facts, months = (
        sqlalchemy.Table(name, metadata, autoload_with=engine, schema="main")
        for name in ("fct_monthly_participants", "dim_month")
    )
    query = (
        sqlalchemy.select(months.c.name, facts.c.participants)
        .join_from(facts, months, facts.c.month_key == months.c.month_key)
        .where(facts.c.breakdown_key == "TOTAL")
        .order_by(months.c.first_date)
        .limit(1)
    )
    with engine.connect() as connection:
        assert connection.execute(query).one() == ("Januar 2013", 74_256)


@pytest.fixture(scope="module")
def comments(ask: Ask) -> dict[tuple[Any, ...], str]:
    """Return the comment of every column."""
    rows = ask("""
        select schema_name, table_name, column_name, comment
        from duckdb_columns() where not internal and database_name = 'tiltak'
    """)
    return {row[:3]: row[3] for row in rows}


def test_adbc_says_of_every_column_what_it_is(comments: dict[tuple[Any, ...], str], adbc: Any) -> None:
    [catalog] = [
        found
        for found in adbc.adbc_get_objects(depth="all").read_all().to_pylist()
        if found["catalog_name"] == "tiltak"
    ]
    remarks = {
        (schema["db_schema_name"], table["table_name"], column["column_name"]): column["remarks"]
        for schema in catalog["catalog_db_schemas"]
        for table in schema["db_schema_tables"]
        for column in table["table_columns"]
    }
    assert remarks == comments
