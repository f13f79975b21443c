"""The record of a build: what it was made of, by what, and what was checked.

The same record is in the published tables `quality.mart_build*` and in `build.json` beside the file.
"""

import json
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from loaders.staging import loader_fingerprint
from tiltak.done import DataTestCounts
from tiltak.fingerprint import TOOLS, model_fingerprint
from tiltak.home import PROJECT
from tiltak.publish.catalogue import Catalogue, Name
from tiltak.publish.summary import summary

GIT_SECONDS = 10
# Outcomes of a check, as `mart_summary` counts them.
OUTCOMES = ("equal", "impossible", "not_testable", "possible")

BUILD = Name("quality", "mart_build")
REPORT = Name("quality", "mart_build_report")
TOOL = Name("quality", "mart_build_tool")
CHECK = Name("quality", "mart_build_check")
RELATION = Name("quality", "mart_build_relation")
RECORD_TABLES = (BUILD, REPORT, TOOL, CHECK, RELATION)


@dataclass(frozen=True)
class Report:
    """An edition that the build holds."""

    report_key: str
    sha256: str
    source_file: str


@dataclass(frozen=True)
class Check:
    """How many instances of a quality relation have an outcome."""

    relation_name: str
    outcome: str
    instance_count: int


@dataclass(frozen=True)
class BuildRecord:
    """What is known of a build.

    Attributes:
        build_id: UTC time and the beginning of the content's hash; sorts by time.
        finished_at: UTC, when all tests had passed and the set was written.
        project_version: of the project's code.
        git_commit: of the project's code, with `-dirty` where files differ; None where that is not known.
        loader_fingerprint: hash of the loaders and the layout they know.
        model_fingerprint: hash of models, seeds, macros and data tests.
        content_sha256: hash of all published rows, but for this record: the same for the same data.
        passed_test_count: data tests that hold.
        warned_test_count: data tests that do not hold and only warn.
        reports: the editions, by key.
        tools: version by name.
        checks: outcomes of the quality relations.
        row_counts: by relation, but for this record.
    """

    build_id: str
    finished_at: datetime
    project_version: str
    git_commit: str | None
    loader_fingerprint: str
    model_fingerprint: str
    content_sha256: str
    passed_test_count: int
    warned_test_count: int
    reports: tuple[Report, ...]
    tools: Mapping[str, str]
    checks: tuple[Check, ...]
    row_counts: Mapping[str, int]

    def as_json(self) -> str:
        """Return the text of `build.json`."""
        content = {**asdict(self), "finished_at": self.finished_at.isoformat(timespec="seconds")}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def make_record(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    tests: DataTestCounts,
    content_sha256: str,
    finished_at: datetime,
) -> BuildRecord:
    """Collect what is known of a build.

    Args:
        connection: to the published file, with all but the record written.
        catalogue: the public relations.
        tests: what dbt said of the data tests.
        content_sha256: hash of the published rows.
        finished_at: in UTC.
    """
    reports = connection.execute(
        "select report_key, sha256, source_file from main.dim_report order by report_key"
    ).fetchall()
    return BuildRecord(
        build_id=f"{finished_at:%Y%m%dT%H%M%SZ}-{content_sha256[:8]}",
        finished_at=finished_at,
        project_version=version("tiltak-warehouse"),
        git_commit=_git_commit(PROJECT),
        loader_fingerprint=loader_fingerprint(),
        model_fingerprint=model_fingerprint(PROJECT),
        content_sha256=content_sha256,
        passed_test_count=tests.passed,
        warned_test_count=tests.warned,
        reports=tuple(Report(*row) for row in reports),
        tools={"python": platform.python_version(), **{tool: version(tool) for tool in TOOLS}},
        checks=tuple(_checks(connection)),
        row_counts={
            str(relation.name): connection.execute(f"select count(*) from {relation.name}").fetchall()[0][0]
            for relation in catalogue
            if relation.name not in RECORD_TABLES
        },
    )


def write_record(connection: duckdb.DuckDBPyConnection, record: BuildRecord) -> None:
    """Fill the record's tables, which dbt has built empty."""
    build = asdict(record)
    rows: dict[Name, list[dict[str, Any]]] = {
        BUILD: [
            {
                **{
                    name: value
                    for name, value in build.items()
                    if name not in {"reports", "tools", "checks", "row_counts", "finished_at"}
                },
                "finished_at": record.finished_at.replace(tzinfo=None),
            }
        ],
        REPORT: [asdict(report) for report in record.reports],
        TOOL: [{"tool": tool, "tool_version": number} for tool, number in record.tools.items()],
        CHECK: [asdict(check) for check in record.checks],
        RELATION: [{"relation_name": name, "row_count": count} for name, count in record.row_counts.items()],
    }
    for table, members in rows.items():
        if members:
            arrow = pa.Table.from_pylist([{"build_id": record.build_id, **member} for member in members])
            connection.register("record_rows", arrow)
            connection.execute(f"insert into {table} by name from record_rows")
            connection.unregister("record_rows")


def read_record(text: str) -> BuildRecord:
    """Read `build.json`; fields that a later release has added are passed over.

    Raises:
        ValueError: it is not what `as_json` writes.
        TypeError: the same, where a field is missing.
    """
    content = json.loads(text)
    if not isinstance(content, dict):
        raise TypeError("the record is no object")
    content = _known(BuildRecord, content)
    return BuildRecord(
        **{
            **content,
            "finished_at": datetime.fromisoformat(content["finished_at"]),
            "reports": tuple(Report(**_known(Report, report)) for report in content["reports"]),
            "checks": tuple(Check(**_known(Check, check)) for check in content["checks"]),
        }
    )


def _known(kind: type, content: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in content.items() if name in names}


def utc_now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _checks(connection: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    """Yield how many checks have each outcome that any of them has."""
    figures = summary(connection)
    for outcome in OUTCOMES:
        if count := figures[outcome]:
            yield Check("quality.fct_rule_check", outcome, int(count))


def _git_commit(project: Path) -> str | None:
    """Return the commit of a checkout; a folder without one, or a machine without git, has none."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude", "*"]
    if not (project / ".git").exists():
        return None
    try:
        said = subprocess.run(
            command, cwd=project, capture_output=True, text=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    commit = said.stdout.strip()
    return commit if re.fullmatch(r"[0-9a-f]{40}(-dirty)?", commit) else None
