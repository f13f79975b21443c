"""The five reports and made-up ones, as workbooks and PDFs in NAV's layouts, are read as their text is."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.nav_files import (
    LATIN,
    NavReport,
    NavSection,
    NavTable,
    PdfStyle,
    WorkbookStyle,
    of_printed,
    of_written,
    write_pdf,
    write_workbook,
)
from support.report_printer import Style
from support.report_strategies import written_reports
from support.small_reports import NAME, TITLE

from loaders.errors import LayoutError
from loaders.layout import Layout, normalise
from loaders.printed import Period, PrintedReport
from loaders.readers.choice import reader_of
from loaders.readers.grid import GridCell, GridRow, GridRules, lay_out
from loaders.tables.recogniser import recognise

Writer = Callable[[NavReport], bytes]
Cell = tuple[str, str, str, str]

WORKBOOKS = {
    "blocks": WorkbookStyle(),
    "codes apart": WorkbookStyle(has_codes_apart=True),
    "one header": WorkbookStyle(has_one_header=True),
    "two columns of labels": WorkbookStyle(has_two_labels=True),
    "decimals": WorkbookStyle(has_decimals=True, blank_rows=(False,)),
}
PDFS = {
    "a page for each table": PdfStyle(),
    "full pages": PdfStyle(fills_pages=True, has_empty_pages=True),
    "narrow labels": PdfStyle(label_width=80, fills_pages=True),
    "plain blanks": PdfStyle(has_actual_text=False),
}
YEARS = ("2013", "2019", "2020", "2022", "2024")


def read(content: bytes, layout: Layout, name: str = NAME) -> PrintedReport:
    """Read a file of any format."""
    return recognise(reader_of(content, name).read(content, name, layout), layout, name)


def cells_of(tables: list[tuple[tuple[str, ...], list[tuple[str, tuple[str | None, ...]]]]]) -> set[Cell]:
    """Return the distinct cells: label of the total and of the row, column and text."""
    return {
        (_label(rows[0][0]), _label(label), _label(column), value)
        for columns, rows in tables
        for label, values in rows
        for column, value in zip(columns, values, strict=True)
        if value is not None
    }


def cells_read(report: PrintedReport) -> set[Cell]:
    """Return the distinct cells of a report that was read."""
    return cells_of(
        [(table.columns, [(row.label, tuple(row.values)) for row in table.rows]) for table in report.tables]
    )


def cells_written(report: NavReport) -> set[Cell]:
    """Return the distinct cells of a report that is to be written."""
    return cells_of([(table.columns, list(table.rows)) for table in report.tables])


def _label(text: str) -> str:
    """Return a label without what no reader of a broken label can know: blanks around a stroke."""
    return re.sub(" ?/ ?", "/", text)


def workbook(style: WorkbookStyle) -> Writer:
    return lambda report: write_workbook(report, style)


def pdf(style: PdfStyle) -> Writer:
    return lambda report: write_pdf(report, style)


WRITERS = [
    *(pytest.param(workbook(style), id=f"xlsx, {name}") for name, style in WORKBOOKS.items()),
    *(pytest.param(pdf(style), id=f"pdf, {name}") for name, style in PDFS.items()),
]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("write", WRITERS)
def test_a_report_in_navs_layout_prints_the_cells_of_its_text(
    year: str, write: Writer, printed_reports: dict[str, PrintedReport], layout: Layout
) -> None:
    printed = printed_reports[year]
    report = of_printed(printed)
    again = read(write(report), layout)
    assert cells_read(again) == cells_written(report)
    assert (again.product_code, again.period, again.updated_date, again.legend_text) == (
        printed.product_code,
        printed.period,
        printed.updated_date,
        printed.legend_text,
    )
    assert sum(again.line_roles.values()) == again.line_count


@pytest.mark.parametrize("year", YEARS)
def test_all_cells_of_a_text_are_written_but_those_of_fragments(
    year: str, printed_reports: dict[str, PrintedReport]
) -> None:
    printed = printed_reports[year]
    cells = {
        (
            total.translate(LATIN),
            row.translate(LATIN),
            re.sub("(?i)gjennom snitt", "Gjennomsnitt", column),
            value,
        )
        for total, row, column, value in cells_read(printed)
    }
    fragments = cells_read(replace(printed, tables=[table for table in printed.tables if table.is_fragment]))
    written = cells_written(of_printed(printed))
    assert cells - written == (fragments if year == "2019" else set())
    assert len(fragments) == (2 if year == "2019" else 0)
    assert written <= cells


@pytest.mark.parametrize("year", YEARS)
def test_labels_that_are_cut_so_that_several_begin_alike_are_refused(
    year: str, printed_reports: dict[str, PrintedReport], layout: Layout
) -> None:
    style = PdfStyle(label_width=100, cuts_labels=True)
    with pytest.raises(LayoutError, match="cut at the edge") as caught:
        read(write_pdf(of_printed(printed_reports[year]), style), layout)
    assert (caught.value.place or "").startswith("page ")


@pytest.mark.parametrize(
    ("label", "outline", "read_as"),
    [
        pytest.param("Jobbsmedene i nord og nordvest", True, "jobbsmedene i nord og nordvest", id="outline"),
        pytest.param("Inkluderingstilskudd", False, "inkluderingstilskudd", id="one known label"),
        pytest.param("Jobbsmedene i nord og nordvest", False, None, id="no known label"),
        pytest.param("Arbeidsmarkedsopplæring (AMO)", False, None, id="several known labels"),
        pytest.param("Mentor", False, "mentor", id="not cut"),
    ],
)
def test_a_cut_label_is_completed_from_the_outline_or_one_known_label_only(
    label: str, outline: bool, read_as: str | None, layout: Layout
) -> None:
    table = NavTable(None, ("Januar",), (("I alt", ("12",)), (label, ("12",))))
    report = NavReport(TITLE, Period(2020, 1, 1), None, None, (NavSection("Tiltak", (table,)),))
    style = PdfStyle(label_width=75, cuts_labels=True, has_outline=outline)
    with pytest.raises(LayoutError, match="cut at the edge") if read_as is None else nullcontext():
        [table_read] = read(write_pdf(report, style), layout).tables
        assert normalise(table_read.rows[1].label) == read_as


@pytest.mark.parametrize(
    ("labels", "problem"),
    [
        pytest.param((("Opplæring", "AMO kurs"), ("", "I alt opplæring")), None, id="as it is"),
        pytest.param(
            (("Oppfølging", "AMO kurs"), ("", "I alt opplæring")), "total of another", id="misnamed"
        ),
        pytest.param((("Opplæring", "AMO kurs"), ("", "AMO bedrift")), "not closed", id="without its total"),
        pytest.param(
            (("Opplæring", "AMO kurs"), ("Oppfølging", "I alt opplæring")), "not closed", id="begun too early"
        ),
        pytest.param((("Ukjent", "Ukjent"), ("", "AMO kurs")), None, id="no group"),
    ],
)
def test_a_group_in_a_column_of_its_own_is_closed_by_its_own_total(
    labels: tuple[tuple[str, str], ...], problem: str | None, layout: Layout
) -> None:
    rows = [("", "", "Januar"), ("I alt", "", "9"), *((*pair, "9") for pair in labels)]
    grid = [
        GridRow(
            [GridCell(text, at, at, f"Ark!{row}.{at}") for at, text in enumerate(cells) if text], f"Ark!{row}"
        )
        for row, cells in enumerate(rows)
    ]
    with nullcontext() if problem is None else pytest.raises(LayoutError, match=problem):
        lines = lay_out(grid, 1, layout, GridRules(0, has_blank_rows=True), NAME)
        assert [line.tokens[0] for line in lines[2:]] == [pair[1] for pair in labels]


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
@pytest.mark.parametrize(
    "write", [pytest.param(workbook(WorkbookStyle()), id="xlsx"), pytest.param(pdf(PdfStyle()), id="pdf")]
)
def test_a_made_up_report_is_read_back_as_it_was_written(
    write: Writer, layout: Layout, data: st.DataObject
) -> None:
    report = of_written(data.draw(written_reports(Style())))
    again = read(write(report), layout)
    assert [
        (table.table_heading, table.columns, tuple((row.label, tuple(row.values)) for row in table.rows))
        for table in again.tables
    ] == [(table.heading, table.columns, table.rows) for table in report.tables]
    assert (again.product_title, again.period, again.updated_date) == (
        report.title,
        report.period,
        report.updated,
    )
