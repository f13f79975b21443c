"""Kill builds, and see what they leave.

Two ways to choose the moment. Most kills are aimed: a build is killed right before a given step that it takes
in the file system, or a moment after it, while DuckDB writes for instance. These builds leave out dbt, which
works on a file that nobody reads. The others are whole `tiltak build` commands killed at a random time.

All happen in one home, one after another, and nothing is ever put right by hand.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from measure.faults.lab import CHILDREN, Lab, Published, already_built, changed, leftovers, published, refuse
from tiltak.cli import app

# Audit events of CPython that change files; `open` is one of them when it opens for writing.
CHANGES = {
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.chmod", "os.truncate", "fcntl.flock",
}  # fmt: skip
# Phases of a build by the functions that they stand in; the innermost decides.
PHASES = {
    "locked_home": "take the lock",
    "_recover": "recover",
    "load_reports": "load",
    "drop_others": "load",
    "publish": "write the set",
    "put_in_place": "put in place",
    "prune": "remove old versions",
}
WHOLE = "whole command"
# The first and last steps of each phase are always among those chosen: what is between them is much alike.
FIRST_STEPS, LAST_STEPS = 2, 6
LONGEST_DELAY = 0.3
KILLS_BETWEEN_BUILDS = 20
KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Aim:
    """When to kill: before a step of a phase, counted from 1, or some seconds after it."""

    phase: str
    step: int
    delay: float | None


@dataclass
class Tally:
    """What came of the kills.

    Attributes:
        killed: number of builds killed, by phase.
        intact: how many of them left the published version byte for byte as it was.
        renewed: how many left the new version, complete: the kill came after it was put in place.
        recovered: after how many of them a later build went on without help.
        completed: builds that were not killed, between and after the others; all must succeed.
        damages: what was wrong after a kill, if anything was.
    """

    killed: Counter[str] = field(default_factory=Counter)
    intact: int = 0
    renewed: int = 0
    recovered: int = 0
    completed: int = 0
    damages: list[str] = field(default_factory=list)


class Watch:
    """Counts the steps of a build from inside, tells of each new phase, and kills at the step aimed at."""

    def __init__(self, aim: Aim | None, sender: Any) -> None:
        """Watch for an aim; tell through a connection."""
        self.aim = aim
        self.sender = sender
        self.steps: Counter[str] = Counter()

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take notice of an audit event."""
        if event not in CHANGES and not (event == "open" and _writes(arguments)):
            return
        phase = _phase(sys._getframe(1))  # the one way to know who is asking
        if phase is None:
            return
        self.steps[phase] += 1
        if self.steps[phase] == 1:
            self.sender.send((phase, None))
        if self.aim is not None and (phase, self.steps[phase]) == (self.aim.phase, self.aim.step):
            if self.aim.delay is None:
                os.kill(os.getpid(), signal.SIGKILL)
            self.sender.send(("kill", None))


def kill_steps(lab: Lab, count: int, draw: random.Random, tally: Tally) -> Iterator[None]:
    """Kill builds at steps in the file system, yielding after each.

    Raises:
        NotHandledError: a build that was not killed fails.
    """
    steps = _complete_build(lab, tally)
    waiting = 0
    while count > 0:
        for aim in _aims(steps, count, draw):
            before = published(lab.home)
            _make_work_for_loading(lab)
            exit_code, phases, _ = _run(lab, aim)
            if set(phases) - {"take the lock", "recover"}:
                tally.recovered += waiting
                waiting = 0
            if exit_code == KILLED:
                waiting += 1
                count -= 1
                _judge(tally, aim.phase, before, lab)
                yield
            elif exit_code == 0:  # there was less to do than aimed at, as where nothing was left to recover
                tally.completed += 1
            else:
                refuse(f"a build that was not killed ends with exit code {exit_code}")
            if waiting == KILLS_BETWEEN_BUILDS or count == 0:
                _complete_build(lab, tally)
                tally.recovered += waiting
                waiting = 0
            if count == 0:
                return


def kill_whole_builds(
    lab: Lab, count: int, seconds: float, draw: random.Random, tally: Tally
) -> Iterator[None]:
    """Kill `tiltak build`, a process of its own, at random moments spread over its length.

    Args:
        lab: where to build.
        count: how many kills.
        seconds: how long a build takes.
        draw: the source of chance.
        tally: is added to.

    Raises:
        NotHandledError: a build that was not killed fails.
    """
    command = [str(Path(sys.executable).with_name("tiltak")), "build", "--anew", "--quiet", "--reports"]
    command += [str(lab.reports), "--home", str(lab.home.folder)]
    moments = [seconds * (place + draw.random()) / count for place in range(count)]
    draw.shuffle(moments)
    while moments:
        before = published(lab.home)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            try:
                _, said = process.communicate(timeout=moments[-1])
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        if process.returncode == KILLED:
            moments.pop()
            _judge(tally, WHOLE, before, lab)
            yield
        elif process.returncode == 0:  # the machine was quicker than before
            tally.completed += 1
            moments[-1] = moments[-1] * draw.random()
        else:
            refuse(f"a build that was not killed fails: {said.decode()}")
    if count:
        # dbt's file may be gone with the last of them, so that the next build has to be a whole one.
        before = published(lab.home)
        last = subprocess.run(command, capture_output=True, check=False)
        if last.returncode != 0 or changed(before, lab.home) is None or leftovers(lab.home):
            refuse(f"a build that was not killed fails: {last.stderr.decode()}")
        tally.completed += 1
        tally.recovered += count


def _judge(tally: Tally, phase: str, before: Published, lab: Lab) -> None:
    """Look at what a killed build has left."""
    tally.killed[phase] += 1
    try:
        is_new = changed(before, lab.home) is not None
    except Exception as damage:  # whatever is wrong is counted and told
        tally.damages.append(f"killed in {phase!r}: {damage}")
    else:
        tally.intact += not is_new
        tally.renewed += is_new


def _complete_build(lab: Lab, tally: Tally) -> Counter[str]:
    """Let a build come to its end; returns the number of its steps by phase."""
    before = published(lab.home)
    _make_work_for_loading(lab)
    exit_code, _, steps = _run(lab, None)
    if exit_code != 0 or changed(before, lab.home) is None or leftovers(lab.home):
        refuse(f"a build that was not killed ends with {exit_code} and leaves {leftovers(lab.home)}")
    tally.completed += 1
    return steps


def _aims(steps: Counter[str], count: int, draw: random.Random) -> list[Aim]:
    """Choose where to kill: the ends of each phase first, then at random, evenly over all steps."""
    # What there is to recover depends on the kill before; a set half written is a hundred steps.
    steps = steps | Counter({"recover": 40})
    ends = {
        (phase, step)
        for phase, number in steps.items()
        for step in (*range(1, FIRST_STEPS + 1), *range(number - LAST_STEPS + 1, number + 1))
        if 1 <= step <= number
    }
    others = sorted(
        {(phase, step) for phase, number in steps.items() for step in range(1, number + 1)} - ends
    )
    draw.shuffle(others)
    first = sorted(ends)
    draw.shuffle(first)
    chosen = (first + others)[:count]
    draw.shuffle(chosen)
    # Every third kill comes a moment later, somewhere in the work between two steps.
    return [
        Aim(phase, step, draw.uniform(0, LONGEST_DELAY) if place % 3 == 2 else None)
        for place, (phase, step) in enumerate(chosen)
    ]


def _make_work_for_loading(lab: Lab) -> None:
    """Let the report be staged again, and another one, that is no longer in the folder, be dropped."""
    for path in lab.home.staged.glob("*/*.parquet"):
        path.rename(path.with_name("0123456789ab.parquet"))


def _run(lab: Lab, aim: Aim | None) -> tuple[int, list[str], Counter[str]]:
    """Run a build in a process of its own, killed at an aim; returns exit code, phases met, and steps."""
    receiver, sender = CHILDREN.Pipe(duplex=False)
    child = CHILDREN.Process(target=_watched_build, args=(lab, aim, sender))
    child.start()
    sender.close()
    phases: list[str] = []
    steps: Counter[str] = Counter()
    try:
        while True:
            kind, told = receiver.recv()
            if kind == "kill" and aim is not None and aim.delay is not None:
                time.sleep(aim.delay)
                child.kill()
            elif kind == "steps":
                steps = told
            else:
                phases.append(kind)
    except EOFError:
        child.join()
    return child.exitcode if child.exitcode is not None else 0, phases, steps


def _watched_build(lab: Lab, aim: Aim | None, sender: Any) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    watch = Watch(aim, sender)
    sys.addaudithook(watch)
    arguments = [
        "build",
        "--anew",
        "--reports",
        str(lab.reports),
        "--home",
        str(lab.home.folder),
        "--keep",
        "2",
    ]
    with already_built():
        try:
            app(arguments)
        finally:
            sender.send(("steps", watch.steps))


def _writes(arguments: tuple[Any, ...]) -> bool:
    """Tell whether an `open` is for writing; os.open() has no mode, but flags."""
    _, mode, flags = arguments
    return bool(set(mode) & set("wax+")) if isinstance(mode, str) else bool(flags & (os.O_WRONLY | os.O_RDWR))


def _phase(frame: FrameType | None) -> str | None:
    while frame is not None:
        if frame.f_code.co_name in PHASES:
            return PHASES[frame.f_code.co_name]
        frame = frame.f_back
    return None
