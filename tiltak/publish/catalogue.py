"""What is public: relations, columns, keys and references, read once from dbt's manifest.

Everything that describes the published relations is made from the catalogue: tables of the published file,
their comments, the data dictionary, and any copy of the warehouse in another database. dbt's YAML stays the
only place where a relation is described.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from tiltak.errors import BuildError

PUBLIC_SCHEMAS = ("main", "quality")
NEXT_STEP = "correct the model's YAML and build again"


class Name(NamedTuple):
    """Schema and name of a relation."""

    schema: str
    relation: str

    def __str__(self) -> str:
        """Return the name as SQL writes it."""
        return f"{self.schema}.{self.relation}"


STRUCTURES = Name("main", "dim_county_structure")
BY_STRUCTURE = Name("main", "mart_participants_by_county_structure")


@dataclass(frozen=True)
class Column:
    """A column of a public relation.

    Attributes:
        name: its name.
        data_type: as in the model's contract: `string`, `integer`, `double`, `boolean`, `date`, `timestamp`.
        description: Markdown, with doc blocks filled in.
        is_nullable: False where the contract forbids NULL, and for the columns of a primary key.
    """

    name: str
    data_type: str
    description: str
    is_nullable: bool


@dataclass(frozen=True)
class ForeignKey:
    """A column whose values are all found in the key of another table.

    Attributes:
        column: the column that refers.
        table: the table referred to.
        key: that table's primary key.
        test: name of the dbt test that holds the reference.
    """

    column: str
    table: Name
    key: str
    test: str


@dataclass(frozen=True)
class Table:
    """A public table.

    Attributes:
        name: schema and name.
        description: Markdown; begins with what a row is.
        grain: the columns of which no two rows have the same values.
        columns: in their order.
        primary_key: the same columns as the grain, as enforced.
        checks: SQL conditions that hold in every row.
        foreign_keys: one per key of the test `keys_lead_to_members` of the table, by column.
    """

    name: Name
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    checks: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def reference(self, column: str) -> ForeignKey | None:
        """Return what a column refers to, if anything."""
        return next((key for key in self.foreign_keys if key.column == column), None)


@dataclass(frozen=True)
class View:
    """A public view: some columns and rows of one table.

    Attributes:
        name: schema and name.
        description: Markdown.
        grain: the columns of which no two rows have the same values.
        columns: in their order, described as in the table.
        table: the table it reads.
        condition: portable SQL that says which rows it keeps; None for all of them.
    """

    name: Name
    description: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    table: Name
    condition: str | None


Relation = Table | View


@dataclass(frozen=True)
class Catalogue:
    """All public relations.

    Attributes:
        tables: each comes after those it refers to. Only where tables refer to one another in a circle, one
            reference leads to a later table, if possible one that may be empty.
        views: by name; empty until `with_views` has looked at a database.
    """

    tables: tuple[Table, ...]
    views: tuple[View, ...] = ()

    def __iter__(self) -> Iterator[Relation]:
        """Go through the tables, then the views."""
        yield from self.tables
        yield from self.views

    def table(self, name: Name) -> Table:
        """Return a table.

        Raises:
            KeyError: the catalogue has no such table.
        """
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(str(name))

    def with_views(self, connection: duckdb.DuckDBPyConnection, database: str) -> "Catalogue":
        """Return the catalogue with a view per county structure, so that a BI tool can pick one.

        Args:
            connection: a connection that has a database with the tables attached: how many structures there
                are depends on the seeds.
            database: name under which it is attached.
        """
        tables = {table.name: table for table in self.tables}
        if not {STRUCTURES, BY_STRUCTURE} <= tables.keys():
            return self
        keys = connection.execute(
            f"select structure_key from {database}.{STRUCTURES} order by structure_key"
        ).fetchall()
        return replace(self, views=tuple(_structure_view(tables[BY_STRUCTURE], key) for (key,) in keys))


def read_catalogue(manifest_path: Path) -> Catalogue:
    """Read the public tables from dbt's manifest.

    Args:
        manifest_path: `manifest.json` of the run that built the warehouse.

    Raises:
        BuildError: the manifest cannot be read, or a public model lacks what its table needs.
    """
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(
            f"dbt's manifest cannot be read: {error}", "run `tiltak build`", str(manifest_path)
        ) from error
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] in PUBLIC_SCHEMAS
    }
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    references = {key: tuple(_foreign_keys(key, tests, models)) for key in models}
    tables = {_name(model): _table(model, references[key]) for key, model in models.items()}
    return Catalogue(tuple(tables[name] for name in _referred_first(tables)))


def _structure_view(table: Table, key: str) -> View:
    """Return the view of the rows of one county structure, whose key is then the same in all of them."""
    columns = tuple(column for column in table.columns if column.name != "structure_key")
    return View(
        table.name._replace(
            relation=table.name.relation.replace("by_county_structure", f"on_counties_of_{key}")
        ),
        f"The rows of {table.name.relation} on the counties of {key}; the columns are described there.",
        tuple(column for column in table.grain if column != "structure_key"),
        columns,
        table.name,
        f"structure_key = '{key}'",
    )


def _name(model: Mapping[str, Any]) -> Name:
    return Name(model["schema"], model["alias"])


def _table(model: Mapping[str, Any], foreign_keys: tuple[ForeignKey, ...]) -> Table:
    primary_key = _primary_key(model)
    grain = tuple(model["config"]["meta"].get("grain", ()))
    if not primary_key or grain != primary_key:
        raise BuildError(f"{_name(model)} needs a primary key that is its meta.grain", NEXT_STEP)
    untyped = [column["name"] for column in model["columns"].values() if not column["data_type"]]
    if untyped:
        raise BuildError(f"{_name(model)} has columns without data_type: {', '.join(untyped)}", NEXT_STEP)
    columns = tuple(
        Column(
            column["name"],
            column["data_type"].lower(),
            " ".join(column["description"].split()),
            column["name"] not in primary_key
            and not any(constraint["type"] == "not_null" for constraint in column["constraints"]),
        )
        for column in model["columns"].values()
    )
    constraints = [
        *model["constraints"],
        *(constraint for column in model["columns"].values() for constraint in column["constraints"]),
    ]
    checks = tuple(constraint["expression"] for constraint in constraints if constraint["type"] == "check")
    return Table(
        _name(model),
        " ".join(model["description"].split()),
        grain,
        columns,
        primary_key,
        checks,
        tuple(sorted(foreign_keys, key=lambda key: key.column)),
    )


def _primary_key(model: Mapping[str, Any]) -> tuple[str, ...]:
    return next(
        (tuple(item["columns"]) for item in model["constraints"] if item["type"] == "primary_key"), ()
    )


def _foreign_keys(
    key: str, tests: Iterable[Mapping[str, Any]], models: Mapping[str, Mapping[str, Any]]
) -> Iterator[ForeignKey]:
    """Yield what the tests `keys_lead_to_members` of a model hold.

    A test that only warns or looks at some rows holds nothing.
    """
    by_name = {_name(model).relation: model for model in models.values()}
    for test in tests:
        metadata = test.get("test_metadata") or {}
        config = test["config"]
        if (
            metadata.get("name") != "keys_lead_to_members"
            or test["attached_node"] != key
            or config["severity"].upper() != "ERROR"
            or config.get("where")
        ):
            continue
        for column, target in metadata["kwargs"]["keys"].items():
            relation, field = target.split(".")
            if relation not in by_name or _primary_key(by_name[relation]) != (field,):
                raise BuildError(f"{test['name']}: {target} is no primary key of a public table", NEXT_STEP)
            yield ForeignKey(column, _name(by_name[relation]), field, test["name"])


def _referred_first(tables: Mapping[Name, Table]) -> list[Name]:
    """Sort tables so that each comes after those it refers to, as far as that can be.

    Where they refer to one another in a circle, one reference of the circle leads to a later table: one that
    may be empty, if there is any.
    """
    referred = {
        name: {key.table for key in table.foreign_keys} - {name} for name, table in sorted(tables.items())
    }
    while True:
        try:
            return list(TopologicalSorter({name: sorted(to) for name, to in referred.items()}).static_order())
        except CycleError as error:
            circle = error.args[1]
            links = sorted((later, earlier) for earlier, later in pairwise(circle))
            table, to = min(links, key=lambda link: not _is_optional(tables[link[0]], link[1]))
            referred[table].remove(to)


def _is_optional(table: Table, to: Name) -> bool:
    """Tell whether all references of a table to another may be empty."""
    nullable = {column.name for column in table.columns if column.is_nullable}
    return all(key.column in nullable for key in table.foreign_keys if key.table == to)
