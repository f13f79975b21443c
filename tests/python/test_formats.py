"""Answers of `tiltak sql` in every form are read back as they are."""

import csv
import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tiltak.home import Home

QUERY = """
    select region_code, region_name, month_date, participants, participants_min, participants_max
    from mart_participants_by_county
    where month_key = 201903 and tiltak_key = 'GRP_JOBBSKAPING_OG_EGENETABLERING'
    order by region_sort_order
"""


def said(home: Home, form: str) -> bytes:
    """Return what the command writes."""
    command = [str(Path(sys.executable).with_name("tiltak")), "sql", QUERY, "--home", str(home.folder)]
    result = subprocess.run([*command, "--format", form], capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


@pytest.fixture(scope="module")
def rows(built_home: Home) -> list[list[str]]:
    return list(csv.reader(io.StringIO(said(built_home, "csv").decode())))


def test_json_has_numbers_and_null_for_what_is_hidden(built_home: Home, rows: list[list[str]]) -> None:
    answer = json.loads(said(built_home, "json"))
    assert [["" if value is None else str(value) for value in row.values()] for row in answer] == rows[1:]
    assert list(answer[0]) == rows[0]
    assert {type(row["participants_min"]) for row in answer} == {int}
    assert {type(row["region_code"]) for row in answer} == {str}
    assert None in {row["participants"] for row in answer}


def test_a_workbook_has_codes_as_text_and_days_as_days(built_home: Home, rows: list[list[str]]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(said(built_home, "xlsx"))).active
    assert sheet is not None
    header, *found = sheet.iter_rows(values_only=True)
    assert list(header) == rows[0]
    assert [row[0] for row in found] == [row[0] for row in rows[1:]]
    assert {row[2] for row in found} == {datetime(2019, 3, 1)}
    assert [row[3:] for row in found] == [
        tuple(int(value) if value else None for value in row[3:]) for row in rows[1:]
    ]


def test_markdown_is_a_table(built_home: Home, rows: list[list[str]]) -> None:
    lines = said(built_home, "markdown").decode().splitlines()
    assert lines[1] == "| " + " | ".join(["---"] * len(rows[0])) + " |"
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]
    assert cells == rows


def test_an_unknown_form_is_refused_with_the_known_ones(built_home: Home) -> None:
    command = [str(Path(sys.executable).with_name("tiltak")), "sql", "select 1", "--format", "pdf"]
    result = subprocess.run([*command, "--home", str(built_home.folder)], capture_output=True, check=False)
    assert result.returncode == 1
    assert b"table, csv, json, xlsx, markdown" in b" ".join(result.stderr.split())
