"""The columns of a damaged header are settled by another page's total row, or the table is refused."""

from collections.abc import Sequence

import pytest
from support.small_reports import HEADER, NAME, TOTAL, line_of, page, read, refused, report

from loaders.errors import LayoutError
from loaders.layout import Layout
from loaders.printed import Line, LineKind, Period, PrintedRow
from loaders.tables.alignment import RawTable, check_months, settle_rows

AVERAGE = "Gjennom snitt hittil i år"
PERIOD = Period(2024, 1, 3)
COLUMNS = (AVERAGE, "Januar", "Februar", "Mars")
TOTAL_ROW = ("I alt arbeidstrening", "5 604", "5 000", "5 587", "5 791")
FOUNDED = ("31 Østfold", "268", "228", "271", "292")


def raw_table(header: Sequence[str], *rows: Sequence[str], floating: str = "", table_no: int = 9) -> RawTable:
    """Return a table as found, its header on line 10 and its rows below."""
    lines = [Line(number, LineKind.ROW, list(row)) for number, row in enumerate(rows, 11)]
    return RawTable(
        table_no,
        Line(10, LineKind.ROW, ["", *header]),
        floating,
        lines,
        page_no=2,
        section_heading=None,
        table_heading=None,
    )


def settled(
    table: RawTable, others: Sequence[RawTable], layout: Layout
) -> tuple[tuple[str, ...], list[PrintedRow]]:
    """Settle a table with other tables as evidence."""
    return settle_rows(table, others, PERIOD, layout, NAME)


def unsettled(table: RawTable, others: Sequence[RawTable], layout: Layout) -> LayoutError:
    """Return the error that a table is refused with."""
    with pytest.raises(LayoutError) as caught:
        settled(table, others, layout)
    error = caught.value
    assert (error.report, error.table_no) == (NAME, 9)
    assert error.next_step
    return error


COMPLETE = raw_table(COLUMNS, TOTAL_ROW, FOUNDED, table_no=1)


def test_a_complete_header_speaks_for_itself(layout: Layout) -> None:
    columns, rows = settled(raw_table(COLUMNS, TOTAL_ROW, FOUNDED), [], layout)
    assert columns == COLUMNS
    assert [(row.line_nos, row.label, list(row.values)) for row in rows] == [
        ((11,), TOTAL_ROW[0], list(TOTAL_ROW[1:])),
        ((12,), FOUNDED[0], list(FOUNDED[1:])),
    ]


def test_columns_follow_the_header_text_not_their_place(layout: Layout) -> None:
    columns, rows = settled(
        raw_table(("Januar", "Februar", "Mars"), ("I alt", "1", "2", "3")), [COMPLETE], layout
    )
    assert dict(zip(columns, rows[0].values, strict=True))["Januar"] == "1"


def test_an_empty_header_cell_is_filled_from_the_same_total_row(layout: Layout) -> None:
    columns, rows = settled(raw_table(("", *COLUMNS[1:]), TOTAL_ROW, FOUNDED), [COMPLETE], layout)
    assert columns == COLUMNS
    assert [list(row.values) for row in rows] == [list(TOTAL_ROW[1:]), list(FOUNDED[1:])]


def test_a_label_above_the_header_row_is_filled_in_from_the_same_total_row(layout: Layout) -> None:
    table = raw_table(("", *COLUMNS[1:]), TOTAL_ROW, FOUNDED, floating=AVERAGE)
    columns, rows = settled(table, [COMPLETE], layout)
    assert columns == COLUMNS
    assert list(rows[1].values) == list(FOUNDED[1:])


def test_a_total_row_without_the_lost_column_has_no_cell_there(layout: Layout) -> None:
    short_total = (TOTAL_ROW[0], *TOTAL_ROW[2:], "")
    table = raw_table((*COLUMNS[1:], ""), short_total, ("Ukjent", "6", "7", "9", "10"), floating=AVERAGE)
    columns, rows = settled(table, [COMPLETE], layout)
    assert columns == COLUMNS
    assert list(rows[0].values) == [None, *TOTAL_ROW[2:]]
    assert list(rows[1].values) == ["6", "7", "9", "10"]


def test_total_labels_are_compared_without_case(layout: Layout) -> None:
    other = raw_table(COLUMNS, ("I ALT Arbeidstrening", *TOTAL_ROW[1:]), table_no=1)
    columns, rows = settled(raw_table(("", *COLUMNS[1:]), TOTAL_ROW), [other], layout)
    assert columns == COLUMNS
    assert rows[0].label == TOTAL_ROW[0]


def test_pages_with_other_totals_are_no_evidence(layout: Layout) -> None:
    damaged = raw_table(("", *COLUMNS[1:]), TOTAL_ROW, FOUNDED)
    other_label = raw_table(COLUMNS, ("I alt", *TOTAL_ROW[1:]), table_no=1)
    other_values = raw_table(COLUMNS, (*TOTAL_ROW[:-1], "5 792"), table_no=2)
    for others in ([], [other_label], [other_values], [other_label, other_values]):
        error = unsettled(damaged, others, layout)
        assert "lost a column label" in error.problem
        assert error.line_no == 10
        assert error.text == " | ".join(["", *COLUMNS[1:]])
    assert settled(damaged, [other_label, other_values, COMPLETE], layout)[0] == COLUMNS


def test_a_shifted_total_row_is_no_evidence(layout: Layout) -> None:
    shifted = (TOTAL_ROW[0], *TOTAL_ROW[2:], TOTAL_ROW[1])
    unsettled(raw_table(("", *COLUMNS[1:]), shifted, FOUNDED), [COMPLETE], layout)


def test_a_header_in_another_order_than_the_evidence_is_refused(layout: Layout) -> None:
    unsettled(raw_table(("", "Februar", "Januar", "Mars"), TOTAL_ROW), [COMPLETE], layout)


def test_another_floating_label_than_the_lost_column_is_refused(layout: Layout) -> None:
    unsettled(raw_table(("", *COLUMNS[1:]), TOTAL_ROW, floating="Januar"), [COMPLETE], layout)


def test_a_floating_label_above_a_complete_header_is_refused(layout: Layout) -> None:
    unsettled(raw_table(COLUMNS, TOTAL_ROW, floating=AVERAGE), [COMPLETE], layout)


def test_evidence_that_disagrees_about_the_columns_is_refused(layout: Layout) -> None:
    other = raw_table((*COLUMNS[1:], AVERAGE), TOTAL_ROW, table_no=2)
    unsettled(raw_table(("", *COLUMNS[1:]), TOTAL_ROW), [COMPLETE, other], layout)


def test_evidence_that_disagrees_about_the_values_is_refused(layout: Layout) -> None:
    damaged = raw_table(("", "Januar", "Februar", "Mars"), ("I alt", "5", "6", "7", ""))
    with_average = raw_table(COLUMNS, ("I alt", "5", "6", "7", ""), table_no=1)
    without_average = raw_table(COLUMNS, ("I alt", "6", "5", "6", "7"), table_no=2)
    assert list(settled(damaged, [with_average], layout)[1][0].values) == ["5", "6", "7", ""]
    assert list(settled(damaged, [without_average], layout)[1][0].values) == [None, "5", "6", "7"]
    unsettled(damaged, [with_average, without_average], layout)
    unsettled(damaged, [without_average, with_average], layout)


@pytest.mark.parametrize("row", [FOUNDED[:-1], (*FOUNDED, "5"), (*FOUNDED, ""), FOUNDED[:1]])
def test_a_row_of_a_settled_table_needs_a_value_for_each_column(row: Sequence[str], layout: Layout) -> None:
    error = unsettled(raw_table(("", *COLUMNS[1:]), TOTAL_ROW, FOUNDED, row), [COMPLETE], layout)
    assert error.line_no == 13
    assert f"{len(row) - 1} values" in error.problem
    assert error.text == " | ".join(row)


def test_total_rows_without_values_are_no_evidence(layout: Layout) -> None:
    other = raw_table((AVERAGE,), TOTAL_ROW[:1], table_no=1)
    unsettled(raw_table(("",), (TOTAL_ROW[0], "")), [other], layout)


def test_complete_headers_must_show_the_months_of_the_period(layout: Layout) -> None:
    check_months(COLUMNS, COMPLETE, PERIOD, layout, NAME)
    check_months(COLUMNS[1:], COMPLETE, PERIOD, layout, NAME)
    for wrong in (COLUMNS[:3], (*COLUMNS, "April"), (*COLUMNS, "Mars"), (AVERAGE,), (AVERAGE, *COLUMNS)):
        with pytest.raises(LayoutError) as caught:
            check_months(wrong, COMPLETE, PERIOD, layout, NAME)
        assert (caught.value.report, caught.value.table_no, caught.value.line_no) == (NAME, 1, 10)
        assert caught.value.text == " | ".join(wrong)


def test_a_month_lost_from_a_header_is_settled_within_a_report(layout: Layout) -> None:
    text = report(page(TOTAL, "Kvinner\t1\t2"), page(TOTAL, "Menn\t3\t4", header="\t\tFebruar"))
    table = read(text, layout).tables[1]
    assert table.columns == ("Januar", "Februar")
    assert list(table.rows[1].values) == ["3", "4"]


def test_a_month_lost_from_a_header_without_another_page_is_refused(layout: Layout) -> None:
    text = report(page("I alt kvinner\t1\t2"), page(TOTAL, "Menn\t3\t4", header="\t\tFebruar"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.table_no, error.line_no) == (2, line_of(text, "^\t\tFebruar"))


def test_a_header_that_gained_an_empty_cell_is_refused(layout: Layout) -> None:
    text = report(page(TOTAL), page(f"{TOTAL}\t", "Menn\t3\t4\t5", header=f"{HEADER}\t"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert error.table_no == 2
