"""Faults of what is around a build: other builds, a holder of the lock, the clock, language and place.

As in `harms`, each function acts out one fault on a lab, in a process of its own, and raises where it does
not end as it should.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from measure.faults.lab import (
    CHILDREN,
    Lab,
    already_built,
    expect_published,
    expect_refused,
    published,
    refuse,
)
from tiltak.home import Home
from tiltak.lock import locked_home
from tiltak.publish.record import BuildRecord, read_record, utc_now

TILTAK = Path(sys.executable).with_name("tiltak")
BUILDS = 5
SECONDS_FOR_A_BUILD = 600
# Where a day begins first, letters without accents, and an i of its own. Python reads UTF-8 all the same;
# told not to by PYTHONUTF8=0, dbt reads the seeds of unit tests in ASCII and refuses to build.
SURROUNDINGS = {
    "TZ": "Pacific/Kiritimati",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "C",
    "PYTHONIOENCODING": "ascii:strict",
    "PYTHONHASHSEED": "7",
    "COLUMNS": "20",
}
ODD_NAME = "-a b  100%s *[1] 'it''s' \"{{ x }}\" $(id);&| \u00e5 a\u030a \u6570"


def five_builds_at_once(lab: Lab) -> None:
    """One build writes, the others say who does; with patience all of them write, one after the other."""
    before = published(lab.home)
    ends = _at_once(lab, "--wait", "0")
    if not any(exit_code == 0 for exit_code, _ in ends):
        refuse(f"no build was made: {ends}")
    for exit_code, output in ends:
        if exit_code != 0 and not (exit_code == 1 and "another process writes here" in output):
            refuse(f"a build ended in another way: {output}")
    if published(lab.home).current == before.current:
        refuse("nothing was published")
    ends = _at_once(lab, "--wait", str(SECONDS_FOR_A_BUILD))
    if any(exit_code != 0 for exit_code, _ in ends):
        refuse(f"a build that could wait did not end well: {ends}")
    before = published(lab.home)
    expect_published(lab, before, lab.build())


def stopped_holder(lab: Lab) -> None:
    """A process that was stopped holds the lock: others say which, and go on once it is ended."""
    receiver, sender = CHILDREN.Pipe(duplex=False)
    holder = CHILDREN.Process(target=_hold, args=(lab.home, sender))
    holder.start()
    receiver.recv()
    os.kill(holder.pid or 0, signal.SIGSTOP)
    try:
        before = published(lab.home)
        for wait in ("0", "0.5"):
            result = lab.run("build", "--reports", str(lab.reports), "--wait", wait)
            expect_refused(lab, before, result, "another process writes here", f"process {holder.pid} on")
        asked = lab.run("sql", "select count(*) from fct_monthly_participants")
        if asked.exit_code != 0:
            refuse(f"the published file cannot be asked meanwhile: {asked.output}")
    finally:
        os.kill(holder.pid or 0, signal.SIGKILL)
        holder.join()
    expect_published(lab, before, lab.build())


def clock_set_back(lab: Lab) -> None:
    """The clock is years ahead, then years back, then right: each build is published, and readers get it."""
    for days in (3650, -3650, 0):
        with _clock(timedelta(days=days)):
            before = published(lab.home)
            expect_published(lab, before, lab.build())


def other_language_and_zone(lab: Lab) -> None:
    """A build far away, in a language without Norwegian letters, is the same build."""
    _expect_the_same(lab, lab.home, SURROUNDINGS)


def odd_home(lab: Lab) -> None:
    """A home whose name is full of signs that mean something elsewhere is a home like any other."""
    _expect_the_same(lab, Home(lab.home.folder.parent / ODD_NAME), {})


def _expect_the_same(lab: Lab, home: Home, surroundings: dict[str, str]) -> None:
    expected = _record(lab.home).content_sha256
    command = [str(TILTAK), "build", "--anew", "--quiet", "--reports", str(lab.reports), "--home"]
    done = subprocess.run(
        [*command, str(home.folder)],
        env={**os.environ, **surroundings},
        capture_output=True,
        timeout=SECONDS_FOR_A_BUILD,
        check=False,
    )
    if done.returncode != 0:
        refuse(f"the build ends with {done.returncode}: {done.stderr[-2000:]!r}")
    if _record(home).content_sha256 != expected:
        refuse("the build has another content")


def _record(home: Home) -> BuildRecord:
    return read_record((home.warehouse.resolve().parent / "build.json").read_text(encoding="utf-8"))


def _at_once(lab: Lab, *options: str) -> list[tuple[int, str]]:
    receivers, builds = [], []
    for _ in range(BUILDS):
        receiver, sender = CHILDREN.Pipe(duplex=False)
        build = CHILDREN.Process(target=_build, args=(lab, options, sender))
        build.start()
        sender.close()
        receivers.append(receiver)
        builds.append(build)
    ends = [receiver.recv() for receiver in receivers]
    for build in builds:
        build.join()
    return ends


def _build(
    lab: Lab, options: tuple[str, ...], sender: "multiprocessing.connection.Connection[Any, Any]"
) -> None:
    with already_built():
        result = lab.run("build", "--anew", "--reports", str(lab.reports), *options)
    sender.send((result.exit_code, result.output))


def _hold(home: Home, sender: "multiprocessing.connection.Connection[Any, Any]") -> None:
    with locked_home(home):
        sender.send("held")
        signal.pause()


@contextmanager
def _clock(ahead: timedelta) -> Iterator[None]:
    def told() -> datetime:
        return utc_now() + ahead

    now: Callable[[], datetime] = told
    with patch("tiltak.publish.publish.utc_now", now):
        yield
