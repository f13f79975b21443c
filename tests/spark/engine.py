"""The models on a Spark engine: start one here, hand over what dbt reads, run dbt, compare relations.

What is handed over comes from the home of a warehouse that `tiltak build` has made on DuckDB: the seeds, with
their declared types, from its build file, and the staged Parquet. The answers to compare with are there, too.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb
import pyarrow as pa
from dbt.cli.main import dbtRunner, dbtRunnerResult
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession

PROJECT = Path(__file__).resolve().parents[2]
SCHEMAS = ("seeds", "staged", "staging", "intermediate", "main", "quality")
# Digits that tell numbers apart: engines add up in different orders, so the last of a double's 15 differ.
SIGNIFICANT_DIGITS = 10


@dataclass(frozen=True)
class Home:
    """The home of a warehouse built on DuckDB.

    Attributes:
        folder: as given to `tiltak build --home`.
    """

    folder: Path

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the build file for reading."""
        return duckdb.connect(str(self.folder / "build" / "tiltak.duckdb"), read_only=True)

    def relations(self) -> list[tuple[str, str]]:
        """Return schema and name of every relation that dbt has made of models."""
        with self.connect() as connection:
            return connection.execute(
                "select table_schema, table_name from information_schema.tables"
                " where table_schema in ('intermediate', 'main', 'quality') and table_type = 'BASE TABLE'"
                " order by all"
            ).fetchall()


@contextmanager
def sail(folder: Path) -> Iterator[SparkSession]:
    """Run Sail in a folder, on a free port of this machine, and give a session on it."""
    with _working_in(folder):
        server = SparkConnectServer(ip="127.0.0.1", port=0)
        server.start(background=True)
        _, port = server.listening_address
        # Sail's catalogue is that of a session: dbt must come to the same one, so it is named.
        os.environ["SPARK_REMOTE"] = f"sc://127.0.0.1:{port}/;user_id=dbt;session_id={uuid4()}"
        session = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).getOrCreate()
        try:
            yield session
        finally:
            session.stop()
            server.stop()
            del os.environ["SPARK_REMOTE"]


@contextmanager
def spark_cluster(folder: Path) -> Iterator[SparkSession]:
    """Run Spark with two executor processes, and give the session that dbt will find, too."""
    with _working_in(folder):
        session = (
            SparkSession.builder.master("local-cluster[2,1,2048]")
            .config("spark.driver.memory", "6g")
            .config("spark.sql.warehouse.dir", str(folder / "spark-warehouse"))
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.ui.enabled", "false")
            .enableHiveSupport()
            .getOrCreate()
        )
        try:
            yield session
        finally:
            session.stop()


def hand_over(home: Home, session: SparkSession, folder: Path) -> None:
    """Make the seeds and the staged relations tables of the engine, by way of Parquet with their types."""
    for schema in SCHEMAS:
        session.sql(f"create database if not exists {schema}")
    with home.connect() as connection:
        seeds = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'seeds' order by all"
        ).fetchall()
        queries = {("seeds", name): f'select * from seeds."{name}"' for (name,) in seeds}
        for name in ("report", "cell"):
            queries["staged", name] = f"select * from '{home.folder / 'staged' / name}/*.parquet'"
        for (schema, name), query in queries.items():
            path = folder / f"{schema}_{name}.parquet"
            connection.execute(f"copy ({query}) to '{path}' (format parquet)")
            session.read.parquet(str(path)).write.mode("overwrite").saveAsTable(f"{schema}.{name}")


def run_dbt(folder: Path) -> dbtRunnerResult:
    """Build all models and run all data tests on the engine whose session is open."""
    return dbtRunner().invoke(
        [
            *("--quiet", "build", "--target", "spark"),
            *("--exclude", "resource_type:seed", "resource_type:unit_test", "resource_type:exposure"),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ]
    )


def differing_rows(home: Home, session: SparkSession, schema: str, name: str) -> int:
    """Return how many rows of a relation are on one of the two engines only.

    Raises:
        pyspark.errors.PySparkException: the engine has no such relation.
    """
    found: pa.Table = session.sql(f"select * from {schema}.{name}").toArrow()
    with home.connect() as connection:
        connection.register("on_spark", found)
        columns = connection.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema = $schema and table_name = $name order by ordinal_position",
            {"schema": schema, "name": name},
        ).fetchall()
        if {column for column, _ in columns} != set(found.column_names):
            return max(found.num_rows, 1)
        texts = ", ".join(_as_text(column, data_type) for column, data_type in columns)
        here, there = f"select {texts} from {schema}.{name}", f"select {texts} from on_spark"
        ((count,),) = connection.execute(
            f"select count(*) from (({here} except all {there}) union all ({there} except all {here}))"
        ).fetchall()
        return int(count)


def _as_text(column: str, data_type: str) -> str:
    if data_type in {"DOUBLE", "FLOAT"}:
        return f'format(\'{{:.{SIGNIFICANT_DIGITS}g}}\', "{column}") as "{column}"'
    return f'cast("{column}" as varchar) as "{column}"'


@contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    """Work in a folder: engines put their tables and logs where they are started."""
    before = Path.cwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
