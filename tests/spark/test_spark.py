"""The same models on Spark give the same rows: all of them, on the reports at hand and on an archive.

Run by `make test-spark`, in an environment of its own. `TILTAK_SPARK_HOMES` names the homes to compare with.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunnerResult
from pyspark.sql import SparkSession

from spark.engine import Home, differing_rows, hand_over, run_dbt, sail, spark_cluster

HOMES = [Home(Path(name).resolve()) for name in os.environ.get("TILTAK_SPARK_HOMES", "warehouse").split(":")]
ENGINES = {"sail": sail, "spark": spark_cluster}
CHOSEN = os.environ.get("TILTAK_SPARK_ENGINES", "sail").split(":")

Built = tuple[Home, SparkSession, dbtRunnerResult]


@pytest.fixture(scope="module", params=[(name, home) for name in CHOSEN for home in HOMES], ids=str)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Build all models of a home on an engine; returns the home, a session and what dbt says."""
    engine, home = request.param
    folder = tmp_path_factory.mktemp(engine)
    started: AbstractContextManager[SparkSession] = ENGINES[engine](folder)
    with started as session:
        hand_over(home, session, folder)
        yield home, session, run_dbt(folder)


def test_every_model_is_built_and_every_data_test_holds(built: Built) -> None:
    _, _, result = built
    assert result.exception is None
    unwell = [
        f"{run.node.name}: {run.message}"
        for run in result.result.results  # type: ignore[union-attr]
        if str(run.status) not in {"success", "pass"}
    ]
    assert unwell == []
    kinds = Counter(run.node.resource_type for run in result.result.results)  # type: ignore[union-attr]
    assert kinds["model"] > 80
    assert kinds["test"] > 80


def test_every_relation_has_the_rows_that_duckdb_gives(built: Built) -> None:
    home, session, _ = built
    relations = home.relations()
    assert relations
    differing = {
        f"{schema}.{name}": differing_rows(home, session, schema, name) for schema, name in relations
    }
    assert {name: rows for name, rows in differing.items() if rows} == {}
