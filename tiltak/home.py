"""Where things are: the project's own folders, and the home in which a warehouse lives."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tiltak.errors import BuildError

PROJECT = Path(__file__).resolve().parent.parent
# The current version and two before it, so that a second attempt of the same day does not push out the
# version that a new month is compared with. A version of the five reports takes some 70 MB.
KEPT_VERSIONS = 3
FEWEST_VERSIONS = 2
# No query reads or writes a file beside the warehouse, attaches one, or changes these settings.
READING_ONLY: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "lock_configuration": True,
}


@dataclass(frozen=True)
class Home:
    """The folder of a warehouse.

    Attributes:
        folder: everything below is made by the `tiltak` command and can be made again.
    """

    folder: Path

    @property
    def lock(self) -> Path:
        """The lock that a writer holds; see `tiltak.lock`."""
        return self.folder / "lock"

    @property
    def staged(self) -> Path:
        """Staged Parquet: `report/` and `cell/`, one file per report."""
        return self.folder / "staged"

    @property
    def warehouse(self) -> Path:
        """The published warehouse, the file that readers open."""
        return self.folder / "tiltak.duckdb"

    @property
    def exports(self) -> Path:
        """What is published as CSV, workbook and JSON-stat, when somebody has asked for it."""
        return self.folder / "exports"

    @property
    def lake(self) -> Path:
        """What is published and staged as Parquet files by year, when somebody has asked for it."""
        return self.folder / "lake"

    @property
    def building(self) -> Path:
        """The warehouse while it is built and tested; it has the same name so that views keep working."""
        return self.folder / "build" / "tiltak.duckdb"

    @property
    def target(self) -> Path:
        """What dbt compiles, and its manifest."""
        return self.folder / "build" / "target"

    @property
    def logs(self) -> Path:
        """The log of dbt."""
        return self.folder / "build" / "logs"


def connect_published(home: Home) -> duckdb.DuckDBPyConnection:
    """Open the published warehouse for reading it, and nothing else.

    Raises:
        BuildError: there is none yet, or it cannot be opened.
    """
    was_published = home.warehouse.is_symlink() or (home.folder / "published").is_symlink()
    if was_published and not home.warehouse.exists():
        raise BuildError(
            "the published file is gone",
            "run `tiltak build`: it takes the newest version that is left, and publishes a new one",
            str(home.warehouse),
        )
    if not home.warehouse.is_file():
        raise BuildError(
            "there is no warehouse here",
            "name the folder of one with --home, or make one: `make warehouse` in the project's folder",
            str(home.warehouse),
        )
    try:
        return duckdb.connect(str(home.warehouse), read_only=True, config=READING_ONLY)
    except duckdb.Error as error:
        is_held = "Conflicting lock" in str(error)
        raise BuildError(
            "another program holds the warehouse open for writing"
            if is_held
            else f"the warehouse cannot be opened: {error}",
            "close it there, or open it there for reading only" if is_held else "run `tiltak build` again",
            str(home.warehouse),
        ) from error
