"""The catalogue: what it reads from dbt's manifest, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.publish.catalogue import Catalogue, ForeignKey, Name, read_catalogue
from tiltak.publish.ddl import create_table, create_view

Manifest = dict[str, Any]


def model(name: str, *columns: str, key: str, schema: str = "main") -> Manifest:
    """Return a model's node with text columns, all of them empty-able but for its key."""
    return {
        "resource_type": "model",
        "schema": schema,
        "alias": name,
        "description": f"One row\nper {key}.",
        "config": {"meta": {"grain": [key]}},
        "constraints": [{"type": "primary_key", "columns": [key], "expression": None}],
        "columns": {
            column: {"name": column, "data_type": "STRING", "description": "Text.", "constraints": []}
            for column in columns
        },
    }


def refers(source: str, keys: dict[str, str], **config: Any) -> Manifest:
    """Return a node of the test `keys_lead_to_members`."""
    return {
        "resource_type": "test",
        "name": f"keys_of_{source}_lead_to_members",
        "test_metadata": {"name": "keys_lead_to_members", "kwargs": {"keys": keys}},
        "attached_node": source,
        "config": {"severity": "ERROR", "where": None, **config},
    }


def manifest() -> Manifest:
    return {
        "nodes": {
            "fact": model("fact", "fact_key", "month_key", "parent_key", "value", key="fact_key"),
            "month": model("month", "month_key", key="month_key"),
            "step": model("step", "step_key", key="step_key", schema="intermediate"),
            "a": refers("fact", {"month_key": "month.month_key"}),
            "b": refers("fact", {"parent_key": "fact.fact_key"}),
        }
    }


def read(folder: Path, content: Manifest) -> Catalogue:
    path = folder / "manifest.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_catalogue(path)


def test_tables_come_after_those_they_refer_to_and_steps_are_left_out(tmp_path: Path) -> None:
    catalogue = read(tmp_path, manifest())
    assert [str(table.name) for table in catalogue.tables] == ["main.month", "main.fact"]
    fact = catalogue.table(Name("main", "fact"))
    assert fact.description == "One row per fact_key."
    assert [(column.name, column.is_nullable) for column in fact.columns] == [
        ("fact_key", False),
        ("month_key", True),
        ("parent_key", True),
        ("value", True),
    ]
    assert fact.foreign_keys == (
        ForeignKey("month_key", Name("main", "month"), "month_key", "keys_of_fact_lead_to_members"),
        ForeignKey("parent_key", Name("main", "fact"), "fact_key", "keys_of_fact_lead_to_members"),
    )
    assert fact.reference("value") is None


def test_of_tables_in_a_circle_the_one_whose_reference_may_be_empty_comes_first(tmp_path: Path) -> None:
    content = manifest()
    content["nodes"]["c"] = refers("month", {"month_key": "fact.fact_key"})
    names = [str(table.name) for table in read(tmp_path, content).tables]
    assert names == ["main.fact", "main.month"]
    not_null = [{"type": "not_null", "expression": None}]
    content["nodes"]["fact"]["columns"]["month_key"]["constraints"] = not_null
    content["nodes"]["month"] = model("month", "month_key", "fact_key", key="month_key")
    content["nodes"]["c"] = refers("month", {"fact_key": "fact.fact_key"})
    names = [str(table.name) for table in read(tmp_path, content).tables]
    assert names == ["main.month", "main.fact"]


@pytest.mark.parametrize("config", [{"severity": "warn"}, {"where": "value = 'x'"}])
def test_a_test_that_warns_or_looks_at_some_rows_makes_no_foreign_key(
    config: dict[str, str], tmp_path: Path
) -> None:
    content = manifest()
    content["nodes"]["a"]["config"] |= config
    assert [key.column for key in read(tmp_path, content).tables[0].foreign_keys] == ["parent_key"]


def refer_to_no_key(content: Manifest) -> None:
    content["nodes"]["a"] = refers("month", {"month_key": "fact.value"})


def refer_to_a_step(content: Manifest) -> None:
    content["nodes"]["a"] = refers("fact", {"value": "step.step_key"})


def lose_a_type(content: Manifest) -> None:
    content["nodes"]["fact"]["columns"]["value"]["data_type"] = None


def change_the_grain(content: Manifest) -> None:
    content["nodes"]["fact"]["config"]["meta"]["grain"] = ["fact_key", "month_key"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (refer_to_no_key, r"fact\.value is no primary key of a public table"),
        (refer_to_a_step, r"step\.step_key is no primary key of a public table"),
        (lose_a_type, "columns without data_type: value"),
        (change_the_grain, "main.fact needs a primary key that is its meta.grain"),
    ],
)
def test_a_model_that_makes_no_table_is_refused(
    spoil: Callable[[Manifest], None], told: str, tmp_path: Path
) -> None:
    content = manifest()
    spoil(content)
    with pytest.raises(BuildError, match=told):
        read(tmp_path, content)


def test_a_missing_manifest_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="manifest cannot be read"):
        read_catalogue(tmp_path / "manifest.json")


def test_a_table_is_written_with_types_keys_checks_and_references(tmp_path: Path) -> None:
    content = manifest()
    content["nodes"]["fact"]["constraints"].append({"type": "check", "expression": "value <> ''"})
    fact = read(tmp_path, content).table(Name("main", "fact"))
    assert create_table(fact).split("\n    ")[1:] == [
        "fact_key varchar not null,",
        "month_key varchar,",
        "parent_key varchar,",
        "value varchar,",
        "primary key (fact_key),",
        "check (value <> ''),",
        "foreign key (month_key) references main.month (month_key),",
        "foreign key (parent_key) references main.fact (fact_key)\n)",
    ]


def test_there_is_a_view_per_county_structure(tmp_path: Path) -> None:
    content = manifest()
    content["nodes"]["structures"] = model("dim_county_structure", "structure_key", key="structure_key")
    mart = model("mart_participants_by_county_structure", "structure_key", "month_key", key="structure_key")
    mart["constraints"][0]["columns"].append("month_key")
    content["nodes"]["mart"] = mart | {"config": {"meta": {"grain": ["structure_key", "month_key"]}}}
    catalogue = read(tmp_path, content)
    with duckdb.connect() as connection:
        connection.execute("""
            create table dim_county_structure as select unnest(['2024', '2020']) as structure_key;
            create table mart_participants_by_county_structure as
            select unnest(['2024', '2020', '2024']) as structure_key, unnest(['1', '2', '3']) as month_key
        """)
        views = catalogue.with_views(connection, "memory").views
        for view in views:
            connection.execute(create_view(view))
        assert connection.sql("from mart_participants_on_counties_of_2024").fetchall() == [("1",), ("3",)]
    assert [view.name.relation for view in views] == [
        "mart_participants_on_counties_of_2020",
        "mart_participants_on_counties_of_2024",
    ]
    assert (views[0].grain, views[0].table.relation) == (
        ("month_key",),
        "mart_participants_by_county_structure",
    )
    assert views[0].description.startswith(
        "The rows of mart_participants_by_county_structure on the counties"
    )


def test_a_catalogue_without_county_structures_has_no_views(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        assert read(tmp_path, manifest()).with_views(connection, "memory").views == ()


def test_every_public_relation_of_the_published_file_is_in_the_catalogue(built_home: Home) -> None:
    query = """
        select table_schema || '.' || table_name, list(column_name order by ordinal_position)
        from information_schema.columns where table_schema in ('main', 'quality') group by 1
    """
    with duckdb.connect(str(built_home.warehouse), read_only=True) as published:
        catalogue = read_catalogue(built_home.target / "manifest.json").with_views(published, "tiltak")
        found = {name: set(columns) for name, columns in published.sql(query).fetchall()}
    assert found == {str(item.name): {column.name for column in item.columns} for item in catalogue}
    assert len(catalogue.views) >= 5
    assert all(column.description for item in catalogue for column in item.columns)


# Keys whose members are in no public dimension.
WITHOUT_TABLE = {"lineage_key", "comparison_key", "partition_key", "slice_key"}
WITHOUT_REFERENCE = {
    # The fact is a month or an average, as `measure` says; or it is gone from the newest edition.
    ("fct_printed_cell", "fact_key"),
    ("fct_participants_as_known", "fact_key"),
    # What a register names must be there, or its own guard says so by name.
    ("dim_accepted_exception", "check_key"),
    ("dim_correction", "cell_id"),
}


def test_every_key_of_a_mart_refers_to_its_table(built_home: Home) -> None:
    tables = read_catalogue(built_home.target / "manifest.json").tables
    missing = [
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if column.name.endswith(("_key", "cell_id"))
        and table.name.schema == "main"
        and table.primary_key != (column.name,)
        and table.reference(column.name) is None
        and column.name not in WITHOUT_TABLE
        and (table.name.relation, column.name) not in WITHOUT_REFERENCE
    ]
    assert missing == []
