"""Ask what the dashboard asks of the DuckDB file, the Parquet folder and PostgreSQL, and measure each.

Every question is one file of portable SQL in `questions`. All three must give the same answer. A question is
asked on a new connection, which is how a tool meets it first, and then again on the same one, which is how
a dashboard asks. Times are medians in milliseconds, rows fetched included and connecting left out.
`make bench-queries` runs this on a published set; PostgreSQL is started for it where it is installed.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from support.postgres_server import find_programs, running_server

from tiltak.home import Home
from tiltak.publish.catalogue import PUBLIC_SCHEMAS
from tiltak.publish.ddl import quoted
from tiltak.publish.postgres import Target, copy_to_postgres
from tiltak.publish.versions import Version, find_version

QUESTIONS = Path(__file__).with_name("questions")
# What a person at a dashboard takes for at once, several charts at a time.
MOST_MILLISECONDS = 50.0


Connection = duckdb.DuckDBPyConnection | psycopg.Connection[Any]
Connect = Callable[[], Connection]


@dataclass(frozen=True)
class Measured:
    """What a question takes in one place, in milliseconds."""

    first: float
    warm: float
    row_count: int


def questions() -> dict[str, str]:
    """Return the SQL of every question by its name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(QUESTIONS.glob("*.sql"))}


def connect_file(version: Version) -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file of a version as its readers do."""
    connection = duckdb.connect(str(version.database), read_only=True)
    connection.execute(f"set search_path = '{','.join(PUBLIC_SCHEMAS)}'")
    return connection


def connect_parquet(version: Version) -> duckdb.DuckDBPyConnection:
    """Open DuckDB with a view of every Parquet file of a version."""
    connection = duckdb.connect()
    for path in sorted((version.folder / "parquet").glob("*/*.parquet")):
        connection.execute(f"create view {path.stem} as from {quoted(str(path))}")
    return connection


def connect_postgres(dsn: str, schema: str) -> psycopg.Connection[Any]:
    """Open the PostgreSQL database that a version is published to."""
    return psycopg.connect(dsn, options=f"-c search_path={schema},{schema}_quality", autocommit=True)


def answer(connection: Connection, query: str) -> list[Any]:
    """Return all rows of a question."""
    rows: list[Any] = connection.execute(query).fetchall()
    return rows


def main() -> None:
    """Measure every question in every place, and print one table."""
    parser = argparse.ArgumentParser(description="Measure the questions of the dashboard.")
    parser.add_argument("--home", type=Path, default=Path("warehouse"), help="of the warehouse (warehouse)")
    parser.add_argument("--postgres", metavar="DSN", help="a server to use instead of one started for this")
    parser.add_argument("--runs", type=int, default=9, help="how often each is asked (9)")
    options = parser.parse_args()
    version = find_version(Home(options.home), "current")
    with ExitStack() as stack:
        places: dict[str, Connect] = {
            "DuckDB file": lambda: connect_file(version),
            "Parquet": lambda: connect_parquet(version),
        }
        dsn = options.postgres or _started(stack)
        if dsn:
            target = Target(dsn, schema="tiltak_bench", role="tiltak_bench_reader", wait=60)
            print(f"publishing {version.build_id} to PostgreSQL", file=sys.stderr)
            copy_to_postgres(version, target)
            places["PostgreSQL"] = lambda: connect_postgres(dsn, target.schema)
        else:
            print("PostgreSQL is not installed, so it is left out", file=sys.stderr)
        measured = {name: _measure(query, places, options.runs) for name, query in questions().items()}
    print("\n".join(_table(measured)))
    slow = [name for name, found in measured.items() if found["DuckDB file"].warm > MOST_MILLISECONDS]
    if slow:
        sys.exit(f"slower than {MOST_MILLISECONDS:.0f} ms from the DuckDB file: {', '.join(slow)}")


def _started(stack: ExitStack) -> str | None:
    programs = find_programs()
    return stack.enter_context(running_server(programs)) if programs else None


def _measure(query: str, places: dict[str, Connect], runs: int) -> dict[str, Measured]:
    """Measure a question in each place by turns, so that what else the machine does hits all alike."""
    first: dict[str, list[float]] = {place: [] for place in places}
    warm: dict[str, list[float]] = {place: [] for place in places}
    answers: dict[str, list[Any]] = {}
    for _ in range(runs):
        for place, connect in places.items():
            with closing(connect()) as connection:
                for seconds in (first, warm):
                    started = time.perf_counter()
                    answers[place] = answer(connection, query)
                    seconds[place].append(time.perf_counter() - started)
        expected = next(iter(answers.values()))
        for place, found in answers.items():
            if found != expected:
                sys.exit(f"{place} gives another answer than the DuckDB file to: {query}")
    return {
        place: Measured(_milliseconds(first[place]), _milliseconds(warm[place]), len(answers[place]))
        for place in places
    }


def _milliseconds(seconds: Sequence[float]) -> float:
    return 1000 * statistics.median(seconds)


def _table(measured: dict[str, dict[str, Measured]]) -> Iterator[str]:
    places = list(next(iter(measured.values())))
    yield f"{'milliseconds, first and again':28}{'rows':>6}" + "".join(f"{place:>18}" for place in places)
    for name, found in measured.items():
        times = "".join(f"{found[place].first:10.1f}{found[place].warm:8.1f}" for place in places)
        yield f"{name:28}{found[places[0]].row_count:6}{times}"


if __name__ == "__main__":
    main()
