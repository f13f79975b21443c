"""A text that cannot be read is refused in words that lead to what is wrong with it."""

import pytest
from support.small_reports import HEADER, ROWS, TITLE, TOTAL, line_of, page, read, refused, report

from loaders.layout import Layout

LEGEND = (
    "I henhold til Statistikklovens § 7-1 har NAV valgt å erstatte verdier i celler hvor tallene er mindre "
    "enn 4 med spesialtegn «*»."
)


@pytest.mark.parametrize(
    ("text", "told", "place"),
    [
        pytest.param(
            report(page(*(row.replace("\t", " ; ") for row in ROWS), header=";Januar;Februar")),
            "no tab or pipe between the columns", "I alt ;", id="semicolons",
        ),
        pytest.param(
            report(page(*(row.replace("\t", "      ") for row in ROWS), header="     Januar   Februar")),
            "no tab or pipe between the columns", "I alt  ", id="blanks",
        ),
        pytest.param(
            report(page(*ROWS, header="\tJan\tFeb")), "unknown column label 'Jan'", "Jan\t", id="months"
        ),
        pytest.param(
            report(page(f"\t{TOTAL}", *(f"03\t{row}" for row in ROWS[1:]), header=f"\t{HEADER}")),
            "the label 'I alt' is in another column", "I alt", id="label in another column",
        ),
        pytest.param(
            f"{report(page(*ROWS))}\n17\n{page(*ROWS, section='Tiltak')}",
            "a number outside any table", "^17$", id="page number",
        ),
    ],
)  # fmt: skip
def test_a_refusal_says_what_is_wrong_and_where(text: str, told: str, place: str, layout: Layout) -> None:
    error = refused(text, layout)
    assert told in error.problem
    assert error.line_no == line_of(text, place)


@pytest.mark.parametrize("breaks", [(), ("NAV valgt",), ("§ 7-1", "mindre", "enn")])
def test_a_legend_over_several_lines_is_one_sentence(breaks: tuple[str, ...], layout: Layout) -> None:
    broken = LEGEND
    for words in breaks:
        broken = broken.replace(f" {words}", f"\n{words}")
    notes = f"Om tallene.\n{broken}\nFor å sikre personer.\n"
    cover = f"{TITLE}\n\nOm tabellene\n\nJanuar 2020 - Februar 2020\n\n{notes}"
    assert read(report(page(*ROWS), cover=cover), layout).legend_text == LEGEND
