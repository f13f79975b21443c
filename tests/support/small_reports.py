"""Small report texts for tests: real lines of the January-February 2020 report, put together page by page."""

import re

import pytest

from loaders.errors import TiltakError
from loaders.layout import Layout
from loaders.printed import PrintedReport
from loaders.readers.text import read_text
from loaders.tables.recogniser import recognise

NAME = "report.txt"
TITLE = "Deltakere i arbeidsrettede tiltak. Tiltak. Tidsserie måned"
PERIOD = "Januar 2020 - Februar 2020"
LEGEND = (
    "I henhold til Statistikklovens § 2-6 har NAV valgt å erstatte verdier i celler hvor tallene er mindre "
    "enn 4 med spesialtegn «*»."
)
COVER = f"{TITLE}\n\nOm tabellene\n\n{PERIOD}\n\n{LEGEND}\n"
COVER_WITHOUT_LEGEND = f"{TITLE}\n\nOm tabellene\n\n{PERIOD}\n"
HEADER = "\tJanuar\tFebruar"
TOTAL = "I alt\t68 897\t70 453"
SEEKERS = "Arbeidssøkere på tiltak\t13 712\t14 511"
REDUCED = "Nedsatt arbeidsevne, på tiltak\t53 381\t54 104"
OTHERS = "Andre på tiltak\t1 804\t1 838"
ROWS = (TOTAL, SEEKERS, REDUCED, OTHERS)


def page(
    *rows: str,
    title: str = TITLE,
    section: str = "Hovedgrupper",
    period: str = PERIOD,
    heading: str = "",
    header: str = HEADER,
) -> str:
    """Return a page: headings, header row and rows; a heading that is empty is not printed."""
    table = "\n".join(line for line in (header, *rows) if line)
    return "\n\n".join(part for part in (title, section, period, heading, table) if part) + "\n"


def report(*pages: str, cover: str = COVER) -> str:
    """Return a report: a cover page, then pages."""
    return "\n\n".join([cover, *pages])


def read(text: str, layout: Layout) -> PrintedReport:
    """Read a report's text."""
    return recognise(read_text(text.encode(), NAME), layout, NAME)


def refused(text: str, layout: Layout) -> TiltakError:
    """Return the error that a text is refused with; it names the report and says what to do next."""
    with pytest.raises(TiltakError) as caught:
        read(text, layout)
    error = caught.value
    assert error.report == NAME
    assert error.next_step
    assert str(error).startswith(NAME)
    assert error.next_step in str(error)
    return error


def line_of(text: str, pattern: str) -> int:
    """Return the number of the only line that a pattern matches."""
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if re.search(pattern, line)]
    assert len(numbers) == 1, (pattern, numbers)
    return numbers[0]
