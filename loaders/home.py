"""Where things are: the project's own folders, and the home in which a warehouse lives."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LAYOUT = PROJECT / "seeds" / "layout"


@dataclass(frozen=True)
class Home:
    """The folder of a warehouse.

    Attributes:
        folder: everything below is made by the `tiltak` command and can be made again.
    """

    folder: Path

    @property
    def lock(self) -> Path:
        """The lock that a writer holds; see `loaders.lock`."""
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


def loader_fingerprint() -> str:
    """Return a hash of the loaders and their layout: another one means that reports are staged again."""
    digest = hashlib.sha256()
    for path in sorted([*(PROJECT / "loaders").rglob("*.py"), *LAYOUT.glob("*.csv")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
