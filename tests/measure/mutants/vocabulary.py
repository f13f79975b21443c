"""Tests of the vocabulary: make slips in the seeds, one row at a time, and count what a build notices.

A slip is judged by what a build does: the types of the columns, the loaders where they read the seed, and
dbt's own SQL of all models and tests below the seed until the first test fails; where none does, the audit.
Nothing is written a second time: the SQL is that of the last build. Some mutants are built in full too, and
must meet the same end.

Run it with `make mutants`, or `PYTHONPATH=tests python -m measure.mutants.vocabulary --home warehouse`.
"""

import filecmp
import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from support.project_copy import copy_project

from loaders.errors import TiltakError
from loaders.files import find_reports
from loaders.layout import read_layout
from loaders.load import load_reports
from loaders.staging import RELATIONS, loader_fingerprint, staged_files
from measure.mutants.slips import Kind, Mutant, mutants_of, read_seeds, write_mutant
from tiltak.audit.findings import spans_in_conflict
from tiltak.build import run_dbt
from tiltak.home import PROJECT, Home

REPORTS = PROJECT / "data" / "reports"
TABLE_WIDTH = 160
# Why a build has nothing to notice a slip by: of a column of a seed, of a column of any, or of a whole seed.
REASONS = {
    "*.sort_order": "the order of members is a choice",
    "label_region.kind": "how a spelling of a county is called has no consequence",
    "furniture.*": "no report of the folder prints such a line",
    "label_section.*": "no report of the folder prints the heading",
    "product.title_evidence": "how a title is known is a remark",
    "product.*": "no report of the product is in the folder",
    "dimension.name": "no title, heading or label holds the name of the dimension",
    "other_statistic.*": "no such report is in the folder; one would be refused as unknown",
    "update_word.*": "no report of the folder prints the word so",
    "text_format.witness_order": "which format leads is a choice",
    "misreading.*": "judgement: slips rank suspects and decide nothing",
    "reading_problem.*": "only the advice of a message is another",
    "estimate_parameter.value": "within its bounds; measured anew by a test of the project, not by a build",
    "series_break_scope.*": "what a break concerns is known from nowhere else",
    "tiltak.valid_from_date": "no list dates a group of measures",
    "expected_report.*": "a lower guard asks for less",
}


class Stage(StrEnum):
    """What notices a mutant, in the order in which a build would."""

    LOADER = "loader"
    TYPE = "type"
    SEED_TEST = "seed_test"
    MODEL = "model"
    DATA_TEST = "data_test"
    AUDIT = "audit"
    UNNOTICED = "unnoticed"


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        noticed_by: name of the test or model, or what is said.
    """

    mutant: Mutant
    stage: Stage
    noticed_by: str = ""


# --- a build without dbt ---


@dataclass(frozen=True)
class Node:
    """A model or test of the last build.

    Attributes:
        key: dbt's name of it.
        relation: its name in SQL.
        materialized: `table` or `view`; `test` for a test.
        sql: the rows of the model, or those that the test finds.
        parents: keys of what it reads.
    """

    key: str
    relation: str
    materialized: str
    sql: str
    parents: tuple[str, ...]

    @property
    def is_test(self) -> bool:
        """Whether it is a test."""
        return self.materialized == "test"

    @property
    def is_of_seeds(self) -> bool:
        """Whether it reads nothing but seeds."""
        return all(parent.startswith("seed.") for parent in self.parents)


@dataclass(frozen=True)
class Bench:
    """A copy of a built file, to be changed and put back, and the SQL that built it.

    Attributes:
        nodes: models and tests in an order in which they can be built.
        tables: what creates each table, with the constraints of its contract.
        home: the home of the build.
        folder: a folder to work in.
    """

    connection: duckdb.DuckDBPyConnection
    nodes: tuple[Node, ...]
    tables: dict[str, str]
    home: Home
    folder: Path

    def below(self, *changed: str) -> list[Node]:
        """Return what is built anew when seeds or sources change, the tests of seeds alone first."""
        reached = set(changed)
        found = []
        for node in self.nodes:
            if reached.intersection(node.parents):
                reached.add(node.key)
                found.append(node)
        return sorted(found, key=lambda node: not (node.is_test and node.is_of_seeds))


def open_bench(home: Home, folder: Path) -> Bench:
    """Copy the last build of a home into a folder."""
    copied = folder / home.building.name
    shutil.copyfile(home.building, copied)
    manifest = json.loads((home.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    nodes = {key: _node(home, node) for key, node in manifest.items() if _is_built(node)}
    order = TopologicalSorter({key: node.parents for key, node in nodes.items()}).static_order()
    connection = duckdb.connect(str(copied), config={"threads": 1})
    tables = connection.sql("select schema_name, table_name, sql from duckdb_tables()").fetchall()
    return Bench(
        connection,
        tuple(nodes[key] for key in order if key in nodes),
        {f'"{copied.stem}"."{schema}"."{table}"': sql for schema, table, sql in tables},
        home,
        folder,
    )


def _is_built(node: dict[str, Any]) -> bool:
    """Tell whether a node is a model, or a test that stops a build."""
    is_error = str(node["config"].get("severity")).lower() == "error"
    return node["resource_type"] == "model" or (node["resource_type"] == "test" and is_error)


def _node(home: Home, node: dict[str, Any]) -> Node:
    compiled = home.target / "compiled" / "tiltak_warehouse" / node["original_file_path"]
    return Node(
        node["unique_id"],
        node["relation_name"],
        node["config"]["materialized"],
        (compiled if compiled.suffix == ".sql" else compiled / node["path"]).read_text(encoding="utf-8"),
        tuple(node["depends_on"]["nodes"]),
    )


def judge(bench: Bench, mutant: Mutant) -> Verdict:
    """Build as far as something notices a mutant, and put everything back."""
    changed, staged = f"seed.tiltak_warehouse.{mutant.seed}", bench.home.staged
    if mutant.path.parent.name == "layout":
        try:
            staged = _load_with(bench, mutant)
        except (ExceptionGroup, TiltakError) as refused:
            return Verdict(mutant, Stage.LOADER, str(refused))
    bench.connection.begin()
    try:
        verdict = _replace_seed(bench, mutant)
        sources = (
            [] if staged == bench.home.staged else [f"source.tiltak_warehouse.staged.{r}" for r in RELATIONS]
        )
        verdict = verdict or _first_notice(bench, mutant, bench.below(changed, *sources), staged)
        return verdict or _audited(bench, mutant)
    finally:
        bench.connection.rollback()


def _load_with(bench: Bench, mutant: Mutant) -> Path:
    """Load the reports with a changed layout; returns where they are staged, anew only if they differ."""
    seeds = bench.folder / "seeds"
    shutil.rmtree(seeds, ignore_errors=True)
    for name in ("layout", "labels"):
        shutil.copytree(PROJECT / "seeds" / name, seeds / name)
    write_mutant(mutant, seeds / "layout" / mutant.path.name)
    staged = bench.folder / "staged"
    shutil.rmtree(staged, ignore_errors=True)
    load_reports(find_reports([REPORTS]), staged, read_layout(seeds / "layout"), loader_fingerprint())
    files = [path for relation in RELATIONS for path in staged_files(staged, relation)]
    same = all(
        filecmp.cmp(path, bench.home.staged / path.relative_to(staged), shallow=False) for path in files
    )
    return bench.home.staged if same else staged


def _replace_seed(bench: Bench, mutant: Mutant) -> Verdict | None:
    path = bench.folder / f"{mutant.seed}.csv"
    write_mutant(mutant, path)
    try:
        bench.connection.execute(f"delete from seeds.{mutant.seed}")
        bench.connection.execute(f"copy seeds.{mutant.seed} from '{path}' (format csv, header true)")
    except duckdb.Error as error:
        return Verdict(mutant, Stage.TYPE, str(error).splitlines()[0])
    return None


def _first_notice(bench: Bench, mutant: Mutant, nodes: Sequence[Node], staged: Path) -> Verdict | None:
    """Build models and run tests in their order, until one of them fails."""
    for node in nodes:
        sql = node.sql.replace(str(bench.home.staged.resolve()), str(staged.resolve()))
        name = node.key.split(".")[2]
        try:
            if not node.is_test:
                _build(bench, node, sql)
            elif bench.connection.sql(f"select 1 from ({sql}) limit 1").fetchall():
                return Verdict(mutant, Stage.SEED_TEST if node.is_of_seeds else Stage.DATA_TEST, name)
        except duckdb.Error:
            return Verdict(mutant, Stage.MODEL, name)
    return None


def _build(bench: Bench, node: Node, sql: str) -> None:
    if node.materialized == "view":
        bench.connection.execute(f"create or replace view {node.relation} as {sql}")
        return
    bench.connection.execute(f"drop table {node.relation}")
    bench.connection.execute(bench.tables[node.relation])
    bench.connection.execute(f"insert into {node.relation} by name {sql}")


def _audited(bench: Bench, mutant: Mutant) -> Verdict:
    return Verdict(mutant, Stage.AUDIT if spans_in_conflict(bench.connection) else Stage.UNNOTICED)


# --- all of them ---


def make_mutants(home: Home, chance_seed: int, per_kind: int) -> list[Mutant]:
    """Return the mutants of every seed and kind, the same for the same seed of chance."""
    return [
        mutant
        for seed in read_seeds(home)
        for kind in Kind
        for mutant in mutants_of(seed, kind, per_kind, random.Random(f"{chance_seed}:{seed.name}:{kind}"))
    ]


def judge_all(home: Home, mutants: Sequence[Mutant], workers: int) -> list[Verdict]:
    """Judge mutants in several processes, each with its own copy of the built file."""
    chunks = [mutants[number::workers] for number in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        judged = list(pool.map(partial(_judge_chunk, home=home), chunks))
    return [judged[number % workers][number // workers] for number in range(len(mutants))]


def _judge_chunk(mutants: Sequence[Mutant], home: Home) -> list[Verdict]:
    with tempfile.TemporaryDirectory() as folder:
        bench = open_bench(home, Path(folder))
        with bench.connection:
            return [judge(bench, mutant) for mutant in mutants]


def is_noticed_by_a_build(mutant: Mutant, folder: Path) -> str:
    """Build a copy of the project with a mutant in it, as `tiltak build` does; returns what fails."""
    project = copy_project(folder / "project")
    write_mutant(mutant, project / mutant.path.relative_to(PROJECT))
    home = Home(folder / "home")
    try:
        load_reports(
            find_reports([REPORTS]), home.staged, read_layout(project / "seeds" / "layout"), "mutant"
        )
    except (ExceptionGroup, TiltakError) as refused:
        return str(refused)
    home.building.parent.mkdir(parents=True)
    result = run_dbt(home, ["build", "--exclude-resource-type", "unit_test"], project=project)
    runs = getattr(result.result, "results", ())
    failed = [run.node.name for run in runs if run.status in {"fail", "error"}]
    return ", ".join(failed) or str(result.exception or "")


# --- figures ---


def figures_of(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Count what became of the mutants, by kind and by seed; wording is counted apart."""
    held = [verdict for verdict in verdicts if verdict.mutant.kind is not Kind.WORDING]
    return {
        "mutants": len(held),
        "noticed": _noticed(held),
        "stages": dict(Counter(verdict.stage for verdict in held)),
        "kinds": _by([verdict.mutant.kind for verdict in verdicts], verdicts),
        "seeds": _by([verdict.mutant.seed for verdict in held], held),
        "unnoticed": [
            {"kind": verdict.mutant.kind, "what": verdict.mutant.told, "why": why(verdict.mutant)}
            for verdict in held
            if verdict.stage is Stage.UNNOTICED
        ],
    }


def _by(names: Sequence[str], verdicts: Sequence[Verdict]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Verdict]] = {}
    for name, verdict in zip(names, verdicts, strict=True):
        groups.setdefault(name, []).append(verdict)
    return {name: {"mutants": len(group), "noticed": _noticed(group)} for name, group in groups.items()}


def _noticed(verdicts: Sequence[Verdict]) -> float:
    return sum(verdict.stage is not Stage.UNNOTICED for verdict in verdicts) / len(verdicts)


def why(mutant: Mutant) -> str:
    """Tell why a build has nothing to notice a mutant by."""
    keys = (f"{mutant.seed}.{mutant.column}", f"*.{mutant.column}", f"{mutant.seed}.*")
    return next((REASONS[key] for key in keys if key in REASONS), "no test asks")


def main(
    home: Annotated[Path, typer.Option(help="Folder of a built warehouse.")] = Path("warehouse"),
    output: Annotated[
        Path | None, typer.Option(help="Where the figures go; trust/vocabulary.json in the home by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 20240101,
    per_kind: Annotated[int, typer.Option(help="Mutants of each seed and kind.")] = 3,
    full_builds: Annotated[int, typer.Option(help="Mutants that are built in full, to compare.")] = 6,
    workers: Annotated[int, typer.Option(help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Make slips in the seeds, and publish what a build notices of them."""
    began = time.monotonic()
    verdicts = judge_all(Home(home), make_mutants(Home(home), seed, per_kind), workers)
    builds = [_compare(verdict) for verdict in random.Random(seed).sample(verdicts, full_builds)]
    figures = {
        "seed": seed,
        "seconds": round(time.monotonic() - began, 1),
        **figures_of(verdicts),
        "full_builds": {"count": len(builds), "the_same": sum(builds)},
    }
    path = output or home / "trust" / "vocabulary.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _show(figures, Console(width=TABLE_WIDTH))
    print(f"Written to {path}.")


def _compare(verdict: Verdict) -> bool:
    """Tell whether a full build notices a mutant if the bench does, by the same name where it is a test."""
    with tempfile.TemporaryDirectory() as folder:
        found = is_noticed_by_a_build(verdict.mutant, Path(folder))
    return bool(found) == (verdict.stage is not Stage.UNNOTICED) and (
        not verdict.stage.endswith("_test") or verdict.noticed_by in found
    )


def _show(figures: dict[str, Any], console: Console) -> None:
    table = Table("slip", "mutants", "noticed", box=box.SIMPLE_HEAD)
    for kind, rate in figures["kinds"].items():
        table.add_row(kind, str(rate["mutants"]), f"{rate['noticed']:.1%}")
    console.print(table)
    for entry in figures["unnoticed"]:
        console.print(f"not noticed, {entry['kind']}: {entry['what']} ({entry['why']})", markup=False)
    stages = ", ".join(f"{number} {stage}" for stage, number in figures["stages"].items())
    builds = figures["full_builds"]
    console.print(
        f"{figures['mutants']} mutants, {figures['noticed']:.1%} noticed ({stages}). "
        f"{builds['the_same']} of {builds['count']} full builds say the same.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    typer.run(main)
