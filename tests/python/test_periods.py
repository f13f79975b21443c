"""The line that prints an edition's months is read in each spelling that the reports use, and in no other."""

import pytest

from loaders.layout import Layout
from loaders.printed import Period
from loaders.tables.periods import is_period, read_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Januar - november 2013", Period(2013, 1, 11)),
        ("Januar - Desember 2019", Period(2019, 1, 12)),
        ("Januar 2020 - Februar 2020", Period(2020, 1, 2)),
        ("Januar - Juli 2022", Period(2022, 1, 7)),
        ("Januar 2024 - Desember 2024", Period(2024, 1, 12)),
        ("Januar - Januar 2021", Period(2021, 1, 1)),
        ("Januar\u2013juli 2022", Period(2022, 1, 7)),
        ("JANUAR  -  JULI  2022", Period(2022, 1, 7)),
    ],
)
def test_each_spelling_of_a_period_is_read(text: str, period: Period, layout: Layout) -> None:
    assert is_period(text, layout)
    assert read_period(text, layout) == period


@pytest.mark.parametrize(
    "text", ["Januar 2019 - Desember 2020", "Juli - Januar 2022", "November 2021 - Januar 2022"]
)
def test_a_period_outside_one_year_is_a_period_without_months(text: str, layout: Layout) -> None:
    assert is_period(text, layout)
    assert read_period(text, layout) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Januar",
        "2013",
        "Januar - november",
        "Januar - november 13",
        "January - November 2013",
        "Januar november 2013",
        "Januar - november 2013.",
        "Tallene gjelder januar - november 2013",
        "1 - 11 2013",
        "Januar - november 20134",
    ],
)
def test_other_texts_are_not_periods(text: str, layout: Layout) -> None:
    assert not is_period(text, layout)
    assert read_period(text, layout) is None


@pytest.mark.parametrize("text", ["Januar - Juli 0000", "Januar - Juli \u0662\u0660\u0662\u0662"])
def test_a_year_that_no_calendar_has_is_not_read(text: str, layout: Layout) -> None:
    assert read_period(text, layout) is None


def test_the_months_of_a_period_are_its_month_numbers_in_order() -> None:
    assert list(Period(2022, 3, 7).months) == [3, 4, 5, 6, 7]
