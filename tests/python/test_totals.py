"""How many in all: a total for every month in which it is printed or adds up exactly."""

from collections.abc import Iterator

import duckdb
import pytest

from tiltak.home import Home


@pytest.fixture
def published(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        yield connection


def test_every_month_of_the_five_reports_has_a_total(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.sql("""
        select year(month_date), scope_tiltak_key, derivation, count(*), min_by(participants, month_key),
            max_by(participants, month_key)
        from mart_participants_total
        group by all order by 1, 2, 3
    """).fetchall()
    assert rows == [
        (2013, "_T", "printed", 11, 74256, 75769),
        (2019, "_T", "exact_sum", 12, 70430, 70515),
        (2020, "_T", "printed", 2, 68897, 70453),
        (2022, "_T", "printed", 7, 77818, 66432),
        (2024, "GRP_ARBEIDSPRAKSIS", "printed", 12, 12698, 14127),
    ]


def test_a_sum_is_exact_and_what_all_exact_divisions_say(published: duckdb.DuckDBPyConnection) -> None:
    differing = published.sql("""
        with divisions as (
            select partition_key, scope_tiltak_key, month_key, sum(participants_min) as everybody
            from fct_participants_by_slice
            where partition_key in ('TOTAL', 'HOVEDGRUPPE', 'TILTAKSGRUPPE', 'TILTAK')
            group by all
            having sum(participants_min) = sum(participants_max)
        )
        select * from divisions join mart_participants_total using (scope_tiltak_key, month_key)
        where everybody <> participants
    """).fetchall()
    assert differing == []
