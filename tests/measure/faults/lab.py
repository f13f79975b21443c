"""A place to try faults on: the copy of a published warehouse, and what must hold of it afterwards."""

import hashlib
import multiprocessing
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from traceback import format_exc
from typing import NoReturn
from unittest.mock import patch

import duckdb
from typer.testing import CliRunner, Result

from tiltak.cli import app
from tiltak.done import Done
from tiltak.home import Home
from tiltak.publish.record import read_record

# Children are forked from a clean process that has the slow imports behind it and no threads of its own.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tiltak.cli", "tiltak.build", "tiltak.publish.publish", "loaders.load"])
SECONDS_FOR_A_CHILD = 900
# What dbt leaves in a home and no command needs.
NOT_COPIED = shutil.ignore_patterns("logs", "run", "compiled")


class NotHandledError(Exception):
    """A fault did not end as it should."""


class NotPossibleError(Exception):
    """A fault cannot be made on this machine; says why."""


@dataclass(frozen=True)
class Lab:
    """A warehouse to harm.

    Attributes:
        home: has a published version, and the built file it was made of.
        reports: the folder of its reports.
    """

    home: Home
    reports: Path

    @classmethod
    def copy_of(cls, home: Home, reports: Path, folder: Path) -> "Lab":
        """Copy a home and its reports into a folder."""
        shutil.copytree(home.folder, folder / "home", symlinks=True, ignore=NOT_COPIED)
        shutil.copytree(reports, folder / "reports")
        return cls(Home(folder / "home"), folder / "reports")

    def run(self, *arguments: str) -> Result:
        """Run a command on the home in this process."""
        return CliRunner().invoke(app, [*arguments, "--home", str(self.home.folder)])

    def build(self, *, with_dbt: bool = False) -> Result:
        """Run the build in this process; without dbt, it publishes what was built before."""
        with nullcontext() if with_dbt else already_built():
            return self.run("build", "--anew", "--reports", str(self.reports), "--keep", "2")


@dataclass(frozen=True)
class Published:
    """What is published.

    Attributes:
        links: where `tiltak.duckdb` and `published` lead, or None.
        files: hash of every file of every version, by its path below `versions`.
    """

    links: Mapping[str, str | None]
    files: Mapping[str, str]

    @property
    def current(self) -> str:
        """The build id that readers get."""
        return Path(self.links["published"] or "").name

    def version(self, build_id: str) -> dict[str, str]:
        """Return the hashes of one version's files, by their path in it."""
        return {
            path.removeprefix(f"{build_id}/"): digest
            for path, digest in self.files.items()
            if path.startswith(f"{build_id}/")
        }

    @property
    def kept(self) -> dict[str, dict[str, str]]:
        """The files of each version that has a database."""
        found = {path.split("/")[0] for path in self.files if path.endswith("/tiltak.duckdb")}
        return {build_id: self.version(build_id) for build_id in found}


def already_built() -> AbstractContextManager[object]:
    """Let a build leave out dbt, which takes nearly all of its time, and take what was built before."""
    return patch("tiltak.spans.build", return_value=Done(frozenset({"test.one"}), frozenset()))


def published(home: Home) -> Published:
    """Look at what is published."""
    links = {
        path.name: str(path.readlink()) if path.is_symlink() else None
        for path in (home.warehouse, home.folder / "published")
    }
    folder = home.folder / "versions"
    note = home.folder / ".putting-in-place"
    # Until readers are led to it, it is no version.
    abandoned = note.read_text(encoding="utf-8") if note.is_file() else ""
    files = {
        path.relative_to(folder).as_posix(): digest(path)
        for version in folder.glob("[!.]*")
        if version.name != abandoned or Path(links["published"] or "").name == abandoned
        for path in version.rglob("*")
        if path.is_file()
    }
    return Published(links, files)


def digest(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(home: Home) -> list[str]:
    """Return what an interrupted build has left, by path."""
    found = [*home.folder.glob("versions/.new-*"), *home.folder.glob("staged/.partial-*")]
    found += [*home.folder.glob(".*.link"), *home.folder.glob(".*.old")]
    return sorted(str(path.relative_to(home.folder)) for path in found)


def changed(before: Published, home: Home) -> str | None:
    """Make sure that readers get what they got, or a new and complete version; returns the new build id.

    Raises:
        NotHandledError: neither is so, or a version that is still there is not what it was.
    """
    now = published(home)
    for build_id, files in now.kept.items():
        if build_id in before.kept and files != before.kept[build_id]:
            refuse(f"the files of version {build_id} are not what they were")
    if before.current not in now.kept:
        refuse(f"version {before.current}, which readers may have open, is gone")
    if now.current not in now.kept or now.links[home.warehouse.name] != f"published/{home.warehouse.name}":
        refuse(f"readers are led to {now.links}")
    if now.current == before.current:
        return None
    check_complete(home, now)
    return now.current


def check_complete(home: Home, now: Published) -> None:
    """Make sure that the current version is complete, by its checksums, its record and its rows.

    Raises:
        NotHandledError: it is not.
    """
    folder = home.folder / "versions" / now.current
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {path: told for told, path in (line.split("  ", 1) for line in lines)}
    files = now.version(now.current)
    del files["SHA256SUMS"]
    if sums != files:
        refuse(f"the files of version {now.current} are not those of its checksums")
    record = read_record((folder / "build.json").read_text(encoding="utf-8"))
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        told = connection.sql("select build_id, content_sha256 from quality.mart_build").fetchall()
    if told != [(now.current, record.content_sha256)]:
        refuse(f"the record of version {now.current} says {told}")


def refuse(why: str) -> NoReturn:
    """Say that a fault did not end as it should."""
    raise NotHandledError(why)


def expect_refused(lab: Lab, before: Published, result: Result, *told: str) -> None:
    """Make sure that a command ended with a clear message, and that nothing published has changed.

    Raises:
        NotHandledError: it did not.
    """
    expect_told(result, *told)
    if published(lab.home) != before:
        refuse(f"what is published has changed\n{result.output}")


def expect_told(result: Result, *told: str) -> None:
    """Make sure that a command ended with exit code 1 and a message that says what to do next.

    Raises:
        NotHandledError: it did not.
    """
    said = f"exit code {result.exit_code}, {result.exception!r}\n{result.output}"
    if result.exit_code != 1 or not isinstance(result.exception, SystemExit) or "Traceback" in result.output:
        refuse(f"no orderly end: {said}")
    for text in ("error: ", "  next: ", *told):
        if text not in result.output:
            refuse(f"the message does not say {text!r}: {said}")


def expect_published(lab: Lab, before: Published, result: Result) -> None:
    """Make sure that a build has published a complete version and left nothing behind.

    Raises:
        NotHandledError: it has not.
    """
    if result.exit_code != 0:
        refuse(f"the next build fails: {result.exception!r}\n{result.output}")
    now = published(lab.home)
    if now.current == before.current or leftovers(lab.home):
        refuse(f"the next build published {now.current} and left {leftovers(lab.home)}")
    check_complete(lab.home, now)


def in_child(scenario: Callable[[Lab], None], lab: Lab) -> str | None:
    """Act out a scenario in a process of its own, which may take limits upon itself.

    Returns:
        None if all ended as it should; else what went wrong.

    Raises:
        NotPossibleError: the fault cannot be made on this machine.
    """
    receiver, sender = CHILDREN.Pipe(duplex=False)
    child = CHILDREN.Process(target=_act, args=(scenario, lab, sender))
    child.start()
    sender.close()
    try:
        kind, said = receiver.recv() if receiver.poll(SECONDS_FOR_A_CHILD) else ("late", "it does not end")
    except EOFError:
        child.join()
        kind, said = "died", f"the process died with exit code {child.exitcode}"
    child.kill()
    child.join()
    if kind == "not possible":
        raise NotPossibleError(said)
    return None if kind == "handled" else said


def _act(scenario: Callable[[Lab], None], lab: Lab, sender: "multiprocessing.connection.Connection") -> None:
    try:
        scenario(lab)
    except NotPossibleError as reason:
        sender.send(("not possible", str(reason)))
    except NotHandledError as why:
        sender.send(("not handled", str(why)))
    except BaseException:  # whatever a scenario meets is told to the parent
        sender.send(("broken", format_exc()))
    else:
        sender.send(("handled", ""))
