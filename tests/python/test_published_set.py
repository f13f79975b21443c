"""The published set of the five reports: one content in every form, and each form fit for its readers."""

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.publish.catalogue import Catalogue, Relation, View, read_catalogue
from tiltak.publish.compact import (
    AVERAGE,
    CHECK,
    COMPACT,
    KNOWN,
    MONTHLY,
    PRINTED,
    STORED,
    TERM,
    write_compact,
)
from tiltak.publish.files import file_path
from tiltak.publish.record import RECORD_TABLES, read_record

OLD_CLIENT = "1.5.0"


@pytest.fixture(scope="module")
def folder(built_home: Home) -> Path:
    """The folder of the published set."""
    return (built_home.folder / "published").resolve()


@pytest.fixture
def published(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, opened as its readers do."""
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def catalogue(built_home: Home, folder: Path) -> Catalogue:
    """What is public, views included."""
    with duckdb.connect(str(folder / "tiltak.duckdb"), read_only=True) as connection:
        return read_catalogue(built_home.target / "manifest.json").with_views(connection, "tiltak")


def by_key(relation: Relation, columns: str = "*") -> str:
    return f"select {columns} from {relation.name} order by {', '.join(relation.grain)}"


def test_the_published_rows_are_those_that_were_built(
    published: duckdb.DuckDBPyConnection, built: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    for relation in catalogue:
        if relation.name not in RECORD_TABLES and not isinstance(relation, View):
            columns = ", ".join(column.name for column in relation.columns)
            expected = built.sql(by_key(relation, columns)).fetchall()
            assert published.sql(by_key(relation, columns)).fetchall() == expected, relation.name


def test_there_is_nothing_in_the_published_file_but_public_relations_and_how_they_are_stored(
    published: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    found = published.sql("select table_schema, table_name from information_schema.tables").fetchall()
    public = [tuple(relation.name) for relation in catalogue]
    stored = [(STORED, name) for name in ("fact", "primary_key", *(name.relation for name in COMPACT))]
    assert sorted(found) == sorted([*public, *stored])
    assert published.sql("select count(*) from duckdb_schemas() where not internal").fetchall() <= [(3,)]


def test_columns_have_the_types_of_their_contracts_however_they_are_stored(
    published: duckdb.DuckDBPyConnection, built: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    for table in catalogue.tables:
        described = f"select column_name, column_type from (describe {table.name})"
        assert published.sql(described).fetchall() == built.sql(described).fetchall(), table.name


def test_the_database_has_checks_and_no_index(
    published: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    """An index on keys of text is larger than the rows; keys and references are in the dictionary."""
    found = published.sql("""
        select schema_name || '.' || table_name, constraint_type, constraint_column_names
        from duckdb_constraints()
    """).fetchall()
    as_table = [table for table in catalogue.tables if table.name not in COMPACT]
    assert {kind for _, kind, _ in found} == {"CHECK", "NOT NULL"}
    checks = [table for table, kind, _ in found if kind == "CHECK"]
    assert len(checks) == sum(len(table.checks) for table in as_table) > 5
    not_null = {(table, columns[0]) for table, kind, columns in found if kind == "NOT NULL"}
    assert not_null == {
        (str(table.name), column.name)
        for table in as_table
        for column in table.columns
        if not column.is_nullable
    }
    assert published.sql("select count(*) from duckdb_indexes()").fetchall() == [(0,)]


def test_keys_are_enforced_in_the_built_file_and_written_down_in_the_published_one(
    built: duckdb.DuckDBPyConnection, published: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    keys = built.sql("""
        select schema_name || '.' || table_name, constraint_column_names from duckdb_constraints()
        where constraint_type = 'PRIMARY KEY'
    """).fetchall()
    assert {(table, tuple(columns)) for table, columns in keys} == {
        (str(table.name), table.primary_key) for table in catalogue.tables
    }
    written = published.sql("select relation_name, column_names from stored.primary_key").fetchall()
    assert sorted(written) == sorted(keys)
    references = [key for table in catalogue.tables for key in table.foreign_keys]
    assert len(references) > 100
    assert all(key.test for key in references)


@pytest.fixture
def set_to_store(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database, beside a copy of what was built that a test may change."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built_home.building}' as original (read_only)")
        connection.execute("attach ':memory:' as built")
        connection.execute("create schema built.quality")
        connection.execute("create schema quality")
        for name in COMPACT:
            connection.execute(f"create table built.{name} as from original.{name}")
        yield connection


@pytest.mark.parametrize(
    "change",
    [
        f"update built.{MONTHLY} set fact_key = fact_key || ':NEW' where month_key = 202401",
        f"update built.{KNOWN} set cell_id = replace(cell_id, ':t001:', ':t1:')",
        f"update built.{PRINTED} set cell_id = replace(cell_id, ':c05', ':c50')",
        f"update built.{CHECK} set check_key = check_key || ':' where rule_code = 'CHILDREN_ADD_UP'",
        f"update built.{TERM} set fact_key = (select min(fact_key) from built.{PRINTED})",
    ],
)
def test_a_key_that_is_made_of_other_things_is_not_stored(
    set_to_store: duckdb.DuckDBPyConnection, catalogue: Catalogue, change: str
) -> None:
    set_to_store.execute(change)
    with pytest.raises(BuildError, match="cannot be stored: its keys are made of other things"):
        write_compact(set_to_store, catalogue)


def test_keys_longer_than_usual_are_written_out_as_they_were(
    set_to_store: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    """Tables, rows and columns from 1 to 1000 and more."""
    for name in (KNOWN, PRINTED, MONTHLY, AVERAGE, CHECK, TERM):
        columns = {column.name for column in catalogue.table(name).columns} & {"cell_id", "check_key"}
        for column in columns:
            longer = (
                f"replace(replace(replace({column}, ':t01', ':t1001'), ':r02', ':r102'), ':c03', ':c1003')"
            )
            set_to_store.execute(f"update built.{name} set {column} = {longer}")
    set_to_store.execute(f"""
        update built.{PRINTED} set
            table_no = cast(substr(split_part(cell_id, ':', 2), 2) as integer),
            row_no = cast(substr(split_part(cell_id, ':', 3), 2) as integer),
            column_no = cast(substr(split_part(cell_id, ':', 4), 2) as integer)
    """)
    assert write_compact(set_to_store, catalogue) == set(COMPACT)
    longest = set_to_store.sql(f"select max(length(cell_id)) from {PRINTED}").fetchall()
    assert longest == [(len("5111a59692e6:t1001:r102:c1003") + 1,)]


def test_every_relation_and_column_says_what_it_is(
    published: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    columns = published.sql("""
        select schema_name || '.' || table_name, column_name, comment from duckdb_columns()
        where not internal and schema_name <> 'stored'
    """).fetchall()
    assert {(relation, column): comment for relation, column, comment in columns} == {
        (str(relation.name), column.name): column.description
        for relation in catalogue
        for column in relation.columns
    }
    relations = dict(
        published.sql("""
            select schema_name || '.' || table_name, comment from duckdb_tables()
            union all
            select schema_name || '.' || view_name, comment from duckdb_views() where not internal
        """).fetchall()
    )
    stored = {f"{STORED}.{name.relation}": f"How {name} is stored; read {name} itself." for name in COMPACT}
    stored[f"{STORED}.primary_key"] = "The primary key of each published table."
    stored[f"{STORED}.fact"] = "The keys of all facts that are printed or checked, numbered."
    assert relations == {str(relation.name): relation.description for relation in catalogue} | stored


def test_the_record_is_the_same_in_the_tables_and_beside_the_file(
    published: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    record = read_record((folder / "build.json").read_text(encoding="utf-8"))
    assert record.build_id == folder.name
    ((build_id, finished_at, passed, warned, content),) = published.sql("""
        select build_id, finished_at, passed_test_count, warned_test_count, content_sha256
        from quality.mart_build
    """).fetchall()
    assert (build_id, passed, warned) == (
        record.build_id,
        record.passed_test_count,
        record.warned_test_count,
    )
    assert finished_at == record.finished_at.replace(tzinfo=None)
    assert build_id == f"{finished_at:%Y%m%dT%H%M%SZ}-{content[:8]}"
    assert passed > 200
    reports, editions = (
        published.sql(f"select report_key, sha256, source_file from {table} order by 1").fetchall()
        for table in ("quality.mart_build_report", "dim_report")
    )
    assert reports == editions
    assert len(record.reports) == 5
    tools = dict(published.sql("select tool, tool_version from quality.mart_build_tool").fetchall())
    assert tools == record.tools
    assert tools["duckdb"] == duckdb.__version__
    assert set(tools) == {"python", "dbt-core", "dbt-duckdb", "duckdb", "pandas", "pyarrow"}
    counts = published.sql("select relation_name, row_count from quality.mart_build_relation").fetchall()
    assert dict(counts) == record.row_counts
    assert record.row_counts["main.fct_monthly_participants"] == 17625
    checks = published.sql("select sum(instance_count) from quality.mart_build_check").fetchall()
    assert checks[0][0] == sum(check.instance_count for check in record.checks) > 7000


def test_parquet_holds_what_the_database_holds(
    published: duckdb.DuckDBPyConnection, catalogue: Catalogue, folder: Path
) -> None:
    for relation in catalogue:
        path = file_path(folder, "parquet", relation.name)
        rows = published.sql(f"from '{path}'").fetchall()
        assert rows == published.sql(by_key(relation)).fetchall(), relation.name
        file = pq.ParquetFile(path)
        assert (file.metadata.metadata or {})[b"build_id"] == folder.name.encode()
        if file.metadata.num_rows:
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def as_csv(value: object) -> str:
    """Return a value as a CSV file has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_csv_is_plain_and_holds_what_the_database_holds(
    published: duckdb.DuckDBPyConnection, catalogue: Catalogue, exports: Path
) -> None:
    for relation in catalogue:
        content = file_path(exports, "csv", relation.name).read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        header, *rows = csv.reader(content.decode("utf-8").splitlines(keepends=True), strict=True)
        assert header == [column.name for column in relation.columns]
        expected = published.sql(by_key(relation)).fetchall()
        assert len(rows) == len(expected), relation.name
        for row, values in zip(rows, expected, strict=True):
            assert row == [as_csv(value) for value in values]


def test_codes_in_csv_are_as_they_are_in_the_database(exports: Path) -> None:
    text = (exports / "csv" / "main" / "dim_region.csv").read_text(encoding="utf-8")
    assert "\n03,03,Oslo,Oslo," in text
    assert '="' not in text


def test_of_dbt_nothing_is_published_but_what_the_dictionary_says(built_home: Home, folder: Path) -> None:
    """A document that dbt writes by itself has a measure that adds up the months."""
    written = {path.name for path in built_home.target.rglob("*.json")}
    assert {"manifest.json", "osi_document.json"} <= written
    assert "osi_document.json" not in {path.name for path in folder.rglob("*")}
    assert not written & {path.name for path in folder.rglob("*")}


class Anchors(HTMLParser):
    """Collects the anchors of a page, and the links to them."""

    def __init__(self) -> None:
        """Begin with a page that has nothing on it."""
        super().__init__()
        self.found: list[str] = []
        self.linked: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Note the anchor or link of a tag."""
        values = dict(attrs)
        if values.get("id"):
            self.found.append(str(values["id"]))
        if str(values.get("href", "")).startswith("#"):
            self.linked.add(str(values["href"])[1:])


def test_the_dictionary_describes_every_column_and_has_an_anchor_for_it(
    catalogue: Catalogue, folder: Path
) -> None:
    content = json.loads((folder / "dictionary.json").read_text(encoding="utf-8"))
    assert content["build_id"] == folder.name
    described = {
        f"{relation['schema']}.{relation['name']}.{column['name']}": column["description"]
        for relation in content["relations"]
        for column in relation["columns"]
    }
    assert described == {
        f"{relation.name}.{column.name}": column.description
        for relation in catalogue
        for column in relation.columns
    }
    page = Anchors()
    page.feed((folder / "dictionary.html").read_text(encoding="utf-8"))
    assert len(page.found) == len(set(page.found))
    assert set(described) <= set(page.found)
    assert page.linked <= set(page.found)
    text = (folder / "dictionary.html").read_text(encoding="utf-8")
    assert "http" not in re.sub(r'<a href="https?://', "", text)
    assert "<em>Stock at the end of the month: do not sum over months.</em>" in text


def test_the_checksums_are_those_of_all_files(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert told == found


@pytest.fixture(scope="module")
def old_client() -> Path:
    """A folder with the oldest client that must read the file, kept in the virtual environment."""
    folder = Path(sys.prefix) / "clients" / f"duckdb-{OLD_CLIENT}"
    if not folder.is_dir():
        partial = folder.with_name(f".{folder.name}-{os.getpid()}")
        pins = Path(__file__).parents[1] / "support" / "duckdb_1_5.txt"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--only-binary", ":all:", "--require-hashes", "--requirement", str(pins),
             "--target", str(partial)],
            check=True,
        )  # fmt: skip
        partial.rename(folder)
    return folder


QUERY_ALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
import duckdb
with duckdb.connect(sys.argv[2], read_only=True) as connection:
    tables = connection.sql(
        "select table_schema, table_name from information_schema.tables where table_schema <> 'stored'"
    ).fetchall()
    names = [f"{schema}.{table}" for schema, table in tables]
    rows = {name: len(connection.sql(f"from {name}").fetchall()) for name in names}
    hidden = connection.sql(
        "select count(*) from fct_monthly_participants join dim_region using (region_key)"
        " where value_status = 'suppressed'"
    ).fetchall()[0][0]
    print(json.dumps({"version": duckdb.__version__, "rows": rows, "hidden": hidden}))
"""


def test_a_client_of_duckdb_1_5_reads_every_relation(
    old_client: Path, built_home: Home, published: duckdb.DuckDBPyConnection, catalogue: Catalogue
) -> None:
    said = subprocess.run(
        [sys.executable, "-c", QUERY_ALL, str(old_client), str(built_home.warehouse)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    result = json.loads(said.stdout)
    assert result["version"] == OLD_CLIENT
    assert result["hidden"] == 2448
    assert result["rows"] == {
        str(relation.name): published.sql(f"select count(*) from {relation.name}").fetchall()[0][0]
        for relation in catalogue
    }
