"""Tests of the tests: corrupt printed cells as conversion does, and count what the rules notice and name.

Every mutant is judged by what a new report meets: the loader's judgement of a value, the label gate, and the
checks. The counts on record for known reports (`seeds/rules/expected_*`) are not used: a new report has none.
Mutants of values are tried on the checks of the built file; mutants that change what cells mean, on checks
that dbt's compiled SQL forms anew; and a sample of mutants in full builds, which must agree.

Run it with `make mutants`, or `PYTHONPATH=tests python -m measure.mutants.run --home warehouse`.
"""

import json
import os
import platform
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Annotated

import duckdb
import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from loaders.errors import TiltakError
from loaders.layout import LAYOUT, Layout, read_layout
from loaders.load import load_reports
from loaders.tables.values import is_value
from measure.mutants.instance import Models, open_instance, read_models, run_instance
from tiltak.audit.check import can_be_true, failing_checks, forbidden_numbers
from tiltak.audit.findings import ContradictionError, find_all
from tiltak.audit.localise import Explanation, Finding
from tiltak.audit.misreading import DIGITS, Misreadings, read_misreadings
from tiltak.audit.system import STAR, Place, Reading, System, part_of_reading, read_system, with_neighbours
from tiltak.build import ChecksFailedError, build_warehouse
from tiltak.home import PROJECT, Home

FIRST_THREE = 3
# Mutants that a worker tries between two reports of progress.
CHUNK = 200
TABLE_WIDTH = 160
# Numbers that are tried behind the stars, to tell whether an unnoticed mutant could be true.
SEARCH_TRIES = 1000


class Stage(StrEnum):
    """What notices a mutant, in the order in which a build would."""

    LOADER = "loader"
    LABEL_GATE = "label_gate"
    STAR_RULE = "star_rule"
    COPIES = "copies"
    SUMS = "sums"
    JOINT = "joint"
    UNDETECTED = "undetected"


@dataclass(frozen=True)
class Task:
    """A mutant to make.

    Attributes:
        kind: what is corrupted.
        cell: the printed cell; for a row or page, its first.
    """

    kind: str
    cell: int


@dataclass(frozen=True)
class Result:
    """What became of a mutant.

    Attributes:
        kind: what was corrupted.
        stage: what noticed it.
        rank: rank of the right cell or row among the explanations, ties counted against it; None where it is
            not among them or no cell is wrong.
        candidates: explanations in which everything would hold.
        reason: why it was not noticed.
    """

    kind: str
    stage: Stage
    rank: int | None = None
    candidates: int | None = None
    reason: str | None = None


# --- texts ---


def digit_changed(text: str, chance: random.Random) -> str:
    """Return a number with another digit in one place."""
    place = chance.choice([i for i, sign in enumerate(text) if sign in DIGITS])
    return (
        text[:place] + chance.choice([digit for digit in DIGITS if digit != text[place]]) + text[place + 1 :]
    )


def digit_dropped(text: str, chance: random.Random) -> str:
    """Return a number without one of its digits, grouped as it was or anew."""
    place = chance.choice([i for i, sign in enumerate(text) if sign in DIGITS])
    return _grouped_or_not(text[:place] + text[place + 1 :], chance)


def digit_added(text: str, chance: random.Random) -> str:
    """Return a number with one digit more, often the same one twice, grouped as it was or anew."""
    place = chance.choice([i for i, sign in enumerate(text) if sign in DIGITS])
    digit = chance.choice([text[place], chance.choice(DIGITS)])
    return _grouped_or_not(text[:place] + digit + text[place:], chance)


def digits_swapped(text: str, chance: random.Random) -> str:
    """Return a number with two neighbouring digits changed places; itself where all are alike."""
    places = [i for i, sign in enumerate(text) if sign in DIGITS]
    pairs = [(i, j) for i, j in pairwise(places) if text[i] != text[j]]
    if not pairs:
        return text
    i, j = chance.choice(pairs)
    signs = list(text)
    signs[i], signs[j] = signs[j], signs[i]
    return "".join(signs)


def star_for_number(_: str, __: random.Random) -> str:
    """Return a star."""
    return STAR


def number_for_star(_: str, chance: random.Random) -> str:
    """Return a digit, as a speck may be read."""
    return chance.choice(DIGITS)


def _grouped_or_not(text: str, chance: random.Random) -> str:
    """Leave the blanks of a number where they are, or group its digits anew: a converter may do either."""
    digits = text.replace(" ", "")
    if chance.random() < 0.5 or not digits:  # either
        return text.strip()
    lead = len(digits) - len(digits.lstrip("0"))
    return "0" * lead + f"{int(digits):,}".replace(",", " ") if int(digits) else digits


CELL_KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "digit_changed": digit_changed,
    "digit_dropped": digit_dropped,
    "digit_added": digit_added,
    "digits_swapped": digits_swapped,
    "star_for_number": star_for_number,
    "number_for_star": number_for_star,
}
# Together they are what a single wrong digit can be.
DIGIT_KINDS = ("digit_changed", "digit_dropped", "digit_added", "digits_swapped")
ROW_KINDS = ("rows_swapped", "row_shifted")
TEXT_KINDS = ("row_lost", "label_misread", "page_lost")


# --- one world per process ---


@dataclass(frozen=True)
class World:
    """What a worker needs to try mutants.

    Attributes:
        system: cells and checks of the built file.
        reading: what is printed.
        readings: what is printed in each connected component.
        part_of_cell: component of each cell, and its number there.
        meanings: bounds by symbol, for the edition of each report file.
        legends: symbols that each report file explains.
        labels: known labels by dimension.
        slips: the slips of converters.
        seed: seed of all chance.
    """

    system: System
    reading: Reading
    readings: tuple[Reading, ...]
    part_of_cell: tuple[tuple[int, int], ...]
    meanings: dict[str, dict[str, tuple[int, int]]]
    legends: dict[str, frozenset[str]]
    labels: dict[str, list[str]]
    slips: Misreadings
    home: Home
    seed: int


def read_world(home: Home, seed: int) -> World:
    """Read the built file of a home."""
    with duckdb.connect(str(home.building), read_only=True) as connection:
        system, reading = read_system(connection)
        symbols = connection.sql("""
            select reports.source_file, coalesce(symbols.printed_text, ''), participants_min, participants_max
            from staging.stg_report as reports
            inner join intermediate.int_edition as editions on reports.report_id = editions.report_id
            inner join seeds.symbol as symbols on editions.suppression_rule = symbols.suppression_rule
        """).fetchall()
        legends = connection.sql("select source_file, legend_text from staging.stg_report").fetchall()
        labels = connection.sql("select dimension, label from staging.stg_label order by all").fetchall()
    layout = read_layout(LAYOUT)
    meanings: dict[str, dict[str, tuple[int, int]]] = {file: {} for file, _ in legends}
    for file, text, low, high in symbols:
        meanings[file][text] = (low, high)
    by_dimension: dict[str, list[str]] = {}
    for dimension, label in labels:
        by_dimension.setdefault(dimension, []).append(label)
    parts = [system.component(number) for number in range(int(system.components.max()) + 1)]
    place: list[tuple[int, int]] = [(0, 0)] * len(system.places)
    for number, part in enumerate(parts):
        for local, cell in enumerate(part.variables.tolist()):
            if cell < len(place):
                place[cell] = (number, local)
    return World(
        system,
        reading,
        tuple(part_of_reading(reading, part.variables) for part in parts),
        tuple(place),
        meanings,
        {file: frozenset(layout.quoted_symbols(text or "")) for file, text in legends},
        by_dimension,
        read_misreadings(),
        home,
        seed,
    )


def chance_of(world: World, task: Task) -> random.Random:
    """Return the chance of a mutant: the same in every run with the same seed."""
    return random.Random(f"{world.seed}:{task.kind}:{world.system.places[task.cell].cell_id}")


# --- mutants of single cells ---


def mutated_text(world: World, task: Task) -> str | None:
    """Return the corrupted text of a cell; None where it would say the same."""
    text = world.reading.texts[task.cell]
    mutated = CELL_KINDS[task.kind](text, chance_of(world, task))
    return None if mutated.replace(" ", "") == text.replace(" ", "") else mutated


def try_cell(world: World, task: Task) -> Result | None:
    """Corrupt one cell and judge; None where the mutant would change nothing."""
    text = mutated_text(world, task)
    if text is None:
        return None
    file = world.system.places[task.cell].source_file
    if not is_value(text, world.legends[file]):
        return Result(task.kind, Stage.LOADER, 1, 1)
    bounds = _meaning(world, file, text)
    if bounds is None:
        return Result(task.kind, Stage.LABEL_GATE, 1, 1)
    number, local = world.part_of_cell[task.cell]
    system = world.system.component(number).system
    reading = world.readings[number].changed(local, text, *bounds)
    findings = find_all(system, reading, world.slips)
    if not findings:
        return Result(task.kind, Stage.UNDETECTED, reason=_why_unnoticed(system, reading, local))
    return Result(
        task.kind,
        _stage(system, reading, findings),
        _rank(findings, lambda found: found.cells == (local,)),
        _candidates(findings),
    )


def _meaning(world: World, file: str, text: str) -> tuple[int, int] | None:
    digits = text.replace(" ", "")
    return (int(digits), int(digits)) if digits.isdigit() else world.meanings[file].get(text)


def _stage(system: System, reading: Reading, findings: Sequence[Finding]) -> Stage:
    if len(forbidden_numbers(system, reading)):
        return Stage.STAR_RULE
    failing = failing_checks(system, reading)
    if (failing & system.is_equality).any():
        return Stage.COPIES
    return Stage.SUMS if not all(found.is_joint for found in findings) else Stage.JOINT


def _rank(findings: Sequence[Finding], is_right: Callable[[Explanation], bool]) -> int | None:
    """Return the rank of the best right explanation in the list as it is told; ties count against it."""
    told = [
        ((number, not found.is_complete, len(found.suspects), -found.score), is_right(found))
        for number, finding in enumerate(findings)
        for found in finding.explanations
    ]
    right = [order for order, rightly in told if rightly]
    if not right:
        return None
    return 1 + sum(order <= min(right) and not rightly for order, rightly in told)


def _candidates(findings: Sequence[Finding]) -> int:
    return sum(found.is_complete for finding in findings for found in finding.explanations)


def _why_unnoticed(system: System, reading: Reading, cell: int) -> str:
    """Tell whether any rule could have noticed a mutant, given all others."""
    checks = system.checks_of(cell)
    if not (system.is_binding[checks] & system.has_whole[checks]).any():
        return "held by no rule"
    return {
        True: "all that is printed could be true: some numbers behind the stars fit every check",
        False: "contradictory, but only a search shows it",
        None: "not settled by a search",
    }[can_be_true(system, reading, cell, SEARCH_TRIES)]


# --- mutants of rows ---


def try_rows(world: World, task: Task) -> Result | None:
    """Swap a row with another of its table, or shift it by a column, and judge."""
    chance = chance_of(world, task)
    system, reading = world.system, world.reading
    row = system.cells_by_row[system.places[task.cell].row]
    if task.kind == "row_shifted":
        step = chance.choice([1, -1])
        moves = dict(zip(row, row[step:] + row[:step], strict=True))
    else:
        others = [
            cells
            for other, cells in system.cells_by_row.items()
            if other[:2] == system.places[task.cell].table and cells != row and len(cells) == len(row)
        ]
        if not others:
            return None
        other_row = chance.choice(others)
        moves = dict(zip(row + other_row, other_row + row, strict=True))
    values = (reading.texts, reading.lows.tolist(), reading.highs.tolist())
    changes = {
        cell: (values[0][source], values[1][source], values[2][source])
        for cell, source in moves.items()
        if values[0][source] != values[0][cell]
    }
    if not changes:
        return None
    mutated = with_neighbours(system, reading.rewritten(changes))
    findings = find_all(system, mutated, world.slips)
    if not findings:
        return Result(task.kind, Stage.UNDETECTED, reason="no check tells the values apart")
    rows = set(moves)
    return Result(
        task.kind,
        _stage(system, mutated, findings),
        _rank(findings, lambda found: set(found.cells) <= rows),
        _candidates(findings),
    )


# --- mutants of texts ---


@dataclass(frozen=True)
class Instance:
    """Where the checks of a changed text are formed."""

    connection: duckdb.DuckDBPyConnection
    models: Models
    layout: Layout


def try_text(world: World, instance: Instance, task: Task) -> Result | None:
    """Lose a row or a page, or misread a label, and judge what the loader and dbt's SQL make of the text."""
    place = world.system.places[task.cell]
    lines = _source_lines(place.source_file)
    changed = _changed_lines(world, task, lines)
    if changed is None:
        return None
    content = "\n".join(changed).encode()
    try:
        problems = run_instance(
            instance.connection, instance.models, content, instance.layout, place.source_file
        )
    except TiltakError:
        return Result(task.kind, Stage.LOADER)
    if problems:
        return Result(task.kind, Stage.LABEL_GATE)
    system, reading = read_system(instance.connection)
    findings = find_all(system, reading, world.slips)
    if not findings:
        return Result(task.kind, Stage.UNDETECTED, reason="what is left adds up without it")
    rank = None
    if task.kind == "label_misread":
        rank = _rank(
            findings,
            lambda found: all(system.places[cell].source_place == place.source_place for cell in found.cells),
        )
    return Result(task.kind, _stage(system, reading, findings), rank, _candidates(findings))


def _line_no(place: Place) -> int:
    """Return the line of a text where a cell is printed."""
    return int(place.source_place.removeprefix("line "))


def _source_lines(source_file: str) -> list[str]:
    path = Path(source_file)
    if not path.is_file():
        path = PROJECT / source_file
    return path.read_text(encoding="utf-8").split("\n")


def _changed_lines(world: World, task: Task, lines: list[str]) -> list[str] | None:
    place = world.system.places[task.cell]
    at = _line_no(place) - 1
    if task.kind == "row_lost":
        return lines[:at] + lines[at + 1 :]
    if task.kind == "page_lost":
        of_file = [other for other in world.system.places if other.source_file == place.source_file]
        last = max(_line_no(other) for other in of_file if other.page_no == place.page_no)
        first = max((_line_no(other) for other in of_file if other.page_no < place.page_no), default=None)
        return None if first is None else lines[:first] + lines[last:]
    label, tab, values = lines[at].partition("\t")
    known = label.lower().strip()
    chance = chance_of(world, task)
    others = [
        other for labels in world.labels.values() if known in labels for other in labels if other != known
    ]
    letters = [i for i, sign in enumerate(label) if sign.isalpha()]
    if not tab or not letters:
        return None
    if others and chance.random() < 0.5:  # either
        misread = chance.choice(others)
    else:
        spot = chance.choice(letters)
        misread = label[:spot] + chance.choice("aeioun") + label[spot + 1 :]
    return None if misread == label else [*lines[:at], f"{misread}{tab}{values}", *lines[at + 1 :]]


# --- all of them ---


def tasks_of(world: World, sizes: "Sizes") -> list[Task]:
    """Return the mutants to make: every number for the kinds of digits, samples of the others."""
    chance = random.Random(world.seed)
    cells = range(len(world.system.places))
    numbers = [cell for cell in cells if world.reading.texts[cell][:1].isdigit()]
    stars = [cell for cell in cells if world.reading.texts[cell] == STAR]
    rows = [row[0] for row in world.system.cells_by_row.values() if len(row) > 1]
    pages = {(place.source_file, place.page_no): cell for cell, place in enumerate(world.system.places)}
    tasks = []
    for kind in CELL_KINDS:
        among = stars if kind == "number_for_star" else numbers
        tasks += [Task(kind, cell) for cell in _sample(among, sizes.cells, chance)]
    for kind in ROW_KINDS:
        tasks += [Task(kind, cell) for cell in _sample(rows, sizes.rows, chance)]
    for kind in TEXT_KINDS:
        among = list(pages.values()) if kind == "page_lost" else rows
        tasks += [Task(kind, cell) for cell in _sample(among, sizes.texts, chance)]
    return tasks


@dataclass(frozen=True)
class Sizes:
    """How many mutants of a kind are made at most; None for one of every cell.

    Attributes:
        cells: of kinds that change one cell.
        rows: of kinds that change a row.
        texts: of kinds that change what cells mean.
    """

    cells: int | None
    rows: int
    texts: int


def _sample(among: Sequence[int], size: int | None, chance: random.Random) -> list[int]:
    return list(among) if size is None or size >= len(among) else sorted(chance.sample(list(among), size))


def try_all(world: World, tasks: Sequence[Task]) -> list[Result]:
    """Try mutants one after the other; those that change nothing are left out."""
    instance = None
    results = []
    for task in tasks:
        if task.kind in CELL_KINDS:
            result = try_cell(world, task)
        elif task.kind in ROW_KINDS:
            result = try_rows(world, task)
        else:
            if instance is None:
                models = read_models(world.home)
                instance = Instance(open_instance(world.home, models), models, read_layout(LAYOUT))
            result = try_text(world, instance, task)
        if result is not None:
            results.append(result)
    return results


def _try_chunk(tasks: Sequence[Task], home: Home, seed: int) -> list[Result]:
    """Try mutants in a worker, which keeps its world."""
    key = (str(home.folder), seed)
    if key not in _WORLDS:
        _WORLDS[key] = read_world(home, seed)
    return try_all(_WORLDS[key], tasks)


_WORLDS: dict[tuple[str, int], World] = {}


def try_in_parallel(home: Home, seed: int, tasks: Sequence[Task], workers: int) -> Iterator[list[Result]]:
    """Try mutants in several processes; yields results as chunks are done."""
    by_cost = sorted(tasks, key=lambda task: task.kind in CELL_KINDS)
    sizes = {True: CHUNK, False: CHUNK // 10}
    chunks: list[Sequence[Task]] = []
    for cheap in (False, True):
        some = [task for task in by_cost if (task.kind in CELL_KINDS) is cheap]
        chunks += [some[at : at + sizes[cheap]] for at in range(0, len(some), sizes[cheap])]
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(partial(_try_chunk, home=home, seed=seed), chunks)


# --- figures ---


@dataclass(frozen=True)
class Rates:
    """What became of the mutants of a kind."""

    kind: str
    mutants: int
    stages: dict[str, int]
    detected: float
    first: float | None
    first_three: float | None
    median_candidates: float | None
    undetected: dict[str, int]


def rates_of(kind: str, results: Sequence[Result]) -> Rates:
    """Count what became of the mutants of one kind; shares are of 1, ranks are shares of the detected."""
    stages = Counter(result.stage for result in results)
    detected = [result for result in results if result.stage is not Stage.UNDETECTED]
    has_place = kind not in {"row_lost", "page_lost"}
    located = [
        result
        for result in detected
        if has_place and (kind != "label_misread" or result.stage not in {Stage.LOADER, Stage.LABEL_GATE})
    ]
    candidates = [result.candidates for result in located if result.candidates is not None]
    return Rates(
        kind,
        len(results),
        {stage: stages[stage] for stage in Stage},
        len(detected) / len(results) if results else 0.0,
        _share(located, 1),
        _share(located, FIRST_THREE),
        median(candidates) if candidates else None,
        dict(Counter(result.reason or "" for result in results if result.stage is Stage.UNDETECTED)),
    )


def _share(located: Sequence[Result], rank: int) -> float | None:
    if not located:
        return None
    return sum(result.rank is not None and result.rank <= rank for result in located) / len(located)


# --- full builds ---


@dataclass(frozen=True)
class FullBuild:
    """A mutant that went the whole way through `build_warehouse`.

    Attributes:
        cell_id: the corrupted cell.
        same_checks: True where the build's impossible checks are those of the instance run.
        is_named: True where the build prints the right cell as most likely wrong.
        ranked_first: True where the instance run ranks it first.
    """

    cell_id: str
    same_checks: bool
    is_named: bool
    ranked_first: bool


def build_mutant(world: World, cell: int, folder: Path) -> FullBuild | None:
    """Corrupt a digit in a copy of a report file, build from it, and compare with the instance run.

    Args:
        world: what is printed.
        cell: the cell.
        folder: an empty folder to work in.

    Returns:
        The comparison; None where the mutant is refused by the loader or its line is laid out otherwise.
    """
    task = Task("digit_changed", cell)
    place = world.system.places[cell]
    text = mutated_text(world, task)
    result = try_cell(world, task)
    lines = _source_lines(place.source_file)
    fields = lines[_line_no(place) - 1].split("\t")
    if text is None or result is None or result.stage in {Stage.LOADER, Stage.LABEL_GATE}:
        return None
    if len(fields) <= place.column_no or fields[place.column_no].strip() != world.reading.texts[cell]:
        return None
    fields[place.column_no] = text
    lines[_line_no(place) - 1] = "\t".join(fields)
    report = folder / "reports" / Path(place.source_file).name
    report.parent.mkdir(parents=True)
    report.write_text("\n".join(lines), encoding="utf-8")
    home = Home(folder / "home")
    loaded = load_reports([report], home.staged, read_layout(LAYOUT), "mutant")
    told = ""
    try:
        build_warehouse(home)
    except (ChecksFailedError, ContradictionError) as error:
        told = error.findings.told[0][0] if error.findings else ""
    with duckdb.connect(str(home.building), read_only=True) as connection:
        impossible = connection.sql(
            "select check_key from intermediate.int_rule_check where outcome = 'impossible'"
        ).fetchall()
    number, local = world.part_of_cell[cell]
    system = world.system.component(number).system
    value = int(text.replace(" ", ""))
    failing = failing_checks(system, world.readings[number].changed(local, text, value, value))
    expected = {system.checks[check].key for check in np.nonzero(failing)[0].tolist()}
    old_report = place.cell_id.split(":")[0]
    found = {key.replace(loaded[0].report_id, old_report) for (key,) in impossible}
    where = f'{place.source_place}, row "{place.row_label}", column "{place.column_label}": printed "{text}"'
    return FullBuild(place.cell_id, found == expected, where in told, result.rank == 1)


# --- the command ---


def main(  # noqa: PLR0913, PLR0917  # each is an option of the command
    home: Annotated[Path, typer.Option(help="Folder of a built warehouse.")] = Path("warehouse"),
    output: Annotated[
        Path | None, typer.Option(help="Where the figures go; trust/mutants.json in the home by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all chance.")] = 20240101,
    cells: Annotated[int | None, typer.Option(help="Mutants of each kind of cell; all by default.")] = None,
    rows: Annotated[int, typer.Option(help="Mutants of each kind of row.")] = 300,
    texts: Annotated[int, typer.Option(help="Mutants of rows lost, labels misread, pages lost.")] = 100,
    full_builds: Annotated[int, typer.Option(help="Mutants that are built in full, to compare.")] = 12,
    workers: Annotated[int, typer.Option(help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Corrupt printed cells as conversion does, and publish what the rules notice and name."""
    began = time.monotonic()
    console = Console(width=TABLE_WIDTH)
    world = read_world(Home(home), seed)
    tasks = tasks_of(world, Sizes(cells, rows, texts))
    results: list[Result] = []
    for done in try_in_parallel(Home(home), seed, tasks, workers):
        results += done
    kinds = [*CELL_KINDS, *ROW_KINDS, *TEXT_KINDS]
    rates = [rates_of(kind, [result for result in results if result.kind == kind]) for kind in kinds]
    any_digit = rates_of("any_digit", [result for result in results if result.kind in DIGIT_KINDS])
    builds = list(_full_builds(world, full_builds, Home(home).building.parent / "mutants"))
    figures = {
        "seed": seed,
        "printed_numbers": sum(text[:1].isdigit() for text in world.reading.texts),
        "cells": len(world.system.places),
        "checks": len(world.system.checks),
        "guards_of_known_reports_used": False,
        "versions": {name: version(name) for name in ("duckdb", "dbt-core", "numpy")}
        | {"python": platform.python_version()},
        "seconds": round(time.monotonic() - began, 1),
        "kinds": [vars(rate) for rate in rates],
        "any_digit": vars(any_digit),
        "full_builds": {
            "count": len(builds),
            "same_checks": sum(build.same_checks for build in builds),
            "named_as_ranked": sum(build.is_named == build.ranked_first for build in builds),
        },
    }
    path = output or home / "trust" / "mutants.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    _show([*rates, any_digit], builds, figures, console)
    console.print(f"Written to {path}.", markup=False)


def _full_builds(world: World, count: int, folder: Path) -> Iterator[FullBuild]:
    import shutil  # noqa: PLC0415

    chance = random.Random(world.seed + 1)
    numbers = [cell for cell, text in enumerate(world.reading.texts) if text[:1].isdigit()]
    done = 0
    while done < count:
        shutil.rmtree(folder, ignore_errors=True)
        build = build_mutant(world, chance.choice(numbers), folder)
        if build is not None:
            done += 1
            yield build
    shutil.rmtree(folder, ignore_errors=True)


def _show(
    rates: Sequence[Rates], builds: Sequence[FullBuild], figures: dict[str, object], console: Console
) -> None:
    table = Table("kind", "mutants", "detected", *Stage, "first", "in first 3", "median", box=box.SIMPLE_HEAD)
    for rate in rates:
        table.add_row(
            rate.kind,
            str(rate.mutants),
            f"{rate.detected:.2%}",
            *(str(rate.stages[stage]) for stage in Stage),
            "" if rate.first is None else f"{rate.first:.2%}",
            "" if rate.first_three is None else f"{rate.first_three:.2%}",
            "" if rate.median_candidates is None else f"{rate.median_candidates:g}",
        )
    console.print(table)
    for rate in rates:
        for reason, number in rate.undetected.items():
            console.print(f"not detected, {rate.kind}: {number} {reason}", markup=False)
    same = sum(build.same_checks for build in builds)
    named = sum(build.is_named == build.ranked_first for build in builds)
    console.print(
        f"Full builds: {len(builds)}, the same impossible checks in {same}, the cell named as the instance "
        f"run ranks it in {named}. Seed {figures['seed']}, {figures['seconds']} s. "
        "The counts on record for known reports are not used.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    typer.run(main)
