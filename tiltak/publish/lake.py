"""Write the current version as a folder of Parquet files that other programs read where it is.

    lake/main/fct_printed_cell/year=2019/    a published table that has months, a folder per year
    lake/main/dim_region/                    another
    lake/staged/cell/year=2019/              what the loaders have read, as printed
    lake/schema.json                         the dictionary: columns, keys, and where keys lead

Folders are in Hive layout: the year is in the name, and programs take it for a column.
"""

import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from loaders.staging import staged_files, staged_path
from tiltak.home import Home
from tiltak.publish.catalogue import Table
from tiltak.publish.ddl import quoted
from tiltak.publish.dictionary import DICTIONARY, read_tables
from tiltak.publish.versions import Version

SCHEMA = "schema.json"
PARQUET = "format parquet, compression zstd"
MONTH, YEAR = "month_key", "year"


def write_lake(home: Home, version: Version, folder: Path) -> None:
    """Write what a version holds, and what is staged in its home, into an empty folder.

    Raises:
        OSError: files cannot be written or read.
        duckdb.Error: the same, or the version is damaged.
    """
    with duckdb.connect(str(version.database), read_only=True) as connection:
        for table in read_tables(version.folder).tables:
            _write_table(connection, table, folder)
    for sha256, year in _years_of_reports(home, version):
        for relation in ("report", "cell"):
            path = folder / "staged" / relation / f"{YEAR}={year}" / f"{sha256}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(staged_path(home.staged, relation, sha256), path)
    shutil.copyfile(version.folder / DICTIONARY, folder / SCHEMA)


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    """Write a table, by year if it has months; a table of years has the year as a column already.

    Of a table without rows there is one file without a year, for its columns to be known.
    """
    path = folder / table.name.schema / table.name.relation
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {column.name for column in table.columns}
    order = ", ".join(table.grain)
    has_years = MONTH in columns and YEAR not in columns
    if has_years and connection.execute(f"select 1 from {table.name} limit 1").fetchall():
        rows = f"select *, {MONTH} // 100 as {YEAR} from {table.name} order by {order}"
        connection.execute(f"copy ({rows}) to {quoted(str(path))} ({PARQUET}, partition_by ({YEAR}))")
        return
    path.mkdir()
    file = quoted(str(path / "data_0.parquet"))
    connection.execute(f"copy (from {table.name} order by {order}) to {file} ({PARQUET})")


def _years_of_reports(home: Home, version: Version) -> list[tuple[str, int]]:
    """Return hash and year of the staged reports that a version was made of."""
    made_of = {report.sha256 for report in version.record.reports}
    found = []
    for path in staged_files(home.staged, "report"):
        if path.stem in made_of:
            (end,) = pq.read_table(path, columns=["period_end"])["period_end"].to_pylist()
            found.append((path.stem, int(str(end)[:4])))
    return found
