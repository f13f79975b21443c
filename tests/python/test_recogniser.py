"""The recogniser finds pages, headings and tables, gives each line a role, and refuses what fits nowhere."""

from datetime import date

import pytest
from support.small_reports import (
    COVER,
    COVER_WITHOUT_LEGEND,
    HEADER,
    LEGEND,
    NAME,
    OTHERS,
    PERIOD,
    REDUCED,
    ROWS,
    SEEKERS,
    TITLE,
    TOTAL,
    line_of,
    page,
    read,
    refused,
    report,
)

from loaders.errors import LayoutError, UnknownReportError
from loaders.layout import Layout
from loaders.printed import LineRole, Period, PrintedReport

WOMEN = "I alt kvinner\t38 157\t39 704"


def headings(printed: PrintedReport) -> list[tuple[int, str | None, str | None]]:
    """Return page, section heading and table heading of each table."""
    return [(table.page_no, table.section_heading, table.table_heading) for table in printed.tables]


def test_a_report_is_read_as_printed(layout: Layout) -> None:
    printed = read(report(page(*ROWS)), layout)
    assert printed.product_title == TITLE
    assert printed.product_code == "DELTAKERE_TILTAK"
    assert printed.period == Period(2020, 1, 2)
    assert printed.updated_date is None
    assert printed.legend_text == LEGEND
    [table] = printed.tables
    assert (table.table_no, table.page_no, table.is_fragment) == (1, 2, False)
    assert (table.section_heading, table.table_heading) == ("Hovedgrupper", None)
    assert table.columns == ("Januar", "Februar")
    assert [(row.label, *row.values) for row in table.rows] == [tuple(row.split("\t")) for row in ROWS]


def test_each_row_knows_its_line(layout: Layout) -> None:
    text = report(page(*ROWS))
    [table] = read(text, layout).tables
    assert [list(row.line_nos) for row in table.rows] == [[line_of(text, f"^{row}$")] for row in ROWS]


def test_every_line_has_one_role(layout: Layout) -> None:
    text = report(
        page(TOTAL, "--\t----\t----", "", SEEKERS, section="Tiltak", heading="Alle"),
        page(TOTAL, title="", section=""),
    )
    printed = read(text, layout)
    assert printed.line_roles == {
        LineRole.HEADING: 5,
        LineRole.NOTE: 1,
        LineRole.PERIOD: 3,
        LineRole.HEADER: 2,
        LineRole.DATA: 3,
        LineRole.RULE: 1,
        LineRole.BLANK: text.count("\n") - 15,
        LineRole.FRAGMENT: 0,
    }
    assert sum(printed.line_roles.values()) == printed.line_count == text.count("\n")


def test_a_heading_may_be_broken_over_lines(layout: Layout) -> None:
    text = report(
        page(WOMEN, section="Fylke, hovedgrupper\nog tiltaksgrupper", heading="Andre på tiltak,\n\nalle")
    )
    assert headings(read(text, layout)) == [
        (2, "Fylke, hovedgrupper og tiltaksgrupper", "Andre på tiltak, alle")
    ]


def test_the_section_holds_for_all_tables_of_a_page(layout: Layout) -> None:
    text = report(
        page(*ROWS, section="Tiltak") + f"\nKvinner\n\n{HEADER}\n{WOMEN}\n" + f"\n{HEADER}\n{WOMEN}\n"
    )
    assert headings(read(text, layout)) == [
        (2, "Tiltak", None),
        (2, "Tiltak", "Kvinner"),
        (2, "Tiltak", None),
    ]


def test_a_page_that_lost_its_headings_has_no_section(layout: Layout) -> None:
    text = report(page(*ROWS, section="Tiltak"), page(WOMEN, title="", section="", heading="Kvinner"))
    assert headings(read(text, layout)) == [(2, "Tiltak", None), (3, None, "Kvinner")]


def test_a_page_that_lost_only_its_title_keeps_its_section(layout: Layout) -> None:
    text = report(page(*ROWS, section="Tiltak"), page(WOMEN, title="", section="Tiltak og kjønn"))
    assert headings(read(text, layout)) == [(2, "Tiltak", None), (3, "Tiltak og kjønn", None)]


def test_after_a_form_feed_a_page_without_any_heading_is_a_page_of_its_own(layout: Layout) -> None:
    text = report(page(*ROWS, section="Tiltak")) + f"\f{HEADER}\n{WOMEN}\n"
    assert headings(read(text, layout)) == [(2, "Tiltak", None), (3, None, None)]


def test_after_a_form_feed_the_cover_is_apart_from_a_page_that_lost_its_title(layout: Layout) -> None:
    printed = read(f"{COVER}\f{page(*ROWS, title='')}", layout)
    assert headings(printed) == [(2, "Hovedgrupper", None)]
    assert printed.legend_text == LEGEND


def test_after_a_form_feed_the_cover_is_apart_from_a_page_that_lost_all_headings(layout: Layout) -> None:
    printed = read(f"{COVER}\f{HEADER}\n{TOTAL}\nHøyere utdanning, Forsøk\t*\t*\n", layout)
    assert headings(printed) == [(2, None, None)]
    assert printed.legend_text == LEGEND


def test_a_form_feed_before_the_first_page_makes_no_page_of_its_own(layout: Layout) -> None:
    assert headings(read("\f" + report(page(*ROWS)), layout)) == [(2, "Hovedgrupper", None)]


def test_a_report_without_cover_is_read(layout: Layout) -> None:
    printed = read(page(*ROWS), layout)
    assert headings(printed) == [(1, "Hovedgrupper", None)]
    assert printed.legend_text is None


def test_the_date_of_update_is_read_and_is_no_heading(layout: Layout) -> None:
    printed = read(report(page(*ROWS, section="Tiltak\n\nRapport oppdatert: 02.01.2025")), layout)
    assert printed.updated_date == date(2025, 1, 2)
    assert headings(printed) == [(2, "Tiltak", None)]


def test_rules_and_blank_lines_may_be_between_rows(layout: Layout) -> None:
    rows = [line for row in ROWS for line in (row, "-----\t---\t---", "")]
    [table] = read(report(page(*rows)), layout).tables
    assert [row.label for row in table.rows] == [row.split("\t")[0] for row in ROWS]


def test_labels_are_kept_as_printed(layout: Layout) -> None:
    labels = ["Lønnskudd", "Jobbk\u043b\u0443\u0431b", "03 Oslo", "50 Trøndelag - Tröndelage", "20-24 år"]
    [table] = read(report(page(TOTAL, *(f"{label}\t1\t2" for label in labels))), layout).tables
    assert [row.label for row in table.rows[1:]] == labels


def test_a_star_is_read_where_the_legend_explains_it(layout: Layout) -> None:
    [table] = read(report(page(TOTAL, "Høyere utdanning, Forsøk\t*\t4")), layout).tables
    assert list(table.rows[1].values) == ["*", "4"]


def test_a_symbol_that_the_legend_does_not_explain_is_refused(layout: Layout) -> None:
    text = report(page(TOTAL, "Høyere utdanning, Forsøk\t*\t4"), cover=COVER_WITHOUT_LEGEND)
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "'*' is not explained" in error.problem
    assert (error.table_no, error.line_no) == (1, line_of(text, "Forsøk"))
    assert error.text == "Høyere utdanning, Forsøk | * | 4"


@pytest.mark.parametrize("symbol", ["-", "..", ":", "…", "x"])
def test_another_symbol_than_the_legends_is_refused(symbol: str, layout: Layout) -> None:
    text = report(page(TOTAL, f"Svalbard\t4\t{symbol}"))
    error = refused(text, layout)
    assert (error.table_no, error.line_no) == (1, line_of(text, "Svalbard"))
    assert error.text == f"Svalbard | 4 | {symbol}"


@pytest.mark.parametrize(
    "value", ["13 O27", "12 34", "1 2345", "0012", "1,5", "-4", "1234 5", "1  027", "* 4", "\ue000", "<1"]
)
def test_a_value_that_is_no_number_is_refused_with_its_place(value: str, layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, f"Opplæring\t13 027\t{value}"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert repr(value) in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, "Opplæring"))
    assert error.text == f"Opplæring | 13 027 | {value}"


def test_a_bad_value_in_a_total_row_is_refused(layout: Layout) -> None:
    text = report(page("I alt\t68 8g7\t70 453", SEEKERS))
    assert refused(text, layout).line_no == line_of(text, "^I alt")


@pytest.mark.parametrize(
    "row", ["Opplæring\t13 027", "Opplæring\t13 027\t13 690\t5", "Opplæring\t13 027\t13 690\t"]
)
def test_a_row_with_too_few_or_too_many_values_is_refused(row: str, layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, row))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert f"{len(row.split(chr(9))) - 1} values" in error.problem
    assert "2 columns" in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, "^Opplæring"))
    assert error.text == row.replace("\t", " | ")


@pytest.mark.parametrize(
    "row",
    [
        "\t13 027\t13 690",
        "\t*\t*",
        "\t\t5",
        "| | 13 027 | 13 690 |",
        "5\t13 027\t13 690",
        "-\t-\t-",
        "\t-\t-",
    ],
)
def test_a_row_that_lost_its_label_is_refused(row: str, layout: Layout) -> None:
    text = report(page(TOTAL, row, SEEKERS))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "has lost its label" in error.problem or "is not explained" in error.problem
    assert error.line_no == line_of(text, "^I alt") + 1


def test_a_row_whose_label_fell_away_with_its_tab_is_refused(layout: Layout) -> None:
    text = report(page(TOTAL, "13 027\t13 690", SEEKERS))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.table_no, error.line_no) == (1, line_of(text, "^13 027"))


@pytest.mark.parametrize("header", ["\tJanuar\tMars", "\tFebruar\tMars", "\tJanuar\tFebruar\tMars"])
def test_a_month_outside_the_period_is_refused(header: str, layout: Layout) -> None:
    row = "I alt" + "\t5" * header.count("\t")
    text = report(page(*ROWS), page(row, header=header))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "outside the report's period" in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, f"^{header}$"))
    assert error.text == header[1:].replace("\t", " | ")


@pytest.mark.parametrize(
    "header", ["\tFebruar", "\tJanuar", "\tFebruar\tJanuar", "\tJanuar\tFebruar\tFebruar"]
)
def test_a_header_that_lost_repeats_or_swaps_a_month_is_refused(header: str, layout: Layout) -> None:
    row = "I alt" + "\t5" * header.count("\t")
    text = report(page(*ROWS), page(row, header=header))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "each month" in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, f"^{header}$"))


def test_a_header_that_lost_a_month_over_full_rows_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, header="\tFebruar"))
    assert refused(text, layout).line_no == line_of(text, "^\tFebruar$")


def test_two_averages_in_a_header_are_refused(layout: Layout) -> None:
    average = "Gjennomsnitt hittil i år"
    text = report(page("I alt\t1\t2\t3\t4", header=f"\t{average}{HEADER}\t{average}"))
    assert "more than once" in refused(text, layout).problem


def test_an_unknown_column_label_is_refused_with_the_file_of_labels(layout: Layout) -> None:
    text = report(page(TOTAL, header="\tJanuar\tFebuar"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "'Febuar'" in error.problem
    assert error.line_no == line_of(text, "Febuar")
    assert "seeds/layout/header_label.csv" in error.next_step


def test_a_table_without_header_row_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS, header=""))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "outside any table" in error.problem
    assert (error.line_no, error.text) == (line_of(text, "^I alt"), TOTAL.replace("\t", " | "))


def test_a_row_broken_over_two_lines_is_refused(layout: Layout) -> None:
    text = report(page(TOTAL, "Helsemessig utredning/", "behandling\t741\t757"))
    assert refused(text, layout).line_no == line_of(text, "^behandling")


@pytest.mark.parametrize("place", ["section", "heading"])
def test_a_value_alone_above_a_table_is_refused(place: str, layout: Layout) -> None:
    alone = page(TOTAL, section="Tiltak\n1 804") if place == "section" else page(TOTAL, heading="Alle\n1 804")
    text = report(page(TOTAL, SEEKERS, REDUCED), alone)
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.table_no, error.line_no, error.text) == (2, line_of(text, "^1 804$"), "1 804")


def test_two_pages_with_different_periods_are_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, period="Januar 2020 - Mars 2020", header=HEADER))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "another period" in error.problem
    assert (error.line_no, error.text) == (line_of(text, "Mars"), "Januar 2020 - Mars 2020")


def test_a_period_over_two_years_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS).replace(PERIOD, "Januar 2019 - Februar 2020"), cover="")
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "within one year" in error.problem
    assert error.line_no == line_of(text, "2019")


@pytest.mark.parametrize("second", [PERIOD, "Januar 2020 - Mars 2020"])
def test_a_second_period_on_a_page_is_refused(second: str, layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, heading=second))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "second period" in error.problem
    assert (error.line_no, error.text) == (text.count("\n") - 3, second)


def test_a_page_with_title_but_without_period_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page("I alt kvinner\t1\t2", period=""))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "does not print its period" in error.problem
    assert (error.table_no, error.line_no) == (2, line_of(text, "kvinner") - 1)


def test_a_first_page_without_period_is_refused(layout: Layout) -> None:
    text = f"Hovedgrupper\n\n{HEADER}\n{TOTAL}\n\n{TITLE}\n"
    assert "does not print its period" in refused(text, layout).problem


@pytest.mark.parametrize("day", ["31.02.2025", "00.01.2025", "02.13.2025", "01.01.0000"])
def test_a_date_of_update_that_no_calendar_has_is_refused(day: str, layout: Layout) -> None:
    text = report(page(*ROWS, section=f"Tiltak\n\nRapport oppdatert: {day}"))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert error.line_no == line_of(text, "oppdatert")
    assert error.text == f"Rapport oppdatert: {day}"


@pytest.mark.parametrize(
    "text",
    [
        "Handleliste\n\nMelk og brød\n",
        "navn\tantall\nmelk\t2\n",
        "| navn | antall |\n|---|---|\n| melk | 2 |\n",
        "1\t2\n3\t4\n",
        f"{HEADER}\n{TOTAL}\n",
        f"Handleliste\n\n{PERIOD}\n\n{HEADER}\n{TOTAL}\n",
    ],
)
def test_a_text_that_is_not_one_of_navs_reports_is_refused_as_unknown(text: str, layout: Layout) -> None:
    error = refused(text, layout)
    assert type(error) is UnknownReportError
    assert "no known product title" in error.problem
    assert "seeds/layout/product.csv" in error.next_step


def test_an_unknown_product_is_refused_with_its_title_and_where_products_live(layout: Layout) -> None:
    title = "TILT119 Tiltaksdeltakere på lønnstilskudd. Demografi. Tidsserie måned"
    text = report(page(*ROWS), page(TOTAL)).replace(TITLE, title)
    error = refused(text, layout)
    assert type(error) is UnknownReportError
    assert (error.line_no, error.text) == (1, title)
    assert "seeds/layout/product.csv" in error.next_step


def test_two_products_in_one_file_are_refused(layout: Layout) -> None:
    other = "Deltakere i arbeidsrettede tiltak. Tidsserie måned"
    text = report(page(*ROWS), page(TOTAL, title=other))
    error = refused(text, layout)
    assert type(error) is UnknownReportError
    assert "more than one product" in error.problem
    assert (error.line_no, error.text) == (line_of(text, rf"^{other}$"), other)


def test_a_report_without_any_table_is_refused(layout: Layout) -> None:
    error = refused(COVER, layout)
    assert type(error) is UnknownReportError
    assert "no table" in error.problem
    assert "cut" in error.next_step


def test_a_file_cut_inside_a_row_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, SEEKERS))[: -len("\t14 511\n")]
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.table_no, error.line_no) == (2, text.count("\n") + 1)
    assert "cut" in error.next_step


def test_a_file_cut_inside_a_label_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(TOTAL, SEEKERS))[: -len(" på tiltak\t13 712\t14 511\n")]
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.line_no, error.text) == (text.count("\n") + 1, "Arbeidssøkere")


def test_a_file_cut_after_a_header_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page())
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "without any row" in error.problem
    assert error.line_no == text.count("\n")
    assert "cut" in error.next_step


@pytest.mark.parametrize("last", ["title", "section", "period", "heading"])
def test_a_file_cut_after_headings_is_refused(last: str, layout: Layout) -> None:
    lines = {"title": TITLE, "section": "Tiltak", "period": PERIOD, "heading": "Kvinner"}
    kept = list(lines.values())[: list(lines).index(last) + 1]
    text = report(page(*ROWS), "\n\n".join(kept))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "belongs to no table" in error.problem
    assert "cut" in error.next_step
    assert (error.line_no, error.text) in [
        (number, line) for number, line in enumerate(text.split("\n"), 1) if line
    ]


def test_headings_whose_table_is_lost_are_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(header="", section="Tiltak", heading="Kvinner"), page(TOTAL, OTHERS))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "belongs to no table" in error.problem
    assert error.line_no == line_of(text, "^Kvinner$")


def test_two_header_rows_in_a_row_are_refused(layout: Layout) -> None:
    text = report(page(HEADER, TOTAL))
    error = refused(text, layout)
    assert "without any row" in error.problem
    assert error.line_no == COVER.count("\n") + 9


def test_the_source_that_nav_prints_on_each_page_is_known_and_ends_no_table(layout: Layout) -> None:
    plain = read(report(page(*ROWS)), layout)
    furnished = read(report(f"Kilde: NAV\n{page(*ROWS[:2], 'Kilde:  NAV', *ROWS[2:])}\nKilde: NAV"), layout)
    assert [table.rows[-1].label for table in furnished.tables] == ["Andre på tiltak"]
    assert furnished.tables[0].packed.values == plain.tables[0].packed.values
    assert furnished.line_roles[LineRole.NOTE] == plain.line_roles[LineRole.NOTE] + 3


def test_text_after_the_last_table_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS)) + "\nKilde: SSB\n"
    error = refused(text, layout)
    assert (error.line_no, error.text) == (line_of(text, "Kilde"), "Kilde: SSB")


def test_a_footer_before_a_form_feed_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS)) + "\nKilde: SSB\n\f" + page(TOTAL)
    error = refused(text, layout)
    assert (error.line_no, error.text) == (line_of(text, "Kilde"), "Kilde: SSB")


def test_an_error_renders_place_text_and_next_step(layout: Layout) -> None:
    text = report(page(TOTAL, "Opplæring\t13 027"))
    error = refused(text, layout)
    assert str(error).split("\n") == [
        f"{NAME}, table 1, line {line_of(text, '^Opplæring')}: the row has 1 values, its table has 2 columns",
        "  seen: 'Opplæring | 13 027'",
        "  next: compare the row with the original report; was the file cut or a cell lost?",
    ]


def test_a_table_that_lost_its_total_is_refused(layout: Layout) -> None:
    text = report(page(*ROWS), page(SEEKERS, REDUCED))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "does not begin with its total" in error.problem
    assert (error.table_no, error.text) == (2, "Arbeidssøkere på tiltak")


def test_rows_whose_header_and_headings_were_lost_do_not_join_the_table_above(layout: Layout) -> None:
    text = report(page(*ROWS) + f"\n{WOMEN}\n{SEEKERS}\n")
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "the same row label stands twice" in error.problem
    assert (error.table_no, error.line_no) == (1, text.count("\n"))


@pytest.mark.parametrize(
    "header", ["\tJanuar\tGjennomsnitt hittil i år\tFebruar", f"{HEADER}\tGjennomsnitt hittil i år"]
)
def test_an_average_that_is_not_before_the_months_is_refused(header: str, layout: Layout) -> None:
    text = report(page("I alt\t1\t2\t3", header=header))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert "average does not stand before the months" in error.problem
    assert (error.table_no, error.line_no) == (1, line_of(text, "Gjennomsnitt"))


@pytest.mark.parametrize("row", ["Menn 2 364 2 082", "Menn 5 *", "Menn * *", "021", "1 021", "2024."])
@pytest.mark.parametrize("place", ["section", "heading"])
def test_a_row_that_lost_its_tabs_is_no_heading(row: str, place: str, layout: Layout) -> None:
    lost = page(WOMEN, section=row) if place == "section" else page(WOMEN, heading=row)
    text = report(page(*ROWS), lost.replace(f"{TITLE}\n\n", ""))
    error = refused(text, layout)
    assert type(error) is LayoutError
    assert (error.table_no, error.text) == (2, row)


@pytest.mark.parametrize("heading", ["Tiltak 2", "20-24 år", "Fase 1 og 2", "19 år og under"])
def test_a_heading_may_hold_numbers(heading: str, layout: Layout) -> None:
    assert headings(read(report(page(*ROWS, heading=heading)), layout)) == [(2, "Hovedgrupper", heading)]


def test_many_lines_above_a_table_are_read_in_time_that_grows_with_their_number(layout: Layout) -> None:
    text = report(page(*ROWS, heading="Tiltak\n" * 20_000))
    assert len(read(text, layout).tables) == 1


@pytest.mark.parametrize("stars", ["**", "***", "****"])
def test_more_stars_than_the_legend_explains_are_neither_blank_nor_a_star(stars: str, layout: Layout) -> None:
    text = report(page(TOTAL, f"Opplæring\t{stars}\t13 690"))
    assert refused(text, layout).line_no == line_of(text, "Opplæring")


def test_a_number_that_cannot_be_people_is_refused_with_its_place(layout: Layout) -> None:
    text = report(page(TOTAL, "Opplæring\t1 000 000 000 000\t13 690"))
    error = refused(text, layout)
    assert "more digits than Norway has people" in error.problem
    assert (error.table_no, error.line_no) == (1, line_of(text, "Opplæring"))
