"""The questions that `make bench-queries` measures: each has one answer, wherever it is asked."""

from collections.abc import Iterator

import duckdb
import pytest
from measure.speed.queries import answer, connect_file, connect_parquet, questions

from tiltak.home import Home
from tiltak.publish.versions import Version, find_version


@pytest.fixture(scope="module")
def version(built_home: Home) -> Version:
    """The version that is published as files."""
    return find_version(built_home, "current")


@pytest.fixture(scope="module")
def parquet(version: Version) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB on the Parquet files."""
    with connect_parquet(version) as connection:
        yield connection


def test_there_are_ten_questions() -> None:
    assert len(questions()) == 10


@pytest.mark.parametrize("name", questions())
def test_the_file_and_parquet_give_the_same_answer(
    name: str, version: Version, parquet: duckdb.DuckDBPyConnection
) -> None:
    query = questions()[name]
    with connect_file(version) as connection:
        expected = answer(connection, query)
    assert len(expected) >= 5
    assert answer(parquet, query) == expected
