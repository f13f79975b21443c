"""Compare the facts of two published versions."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from loaders.errors import LookupFailedError
from tiltak.publish.ddl import quoted

# The relations compared, and the column that holds the number; both are matched by fact_key.
FACTS = {"fct_monthly_participants": "participants", "fct_year_to_date_average": "participants_average"}
COMPARED = ("value", "value_min", "value_max", "status")


@dataclass(frozen=True)
class Differences:
    """The facts that two versions do not share.

    Attributes:
        columns: names of the values in a row: relation, difference (`added`, `removed` or `changed`),
            fact_key, then value, bounds and status in the older version and in the newer one.
        rows: sorted by relation, difference and fact.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def find_differences(older: Path, newer: Path) -> Differences:
    """Return which facts were added, removed or changed in number, bounds or status.

    Raises:
        LookupFailedError: a file cannot be read, or is of a release with other facts.
    """
    values = (f"{version}_{name}" for version in ("older", "newer") for name in COMPARED)
    query = " union all ".join(_query(relation, measure) for relation, measure in FACTS.items())
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {quoted(str(older))} as older (read_only)")
            connection.execute(f"attach {quoted(str(newer))} as newer (read_only)")
            rows = connection.execute(f"{query} order by relation, difference, fact_key").fetchall()
    except duckdb.Error as error:
        raise LookupFailedError(
            f"the versions cannot be compared: {error}", "see `tiltak history`", f"{older}, {newer}"
        ) from error
    return Differences(("relation", "difference", "fact_key", *values), tuple(rows))


def _query(relation: str, measure: str) -> str:
    values = {
        version: f"{version}_rows.{measure}, {version}_rows.{measure}_min, {version}_rows.{measure}_max, "
        f"{version}_rows.value_status"
        for version in ("older", "newer")
    }
    return f"""
        select
            '{relation}' as relation,
            case
                when older_rows.fact_key is null then 'added'
                when newer_rows.fact_key is null then 'removed'
                else 'changed'
            end as difference,
            coalesce(older_rows.fact_key, newer_rows.fact_key) as fact_key,
            {values["older"]},
            {values["newer"]}
        from older.main.{relation} as older_rows
        full outer join newer.main.{relation} as newer_rows on older_rows.fact_key = newer_rows.fact_key
        where ({values["older"]}) is distinct from ({values["newer"]})
    """
