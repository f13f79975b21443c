"""A query reads the published warehouse, and neither reads nor writes anything beside it."""

from pathlib import Path

import duckdb
import pytest

from tiltak.home import Home, connect_published


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
