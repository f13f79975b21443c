"""Write a printed report as Parquet: two relations, `report` and `cell`, one file each per report."""

import calendar
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loaders.errors import StagingError
from loaders.printed import LineRole, PrintedReport

RELATIONS = ("report", "cell")
FINGERPRINT_KEY = b"tiltak_loader_fingerprint"
TEXT = pa.string()
REPEATED_TEXT = pa.dictionary(pa.int32(), pa.string())
NUMBER = pa.int32()

CELL_TYPES: dict[str, pa.DataType] = {
    "cell_id": TEXT,
    "report_id": REPEATED_TEXT,
    "table_no": NUMBER,
    "page_no": NUMBER,
    "line_no": NUMBER,
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
}


@dataclass(frozen=True)
class Source:
    """Where a report came from: its file as named by the user, and the hash of its bytes."""

    source_file: str
    sha256: str

    @property
    def report_id(self) -> str:
        """The first 12 hex digits of the hash, the report's key everywhere."""
        return self.sha256[:12]


def report_frame(report: PrintedReport, source: Source, cell_count: int) -> pd.DataFrame:
    """Return the one row of relation `report`, with the Arrow-backed types of REPORT_TYPES."""
    _, last_day = calendar.monthrange(report.period.year, report.period.last_month)
    row: dict[str, object] = {
        "report_id": source.report_id,
        "sha256": source.sha256,
        "source_file": source.source_file,
        "product_title": report.product_title,
        "product_code": report.product_code,
        "period_start": date(report.period.year, report.period.first_month, 1),
        "period_end": date(report.period.year, report.period.last_month, last_day),
        "updated_date": report.updated_date,
        "legend_text": report.legend_text,
        "text_format": report.text_format,
        "line_count": report.line_count,
        **{f"{role}_line_count": count for role, count in report.line_roles.items()},
        "table_count": len(report.tables),
        "fragment_count": sum(table.is_fragment for table in report.tables),
        "cell_count": cell_count,
    }
    table = pa.Table.from_pylist([row], pa.schema(list(REPORT_TYPES.items())))
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def cell_frame(report: PrintedReport, source: Source) -> pd.DataFrame:
    """Return relation `cell`: one row per printed cell, as printed, with the types of CELL_TYPES.

    Facts of a table or row are stored once and pointed at, so that the cost per cell stays small.
    """
    tables = report.tables
    rows = [(table, row_no, row) for table in tables for row_no, row in enumerate(table.rows, 1)]
    widths = np.array([len(row.values) for _, _, row in rows], dtype=np.int64)
    row_of_cell = np.repeat(np.arange(len(rows)), widths)
    table_of_cell = np.array([table.table_no - 1 for table, _, _ in rows])[row_of_cell]
    column_of_cell = np.arange(len(row_of_cell)) - np.repeat(np.cumsum(widths) - widths, widths)
    first_label = np.cumsum([0, *(len(table.columns) for table in tables[:-1])])
    row_ids = [f"{source.report_id}:t{table.table_no:03d}:r{row_no:02d}:c" for table, row_no, _ in rows]
    column_ids = [f"{column_no:02d}" for column_no in range(1, int(widths.max()) + 1)]
    lines = chain.from_iterable(
        row.line_nos if len(row.line_nos) == len(row.values) else [row.line_nos[0]] * len(row.values)
        for _, _, row in rows
    )
    everywhere = np.zeros(len(row_of_cell), dtype=np.int64)
    arrays = {
        "cell_id": pc.binary_join_element_wise(
            pa.array(row_ids).take(pa.array(row_of_cell)),
            pa.array(column_ids).take(pa.array(column_of_cell)),
            "",
        ),
        "report_id": _spread([source.report_id], everywhere),
        "table_no": _numbers(table_of_cell + 1),
        "page_no": _numbers(np.array([table.page_no for table in tables])[table_of_cell]),
        "line_no": _numbers(np.fromiter(lines, dtype=np.int32, count=len(row_of_cell))),
        "product_title": _spread([report.product_title], everywhere),
        "section_heading": _spread([table.section_heading for table in tables], table_of_cell),
        "table_heading": _spread([table.table_heading for table in tables], table_of_cell),
        "total_label": _spread([table.rows[0].label for table in tables], table_of_cell),
        "row_no": _numbers(np.array([row_no for _, row_no, _ in rows])[row_of_cell]),
        "row_label": _spread([row.label for _, _, row in rows], row_of_cell),
        "column_no": _numbers(column_of_cell + 1),
        "column_label": _spread(
            list(chain.from_iterable(table.columns for table in tables)),
            first_label[table_of_cell] + column_of_cell,
        ),
        "printed_text": pa.array(list(chain.from_iterable(row.values for _, _, row in rows)), TEXT),
    }
    cells = pa.table(arrays, schema=pa.schema(list(CELL_TYPES.items())))
    is_printed = cells["printed_text"].is_valid()
    return cells.filter(is_printed).to_pandas(types_mapper=pd.ArrowDtype)


def write_parquet(frame: pd.DataFrame, types: dict[str, pa.DataType], path: Path, fingerprint: str) -> None:
    """Write a frame to a Parquet file that carries the fingerprint of the loader that made it.

    Raises:
        StagingError: the file cannot be written; nothing is left of it.
    """
    schema = pa.schema(list(types.items()), metadata={FINGERPRINT_KEY: fingerprint.encode()})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), path)
    except OSError as error:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise StagingError(
            f"staged data cannot be written: {error.strerror or error}",
            "check free space and permissions of the folder, then run the command again",
            str(path.parent),
        ) from error


def staged_path(folder: Path, relation: str, report_id: str) -> Path:
    """Return where a report's relation is staged."""
    return folder / relation / f"{report_id}.parquet"


def is_staged(folder: Path, report_id: str, fingerprint: str) -> bool:
    """Tell whether a report is staged completely, and by a loader with this fingerprint."""
    for relation in RELATIONS:
        try:
            metadata = pq.read_schema(staged_path(folder, relation, report_id)).metadata or {}
        except (OSError, pa.ArrowInvalid):
            return False
        if metadata.get(FINGERPRINT_KEY) != fingerprint.encode():
            return False
    return True


def _numbers(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int32, copy=False))


def _spread(values: Sequence[str | None], index: np.ndarray) -> pa.Array:
    """Repeat texts by index, as a dictionary: each distinct text is stored once."""
    return pa.array(values, TEXT).dictionary_encode().take(pa.array(index))
