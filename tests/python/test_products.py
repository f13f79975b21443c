"""Two products that print the same month: they agree, or the build stops and names both places."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support.built_homes import ask
from support.project_copy import Row, build_copy, copy_project, edit_seed
from typer.testing import CliRunner, Result

from loaders.layout import read_layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.cli import app
from tiltak.home import Home

BY_MEASURE = "Deltakere i arbeidsrettede tiltak. Tiltak. Tidsserie måned"
BY_GENDER = "Deltakere i arbeidsrettede tiltak. Tidsserie måned"
MONTHS = ("Januar", "Februar", "Mars")


def report(title: str, section: str, rows: dict[str, Sequence[int]], year: int) -> str:
    """Print a report of one table on the first months of a year."""
    months = MONTHS[: len(next(iter(rows.values())))]
    period = f"Januar - {months[-1]} {year}"
    lines = ["\t".join(["", *months])]
    lines += ["\t".join([label, *map(str, values)]) for label, values in rows.items()]
    return "\n".join([title, "", section, "", period, "", *lines, ""])


def measures(training: Sequence[int], practice: Sequence[int], year: int = 2021) -> str:
    """Print a report by tiltak."""
    total = [sum(pair) for pair in zip(training, practice, strict=True)]
    rows = {"I alt": total, "Mentor": training, "Arbeidstrening": practice}
    return report(BY_MEASURE, "Tiltak", rows, year)


def statuses(seekers: Sequence[int], others: Sequence[int], year: int = 2021) -> str:
    """Print a report by labour-market status."""
    total = [sum(pair) for pair in zip(seekers, others, strict=True)]
    rows = {"I alt": total, "Arbeidssøkere på tiltak": seekers, "Andre på tiltak": others}
    return report(BY_GENDER, "Hovedgrupper", rows, year)


def build(folder: Path, **texts: str) -> tuple[Result, Home]:
    """Run `tiltak build` on a folder of these reports."""
    reports = folder / "reports"
    reports.mkdir()
    for name, text in texts.items():
        (reports / f"{name}.txt").write_text(text, encoding="utf-8")
    home = Home(folder / "home")
    result = CliRunner().invoke(app, ["build", "--reports", str(reports), "--home", str(home.folder)])
    return result, home


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the home of two products that agree, in 2021, and of which one was revised later, in 2022."""
    result, home = build(
        tmp_path_factory.mktemp("agreeing"),
        measures=measures((600, 610), (400, 410)),
        statuses=statuses((700, 710), (300, 310)),
        measures_first=measures((600, 610), (400, 410), 2022),
        statuses_of_2022=statuses((700, 710), (300, 310), 2022),
        measures_revised=measures((605, 610, 620), (400, 410, 420), 2022),
    )
    assert result.exit_code == 0, result.output
    return home


def checks(home: Home, year: int) -> list[tuple[object, ...]]:
    return ask(
        home,
        f"""
        select part_level, outcome, count(*) from quality.fct_rule_check
        where month_key // 100 = {year} group by all order by all
        """,
    )


def test_products_that_agree_are_checked_and_counted(agreeing: Home) -> None:
    assert ("product", "equal", 2) in checks(agreeing, 2021)


def test_products_that_differ_stop_the_build_and_both_places_are_named(tmp_path: Path) -> None:
    result, _ = build(
        tmp_path, measures=measures((600, 610), (400, 410)), statuses=statuses((700, 710), (300, 311))
    )
    assert result.exit_code != 0
    output = " ".join(result.output.split())
    assert "products_that_print_the_same_fact_agree" in output
    for seen in ("measures.txt", "statuses.txt", "1020", "1021", "202102"):
        assert seen in output


def test_a_product_that_was_revised_makes_no_false_alarm(agreeing: Home) -> None:
    assert [row for row in checks(agreeing, 2022) if row[1] == "impossible"] == [("edition", "impossible", 2)]
    total = """
        select participants from fct_monthly_participants
        where breakdown_key = 'TOTAL' and month_key // 100 = 2022 order by month_key
    """
    assert ask(agreeing, total) == [(1005,), (1020,), (1040,)]


@pytest.fixture
def with_applicants(tmp_path: Path) -> Path:
    """Copy the project, with a second statistic and a product of it."""
    project = copy_project(tmp_path / "project")

    def statistics(rows: list[Row]) -> list[Row]:
        other = {**rows[0], "statistic_code": "APPLICANTS", "fact_relation": ""}
        return [*rows, {**other, "name": "Søkere", "name_en": "Applicants"}]

    def products(rows: list[Row]) -> list[Row]:
        other = {"product_code": "SOKERE", "product_title": "Søkere til tiltak. Tidsserie måned"}
        return [*rows, {**rows[0], **other, "statistic_code": "APPLICANTS"}]

    edit_seed(project, "statistic", statistics)
    edit_seed(project, "product", products)
    return project


def test_the_numbers_of_another_statistic_never_become_participants(
    tmp_path: Path, with_applicants: Path
) -> None:
    text = measures((600, 610), (400, 410)).replace(BY_MEASURE, "Søkere til tiltak. Tidsserie måned")
    (tmp_path / "sokere.txt").write_text(text, encoding="utf-8")
    home = Home(tmp_path / "home")
    layout = read_layout(with_applicants / "seeds" / "layout")
    load_reports([tmp_path / "sokere.txt"], home.staged, layout, loader_fingerprint())
    assert build_copy(with_applicants, home, ["statistic", "product"]).failed
    problems = "select distinct problem, seen from intermediate.int_reading_problem"
    assert ask(home, problems) == [("statistic_without_fact", "SOKERE")]
    assert ask(home, "select count(*) from intermediate.int_cell") == [(0,)]
