"""A PostgreSQL server of one's own, for a test or a measurement: started in a folder, gone afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# Where Debian and Fedora, Homebrew, and a path that somebody has set keep the server's programs.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/bin")
USER = "postgres"
START_SECONDS = 120


def find_programs() -> Path | None:
    """Return the folder with the newest `initdb` and `postgres`, if there is one."""
    found = []
    for pattern in PLACES:
        found += [
            path.parent
            for path in Path("/").glob(f"{pattern[1:]}/initdb")
            if (path.parent / "postgres").exists()
        ]
    return max(found, key=lambda folder: [int(part) for part in folder.parts if part.isdigit()], default=None)


@contextmanager
def running_server(programs: Path, settings: Sequence[str] = ()) -> Iterator[str]:
    """Start a server on a socket in a folder of its own; gives the DSN of its owner, who may do anything.

    Args:
        programs: folder with `initdb` and `postgres`.
        settings: of the server, as `deadlock_timeout=1s`.
    """
    # A path of a socket has at most some hundred characters, fewer than some folders for tests take.
    folder = Path(tempfile.mkdtemp(prefix="tiltak-pg-"))
    # The server refuses to run as root.
    user = USER if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        subprocess.run(
            [programs / "initdb", "--pgdata", data, "--auth", "trust", "--username", USER, "--no-sync",
             "--encoding", "UTF8", "--locale", "C"],
            check=True, capture_output=True, user=user, cwd=folder,
        )  # fmt: skip
        options = [f"unix_socket_directories={folder}", "listen_addresses=", "fsync=off", *settings]
        command = [str(programs / "postgres"), "-D", str(data)]
        command += [word for option in options for word in ("-c", option)]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=folder)
        try:
            _wait_until_ready(programs, folder, server)
            yield f"host={folder} user={USER} dbname=postgres"
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown: clients that are left are disconnected
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while subprocess.run([programs / "pg_isready", "-q", "-h", folder], check=False).returncode:
        if server.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"PostgreSQL does not start: {(folder / 'log').read_text()}")
        time.sleep(0.1)
