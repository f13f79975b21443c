"""The range of an estimate is as honest as it says: held against areas whose figures are printed.

Each area that is the same in 2019 and 2020 is left out in turn. Its participants are estimated from those of
the others and its share of the unemployed, with the deviation of the warehouse's estimates, and held against
what is printed. The last test prints the coverage: run it with `pytest -s`.
"""

from collections.abc import Callable, Iterator
from math import sqrt
from pathlib import Path
from statistics import mean

import duckdb
import pytest

from tiltak.home import Home

# Registered unemployed, January to October 2022. NAV, HL060 Helt ledige, Fylke og kommune, October 2022; the
# counties of 2020 added up to the areas that are the same territory in 2019.
UNEMPLOYED = {
    "2019/2020:03": (13613, 11205, 10135, 9299, 8055, 8213, 8359, 8131, 7845, 7683),
    "2019/2020:11": (6146, 5290, 4853, 4485, 4044, 4078, 4215, 4159, 3857, 3796),
    "2019/2020:15+46+50": (16466, 14526, 12862, 12001, 10302, 10490, 10665, 10643, 10018, 9809),
    "2019/2020:18+54": (5222, 4413, 3982, 3720, 3359, 3221, 3294, 3211, 3026, 2930),
    "2019/2020:30+34+38": (28786, 25679, 23622, 21629, 19012, 18706, 19107, 19265, 18715, 18552),
    "2019/2020:42": (3871, 3295, 2875, 2608, 2347, 2378, 2408, 2501, 2530, 2618),
}
SMALLEST = 4  # what is expected to be smaller is a star, and its range is that of the rule
Slices = dict[tuple[str, ...], dict[str, float]]
Covers = Callable[[float, float, str], bool]


@pytest.fixture(scope="module")
def connection(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home.building), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def parameters(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    return dict(connection.sql("select parameter, value from seeds.estimate_parameter").fetchall())


@pytest.fixture(scope="module")
def slices(connection: duckdb.DuckDBPyConnection, parameters: dict[str, float]) -> Slices:
    """Participants by area, for each month, hovedgruppe and tiltaksgruppe of 2019."""
    found: Slices = {}
    for month, status, tiltak, area, number in connection.execute(
        """
        select month_key, hovedgruppe_key, tiltak_key, stable_area_key,
            coalesce(participants, case
                when participants_max = 3 then $hidden_mean else (participants_min + participants_max) / 2.0
            end)
        from main.mart_participants_by_stable_area
        where comparison_key = '2019/2020' and month_key // 100 = 2019
        """,
        {"hidden_mean": parameters["hidden_mean"]},
    ).fetchall():
        found.setdefault((month, status, tiltak), {})[area] = float(number)
    return found


def coverage(slices: Slices, covers: Covers) -> tuple[float, int]:
    """Return in what share of cases a range holds the number of the area left out, and of how many."""
    unemployed = {area: mean(months) for area, months in UNEMPLOYED.items()}
    held = []
    for numbers in slices.values():
        for area in UNEMPLOYED:
            others = [other for other in UNEMPLOYED if other != area]
            rate = sum(numbers.get(other, 0) for other in others) / sum(unemployed[other] for other in others)
            expected = rate * unemployed[area]
            if expected >= SMALLEST:
                held.append(covers(expected, numbers.get(area, 0), area))
    return mean(held), len(held)


def within(variation: float, deviations: float) -> Covers:
    """Return what says whether a number is in the range of an estimate."""

    def covers(expected: float, number: float, _: str) -> bool:
        by_place = variation * expected
        return abs(number - expected) <= deviations * sqrt(expected + by_place * by_place)

    return covers


def within_months(expected: float, number: float, area: str) -> bool:
    """Tell whether a number is in the range that the months of the share of the unemployed span."""
    months = range(len(UNEMPLOYED[area]))
    totals = [sum(counts[month] for counts in UNEMPLOYED.values()) for month in months]
    shares = [count / total for count, total in zip(UNEMPLOYED[area], totals, strict=True)]
    return expected * min(shares) / mean(shares) <= number <= expected * max(shares) / mean(shares)


def test_the_range_holds_about_nine_in_ten_areas_that_were_left_out(
    slices: Slices, parameters: dict[str, float]
) -> None:
    held, cases = coverage(slices, within(parameters["variation"], parameters["deviations"]))
    assert cases > 2000
    assert held == pytest.approx(0.9, abs=0.02)


def test_a_smaller_variation_would_promise_too_much(slices: Slices, parameters: dict[str, float]) -> None:
    smaller, _ = coverage(slices, within(parameters["variation"] - 0.1, parameters["deviations"]))
    assert smaller < 0.85
    months, _ = coverage(slices, within_months)
    assert months < 0.2


def test_a_star_stands_for_what_printed_totals_say_on_average(
    connection: duckdb.DuckDBPyConnection, parameters: dict[str, float]
) -> None:
    [(measured,)] = connection.sql("""
        select sum(whole_min - parts_min) / sum(hidden_part_count)
        from intermediate.int_rule_check
        where rule_code = 'CHILDREN_ADD_UP' and outcome = 'possible' and not is_whole_hidden
    """).fetchall()
    assert parameters["hidden_mean"] == pytest.approx(measured, abs=0.05)


def test_what_is_expected_of_all_parts_of_a_county_is_the_county(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Estimates move people; they make none."""
    rows = connection.sql("""
        with sums as (
            select structure_key, month_key, hovedgruppe_key, tiltak_key,
                sum(coalesce(participants_estimate, participants)) as estimated,
                bool_or(participants is null and participants_estimate is null) as is_hidden
            from main.mart_participants_by_county_structure
            group by all
        )
        select structures.estimated, printed.estimated
        from sums as structures
        join sums as printed using (month_key, hovedgruppe_key, tiltak_key)
        where printed.structure_key = '2019' and month_key // 100 = 2019
            and not structures.is_hidden and not printed.is_hidden
    """).fetchall()
    assert len(rows) > 50
    rounding = 19 * 0.0005  # to three decimals, of at most nineteen counties
    assert all(abs(estimated - printed) <= rounding for estimated, printed in rows)


def test_coverage_before_and_after_is_printed(slices: Slices, parameters: dict[str, float]) -> None:
    ways = {
        "monthly spread of the shares": within_months,
        "variation 0.19": within(0.19, parameters["deviations"]),
        f"variation {parameters['variation']}": within(parameters["variation"], parameters["deviations"]),
    }
    told = {way: coverage(slices, covers) for way, covers in ways.items()}
    for way, (held, cases) in told.items():
        print(f"{way}: {held:.1%} of {cases} cases")  # what the module promises
    assert [held for held, _ in told.values()] == sorted(held for held, _ in told.values())


def test_estimates_do_not_depend_on_the_order_of_their_parts(
    built: duckdb.DuckDBPyConnection, compiled: Path
) -> None:
    """A sum of fractions in another order is another number in its last digits, and may be rounded apart."""
    query = (compiled / "models/intermediate/territory/int_county_structure_cell.sql").read_text("utf-8")
    cells = '"tiltak"."intermediate"."int_county_cell"'
    assert cells in query
    answers = []
    for order in ("hash(fact_key, month_key)", "hash(month_key, region_key)", "region_key desc"):
        built.execute(f"create or replace temp table shuffled as from {cells} order by {order}")
        answers.append(built.sql(f"from ({query.replace(cells, 'shuffled')}) order by all").fetchall())
    assert len(answers[0]) > 1000
    assert answers[0] == answers[1] == answers[2]
    assert "sum(cast(" in query
