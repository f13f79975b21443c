"""The published tables and views as DuckDB writes them, made from the catalogue."""

from collections.abc import Iterator

from publish.catalogue import Catalogue, Relation, Table, View

# The contracts' portable names of types, where DuckDB prefers another.
DUCKDB_TYPES = {"string": "varchar"}


def create_table(table: Table) -> str:
    """Return the statement that creates a table with its types, keys, checks and references."""
    parts = [
        f"{column.name} {DUCKDB_TYPES.get(column.data_type, column.data_type)}"
        + ("" if column.is_nullable else " not null")
        for column in table.columns
    ]
    parts.append(f"primary key ({', '.join(table.primary_key)})")
    parts += [f"check ({check})" for check in table.checks]
    parts += [f"foreign key ({key.column}) references {key.table} ({key.key})" for key in table.foreign_keys]
    body = ",\n    ".join(parts)
    return f"create table {table.name} (\n    {body}\n)"


def create_view(view: View) -> str:
    """Return the statement that creates a view."""
    return f"create view {view.name} as {view.query}"


def comments(catalogue: Catalogue) -> Iterator[str]:
    """Yield the statements that attach the descriptions of relations and columns."""
    for relation in catalogue:
        kind = "view" if isinstance(relation, View) else "table"
        yield f"comment on {kind} {relation.name} is {quoted(relation.description)}"
        yield from _column_comments(relation)


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _column_comments(relation: Relation) -> Iterator[str]:
    for column in relation.columns:
        yield f"comment on column {relation.name}.{column.name} is {quoted(column.description)}"
