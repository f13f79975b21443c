"""No published number, nor the difference of two in a row, is what a star hides, whatever relation it is in.

Some stars can be worked out from one printed sum: the whole less the parts that are not hidden. For those it
is known here what must not be told. Every published relation that leads to such a figure or its check is
looked at, so that one that is new is, too.
"""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from tiltak.home import Home

# Columns by which a row says which figure, cell or check it is about.
LINKS = ("check_key", "whole_fact_key", "fact_key", "cell_id", "newer_cell_id")
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
# A number that has nothing to do with what is hidden is the same by chance in a quarter of the rows: 0 to 3.
FEWEST_ROWS, MORE_THAN_CHANCE = 20, 0.6
GIVEN_AWAY = """
    create temporary table given_away as
    select
        checks.check_key,
        checks.whole_fact_key,
        terms.fact_key,
        terms.cell_id,
        terms.cell_id as newer_cell_id,
        checks.whole_min * checks.whole_weight - checks.parts_min as behind_the_star
    from built.intermediate.int_rule_check as checks
    inner join built.intermediate.int_rule_term as terms
        on
            checks.check_key = terms.check_key
            and terms.term_role = 'part'
            and terms.participants_min < terms.participants_max
    where checks.hidden_part_count = 1 and not checks.is_whole_hidden and checks.rule_type = 'sum'
"""


@pytest.fixture
def published(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the published file, and knows what the stars of some sums hide."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built_home.building}' as built (read_only)")
        connection.execute(GIVEN_AWAY)
        connection.execute(f"attach '{Path(built_home.warehouse)}' as published (read_only)")
        yield connection


def relations(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[list[str], list[str]]]:
    """Return the linking columns and the numbers of each relation that has both."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = $database and not internal order by all",
        {"database": database},
    ).fetchall()
    found: dict[str, tuple[list[str], list[str]]] = {}
    for relation, column, kind in rows:
        links, numbers = found.setdefault(f"{database}.{relation}", ([], []))
        if column in LINKS:
            links.append(column)
        elif kind.startswith(NUMBERS):
            numbers.append(column)
    return {name: columns for name, columns in found.items() if all(columns)}


def told(connection: duckdb.DuckDBPyConnection, relation: str, link: str, number: str) -> bool:
    """Tell whether a number is what is hidden, in more rows than it would be by chance."""
    rows = connection.execute(f"""
        select count(value), count(distinct value), avg(cast(value = behind_the_star as integer))
        from (
            select distinct given_away.{link}, behind_the_star, {number} as value
            from given_away inner join {relation} using ({link})
        )
        where value is not null
    """).fetchall()
    count, different, share = rows[0]
    # What is always the same, as the lower bound, tells nothing.
    return bool(count >= FEWEST_ROWS and different > 1 and share > MORE_THAN_CHANCE)


def leaks(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    """Return the numbers, and differences of two, that tell what is hidden."""
    return [
        f"{relation} by {link}: {number}"
        for relation, (links, numbers) in relations(connection, database).items()
        for number in (*numbers, *(f"{one} - {other}" for one, other in combinations(sorted(numbers), 2)))
        for link in links
        if any(told(connection, relation, link, signed) for signed in (number, f"-({number})"))
    ]


def test_no_published_number_is_what_a_star_hides(published: duckdb.DuckDBPyConnection) -> None:
    found = relations(published, "published")
    assert {"published.quality.fct_rule_check", "published.main.fct_monthly_participants"} <= found.keys()
    assert leaks(published, "published") == []


def test_a_sum_of_the_shown_parts_beside_the_whole_is_found(published: duckdb.DuckDBPyConnection) -> None:
    published.execute("""
        create table careless as
        select check_key, parts_min as parts_sum, whole_min as whole from built.intermediate.int_rule_check
    """)
    published.execute("create table worse as select fact_key, behind_the_star as it from given_away")
    assert leaks(published, "memory") == [
        "memory.main.careless by check_key: parts_sum - whole",
        "memory.main.worse by fact_key: it",
    ]
