"""What is newer, what replaces what and what is gone follows from months, dates and cards, never a name."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from support.built_homes import ask
from support.editions import MONTHS, edition

from loaders.layout import Layout
from loaders.load import load_reports
from loaders.staging import loader_fingerprint
from tiltak.build import ChecksFailedError, build_warehouse
from tiltak.home import Home


def build(
    folder: Path, layout: Layout, texts: Mapping[str, str], cards: Mapping[str, str] | None = None
) -> Home:
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


# Editions of different years have nothing to do with one another, so all cases are built at once.
ORDERED = {
    "a_2014": edition(MONTHS[:1], year=2014),
    "b_2014": edition(MONTHS[1:2], year=2014),
    "quarter_2014": edition(MONTHS[:3], year=2014, more_in="Februar"),
    "april_2014": edition(MONTHS[3:], year=2014),
    "a_reissue_2015": edition(MONTHS[:2], year=2015, updated="5.5.2015", more_in="Januar"),
    "b_first_2015": edition(MONTHS[:3], year=2015, updated="09.04.2015"),
    "z_first_2016": edition(MONTHS[:3], year=2016),
    "a_corrected_2016": edition(MONTHS[:3], year=2016, more_in="Januar"),
    "one_2017": edition(MONTHS[:3], year=2017),
    "again_2017": edition(MONTHS[:3], year=2017, blank_lines=3),
    "shown_2018": edition(MONTHS[3:], year=2018, updated="03.05.2018"),
    "hidden_2018": edition(MONTHS[3:], year=2018, updated="04.05.2018", hides=8),
}
CARDS = {"z_first_2016": "2016-04-09", "a_corrected_2016": "2016-04-12"}
WITHOUT_ORDER: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    "no dates": (2014, {}, {}),
    "another hash": (2015, {}, {"blank_lines": 3}),
    "one day": (2016, {"updated": "09.04.2016"}, {"updated": "9.4.2016"}),
    "one dated": (2017, {"updated": "09.04.2017"}, {}),
}


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Home:
    """Return the home of editions that follow one another."""
    return build(tmp_path_factory.mktemp("ordered"), layout, ORDERED, CARDS)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Home:
    """Return the home of a build that failed for editions that differ and that nothing orders."""
    texts = {}
    for year, one, other in WITHOUT_ORDER.values():
        texts[f"first_{year}"] = edition(MONTHS[:3], year=year, **one)
        texts[f"corrected_{year}"] = edition(MONTHS[:3], year=year, more_in="Januar", **other)
    folder = tmp_path_factory.mktemp("without_order")
    with pytest.raises(ChecksFailedError) as caught:
        build(folder, layout, texts)
    assert "editions_that_disagree_have_an_order" in {check.name for check in caught.value.failed}
    return Home(folder / "home")


def revisions(home: Home, year: int) -> list[tuple[object, ...]]:
    return ask(
        home,
        f"""
        select month_key, revision, participants, newer_participants from quality.mart_revisions
        where fact_key like '{year}%:_T:_T:_T:_T:_T:_T:_T:_T' order by month_key
        """,
    )


def known(home: Home, year: int) -> list[tuple[object, ...]]:
    return ask(
        home,
        f"""
        select month_key, participants, known_from_date::text, known_to_date::text
        from fct_participants_as_known
        where fact_key like '{year}%:_T:_T:_T:_T:_T:_T:_T:_T' order by month_key, known_from_date
        """,
    )


def test_editions_of_one_month_and_of_a_quarter_end_only_the_months_they_hold(ordered: Home) -> None:
    assert revisions(ordered, 2014) == [(201402, "changed", 6120, 6150)]
    assert known(ordered, 2014) == [
        (201401, 6010, "2014-01-31", "2014-03-31"),
        (201401, 6010, "2014-03-31", None),
        (201402, 6120, "2014-02-28", "2014-03-31"),
        (201402, 6150, "2014-03-31", None),
        (201403, 6230, "2014-03-31", None),
        (201404, 24, "2014-04-30", None),
    ]
    newest = """
        select period_end_date::text, is_newest_edition from dim_report
        where year(period_end_date) = 2014 order by 1
    """
    assert ask(ordered, newest) == [
        ("2014-01-31", False), ("2014-02-28", False), ("2014-03-31", True), ("2014-04-30", True),
    ]  # fmt: skip


def test_a_reissue_with_a_later_date_is_newer_whatever_its_months_and_the_padding_of_its_date(
    ordered: Home,
) -> None:
    assert revisions(ordered, 2015) == [(201501, "changed", 6010, 6040)]
    fact = (
        "select participants from fct_monthly_participants where fact_key = '201501:_T:_T:_T:_T:_T:_T:_T:_T'"
    )
    assert ask(ordered, fact) == [(6040,)]


@pytest.mark.parametrize("case", WITHOUT_ORDER)
def test_editions_that_nothing_orders_are_refused_with_both_files_and_the_figure(
    case: str, refused: Home
) -> None:
    year = WITHOUT_ORDER[case][0]
    found = ask(
        refused,
        f"""
        select source_file, other_file from failures.editions_that_disagree_have_an_order
        where fact_key = '{year}01:_T:_T:_T:_T:_T:_T:_T:_T'
        """,
    )
    assert [{Path(str(name)).name for name in row} for row in found] == [
        {f"first_{year}.txt", f"corrected_{year}.txt"}
    ]


def test_a_card_orders_editions_that_print_no_date(ordered: Home) -> None:
    assert revisions(ordered, 2016) == [(201601, "changed", 6010, 6040)]
    assert known(ordered, 2016)[:2] == [
        (201601, 6010, "2016-04-09", "2016-04-12"),
        (201601, 6040, "2016-04-12", None),
    ]


def test_the_same_edition_in_two_files_is_one(ordered: Home) -> None:
    assert revisions(ordered, 2017) == []
    count = "select count(*) from fct_monthly_participants where month_key between 201701 and 201712"
    assert ask(ordered, count) == [(12,)]


def test_what_a_newer_edition_hides_is_withheld_with_bounds_that_hold_it(ordered: Home) -> None:
    withheld = """
        select participants, participants_min, participants_max from fct_participants_as_known
        where value_status = 'withheld'
    """
    assert ask(ordered, withheld) == [(None, 0, 24)]


@pytest.mark.parametrize("day", ["2021-03-30", "2999-01-01"])
def test_a_day_on_a_card_before_the_period_ends_or_in_the_future_is_refused(
    day: str, tmp_path: Path, layout: Layout
) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        build(tmp_path, layout, {"one": edition(MONTHS[:3])}, {"one": day})
    assert "the day on the card" in str(caught.value.exceptions[0])
