"""A copy of the dbt project whose seeds a test may change."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from tiltak.home import PROJECT

FOLDERS = ("models", "macros", "seeds", "tests/generic", "tests/singular", "analyses", "docs/dbt")
FILES = ("dbt_project.yml", "profiles.yml")

Row = dict[str, str]


def copy_project(target: Path) -> Path:
    """Copy what dbt reads of the project; returns the folder of the copy."""
    for name in FOLDERS:
        shutil.copytree(PROJECT / name, target / name)
    for name in FILES:
        shutil.copy(PROJECT / name, target / name)
    return target


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
