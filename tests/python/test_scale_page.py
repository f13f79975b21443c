"""The page on scale shows what was measured."""

import json
import shutil
from pathlib import Path

import pytest
from measure.speed.scale import PAGE, RESULTS, exponent, per_million_cells, with_tables


def test_the_tables_of_the_page_are_those_of_what_was_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, RESULTS) == page


def test_an_archive_whose_file_is_more_than_twice_its_parquet_is_no_page(tmp_path: Path) -> None:
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    after = json.loads((RESULTS / "after.json").read_text(encoding="utf-8"))
    after["rows"][-1]["duckdb_mb"] = 3 * after["rows"][-1]["parquet_mb"]
    (tmp_path / "after.json").write_text(json.dumps(after), encoding="utf-8")
    with pytest.raises(SystemExit, match="more than twice"):
        with_tables(PAGE.read_text(encoding="utf-8"), tmp_path)


def test_growth_is_that_of_the_two_largest_archives() -> None:
    rows = [
        {"editions": count, "cells": cells, "nothing": {"cpu_seconds": seconds}}
        for count, cells, seconds in ((5, 10, 99.0), (50, 1_000_000, 20.0), (200, 4_000_000, 80.0))
    ]
    assert exponent(rows, "cpu_seconds") == 1.0
    assert per_million_cells(rows, "cpu_seconds") == 20.0
