"""The registers of corrections and accepted exceptions, on a report with a misprint put into it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from support.project_copy import Row, build_copy, copy_project, edit_seed

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.home import PROJECT, Home

REPORT = "deltakere-tiltak_2020-01_2020-02.txt"
# The first table of measures prints Jobbklubb twice 1 233: for all, and in the table of all measures.
PRINTED_ROW = "Jobbklubb\t1 233\t"
MISPRINTED_ROW = "Jobbklubb\t1 223\t"
FACT = "202001:_T:JOBBKLUBB:_T:_T:_T:_T:_T:_T"
# The checks that the misprint breaks: the measure over its statuses, and its group over the measures.
BROKEN_CHECKS = (
    "CHILDREN_ADD_UP:hovedgruppe:DELTAKERE_TILTAK:202001:_T:JOBBKLUBB:_T:_T:_T:_T:_T:_T",
    "CHILDREN_ADD_UP:tiltak:DELTAKERE_TILTAK:202001:_T:GRP_OPPFOLGING:_T:_T:_T:_T:_T:_T",
)


@dataclass(frozen=True)
class Built:
    """A build of the 2020 report.

    Attributes:
        home: where it was built; a failed build can be looked at.
        failed: names of the models and tests that failed.
    """

    home: Home
    failed: set[str]

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Ask the built file, published or not."""
        with duckdb.connect(str(self.home.building), read_only=True) as connection:
            return connection.sql(query).fetchall()


BuildWith = Callable[[bool, list[Row], list[Row]], Built]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that all tests change: dbt parses only what differs from the test before."""
    return copy_project(tmp_path_factory.mktemp("registers") / "project")


@pytest.fixture
def build_with(project: Path, tmp_path: Path, layout: Layout) -> BuildWith:
    """Return a function that builds the report, misprinted or not, with entries in both registers."""

    def build(is_misprinted: bool, corrections: list[Row], exceptions: list[Row]) -> Built:
        text = (PROJECT / "data" / "reports" / REPORT).read_text(encoding="utf-8")
        assert PRINTED_ROW in text
        report = tmp_path / REPORT
        report.write_text(
            text.replace(PRINTED_ROW, MISPRINTED_ROW) if is_misprinted else text, encoding="utf-8"
        )
        home = Home(tmp_path / "home")
        (loaded,) = load_reports([report], home.staged, layout, loader_fingerprint())
        for row in [*corrections, *exceptions]:
            row.update({key: value.replace("REPORT", loaded.report_id) for key, value in row.items()})
        edit_seed(project, "cell_correction", lambda _: corrections)
        edit_seed(project, "accepted_exception", lambda _: exceptions)
        result = build_copy(project, home, ["cell_correction", "accepted_exception"])
        assert result.exception is None, result.exception
        runs = result.result.results  # type: ignore[union-attr]
        return Built(home, {run.node.name for run in runs if run.status in {"fail", "error"}})

    return build


@pytest.fixture(scope="module")
def misprinted_cell(
    report_paths: dict[str, Path], layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return where the misprinted number stands: table, row and column."""
    staged = tmp_path_factory.mktemp("staged")
    load_reports([report_paths["2020"]], staged, layout, loader_fingerprint())
    query = f"""
        select cell_id from read_parquet('{staged}/cell/*.parquet')
        where row_label = 'Jobbklubb' and printed_text = '1 233'
    """
    with duckdb.connect() as connection:
        ((cell_id,),) = connection.execute(query).fetchall()
    return str(cell_id).split(":", 1)[1]


def neighbour(cell: str) -> str:
    """Return the next column of the same row."""
    row, column = cell.rsplit(":c", 1)
    return f"{row}:c{int(column) + 1:02d}"


def correction(code: str, cell: str, printed: str, corrected: str) -> Row:
    return {
        "correction_code": code,
        "cell_id": f"REPORT:{cell}",
        "printed_text": printed,
        "corrected_text": corrected,
        "reason": "A digit is misprinted.",
        "evidence": "The measures of Oppfølging differ from its total by 10.",
        "status": "inferred",
    }


def exception(check_key: str) -> Row:
    return {
        "exception_code": check_key,
        "check_key": check_key,
        "report_key": "REPORT",
        "reason": "Read so in the printed report.",
        "evidence": "Page 1 of the report.",
        "status": "confirmed",
    }


def test_the_real_registers_are_empty() -> None:
    for name in ("cell_correction", "accepted_exception"):
        with (PROJECT / "seeds" / "corrections" / f"{name}.csv").open(encoding="utf-8") as file:
            assert list(csv.DictReader(file)) == []


def test_a_correction_makes_the_sums_hold_and_keeps_the_printed_text(
    build_with: BuildWith, misprinted_cell: str
) -> None:
    built = build_with(True, [correction("JOBBKLUBB", misprinted_cell, "1 223", "1 233")], [])
    assert built.failed == set()
    facts = built.ask(f"""
        select participants, value_status, printed_text, correction_code
        from fct_monthly_participants where fact_key = '{FACT}'
    """)
    assert facts == [(1233, "published", "1 223", "JOBBKLUBB")]
    assert built.ask("select printed_text, corrected_text, status from dim_correction") == [
        ("1 223", "1 233", "inferred")
    ]


def test_accepted_exceptions_let_the_build_pass_and_stand_beside_their_checks(build_with: BuildWith) -> None:
    built = build_with(True, [], [exception(key) for key in BROKEN_CHECKS])
    assert built.failed == set()
    assert built.ask("""
        select checks.check_key, checks.parts_sum, checks.whole, exceptions.reason
        from quality.fct_rule_check as checks
        inner join dim_accepted_exception as exceptions using (exception_code)
        order by check_key
    """) == [
        (BROKEN_CHECKS[0], 1233, 1223, "Read so in the printed report."),
        (BROKEN_CHECKS[1], 14590, 14600, "Read so in the printed report."),
    ]


def test_entries_that_are_not_needed_or_do_not_match_fail_the_build(
    build_with: BuildWith, misprinted_cell: str
) -> None:
    corrections = [
        correction("right_already", misprinted_cell, "1 233", "1 243"),
        correction("other_text", neighbour(misprinted_cell), "1 222", "1 233"),
        correction("nowhere", "t999:r01:c01", "1 222", "1 233"),
    ]
    exceptions = [exception(BROKEN_CHECKS[0]), exception("CHILDREN_ADD_UP:gender:190001:_T")]
    built = build_with(False, corrections, exceptions)
    assert "every_correction_and_exception_on_record_is_needed" in built.failed
    # The needless correction breaks a sum, and so the check on record is needed after all.
    assert built.ask("select entry_code, problem from intermediate.int_register_problem order by all") == [
        ("CHILDREN_ADD_UP:gender:190001:_T", "no_such_check"),
        ("nowhere", "no_such_cell"),
        ("other_text", "printed_text_differs"),
        ("right_already", "explains_no_failing_check"),
    ]


def test_an_exception_for_a_check_that_holds_fails_the_build(build_with: BuildWith) -> None:
    built = build_with(False, [], [exception(BROKEN_CHECKS[0])])
    assert built.failed == {"every_correction_and_exception_on_record_is_needed"}
    assert built.ask("select problem, seen from intermediate.int_register_problem") == [
        ("check_is_not_impossible", "equal")
    ]
