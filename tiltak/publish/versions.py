"""The versions of the published set: put a new one in place, keep earlier ones, list them all.

    tiltak.duckdb -> published/tiltak.duckdb
    published -> versions/20261120T140512Z-1a2b3c4d
    versions/20261120T140512Z-1a2b3c4d/    a complete set
    versions/20261019T081500Z-5e6f7a8b/    an earlier one; of the oldest only build.json is left
    versions/.new-.../                     a set that is being written
    .putting-in-place                      names the set that is on its way from there to readers

A set is written under a hidden name, and renamed when it is complete; then the link `published` is replaced.
Both are single steps of the file system, so a killed build leaves the one state or the other. Everything
that changes a home must hold its lock (`tiltak.lock`).
"""

import filecmp
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from loaders.errors import LookupFailedError, StagingError
from tiltak.home import FEWEST_VERSIONS, KEPT_VERSIONS, Home
from tiltak.publish.record import BuildRecord, read_record

DATABASE = "tiltak.duckdb"
RECORD_FILE = "build.json"
CHECKSUMS = "SHA256SUMS"
NEW = ".new-"
# As `mkdtemp` names it, or with a build id.
NEW_NAME = re.compile(re.escape(NEW) + r"(\w{8}|\d\w*-\w+)")
READ_ONLY_FILE = 0o444


@dataclass(frozen=True)
class Version:
    """A version of the published set.

    Attributes:
        folder: where it is.
        record: what is known of its build.
        is_current: True for the version that readers get.
    """

    folder: Path
    record: BuildRecord
    is_current: bool

    @property
    def build_id(self) -> str:
        """The name of the version."""
        return self.record.build_id

    @property
    def database(self) -> Path:
        """Its DuckDB file."""
        return self.folder / DATABASE

    @property
    def is_kept(self) -> bool:
        """Whether its files are still there; the database is the first to go."""
        return self.database.is_file()


def versions(home: Home) -> list[Version]:
    """Return all versions ever published that are on record, the oldest first."""
    current, abandoned = _current_folder(home), _abandoned(home)
    found = []
    for path in sorted(_folder(home).glob(f"[!.]*/{RECORD_FILE}")):
        if path.parent == abandoned:
            continue
        try:
            record = read_record(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, TypeError, KeyError):
            continue  # not a folder of ours, or of another release of this program
        found.append(Version(path.parent, record, path.parent.resolve() == current))
    return found


def current_version(home: Home) -> Version | None:
    """Return the version that readers get, if its files are there."""
    return next((version for version in versions(home) if version.is_current and version.is_kept), None)


def find_version(home: Home, text: str) -> Version:
    """Return the version meant by `current`, `previous` or the beginning of a build id.

    Raises:
        LookupFailedError: there is none, more than one, or its files are gone.
    """
    known = versions(home)
    next_step = "see `tiltak history`"
    if text in {"current", "previous"}:
        position = next((place for place, version in enumerate(known) if version.is_current), len(known))
        position -= text == "previous"
        found = known[position : position + 1] if position >= 0 else []
    else:
        found = [version for version in known if version.build_id.startswith(text)]
    if len(found) != 1:
        problem = "several versions begin like that" if found else "there is no such version"
        raise LookupFailedError(problem, next_step, str(home.folder), text=text)
    if not found[0].is_kept:
        raise LookupFailedError(
            "the files of this version are no longer kept", next_step, str(home.folder), text=text
        )
    return found[0]


def latest(known: Sequence[Version]) -> Version | None:
    """Return the newest of some versions."""
    return max(known, key=lambda version: version.build_id, default=None)


def new_folder(home: Home) -> Path:
    """Make the hidden folder in which a set is written; on the file system of the versions."""
    _folder(home).mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=NEW, dir=_folder(home)))
    folder.chmod(0o755)
    return folder


def put_in_place(home: Home, folder: Path, build_id: str) -> None:
    """Make a complete set the published one, in one step for its readers.

    Raises:
        OSError: the folder cannot be written; what is published is as it was.
    """
    _make_durable(folder)
    target = _folder(home) / build_id
    _note(home).write_text(build_id, encoding="utf-8")
    try:
        folder.rename(target)
        _sync_folder(_folder(home))
        _set_published(home, target)
    except OSError:
        if target.is_dir() and _current_folder(home) != target.resolve():
            target.rename(folder)  # it is no version: readers never got it
        raise
    _note(home).unlink()


def prune(home: Home, keep: int = KEPT_VERSIONS) -> list[str]:
    """Remove the files of old versions, but for their record; returns the build ids.

    The current version and the one before it always stay.

    Raises:
        OSError: files cannot be removed.
    """
    known = versions(home)
    kept = [version for version in known if version.is_kept]
    position = next((place for place, version in enumerate(kept) if version.is_current), len(kept))
    spared = {version.build_id for version in kept[max(position - 1, 0) : position + 1]}
    spared |= {version.build_id for version in kept[-max(keep, FEWEST_VERSIONS) :]}
    for version in known:
        if version.build_id not in spared:
            # The database first: what has it is complete, and a killed removal is finished by the next.
            version.database.unlink(missing_ok=True)
            for path in version.folder.iterdir():
                if path.name != RECORD_FILE:
                    _remove(path)
    return [version.build_id for version in kept if version.build_id not in spared]


def recover(home: Home) -> None:
    """Remove what killed builds have left, and mend the links if somebody has broken them.

    Raises:
        OSError: files cannot be removed or links not be made.
        StagingError: the home holds something that is not ours under a name of ours.
    """
    for leftover in _folder(home).glob(f"{NEW}*"):
        if NEW_NAME.fullmatch(leftover.name) and not leftover.is_symlink():
            shutil.rmtree(leftover)
    for link in (_published(home), home.warehouse):
        if _half_made(link).is_symlink():
            _half_made(link).unlink()
    if (abandoned := _abandoned(home)) is not None:
        # In one step it is no longer among the versions, and half of it is not, either.
        half_removed = abandoned.with_name(f"{NEW}{abandoned.name}")
        abandoned.rename(half_removed)
        _remove(half_removed)
    _note(home).unlink(missing_ok=True)
    kept = [version for version in versions(home) if version.is_kept]
    current = _current_folder(home)
    if current is not None and (current / DATABASE).is_file():
        # Readers have a version, whatever this release makes of it; only the way to its file may be lost.
        _link(home.warehouse, f"{_published(home).name}/{DATABASE}", home)
    elif kept:
        _set_published(home, kept[-1].folder)


def _folder(home: Home) -> Path:
    return home.folder / "versions"


def _note(home: Home) -> Path:
    """Return the note of the version that is being put in place; there is none at any other time."""
    return home.folder / ".putting-in-place"


def _abandoned(home: Home) -> Path | None:
    """Return the complete folder that readers never got: its build was killed just before."""
    note = _note(home)
    if not note.is_file():
        return None
    folder = _folder(home) / note.read_text(encoding="utf-8")
    is_version = folder.parent == _folder(home) and folder.is_dir()
    return folder if is_version and folder.resolve() != _current_folder(home) else None


def _published(home: Home) -> Path:
    return home.folder / "published"


def _current_folder(home: Home) -> Path | None:
    """Return the folder that readers get, if the link leads to one."""
    link = _published(home)
    return link.resolve() if link.is_symlink() and link.is_dir() else None


def _set_links(home: Home, target: Path) -> None:
    _link(_published(home), os.path.relpath(target, home.folder), home)
    _link(home.warehouse, f"{_published(home).name}/{DATABASE}", home)


def _set_published(home: Home, target: Path) -> None:
    _set_links(home, target)
    # The log of a program that wrote to a file of this name would be taken for one of the new file.
    log = home.warehouse.with_name(home.warehouse.name + ".wal")
    if log.exists():
        _set_aside(log)
    _sync_folder(home.folder)


def _link(link: Path, target: str, home: Home) -> None:
    """Point a link at a target; what is in its place and is no link is kept, or refused."""
    if link.is_symlink() and str(link.readlink()) == target:
        return
    if link.is_dir() and not link.is_symlink():
        _remove_copy(link, home)
    elif link.exists() and not link.is_symlink():
        if _is_copy(link, home):
            link.unlink()
        else:
            _set_aside(link)
    new = _half_made(link)
    if new.is_symlink():
        new.unlink()
    new.symlink_to(target)
    new.replace(link)


def _half_made(link: Path) -> Path:
    return link.with_name(f".{link.name}.link")


def _is_copy(file: Path, home: Home) -> bool:
    """Tell whether a file is one of ours, as a copied home has it in the place of the link."""
    kept = [version.database for version in versions(home) if version.is_kept]
    return any(filecmp.cmp(file, database, shallow=False) for database in kept)


def _remove_copy(folder: Path, home: Home) -> None:
    """Remove the folder that a copied home has where the link to a version was.

    Raises:
        StagingError: it is not the copy of a version that is still there.
    """
    try:
        record = read_record((folder / RECORD_FILE).read_text(encoding="utf-8"))
        is_copy = (_folder(home) / record.build_id / DATABASE).is_file()
    except (OSError, ValueError, TypeError, KeyError):
        is_copy = False
    if not is_copy:
        raise StagingError(
            "the home holds a folder that is not ours where the published set goes",
            "move it away, or name another folder with --home",
            str(folder),
        )
    _remove(folder)


def _set_aside(path: Path) -> None:
    """Give another name to a file that is where one of ours goes."""
    number = 1
    while (aside := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    path.rename(aside)


def _make_durable(folder: Path) -> None:
    """Make a set read-only, and wait until it is on the disk: a name must never outlive its content."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(READ_ONLY_FILE)
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in [*sorted(path for path in folder.rglob("*") if path.is_dir()), folder]:
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
