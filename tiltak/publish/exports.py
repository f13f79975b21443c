"""Write the current version in the forms that other programs take: CSV, an Excel workbook, JSON-stat.

    exports/tiltak.xlsx              the marts, for people
    exports/csv/main/*.csv           all public relations
    exports/jsonstat/                a table per mart, population and year, and an index
    exports/build.json, SHA256SUMS   which version it is, and the hashes of the files

They are made when somebody asks for them, from what is published: a build does not wait for them.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import duckdb

from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.publish.dictionary import read_tables
from tiltak.publish.files import checksums, write_csv
from tiltak.publish.jsonstat import write_jsonstat
from tiltak.publish.lake import write_lake
from tiltak.publish.versions import CHECKSUMS, RECORD_FILE, Version, current_version
from tiltak.publish.words import read_words
from tiltak.publish.workbook import WORKBOOK, write_workbook

Write = Callable[[Version, Path], None]


def export(home: Home) -> Path:
    """Write the current version of a home into its folder of exports, unless it is there already.

    The caller holds the lock of the home. The folder is replaced when the new one is complete.

    Args:
        home: where the warehouse lives.

    Returns:
        The folder.

    Raises:
        BuildError: there is no warehouse, a word is missing, or the files cannot be written.
    """
    return _replaced(home, home.exports, _write)


def export_lake(home: Home) -> Path:
    """Write the current version of a home into its lake, in the same way."""
    return _replaced(home, home.lake, partial(write_lake, home))


def _replaced(home: Home, folder: Path, write: Write) -> Path:
    current = current_version(home)
    if current is None:
        raise BuildError("there is no warehouse to export", "run `make warehouse`", str(home.folder))
    if _exported_build(folder) == current.build_id:
        return folder
    beginnings = {end: f".{folder.name}-{end}-" for end in ("new", "old")}
    try:
        _remove_left(home, beginnings.values())
        new = Path(mkdtemp(prefix=beginnings["new"], dir=home.folder))
        new.chmod(0o755)
        write(current, new)
        (new / RECORD_FILE).write_text(current.record.as_json(), encoding="utf-8")
        (new / CHECKSUMS).write_text(checksums(new), encoding="utf-8")
        if folder.exists():
            folder.rename(home.folder / f"{beginnings['old']}{current.build_id}")
        new.rename(folder)
        _remove_left(home, beginnings.values())
    except (OSError, duckdb.Error) as error:
        raise BuildError(
            f"the exports cannot be written: {error}", "check free space and permissions", str(folder)
        ) from error
    return folder


def _remove_left(home: Home, beginnings: Iterable[str]) -> None:
    for beginning in beginnings:
        for left in home.folder.glob(f"{beginning}*"):
            rmtree(left)


def _exported_build(folder: Path) -> object:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))["build_id"]
    return None


def _write(version: Version, folder: Path) -> None:
    with duckdb.connect(str(version.database), read_only=True) as connection:
        catalogue = read_tables(version.folder).with_views(connection, version.database.stem)
        for relation in catalogue:
            write_csv(connection, relation, folder)
        words = read_words(catalogue)
        write_workbook(connection, words, folder / WORKBOOK)
        write_jsonstat(connection, words, folder)
