"""The page on scale shows what was measured."""

import json

from measure.speed.scale import PAGE, RESULTS, exponent, per_million_cells, with_tables


def test_the_tables_of_the_page_are_those_of_what_was_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_tables(page, RESULTS) == page


def test_the_published_file_is_at_most_twice_its_parquet_as_the_archive_grows() -> None:
    rows = json.loads((RESULTS / "after.json").read_text(encoding="utf-8"))["rows"]
    ratios = {row["editions"]: row["duckdb_mb"] / row["parquet_mb"] for row in rows}
    assert ratios[200] < ratios[50] <= 2.0


def test_growth_is_told_by_the_two_largest_archives() -> None:
    rows = [
        {"editions": count, "cells": cells, "nothing": {"cpu_seconds": seconds}}
        for count, cells, seconds in ((5, 10, 99.0), (50, 1_000_000, 20.0), (200, 4_000_000, 80.0))
    ]
    assert exponent(rows, "cpu_seconds") == 1.0
    assert per_million_cells(rows, "cpu_seconds") == 20.0
