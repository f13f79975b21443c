"""The start file of the DuckDB shell: the real shell runs it, and its macros say what SQL says."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tiltak.home import PROJECT, Home

START_FILE = PROJECT / "bi" / "duckdb" / "tiltak.sql"
SHELL = Path(sys.executable).with_name("duckdb")
FACT = "201301:_T:GRP_OPPLAERING:_T:_T:_T:_T:_T:_T"

QUESTIONS = {
    "latest()": """
        select month_date, scope_name, hovedgruppe_name, participants, participants_min, participants_max,
            fact_key
        from mart_participants_by_hovedgruppe
        where (scope_tiltak_key = '_T' and month_key = 202207)
            or (scope_tiltak_key = 'GRP_ARBEIDSPRAKSIS' and month_key = 202412)
        order by month_date, hovedgruppe_sort_order
    """,
    "participants_on('2024')": """
        select month_date, hovedgruppe_name, tiltak_name, region_name, participants, participants_min,
            participants_max, participants_estimate, derivation, month_key, hovedgruppe_key, tiltak_key,
            region_key
        from mart_participants_by_county_structure
        where structure_key = '2024'
        order by month_date, tiltak_key, hovedgruppe_key, region_sort_order
    """,
    "participants_of('opplaering')": """
        select month_date, scope_name, tiltak_name, participants, participants_min, participants_max,
            series_break_date, fact_key
        from mart_participants_by_tiltaksgruppe
        where tiltak_key = 'GRP_OPPLAERING'
        order by month_date
    """,
    "participants_of('ARBEIDSTRENING')": """
        select month_date, scope_name, tiltak_name, participants, participants_min, participants_max,
            series_break_date, fact_key
        from mart_participants_by_tiltak
        where tiltak_key = 'ARBEIDSTRENING'
        order by month_date
    """,
    f"trace_of('{FACT}')": f"""
        select source_file, page_no, table_no, line_no, total_label, row_label, column_label, printed_text,
            value_status, measure, cell_id
        from fct_printed_cell
        where fact_key = '{FACT}'
        order by line_no
    """,
    "hidden()": """
        select year, breakdown.name as breakdown_name, cell_count, hidden_count,
            round(100.0 * hidden_count / cell_count, 1) as hidden_percent
        from (
            select breakdown_key, month_key // 100 as year, count(*) as cell_count,
                sum(if(participants_min < participants_max, 1, 0)) as hidden_count
            from fct_monthly_participants
            group by all
        )
        inner join dim_breakdown as breakdown using (breakdown_key)
        order by year, hidden_percent desc, breakdown_name
    """,
}


@pytest.fixture(scope="module")
def folder(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the warehouse is where the start file looks for it."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "warehouse").symlink_to(built_home.folder)
    return folder


def shell(folder: Path, *statements: str) -> subprocess.CompletedProcess[str]:
    """Run the shell with the start file and some statements; rows come as CSV."""
    commands = [argument for statement in statements for argument in ("-c", statement)]
    return subprocess.run(
        [str(SHELL), "-csv", "-bail", "-init", str(START_FILE), *commands],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def rows(text: str) -> list[list[str]]:
    """Return the rows of some CSV, its header first."""
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("call", QUESTIONS)
def test_macros_say_what_sql_says(call: str, folder: Path, built_home: Home) -> None:
    result = shell(folder, ".print ----", f"from {call}")
    assert result.returncode == 0, result.stderr
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        relation = connection.sql(QUESTIONS[call])
        expected = [["NULL" if value is None else str(value) for value in row] for row in relation.fetchall()]
        names = relation.columns
    assert expected
    assert rows(result.stdout.partition("----\n")[2]) == [names, *expected]


def test_a_number_is_traced_by_its_cell_too(folder: Path) -> None:
    by_fact, by_cell = (
        shell(folder, ".print ----", f"from trace_of('{key}')").stdout.partition("----\n")[2]
        for key in (FACT, "ae32e55989fe:t007:r04:c01")
    )
    assert by_fact == by_cell
    assert [row[7] for row in rows(by_fact)] == ["printed_text", "21 123", "21 123"]


def test_the_shell_lists_the_macros_it_has(folder: Path) -> None:
    shown = shell(folder, "select 1").stdout
    macros = {call.partition("(")[0] for call in QUESTIONS}
    assert {line.partition("(")[0].removeprefix("from ") for line in shown.splitlines()[:5]} == macros


def test_the_shell_cannot_write_to_the_warehouse(folder: Path) -> None:
    result = shell(folder, "delete from dim_gender")
    assert result.returncode != 0
    assert "read-only" in result.stderr
