"""Metrics say what hand-written SQL on the published file says, and never add up months."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.metric_flow import Metrics, Rows, command_folder, run_mf

from tiltak.home import PROJECT, Home

PERIODS = ("metric_time__month", "metric_time__year")
FIGURES = (
    "participants",
    "participants_min",
    "participants_max",
    "participants_average",
    "participants_average_min",
    "participants_average_max",
    "last_month",
    "months",
)
ESTIMATES = ("participants_estimate", "participants_estimate_min", "participants_estimate_max")
SHARES = ("share_of_job_seekers", "share_of_women")
# These count cells and slices, and say why a figure is empty.
COUNTS = ("hidden_cells", "slices")


@dataclass(frozen=True)
class Question:
    """The same question to the metrics and in SQL.

    Attributes:
        group_by: what the metrics are grouped by besides the period.
        where: filters of the metrics.
        column: expression that says the same as group_by.
        rows: relation and filter of the rows, which are cells of one slice.
    """

    group_by: str
    where: tuple[str, ...]
    column: str
    rows: str


def partition(name: str, population: str = "_T") -> tuple[str, ...]:
    """Return the filters that choose one slice of a partition."""
    return (
        f"{{{{ Dimension('cell__partition_key') }}}} = '{name}'",
        f"{{{{ Entity('population') }}}} = '{population}'",
    )


JOB_SEEKERS_IN_TRAINING = (
    "{{ Dimension('cell__partition_key') }} = 'COUNTY_STRUCTURE'",
    "{{ Entity('structure') }} = '2024'",
    "{{ Entity('hovedgruppe') }} = 'ARBEIDSSOKERE'",
    "{{ Entity('tiltak') }} = 'GRP_OPPLAERING'",
)
QUESTIONS = {
    "total": Question(
        "population",
        partition("TOTAL"),
        "'_T'",
        "fct_monthly_participants where breakdown_key = 'TOTAL'",
    ),
    "total_of_one_group": Question(
        "population__name",
        partition("TOTAL", "GRP_ARBEIDSPRAKSIS"),
        "'Arbeidspraksis'",
        "fct_monthly_participants where breakdown_key = 'TILTAKSGRUPPE' and month_key // 100 = 2024",
    ),
    "hovedgruppe": Question(
        "hovedgruppe__name",
        partition("HOVEDGRUPPE"),
        "hovedgruppe_name",
        "mart_participants_by_hovedgruppe where scope_tiltak_key = '_T'",
    ),
    "tiltaksgruppe": Question(
        "tiltak__name",
        partition("TILTAKSGRUPPE"),
        "tiltak_name",
        "mart_participants_by_tiltaksgruppe where scope_tiltak_key = '_T'",
    ),
    "tiltak": Question(
        "tiltak",
        partition("TILTAK"),
        "tiltak_key",
        "mart_participants_by_tiltak where scope_tiltak_key = '_T'",
    ),
    "tiltak_summed_to_tiltaksgruppe": Question(
        "tiltak__tiltaksgruppe_name",
        partition("TILTAK"),
        "tiltaksgruppe_name",
        "mart_participants_by_tiltak where scope_tiltak_key = '_T'",
    ),
    "county_as_printed": Question(
        "region__name",
        partition("COUNTY"),
        "region_name",
        "mart_participants_by_county where scope_tiltak_key = '_T'",
    ),
    "county_of_today": Question(
        "region__name",
        JOB_SEEKERS_IN_TRAINING,
        "region_name",
        "mart_participants_by_county_structure where structure_key = '2024'"
        " and hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'",
    ),
    "age_group": Question(
        "age_group",
        partition("AGE_GROUP"),
        "age_group_key",
        "fct_monthly_participants where breakdown_key = 'AGE_GROUP'",
    ),
    "tiltak_and_age_group": Question(
        "age_group__name_en",
        partition("TILTAK_AND_AGE_GROUP", "GRP_ARBEIDSPRAKSIS"),
        "age_group_name_en",
        "mart_participants_by_age_group where scope_tiltak_key = 'GRP_ARBEIDSPRAKSIS'",
    ),
    "tiltak_and_gender": Question(
        "tiltak__name",
        partition("TILTAK_AND_GENDER"),
        "tiltak_name",
        "mart_participants_by_gender where scope_tiltak_key = '_T'",
    ),
    "gender": Question(
        "gender__name_en",
        partition("GENDER"),
        "gender_key",
        "(select * replace (case gender_key when 'F' then 'Women' else 'Men' end as gender_key)"
        " from fct_monthly_participants where breakdown_key = 'GENDER')",
    ),
}


@pytest.fixture(scope="module")
def metrics(built_home: Home) -> Metrics:
    return Metrics(built_home)


@pytest.fixture
def published(built_home: Home) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(built_home.warehouse), read_only=True)


def by_hand(connection: duckdb.DuckDBPyConnection, question: Question, period: str) -> Rows:
    """Answer a question in SQL: sums within each month, then the last month, and the mean of the months."""
    rows = connection.sql(
        f"""
        with cells as (
            select
                make_date(month_key // 100, month_key % 100, 1) as month_date, month_key,
                {question.column} as member,
                participants_min, participants_max,
                participants is null and participants_max > 0 as is_hidden
            from {question.rows}
        ),
        months as (
            select
                date_trunc('{period.removeprefix("metric_time__")}', month_date)::timestamp as period,
                month_key, member,
                sum(participants_min) as lowest, sum(participants_max) as highest,
                bool_or(is_hidden) as is_hidden
            from cells
            group by all
        )
        select
            period, member,
            case when not arg_max(is_hidden, month_key) then arg_max(lowest, month_key) end,
            arg_max(lowest, month_key),
            arg_max(highest, month_key),
            case when not bool_or(is_hidden) then avg(lowest) end,
            avg(lowest),
            avg(highest),
            max(month_key),
            count(*)
        from months
        group by period, member
        """
    ).fetchall()
    return {row[:2]: row[2:] for row in rows}


def to_six_digits(figure: float | None) -> float | None:
    """Return a figure without its last digits: a mean is one division by hand, and two by the metrics."""
    return None if figure is None else round(figure, 6)


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_metrics_are_what_sql_says(
    name: str, period: str, metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    question = QUESTIONS[name]
    expected = by_hand(published, question, period)
    assert expected
    answer = metrics.query(FIGURES, [period, question.group_by], *question.where)
    assert answer.keys() == expected.keys()
    for key, figures in answer.items():
        assert [to_six_digits(figure) for figure in figures] == [
            to_six_digits(figure) for figure in expected[key]
        ], key


def test_questions_reach_hidden_numbers_and_known_ones(published: duckdb.DuckDBPyConnection) -> None:
    seen = [
        row
        for question in QUESTIONS.values()
        for row in by_hand(published, question, "metric_time__year").values()
    ]
    assert sum(row[0] is None for row in seen) > 20
    assert sum(row[0] is not None for row in seen) > 100
    assert any(row[0] is not None and row[3] is None for row in seen)


def listed(metrics: Metrics) -> list[str]:
    """Return the metrics that somebody who asks gets to see."""
    return [metric.name for metric in metrics.manifest.metrics if not metric.type_params.is_private]


def test_nothing_is_listed_but_what_is_tested_here_by_month_and_by_year(metrics: Metrics) -> None:
    assert sorted(listed(metrics)) == sorted([*FIGURES, *ESTIMATES, *SHARES, *COUNTS])


def test_every_hidden_metric_is_an_input_of_a_listed_one(metrics: Metrics) -> None:
    inputs = {
        part.name
        for metric in metrics.manifest.metrics
        if metric.name in listed(metrics)
        for part in metric.input_metrics
    }
    assert {metric.name for metric in metrics.manifest.metrics} - set(listed(metrics)) <= inputs


def last_of(rows: list[tuple[Any, ...]], period: str) -> Rows:
    """Return, for each period, the figures of its last month: rows are month, member, figures, by month."""
    is_year = period == "metric_time__year"
    return {(row[0].replace(month=1) if is_year else row[0], row[1]): row[2:] for row in rows}


@pytest.mark.parametrize("period", PERIODS)
def test_estimates_are_those_of_the_mart(
    period: str, metrics: Metrics, published: duckdb.DuckDBPyConnection
) -> None:
    rows = published.sql("""
        select month_date::timestamp, region_key, participants_estimate, participants_estimate_min,
            participants_estimate_max
        from mart_participants_by_county_structure
        where structure_key = '2024' and hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'
        order by month_key
    """).fetchall()
    expected = last_of(rows, period)
    assert any(row[0] is not None for row in expected.values())
    assert metrics.query(ESTIMATES, [period, "region"], *JOB_SEEKERS_IN_TRAINING) == expected


def test_an_estimate_is_empty_where_some_counties_have_none(metrics: Metrics) -> None:
    answer = metrics.query(ESTIMATES, ["metric_time__month"], *JOB_SEEKERS_IN_TRAINING)
    assert set(answer.values()) == {(None, None, None)}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    ("metric", "key", "member", "mart"),
    [
        ("share_of_job_seekers", "hovedgruppe_key", "ARBEIDSSOKERE", "mart_participants_by_hovedgruppe"),
        ("share_of_women", "gender_key", "F", "mart_participants_by_gender"),
    ],
)
def test_shares_are_what_sql_says(
    metric: str,
    key: str,
    member: str,
    mart: str,
    period: str,
    metrics: Metrics,
    published: duckdb.DuckDBPyConnection,
) -> None:
    rows = published.sql(f"""
        select
            month_date::timestamp as month_date, scope_tiltak_key,
            case when sum(participants_min) = sum(participants_max)
                then sum(participants_min) filter ({key} = '{member}') / sum(participants_min) end
        from {mart}
        group by all
        order by month_date
    """).fetchall()
    expected = {key: value for key, value in last_of(rows, period).items() if value != (None,)}
    assert all(0 < share < 1 for (share,) in expected.values())
    assert {population for _, population in expected} == {"_T", "GRP_ARBEIDSPRAKSIS"}
    answer = metrics.query([metric], [period, "population"])
    assert {key: value for key, value in answer.items() if value != (None,)} == expected


def test_every_filtered_input_of_a_metric_has_an_alias(metrics: Metrics) -> None:
    """Without one, the filtered and the whole number become the same column, and the ratio is 1."""
    filtered = [
        (metric.name, part.alias)
        for metric in metrics.manifest.metrics
        for part in metric.input_metrics
        if part.filter is not None
    ]
    assert len(filtered) >= 4
    assert [name for name, alias in filtered if not alias] == []
    assert len(filtered) == len(set(filtered))


@pytest.mark.parametrize(
    "where",
    [
        partition("TOTAL"),
        partition("TILTAK_AND_AGE_GROUP", "GRP_ARBEIDSPRAKSIS"),
        (*JOB_SEEKERS_IN_TRAINING, "{{ Dimension('region__name') }} = 'Akershus'"),
    ],
    ids=["everybody", "every_age", "an_estimated_county"],
)
def test_no_metric_of_a_year_is_a_sum_over_its_months(where: tuple[str, ...], metrics: Metrics) -> None:
    names = [name for name in listed(metrics) if name not in {*COUNTS, "last_month", "months"}]
    assert len(names) >= 11
    months = metrics.query(names, ["metric_time__month"], *where)
    years = metrics.query(names, ["metric_time__year"], *where)
    assert years
    compared = 0
    for (year,), figures in years.items():
        for number, figure in enumerate(figures):
            known = [row[number] for (month,), row in months.items() if month.year == year.year]
            values = [value for value in known if value is not None]
            if figure is None or len(values) < 2:
                continue
            assert min(values) <= figure <= max(values), names[number]
            assert figure < sum(values), names[number]
            compared += 1
    assert compared >= 4  # the bounds, and the means of them


@pytest.mark.parametrize(
    "where",
    [
        (),
        ("{{ Dimension('cell__partition_key') }} = 'COUNTY_STRUCTURE'",),
        ("{{ Dimension('cell__partition_key') }} = 'TOTAL'",),
        ("{{ Dimension('cell__partition_key') }} in ('HOVEDGRUPPE', 'TILTAKSGRUPPE')",),
    ],
    ids=["everything", "several_structures", "two_populations", "two_partitions"],
)
def test_slices_that_overlap_are_not_added_up(where: tuple[str, ...], metrics: Metrics) -> None:
    people = [name for name in listed(metrics) if name.startswith("participants")]
    assert len(people) == 9
    [values] = metrics.query(people, [], *where).values()
    assert set(values) == {None}
    for figures in metrics.query([*people, "slices"], ["metric_time__year"], *where).values():
        assert figures[-1] == 1 or set(figures[:-1]) == {None}


EXAMPLE = re.compile(r"```sh\n\.venv/bin/mf (query .*?)\n```\n\n```\n(.*?)\n```", re.DOTALL)
EXAMPLES = EXAMPLE.findall((PROJECT / "docs" / "semantic_layer.md").read_text(encoding="utf-8"))


def words(line: str) -> str:
    """Return a line with single blanks."""
    return " ".join(line.split())


def test_there_are_examples_for_the_command_line() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_of_the_page_print_what_the_page_shows(
    number: int, built_home: Home, tmp_path: Path, published: duckdb.DuckDBPyConnection
) -> None:
    # Somebody else has the file open meanwhile.
    assert published.sql("select 1").fetchall()
    command, shown = EXAMPLES[number]
    printed = run_mf(
        built_home, command_folder(built_home, tmp_path), shlex.split(command.replace("\\\n", " "))
    )
    lines = {words(line) for line in printed.splitlines()}
    assert [line for line in shown.splitlines() if line != "..." and words(line) not in lines] == []
