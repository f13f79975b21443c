"""MetricFlow on a published warehouse: queries of the semantic layer, and its command line."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from dbt_metricflow.cli.dbt_connectors.adapter_backed_client import SupportedAdapterTypes
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from tiltak.home import PROJECT, Home

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


class Renderer:
    """What MetricFlow needs to know to write SQL for DuckDB; it is not asked to run any."""

    sql_engine_type = SupportedAdapterTypes.DUCKDB.sql_engine_type
    sql_plan_renderer = SupportedAdapterTypes.DUCKDB.sql_plan_renderer


class Metrics:
    """The metrics of a home's published file."""

    def __init__(self, home: Home) -> None:
        """Read the semantic manifest that the build of this home has written."""
        text = (home.target / "semantic_manifest.json").read_text(encoding="utf-8")
        self.manifest = parse_manifest_from_dbt_generated_manifest(manifest_json_string=text)
        self._engine = MetricFlowEngine(SemanticManifestLookup(self.manifest), Renderer())  # type: ignore[arg-type]
        self._database = home.warehouse

    def query(self, metrics: Sequence[str], group_by: Sequence[str], *where: str) -> Rows:
        """Return the values of some metrics, in their order, by the values grouped by."""
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics), group_by_names=list(group_by), where_constraints=list(where)
        )
        sql = self._engine.explain(request).sql_statement.sql
        with duckdb.connect(str(self._database), read_only=True) as connection:
            relation = connection.sql(sql)
            rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        answer = {
            tuple(row[name] for name in group_by): tuple(row[metric] for metric in metrics) for row in rows
        }
        assert len(answer) == len(rows)
        return answer


def command_folder(home: Home, folder: Path) -> Path:
    """Make a folder from which `mf` runs as from the project, with nothing written to the project."""
    for path in PROJECT.iterdir():
        if path.name not in {"target", "logs", "warehouse"}:
            (folder / path.name).symlink_to(path)
    (folder / "target").mkdir()
    shutil.copy(home.target / "semantic_manifest.json", folder / "target")
    return folder


def run_mf(home: Home, folder: Path, arguments: Sequence[str]) -> str:
    """Run `mf` on the published file of a home; returns what it prints."""
    result = subprocess.run(
        [str(Path(sys.executable).parent / "mf"), *arguments],
        cwd=folder,
        env={**os.environ, "TILTAK_DATABASE": str(home.warehouse), "TILTAK_TARGET": "published"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
