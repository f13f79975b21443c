"""File a report away: what it is, under which name it belongs into the folder, and its provenance card."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loaders.cards import CARD_FILE
from loaders.errors import LookupFailedError, StagingError, TiltakError
from loaders.files import find_reports, sha256_of
from loaders.layout import Layout
from loaders.load import read_report
from loaders.printed import PrintedReport

PUBLISHER = "NAV, Arbeids- og velferdsetaten"
SUFFIXES = {"text": ".txt", "markdown": ".md", "xlsx": ".xlsx", "pdf": ".pdf"}
# A file of another content under the name that a report would get gets this much of the hash in its name.
HASH_IN_NAME = 8


@dataclass(frozen=True)
class Filed:
    """A report file that was read.

    Attributes:
        path: the file.
        report: what it prints.
        sha256: hash of its bytes.
        size: how many bytes it has.
    """

    path: Path
    report: PrintedReport
    sha256: str
    size: int

    @property
    def months(self) -> str:
        """Its period, such as `2020-01..2020-02`."""
        period = self.report.period
        return f"{period.year}-{period.first_month:02d}..{period.year}-{period.last_month:02d}"


@dataclass(frozen=True)
class Candidate:
    """A file that is to be added.

    Attributes:
        filed: the file as it was read.
        name: the name it gets in the folder.
        same: a file of the folder with the same content, if there is one.
        witnesses: files of the folder that print the same product and months.
        replaced: files of the folder that print other months of the same product and year.
    """

    filed: Filed
    name: str
    same: Filed | None
    witnesses: Sequence[Filed]
    replaced: Sequence[Filed]

    def card(self, origin: str, today: date) -> str:
        """Return its provenance card, as the cards of the folder are written."""
        report = self.filed.report
        fields: dict[str, object] = {
            "file": self.name,
            "title": report.product_title,
            "publisher": PUBLISHER,
            "product_code": report.product_code,
            "period": self.filed.months,
            "updated": report.updated_date,
            "format": report.text_format,
            "size": self.filed.size,
            "added": today,
            "licence": "unknown",
            "obtained": origin,
            "sha256": self.filed.sha256,
        }
        # A JSON string is a YAML string, whatever it holds.
        lines = [
            f"{name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value}"
            for name, value in fields.items()
            if value is not None
        ]
        return "\n  - " + "\n    ".join(lines) + "\n"


def examine(files: Sequence[Path], folder: Path, layout: Layout) -> list[Candidate]:
    """Read files that are to be added, and compare them with the reports of the folder.

    Raises:
        ExceptionGroup: of the errors of all refused files, where any was refused.
    """
    known = [filed for path in reports_of(folder) if (filed := _read_known(path, layout)) is not None]
    candidates: list[Candidate] = []
    errors: list[TiltakError] = []
    for path in files:
        try:
            filed = read_filed(path, layout)
        except TiltakError as error:
            errors.append(error)
            continue
        candidate = _candidate(filed, known, folder)
        candidates.append(candidate)
        known.append(filed)
    if errors:
        raise ExceptionGroup("nothing was added", errors)
    return candidates


def read_filed(path: Path, layout: Layout) -> Filed:
    """Read a report file.

    Raises:
        TiltakError: the file cannot be read or is not a report we know.
    """
    report, sha256 = read_report(path, layout)
    return Filed(path, report, sha256, path.stat().st_size)


@contextmanager
def filed_away(candidates: Sequence[Candidate], folder: Path, origin: str) -> Iterator[list[Path]]:
    """Copy files into the folder with their cards; take all of it back unless what follows succeeds.

    Raises:
        StagingError: the folder cannot be written.
    """
    cards = folder / CARD_FILE
    before = cards.read_bytes() if cards.exists() else None
    copied: list[Path] = []
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for candidate in candidates:
                target = folder / candidate.name
                copied.append(target)
                shutil.copyfile(candidate.filed.path, target)
                _check_copy(target, candidate.filed)
            text = (before or b"reports:\n").decode().rstrip("\n") + "\n"
            today = date.today()
            cards.write_text(
                text + "".join(candidate.card(origin, today) for candidate in candidates), "utf-8"
            )
        except OSError as error:
            raise StagingError(
                f"the folder of the reports cannot be written: {error.strerror}",
                "check free space and permissions of the folder",
                str(folder),
            ) from error
        yield copied
    except BaseException:
        for path in copied:
            path.unlink(missing_ok=True)
        if before is None:
            cards.unlink(missing_ok=True)
        else:
            cards.write_bytes(before)
        raise


def _check_copy(target: Path, filed: Filed) -> None:
    """Check that what was copied is what was read."""
    if sha256_of(target) != filed.sha256:
        raise StagingError(
            "the file changed while it was added", "add it again when it is complete", str(filed.path)
        )


def reports_of(folder: Path) -> list[Path]:
    """Return the report files of a folder that may be empty, or not there yet."""
    try:
        return find_reports([folder])
    except LookupFailedError:
        return []


def _read_known(path: Path, layout: Layout) -> Filed | None:
    """Read a report of the folder; one that is refused says so when the folder is loaded."""
    try:
        return read_filed(path, layout)
    except TiltakError:
        return None


def _candidate(filed: Filed, known: Sequence[Filed], folder: Path) -> Candidate:
    report = filed.report
    same_year = [
        other
        for other in known
        if (other.report.product_code, other.report.period.year) == (report.product_code, report.period.year)
    ]
    return Candidate(
        filed,
        _name(filed, folder),
        next((other for other in known if other.sha256 == filed.sha256), None),
        [other for other in same_year if other.months == filed.months],
        [other for other in same_year if other.months != filed.months],
    )


def _name(filed: Filed, folder: Path) -> str:
    """Return the name of a report in the folder: product, first and last month, format."""
    product = filed.report.product_code.lower().replace("_", "-")
    stem = f"{product}_{filed.months.replace('..', '_')}"
    suffix = SUFFIXES[filed.report.text_format]
    is_taken = (folder / f"{stem}{suffix}").exists()
    return f"{stem}_{filed.sha256[:HASH_IN_NAME]}{suffix}" if is_taken else f"{stem}{suffix}"
