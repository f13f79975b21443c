"""Tests of the tests: a sample of what `make mutants` does to every printed number.

The rates that are asserted leave room for the size of the sample; those of all numbers are in the figures
that `make mutants` writes.
"""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
import typer
from measure.mutants import run
from measure.mutants.run import (
    CELL_KINDS,
    ROW_KINDS,
    TEXT_KINDS,
    Sizes,
    Stage,
    Task,
    World,
    build_mutant,
    rates_of,
    read_world,
    tasks_of,
    try_all,
    try_cell,
)
from typer.testing import CliRunner

from tiltak.home import Home

SEED = 1


@pytest.fixture(scope="module")
def world(built_home: Home) -> World:
    return read_world(built_home, SEED)


def test_random_digit_errors_are_noticed_and_the_right_cell_is_named(world: World) -> None:
    tasks = [task for task in tasks_of(world, Sizes(600, 0, 0)) if task.kind == "digit_changed"]
    rates = rates_of("digit_changed", try_all(world, tasks))
    assert rates.mutants == 600
    assert rates.detected >= 0.98
    assert rates.first is not None
    assert rates.first >= 0.94
    assert rates.first_three is not None
    assert rates.first_three >= 0.98


@pytest.mark.parametrize(
    ("kind", "detected", "first"),
    [
        ("digit_dropped", 0.97, 0.94),
        ("digit_added", 0.99, 0.95),
        ("digits_swapped", 0.98, 0.94),
        ("star_for_number", 0.93, 0.90),
        ("number_for_star", 0.85, 0.90),
        ("rows_swapped", 0.80, 0.80),
        ("row_shifted", 0.80, 0.80),
    ],
)
def test_other_slips_are_noticed_and_the_right_place_is_named(
    world: World, kind: str, detected: float, first: float
) -> None:
    tasks = [task for task in tasks_of(world, Sizes(100, 15, 0)) if task.kind == kind]
    rates = rates_of(kind, try_all(world, tasks))
    assert rates.mutants >= 14
    assert rates.detected >= detected
    assert rates.first is not None
    assert rates.first >= first


def test_lost_rows_and_misread_labels_are_noticed(world: World) -> None:
    tasks = [task for task in tasks_of(world, Sizes(0, 0, 3)) if task.kind in {"row_lost", "label_misread"}]
    stages = Counter(result.stage for result in try_all(world, tasks))
    assert stages.total() >= 5
    assert stages[Stage.UNDETECTED] <= 1


def test_a_mutant_that_says_the_same_is_none(world: World) -> None:
    alike = [
        cell
        for cell, text in enumerate(world.reading.texts)
        if text.isdigit() and len(text) > 1 and len(set(text)) == 1
    ]
    assert try_cell(world, Task("digits_swapped", alike[0])) is None


def test_what_the_loader_refuses_counts_as_noticed_by_the_loader(world: World) -> None:
    first_year = next(
        cell
        for cell, text in enumerate(world.reading.texts)
        if text[:1].isdigit() and not world.legends[world.system.places[cell].source_file]
    )
    result = try_cell(world, Task("star_for_number", first_year))
    assert result is not None
    assert result.stage is Stage.LOADER


def test_mutants_are_the_same_in_every_run(world: World) -> None:
    tasks = [task for task in tasks_of(world, Sizes(10, 2, 0)) if task.kind in {*CELL_KINDS, *ROW_KINDS}]
    assert try_all(world, tasks) == try_all(world, tasks[::-1])[::-1]


def cells_noticed_by(world: World, *stages: Stage) -> list[int]:
    """Return some cells whose digit mutant is noticed at these stages and named first."""
    numbers = [cell for cell, text in enumerate(world.reading.texts) if text[:1].isdigit()]
    chance = random.Random(SEED)
    for _ in range(3000):
        cell = chance.choice(numbers)
        result = try_cell(world, Task("digit_changed", cell))
        if result is not None and result.stage in stages and result.rank == 1:
            return [cell]
    return []


@pytest.mark.parametrize("stages", [(Stage.SUMS, Stage.COPIES), (Stage.JOINT,)])
def test_a_full_build_finds_what_the_instance_run_finds(
    world: World, stages: tuple[Stage, ...], tmp_path: Path
) -> None:
    (cell,) = cells_noticed_by(world, *stages)
    build = build_mutant(world, cell, tmp_path)
    assert build is not None
    assert build.same_checks
    assert build.ranked_first
    assert build.is_named


def test_the_command_writes_its_figures(built_home: Home, tmp_path: Path) -> None:
    path = tmp_path / "figures" / "mutants.json"
    app = typer.Typer()
    app.command()(run.main)
    options = ["--cells", "3", "--rows", "1", "--texts", "1", "--full-builds", "0", "--workers", "1"]
    result = CliRunner().invoke(app, ["--home", str(built_home.folder), "--output", str(path), *options])
    assert result.exit_code == 0, result.output
    figures = json.loads(path.read_text(encoding="utf-8"))
    assert [kind["kind"] for kind in figures["kinds"]] == [*CELL_KINDS, *ROW_KINDS, *TEXT_KINDS]
    assert figures["printed_numbers"] == 17682
    assert figures["guards_of_known_reports_used"] is False
