"""A sample of the faults, and proof that what looks for damage finds it. `make faults` runs all of them."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import duckdb
import pytest
from measure.faults.harms import Harm, act_out, harms
from measure.faults.kills import Tally, kill_steps, kill_whole_builds
from measure.faults.lab import Lab, NotHandledError, NotPossibleError, changed, published
from typer.testing import CliRunner

from loaders.errors import TiltakError
from tiltak.build import build_warehouse
from tiltak.cli import app
from tiltak.home import Home

# With this seed a build is killed between its two last steps, and the next one while it removes what is left.
SEED = 52508
STEP_KILLS = 8
WHOLE_KILLS = 1
# A build of the small report takes at least this long.
SECONDS_TO_KILL_WITHIN = 8
# One of each kind, and those that a change of the code breaks most easily.
SAMPLE = (
    "no file may be larger than 64 kB",
    "a disk full before staging",
    "a home that cannot be written",
    "a report that cannot be read",
    "cells of another report",
    "the database of the version",
    "a huge report",
    "a reading process ended by the system",
    "while the set is written",
    "five builds at once",
    "a stopped process holds the lock",
    "a clock ten years ahead, then ten years back",
)


@pytest.fixture
def lab(small_home: Home, small_reports: Path, tmp_path: Path) -> Lab:
    """Return a copy of a small warehouse to harm."""
    return Lab.copy_of(small_home, small_reports, tmp_path)


def test_whenever_a_build_is_killed_what_is_published_is_whole_and_a_later_build_recovers(lab: Lab) -> None:
    draw, tally = random.Random(SEED), Tally()
    for _ in kill_steps(lab, STEP_KILLS, draw, tally):
        pass
    for _ in kill_whole_builds(lab, WHOLE_KILLS, SECONDS_TO_KILL_WITHIN, draw, tally):
        pass
    killed = STEP_KILLS + WHOLE_KILLS
    assert not tally.damages
    assert sum(tally.killed.values()) == tally.intact + tally.renewed == tally.recovered == killed


@pytest.mark.parametrize(
    "harm", [harm for harm in harms() if harm.name in SAMPLE], ids=lambda harm: harm.name
)
def test_a_fault_ends_in_a_clear_message_and_the_published_warehouse_is_intact(harm: Harm, lab: Lab) -> None:
    try:
        assert act_out(harm, lab) is None
    except NotPossibleError as reason:
        pytest.skip(str(reason))


def test_every_fault_of_the_sample_exists() -> None:
    assert set(SAMPLE) <= {harm.name for harm in harms()}


def cut_a_file(folder: Path) -> None:
    path = folder / "parquet" / "main" / "dim_month.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])


def lose_a_file(folder: Path) -> None:
    (folder / "parquet" / "main" / "dim_month.parquet").unlink()


def lose_the_database(folder: Path) -> None:
    (folder / "tiltak.duckdb").unlink()


def lose_the_link(folder: Path) -> None:
    (folder.parents[1] / "published").unlink()


@pytest.mark.parametrize("damage", [cut_a_file, lose_a_file, lose_the_database, lose_the_link])
def test_damage_to_what_is_published_is_found(damage: Callable[[Path], None], lab: Lab) -> None:
    before = published(lab.home)
    damage(lab.home.warehouse.resolve().parent)
    with pytest.raises(NotHandledError):
        changed(before, lab.home)


def test_a_new_version_that_lacks_a_file_is_found(lab: Lab) -> None:
    before = published(lab.home)
    folder = lab.home.folder / "versions"
    shutil.copytree(folder / before.current, folder / "99990101T000000Z-0")
    (folder / "99990101T000000Z-0" / "parquet" / "main" / "dim_month.parquet").unlink()
    (lab.home.folder / "published").unlink()
    (lab.home.folder / "published").symlink_to("versions/99990101T000000Z-0")
    with pytest.raises(NotHandledError, match="not those of its checksums"):
        changed(before, lab.home)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (MemoryError(), "error: memory ran out"),
        (duckdb.OutOfMemoryException(), "error: memory ran out"),
        (OSError(28, "No space left on device", "place"), "error: place: the system refuses: No space left"),
    ],
)
def test_trouble_that_nobody_expects_there_is_said_with_a_next_step(
    trouble: Exception, told: str, tmp_path: Path
) -> None:
    with patch("tiltak.cli.read_layout", side_effect=trouble):
        result = CliRunner().invoke(app, ["load", "--home", str(tmp_path)])
    assert (result.exit_code, told in result.output, "next: " in result.output) == (1, True, True)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Runtime Error in model a\n  Out of Memory Error: could not\n allocate", "memory ran out"),
        ("Runtime Error in model a\n  IO Error: Could not write file: No space left", "cannot be written"),
        (
            "Runtime Error in model a\n  Invalid Input Error: {staged}/cell/a.parquet: too small",
            "a staged file",
        ),
    ],
)
def test_what_fails_for_lack_of_memory_or_space_is_no_failed_check(
    message: str, told: str, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    run = SimpleNamespace(status="error", message=message.format(staged=home.staged))
    said = SimpleNamespace(success=False, exception=None, result=SimpleNamespace(results=[run]))
    with patch("tiltak.build.run_dbt", return_value=said), pytest.raises(TiltakError, match=told):
        build_warehouse(home)
