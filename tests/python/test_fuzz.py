"""A sample of the fuzzing, and its watchdog. `make fuzz` runs some ten thousand texts."""

import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
from measure.fuzz.run import (
    ACCEPTED,
    FAILED,
    TARGETS,
    Damaged,
    EndlessRun,
    Target,
    fuzz,
    run_batch,
    time_limit,
)

TESTS = Path(__file__).parents[1]


def test_a_few_hundred_mutated_reports_are_loaded_right_or_refused_by_name() -> None:
    tally = run_batch(TARGETS["reports"], 150, seed=1)
    assert tally.outcomes[ACCEPTED] > 30
    assert sum(tally.refused.values()) > 60
    assert set(tally.refused) <= {"LayoutError", "UnknownReportError", "UnreadableFileError"}


def test_damaged_cards_and_seeds_are_read_or_refused_by_name() -> None:
    tally = run_batch(TARGETS["settings"], 120, seed=1)
    assert tally.outcomes[ACCEPTED] > 10
    assert tally.refused["ProvenanceError"] > 10


def test_the_same_seed_draws_the_same_texts() -> None:
    strategy = TARGETS["reports"].strategy
    first, again, other = (
        run_batch(Target("nothing", strategy, lambda _: ACCEPTED), 10, seed).distinct for seed in (7, 7, 8)
    )
    assert first == again != other


def test_what_fails_is_kept_with_the_reason(tmp_path: Path) -> None:
    def check(_: Damaged) -> str:
        raise ValueError("a defect")

    def keep(drawn: Damaged, what: str) -> str:
        (tmp_path / "kept.txt").write_bytes(drawn.content)
        return what

    tally = run_batch(Target("broken", TARGETS["settings"].strategy, check), 5, 1, keep)
    assert tally.outcomes[FAILED] == tally.inputs == len(tally.failures) > 0
    assert tally.failures[0]["kept"] == "ValueError: a defect"
    assert (tmp_path / "kept.txt").exists()


def test_an_endless_run_is_a_failure() -> None:
    def check(_: Damaged) -> str:
        return max(number for number in count() if number < 0)  # type: ignore[return-value]  # never comes

    target = Target("endless", TARGETS["settings"].strategy, check)
    tally = run_batch(target, 2, 1, keep=lambda *_: "", seconds=0.1)
    assert tally.outcomes[FAILED] == tally.inputs > 0
    assert tally.failures[0]["what"].startswith("EndlessRun: not done after 0.1 s")


def test_a_limit_that_is_kept_leaves_no_alarm_behind() -> None:
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    with pytest.raises(EndlessRun), time_limit(0.05):
        time.sleep(1)


def test_what_cannot_be_interrupted_is_ended_with_its_process() -> None:
    script = (
        "from itertools import repeat\nfrom measure.fuzz.run import time_limit\n"
        "with time_limit(0.2, patience=0.2): sum(repeat(1))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "Timeout" in run.stderr


def test_several_processes_share_the_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    tally = fuzz("settings", 20, seed=1, cores=2, folder=tmp_path)
    assert tally.inputs > 10
    assert not tally.failures
