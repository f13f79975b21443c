"""What is newer, what replaces what and what is gone follows from months, dates and cards, never a name."""

from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from support.editions import MONTHS, edition

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.build import ChecksFailedError, build_warehouse
from tiltak.home import Home


def build(folder: Path, layout: Layout, cards: dict[str, str] | None = None, **texts: str) -> Home:
    """Build a home from the texts of editions by name, with the days on their cards."""
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    if cards:
        hashes = {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}
        lines = [
            f"  - file: {name}.txt\n    published: {day}\n    sha256: {hashes[name]}\n"
            for name, day in cards.items()
        ]
        (folder / "reports.yml").write_text("reports:\n" + "".join(lines), encoding="utf-8")
    home = Home(folder / "home")
    load_reports([folder / f"{name}.txt" for name in texts], home.staged, layout, loader_fingerprint())
    build_warehouse(home)
    return home


def ask(home: Home, query: str) -> list[tuple[object, ...]]:
    """Return the answer of a built warehouse."""
    with duckdb.connect(str(home.building), read_only=True) as connection:
        return connection.execute(query).fetchall()


REVISIONS = """
    select month_key, revision, participants, newer_participants from quality.mart_revisions
    where fact_key like '%:_T:_T:_T:_T:_T:_T:_T:_T' order by month_key
"""
KNOWN = """
    select month_key, participants, known_from_date::text, known_to_date::text from fct_participants_as_known
    where fact_key like '%:_T:_T:_T:_T:_T:_T:_T:_T' order by month_key, known_from_date
"""


def test_editions_of_one_month_and_of_a_quarter_end_only_the_months_they_hold(
    tmp_path: Path, layout: Layout
) -> None:
    home = build(
        tmp_path, layout,
        january=edition(MONTHS[:1]),
        february=edition(MONTHS[1:2]),
        quarter=edition(MONTHS[:3], more_in="Februar"),
        april=edition(MONTHS[3:]),
    )  # fmt: skip
    assert ask(home, REVISIONS) == [(202102, "changed", 6120, 6150)]
    assert ask(home, KNOWN) == [
        (202101, 6010, "2021-01-31", "2021-03-31"),
        (202101, 6010, "2021-03-31", None),
        (202102, 6120, "2021-02-28", "2021-03-31"),
        (202102, 6150, "2021-03-31", None),
        (202103, 6230, "2021-03-31", None),
        (202104, 24, "2021-04-30", None),
    ]
    newest = "select period_end_date::text, is_newest_edition from dim_report order by 1"
    assert ask(home, newest) == [
        ("2021-01-31", False), ("2021-02-28", False), ("2021-03-31", True), ("2021-04-30", True),
    ]  # fmt: skip


def test_a_reissue_with_a_later_date_is_newer_whatever_its_months_and_the_padding_of_its_date(
    tmp_path: Path, layout: Layout
) -> None:
    home = build(
        tmp_path, layout,
        a_reissue=edition(MONTHS[:2], updated="5.5.2021", more_in="Januar"),
        b_first=edition(MONTHS[:3], updated="09.04.2021"),
    )  # fmt: skip
    assert ask(home, REVISIONS) == [(202101, "changed", 6010, 6040)]
    fact = (
        "select participants from fct_monthly_participants where fact_key = '202101:_T:_T:_T:_T:_T:_T:_T:_T'"
    )
    assert ask(home, fact) == [(6040,)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({}, {}, id="no dates"),
        pytest.param({}, {"blank_lines": 3}, id="another hash"),
        pytest.param({"updated": "09.04.2021"}, {"updated": "9.4.2021"}, id="one day"),
        pytest.param({"updated": "09.04.2021"}, {}, id="one dated"),
    ],
)
def test_editions_that_nothing_orders_are_refused_with_both_files_and_the_figure(
    one: dict[str, object], other: dict[str, object], tmp_path: Path, layout: Layout
) -> None:
    with pytest.raises(ChecksFailedError) as caught:
        build(
            tmp_path, layout,
            first=edition(MONTHS[:3], **one),  # type: ignore[arg-type]
            corrected=edition(MONTHS[:3], more_in="Januar", **other),  # type: ignore[arg-type]
        )  # fmt: skip
    rows = {check.name: check.rows for check in caught.value.failed}["editions_that_disagree_have_an_order"]
    told = " ".join(rows[1])
    assert "first.txt" in told
    assert "corrected.txt" in told
    assert "202101:" in told


def test_a_card_orders_editions_that_print_no_date(tmp_path: Path, layout: Layout) -> None:
    home = build(
        tmp_path, layout, {"z_first": "2021-04-09", "a_corrected": "2021-04-12"},
        z_first=edition(MONTHS[:3]),
        a_corrected=edition(MONTHS[:3], more_in="Januar"),
    )  # fmt: skip
    assert ask(home, REVISIONS) == [(202101, "changed", 6010, 6040)]
    assert ask(home, KNOWN)[:2] == [
        (202101, 6010, "2021-04-09", "2021-04-12"),
        (202101, 6040, "2021-04-12", None),
    ]


def test_the_same_edition_in_two_files_is_one(tmp_path: Path, layout: Layout) -> None:
    home = build(tmp_path, layout, one=edition(MONTHS[:3]), again=edition(MONTHS[:3], blank_lines=3))
    assert ask(home, REVISIONS) == []
    assert ask(home, "select count(*) from fct_monthly_participants") == [(12,)]


def test_what_a_newer_edition_hides_is_withheld_with_bounds_that_hold_it(
    tmp_path: Path, layout: Layout
) -> None:
    home = build(
        tmp_path, layout,
        shown=edition(MONTHS[3:], updated="03.05.2021"),
        hidden=edition(MONTHS[3:], updated="04.05.2021", hides=8),
    )  # fmt: skip
    withheld = """
        select participants, participants_min, participants_max from fct_participants_as_known
        where value_status = 'withheld'
    """
    assert ask(home, withheld) == [(None, 0, 24)]


@pytest.mark.parametrize("day", ["2021-03-30", "2999-01-01"])
def test_a_day_on_a_card_before_the_period_ends_or_in_the_future_is_refused(
    day: str, tmp_path: Path, layout: Layout
) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        build(tmp_path, layout, {"one": day}, one=edition(MONTHS[:3]))
    assert "the day on the card" in str(caught.value.exceptions[0])
