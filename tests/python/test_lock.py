"""The lock on a home, held by real processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loaders.errors import StagingError
from tiltak.cli import app
from tiltak.errors import HomeLockedError
from tiltak.home import PROJECT, Home
from tiltak.lock import locked_home

HOLDER = """
import sys, time
from pathlib import Path
from tiltak.home import Home
from tiltak.lock import locked_home
with locked_home(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@contextmanager
def holder(home: Home, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock for some seconds, or until it is killed."""
    command = [sys.executable, "-c", HOLDER, str(home.folder), str(seconds)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("command", [["load"], ["build", "--reports", "data/reports"]])
def test_who_finds_the_home_locked_is_told_by_whom(command: list[str], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with holder(home, 60) as process:
        result = CliRunner().invoke(app, [*command, "--home", str(home.folder)])
        assert result.exit_code == 1
        assert "another process writes here: -c" in result.output
        assert f"process {process.pid} on {os.uname().nodename}, since 20" in result.output
        assert "--wait" in result.output
    assert [path.name for path in home.folder.iterdir()] == ["lock"]


def test_who_waits_gets_the_lock_when_it_is_given_back(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with holder(home, 1), locked_home(home, 30):
        pass


def test_who_waits_gives_up_in_the_end(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with holder(home, 60):
        began = time.monotonic()
        with pytest.raises(HomeLockedError), locked_home(home, 1):
            pass
        assert 1 <= time.monotonic() - began < 30


def test_a_killed_process_gives_the_lock_back(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with holder(home, 60) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        with locked_home(home):
            pass


def test_a_home_that_cannot_be_made_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = CliRunner().invoke(app, ["load", "--home", str(tmp_path / "file" / "home")])
    assert result.exit_code == 1
    assert "cannot be written" in result.output


@pytest.mark.parametrize(
    ("name", "told"),
    [("a?b", "has one of"), ("a#b", "has one of"), ("a\\b", "has one of"), ("a\udcff", "not UTF-8")],
)
def test_a_home_that_dbt_cannot_be_told_of_is_refused_before_it_is_made(
    name: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(StagingError, match=told) as caught, locked_home(Home(tmp_path / name)):
        pass
    assert caught.value.next_step
    assert not list(tmp_path.iterdir())
