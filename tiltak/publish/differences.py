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

    def without(self, difference: str) -> "Differences":
        """Return the differences but those of one kind."""
        return Differences(self.columns, tuple(row for row in self.rows if row[1] != difference))


def find_differences(older: Path, newer: Path, current: Path | None = None) -> Differences:
    """Return which facts were added, removed or changed in number, bounds or status.

    A number that is hidden in the version that readers get is withheld here; so is one that this version does
    not have, and one of the others hides.

    Args:
        older: the database of a version.
        newer: the database of the version to compare with.
        current: the database that readers get; `newer` unless another is named.

    Raises:
        LookupFailedError: a file cannot be read, or is of a release with other facts.
    """
    files = {"older": older, "newer": newer, "current_version": current or newer}
    values = (f"{version}_{name}" for version in ("older", "newer") for name in COMPARED)
    query = " union all ".join(_query(relation, measure) for relation, measure in FACTS.items())
    try:
        with duckdb.connect() as connection:
            for name, file in files.items():
                connection.execute(f"attach {quoted(str(file))} as {name} (read_only)")
            rows = connection.execute(f"{query} order by relation, difference, fact_key").fetchall()
    except duckdb.Error as error:
        raise LookupFailedError(
            f"the versions cannot be compared: {error}", "see `tiltak history`", f"{older}, {newer}"
        ) from error
    return Differences(("relation", "difference", "fact_key", *values), tuple(rows))


def _query(relation: str, measure: str) -> str:
    current = f"current_version.main.{relation}"
    hidden = f"""
        select fact_key from {current} where value_status = 'suppressed'
        union
        select fact_key from (
            select fact_key, value_status from older.main.{relation}
            union all
            select fact_key, value_status from newer.main.{relation}
        )
        where value_status = 'suppressed' and fact_key not in (select fact_key from {current})
    """
    compared, shown = {}, {}
    for version in ("older", "newer"):
        columns = (measure, f"{measure}_min", f"{measure}_max", "value_status")
        names = [f"{version}_rows.{column}" for column in columns]
        is_withheld = f"(hidden.fact_key is not null and {names[-1]} <> 'suppressed')"
        compared[version] = ", ".join(names)
        shown[version] = ", ".join(
            [f"case when not {is_withheld} then {name} end" for name in names[:-1]]
            + [f"case when {is_withheld} then 'withheld' else {names[-1]} end"]
        )
    return f"""
        select
            '{relation}' as relation,
            case
                when older_rows.fact_key is null then 'added'
                when newer_rows.fact_key is null then 'removed'
                else 'changed'
            end as difference,
            coalesce(older_rows.fact_key, newer_rows.fact_key) as fact_key,
            {shown["older"]},
            {shown["newer"]}
        from older.main.{relation} as older_rows
        full outer join newer.main.{relation} as newer_rows on older_rows.fact_key = newer_rows.fact_key
        left join ({hidden}) as hidden
            on coalesce(older_rows.fact_key, newer_rows.fact_key) = hidden.fact_key
        where ({compared["older"]}) is distinct from ({compared["newer"]})
    """
