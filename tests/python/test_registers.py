"""The registers of corrections and accepted exceptions, on a report with a misprint put into it."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from support.built_homes import Built, ask
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


def report_of(year: int, is_misprinted: bool) -> str:
    """Return the report of 2020 as one of some year, misprinted or not."""
    text = (PROJECT / "data" / "reports" / REPORT).read_text(encoding="utf-8")
    assert PRINTED_ROW in text
    return (text.replace(PRINTED_ROW, MISPRINTED_ROW) if is_misprinted else text).replace("2020", str(year))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that all tests change: dbt parses only what differs from the build before."""
    return copy_project(tmp_path_factory.mktemp("registers") / "project")


def build_with(
    project: Path,
    folder: Path,
    layout: Layout,
    texts: Mapping[int, str],
    entries: Mapping[str, Sequence[Row]],
) -> Built:
    """Build the reports of some years with entries in both registers; `REPORT_2020` is the one of 2020."""
    home = Home(folder / "home")
    paths = [folder / f"{year}.txt" for year in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    loaded = load_reports(paths, home.staged, layout, loader_fingerprint())
    ids = {f"REPORT_{path.stem}": one.report_id for path, one in zip(paths, loaded, strict=True)}
    for register, rows in entries.items():
        named = [{column: with_ids(value, ids) for column, value in row.items()} for row in rows]
        edit_seed(project, register, replaced_by(named))
    return build_copy(project, home, list(entries))


def replaced_by(rows: list[Row]) -> Callable[[list[Row]], list[Row]]:
    return lambda _: rows


def with_ids(value: str, ids: Mapping[str, str]) -> str:
    for name, report_id in ids.items():
        value = value.replace(name, report_id)
    return value


@pytest.fixture(scope="module")
def misprinted_cell(
    report_paths: dict[str, Path], layout: Layout, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return where the misprinted number is: table, row and column."""
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
        "cell_id": f"REPORT_2020:{cell}",
        "printed_text": printed,
        "corrected_text": corrected,
        "reason": "A digit is misprinted.",
        "evidence": "The measures of Oppfølging differ from its total by 10.",
        "status": "inferred",
    }


def exception(year: int, check_key: str) -> Row:
    return {
        "exception_code": check_key,
        "check_key": check_key,
        "report_key": f"REPORT_{year}",
        "reason": "Read so in the printed report.",
        "evidence": "Page 1 of the report.",
        "status": "confirmed",
    }


def checks_of(year: int) -> list[str]:
    """Return the checks that the misprint breaks in the report of a year."""
    return [check.replace(":202001:", f":{year}01:") for check in BROKEN_CHECKS]


@pytest.fixture(scope="module")
def needed(
    project: Path, misprinted_cell: str, tmp_path_factory: pytest.TempPathFactory, layout: Layout
) -> Built:
    """Build two misprinted reports: one is corrected, the failing checks of the other are on record."""
    return build_with(
        project,
        tmp_path_factory.mktemp("needed"),
        layout,
        {2020: report_of(2020, is_misprinted=True), 2021: report_of(2021, is_misprinted=True)},
        {
            "cell_correction": [correction("JOBBKLUBB", misprinted_cell, "1 223", "1 233")],
            "accepted_exception": [exception(2021, key) for key in checks_of(2021)],
        },
    )


@pytest.fixture(scope="module")
def needless(
    project: Path, misprinted_cell: str, tmp_path_factory: pytest.TempPathFactory, layout: Layout
) -> Built:
    """Build two reports without misprints, and entries that are not needed or do not match."""
    return build_with(
        project,
        tmp_path_factory.mktemp("needless"),
        layout,
        {2020: report_of(2020, is_misprinted=False), 2021: report_of(2021, is_misprinted=False)},
        {
            "cell_correction": [
                correction("right_already", misprinted_cell, "1 233", "1 243"),
                correction("other_text", neighbour(misprinted_cell), "1 222", "1 233"),
                correction("nowhere", "t999:r01:c01", "1 222", "1 233"),
            ],
            "accepted_exception": [
                exception(2020, checks_of(2020)[0]),
                exception(2020, "CHILDREN_ADD_UP:gender:190001:_T"),
                exception(2021, checks_of(2021)[0]),
            ],
        },
    )


def test_the_real_registers_are_empty() -> None:
    for name in ("cell_correction", "accepted_exception"):
        with (PROJECT / "seeds" / "corrections" / f"{name}.csv").open(encoding="utf-8") as file:
            assert list(csv.DictReader(file)) == []


def test_a_correction_makes_the_sums_hold_and_keeps_the_printed_text(needed: Built) -> None:
    assert needed.failed == set()
    facts = ask(
        needed.home,
        f"""
        select participants, value_status, printed_text, correction_code
        from fct_monthly_participants where fact_key = '{FACT}'
    """,
    )
    assert facts == [(1233, "published", "1 223", "JOBBKLUBB")]
    assert ask(needed.home, "select printed_text, corrected_text, status from dim_correction") == [
        ("1 223", "1 233", "inferred")
    ]


def test_accepted_exceptions_let_the_build_pass_and_are_beside_their_checks(needed: Built) -> None:
    assert needed.failed == set()
    status, group = checks_of(2021)
    assert ask(
        needed.home,
        """
        select checks.check_key, checks.parts_sum, checks.whole, exceptions.reason
        from quality.fct_rule_check as checks
        inner join dim_accepted_exception as exceptions using (exception_code)
        order by check_key
    """,
    ) == [
        (status, 1233, 1223, "Read so in the printed report."),
        (group, 14590, 14600, "Read so in the printed report."),
    ]


def test_entries_that_are_not_needed_or_do_not_match_fail_the_build(needless: Built) -> None:
    assert "every_correction_and_exception_on_record_is_needed" in needless.failed
    # The needless correction breaks a sum of 2020, and so the check of 2020 on record is needed after all.
    problems = "select entry_code, problem from intermediate.int_register_problem order by all"
    assert ask(needless.home, problems) == [
        ("CHILDREN_ADD_UP:gender:190001:_T", "no_such_check"),
        (checks_of(2021)[0], "check_is_not_impossible"),
        ("nowhere", "no_such_cell"),
        ("other_text", "printed_text_differs"),
        ("right_already", "explains_no_failing_check"),
    ]


def test_an_exception_for_a_check_that_holds_says_how_it_holds(needless: Built) -> None:
    seen = "select seen from intermediate.int_register_problem where problem = 'check_is_not_impossible'"
    assert ask(needless.home, seen) == [("equal",)]
