"""Start Superset on loopback with the warehouse's dashboard: `make superset`.

Run with the Python of Superset's environment, from the folder that holds `warehouse/tiltak.duckdb`. What
Superset has to remember lies in its home folder: secret key, password, its own database. The first start
fills it; a later one does so again only when the dashboard, the settings or the packages have changed.
"""

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from gunicorn.app.base import BaseApplication
from kept_secret import kept_secret

HERE = Path(__file__).parent
WAREHOUSE = Path("warehouse/tiltak.duckdb")
DASHBOARD = "/superset/dashboard/tiltak/"


class Server(BaseApplication):  # type: ignore[misc]
    """A web server on loopback: one process that loads Superset, with threads."""

    def __init__(self, port: int, when_ready: Callable[[], None]) -> None:
        """Serve on this port, and call `when_ready` once Superset can answer."""
        self.port = port
        self.when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        """Settings of gunicorn."""
        settings = {
            "bind": f"127.0.0.1:{self.port}",
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 120,
            "loglevel": "error",
            "post_worker_init": lambda _worker: self.when_ready(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Superset's web application, made in the server's process."""
        from superset.app import create_app

        return create_app()


def fingerprint() -> str:
    """A hash of all that the preparation reads: assets, settings, scripts and the lock file."""
    digest = hashlib.sha256()
    for path in sorted(path for path in HERE.rglob("*") if path.suffix in {".json", ".lock", ".py", ".yaml"}):
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def prepare(home: Path, password: str) -> None:
    """Run `prepare.py`, unless nothing has changed since it last succeeded."""
    stamp = home / "prepared"
    current = fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return
    print("Preparing Superset and importing the dashboard (half a minute) ...", flush=True)
    log = home / "prepare.log"
    environment = {**os.environ, "SUPERSET_PASSWORD": password}
    with log.open("w") as output:
        command = [sys.executable, str(HERE / "prepare.py")]
        done = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False)
    if done.returncode:
        last_lines = "\n".join(log.read_text().splitlines()[-15:])
        sys.exit(f"{last_lines}\n\nerror: Superset could not be prepared; the whole log is {log}")
    stamp.write_text(current)


def main() -> None:
    """Read the arguments, prepare, and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Start Superset with the warehouse's dashboard.")
    parser.add_argument("--home", type=Path, default=Path(".superset/home"), help="where Superset remembers")
    parser.add_argument("--port", type=int, default=8088)
    arguments = parser.parse_args()
    if not WAREHOUSE.exists():
        sys.exit(f"error: there is no {WAREHOUSE} here; run make warehouse first")
    home = arguments.home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    kept_secret(home / "secret_key")
    password = kept_secret(home / "password")
    os.environ["SUPERSET_HOME"] = str(home)
    os.environ["SUPERSET_CONFIG_PATH"] = str(HERE / "superset_config.py")
    prepare(home, password)

    def tell() -> None:
        print(f"Superset is ready at http://127.0.0.1:{arguments.port}{DASHBOARD}", flush=True)
        print(f"Log in as admin with the password {password} (Ctrl-C stops Superset)", flush=True)

    Server(arguments.port, tell).run()


if __name__ == "__main__":
    main()
