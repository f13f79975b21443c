"""Whether there is anything to build or to publish: equal content is not a new version.

After a build a note beside the build file says what it was made of and which version readers have of it.
While that is still so, a build has nothing to do.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from tiltak.fingerprint import program_fingerprint
from tiltak.home import PROJECT, Home
from tiltak.publish.dictionary import DICTIONARY
from tiltak.publish.record import BuildRecord
from tiltak.publish.versions import Version, current_version


def already_made(home: Home) -> Version | None:
    """Return the current version if a build would make it again from the same things."""
    current = current_version(home)
    try:
        noted = _note(home).read_text(encoding="utf-8")
        is_same = current is not None and noted == _made_of(home, current.build_id)
    except OSError:
        return None
    return current if is_same else None


def note_made(home: Home, build_id: str) -> None:
    """Note what the build file is made of, and which version readers have of it."""
    _note(home).write_text(_made_of(home, build_id), encoding="utf-8")


def same_as_current(home: Home, folder: Path, record: BuildRecord) -> Version | None:
    """Return the current version if a set that was just written holds, describes and offers the same."""
    current = current_version(home)
    if current is None or current.record.content_sha256 != record.content_sha256:
        return None
    is_same = _said_of(folder) == _said_of(current.folder)
    return current if is_same else None


def _said_of(folder: Path) -> object:
    """Return which files a set offers, and how it describes its relations."""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    try:
        return files, json.loads((folder / DICTIONARY).read_text(encoding="utf-8"))["relations"]
    except (OSError, ValueError, KeyError):
        return folder  # equal to nothing but itself


def _made_of(home: Home, build_id: str) -> str:
    """Return a hash of all that decides what is published, and the build file as it is."""
    digest = hashlib.sha256(build_id.encode() + program_fingerprint(PROJECT).encode())
    for path in _files(home):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    built = home.building.stat()
    return f"{digest.hexdigest()} {built.st_size} {built.st_mtime_ns}\n"


def _files(home: Home) -> Iterator[Path]:
    """Yield what is staged, and what a fingerprint of the program leaves out."""
    yield from sorted(home.staged.rglob("*.parquet"))
    yield home.target / "manifest.json"


def _note(home: Home) -> Path:
    return home.building.with_name("made-of")
