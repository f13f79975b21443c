"""The five reports are read whole: every table, row and cell that is printed, where it is printed."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from conftest import REPORT_FILES

from loaders.printed import LineRole, Period, PrintedReport, PrintedTable

YEARS = list(REPORT_FILES)
NUMBER = re.compile(r"\d+( \d{3})*")


@dataclass(frozen=True)
class Facts:
    """What a report is known to print."""

    title: str
    code: str
    period: Period
    tables: int
    pages: int
    numbers: int
    stars: int
    blanks: int
    law: str | None


FACTS = {
    "2013": Facts(
        "Deltakere i arbeidsrettede tiltak. Tidsserie måned",
        "DELTAKERE",
        Period(2013, 1, 11),
        tables=26,
        pages=27,
        numbers=3326,
        stars=0,
        blanks=150,
        law=None,
    ),
    "2019": Facts(
        "Deltakere i arbeidsrettede tiltak. Tiltaksgruppe og fylke. Tidsserie måned",
        "DELTAKERE_TILTAKSGRUPPE_FYLKE",
        Period(2019, 1, 12),
        tables=32,
        pages=33,
        numbers=6244,
        stars=1186,
        blanks=0,
        law="Statistikklovens § 2-6",
    ),
    "2020": Facts(
        "Deltakere i arbeidsrettede tiltak. Tiltak. Tidsserie måned",
        "DELTAKERE_TILTAK",
        Period(2020, 1, 2),
        tables=17,
        pages=18,
        numbers=367,
        stars=27,
        blanks=0,
        law="Statistikklovens § 2-6",
    ),
    "2022": Facts(
        "Deltakere i arbeidsrettede tiltak. Tiltak og alder. Tidsserie måned",
        "DELTAKERE_TILTAK_ALDER",
        Period(2022, 1, 7),
        tables=98,
        pages=96,
        numbers=6439,
        stars=1296,
        blanks=0,
        law="Statistikklovens § 7-1",
    ),
    "2024": Facts(
        "TILT120 Tiltaksdeltakere på arbeidspraksis. Demografi. Tidsserie måned",
        "TILT120_DEMOGRAFI",
        Period(2024, 1, 12),
        tables=19,
        pages=16,
        numbers=1306,
        stars=19,
        blanks=0,
        law="Statistikklovens § 7-1",
    ),
}


@pytest.fixture(params=YEARS)
def year(request: pytest.FixtureRequest) -> str:
    """Return the year of each report in turn."""
    return str(request.param)


@pytest.fixture
def printed(year: str, printed_reports: dict[str, PrintedReport]) -> PrintedReport:
    """Return what the report of the year prints."""
    return printed_reports[year]


@pytest.fixture
def raw_lines(year: str, report_paths: dict[str, Path]) -> list[str]:
    """Return the lines of the report of the year, without the converter's marks."""
    text = report_paths[year].read_text(encoding="utf-8")
    return re.sub(r"</?b>|\\(?=\*)", "", text).split("\n")


def kind_of(value: str) -> str:
    """Tell numbers, stars and blanks apart."""
    return {"*": "star", "": "blank"}.get(value, "number" if NUMBER.fullmatch(value) else value)


def values_of(tables: list[PrintedTable]) -> list[str]:
    """Return all cells of some tables."""
    return [value for table in tables for row in table.rows for value in row.values if value is not None]


def test_title_product_and_period_are_read(year: str, printed: PrintedReport) -> None:
    facts = FACTS[year]
    assert (printed.product_title, printed.product_code) == (facts.title, facts.code)
    assert printed.period == facts.period


def test_the_number_of_tables_and_pages_is_as_printed(year: str, printed: PrintedReport) -> None:
    assert len(printed.tables) == FACTS[year].tables
    assert printed.tables[-1].page_no == FACTS[year].pages
    assert [table.table_no for table in printed.tables] == list(range(1, FACTS[year].tables + 1))


def test_numbers_stars_and_blanks_are_as_many_as_printed(year: str, printed: PrintedReport) -> None:
    facts = FACTS[year]
    counts = {"number": facts.numbers, "star": facts.stars, "blank": facts.blanks}
    assert Counter(map(kind_of, values_of(printed.tables))) == Counter(counts)


def test_all_reports_together_print_192_tables_and_20_360_cells(
    printed_reports: dict[str, PrintedReport],
) -> None:
    tables = [table for report in printed_reports.values() for table in report.tables]
    counts = Counter(map(kind_of, values_of(tables)))
    assert len(tables) == 192
    assert sum(table.is_fragment for table in tables) == 1
    assert counts == {"number": 17_682, "star": 2_528, "blank": 150}
    assert counts.total() == 20_360


def test_every_line_has_a_role(printed: PrintedReport, raw_lines: list[str]) -> None:
    assert set(printed.line_roles) == set(LineRole)
    assert sum(printed.line_roles.values()) == printed.line_count == len(raw_lines)


def test_roles_agree_with_a_plain_look_at_the_lines(printed: PrintedReport, raw_lines: list[str]) -> None:
    roles = printed.line_roles
    rules = [line for line in raw_lines if re.fullmatch(r"-+(\t-+)*", line)]
    rows = [line for line in raw_lines if "\t" in line and line not in rules]
    floating = 6 if printed.product_code == "TILT120_DEMOGRAFI" else 0
    assert roles[LineRole.BLANK] == sum(not line.strip() for line in raw_lines)
    assert roles[LineRole.RULE] == len(rules)
    assert roles[LineRole.DATA] == sum(not row.startswith("\t") for row in rows)
    assert roles[LineRole.HEADER] == sum(row.startswith("\t") for row in rows) + floating
    assert roles[LineRole.FRAGMENT] == (7 if printed.product_code == "DELTAKERE_TILTAKSGRUPPE_FYLKE" else 0)


def test_every_row_is_on_the_line_it_names(printed: PrintedReport, raw_lines: list[str]) -> None:
    for table in printed.tables:
        if table.is_fragment:
            continue
        for row in table.rows:
            [line_no] = row.line_nos
            label, *values = raw_lines[line_no - 1].split("\t")
            assert label == row.label
            assert values == ([*row.values[1:], ""] if row.values[0] is None else list(row.values))


def test_no_row_is_read_twice_and_none_is_left_out(printed: PrintedReport) -> None:
    line_nos = [row.line_nos[0] for table in printed.tables if not table.is_fragment for row in table.rows]
    assert line_nos == sorted(set(line_nos))
    assert len(line_nos) == printed.line_roles[LineRole.DATA]


def test_every_row_has_a_value_for_every_column(printed: PrintedReport) -> None:
    for table in printed.tables:
        assert all(len(row.values) == len(table.columns) for row in table.rows)


def test_only_the_2024_report_prints_when_it_was_updated(year: str, printed: PrintedReport) -> None:
    assert printed.updated_date == (date(2025, 1, 2) if year == "2024" else None)


def test_the_legend_quotes_the_law_in_force(year: str, printed: PrintedReport) -> None:
    law = FACTS[year].law
    if law is None:
        assert printed.legend_text is None
    else:
        assert printed.legend_text is not None
        assert law in printed.legend_text
        assert "«*»" in printed.legend_text


def test_the_markup_of_the_converter_is_recognised(year: str, printed: PrintedReport) -> None:
    assert printed.text_format == ("markdown" if year in {"2022", "2024"} else "text")


def test_every_first_row_is_a_total(printed: PrintedReport) -> None:
    assert all(table.rows[0].label.startswith("I alt") for table in printed.tables)


def test_all_pages_show_the_months_of_the_period(year: str, printed: PrintedReport) -> None:
    months = FACTS[year].period.months
    columns = len(months) + (year == "2024")
    assert {len(table.columns) for table in printed.tables if not table.is_fragment} == {columns}


@pytest.mark.parametrize(
    ("year", "table_no", "page_no", "section", "heading", "total"),
    [
        ("2013", 1, 2, "Hovedgrupper", None, "I alt"),
        ("2013", 5, 6, "Tiltaksgrupper og hovedgruppe", "Andre på tiltak", "I alt andre på tiltak"),
        ("2013", 19, 20, None, "Kvinner", "I alt kvinner"),
        ("2013", 20, 21, "Tiltak og kjønn", "Kvinner", "I alt kvinner"),
        ("2019", 1, 2, "Fylke og tiltaksgruppe", "Opplæring", "I alt opplæring"),
        (
            "2019",
            17,
            18,
            "Fylke, hovedgrupper og tiltaksgrupper",
            "Nedsatt arbeidsevne, på tiltak, arbeidsrettet rehabilitering",
            "I alt nedsatt arbeidsevne, på tiltak, arbeidsrettet rehabilitering",
        ),
        ("2020", 2, 3, "Hovedgrupper", None, "I alt"),
        ("2020", 9, 10, None, "Arbeidssøkere på tiltak", "I alt arbeidssøkere på tiltak"),
        (
            "2022",
            13,
            13,
            "Tiltaksgrupper, alder og hovedgrupper",
            "Arbeidssøkere på tiltak 20-24 år",
            "I alt arbeidssøkere på tiltak 20-24 år",
        ),
        (
            "2022",
            14,
            14,
            None,
            "Arbeidssøkere på tiltak 25-29 år",
            "I alt arbeidssøkere på tiltak 25-29 år",
        ),
        (
            "2022",
            58,
            56,
            None,
            "19 år og under nedsatt arbeidsevne, på tiltak",
            "I alt 19 år og under nedsatt arbeidsevne, på tiltak",
        ),
        (
            "2022",
            98,
            96,
            "Andre på tiltak, tiltak og alder",
            "60 år og over andre på tiltak",
            "I alt 60 år og over andre på tiltak",
        ),
        ("2024", 1, 2, "Tiltak", None, "I alt"),
        ("2024", 3, 3, None, None, "I alt Nedsatt arbeidsevne, på tiltak"),
        ("2024", 4, 4, "Arbeidsmarkedsstatus og tiltak", None, "I alt Andre på tiltak"),
        ("2024", 19, 16, None, None, "I alt arbeidstrening"),
    ],
)
def test_pages_and_headings_are_as_printed(
    year: str,
    table_no: int,
    page_no: int,
    section: str | None,
    heading: str | None,
    total: str,
    printed_reports: dict[str, PrintedReport],
) -> None:
    table = printed_reports[year].tables[table_no - 1]
    assert (table.page_no, table.section_heading, table.table_heading) == (page_no, section, heading)
    assert table.rows[0].label == total


@pytest.mark.parametrize(
    ("year", "table_no", "row_no", "label", "first", "last"),
    [
        ("2013", 1, 1, "I alt", "74 256", "75 769"),
        ("2013", 2, 9, "Helsemessig utredning/ behandling", "741", "709"),
        ("2013", 5, 10, "Jobbskaping og egenetablering", "", ""),
        ("2019", 1, 19, "Øvrige områder", "*", "*"),
        ("2019", 1, 21, "Trøndelag", "1 026", "1 021"),
        ("2020", 3, 7, "Lønnskudd", "1 692", "1 783"),
        ("2020", 17, 3, "I alt tilrettelegging", "220", "236"),
        ("2022", 1, 8, "60 år og over", "3 850", "3 549"),
        ("2024", 2, 2, "Arbeidsforbere dende trening", "14", "19"),
        ("2024", 6, 3, "50 Trøndelag - Trööndelage", "719", "720"),
        ("2024", 19, 5, "Universitets- og høgskolenivå, lana over 4 år", "295", "372"),
    ],
)
def test_cells_and_labels_are_as_printed(
    year: str,
    table_no: int,
    row_no: int,
    label: str,
    first: str,
    last: str,
    printed_reports: dict[str, PrintedReport],
) -> None:
    row = printed_reports[year].tables[table_no - 1].rows[row_no - 1]
    assert (row.label, row.values[0], row.values[-1]) == (label, first, last)


def test_a_look_alike_letter_in_a_label_stays_as_printed(printed_reports: dict[str, PrintedReport]) -> None:
    labels = [row.label for row in printed_reports["2013"].tables[5].rows]
    assert "Jobbk\u043b\u0443\u0431b" in labels


def test_the_page_with_only_ukjent_is_aligned_by_evidence(printed_reports: dict[str, PrintedReport]) -> None:
    tables = printed_reports["2024"].tables
    table, evidence = tables[8], tables[7]
    total, unknown = table.rows
    assert table.section_heading == "Tiltak og fylke"
    assert table.table_heading is None
    assert table.columns == evidence.columns
    assert table.columns[:2] == ("Gjennom snitt hittil i år", "Januar")
    assert total.values[0] is None
    assert list(total.values[1:]) == list(evidence.rows[0].values[1:])
    assert unknown.label == "Ukjent"
    assert list(unknown.values) == ["6", "7", "9", "10", "10", "8", "*", "*", "*", "7", "5", "6", "6"]


def test_only_one_row_of_the_reports_has_no_cell_in_a_column(
    printed_reports: dict[str, PrintedReport],
) -> None:
    missing = [
        (year, table.table_no, row.label)
        for year, report in printed_reports.items()
        for table in report.tables
        for row in table.rows
        if None in row.values
    ]
    assert missing == [("2024", 9, "I alt arbeidstrening")]


def test_the_header_over_three_lines_is_read(printed_reports: dict[str, PrintedReport]) -> None:
    tables = printed_reports["2024"].tables
    table = tables[7]
    assert table.columns == tables[6].columns
    assert table.table_heading is None
    assert list(table.rows[0].values) == list(tables[6].rows[0].values)
    assert [row.label for row in table.rows[1:3]] == ["31 Østfold", "32 Akershus"]
    assert dict(zip(table.columns, table.rows[1].values, strict=True))["Januar"] == "228"
    assert table.rows[1].values[0] == "268"


def test_the_fragment_at_the_end_of_2019_has_two_cells(printed_reports: dict[str, PrintedReport]) -> None:
    fragment = printed_reports["2019"].tables[-1]
    assert fragment.is_fragment
    assert (fragment.table_no, fragment.page_no) == (32, 33)
    assert fragment.section_heading == "Fylke, hovedgrupper og tiltaksgrupper"
    assert fragment.table_heading == "Andre på tiltak, jobbskaping og egenetablering"
    assert fragment.columns == ("Januar",)
    assert [(row.label, list(row.values), list(row.line_nos)) for row in fragment.rows] == [
        ("I alt andre på tiltak, jobbskaping og egenetablering", ["*"], [1038]),
        ("Østfold", ["*"], [1042]),
    ]


def test_copies_of_a_total_row_within_a_report_agree(printed: PrintedReport) -> None:
    totals: dict[str, set[tuple[str | None, ...]]] = {}
    for table in printed.tables:
        if not table.is_fragment and None not in table.rows[0].values:
            totals.setdefault(table.rows[0].label.lower(), set()).add(tuple(table.rows[0].values))
    assert {label: len(values) for label, values in totals.items()} == dict.fromkeys(totals, 1)
