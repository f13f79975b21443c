"""Write the guide for assistants: how to ask the published tables, and what must be said with an answer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from tiltak.publish.catalogue import Catalogue, View
from tiltak.publish.words import Word
from tiltak.relations import MONTH, in_words, read_relations

GUIDE = "assistant_guide.md"
TEMPLATE = Path(__file__).with_name("guide_template.md")
# Members of large dimensions are found by their names; these are few enough to list.
LISTED_DIMENSIONS = (
    "dim_hovedgruppe", "dim_gender", "dim_age_group", "dim_immigrant_background", "dim_birth_region",
    "dim_education",
)  # fmt: skip
# Columns that a question seldom needs; `describe_table` lists all.
LEFT_OUT = ("_en", "sort_order", "source", "confidence", "sha256", "legend_text", "_count")


def write_guide(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, notes: Sequence[Word], folder: Path
) -> None:
    """Write the guide into the folder of a set.

    Args:
        connection: to the published file.
        catalogue: the public relations.
        notes: what must be said with the numbers.
        folder: of the set.
    """
    parts = {
        "notes": "\n".join(f"- {note.name_en}" for note in notes),
        "months": "\n".join(_months(connection)),
        "tables": "\n".join(_tables(connection, catalogue)),
        "members": "\n".join(_members(connection)),
        "structures": "\n".join(_structures(connection)),
        "breaks": "\n".join(_breaks(connection)),
        **_examples(connection),
    }
    text = TEMPLATE.read_text(encoding="utf-8").format(**parts)
    (folder / GUIDE).write_text(text, encoding="utf-8")


def _months(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute("""
        select scope_tiltak_key, scope_name, list(month_key order by month_key)
        from main.mart_participants_total group by all order by max(month_key), scope_tiltak_key
    """).fetchall()
    yield "| population | key | months |"
    yield "|---|---|---|"
    for key, name, months in rows:
        yield f"| {name} | `{key}` | {in_words(months)} |"


def _tables(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Iterator[str]:
    described = {str(relation.name).removeprefix("main."): relation for relation in catalogue}
    common = _common(connection)
    yield f"Most tables with numbers also have: {', '.join(common)}."
    yield ""
    for name, relation in read_relations(connection).items():
        if name not in described or name.startswith("quality."):
            continue
        of = described[name]
        yield f"**`{name}`**: {of.description.split('. ', maxsplit=1)[0].rstrip('.')}."
        if relation.measures:
            never = ", ".join(f"`{column}`" for column in relation.alternatives)
            yield f"Numbers: {', '.join(relation.measures)}; never add up over {never}."
        if MONTH in relation.columns and relation.measures:
            months = connection.execute(f"select distinct {MONTH} from {name}").fetchall()
            yield f"Months: {in_words(month for (month,) in months) or 'none'}."
        if not isinstance(of, View) and not name.startswith(("bridge_", *LISTED_DIMENSIONS)):
            left_out = {*relation.measures, *(common if relation.measures else ())}
            columns = [column for column in relation.columns if not column.endswith(LEFT_OUT)]
            yield f"Columns: {', '.join(column for column in columns if column not in left_out)}."
        yield ""


def _common(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the columns that most of the tables with numbers have."""
    tables = [relation for relation in read_relations(connection).values() if relation.measures]
    counts = Counter(column for table in tables for column in table.columns if column not in table.measures)
    return [
        column
        for column, count in counts.items()
        if count > len(tables) / 2 and not column.endswith(LEFT_OUT)
    ]


def _members(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for dimension in LISTED_DIMENSIONS:
        key = f"{dimension.removeprefix('dim_')}_key"
        rows = connection.execute(f"select {key}, name from main.{dimension} order by sort_order").fetchall()
        yield f"- `{key}`: " + "; ".join(f"`{of}` {name}" for of, name in rows)
    groups = connection.execute("""
        select tiltak_key, name from main.dim_tiltak where tiltak_level <> 'tiltak' order by sort_order
    """).fetchall()
    yield "- `tiltak_key`, groups: " + "; ".join(f"`{of}` {name}" for of, name in groups)
    yield "- `tiltak_key`, measures: see `dim_tiltak` for names, groups, validity and what they are."


def _structures(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute("""
        select structures.structure_key, structures.name_en,
            string_agg(
                regions.name || ' ' || regions.region_key, ', '
                order by regions.sort_order, regions.region_key
            )
        from main.dim_county_structure as structures
        join main.bridge_county_structure_region as bridges using (structure_key)
        join main.dim_region as regions using (region_key)
        group by all order by structures.structure_key
    """).fetchall()
    for key, name, regions in rows:
        yield f"- `{key}`, {name}: {regions}"


def _breaks(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute("""
        select strftime(break_date, '%Y-%m'), name_en, scope from main.dim_series_break order by all
    """).fetchall()
    for month, name, scope in rows:
        yield f"- {month}: {name} ({scope})"


def _examples(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """Return what the examples ask for, so that each has an answer."""
    [(last, county_month, structure)] = connection.execute("""
        select
            (select max(month_key) from main.mart_participants_total),
            (select max(month_key) from main.mart_participants_by_county),
            (select max(structure_key) from main.dim_county_structure)
    """).fetchall()
    first = None if last is None else last // 100 * 100 + 1
    return {
        "last_month": last, "first_of_year": first, "county_month": county_month or last,
        "structure": structure,
    }  # fmt: skip
