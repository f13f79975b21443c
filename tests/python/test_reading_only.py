"""A query reads the published warehouse, and neither reads nor writes anything beside it."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from loaders.errors import LookupFailedError
from tiltak.cli import app
from tiltak.home import Home, connect_published
from tiltak.questions import ask


@pytest.mark.parametrize(
    "query",
    [
        "copy (select 1) to '{folder}/new.csv'",
        "copy (select 1) to '{home}/published/parquet/main/dim_gender.parquet' (format parquet)",
        "export database '{folder}/new'",
        "select * from read_csv('{folder}/letter.csv')",
        "select * from read_text('{folder}/letter.csv')",
        "select * from glob('{folder}/*')",
        "select * from '{folder}/letter.csv'",
        "attach '{folder}/new.duckdb'",
        "install httpfs",
        "load '{folder}/letter.csv'",
        "set enable_external_access = true",
        "reset lock_configuration",
        "insert into dim_gender select * from dim_gender",
        "drop table dim_gender",
    ],
)
def test_what_is_more_than_reading_the_warehouse_is_refused(
    query: str, small_home: Home, tmp_path: Path
) -> None:
    (tmp_path / "letter.csv").write_text("mine", encoding="utf-8")
    with connect_published(small_home) as connection, pytest.raises(duckdb.Error):
        connection.execute(query.format(folder=tmp_path, home=small_home.folder)).fetchall()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.csv"]


def test_a_query_that_takes_too_long_is_broken_off(small_home: Home) -> None:
    endless = "select count(*) from range(1000000000) as a(x), range(1000000000) as b(y) where x * y % 7 = 3"
    with connect_published(small_home) as connection, pytest.raises(LookupFailedError, match="--seconds"):
        ask(connection, endless, seconds=0.3)


def test_an_answer_of_too_many_rows_is_refused_and_not_cut(small_home: Home) -> None:
    with connect_published(small_home) as connection:
        assert len(ask(connection, "select * from range(5)", most_rows=5).rows) == 5
        with pytest.raises(LookupFailedError, match="more than 4 rows"):
            ask(connection, "select * from range(5)", most_rows=4)


@pytest.mark.parametrize("text", ["[/]", "[bold]x", ":x:", "[2020-01-01, 2020-02-01]"])
def test_values_are_shown_as_they_are(text: str, small_home: Home) -> None:
    query = f"select '{text}' as value"
    shown = CliRunner().invoke(app, ["sql", query, "--home", str(small_home.folder)])
    assert shown.exit_code == 0
    assert text in shown.output


def test_what_would_move_a_terminal_is_shown_as_escapes(small_home: Home) -> None:
    query = "select chr(27) || '[2J' as a, chr(8238) || 'snu' as b, chr(155) || '1m' as c"
    shown = CliRunner().invoke(app, ["sql", query, "--home", str(small_home.folder)])
    assert "\\x1b[2J" in shown.output
    assert "\\u202esnu" in shown.output
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown.output)


@pytest.mark.parametrize("form", [[], ["--csv"]])
def test_a_letter_that_the_terminal_has_not_is_written_as_an_escape(
    form: list[str], small_home: Home
) -> None:
    query = "select 'Jobbk\u043b\u0443bb' as row_label"
    runner = CliRunner(charset="cp1252")
    shown = runner.invoke(app, ["sql", *form, query, "--home", str(small_home.folder)])
    assert shown.exit_code == 0
    assert "Jobbk\\u043b\\u0443bb" in shown.output
