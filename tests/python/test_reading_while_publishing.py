"""Readers as BI tools are, in another process, through a build and several versions with other content."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from tiltak.cli import app
from tiltak.done import DataTestCounts
from tiltak.home import PROJECT, Home
from tiltak.lock import locked_home
from tiltak.publish.publish import publish
from tiltak.publish.versions import versions

VERSIONS = 3
# Long enough for a round of reading on a machine that has a lot else to do.
SECONDS_TO_READ = 300

# Reads everything, over and over, until its standard input is closed; prints what it saw at each round. The
# first argument says how it connects: `stay` reads on one connection, `again` makes a new one each round,
# beside one that it keeps, as a pool of connections does.
READER = """
import json, select, sys
import duckdb

def seen(connection):
    first = connection.sql("select build_id from quality.mart_build").fetchall()[0][0]
    tables = connection.sql("select table_schema, table_name from information_schema.tables").fetchall()
    digests = {}
    for name in sorted(f"{schema}.{table}" for schema, table in tables):
        digests[name] = connection.sql(f"select sum(hash(rows))::text from {name} as rows").fetchall()[0][0]
    last = connection.sql("select build_id from quality.mart_build").fetchall()[0][0]
    return {"first": first, "last": last, "digests": digests}

way, path = sys.argv[1:]
staying = duckdb.connect(path, True, {"threads": 1})
while not select.select([sys.stdin], [], [], 2)[0]:
    if way == "stay":
        said = seen(staying)
    else:
        with duckdb.connect(path, True, {"threads": 1}) as connection:
            said = seen(connection)
    print(json.dumps(said), flush=True)
"""


@contextmanager
def reader(way: str, path: Path, log: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process read a file until the end of the block; it must not have met an error by then."""
    command = [sys.executable, "-c", READER, way, str(path)]
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            yield process
            _, errors = process.communicate(timeout=SECONDS_TO_READ)
            assert process.returncode == 0, errors
        finally:
            process.kill()


def rounds(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def wait_for_rounds(log: Path, count: int) -> None:
    """Wait until a reader has read everything that many times more."""
    wanted = log.read_bytes().count(b"\n") + count
    give_up = time.monotonic() + SECONDS_TO_READ
    while log.read_bytes().count(b"\n") < wanted:
        assert time.monotonic() < give_up, "the reader no longer reads"
        time.sleep(0.1)


def content(database: Path) -> dict[str, str]:
    """Return a hash of the rows of every relation of a version, as the readers take it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.sql("select table_schema, table_name from information_schema.tables").fetchall()
        return {
            name: connection.sql(f"select sum(hash(rows))::text from {name} as rows").fetchall()[0][0]
            for name in sorted(f"{schema}.{table}" for schema, table in tables)
        }


def change_what_was_built(home: Home, number: int) -> None:
    """Make every printed number larger, as a correction of all of them would."""
    with duckdb.connect(str(home.building)) as connection:
        connection.execute(
            "update fct_monthly_participants set participants = participants + ?,"
            " participants_min = participants_min + ?, participants_max = participants_max + ?"
            " where value_status = 'published'",
            [number] * 3,
        )


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with another report than that of the small home."""
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(PROJECT / "data" / "reports" / "deltakere_2013-01_2013-11.txt", folder)
    return folder


def test_readers_meet_no_error_and_no_mixture_of_versions(
    small_home: Home, reports: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    shutil.copytree(small_home.folder, home.folder, symlinks=True)
    logs = {way: tmp_path / f"{way}.log" for way in ("stay", "again")}
    with (
        reader("stay", home.warehouse, logs["stay"]),
        reader("again", home.folder / "published" / "tiltak.duckdb", logs["again"]),
    ):
        for log in logs.values():
            wait_for_rounds(log, 1)
        built = CliRunner().invoke(
            app, ["build", "--reports", str(reports), "--home", str(home.folder), "--keep", "99"]
        )
        assert built.exit_code == 0, built.output
        wait_for_rounds(logs["again"], 2)
        for number in range(1, VERSIONS + 1):
            change_what_was_built(home, number)
            with locked_home(home):
                publish(home, DataTestCounts(1, 0), keep=99)
            wait_for_rounds(logs["again"], 2)
        wait_for_rounds(logs["stay"], 2)

    known = {version.build_id: content(version.database) for version in versions(home)}
    facts = {digests["main.fct_monthly_participants"] for digests in known.values()}
    assert len(known) == len(facts) == VERSIONS + 2
    met: dict[str, Counter[str]] = {way: Counter() for way in logs}
    for way, log in logs.items():
        for said in rounds(log):
            assert said["first"] == said["last"]
            assert said["digests"] == known[said["first"]]
            met[way][said["first"]] += 1
    assert list(met["stay"]) == [min(known)]
    assert set(met["again"]) == set(known)
