"""The lake: what other programs read in place is what the database holds, by year, with its schema."""

import json
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from typer.testing import CliRunner

from loaders.staging import staged_path
from tiltak.cli import app
from tiltak.home import Home
from tiltak.publish.catalogue import Table
from tiltak.publish.dictionary import read_tables
from tiltak.publish.lake import SCHEMA
from tiltak.publish.versions import current_version

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lake(small_home: Home) -> Path:
    """The lake of the smallest report, as the command writes it."""
    result = CliRunner().invoke(app, ["export", "--lake", "--home", str(small_home.folder)])
    assert result.exit_code == 0, result.output
    return small_home.lake


@pytest.fixture(scope="module")
def tables(small_home: Home) -> tuple[Table, ...]:
    """The published tables."""
    current = current_version(small_home)
    assert current is not None
    return read_tables(current.folder).tables


def test_duckdb_reads_from_the_lake_what_the_database_holds(
    lake: Path, tables: tuple[Table, ...], small_home: Home
) -> None:
    with duckdb.connect(str(small_home.warehouse), read_only=True) as connection:
        for table in tables:
            columns = ", ".join(column.name for column in table.columns)
            files = f"read_parquet('{lake}/{table.name.schema}/{table.name.relation}/**/*.parquet')"
            both = [
                connection.sql(f"select {columns} from {rows} order by {', '.join(table.grain)}").fetchall()
                for rows in (table.name, files)
            ]
            assert both[0] == both[1], table.name


def test_years_are_folders_that_arrow_takes_for_a_column(lake: Path) -> None:
    folder = lake / "main" / "fct_monthly_participants"
    assert [path.name for path in folder.iterdir()] == ["year=2020"]
    months = ds.dataset(folder, partitioning="hive").to_table(columns=["year", "month_key"]).to_pydict()
    assert {month // 100 for month in months["month_key"]} == set(months["year"]) == {2020}


def test_staged_cells_are_in_the_lake_as_they_were_read(lake: Path, small_home: Home) -> None:
    current = current_version(small_home)
    assert current is not None
    for report in current.record.reports:
        for relation in ("report", "cell"):
            path = lake / "staged" / relation / "year=2020" / f"{report.sha256}.parquet"
            assert path.read_bytes() == staged_path(small_home.staged, relation, report.sha256).read_bytes()


def test_the_schema_says_keys_and_references(lake: Path, tables: tuple[Table, ...]) -> None:
    content = json.loads((lake / SCHEMA).read_text(encoding="utf-8"))
    described = {f"{one['schema']}.{one['name']}": one for one in content["relations"]}
    for table in tables:
        assert tuple(described[str(table.name)]["primary_key"]) == table.primary_key
    columns = {column["name"]: column for column in described["main.fct_monthly_participants"]["columns"]}
    assert columns["month_key"]["references"]["relation"] == "main.dim_month"
