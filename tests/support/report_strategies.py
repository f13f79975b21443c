"""Strategies that draw made-up reports and the styles they are printed in."""

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from loaders.printed import Period
from support.report_printer import LEGEND, MONTHS, Cover, Part, Row, Rules, Start, Style, WrittenReport
from support.small_reports import TITLE

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
    number = st.one_of(st.integers(0, 1500), st.integers(0, 10**7 - 1))
    return st.one_of(
        number.map(lambda value: f"{value:,}".replace(",", " ")),
        number.map(str),
        st.sampled_from(["*", "0"] if has_legend else ["", "0"]),
        st.just(""),
    )


def rows(columns: int, value: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    """Return the rows of a table below its total, each with a label of its own."""
    row = st.tuples(LABELS, st.tuples(*[value] * columns))
    return st.lists(row, max_size=6, unique_by=lambda row: row[0])


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
    period = Period(draw(st.integers(2000, 2035)), 1, last_month)
    return WrittenReport(
        title=draw(st.sampled_from(TITLES)),
        period=period,
        cover=cover,
        legend=legend,
        updated=draw(st.none() | st.dates(period.end, date(2036, 12, 31))),
        parts=tuple(found),
    )
