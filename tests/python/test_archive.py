"""The invented archive for measuring: its bytes are settled by the seed, and the loaders read all of it."""

from pathlib import Path

import pytest
from measure.speed.archive import write_archive
from typer.testing import CliRunner

from loaders.layout import Layout
from loaders.load import read_report
from tiltak.cli import app

EDITIONS = 60  # all products of one year


def test_an_archive_is_settled_by_its_seed(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("first", "second", "other")}
    for name, folder in folders.items():
        write_archive(folder, 2, seed=int(name == "other"))
    contents = {
        name: [path.read_bytes() for path in sorted(folder.iterdir())] for name, folder in folders.items()
    }
    assert contents["first"] == contents["second"]
    assert contents["first"] != contents["other"]


def test_every_edition_of_an_archive_is_read_as_a_year_up_to_a_month(tmp_path: Path, layout: Layout) -> None:
    size = write_archive(tmp_path, EDITIONS)
    paths = sorted(tmp_path.iterdir())
    assert len(paths) == EDITIONS
    assert size == sum(path.stat().st_size for path in paths)
    reports = [read_report(path, layout)[0] for path in paths]
    assert sorted((report.product_code, report.period.last_month) for report in reports) == [
        (code, month)
        for code in sorted({report.product_code for report in reports})
        for month in range(1, 13)
    ]


def test_the_tables_of_an_archive_add_up(tmp_path: Path, layout: Layout) -> None:
    write_archive(tmp_path, 1)
    (path,) = tmp_path.iterdir()
    report, _ = read_report(path, layout)
    values = {
        (table.section_heading, row.label): [int(value.replace(" ", "")) for value in row.values if value]
        for table in report.tables[:2]
        for row in table.rows
    }
    for section in ("Hovedgrupper", "Tiltaksgrupper"):
        parts = [
            counts for (heading, label), counts in values.items() if heading == section and label != "I alt"
        ]
        assert values[section, "I alt"] == [sum(counts) for counts in zip(*parts, strict=True)]


@pytest.mark.slow
def test_products_of_one_month_are_held_together_without_a_false_alarm(tmp_path: Path) -> None:
    # All products of a year, each up to December: one of them is about a single tiltaksgruppe.
    reports = tmp_path / "reports"
    write_archive(reports, EDITIONS)
    for path in reports.iterdir():
        if not path.stem.endswith("-12"):
            path.unlink()
    result = CliRunner().invoke(app, ["build", "--reports", str(reports), "--home", str(tmp_path / "home")])
    assert result.exit_code == 0, result.output
