"""A report printed in any style that converters use is read back to exactly the tables that were written."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_printer import (
    LEGEND,
    MONTHS,
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
from small_reports import NAME, TITLE

from loaders.layout import Layout, normalise
from loaders.printed import LineRole, Period, PrintedReport
from loaders.readers.text import read_text
from loaders.recogniser import recognise

TITLES = (
    TITLE,
    "Deltakere i arbeidsrettede tiltak. Tidsserie måned",
    "TILT120 Tiltaksdeltakere på arbeidspraksis. Demografi. Tidsserie måned",
)
AVERAGES = ("Gjennomsnitt hittil i år", "Gjennom snitt hittil i år")
LETTERS = "abdefghiklmnoprstuvyæøåáöÆØÅABIKT"
COLUMN_WORDS = {word.lower() for label in (*MONTHS, *AVERAGES) for word in label.split()}


def is_text(text: str) -> bool:
    """Tell whether a text is made of words, and of none that column labels are made of."""
    words = text.lower().split()
    return any(character.isalpha() for character in text) and not COLUMN_WORDS & set(words)


def texts(alphabet: str) -> st.SearchStrategy[str]:
    """Return texts with single blanks."""
    return st.text(alphabet, min_size=1, max_size=24).map(lambda text: " ".join(text.split())).filter(is_text)


LABELS = st.one_of(
    st.sampled_from(["Nedsatt arbeidsevne, på tiltak", "03 Oslo", "20-24 år", "Utredning/ behandling", "1O"]),
    texts(LETTERS + "  0123456789,.-/()"),
)
HEADINGS = st.one_of(
    st.sampled_from(["Tiltak og fylke", "Andre på tiltak, jobbskaping", "19 år og under", "2-årig tiltak"]),
    texts(LETTERS + "  ,-/"),
)


@st.composite
def styles(draw: st.DrawFn) -> Style:
    """Draw a style."""
    blanks = st.sampled_from([" ", "\u00a0", "\u202f", "\u2009"])
    bold = draw(st.sampled_from(["", "<b>", "**"]))
    return Style(
        has_pipes=draw(st.booleans()),
        is_padded=draw(st.booleans()),
        bold=bold,
        star=draw(st.sampled_from(["*", "\\*"])),
        heading_marks=tuple(draw(st.lists(st.sampled_from(["", "#", "##", "####"]), min_size=1, max_size=3))),
        rules=draw(st.sampled_from(Rules)),
        has_blank_lines=draw(st.booleans()),
        is_broken=draw(st.booleans()),
        number_blank=draw(blanks),
        text_blank=draw(blanks),
        form_feed=draw(st.sampled_from(["", "\f", "\n\f", "\f\n\n"])),
        line_end=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        has_byte_order_mark=draw(st.booleans()),
        ends_with_line_end=draw(st.booleans()),
        is_decomposed=draw(st.booleans()),
    )


def values(has_legend: bool) -> st.SearchStrategy[str]:
    """Return printed values: numbers of any size, blanks, and stars where the report explains them."""
    number = st.one_of(st.integers(0, 1500), st.integers(0, 10**9))
    return st.one_of(
        number.map(lambda value: f"{value:,}".replace(",", " ")),
        number.map(str),
        st.sampled_from(["*", "0"] if has_legend else ["", "0"]),
        st.just(""),
    )


def rows(columns: int, value: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    """Return the rows of a table below its total."""
    return st.lists(st.tuples(LABELS, st.tuples(*[value] * columns)), max_size=6)


@st.composite
def parts(
    draw: st.DrawFn,
    number: int,
    columns: tuple[str, ...],
    value: st.SearchStrategy[str],
    has_average: bool,
    has_form_feeds: bool,
) -> list[Part]:
    """Draw a table and cut it at any of its rows; each part repeats headings, header row and total row."""
    total: Row = (f"I alt {draw(LABELS)} {number}", draw(st.tuples(*[value] * len(columns))))
    below = draw(rows(len(columns), value))
    cuts = sorted(draw(st.sets(st.integers(0, len(below)), max_size=2)) - {0})
    section, heading = draw(st.none() | HEADINGS), draw(st.none() | HEADINGS)
    starts = [Start.FULL, Start.UNTITLED, Start.SAME_PAGE, *([Start.BARE] if has_form_feeds else [])]
    found: list[Part] = []
    for first, last in zip([0, *cuts], [*cuts, len(below)], strict=True):
        start = draw(st.sampled_from(starts)) if found or number else Start.FULL
        is_lost = draw(st.booleans())
        found.append(
            Part(
                start,
                None if is_lost else section,
                heading,
                columns,
                (total, *below[first:last]),
                is_average_above=has_average and bool(found) and draw(st.booleans()),
            )
        )
    return found


@st.composite
def fragments(draw: st.DrawFn, months: tuple[str, ...], value: st.SearchStrategy[str]) -> Part:
    """Draw a table that was cut after some columns, its cells one under the other."""
    columns = months[: draw(st.integers(1, 3))]
    printed = value.filter(bool)
    total: Row = (f"I alt {draw(HEADINGS)}", draw(st.tuples(*[printed] * len(columns))))
    below = [
        (label, cells) for label, cells in draw(rows(len(columns), printed)) if not label.startswith("-")
    ]
    heading = draw(st.none() | HEADINGS)
    return Part(Start.FULL, draw(st.none() | HEADINGS), heading, columns, (total, *below), is_fragment=True)


@st.composite
def written_reports(draw: st.DrawFn, style: Style) -> WrittenReport:
    """Draw a report that can be printed in a style."""
    last_month = draw(st.sampled_from([1, 2, 3, 12]))
    cover = draw(st.sampled_from(Cover))
    legend = LEGEND if cover is not Cover.NONE and draw(st.booleans()) else None
    average = draw(st.sampled_from(["", *AVERAGES]))
    spell: Callable[[str], str] = draw(st.sampled_from([str.title, str.lower]))
    months = tuple(spell(month) for month in MONTHS[:last_month])
    columns = (average, *months) if average else months
    value = values(legend is not None)
    found = [
        part
        for number in range(draw(st.integers(1, 3)))
        for part in draw(parts(number, columns, value, bool(average), bool(style.form_feed)))
    ]
    if draw(st.integers(0, 3)) == 0:
        found.append(draw(fragments(months, value)))
    return WrittenReport(
        title=draw(st.sampled_from(TITLES)),
        period=Period(draw(st.integers(2000, 2035)), 1, last_month),
        cover=cover,
        legend=legend,
        updated=draw(st.none() | st.dates(date(2000, 1, 1), date(2035, 12, 31))),
        parts=tuple(found),
    )


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
    (TOTAL, ("03 Oslo", ("0", "", "12 345 678")), ("Ukjent", ("*", "1", "4"))),
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
