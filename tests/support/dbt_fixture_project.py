"""A small dbt project around the generic tests: tables of a few rows, each with one test on it."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from tiltak.home import PROJECT

NAME = "generic_test_fixtures"
GENERIC_TESTS = PROJECT / "tests" / "generic"

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """A table of a few rows, written as a select statement.

    Attributes:
        columns: SQL type by column name.
        rows: the rows, in the order of the columns.
    """

    columns: Mapping[str, str]
    rows: Sequence[Sequence[Value]] = ()

    def sql(self) -> str:
        """Return the select statement."""
        if not self.rows:
            return f"select {self._row([None] * len(self.columns))} where false"
        return "\nunion all\n".join(f"select {self._row(row)}" for row in self.rows)

    def _row(self, values: Sequence[Value]) -> str:
        return ", ".join(
            f"cast({_literal(value)} as {data_type}) as {name}"
            for (name, data_type), value in zip(self.columns.items(), values, strict=True)
        )


@dataclass(frozen=True)
class Case:
    """A generic test on a table, and what it must find there.

    Attributes:
        name: the statement that the case proves.
        test: name of the generic test.
        table: the tested table.
        failures: number of rows that the test must return; with 0 it must hold.
        arguments: the test's arguments, apart from those that are relations.
        relations: the tables that are the test's other arguments, by the name of the argument.
        neighbours: tables that the arguments name, by their name, which means the same table in every case.
    """

    name: str
    test: str
    table: Table
    failures: int
    arguments: Mapping[str, str | list[str] | dict[str, str]] = field(default_factory=dict)
    relations: Mapping[str, Table] = field(default_factory=dict)
    neighbours: Mapping[str, Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What dbt says of one test.

    Attributes:
        status: `pass`, `fail` or `error`.
        failures: number of rows the test returned; None where it could not run.
        message: what dbt says of it.
    """

    status: str
    failures: int | None
    message: str


def run_cases(cases: Sequence[Case], folder: Path) -> dict[str, Outcome]:
    """Write a project with all cases into a folder, build it, and return the outcomes by case."""
    write_project(cases, folder)
    try:
        result = dbtRunner().invoke(
            ["--quiet", "--log-level", "none", "build"],
            project_dir=str(folder),
            profiles_dir=str(folder),
            log_path=str(folder / "logs"),
        )
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if result.exception is not None or result.result is None:
        raise AssertionError(f"dbt could not run: {result.exception}")
    return {
        run.node.name: Outcome(str(run.status), run.failures, str(run.message or ""))
        for run in result.result.results  # type: ignore[union-attr]
        if run.node.resource_type == "test"
    }


def write_project(cases: Sequence[Case], folder: Path) -> None:
    """Write a dbt project with the real macros and generic tests, and the cases as models and tests."""
    shutil.copytree(PROJECT / "macros", folder / "macros")
    shutil.copytree(GENERIC_TESTS, folder / "tests" / "generic")
    _write_yaml(
        folder / "dbt_project.yml",
        {
            "name": NAME,
            "version": "1.0.0",
            "config-version": 2,
            "profile": NAME,
            "flags": {"send_anonymous_usage_stats": False},
        },
    )
    duckdb = {"type": "duckdb", "path": str(folder / "fixtures.duckdb"), "threads": 4}
    _write_yaml(folder / "profiles.yml", {NAME: {"target": "duckdb", "outputs": {"duckdb": duckdb}}})
    models = folder / "models"
    models.mkdir()
    for number, case in enumerate(cases, start=1):
        model = f"case_{number:02}"
        relations = {argument: f"{model}_{argument}" for argument in case.relations}
        (models / f"{model}.sql").write_text(case.table.sql(), encoding="utf-8")
        for argument, table in case.relations.items():
            (models / f"{relations[argument]}.sql").write_text(table.sql(), encoding="utf-8")
        for name, table in case.neighbours.items():
            (models / f"{name}.sql").write_text(table.sql(), encoding="utf-8")
        arguments = {**case.arguments, **{name: f"ref('{other}')" for name, other in relations.items()}}
        test = {case.test: {"name": case.name, **({"arguments": arguments} if arguments else {})}}
        _write_yaml(
            models / f"{model}.yml", {"version": 2, "models": [{"name": model, "data_tests": [test]}]}
        )


def _write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _literal(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()
