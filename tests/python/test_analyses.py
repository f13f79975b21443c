"""Every analysis runs on a built warehouse, and its headline figures are those of the report's text.

The expected figures are read from the text by the few lines of `printed` below, which share nothing with
the loaders or with dbt.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tiltak.build import run_dbt
from tiltak.home import Home

ANALYSES = Path(__file__).parents[2] / "analyses"
NAMES = sorted(path.stem for path in ANALYSES.glob("*.sql"))

Row = dict[str, Any]
Answer = Callable[[str], list[Row]]
Printed = Callable[..., list[int]]


@pytest.fixture(scope="session")
def answer(built_home: Home) -> Answer:
    """Return a function that runs an analysis on the built file and returns its rows by column name."""
    result = run_dbt(built_home, ["compile", "--select", "resource_type:analysis"])
    assert result.success, result.exception
    folder = built_home.target / "compiled" / "tiltak_warehouse" / "analyses"

    def run(name: str) -> list[Row]:
        with duckdb.connect(str(built_home.building), read_only=True) as connection:
            relation = connection.sql((folder / f"{name}.sql").read_text(encoding="utf-8"))
            return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]

    return run


@pytest.fixture(scope="session")
def printed(report_paths: dict[str, Path]) -> Printed:
    """Return a function that reads a row of numbers from the text of a report.

    Its arguments are the year of the report, the label of the table's first row, and the label of the row,
    all as printed but for case; the first such row is taken.
    """

    def read(year: str, total: str, label: str) -> list[int]:
        text = report_paths[year].read_text(encoding="utf-8").replace("<b>", "").replace("</b>", "")
        rows = [line.lower().split("\t") for line in text.split("\n") if "\t" in line]
        table = ""
        for number, (name, *values) in enumerate(rows):
            if number and rows[number - 1][0] == "":
                table = name
            if table == total.lower() and name == label.lower():
                return [int(value.replace(" ", "")) for value in values]
        raise AssertionError(f"{label} is not printed under {total} in {year}")

    return read


def rounded(number: float, digits: int = 1) -> Any:
    """Return what a number rounded to so many digits may differ from."""
    return pytest.approx(number, abs=0.501 * 10**-digits)


def mean(values: list[int]) -> float:
    """Return the mean of some months."""
    return sum(values) / len(values)


def only(rows: list[Row], **values: object) -> Row:
    """Return the one row with these values."""
    [row] = [row for row in rows if all(row[name] == value for name, value in values.items())]
    return row


def test_there_are_at_least_six_analyses() -> None:
    assert len(NAMES) >= 6


@pytest.mark.parametrize("name", NAMES)
def test_an_analysis_begins_with_its_question_and_how_to_read_the_answer(name: str) -> None:
    comment = (ANALYSES / f"{name}.sql").read_text(encoding="utf-8").partition("\nwith ")[0]
    question, _, reading = comment.partition("\n--\n")
    assert "?" in question
    assert reading.startswith("-- How to read the answer: ")
    assert all(line.startswith("--") for line in comment.split("\n"))


@pytest.mark.parametrize("name", NAMES)
def test_an_analysis_returns_rows(name: str, answer: Answer) -> None:
    assert answer(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_interval_of_an_analysis_has_its_ends_in_order(name: str, answer: Answer) -> None:
    rows = answer(name)
    for column in [column for column in rows[0] if column.endswith("_min")]:
        assert all(row[column] <= row[column.removesuffix("_min") + "_max"] for row in rows)


def test_levels_and_changes_by_hovedgruppe_are_as_printed(answer: Answer, printed: Printed) -> None:
    rows = answer("hovedgruppe_level_and_change")
    totals = {row["year"]: row["participants"] for row in rows if row["hovedgruppe_name_en"] == "Total"}
    assert totals == {year: printed(str(year), "I alt", "I alt")[0] for year in (2013, 2020, 2022)}
    assert totals[2013] == 74_256
    earlier, later = (printed(year, "I alt", "Arbeidssøkere på tiltak")[0] for year in ("2013", "2020"))
    row = only(rows, year=2020, hovedgruppe_name="Arbeidssøkere på tiltak")
    assert row["change"] == later - earlier
    assert row["change_percent"] == rounded(100 * (later - earlier) / earlier)
    assert row["share_percent"] == rounded(100 * later / totals[2020])


@pytest.mark.parametrize("county", ["Oslo", "Trøndelag", "Sogn og Fjordane"])
def test_job_seekers_in_training_are_as_printed(county: str, answer: Answer, printed: Printed) -> None:
    rows = answer("job_seekers_in_training_by_county_2019")
    total = "I alt arbeidssøkere på tiltak, opplæring"
    for name, label in ((county, county), ("Hele landet", total)):
        row = only(rows, county=name)
        assert [int(row[f"month_{no}"]) for no in range(1, 13)] == printed("2019", total, label)


def test_a_hidden_number_of_job_seekers_stays_an_interval(answer: Answer) -> None:
    row = only(answer("job_seekers_in_training_by_county_2019"), county="Ukjent")
    assert [row[f"month_{no}"] for no in (1, 4, 12)] == ["0-3", "4", "0-3"]


def test_the_share_of_women_is_that_of_the_printed_totals(answer: Answer, printed: Printed) -> None:
    rows = answer("share_of_women_by_tiltaksgruppe_2013")
    women, everybody = printed("2013", "I alt kvinner", "I alt kvinner"), printed("2013", "I alt", "I alt")
    row = only(rows, tiltaksgruppe_name_en="Total")
    assert row["women_percent"] == rounded(100 * sum(women) / sum(everybody))
    assert row["mean_women"] == rounded(mean(women), 0)
    training = printed("2013", "I alt", "Opplæring")
    women_in_training = printed("2013", "I alt kvinner", "I alt opplæring")
    row = only(rows, tiltaksgruppe_name="Opplæring")
    assert row["mean_participants"] == rounded(mean(training), 0)
    assert row["women_percent"] == rounded(100 * sum(women_in_training) / sum(training))


def test_the_age_profile_is_that_of_the_printed_age_groups(answer: Answer, printed: Printed) -> None:
    rows = answer("age_profile_by_tiltaksgruppe_2022")
    young, everybody = printed("2022", "I alt", "20-24 år"), printed("2022", "I alt", "I alt")
    row = only(rows, tiltaksgruppe_name="I alt", age_group_name="20-24 år")
    assert row["mean_participants_min"] == row["mean_participants_max"] == rounded(mean(young), 0)
    assert row["share_percent_min"] == row["share_percent_max"] == rounded(100 * sum(young) / sum(everybody))
    hidden = only(rows, tiltaksgruppe_name="Tilrettelegging", age_group_name="19 år og under")
    assert hidden["mean_participants_min"] < hidden["mean_participants_max"]


@pytest.mark.parametrize(
    ("member", "label"),
    [
        ("Immigrants", "Innvandrere"),
        ("Basic school level", "Grunnskolenivå"),
        ("Total", "I alt arbeidstrening"),
    ],
)
def test_background_and_education_are_as_printed(
    member: str, label: str, answer: Answer, printed: Printed
) -> None:
    row = only(
        answer("immigrants_and_education_in_arbeidspraksis_2024"), tiltak_name="Arbeidstrening", member=member
    )
    year_average, *_, december = printed("2024", "I alt arbeidstrening", label)
    whole_average, *_, whole_december = printed("2024", "I alt arbeidstrening", "I alt arbeidstrening")
    assert (row["december"], row["year_average"]) == (december, year_average)
    assert row["december_percent"] == rounded(100 * december / whole_december)
    assert row["year_percent"] == rounded(100 * year_average / whole_average)


def test_hidden_cells_are_as_many_as_the_stars_of_a_report(
    answer: Answer, report_paths: dict[str, Path]
) -> None:
    rows = answer("share_of_hidden_cells")
    # The 2019 report prints every cell once; its two last stars are on lines of their own.
    lines = report_paths["2019"].read_text(encoding="utf-8").split("\n")
    stars = sum(line.split("\t")[1:].count("*") + (line == "*") for line in lines)
    assert sum(row["hidden_count"] for row in rows if row["year"] == 2019) == stars
    assert all(row["hidden_count"] == 0 for row in rows if row["year"] == 2013)


def test_the_seasonal_index_is_the_month_in_percent_of_the_mean(answer: Answer, printed: Printed) -> None:
    rows = answer("seasonal_pattern_2013")
    everybody = printed("2013", "I alt", "I alt")
    july = only(rows, hovedgruppe_name="I alt", tiltak_name="I alt", month_no=7)
    assert july["participants"] == everybody[6] == 57_315
    assert july["seasonal_index"] == rounded(100 * everybody[6] / mean(everybody))
    for series in {row["hovedgruppe_name"] for row in rows}:
        index = [row for row in rows if row["hovedgruppe_name"] == series and row["tiltak_name"] == "I alt"]
        assert min(index, key=lambda row: row["seasonal_index"])["month_no"] == 7
    education = [row for row in rows if row["tiltak_name"] == "Utdanning"]
    assert max(education, key=lambda row: row["participants"])["month_no"] == 6


def test_measures_that_come_and_go_are_in_the_text_or_not(
    answer: Answer, report_paths: dict[str, Path]
) -> None:
    rows = answer("measures_that_come_and_go")
    rows_of = {
        year: report_paths[year].read_text(encoding="utf-8").lower().split("\n") for year in ("2013", "2022")
    }
    courses = {
        "Arbeidspraksis i skjermet virksomhet": "disappears",
        "AMO Kurs": "appears",
        "Mentor": "in all three",
    }
    for name, course in courses.items():
        row = only(rows, tiltak_name=name)
        assert row["course"] == course
        for year, lines in rows_of.items():
            in_text = any(line.startswith(name.lower() + "\t") for line in lines)
            assert row[f"is_printed_{year}"] == in_text


def test_a_county_is_the_sum_of_its_tiltaksgrupper(answer: Answer, printed: Printed) -> None:
    groups = (
        "opplæring",
        "tilrettelagt arbeid",
        "arbeidspraksis",
        "avklaringstiltak",
        "jobbskaping og egenetablering",
        "oppfølging",
        "lønnstilskudd",
        "arbeidsrettet rehabilitering",
        "tilrettelegging",
    )
    rows = answer("participants_by_county_2019")
    oslo = sum(printed("2019", f"I alt {group}", "Oslo")[-1] for group in groups)
    everybody = sum(printed("2019", f"I alt {group}", f"I alt {group}")[-1] for group in groups)
    row = only(rows, county="Oslo")
    assert row["participants"] == row["participants_min"] == row["participants_max"] == oslo
    assert row["share_percent_min"] == rounded(100 * oslo / everybody, 2)
    hidden = only(rows, county="Finnmark")
    assert hidden["participants"] is None
    assert hidden["participants_max"] - hidden["participants_min"] == 3 * hidden["hidden_count"]


@pytest.mark.parametrize(
    ("area", "counties_2019", "counties_2024"),
    [
        ("Oslo", ["Oslo"], ["03 Oslo"]),
        ("Agder", ["Aust-Agder", "Vest-Agder"], ["42 Agder"]),
    ],
)
def test_areas_are_sums_of_printed_counties(
    area: str, counties_2019: list[str], counties_2024: list[str], answer: Answer, printed: Printed
) -> None:
    row = only(answer("arbeidspraksis_by_area_2019_and_2024"), stable_area_name=area)
    in_2019 = sum(mean(printed("2019", "I alt arbeidspraksis", county)) for county in counties_2019)
    in_2024 = sum(
        mean(printed("2024", f"I alt {tiltak}", county)[1:])
        for county in counties_2024
        for tiltak in ("arbeidstrening", "arbeidsforberedende trening")
    )
    assert row["mean_2019_min"] == row["mean_2019_max"] == rounded(in_2019, 0)
    assert row["mean_2024_min"] == row["mean_2024_max"] == rounded(in_2024, 0)
    assert row["change_percent_min"] == row["change_percent_max"] == rounded(100 * (in_2024 / in_2019 - 1))


def test_areas_of_2019_and_2024_are_compared_once_each(answer: Answer) -> None:
    areas = [row["stable_area_name"] for row in answer("arbeidspraksis_by_area_2019_and_2024")]
    assert len(areas) == len(set(areas)) == 8
    assert "Akershus" not in areas
