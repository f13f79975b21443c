"""The files of a folder: which of them are reports, why the others are not read, and what their bytes are."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from loaders.cards import CARD_FILE
from loaders.errors import LookupFailedError
from loaders.readers.characters import made_visible
from loaders.readers.choice import REPORT_SUFFIXES


@dataclass(frozen=True)
class Unread:
    """What lies in a folder of reports and is not read, and why."""

    path: Path
    reason: str


def find_reports(paths: Sequence[Path]) -> list[Path]:
    """Return the report files among files and folders, sorted by name within a folder.

    Raises:
        LookupFailedError: a path does not exist or cannot be read, or there is no report at all.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += [file for file in _listed(path) if _why_unread(file) is None]
        elif path.exists():
            files.append(path)
        else:
            raise LookupFailedError("no such file or folder", "check the path", shown(path))
    if not files:
        others = [f"{shown(unread.path)} ({unread.reason})" for unread in find_unread(paths)]
        raise LookupFailedError(
            f"no report files ({' or '.join(REPORT_SUFFIXES)}) were found",
            "put the reports into the folder, or name another one",
            ", ".join(shown(path) for path in paths),
            text=", ".join(others) or None,
        )
    return files


def find_unread(paths: Sequence[Path]) -> list[Unread]:
    """Return what lies in the folders among some paths and is not read as a report.

    Raises:
        LookupFailedError: a folder cannot be read.
    """
    listed = [file for path in paths if path.is_dir() for file in _listed(path) if file.name != CARD_FILE]
    return [Unread(file, reason) for file in listed if (reason := _why_unread(file))]


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        LookupFailedError: it cannot be read, or is no file.
    """
    try:
        with _opened(path) as file:
            return file.read()
    except OSError as error:
        raise cannot_read(path, error) from error


def sha256_of(path: Path) -> str:
    """Return the hash of a file's bytes without holding them all.

    Raises:
        LookupFailedError: it cannot be read, or is no file.
    """
    try:
        with _opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise cannot_read(path, error) from error


def composed(name: str) -> str:
    """Return a name with each letter as one code point: macOS writes `å` as two, other systems as one."""
    return unicodedata.normalize("NFC", name)


def shown(path: Path) -> str:
    """Return a path as text that can be written anywhere: what is not UTF-8 or cannot be seen as escapes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return made_visible(text).translate({ord(sign): repr(sign)[1:-1] for sign in "\n\t\f"})


def source_name(path: Path) -> str:
    """Return what a report file is called in the warehouse.

    That is its path from the working folder where it lies below it; else its folder and name, for where a
    machine keeps its files is nobody's business who reads the warehouse.

    Raises:
        LookupFailedError: the path is not UTF-8.
    """
    resolved, here = path.resolve(), Path.cwd().resolve()
    try:
        str(resolved).encode()
    except UnicodeEncodeError as error:
        raise LookupFailedError(
            "the name of the file, or of a folder above it, is not UTF-8", "rename it", shown(path)
        ) from error
    inside = resolved.is_relative_to(here)
    return composed(str(resolved.relative_to(here) if inside else Path(resolved.parent.name, resolved.name)))


def cannot_read(path: Path, error: OSError) -> LookupFailedError:
    """Return the error to raise for a file that cannot be read."""
    return LookupFailedError(
        f"the file cannot be read: {error.strerror}", "check the path and its permissions", shown(path)
    )


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a file for reading; a pipe or a device, which might never end, is none."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        kind = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(kind):
            raise LookupFailedError("it is a pipe or a device, not a file", "name a file", shown(path))
        yield file


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: composed(path.name))
    except OSError as error:
        raise LookupFailedError(
            f"the folder cannot be read: {error.strerror}", "check its permissions", shown(folder)
        ) from error


def _why_unread(path: Path) -> str | None:
    """Say why a path is not a report file. A link that leads nowhere is one: its report is missing."""
    if path.name.startswith("."):
        return "a hidden file"
    if path.is_dir():
        return "a folder in the folder"
    if path.suffix.lower() not in REPORT_SUFFIXES:
        return f"its name does not end in {' or '.join(REPORT_SUFFIXES)}"
    if path.exists() and not path.is_file():
        return "a pipe or a device"
    return None
