"""A table that was cut after its first column, printed one cell under the other, is read or refused whole."""

import pytest
from support.small_reports import (
    COVER,
    NAME,
    PERIOD,
    ROWS,
    TITLE,
    TOTAL,
    line_of,
    page,
    read,
    refused,
    report,
)

from loaders.errors import LayoutError
from loaders.layout import Layout
from loaders.printed import Line, LineKind, LineRole
from loaders.tables.fragments import Fragment, read_fragment

# The end of the 2019 report.
REAL_LINES = """\
Andre på tiltak,
jobbskaping og
egenetablering

Januar

I alt andre på tiltak,
jobbskaping og
egenetablering

*

Østfold

*
"""


def fragment_of(text: str, layout: Layout) -> Fragment:
    """Read the fragment that the lines of a text print, as table 32."""
    lines = [
        Line(number, LineKind.TEXT, (line,))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]
    return read_fragment(lines, layout, NAME, 32)


def broken(text: str, layout: Layout) -> LayoutError:
    """Return the error that a fragment is refused with."""
    with pytest.raises(LayoutError) as caught:
        fragment_of(text, layout)
    error = caught.value
    assert (error.report, error.table_no) == (NAME, 32)
    assert "restore the table from the original report" in error.next_step
    return error


def page_of(fragment: str) -> str:
    """Return a page that prints a fragment under its headings."""
    return f"{TITLE}\n\nTiltak\n\n{PERIOD}\n\n{fragment}"


def test_the_fragment_of_the_2019_report_is_read(layout: Layout) -> None:
    fragment = fragment_of(REAL_LINES, layout)
    assert [line.tokens[0] for line in fragment.heading] == [
        "Andre på tiltak,",
        "jobbskaping og",
        "egenetablering",
    ]
    assert fragment.columns == ("Januar",)
    assert [(row.label, list(row.values), list(row.line_nos)) for row in fragment.rows] == [
        ("I alt andre på tiltak, jobbskaping og egenetablering", ["*"], [11]),
        ("Østfold", ["*"], [15]),
    ]


def test_a_fragment_of_several_columns_has_a_line_for_each_cell(layout: Layout) -> None:
    fragment = fragment_of("Januar\nFebruar\nI alt\n68 897\n70 453\nMenn\n5\n*\n", layout)
    assert fragment.columns == ("Januar", "Februar")
    assert [(row.label, list(row.values), list(row.line_nos)) for row in fragment.rows] == [
        ("I alt", ["68 897", "70 453"], [4, 5]),
        ("Menn", ["5", "*"], [7, 8]),
    ]


@pytest.mark.parametrize("lost", ["", "\n", "\n\n"])
def test_labels_that_lost_the_value_between_them_are_not_one_label(lost: str, layout: Layout) -> None:
    text = f"Januar\n\nI alt andre på tiltak,\njobbskaping\n\n{lost}Østfold\n\n*\n"
    error = broken(text, layout)
    assert "a label without a value" in error.problem
    assert (error.line_no, error.text) == (4, "jobbskaping")


def test_a_fragment_becomes_a_table_of_its_report(layout: Layout) -> None:
    text = report(page(*ROWS), page_of(REAL_LINES))
    printed = read(text, layout)
    table = printed.tables[1]
    assert table.is_fragment
    assert (table.table_no, table.page_no) == (2, 3)
    assert (table.section_heading, table.table_heading) == (
        "Tiltak",
        "Andre på tiltak, jobbskaping og egenetablering",
    )
    assert [list(row.line_nos) for row in table.rows] == [
        [line_of(text, "Østfold") - 2],
        [line_of(text, "Østfold") + 2],
    ]
    assert printed.line_roles[LineRole.FRAGMENT] == 7
    assert sum(printed.line_roles.values()) == printed.line_count


def test_a_fragment_may_be_between_tables(layout: Layout) -> None:
    text = report(page(*ROWS), page_of("Januar\n\nI alt\n\n68 897\n"), page(TOTAL))
    assert [table.is_fragment for table in read(text, layout).tables] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "line_no"),
    [
        pytest.param("5\n", 1, id="a lone number"),
        pytest.param("I alt\n5\n", 2, id="no month"),
        pytest.param("I alt\n5\nJanuar\n", 2, id="the month after the number"),
    ],
)
def test_numbers_outside_any_table_are_refused(text: str, line_no: int, layout: Layout) -> None:
    error = broken(text, layout)
    assert "outside any table" in error.problem
    assert (error.line_no, error.text) == (line_no, "5")


@pytest.mark.parametrize(
    "text", ["Januar\n5\n", "Januar\nI alt\n5\n5\n", "Januar\nFebruar\nI alt\n5\n6\n5\n7\n"]
)
def test_a_value_without_a_label_is_refused(text: str, layout: Layout) -> None:
    assert "without a label" in broken(text, layout).problem


def test_a_row_with_too_few_values_is_refused(layout: Layout) -> None:
    error = broken("Januar\nFebruar\nI alt\n5\nMenn\n6\n7\n", layout)
    assert "too few values" in error.problem
    assert (error.line_no, error.text) == (5, "Menn")


@pytest.mark.parametrize("text", ["Januar\nI alt\n5\nMenn\n", "Januar\nFebruar\nI alt\n5\n6\nMenn\n7\n"])
def test_a_fragment_cut_inside_a_row_is_refused(text: str, layout: Layout) -> None:
    error = broken(text, layout)
    assert "without all its values" in error.problem
    assert error.line_no == text.count("\n")


@pytest.mark.parametrize("value", ["12 34", "1 2345", "1,5", "-4", "...", "*6"])
def test_a_line_that_is_neither_label_nor_value_is_refused(value: str, layout: Layout) -> None:
    error = broken(f"Januar\nI alt\n{value}\nMenn\n7\n", layout)
    assert (error.line_no, error.text) == (3, value)


def test_a_fragment_that_does_not_begin_with_the_first_month_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page_of("Februar\n\nI alt\n\n68 897\n"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert error.table_no == 2
    assert "first month" in error.problem


def test_a_fragment_with_a_symbol_that_no_legend_explains_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page_of("Januar\n\nI alt\n\n-\n"))
    error = refused(text, layout)
    assert "is not explained" in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, "^-$"))


def test_a_page_number_on_the_cover_is_not_taken_for_a_table(layout: Layout) -> None:
    error = refused(report(page(*ROWS), cover=f"{COVER}\n1\n"), layout)
    assert type(error) is LayoutError
    assert error.text == "1"
