"""A copy of the dbt project whose seeds a test may change, and builds of it."""

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from support.built_homes import Built
from tiltak.build import PARSED, run_dbt
from tiltak.home import PROJECT, Home
from tiltak.vocabulary import FROM_REPORTS, restore

FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/singular", "analyses", "docs/dbt")
FILES = ("dbt_project.yml", "profiles.yml")

Row = dict[str, str]


def copy_project(target: Path) -> Path:
    """Copy what dbt reads of the project; returns the folder of the copy.

    What dbt keeps of the project's own parse comes along: it parses only what a test then changes.
    """
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, target / name)
    for name in FILES:
        shutil.copy(PROJECT / name, target / name)
    (target / "target").mkdir()
    if (PROJECT / "target" / PARSED).is_file():
        shutil.copy(PROJECT / "target" / PARSED, target / "target")
    return target


def build_copy(project: Path, home: Home, changed_seeds: Sequence[str]) -> Built:
    """Build and test a copied project on what is staged in a home, in which nothing is built yet.

    What is invented is in no reference list, and so the vocabulary is not tested against them.

    Args:
        project: the copy.
        home: where to build.
        changed_seeds: what differs from the project; what comes from no other seed is taken from the
            project's own builds, if there were any.
    """
    home.building.parent.mkdir(parents=True)
    without = ["--exclude", "path:tests/singular/vocabulary", "--exclude-resource-type", "unit_test"]
    selection = ["--select", FROM_REPORTS, *(f"{seed}+" for seed in changed_seeds)]
    is_kept = restore(home, PROJECT) is not None
    result = run_dbt(home, ["build", *without, *(selection if is_kept else [])], project=project)
    return Built.of(home, result)


def edit_seed(project: Path, name: str, edit: Callable[[list[Row]], list[Row]]) -> None:
    """Rewrite a seed of a copied project, which may have no rows yet."""
    (path,) = project.glob(f"seeds/*/{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        fields = list(reader.fieldnames or [])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(edit(rows))
