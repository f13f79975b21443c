"""Learn from a built warehouse what plausibility compares with: figures of an edition, tables of a product.

What is learned are lines of two seeds, for a person to review. Lines that are there already stay as they are.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from loaders.errors import LookupFailedError
from tiltak.home import PROJECT, Home

# The mean of a hidden number is that of its bounds; the star says as much.
FIGURES = """
    select product_code, year, series_key, round(avg(figure), 1) as participants
    from intermediate.int_plain_cell
    group by all
    order by all
"""
TABLES = """
    select
        reports.product_code, year(reports.period_end_date) as year, shapes.total_key, shapes.row_dimension,
        string_agg(shapes.member_code, ' ' order by shapes.member_code) as members
    from intermediate.int_table_shape as shapes
    inner join intermediate.int_edition as editions
        on shapes.report_id = editions.report_id and editions.newer_report_id is null
    inner join staging.stg_report as reports on shapes.report_id = reports.report_id
    group by all
    order by all
"""


@dataclass(frozen=True)
class Learned:
    """What was added to a seed.

    Attributes:
        seed: the file.
        editions: product and year of the lines that are new.
        line_count: how many they are.
    """

    seed: Path
    editions: list[tuple[str, str]]
    line_count: int


def learn(home: Home, rules: Path = PROJECT / "seeds" / "rules") -> list[Learned]:
    """Add to the seeds what is built in a home and what they do not have: editions, and whole products.

    The tables of a product are learned once, from the first good edition: an edition that has lost some must
    not teach that they are gone.

    Raises:
        LookupFailedError: nothing is built there.
    """
    try:
        with duckdb.connect(str(home.building), read_only=True) as connection:
            figures, tables = (_rows(connection, query) for query in (FIGURES, TABLES))
    except duckdb.Error as error:
        raise LookupFailedError(
            f"there is no build to learn from: {error}", "run `tiltak build` first", str(home.building)
        ) from error
    return [
        _add(rules / "reference_figure.csv", figures, 2),
        _add(rules / "product_shape.csv", tables, 1),
    ]


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[list[str]]:
    return [[str(value) for value in row] for row in connection.execute(query).fetchall()]


def _add(seed: Path, rows: list[list[str]], key_length: int) -> Learned:
    """Add the rows whose first values no line of a seed begins with."""
    with seed.open(encoding="utf-8", newline="") as file:
        known = {tuple(row[:key_length]) for row in csv.reader(file)}
    new = [row for row in rows if tuple(row[:key_length]) not in known]
    with seed.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(new)
    return Learned(seed, sorted({(row[0], row[1]) for row in new}), len(new))
