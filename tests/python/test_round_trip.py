"""A report printed in any style that converters use is read back to exactly the tables that were written."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.report_printer import (
    LEGEND,
    Cover,
    Part,
    Row,
    Rules,
    Start,
    Style,
    WrittenReport,
    facts_of,
    print_report,
)
from support.report_strategies import AVERAGES, styles, written_reports
from support.small_reports import NAME, TITLE

from loaders.layout import Layout, normalise
from loaders.printed import LineRole, Period, PrintedReport
from loaders.readers.text import read_text
from loaders.tables.recogniser import recognise


def read_back(report: WrittenReport, style: Style, layout: Layout) -> PrintedReport:
    """Print a report and read it."""
    return recognise(read_text(print_report(report, style), NAME), layout, NAME)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_report_printed_in_any_style_is_read_back_as_it_was_written(
    layout: Layout, data: st.DataObject
) -> None:
    style = data.draw(styles(), label="style")
    report = data.draw(written_reports(style), label="report")
    printed = read_back(report, style, layout)
    assert [facts_of(table) for table in printed.tables] == report.tables
    assert (printed.product_title, printed.product_code, printed.period, printed.legend_text) == (
        report.title,
        layout.products[normalise(report.title)],
        report.period,
        report.legend,
    )
    assert printed.updated_date == report.updated
    tables = [part for part in report.parts if not part.is_fragment]
    assert printed.line_roles[LineRole.DATA] == sum(len(part.rows) for part in tables)
    assert sum(printed.line_roles.values()) == printed.line_count


TOTAL: Row = ("I alt", ("1 234", "70 453", "*"))
TABLE = Part(
    Start.FULL,
    "Tiltak og fylke",
    "Alle på tiltak",
    (AVERAGES[0], "Januar", "Februar"),
    (TOTAL, ("03 Oslo", ("0", "", "2 345 678")), ("Ukjent", ("*", "1", "4"))),
)
REPORT = WrittenReport(
    TITLE,
    Period(2020, 1, 2),
    Cover.TITLED,
    LEGEND,
    date(2020, 3, 2),
    (
        TABLE,
        Part(Start.UNTITLED, None, "Alle på tiltak", TABLE.columns, (TOTAL, ("Menn", ("1", "2", "3"))), True),
        Part(Start.SAME_PAGE, None, None, TABLE.columns, (TOTAL,)),
        Part(Start.FULL, "Tiltak", None, ("Januar",), (("I alt på tiltak", ("*",)),), is_fragment=True),
    ),
)


@pytest.mark.parametrize(
    "style",
    [
        pytest.param(Style(), id="tabs"),
        pytest.param(Style(is_padded=True), id="tabs and blanks"),
        pytest.param(Style(has_pipes=True, is_padded=True, rules=Rules.HEADER), id="pipe tables"),
        pytest.param(Style(has_pipes=True), id="pipe tables without blanks"),
        pytest.param(Style(bold="<b>"), id="bold totals"),
        pytest.param(Style(bold="**"), id="bold totals in stars"),
        pytest.param(Style(bold="**", star="\\*"), id="escaped stars in bold totals"),
        pytest.param(Style(star="\\*"), id="escaped stars"),
        pytest.param(Style(heading_marks=("#", "##", "", "###")), id="heading marks"),
        pytest.param(Style(rules=Rules.ROWS, has_blank_lines=True), id="dashes after every row"),
        pytest.param(Style(is_broken=True), id="headings over two lines"),
        pytest.param(Style(number_blank="\u00a0"), id="no-break blanks"),
        pytest.param(Style(number_blank="\u202f"), id="narrow no-break blanks"),
        pytest.param(Style(number_blank="\u2009", text_blank="\u00a0"), id="thin blanks"),
        pytest.param(Style(form_feed="\f"), id="form feeds"),
        pytest.param(Style(line_end="\r\n", has_byte_order_mark=True), id="Windows"),
        pytest.param(Style(line_end="\r", ends_with_line_end=False), id="old Macintosh"),
        pytest.param(Style(is_decomposed=True), id="letters of two characters"),
    ],
)
def test_each_mark_of_a_converter_alone_is_read(style: Style, layout: Layout) -> None:
    assert [facts_of(table) for table in read_back(REPORT, style, layout).tables] == REPORT.tables
