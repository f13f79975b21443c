"""Staged relations carry explicit types, cells as printed, and keys that lead back to the printed place."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.small_reports import COVER, ROWS, TITLE, TOTAL, page, read, report

from loaders import staging
from loaders.cards import Card
from loaders.errors import StagingError
from loaders.layout import Layout
from loaders.printed import LineRole, PrintedReport
from loaders.staging import (
    CELL_TYPES,
    FINGERPRINT_KEY,
    RELATIONS,
    REPORT_TYPES,
    Source,
    cell_frame,
    cell_frames,
    is_staged,
    report_frame,
    staged_path,
    write_parquet,
    write_parts,
)

SOURCE = Source("data/reports/report.txt", "0123456789abcdef" * 4)
ID = "0123456789ab"


@pytest.fixture(scope="module")
def cells_by_year(printed_reports: dict[str, PrintedReport]) -> dict[str, pd.DataFrame]:
    """Return relation `cell` of each report."""
    return {year: cell_frame(printed, SOURCE) for year, printed in printed_reports.items()}


def one_row(frame: pd.DataFrame) -> dict[str, object]:
    """Return the only row of a frame as Python values."""
    [row] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return dict(row)


def test_the_report_id_is_the_beginning_of_the_hash() -> None:
    assert SOURCE.report_id == ID


def test_cells_are_staged_with_their_place_and_as_printed(layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, "Utdanning\t*\t", section="Tiltak", heading="Alle"))
    frame = cell_frame(read(text, layout), SOURCE)
    assert len(frame) == 12
    assert dict(zip(frame.columns, frame.iloc[-2], strict=True)) == {
        "cell_id": f"{ID}:t002:r02:c01",
        "report_id": ID,
        "table_no": 2,
        "page_no": 3,
        "line_no": text.count("\n"),
        "source_place": f"line {text.count(chr(10))}",
        "product_title": TITLE,
        "section_heading": "Tiltak",
        "table_heading": "Alle",
        "total_label": "I alt",
        "row_no": 2,
        "row_label": "Utdanning",
        "column_no": 1,
        "column_label": "Januar",
        "printed_text": "*",
    }
    assert frame.iloc[-1]["printed_text"] == ""


def test_the_report_relation_says_what_the_edition_prints(layout: Layout) -> None:
    text = report(page(*ROWS, section="Tiltak\n\nRapport oppdatert: 02.01.2025"))
    printed = read(text, layout)
    row = one_row(report_frame(printed, SOURCE, 8))
    assert row == {
        "report_id": ID,
        "sha256": SOURCE.sha256,
        "source_file": "data/reports/report.txt",
        "read_from": None,
        "published_date": None,
        "publisher": None,
        "licence": None,
        "obtained": None,
        "product_title": TITLE,
        "product_code": "DELTAKERE_TILTAK",
        "period_start": date(2020, 1, 1),
        "period_end": date(2020, 2, 29),
        "updated_date": date(2025, 1, 2),
        "legend_text": COVER.split("\n")[-2],
        "text_format": "text",
        "line_count": text.count("\n"),
        **{f"{role}_line_count": count for role, count in printed.line_roles.items()},
        "table_count": 1,
        "fragment_count": 0,
        "cell_count": 8,
        "notices": None,
    }


def test_what_a_report_does_not_print_is_null(printed_reports: dict[str, PrintedReport]) -> None:
    row = one_row(report_frame(printed_reports["2013"], SOURCE, 3476))
    assert row["updated_date"] is None
    assert row["legend_text"] is None


def test_the_line_counts_of_all_roles_add_up(printed_reports: dict[str, PrintedReport]) -> None:
    for printed in printed_reports.values():
        row = one_row(report_frame(printed, SOURCE, 0))
        counts = [row[f"{role}_line_count"] for role in LineRole]
        assert sum(count for count in counts if isinstance(count, int)) == row["line_count"]


def test_frames_have_the_declared_arrow_types(
    cells_by_year: dict[str, pd.DataFrame], printed_reports: dict[str, PrintedReport]
) -> None:
    for year, cells in cells_by_year.items():
        facts = report_frame(printed_reports[year], SOURCE, len(cells))
        for frame, types in ((cells, CELL_TYPES), (facts, REPORT_TYPES)):
            assert dict(frame.dtypes) == {name: pd.ArrowDtype(kind) for name, kind in types.items()}


def test_types_survive_into_parquet_and_none_is_a_float(
    cells_by_year: dict[str, pd.DataFrame], printed_reports: dict[str, PrintedReport], tmp_path: Path
) -> None:
    for year, cells in cells_by_year.items():
        facts = report_frame(printed_reports[year], SOURCE, len(cells))
        for relation, frame, types in (("cell", cells, CELL_TYPES), ("report", facts, REPORT_TYPES)):
            path = staged_path(tmp_path, relation, year)
            write_parquet(frame, types, path, "loader 1")
            schema = pq.read_schema(path)
            assert dict(zip(schema.names, schema.types, strict=True)) == types
            assert not any(pa.types.is_floating(kind) for kind in schema.types)
            assert pq.read_table(path).num_rows == len(frame)


def test_a_frame_is_read_back_from_parquet_as_it_was_written(
    cells_by_year: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    path = tmp_path / "cell.parquet"
    write_parquet(cells_by_year["2024"], CELL_TYPES, path, "loader 1")
    again = pq.read_table(path).to_pylist()
    assert again == pa.Table.from_pandas(cells_by_year["2024"], preserve_index=False).to_pylist()


def test_all_reports_have_20_360_staged_cells(cells_by_year: dict[str, pd.DataFrame]) -> None:
    counts = {year: len(cells) for year, cells in cells_by_year.items()}
    assert counts == {"2013": 3_476, "2019": 7_430, "2020": 394, "2022": 7_735, "2024": 1_325}


def test_cell_ids_are_unique_and_follow_the_order_of_print(cells_by_year: dict[str, pd.DataFrame]) -> None:
    for cells in cells_by_year.values():
        ids = cells["cell_id"].to_list()
        assert all(before < after for before, after in pairwise(ids))


def test_a_cell_id_says_report_table_row_and_column(cells_by_year: dict[str, pd.DataFrame]) -> None:
    for cells in cells_by_year.values():
        assert cells["cell_id"].to_list() == [
            f"{ID}:t{table_no:03}:r{row_no:02}:c{column_no:02}"
            for table_no, row_no, column_no in zip(
                cells["table_no"], cells["row_no"], cells["column_no"], strict=True
            )
        ]


def test_staged_cells_are_what_the_tables_print(
    cells_by_year: dict[str, pd.DataFrame], printed_reports: dict[str, PrintedReport]
) -> None:
    for year, printed in printed_reports.items():
        expected = [
            (
                table.table_no,
                table.page_no,
                line_no,
                f"line {line_no}",
                table.section_heading,
                table.table_heading,
                table.rows[0].label,
                row_no,
                row.label,
                column_no,
                column,
                value,
            )
            for table in printed.tables
            for row_no, row in enumerate(table.rows, 1)
            for column_no, (column, value) in enumerate(zip(table.columns, row.values, strict=True), 1)
            for line_no in [row.line_nos[column_no - 1] if table.is_fragment else row.line_nos[0]]
            if value is not None
        ]
        names = [name for name in CELL_TYPES if name not in {"cell_id", "report_id", "product_title"}]
        staged = pa.Table.from_pandas(cells_by_year[year], preserve_index=False).to_pylist()
        assert [tuple(cell[name] for name in names) for cell in staged] == expected


def test_a_large_report_is_staged_in_parts_that_make_the_same_whole(
    cells_by_year: dict[str, pd.DataFrame],
    printed_reports: dict[str, PrintedReport],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(staging, "CELLS_PER_PART", 500)
    for year, cells in cells_by_year.items():
        frames = list(cell_frames(printed_reports[year], SOURCE))
        path = tmp_path / f"{year}.parquet"
        assert (len(frames) > 1) == (len(cells) > 500)
        assert write_parts(frames, CELL_TYPES, path, "loader 1") == len(cells)
        assert (
            pq.read_table(path).to_pylist() == pa.Table.from_pandas(cells, preserve_index=False).to_pylist()
        )


def test_a_row_without_a_cell_in_a_column_has_no_staged_cell_there(
    cells_by_year: dict[str, pd.DataFrame],
) -> None:
    cells = cells_by_year["2024"]
    total = cells[(cells["table_no"] == 9) & (cells["row_no"] == 1)]
    assert total["column_no"].to_list() == list(range(2, 14))
    assert total["column_label"].to_list()[0] == "Januar"


def test_each_cell_of_a_fragment_has_its_own_line(layout: Layout) -> None:
    fragment = "Januar\nFebruar\nI alt\n68 897\n70 453\nMenn\n5\n*"
    text = report(page(*ROWS), page(heading=fragment, header=""))
    cells = cell_frame(read(text, layout), SOURCE).tail(4)
    last = text.count("\n")
    assert cells["line_no"].to_list() == [last - 4, last - 3, last - 1, last]
    assert cells["printed_text"].to_list() == ["68 897", "70 453", "5", "*"]


def test_a_report_is_staged_when_all_its_relations_carry_the_fingerprint(
    printed_reports: dict[str, PrintedReport], tmp_path: Path
) -> None:
    cells = cell_frame(printed_reports["2020"], SOURCE)
    facts = report_frame(printed_reports["2020"], SOURCE, len(cells))
    assert not is_staged(tmp_path, SOURCE, "loader 1")
    write_parquet(cells, CELL_TYPES, staged_path(tmp_path, "cell", SOURCE.sha256), "loader 1")
    assert not is_staged(tmp_path, SOURCE, "loader 1")
    write_parquet(facts, REPORT_TYPES, staged_path(tmp_path, "report", SOURCE.sha256), "loader 1")
    assert is_staged(tmp_path, SOURCE, "loader 1")
    assert not is_staged(tmp_path, SOURCE, "loader 2")
    assert not is_staged(tmp_path, Source("report.txt", "ba9876543210" * 6), "loader 1")
    for relation in RELATIONS:
        metadata = pq.read_schema(staged_path(tmp_path, relation, SOURCE.sha256)).metadata
        assert metadata[FINGERPRINT_KEY] == b"loader 1"


def test_a_report_is_staged_again_when_its_card_says_something_else(
    printed_reports: dict[str, PrintedReport], tmp_path: Path
) -> None:
    card = Card("report.txt", SOURCE.sha256, publisher="NAV", licence="NLOD", obtained="Downloaded.")
    with_card = replace(SOURCE, card=card)
    cells = cell_frame(printed_reports["2020"], with_card)
    facts = report_frame(printed_reports["2020"], with_card, len(cells))
    assert (facts["publisher"][0], facts["licence"][0], facts["obtained"][0]) == (
        "NAV",
        "NLOD",
        "Downloaded.",
    )
    write_parquet(cells, CELL_TYPES, staged_path(tmp_path, "cell", SOURCE.sha256), "loader")
    write_parquet(facts, REPORT_TYPES, staged_path(tmp_path, "report", SOURCE.sha256), "loader")
    assert is_staged(tmp_path, with_card, "loader")
    for other in (None, replace(card, licence="unknown")):
        assert not is_staged(tmp_path, replace(SOURCE, card=other), "loader")


def test_parquet_without_a_fingerprint_is_not_staged(
    printed_reports: dict[str, PrintedReport], tmp_path: Path
) -> None:
    table = pa.Table.from_pandas(cell_frame(printed_reports["2020"], SOURCE), preserve_index=False)
    for relation in RELATIONS:
        staged_path(tmp_path, relation, SOURCE.sha256).parent.mkdir()
        pq.write_table(table, staged_path(tmp_path, relation, SOURCE.sha256))
    assert not is_staged(tmp_path, SOURCE, "loader 1")


def test_a_folder_that_cannot_be_written_is_refused(
    printed_reports: dict[str, PrintedReport], tmp_path: Path
) -> None:
    (tmp_path / "cell").write_text("not a folder")
    with pytest.raises(StagingError) as caught:
        write_parquet(
            cell_frame(printed_reports["2020"], SOURCE),
            CELL_TYPES,
            tmp_path / "cell" / "a.parquet",
            "loader 1",
        )
    assert caught.value.report == str(tmp_path / "cell")
    assert "space and permissions" in caught.value.next_step
