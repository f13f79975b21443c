"""What adds up and is wrong all the same: each lie is found, and the five reports raise no false alarm."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from measure.mutants.consistent import (
    Damage,
    Lab,
    damages_of,
    exchange_of_members,
    exchange_of_months,
    loss,
    scaling,
    shift_of_year,
)

from loaders.errors import LookupFailedError
from tiltak.home import PROJECT, Home
from tiltak.learn import learn

RULES = PROJECT / "seeds" / "rules"
SEED = 1


@pytest.fixture(scope="module")
def lab(built_home: Home) -> Iterator[Lab]:
    """Return where damage is tried; all tests share it."""
    lab = Lab(built_home)
    yield lab
    lab.connection.close()


@pytest.fixture(scope="module")
def report_ids(built_home: Home) -> dict[int, str]:
    """Return the five reports by their year."""
    with duckdb.connect(str(built_home.building), read_only=True) as connection:
        rows = connection.execute("select year(period_end_date), report_id from staging.stg_report")
        return dict(rows.fetchall())


def new_findings(lab: Lab, damage: Damage) -> list[str]:
    """Return the findings that a damage makes as code and what it concerns, the most surprising first."""
    lab.make(damage)
    lab.findings(with_own=True)
    rows = lab.connection.execute("""
        select finding_key, plausibility_code || ' ' || concerns
        from intermediate.int_plausibility_finding
        order by surprise desc, finding_key
    """).fetchall()
    return [told for key, told in rows if key not in lab.usual[True]]


def months_of(year: int, last: int) -> list[int]:
    return [100 * year + month for month in range(1, last + 1)]


def test_january_and_july_of_2013_exchanged_are_named_first(lab: Lab, report_ids: dict[int, str]) -> None:
    found = new_findings(lab, exchange_of_months(report_ids[2013], 201301, 201307))
    assert found[0] == "MONTHS_EXCHANGED months 201301 and 201307"
    assert "JULY_LOWEST everybody" in found


def test_women_and_men_of_2024_exchanged_are_named(lab: Lab, report_ids: dict[int, str]) -> None:
    damage = exchange_of_members(report_ids[2024], "gender", "F", "M", months_of(2024, 12))
    assert new_findings(lab, damage) == ["MEMBERS_EXCHANGED gender F and M"]


def test_everything_of_2013_times_ten_is_another_level(lab: Lab, report_ids: dict[int, str]) -> None:
    found = new_findings(lab, scaling(report_ids[2013], 10, months_of(2013, 11)))
    assert found[0] == "LEVEL everybody"


def test_the_first_table_of_2020_alone_lacks_the_others(lab: Lab, report_ids: dict[int, str]) -> None:
    found = new_findings(lab, loss("table", report_ids[2020], "table_no > 1"))
    assert len(found) == 8
    assert {told.split()[0] for told in found} == {"TABLE_MISSING"}


@pytest.mark.parametrize(
    ("year", "years", "code"), [(2024, -10, "MONTHS_AFTER_PERIOD"), (2013, 18, "YEARS_FROM_PRODUCTS")]
)
def test_another_year_is_noticed_by_what_is_printed_and_on_record(
    year: int, years: int, code: str, lab: Lab, report_ids: dict[int, str]
) -> None:
    assert f"{code} the edition" in new_findings(lab, shift_of_year(report_ids[year], years))


@pytest.mark.parametrize(
    ("year", "lost"),
    [
        pytest.param(2022, "table_no = 5", id="groups of measures of one age, which all other ages have"),
        pytest.param(2024, "table_no = 10", id="genders of one measure, which the other one has"),
        pytest.param(2022, "table_no = 4", id="ages of one status, all printed as totals of other tables"),
        pytest.param(2020, "table_no = 2 and row_no = 6", id="a group that is printed elsewhere"),
    ],
)
def test_what_is_lost_from_a_first_edition_is_missed_by_its_sisters(
    year: int, lost: str, lab: Lab, report_ids: dict[int, str]
) -> None:
    lab.make(loss("table", report_ids[year], lost))
    assert any(key.startswith("SISTER_") for key in lab.findings(with_own=False) - lab.usual[False])
    assert not any(key.startswith("SISTER_") for key in lab.findings(with_own=True))


def test_nine_in_ten_exchanges_scalings_and_losses_are_noticed(lab: Lab, built_home: Home) -> None:
    damages = [damage for damage in damages_of(built_home, 30, SEED) if damage.kind != "year"]
    results = [lab.try_damage(one) for one in random.Random(SEED).sample(damages, 12)]
    assert sum(one.noticed for one in results) >= 11


def test_the_five_reports_raise_few_findings_and_all_are_answered(built: duckdb.DuckDBPyConnection) -> None:
    ((findings, answered, figures),) = built.execute("""
        select count(*), count(*) filter (is_answered), (select count(*) from intermediate.int_newest_cell)
        from quality.mart_plausibility
    """).fetchall()
    assert findings == answered
    assert findings <= figures / 1000


def test_an_answer_that_nothing_needs_fails_the_build(compiled: Path) -> None:
    (test,) = compiled.rglob("every_answer_about_plausibility_is_needed.sql")
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as tiltak")
        connection.execute("""
            create schema tiltak.seeds;
            create schema tiltak.intermediate;
            create table tiltak.seeds.accepted_plausibility as
            from (
                values
                ('needed', 'k1', 'r1'), ('gone', 'k2', 'r1'),
                ('misfiled', 'k1', 'r2'), ('replaced', 'k3', 'r0')
            ) as answers (exception_code, finding_key, report_key);
            create table tiltak.intermediate.int_edition as
            from (values ('r0', 'r1'), ('r1', null), ('r2', null)) as editions (report_id, newer_report_id);
            create table tiltak.intermediate.int_plausibility_finding as
            from (values ('k1', 'r1')) as findings (finding_key, report_id);
        """)
        rows = connection.execute(test.read_text(encoding="utf-8")).fetchall()
    assert {row[0] for row in rows} == {"gone", "misfiled"}


def test_what_is_learned_from_the_five_reports_is_what_the_seeds_hold(
    built_home: Home, tmp_path: Path
) -> None:
    for name in ("reference_figure.csv", "product_shape.csv"):
        header = (RULES / name).read_text(encoding="utf-8").partition("\n")[0]
        (tmp_path / name).write_text(f"{header}\n", encoding="utf-8")
    assert [len(learned.editions) for learned in learn(built_home, tmp_path)] == [5, 5]
    for name in ("reference_figure.csv", "product_shape.csv"):
        assert (tmp_path / name).read_bytes() == (RULES / name).read_bytes()


def test_what_is_known_is_not_learned_again(built_home: Home, tmp_path: Path) -> None:
    for name in ("reference_figure.csv", "product_shape.csv"):
        shutil.copy(RULES / name, tmp_path)
    assert [learned.line_count for learned in learn(built_home, tmp_path)] == [0, 0]


def test_nothing_is_learned_from_nothing(tmp_path: Path) -> None:
    with pytest.raises(LookupFailedError, match="no build to learn from"):
        learn(Home(tmp_path), tmp_path)
