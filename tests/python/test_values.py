"""A printed value is an integer, a symbol the report explains, or a blank; anything else is not a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.tables.values import is_value, looks_like_value

STAR = frozenset("*")


def grouped(number: int) -> str:
    """Print a number the way the reports do, thousands apart."""
    return f"{number:,}".replace(",", " ")


@given(st.integers(min_value=0, max_value=10**7 - 1))
def test_every_whole_number_is_a_value_with_and_without_groups(number: int) -> None:
    assert is_value(grouped(number), frozenset())
    assert is_value(str(number), frozenset())


@given(st.integers(min_value=10, max_value=10**7 - 1), st.data())
def test_a_blank_anywhere_but_between_thousands_is_refused(number: int, data: st.DataObject) -> None:
    digits = str(number)
    wrong_places = [place for place in range(1, len(digits)) if (len(digits) - place) % 3]
    place = data.draw(st.sampled_from(wrong_places))
    assert not is_value(f"{digits[:place]} {digits[place:]}", STAR)


@pytest.mark.parametrize(
    "text",
    ["12 34", "1 2345", "1234 567", "1  234", "1 23", "12 ", " 12", "1 234 56", "0 123", "01", "007", "00"],
)
def test_a_number_with_wrong_grouping_is_refused(text: str) -> None:
    assert not is_value(text, STAR)


@pytest.mark.parametrize("text", ["1O", "l2", "1 2a4", "12a", "5 6O3", "I2"])
def test_a_number_with_a_letter_in_it_is_refused(text: str) -> None:
    assert not is_value(text, STAR)
    assert not looks_like_value(text)


@pytest.mark.parametrize("text", ["-5", "+5", "1,5", "1.234", "1,234", "12 %", "1e3", "4*", "* *", "**"])
def test_what_is_not_a_plain_count_is_refused(text: str) -> None:
    assert not is_value(text, STAR)


@pytest.mark.parametrize(
    "text",
    ["\u0661\u0662", "1\u0662", "1 \uff12\uff13\uff14", "\u00b2", "\u00bd", "\U0001d7cf"],
)
def test_digits_of_other_scripts_are_refused(text: str) -> None:
    assert not is_value(text, STAR)


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u202f", "\t", "\n"])
def test_only_an_ordinary_blank_groups_digits_once_a_line_is_read(blank: str) -> None:
    assert not is_value(f"1{blank}234", STAR)


def test_a_blank_cell_is_a_value() -> None:
    assert is_value("", frozenset())


@pytest.mark.parametrize("symbol", ["*", "-", "..", ":"])
def test_a_symbol_is_a_value_only_where_the_report_explains_it(symbol: str) -> None:
    assert is_value(symbol, frozenset({symbol}))
    assert not is_value(symbol, frozenset())


@pytest.mark.parametrize("text", ["0", "4", "68 897", "1234", "*", "-", "..", "…", ":"])
def test_numbers_and_symbols_look_like_values(text: str) -> None:
    assert looks_like_value(text)


@pytest.mark.parametrize("text", ["", "I alt", "19 år og under", "20-24 år", "03 Oslo", "12 34", "...", "_"])
def test_words_and_broken_numbers_do_not_look_like_values(text: str) -> None:
    assert not looks_like_value(text)


def test_a_number_of_more_digits_than_norway_has_people_is_no_value() -> None:
    assert is_value("9 999 999", frozenset())
    assert not is_value("10 000 000", frozenset())
    assert not is_value("1000000000000", frozenset())
