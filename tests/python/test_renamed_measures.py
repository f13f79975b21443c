"""A measure renamed in a newer edition: its people are counted once, and no correct number is accused."""

from collections.abc import Sequence

import pytest
from support.built_homes import Built, ask
from support.project_copy import Row, build_copy, copy_project, edit_seed

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.audit.findings import audit
from tiltak.home import Home

TITLE = "Deltakere i arbeidsrettede tiltak. Tiltak. Tidsserie måned"
MONTHS = ("Januar", "Februar", "Mars")


def edition(mentor: str, mentors: Sequence[int], clubs: Sequence[int]) -> str:
    """Print an edition of the measures of Oppfølging, under some name of Mentor."""
    months = MONTHS[: len(mentors)]
    total = [sum(pair) for pair in zip(mentors, clubs, strict=True)]
    rows = {"I alt": total, mentor: mentors, "Jobbklubb": clubs, "I alt oppfølging": total}
    lines = ["\t".join(["", *months])]
    lines += ["\t".join([label, *map(str, values)]) for label, values in rows.items()]
    return "\n".join([TITLE, "", "Tiltak", "", f"Januar - {months[-1]} 2021", "", *lines, ""])


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Built:
    """Build two editions, the second of which calls Mentor `Mentor pluss`."""
    folder = tmp_path_factory.mktemp("renamed")
    project = copy_project(folder / "project")

    def measures(rows: list[Row]) -> list[Row]:
        mentor = next(row for row in rows if row["tiltak_key"] == "MENTOR")
        return [*rows, {**mentor, "tiltak_key": "MENTOR_PLUSS", "name": "Mentor pluss", "sort_order": "399"}]

    def labels(rows: list[Row]) -> list[Row]:
        return [*rows, {**rows[0], "label": "mentor pluss", "member_code": "MENTOR_PLUSS"}]

    edit_seed(project, "tiltak", measures)
    edit_seed(project, "label_tiltak", labels)
    texts = {
        "first": edition("Mentor", (60, 61), (40, 42)),
        "second": edition("Mentor pluss", (60, 61, 62), (40, 42, 44)),
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    home = Home(folder / "home")
    load_reports([folder / f"{name}.txt" for name in texts], home.staged, layout, loader_fingerprint())
    return build_copy(project, home, ["tiltak", "label_tiltak"])


def test_no_correct_number_is_called_wrong(renamed: Built) -> None:
    assert renamed.failed == set()
    assert audit(renamed.home.building, is_complete=True).told == ()


def test_the_old_name_is_no_fact_and_its_people_are_counted_once(renamed: Built) -> None:
    facts = """
        select distinct tiltak_key from fct_monthly_participants where tiltak_key like 'MENTOR%'
    """
    assert ask(renamed.home, facts) == [("MENTOR_PLUSS",)]
    counted = """
        select month_key, sum(participants) from mart_participants_by_tiltak
        where scope_tiltak_key = '_T' group by month_key order by month_key
    """
    assert ask(renamed.home, counted) == [(202101, 100), (202102, 103), (202103, 106)]


def test_the_old_name_is_gone_since_the_newer_edition_and_keeps_its_printed_cells(
    renamed: Built,
) -> None:
    gone = """
        select month_key, participants, revision from quality.mart_revisions
        where fact_key like '%:MENTOR:%' order by month_key
    """
    assert ask(renamed.home, gone) == [(202101, 60, "gone"), (202102, 61, "gone")]
    known = """
        select month_key, participants, known_to_date::text from fct_participants_as_known
        where tiltak_key = 'MENTOR' order by month_key
    """
    assert ask(renamed.home, known) == [(202101, 60, "2021-03-31"), (202102, 61, "2021-03-31")]
    printed = "select printed_text from fct_printed_cell where fact_key like '%:MENTOR:%' order by cell_id"
    assert ask(renamed.home, printed) == [("60",), ("61",)]
