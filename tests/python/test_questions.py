"""Questions to the published file: how they are answered, shown and refused, and what it takes to ask one."""

import csv
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from loaders.errors import LookupFailedError
from tiltak.cli import app
from tiltak.home import PROJECT, Home
from tiltak.parts import Part, conclusion, find_parts

# A question is asked in a terminal many times a day.
NOT_TO_WAIT_FOR = ("dbt", "pandas", "pyarrow", "tiltak.build", "loaders.load")


def run(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(home.folder)])


def test_a_question_waits_for_nothing_that_only_a_build_needs(small_home: Home) -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from tiltak.cli import app;"
        f"said = CliRunner().invoke(app, ['sql', 'select 1', '--home', {str(small_home.folder)!r}]);"
        "assert said.exit_code == 0, said.output; print(*sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(NOT_TO_WAIT_FOR) & set(said.stdout.split()) == set()


def test_numbers_are_on_the_right_and_words_on_the_left(small_home: Home) -> None:
    said = run(small_home, "sql", "select * from (values ('a', 5), ('bb', 12345)) as t(word, number)").output
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    assert lines[0] == "word   number"
    assert lines[2:] == ["a           5", "bb      12345"]


def test_what_is_too_wide_for_a_table_is_shown_whole_with_one_column_per_line(small_home: Home) -> None:
    said = run(small_home, "sql", "select * from mart_participants_by_hovedgruppe limit 2").output
    assert "row 1\n" in said
    assert "\n  fact_key " in said
    assert "\n  series_break_date " in said
    assert "…" not in said
    assert ":_T:_T:_T:_T:_T:_T" in said


def test_a_query_may_begin_with_a_comment(small_home: Home) -> None:
    said = run(small_home, "sql", "-- how many = ?\nselect count(*) as facts from fct_monthly_participants")
    assert (said.exit_code, "300" in said.output) == (0, True), said.output


@pytest.mark.parametrize(
    ("query", "problem", "next_step"),
    [
        ("select 1; select 2", "these are 2 statements", "ask each by itself"),
        ("from mart_participants_by_count", "does not exist", "the nearest name is mart_participants_by_"),
        ("from dim_mont", "does not exist", "the nearest name is dim_month;"),
        ("from quality.mart_revision", "does not exist", "the nearest name is quality.mart_revisions;"),
        ("select particpants from mart_participants_by_tiltak", "not found", "perhaps participants;"),
        ("selec 1", "syntax error", "mend the SQL"),
    ],
)
def test_a_question_that_cannot_be_answered_names_its_cause_and_what_was_meant(
    query: str, problem: str, next_step: str, small_home: Home
) -> None:
    said = run(small_home, "sql", query)
    assert said.exit_code == 1
    assert problem in said.output
    assert f"next: {next_step}" in said.output


def test_relations_and_columns_are_listed_with_what_they_say(small_home: Home) -> None:
    listed = run(small_home, "tables").output
    assert "fct_monthly_participants" in listed
    assert "quality.mart_revisions" in listed
    assert "duckdb_" not in listed
    described = run(small_home, "describe", "dim_month").output
    assert "month_key" in described
    assert "integer" in described
    refused = run(small_home, "describe", "dim_mont")
    assert (refused.exit_code, "the nearest name is dim_month" in refused.output) == (1, True)


def test_a_folder_without_a_warehouse_is_told_of_the_option_that_names_one(tmp_path: Path) -> None:
    said = run(Home(tmp_path), "sql", "select 1")
    assert (said.exit_code, "--home" in said.output) == (1, True)


def test_the_command_says_its_version() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.output.startswith("tiltak 0.")) == (0, True)


SUMS = {
    "mart_participants_by_tiltaksgruppe": "where fact_key is null",
    "mart_participants_by_tiltak": "where fact_key is null",
    "mart_participants_by_tiltak_lineage": "",
    "mart_participants_by_stable_area": "where derived_from is not null",
    "mart_participants_by_county_structure": "where fact_key is null and derivation <> 'unknown'",
    "mart_participants_total": "",
    "mart_participants_change": "where earlier_month_key is not null",
    "fct_participants_by_slice": "where participants_estimate is not null or structure_key is null",
}


# An estimate is rounded to three decimals.
ROUNDING = 5.1e-4


@pytest.fixture
def hidden_mean() -> float:
    """What an estimate takes a hidden number for."""
    with (PROJECT / "seeds" / "successions" / "estimate_parameter.csv").open(encoding="utf-8") as file:
        return next(float(row["value"]) for row in csv.DictReader(file) if row["parameter"] == "hidden_mean")


@pytest.mark.parametrize("mart", SUMS)
def test_a_number_that_is_not_printed_is_made_of_printed_parts(
    mart: str, built_home: Home, hidden_mean: float
) -> None:
    """Follow every hundredth row: the parts must add up to it, or the shares of them to its estimate."""
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        found = connection.sql(f"select * from {mart} {SUMS[mart]} order by all")
        answers = found.fetchall()
        rows = [dict(zip(found.columns, row, strict=True)) for row in answers[:: min(100, len(answers) // 4)]]
        assert len(rows) >= 1
        for row in rows:
            parts = find_parts(connection, row)
            assert conclusion(row, parts)
            if row.get("participants_estimate") is not None:
                middle = [
                    part.participants_min if part.participants_min == part.participants_max else hidden_mean
                    for part in parts
                ]
                shares = [part.share or 0 for part in parts]
                total = sum(number * share for number, share in zip(middle, shares, strict=True))
                within = min(max(total, row["participants_min"]), row["participants_max"])
                assert within == pytest.approx(row["participants_estimate"], abs=ROUNDING)


def test_parts_that_do_not_add_up_are_refused() -> None:
    part = Part("Andre", "202201:ANDRE:X", 1, 4, None, is_whole=True)
    with pytest.raises(LookupFailedError, match="the parts add up to 1 to 4, the row says 1 to 3"):
        conclusion({"participants_min": 1, "participants_max": 3}, [part])


def test_a_change_is_followed_to_both_months(built_home: Home) -> None:
    place = ("partition_key=TOTAL", "month_key=202002")
    said = run(built_home, "trace", "mart_participants_change", *place).output
    assert "'70 453'" in said
    assert "'77 264'" in said
    assert "70453 in 202002, 77264 in 201302: a change of -6811" in said


def test_a_total_is_followed_to_what_is_printed(built_home: Home) -> None:
    said = run(built_home, "trace", "mart_participants_total", "month_key=201901").output
    for number in ("'14 402'", "'17 740'", "they add up to 70430"):
        assert number in said
    printed = run(built_home, "trace", "mart_participants_total", "month_key=202001").output
    assert "It is printed:" in printed


def test_a_row_of_a_mart_is_given_by_its_columns(built_home: Home) -> None:
    place = (
        "structure_key=2024",
        "month_key=201901",
        "hovedgruppe_key=ANDRE",
        "tiltak_key=GRP_ARBEIDSPRAKSIS",
    )
    said = run(built_home, "trace", "mart_participants_by_county_structure", *place, "region_key=15_2020")
    assert said.exit_code == 0, said.output
    assert "Møre og Romsdal" in said.output
    assert "is taken" in said.output
    assert "estimated as " in said.output
    several = run(built_home, "trace", "mart_participants_by_county_structure", *place)
    assert (several.exit_code, "several rows are like that" in several.output) == (1, True)
    unknown = run(built_home, "trace", "mart_participants_by_county_structure", "mont_key=201901")
    assert (unknown.exit_code, "a row is given as column=value" in unknown.output) == (1, True)
