"""Secrets are in nothing that a command says or writes, and in no list of processes."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tiltak.cli import app
from tiltak.home import PROJECT, Home

SECRET = "hush-7c1f-made-up"
# Nobody listens there.
NOWHERE = f"postgresql://reader:{SECRET}@127.0.0.1:1/nothing?connect_timeout=2"
SUPERSET = PROJECT / "bi" / "superset"


def command_lines() -> set[str]:
    """Return the command lines of all processes that this one may look at."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.add(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue  # it has ended, or is another's
    return found


@pytest.fixture
def seen() -> Iterator[set[str]]:
    """The command lines of all processes seen while a test runs."""
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("this system does not show its processes as files")
    lines: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.02):
            lines.update(command_lines())

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield lines
    ended.set()
    watcher.join()


def run_seen(arguments: list[str], home: Path, lines: set[str], **surroundings: str) -> str:
    """Run a command that fails, with secrets in its environment; return what it says."""
    command = [str(Path(sys.executable).with_name("tiltak")), *arguments, "--home", str(home)]
    done = subprocess.run(
        command, env={**os.environ, **surroundings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert any(" ".join(arguments) in line for line in lines), "the watcher has not seen the command"
    return done.stdout + done.stderr


def holding(folder: Path, text: str) -> list[str]:
    """Return the files of a folder that hold a text in their bytes or names."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if text in path.name or (path.is_file() and text.encode() in path.read_bytes())
    ]


@pytest.mark.parametrize(
    "surroundings",
    [
        pytest.param({"TILTAK_POSTGRES": NOWHERE}, id="in the DSN"),
        pytest.param(
            {"TILTAK_POSTGRES": "host=127.0.0.1 port=1 dbname=nothing", "PGPASSWORD": SECRET}, id="apart"
        ),
    ],
)
def test_the_password_of_postgresql_is_in_no_output_file_or_process(
    surroundings: dict[str, str], small_home: Home, seen: set[str]
) -> None:
    said = run_seen(["publish", "current"], small_home.folder, seen, **surroundings)
    assert "next: " in said
    assert SECRET not in said
    assert not [line for line in seen if SECRET in line]
    assert not holding(small_home.folder, SECRET)


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://reader:{SECRET}@127.0.0.1:none/nothing",
        f"postgresql://reader:{SECRET}@[::1/nothing",
        f"postgresql://reader:{SECRET}%zz@127.0.0.1/nothing",
        f"host=127.0.0.1 port=1 password='{SECRET}",
        f"host=127.0.0.1 port=1 password={SECRET} and more",
        f"host=127.0.0.1 port=1 pasword={SECRET}",
        SECRET,
    ],
)
def test_a_dsn_that_cannot_be_read_is_not_quoted(dsn: str, small_home: Home) -> None:
    result = CliRunner().invoke(app, ["publish", "--home", str(small_home.folder), "--postgres", dsn])
    assert (result.exit_code, "next: " in result.output) == (1, True)
    assert SECRET not in result.output + repr(result.exception)


def test_the_holder_of_a_lock_is_told_without_what_it_was_called_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["tiltak", "build", "--origin", NOWHERE])
    result = CliRunner().invoke(app, ["load", str(PROJECT / "LICENSE"), "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert '"command": "tiltak build"' in Home(tmp_path).lock.read_text(encoding="utf-8")
    assert not holding(tmp_path, SECRET)


def test_superset_hands_its_password_on_in_no_command_line(tmp_path: Path, seen: set[str]) -> None:
    """A script that only fails takes the place of the long preparation: what counts is how it is called."""
    script = tmp_path / "run.py"
    script.write_text(
        "import pathlib, sys, types\n"
        # The server is not needed, and not installed beside the tests.
        "base = types.ModuleType('gunicorn.app.base')\n"
        "base.BaseApplication = object\n"
        "sys.modules.update({'gunicorn': base, 'gunicorn.app': base, 'gunicorn.app.base': base})\n"
        f"sys.path.insert(0, {str(SUPERSET)!r})\n"
        "import start\n"
        f"start.HERE = pathlib.Path({str(tmp_path)!r})\n"
        f"start.prepare(pathlib.Path({str(tmp_path)!r}), {SECRET[:4]!r} + {SECRET[4:]!r})\n",
        encoding="utf-8",
    )
    (tmp_path / "prepare.py").write_text(
        "import os, sys, time\n"
        "time.sleep(0.5)\n"
        "sys.exit('no password' if not os.environ['SUPERSET_PASSWORD'] else 'prepared')\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert "prepared" in done.stderr, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert any("prepare.py" in line for line in seen)
    assert not [line for line in seen if SECRET in line]
    assert not holding(tmp_path, SECRET)
