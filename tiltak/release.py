"""A release: one zip file of what is published and of the docs site, the same bytes from the same reports.

The name and the time of a build are not those of the data. A release is published anew for itself, under the
last month that its reports hold. The DuckDB file stays out: DuckDB does not write the same bytes twice, and
the Parquet files hold the same rows.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from loaders.errors import LookupFailedError
from tiltak.done import DataTestCounts
from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home, connect_published
from tiltak.publish.exports import export
from tiltak.publish.files import checksums
from tiltak.publish.publish import publish
from tiltak.publish.versions import CHECKSUMS, DATABASE, RECORD_FILE, current_version
from tiltak.site.pages import build_site

README = Path(__file__).with_name("release_readme.txt")
README_NAME = "LESMEG-README.txt"
CITATION = "CITATION.cff"
SITE = "site"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time that a zip file can name
READABLE = 0o644 << 16
MADE_ON_UNIX = 3


def make_release(home: Home, folder: Path) -> Path:
    """Make a release of what a home has published; its build file is the one that was published.

    Args:
        home: where the warehouse lives.
        folder: where the zip file goes.

    Raises:
        BuildError: there is no warehouse.
    """
    current = current_version(home)
    if current is None:
        raise BuildError("there is no warehouse to release", "run `make warehouse`", str(home.folder))
    tests = DataTestCounts(current.record.passed_test_count, current.record.warned_test_count)
    with TemporaryDirectory(prefix="tiltak-release-") as name:
        own, content = Home(Path(name) / "home"), Path(name) / "content"
        own.folder.mkdir()
        for part in ("build", "staged"):
            (own.folder / part).symlink_to((home.folder / part).resolve())
        record = publish(own, tests, finished_at=_end_of_data(home))
        exported = [path for path in export(own).iterdir() if path.name not in {RECORD_FILE, CHECKSUMS}]
        (own.folder / "published").resolve().rename(content)
        (own.folder / "published").unlink()
        (own.folder / "published").symlink_to(content)
        content.chmod(0o755)
        for path in exported:
            path.rename(content / path.name)
        build_site(own, content / SITE)
        (content / README_NAME).write_bytes(README.read_bytes())
        (content / CITATION).write_bytes((PROJECT / CITATION).read_bytes())
        for left_out in (DATABASE, CHECKSUMS):
            (content / left_out).unlink()
        (content / CHECKSUMS).write_text(checksums(content), encoding="utf-8")
        version = f"{record.finished_at:%Y-%m}-{record.content_sha256[:8]}"
        folder.mkdir(parents=True, exist_ok=True)
        return _zip(content, folder / f"tiltak-warehouse-{version}.zip")


def _end_of_data(home: Home) -> datetime:
    with connect_published(home) as connection:
        [(last_day,)] = connection.sql("select max(period_end_date) from main.dim_report").fetchall()
    return datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC) + timedelta(hours=12)


def _zip(content: Path, target: Path) -> Path:
    partial = target.with_suffix(".partial")
    with ZipFile(partial, "w", ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(path for path in content.rglob("*") if path.is_file()):
            entry = ZipInfo(f"{target.stem}/{path.relative_to(content).as_posix()}", EARLIEST)
            entry.external_attr, entry.create_system, entry.compress_type = (
                READABLE,
                MADE_ON_UNIX,
                ZIP_DEFLATED,
            )
            file.writestr(entry, path.read_bytes(), compresslevel=9)
    return partial.rename(target)


def verify_release(path: Path) -> int:
    """Check that a release holds the files of its checksums, unchanged, and nothing else.

    Returns:
        How many files were checked.

    Raises:
        LookupFailedError: it is no release, or something is missing, changed or added.
    """
    try:
        with ZipFile(path) as file:
            names = file.namelist()
            root = names[0].split("/")[0] if names else ""
            expected = dict(_expected(file.read(f"{root}/{CHECKSUMS}").decode("utf-8")))
            found = {
                name.removeprefix(f"{root}/"): hashlib.sha256(file.read(name)).hexdigest() for name in names
            }
    except (OSError, BadZipFile, KeyError, ValueError) as error:
        raise LookupFailedError(
            f"this is no release of the warehouse: {error}", "fetch the file again", str(path)
        ) from error
    del found[CHECKSUMS]
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong or len(names) != len(set(names)):
        raise LookupFailedError(
            f"{len(wrong)} files are missing, changed or added", "fetch the file again", str(path),
            text=", ".join(wrong[:5]),
        )  # fmt: skip
    return len(found)


def _expected(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        digest, name = line.split("  ", 1)
        yield name, digest
