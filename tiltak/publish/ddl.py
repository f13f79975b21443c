"""The published tables and views as a database writes them, made from the catalogue.

Statements are portable; what databases call differently, types and schemas, is in their `Dialect`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tiltak.publish.catalogue import Catalogue, ForeignKey, Name, Relation, Table, View


@dataclass(frozen=True)
class Dialect:
    """How a database calls what the catalogue names.

    Attributes:
        types: its name of a type, where it is another than that of the contracts.
        schemas: its name of a schema, where it is another than that of the catalogue.
    """

    types: Mapping[str, str]
    schemas: Mapping[str, str]

    def name(self, name: Name) -> Name:
        """Return the name of a relation in this database."""
        return name._replace(schema=self.schemas.get(name.schema, name.schema))

    def type_of(self, data_type: str) -> str:
        """Return the name of a type in this database."""
        return self.types.get(data_type, data_type)


DUCKDB = Dialect(types={"string": "varchar"}, schemas={})


def postgres(schemas: Mapping[str, str]) -> Dialect:
    """Return the dialect of PostgreSQL, with the published schemas under names of their own."""
    return Dialect(types={"string": "text", "double": "double precision"}, schemas=schemas)


def create_table(table: Table, dialect: Dialect = DUCKDB) -> str:
    """Return the statement that creates a table with its types, keys, checks and references."""
    parts = [
        f"{column.name} {dialect.type_of(column.data_type)}" + ("" if column.is_nullable else " not null")
        for column in table.columns
    ]
    parts += [_primary_key(table)] if table.primary_key else []
    parts += [f"check ({check})" for check in table.checks]
    parts += [_foreign_key(key, dialect) for key in table.foreign_keys]
    body = ",\n    ".join(parts)
    return f"create table {dialect.name(table.name)} (\n    {body}\n)"


def without_keys(table: Table) -> Table:
    """Return a table as it is created where `add_keys` comes after its rows."""
    return replace(table, primary_key=(), foreign_keys=())


def add_keys(catalogue: Catalogue, dialect: Dialect) -> Iterator[str]:
    """Yield the statements that add all keys, then all references, to tables that have their rows."""
    for table in catalogue.tables:
        yield f"alter table {dialect.name(table.name)} add {_primary_key(table)}"
    for table in catalogue.tables:
        for key in table.foreign_keys:
            yield f"alter table {dialect.name(table.name)} add {_foreign_key(key, dialect)}"


def create_indexes(table: Table, dialect: Dialect) -> Iterator[str]:
    """Yield the statements that index what a table is joined and filtered on.

    These are its references, the other columns of its grain, and its dates; not the first column of the
    primary key, which that key's own index serves.
    """
    wanted = {key.column for key in table.foreign_keys} | set(table.grain)
    for column in table.columns:
        if (column.name in wanted or column.data_type == "date") and column.name != table.primary_key[0]:
            yield f"create index on {dialect.name(table.name)} ({column.name})"


def create_view(view: View, dialect: Dialect = DUCKDB) -> str:
    """Return the statement that creates a view."""
    columns = ", ".join(column.name for column in view.columns)
    rows = f" where {view.condition}" if view.condition else ""
    return f"create view {dialect.name(view.name)} as select {columns} from {dialect.name(view.table)}{rows}"


def comments(catalogue: Catalogue, dialect: Dialect = DUCKDB) -> Iterator[str]:
    """Yield the statements that attach the descriptions of relations and columns."""
    for relation in catalogue:
        kind = "view" if isinstance(relation, View) else "table"
        yield f"comment on {kind} {dialect.name(relation.name)} is {quoted(relation.description)}"
        yield from _column_comments(relation, dialect)


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _primary_key(table: Table) -> str:
    return f"primary key ({', '.join(table.primary_key)})"


def _foreign_key(key: ForeignKey, dialect: Dialect) -> str:
    return f"foreign key ({key.column}) references {dialect.name(key.table)} ({key.key})"


def _column_comments(relation: Relation, dialect: Dialect) -> Iterator[str]:
    name = dialect.name(relation.name)
    for column in relation.columns:
        yield f"comment on column {name}.{column.name} is {quoted(column.description)}"
