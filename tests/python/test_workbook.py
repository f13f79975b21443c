"""The workbook holds what the marts hold, in the form that people of Excel and LibreOffice need."""

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import duckdb
import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook

from tiltak.errors import BuildError
from tiltak.home import Home
from tiltak.publish import workbook as module
from tiltak.publish.catalogue import read_catalogue
from tiltak.publish.words import Word, Words, read_words
from tiltak.publish.workbook import GLOSSARY, NOTES, WORKBOOK, write_workbook

NORWEGIAN = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>nb-NO</value></prop></item>
</oor:items>
"""


@pytest.fixture(scope="module")
def connection(built_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file."""
    with duckdb.connect(str(built_home.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def words(built_home: Home) -> Words:
    return read_words(read_catalogue(built_home.target / "manifest.json"))


@pytest.fixture(scope="module")
def path(exports: Path) -> Path:
    return exports / WORKBOOK


@pytest.fixture(scope="module")
def workbook(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def expected(
    connection: duckdb.DuckDBPyConnection, words: Words, sheet: str
) -> tuple[list[str], list[list[object]]]:
    """Return what a sheet must show: headings, and rows in words."""
    table = next(table for table in words.tables if table.sheet == sheet)
    names = [column.name for column in table.columns]
    rows = connection.sql(
        f"select {', '.join(names)} from {table.table.name} order by {', '.join(table.table.grain)}"
    ).fetchall()
    return [words.heading(name).name for name in names], [
        [in_words(words, name, value) for name, value in zip(names, row, strict=True)] for row in rows
    ]


def in_words(words: Words, column: str, value: object) -> object:
    if column in {"value_status", "derivation", "tiltak_level", "partition_key"}:
        return words.values[column, str(value)].name
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if column in {"month_key", "earlier_month_key"} and value is not None:
        return str(value)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


def as_stored(value: object) -> object:
    """Return a number as the workbook has it: with 16 digits, of which Excel shows 15."""
    return float(f"{value:.16G}") if isinstance(value, float) else value


def test_every_mart_of_participants_is_a_sheet(words: Words, workbook: Workbook, built_home: Home) -> None:
    marts = {
        table.name.relation
        for table in read_catalogue(built_home.target / "manifest.json").tables
        if table.name.relation.startswith("mart_participants_")
    }
    assert {table.table.name.relation for table in words.tables} == marts
    assert workbook.sheetnames == [NOTES, GLOSSARY, *(table.sheet for table in words.tables)]


def test_openpyxl_reads_every_cell_as_it_is(
    connection: duckdb.DuckDBPyConnection, words: Words, workbook: Workbook
) -> None:
    for sheet in workbook.worksheets[2:]:
        headings, rows = expected(connection, words, sheet.title)
        found = [list(row) for row in sheet.iter_rows(values_only=True)]
        assert found[0] == headings, sheet.title
        assert len(found) - 1 == len(rows), sheet.title
        for shown, row in zip(found[1:], rows, strict=True):
            assert shown == [as_stored(value) for value in row], sheet.title


def test_pandas_reads_codes_as_text_and_hidden_numbers_as_missing(
    connection: duckdb.DuckDBPyConnection, path: Path
) -> None:
    frame = pd.read_excel(path, sheet_name="Fylke og hovedgruppe", engine="openpyxl")
    codes = set(frame["Fylkesnummer"])
    assert {type(code) for code in codes} == {str}
    assert "03" in codes
    hidden = frame[frame["Tallet er"] == "skjult (*)"]
    printed = frame[frame["Tallet er"] == "trykt"]
    assert connection.sql("""
        select count(*) filter (value_status = 'suppressed'), count(*) filter (value_status = 'published')
        from mart_participants_by_county_and_hovedgruppe
    """).fetchall() == [(len(hidden), len(printed))]
    assert hidden["Deltakere"].isna().all()
    assert set(hidden["Høyeste mulige tall"]) == {3}
    assert printed["Deltakere"].notna().all()


def test_a_sheet_can_be_scrolled_and_filtered(workbook: Workbook) -> None:
    for sheet in workbook.worksheets[2:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions


def test_the_first_sheet_says_how_to_read_the_others(workbook: Workbook, words: Words) -> None:
    texts = [row[0] for row in workbook[NOTES].iter_rows(values_only=True) if row[0]]
    assert [note.name for note in words.notes] == texts[1 : 1 + len(words.notes)]
    assert sum("deltakere-tiltaksgruppe-og-fylke_2019-01_2019-12.txt" in str(text) for text in texts) == 1
    links = [cell.hyperlink.location for (cell,) in workbook[NOTES].iter_rows() if cell.hyperlink]
    assert links == [f"'{sheet}'!A1" for sheet in workbook.sheetnames[1:]]


def test_the_glossary_says_what_every_member_is(
    connection: duckdb.DuckDBPyConnection, workbook: Workbook
) -> None:
    rows = {
        row[1]: row for row in workbook[GLOSSARY].iter_rows(min_row=2, values_only=True) if row[0] == "tiltak"
    }
    names = connection.sql("select name from dim_tiltak where tiltak_level = 'tiltak'").fetchall()
    assert set(rows) == {name for (name,) in names}
    assert len(rows) == 69
    assert [name for name, row in rows.items() if not row[2]] == [
        "Produksjonsverksted (PV)", "Tilrettelegging", "Jobbskapingsprosjekter"
    ]  # fmt: skip
    support = rows["Arbeid med støtte"]
    assert (support[5], support[7]) == (datetime(2023, 12, 1), "Utvidet oppfølging i NAV")
    assert all(row[8] for row in rows.values() if row[2])


def test_the_same_rows_give_the_same_bytes(
    connection: duckdb.DuckDBPyConnection, words: Words, path: Path, tmp_path: Path
) -> None:
    again = tmp_path / WORKBOOK
    write_workbook(connection, words, again)
    with ZipFile(path) as first, ZipFile(again) as second:
        assert [first.read(name) for name in first.namelist()] == [
            second.read(name) for name in second.namelist()
        ]
    assert path.read_bytes() == again.read_bytes()


def test_a_column_without_a_heading_is_refused(
    connection: duckdb.DuckDBPyConnection, words: Words, tmp_path: Path
) -> None:
    columns = {name: word for name, word in words.columns.items() if name != "participants_min"}
    with pytest.raises(BuildError, match=r"(?s)participants_min.*export_column\.csv"):
        write_workbook(
            connection, Words(words.tables, columns, words.values, words.notes), tmp_path / WORKBOOK
        )


def test_a_code_without_a_word_is_refused(words: Words) -> None:
    assert words.value("value_status", "suppressed") == Word("skjult (*)", "hidden (*)")
    with pytest.raises(BuildError, match=r"(?s)value_status, withheld.*export_value\.csv"):
        words.value("value_status", "withheld")


def test_libreoffice_in_norwegian_reads_every_cell(
    connection: duckdb.DuckDBPyConnection, words: Words, path: Path, tmp_path: Path
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    settings = tmp_path / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(NORWEGIAN, encoding="utf-8")
    copy = tmp_path / "bok.xlsx"
    shutil.copy(path, copy)
    # Tabs, quotes, UTF-8, cells as shown, all sheets: the tokens of LibreOffice's CSV filter.
    every_sheet = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1"
    said = subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", every_sheet, "--outdir", str(tmp_path / "out"), str(copy)],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    for table in words.tables:
        headings, rows = expected(connection, words, table.sheet)
        text = (tmp_path / "out" / f"bok-{table.sheet}.csv").read_text(encoding="utf-8")
        found = list(csv.reader(text.splitlines(), delimiter="\t"))
        assert found[0] == headings
        assert len(found) - 1 == len(rows), table.sheet
        for shown, row in zip(found[1:], rows, strict=True):
            assert [as_shown(value) for value in row] == [
                round_trip(field, value) for field, value in zip(shown, row, strict=True)
            ]


def as_shown(value: object) -> object:
    """Return a value as it comes back from the text that LibreOffice writes."""
    return "" if value is None else value


def round_trip(field: str, value: object) -> object:
    """Return a field of LibreOffice's CSV as a value of the same kind, or as text where it is none."""
    if isinstance(value, datetime):
        # A day is shown as it is formatted, a month as the day that Norwegians write.
        return datetime.strptime(field, "%d.%m.%Y" if "." in field else "%Y-%m-%d")
    if isinstance(value, float):
        return pytest.approx(float(field.replace(",", ".")), rel=1e-9)  # as shown, in ten digits
    return int(field) if isinstance(value, int) else field


def test_a_mart_that_no_sheet_can_hold_is_on_sheets_by_year(
    connection: duckdb.DuckDBPyConnection, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = next(table for table in words.tables if table.sheet == "Tiltaksgruppe og hovedgruppe")
    counts = dict(
        connection.sql(f"select month_key // 100, count(*) from {table.table.name} group by all").fetchall()
    )
    monkeypatch.setattr(module, "MOST_ROWS", max(counts.values()))
    few = replace(words, tables=(table,))
    write_workbook(connection, few, tmp_path / WORKBOOK)
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    sheets = [sheet for sheet in book.worksheets if sheet.title[-4:].isdigit()]
    assert len(sheets) > 1
    assert all(sheet.max_row - 1 <= max(counts.values()) for sheet in sheets)
    assert sum(sheet.max_row - 1 for sheet in sheets) == sum(counts.values())
    links = {cell.value for row in book["Les dette"].iter_rows() for cell in row if cell.hyperlink}
    assert {sheet.title for sheet in sheets} <= {str(link).partition(":")[0] for link in links}
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    with pytest.raises(BuildError, match="more than a sheet can hold"):
        write_workbook(connection, few, tmp_path / "other.xlsx")
