"""The public relations as a question sees them: columns, which count people, over which nothing is summed."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tiltak.home import PROJECT

MONTH = "month_key"
# Members of these columns show the same people once more: a sum takes one member of each.
ALTERNATIVES = (
    MONTH, "scope_tiltak_key", "structure_key", "comparison_key", "partition_key", "breakdown_key",
)  # fmt: skip
COUNTS = ("participants", "earlier_participants", "change")
BOUNDS = ("_min", "_max")


@dataclass(frozen=True)
class Relation:
    """A public relation.

    Attributes:
        name: as a query names it.
        columns: name and type, in their order.
        key: the columns of its primary key; empty for a view.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that count people."""
        kept = (column for column in self.columns if _is_measure(column))
        return tuple(kept) if MONTH in self.columns else ()

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The columns over which its numbers are never added up."""
        kept = [column for column in ALTERNATIVES if column in self.columns]
        return tuple(kept + [column for column in self.key if column == "report_key"])

    def has_bounds(self, measure: str) -> bool:
        """Tell whether a number may be empty, with bounds beside it."""
        return all(f"{measure}{bound}" in self.columns for bound in BOUNDS)


def _is_measure(column: str) -> bool:
    return column.startswith(("participants", "earlier_participants")) or column in {
        "change", "change_min", "change_max", "change_percent",
    }  # fmt: skip


def dimension_names() -> list[str]:
    """Return the dimensions of a fact besides month and report, each once."""
    with (PROJECT / "seeds" / "codelists" / "dimension.csv").open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["dimension"] for row in csv.DictReader(file)))


def read_relations(connection: duckdb.DuckDBPyConnection) -> dict[str, Relation]:
    """Return the public relations by their names."""
    columns: dict[str, dict[str, str]] = {}
    for schema, table, column, data_type in connection.execute("""
        select schema_name, table_name, column_name, data_type from duckdb_columns()
        where not internal and schema_name in ('main', 'quality')
        order by schema_name, table_name, column_index
    """).fetchall():
        name = table if schema == "main" else f"{schema}.{table}"
        columns.setdefault(name, {})[column] = data_type
    keys = connection.execute("select relation_name, column_names from stored.primary_key").fetchall()
    key_of = {name.removeprefix("main."): tuple(key) for name, key in keys}
    return {name: Relation(name, of, key_of.get(name, ())) for name, of in columns.items()}


def in_words(months: Iterable[int]) -> str:
    """Return months as spans: `2013-01 to 2013-11, 2020-01`."""
    spans = list(_spans(sorted(months)))
    return ", ".join(_shown(first) + (f" to {_shown(last)}" if last > first else "") for first, last in spans)


def _spans(months: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = None
    for place, month in enumerate(months):
        first = month if first is None else first
        following = months[place + 1] if place + 1 < len(months) else None
        if following != _next(month):
            yield first, month
            first = None


def _next(month: int) -> int:
    year, number = divmod(month, 100)
    return (year + 1) * 100 + 1 if number == 12 else month + 1  # noqa: PLR2004  # months of a year


def _shown(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"
