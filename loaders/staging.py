"""Write a printed report as Parquet: two relations, `report` and `cell`, one file each per report."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.cards import Card
from loaders.errors import StagingError
from loaders.layout import LAYOUT, label_seeds
from loaders.printed import LineRole, PrintedReport, PrintedTable, line_place

# Arrow's own allocator keeps more of what it has freed: 20 MB for large reports. It is no faster here.
pa.set_memory_pool(pa.system_memory_pool())

RELATIONS = ("report", "cell")
FINGERPRINT_KEY = b"tiltak_loader_fingerprint"
TEXT = pa.string()
REPEATED_TEXT = pa.dictionary(pa.int32(), pa.string())
NUMBER = pa.int32()
# What a provenance card says of its report.
CARD_FIELDS = ("published_date", "publisher", "licence", "obtained")
# What says whose rows a staged file holds, and how many there must be.
IDENTITY = ("report_id", "sha256", "source_file", "read_from", *CARD_FIELDS, "cell_count")
# A file here is named by a hash of 64 hex digits.
STAGED_NAME = re.compile(r"[0-9a-f]{64}")
# A large report is built and written in parts of about this many cells (some 3 MB as a frame).
CELLS_PER_PART = 25_000

NOTICES_PARTED_BY = "\n"

Index = npt.NDArray[np.int64]

CELL_TYPES: dict[str, pa.DataType] = {
    "cell_id": TEXT,
    "report_id": REPEATED_TEXT,
    "table_no": NUMBER,
    "page_no": NUMBER,
    "line_no": NUMBER,
    "source_place": TEXT,
    "product_title": REPEATED_TEXT,
    "section_heading": REPEATED_TEXT,
    "table_heading": REPEATED_TEXT,
    "total_label": REPEATED_TEXT,
    "row_no": NUMBER,
    "row_label": REPEATED_TEXT,
    "column_no": NUMBER,
    "column_label": REPEATED_TEXT,
    "printed_text": TEXT,
}

REPORT_TYPES: dict[str, pa.DataType] = {
    "report_id": TEXT,
    "sha256": TEXT,
    "source_file": TEXT,
    "read_from": TEXT,
    "published_date": pa.date32(),
    "publisher": TEXT,
    "licence": TEXT,
    "obtained": TEXT,
    "product_title": TEXT,
    "product_code": TEXT,
    "period_start": pa.date32(),
    "period_end": pa.date32(),
    "updated_date": pa.date32(),
    "legend_text": TEXT,
    "text_format": TEXT,
    "line_count": NUMBER,
    **{f"{role}_line_count": NUMBER for role in LineRole},
    "table_count": NUMBER,
    "fragment_count": NUMBER,
    "cell_count": NUMBER,
    "notices": TEXT,
}


@dataclass(frozen=True)
class Source:
    """Where a report came from.

    Attributes:
        source_file: what its file is called in the warehouse.
        sha256: hash of its bytes: what the report is known by.
        read_from: where the file was on this machine; for `tiltak trace`, and never published.
        card: what its provenance card says, if it has one.
    """

    source_file: str
    sha256: str
    read_from: str | None = None
    card: Card | None = None

    @property
    def report_id(self) -> str:
        """The short form of the hash, the report's key in the warehouse."""
        return short_id(self.sha256)

    @property
    def identity(self) -> dict[str, object]:
        """What is staged of all this; a file that has other is staged again."""
        return {
            "report_id": self.report_id,
            "sha256": self.sha256,
            "source_file": self.source_file,
            "read_from": self.read_from,
            **{name: getattr(self.card, name, None) for name in CARD_FIELDS},
        }


def short_id(sha256: str) -> str:
    """Return the first 12 hex digits of a hash; two files whose hashes share them are refused."""
    return sha256[:12]


def loader_fingerprint() -> str:
    """Return a hash of the loaders and their layout: another one means that reports are staged again."""
    digest = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.rglob("*.py"), *LAYOUT.glob("*.csv"), *label_seeds()]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def report_frame(report: PrintedReport, source: Source, cell_count: int) -> pd.DataFrame:
    """Return the one row of relation `report`, with the Arrow-backed types of REPORT_TYPES."""
    row: dict[str, object] = {
        **source.identity,
        "product_title": report.product_title,
        "product_code": report.product_code,
        "period_start": date(report.period.year, report.period.first_month, 1),
        "period_end": report.period.end,
        "updated_date": report.updated_date,
        "legend_text": report.legend_text,
        "text_format": report.text_format,
        "line_count": report.line_count,
        **{f"{role}_line_count": count for role, count in report.line_roles.items()},
        "table_count": len(report.tables),
        "fragment_count": sum(table.is_fragment for table in report.tables),
        "cell_count": cell_count,
        "notices": NOTICES_PARTED_BY.join(report.notices) or None,
    }
    return _frame(pa.table({name: pa.array([row[name]], kind) for name, kind in REPORT_TYPES.items()}))


def cell_frame(report: PrintedReport, source: Source) -> pd.DataFrame:
    """Return relation `cell`: one row per printed cell, as printed, with the types of CELL_TYPES."""
    return _cells_of(report.tables, report, source)


def cell_frames(report: PrintedReport, source: Source) -> Iterator[pd.DataFrame]:
    """Yield relation `cell` in parts of whole tables, so that a large report needs little memory."""
    part: list[PrintedTable] = []
    cell_count = 0
    for table in report.tables:
        part.append(table)
        cell_count += len(table.packed.values)
        if cell_count >= CELLS_PER_PART:
            yield _cells_of(part, report, source)
            part, cell_count = [], 0
    if part:
        yield _cells_of(part, report, source)


def write_parquet(frame: pd.DataFrame, types: dict[str, pa.DataType], path: Path, fingerprint: str) -> None:
    """Write a frame to a Parquet file that carries the fingerprint of the loader that made it.

    Raises:
        StagingError: the file cannot be written; nothing is left of it.
    """
    write_parts([frame], types, path, fingerprint)


def write_parts(
    frames: Iterable[pd.DataFrame], types: dict[str, pa.DataType], path: Path, fingerprint: str
) -> int:
    """Write frames to one Parquet file, a row group each; returns the number of rows.

    Raises:
        StagingError: the file cannot be written; nothing is left of it.
    """
    schema = pa.schema(list(types.items()), metadata={FINGERPRINT_KEY: fingerprint.encode()})
    repeated = [name for name, kind in types.items() if pa.types.is_dictionary(kind)]
    row_count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Statistics help a reader to skip files; every build reads them all. Without them, and with
        # dictionaries only where values repeat, a small report is written in two thirds of the time.
        with pq.ParquetWriter(
            path,
            schema,
            use_dictionary=repeated,  # type: ignore[arg-type]  # the stubs do not know of column names
            write_statistics=False,
            write_page_checksum=True,
        ) as writer:
            for frame in frames:
                # Unlike Table.from_pandas() this takes no second look at types that are known.
                arrays = [pa.chunked_array(pa.array(frame[name].array)) for name in types]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                row_count += len(frame)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise StagingError(
            f"staged data cannot be written: {error.strerror or error}",
            "check free space and permissions of the folder, then run the command again",
            str(path.parent),
        ) from error
    return row_count


def staged_path(folder: Path, relation: str, sha256: str) -> Path:
    """Return where a report's relation is staged: the whole hash of a file is its name."""
    return folder / relation / f"{sha256}.parquet"


def staged_files(folder: Path, relation: str) -> list[Path]:
    """Return the staged files of a relation; what else lies there is none of ours."""
    return sorted(
        path
        for path in (folder / relation).glob("*.parquet")
        if STAGED_NAME.fullmatch(path.stem) and path.is_file()
    )


def is_staged(folder: Path, source: Source, fingerprint: str) -> bool:
    """Tell whether a report is staged complete and undamaged, by a loader with this fingerprint."""
    report = _sound(staged_path(folder, "report", source.sha256), REPORT_TYPES, fingerprint)
    cells = _sound(staged_path(folder, "cell", source.sha256), CELL_TYPES, fingerprint)
    if report is None or cells is None or report.num_rows != 1:
        return False
    return (
        report.to_pylist() == [{**source.identity, "cell_count": cells.num_rows}]
        and cells["report_id"].unique().to_pylist() == [source.report_id]
    )  # fmt: skip


def staged_notices(folder: Path, sha256: str) -> tuple[str, ...]:
    """Return what a person should know of a report that is staged, a sentence each.

    Raises:
        StagingError: it cannot be read.
    """
    path = staged_path(folder, "report", sha256)
    try:
        [notices] = pq.read_table(path, columns=["notices"])["notices"].to_pylist()
    except (OSError, pa.ArrowException, ValueError) as error:
        raise StagingError(
            f"staged data cannot be read: {error}", "run the command again", str(path)
        ) from error
    return tuple(notices.split(NOTICES_PARTED_BY)) if notices else ()


def _sound(path: Path, types: dict[str, pa.DataType], fingerprint: str) -> pa.Table | None:
    """Return what says whose rows a staged file holds, if it is undamaged and of this loader."""
    told: list[pa.Table] = []
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            schema = file.schema_arrow
            if (schema.metadata or {}).get(FINGERPRINT_KEY) != fingerprint.encode():
                return None
            if not schema.equals(pa.schema(list(types.items()))):
                return None
            for part in range(file.num_row_groups):
                rows = file.read_row_group(part)
                told.append(rows.select([name for name in IDENTITY if name in types]))
    except (OSError, pa.ArrowException):
        return None
    return pa.concat_tables(told) if told else None


def _cells_of(tables: Sequence[PrintedTable], report: PrintedReport, source: Source) -> pd.DataFrame:
    """Build the cells of some of a report's tables.

    What tables, rows, columns and lines say is listed once and then taken for each of their cells.
    """
    packed = [table.packed for table in tables]
    widths = np.array([len(table.columns) for table in tables])
    table_of_row, row_index = _members([len(rows.labels) for rows in packed])
    row_of_cell, column_index = _members(widths[table_of_row])
    table_of_cell = table_of_row[row_of_cell]
    label_of_cell = _starts(widths)[table_of_cell] + column_index
    is_fragment = np.array([table.is_fragment for table in tables])
    first_line_of_row = _starts(np.where(is_fragment, widths, 1)[table_of_row])
    line_of_cell = first_line_of_row[row_of_cell] + np.where(is_fragment[table_of_cell], column_index, 0)
    line_nos = list(chain.from_iterable(rows.line_nos for rows in packed))
    columns = {
        **_taken(
            table_of_cell,
            report_id=[source.report_id] * len(tables),
            table_no=[table.table_no for table in tables],
            page_no=[table.page_no for table in tables],
            product_title=[report.product_title] * len(tables),
            section_heading=[table.section_heading for table in tables],
            table_heading=[table.table_heading for table in tables],
            total_label=[rows.labels[0] for rows in packed],
        ),
        **_taken(
            row_of_cell,
            cell_id=_row_ids(tables, source),
            row_no=row_index + 1,
            row_label=list(chain.from_iterable(rows.labels for rows in packed)),
        ),
        **_taken(label_of_cell, column_label=[label for table in tables for label in table.columns]),
        **_taken(line_of_cell, line_no=line_nos, source_place=[line_place(number) for number in line_nos]),
        "column_no": pa.array(column_index + 1, NUMBER),
        "printed_text": pa.array(list(chain.from_iterable(rows.values for rows in packed)), TEXT),
    }
    column_ids = pa.array([f"{number:02d}" for number in range(1, widths.max() + 1)], TEXT)
    if any(rows.places for rows in packed):
        columns["source_place"] = pa.array(list(chain.from_iterable(rows.places for rows in packed)), TEXT)
    columns["cell_id"] = pc.binary_join_element_wise(
        columns["cell_id"],
        column_ids.take(column_index),
        "",  # type: ignore[call-overload]  # the stubs do not know that the separator may be one for all
    )
    cells = pa.table({name: columns[name] for name in CELL_TYPES})
    if columns["printed_text"].null_count:
        cells = cells.filter(columns["printed_text"].is_valid())
    return _frame(cells)


def _taken(index: Index, **columns: Sequence[object] | Index) -> dict[str, "pa.Array[Any]"]:
    """Return columns of relation `cell` with, for each cell, the value that its index points at."""
    arrays = {name: pa.array(values, CELL_TYPES[name]) for name, values in columns.items()}
    return {name: array.take(index) for name, array in arrays.items()}


def _row_ids(tables: Sequence[PrintedTable], source: Source) -> list[str]:
    """Return the beginning of the cell ids of each row."""
    row_parts = [
        f":r{row_no:02d}:c" for row_no in range(1, max(len(table.packed.labels) for table in tables) + 1)
    ]
    table_parts = [f"{source.report_id}:t{table.table_no:03d}" for table in tables]
    return [
        table_part + row_part
        for table, table_part in zip(tables, table_parts, strict=True)
        for row_part in row_parts[: len(table.packed.labels)]
    ]


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame of the same arrays; to_pandas() does so at twice the cost."""
    return pd.DataFrame(
        {name: pd.arrays.ArrowExtensionArray(table[name]) for name in table.column_names}, copy=False
    )


def _members(sizes: Sequence[int] | Index) -> tuple[Index, Index]:
    """Return, for each member of groups of these sizes, the index of its group and its own within it."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    return group, np.arange(len(group)) - _starts(sizes)[group]


def _starts(sizes: Sequence[int] | Index) -> Index:
    """Return where each group begins when groups of these sizes come one after the other."""
    starts: Index = np.cumsum(sizes) - np.asarray(sizes)
    return starts
