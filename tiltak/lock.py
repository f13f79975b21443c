"""One writer at a time: the lock on a warehouse's home."""

import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from loaders.errors import StagingError
from loaders.files import shown
from tiltak.errors import HomeLockedError
from tiltak.home import Home

NOT_IN_A_PATH = "?#\\"
SECONDS_BETWEEN_TRIES = 0.2


@contextmanager
def locked_home(home: Home, wait_seconds: float = 0) -> Iterator[None]:
    """Keep every other writer out of a home.

    The operating system holds the lock and gives it back when the process ends, however it ends. The lock
    file stays, and says who holds the lock or had it last.

    Args:
        home: where the warehouse lives; made if it does not exist.
        wait_seconds: how long to wait for another writer.

    Raises:
        HomeLockedError: another process writes there.
        StagingError: the home cannot be written, or cannot be a home.
    """
    _check_name(home.folder)
    try:
        home.folder.mkdir(parents=True, exist_ok=True)
        file = home.lock.open("a+", encoding="utf-8")
    except OSError as error:
        raise StagingError(
            f"the home of the warehouse cannot be written: {error.strerror}",
            "check its permissions, or name another folder with --home",
            str(home.folder),
        ) from error
    with file:
        _check_ours(home.lock)
        give_up = time.monotonic() + wait_seconds
        while not _taken(file):
            if time.monotonic() >= give_up:
                raise HomeLockedError(
                    f"another process writes here: {_holder(home.lock)}",
                    "wait until it ends, with --wait SECONDS for instance, or stop it",
                    str(home.folder),
                )
            time.sleep(SECONDS_BETWEEN_TRIES)
        _tell_holder(file)
        yield


def _check_name(folder: Path) -> None:
    """Check that dbt and Parquet can be told the name of a folder and of those above it."""
    name = str(folder.resolve())
    if set(NOT_IN_A_PATH) & set(name):
        raise StagingError(
            f"the name of the home, or of a folder above it, has one of {' '.join(NOT_IN_A_PATH)}",
            "name another folder with --home: dbt takes such a sign for a part of an address",
            shown(folder),
        )
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise StagingError(
            "the name of the home, or of a folder above it, is not UTF-8",
            "name another folder with --home",
            shown(folder),
        ) from error


def _check_ours(lock: Path) -> None:
    """Check that a file of this name is a lock: its content is replaced."""
    text = lock.read_bytes()
    if text and not text.startswith(b'{"pid"'):
        raise StagingError(
            "the home holds a file that is not ours where the lock goes",
            "move it away, or name another folder with --home",
            str(lock),
        )


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell_holder(file: IO[str]) -> None:
    """Write who holds the lock, without its options, which may be secret; a full disk is no reason not to."""
    holder = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        file.truncate(0)
        file.write(json.dumps(holder, ensure_ascii=False) + "\n")
        file.flush()
    except OSError:
        file.truncate(0)


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"{holder['command']} (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "it does not say which"
