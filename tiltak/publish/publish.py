"""Publish what was built and audited: write a complete set, and only then put it in place."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

import duckdb
import pyarrow as pa

from loaders.errors import MORE_MEMORY, OutOfMemoryError
from tiltak.done import DataTestCounts
from tiltak.errors import BuildError
from tiltak.home import KEPT_VERSIONS, Home
from tiltak.publish.catalogue import Catalogue, read_catalogue
from tiltak.publish.database import open_set, write_relations
from tiltak.publish.dictionary import write_dictionary
from tiltak.publish.files import checksums, content_hash, write_parquet
from tiltak.publish.guide import write_guide
from tiltak.publish.record import RECORD_TABLES, BuildRecord, make_record, utc_now, write_record
from tiltak.publish.unchanged import note_made, same_as_current
from tiltak.publish.versions import (
    CHECKSUMS,
    DATABASE,
    RECORD_FILE,
    latest,
    new_folder,
    prune,
    put_in_place,
    versions,
)
from tiltak.publish.words import read_notes


def publish(
    home: Home,
    tests: DataTestCounts,
    keep: int = KEPT_VERSIONS,
    *,
    even_if_same: bool = False,
    finished_at: datetime | None = None,
) -> BuildRecord:
    """Write the published set of what is built, and make it the one that readers get, unless they have it.

    The caller holds the lock of the home. Until the last step nothing that is published changes.

    Args:
        home: where the warehouse lives; its build file has passed all tests.
        tests: what dbt said of the data tests.
        keep: how many versions stay with all their files.
        even_if_same: make a new version of what readers have already.
        finished_at: the time that the record names, in UTC; now if not given.

    Returns:
        The record of the version that readers get.

    Raises:
        BuildError: the set cannot be written, or what was built does not fit the catalogue.
        OutOfMemoryError: memory ran out.
    """
    if home.building.with_name(home.building.name + ".wal").exists():
        raise BuildError(
            "the built file was not closed and may lack tables",
            "close other programs that use it and build again",
            str(home.building),
        )
    catalogue = read_catalogue(home.target / "manifest.json")
    folder = None
    try:
        folder = new_folder(home)
        record = _write_set(home, catalogue, tests, folder, finished_at or utc_now())
        same = None if even_if_same else same_as_current(home, folder, record)
        if same is None:
            put_in_place(home, folder, record.build_id)
        else:
            record = same.record
    except duckdb.ConstraintException as error:
        raise BuildError(
            f"what was built does not fit its keys: {error}",
            "a data test should have said so: add it to the model's YAML",
            str(home.building),
        ) from error
    except (MemoryError, duckdb.OutOfMemoryException) as error:
        raise OutOfMemoryError(
            f"memory ran out while the warehouse was written: {error}", MORE_MEMORY, str(home.folder)
        ) from error
    except (OSError, duckdb.Error, pa.ArrowException) as error:
        raise BuildError(
            f"the warehouse cannot be written: {error}",
            "check free space and permissions",
            str(home.folder),
        ) from error
    finally:
        if folder is not None:
            with suppress(OSError):
                rmtree(folder)
    with suppress(OSError):  # it is published; the next build does what this one could not
        note_made(home, record.build_id)
        prune(home, keep)
    return record


def _write_set(
    home: Home, catalogue: Catalogue, tests: DataTestCounts, folder: Path, finished_at: datetime
) -> BuildRecord:
    with open_set(home.building, folder / DATABASE) as connection:
        catalogue = catalogue.with_views(connection, "built")
        write_relations(connection, catalogue)
        previous = latest(versions(home))
        if previous is not None:
            # Versions sort by their names even where the clock was set back, or two are made in a second.
            finished_at = max(finished_at, previous.record.finished_at + timedelta(seconds=1))
        content = content_hash(
            connection, (each for each in catalogue if each.name not in RECORD_TABLES), folder
        )
        record = make_record(connection, catalogue, tests, content, finished_at)
        write_record(connection, record)
        for relation in catalogue:
            write_parquet(connection, relation, folder, record.build_id)
        write_guide(connection, catalogue, read_notes(), folder)
    write_dictionary(catalogue, record.build_id, folder)
    (folder / RECORD_FILE).write_text(record.as_json(), encoding="utf-8")
    (folder / CHECKSUMS).write_text(checksums(folder), encoding="utf-8")
    return record
