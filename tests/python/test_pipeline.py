"""The whole way, through the command: what a build makes, and what bad input leads to.

Every test of bad input asks for the same three things: one clear message with place and next step, exit
code 1, and a published warehouse that is byte for byte as it was.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from tiltak.cli import app
from tiltak.done import Done
from tiltak.home import PROJECT, Home

REPORTS = PROJECT / "data" / "reports"
REPORT_2013 = "deltakere_2013-01_2013-11.txt"
REPORT_2020 = "deltakere-tiltak_2020-01_2020-02.txt"
REPORT_2022 = "deltakere-tiltak-og-alder_2022-01_2022-07.txt"
REPORT_2024 = "tilt120-arbeidspraksis-demografi_2024-01_2024-12.txt"

pytestmark = pytest.mark.slow
Edit = Callable[[str], str]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def build(folder: Path, home: Home, *more: str) -> Result:
    return run("build", "--reports", str(folder), "--home", str(home.folder), *more)


def put_report(folder: Path, name: str, edit: Edit = lambda text: text) -> Path:
    """Copy a report into a folder that has no provenance cards, after an edit that must change it."""
    folder.mkdir(parents=True, exist_ok=True)
    text = (REPORTS / name).read_text(encoding="utf-8")
    path = folder / name
    path.write_text(edit(text), encoding="utf-8")
    return path


def replaced(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def good_home(small_home: Home, tmp_path: Path) -> Home:
    """A copy of the home with a published warehouse, to try bad input on."""
    home = Home(tmp_path / "home")
    shutil.copytree(small_home.folder, home.folder, symlinks=True)
    return home


def assert_refused(result: Result, home: Home, before: str, *told: str) -> None:
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    for text in told:
        assert text in result.output
    assert digest(home.warehouse) == before
    staged = {path.name for path in home.staged.rglob("*.parquet")}
    assert not list(home.staged.glob(".partial-*"))
    assert len(staged) >= 1


def test_a_build_says_what_it_made_and_one_in_which_nothing_has_changed_publishes_nothing(
    good_home: Home, small_reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(path.name for path in (good_home.folder / "versions").iterdir())
    with monkeypatch.context() as patched:
        patched.setattr("tiltak.build.run_dbt", lambda *_: pytest.fail("dbt was run"))
        first = build(small_reports, good_home)
        again = build(small_reports, good_home)
    for said in (first, again):
        assert (said.exit_code, "there is nothing to build" in said.output) == (0, True), said.output
    # The build file is another one, as after a dbt command: it is built anew, and found to be the same.
    good_home.building.touch()
    anew = build(small_reports, good_home)
    assert anew.exit_code == 0
    for told in ("1 already staged", "394 printed cells became 300 monthly figures", "tiltak sql"):
        assert told in anew.output
    assert sorted(path.name for path in (good_home.folder / "versions").iterdir()) == before
    # Another report is another version.
    put_report(tmp_path / "reports", REPORT_2013)
    assert build(tmp_path / "reports", good_home).exit_code == 0
    assert len(list((good_home.folder / "versions").iterdir())) == len(before) + 1


def test_the_published_file_has_all_public_relations_a_view_per_structure_and_no_others(
    small_home: Home,
) -> None:
    query = "select table_schema, table_name from information_schema.tables"
    with duckdb.connect(str(small_home.building), read_only=True) as built:
        made = set(built.sql(query).fetchall())
        structures = built.sql("select structure_key from dim_county_structure").fetchall()
    with duckdb.connect(str(small_home.warehouse), read_only=True) as published:
        public = f"{query} where table_schema <> 'stored'"
        assert set(published.sql(public).fetchall()) == {
            relation for relation in made if relation[0] not in {"staging", "intermediate", "seeds"}
        } | {("main", f"mart_participants_on_counties_of_{key}") for (key,) in structures}


def test_an_unknown_label_is_shown_with_its_line_and_the_nearest_known_ones(
    good_home: Home, tmp_path: Path
) -> None:
    before = digest(good_home.warehouse)
    put_report(tmp_path / "reports", REPORT_2020, replaced("Arbeidstrening\t8 399", "Arbeidstremning\t8 399"))
    result = build(tmp_path / "reports", good_home)
    assert_refused(
        result,
        good_home,
        before,
        "unknown row label",
        "'arbeidstremning'",
        "arbeidstrening",
        "line ",
        "next:",
    )


def test_a_number_that_does_not_add_up_stops_the_build_and_is_named(good_home: Home, tmp_path: Path) -> None:
    before = digest(good_home.warehouse)
    put_report(tmp_path / "reports", REPORT_2020, replaced("Jobbklubb\t1 233", "Jobbklubb\t1 223"))
    result = build(tmp_path / "reports", good_home)
    assert_refused(
        result,
        good_home,
        before,
        "every_check_holds_or_is_on_record",
        "CHILDREN_ADD_UP:tiltak:DELTAKERE_TILTAK:202001:_T:GRP_OPPFOLGING:",
        "most likely wrong: ",
        'row "Jobbklubb", column "Januar": printed "1 223"',
        "all 2 failing checks hold if it is 1 233 (one digit misread)",
    )
    with duckdb.connect(str(good_home.building), read_only=True) as built:
        stored = built.sql("select table_name from duckdb_tables() where schema_name = 'failures'").fetchall()
    assert {name for (name,) in stored} == set(re.findall(r"failed: (\w+):", result.stderr))


def test_a_report_cut_between_two_tables_does_not_add_up(good_home: Home, tmp_path: Path) -> None:
    before = digest(good_home.warehouse)
    put_report(
        tmp_path / "reports",
        REPORT_2020,
        lambda text: text[: text.rindex("Deltakere i arbeidsrettede tiltak", 0, text.rindex("Jobbklubb"))],
    )
    result = build(tmp_path / "reports", good_home)
    assert_refused(result, good_home, before, "every_check_holds_or_is_on_record")


def test_a_heading_that_contradicts_the_total_stops_the_build(good_home: Home, tmp_path: Path) -> None:
    before = digest(good_home.warehouse)
    put_report(
        tmp_path / "reports",
        REPORT_2020,
        replaced("\nArbeidssøkere på tiltak\n", "\nAndre på tiltak\n"),
    )
    result = build(tmp_path / "reports", good_home)
    assert_refused(result, good_home, before, "heading contradicts total", "'andre på tiltak'")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01\x02", "binary"),
        ("Deltakere på tiltak\n".encode("latin-1"), "not UTF-8"),
        (b"Dear reader\n\nnothing here\n", "not a report we know"),
    ],
)
def test_a_file_that_is_no_report_is_refused(
    content: bytes, told: str, good_home: Home, tmp_path: Path
) -> None:
    before = digest(good_home.warehouse)
    folder = tmp_path / "reports"
    put_report(folder, REPORT_2013)
    (folder / "bad.txt").write_bytes(content)
    result = build(folder, good_home)
    assert_refused(result, good_home, before, told, "bad.txt", "next:")


def test_a_row_with_too_few_values_is_refused_with_its_line(good_home: Home, tmp_path: Path) -> None:
    before = digest(good_home.warehouse)
    put_report(tmp_path / "reports", REPORT_2020, replaced("Mentor\t193\t209", "Mentor\t193"))
    result = build(tmp_path / "reports", good_home)
    assert_refused(result, good_home, before, "the row has 1 values", "Mentor | 193", "table ", "line ")


def test_a_folder_without_reports_is_refused(good_home: Home, tmp_path: Path) -> None:
    before = digest(good_home.warehouse)
    result = build(tmp_path, good_home)
    assert_refused(result, good_home, before, "no report files")


def test_a_full_disk_while_publishing_leaves_the_warehouse(
    good_home: Home, small_reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = digest(good_home.warehouse)
    monkeypatch.setattr("tiltak.spans.build", lambda *_: Done(frozenset(), frozenset()))
    monkeypatch.setattr("tiltak.publish.publish.write_dictionary", full_disk)
    result = build(small_reports, good_home, "--anew")
    assert_refused(result, good_home, before, "No space left on device", "check free space")


def without_july(text: str) -> str:
    """Make the January-June edition of the 2022 report, with one number that reads otherwise."""
    lines = [line.rsplit("\t", 1)[0] if "\t" in line else line for line in text.split("\n")]
    edition = "\n".join(lines).replace("Januar - Juli 2022", "Januar - Juni 2022")
    return replaced("Jobbkubb\t1 060\t", "Jobbkubb\t1 050\t")(edition)


def report_on_everybody_in_2024() -> str:
    """Make a report on all measures for January-February 2024 that holds the two of the 2024 report too."""
    cover = (PROJECT / "data" / "reports" / REPORT_2020).read_text(encoding="utf-8").split("Hovedgrupper")[0]
    table = (
        "\tJanuar\tFebruar\nI alt\t22 698\t23 253\nArbeidsforberedende trening\t7 698\t7 666\n"
        "Arbeidstrening\t5 000\t5 587\nI alt arbeidspraksis\t12 698\t13 253\nMentor\t10 000\t10 000\n"
        "I alt oppfølging\t10 000\t10 000\n"
    )
    return f"{cover}Tiltak\n\nJanuar 2020 - Februar 2020\n\n{table}".replace("2020", "2024")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """Build two editions of 2022, the newer one twice, and two products of 2024; says what the build said."""
    folder = tmp_path_factory.mktemp("several") / "reports"
    put_report(folder, REPORT_2022).rename(folder / "newest.txt")
    put_report(folder, REPORT_2022, without_july).rename(folder / "older.txt")
    put_report(folder, REPORT_2022)
    put_report(folder, REPORT_2024)
    (folder / "everybody.txt").write_text(report_on_everybody_in_2024(), encoding="utf-8")
    home = Home(folder.parent / "home")
    result = build(folder, home)
    assert result.exit_code == 0, result.output
    return home, result.output


def test_of_two_editions_the_newest_wins_and_differences_are_listed(several: tuple[Home, str]) -> None:
    home, said = several
    assert "read differently in a newer edition: 1" in said
    with duckdb.connect(str(home.warehouse), read_only=True) as published:
        revisions = published.sql("""
            select fact_key, revision, participants, newer_participants from quality.mart_revisions
        """).fetchall()
        assert revisions == [("202201:ARBEIDSSOKERE:JOBBKLUBB:_T:_T:_T:_T:_T:_T", "changed", 1050, 1060)]
        facts = published.sql("""
            select participants, report_key, (
                select count(*) from fct_monthly_participants where month_key // 100 = 2022
            )
            from fct_monthly_participants
            where fact_key = '202201:ARBEIDSSOKERE:JOBBKLUBB:_T:_T:_T:_T:_T:_T'
        """).fetchall()
        assert facts == [(1060, "84f59ce23322", 6013)]
        editions = published.sql("""
            select is_newest_edition from dim_report where year(period_start_date) = 2022 order by all
        """).fetchall()
        assert editions == [(False,), (True,)]
    assert len(list((home.staged / "report").glob("*.parquet"))) == 4


def test_two_products_that_print_the_same_cells_keep_both_populations(several: tuple[Home, str]) -> None:
    home, _ = several
    with duckdb.connect(str(home.warehouse), read_only=True) as published:
        rows = published.sql("""
            select scope_tiltak_key, sum(participants) from mart_participants_by_tiltaksgruppe
            where month_key = 202401 group by all order by all
        """).fetchall()
    assert rows == [("GRP_ARBEIDSPRAKSIS", 12698), ("_T", 22698)]
