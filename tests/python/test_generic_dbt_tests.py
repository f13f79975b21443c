"""The generic dbt tests are tested: each holds where it should, and fails in every way it should."""

import pytest
from support.dbt_fixture_project import GENERIC_TESTS, Case, Outcome, Table, Value, run_cases

PAIR = {"letter": "string", "number": "integer"}
PARTITION = {
    "month_key": "integer",
    "scope_tiltak_key": "string",
    "tiltak_key": "string",
    "participants_min": "integer",
    "participants_max": "integer",
}
FACT = {
    "month_key": "integer",
    "hovedgruppe_key": "string",
    "tiltak_key": "string",
    "region_key": "string",
    "gender_key": "string",
    "age_group_key": "string",
    "immigrant_background_key": "string",
    "birth_region_key": "string",
    "education_key": "string",
    "participants_min": "integer",
    "participants_max": "integer",
}
LINK = {
    "from_region_key": "string",
    "to_region_key": "string",
    "share_min": "double",
    "share_max": "double",
    "estimated_share": "double",
}
EXCEPTION = {"exception_code": "string", "month_key": "integer"}
STRUCTURE_REGION = {"structure_key": "string", "region_key": "string"}
STRUCTURE_CELL = {
    "structure_key": "string",
    "month_key": "integer",
    "hovedgruppe_key": "string",
    "tiltak_key": "string",
    "participants_min": "integer",
    "participants_max": "integer",
}
# Two counties of 2024 with parts of one county of 2019, which is the same in 2020.
MEMBERS = [("2020", "A20"), ("2024", "A24"), ("2024", "B24")]


def unique_combination(name: str, rows: list[tuple[str | None, int | None]], failures: int) -> Case:
    """Return a case of unique_combination over two columns."""
    return Case(name, "unique_combination", Table(PAIR, rows), failures, {"columns": ["letter", "number"]})


def has_no_rows(name: str, rows: list[tuple[str, int | None]], failures: int, condition: str = "") -> Case:
    """Return a case of has_no_rows, with or without a condition."""
    return Case(
        name, "has_no_rows", Table(PAIR, rows), failures, {"condition": condition} if condition else {}
    )


def expression_is_true(
    name: str, rows: list[tuple[str, int | None]], failures: int, expression: str = "number > 0"
) -> Case:
    """Return a case of expression_is_true."""
    return Case(name, "expression_is_true", Table(PAIR, rows), failures, {"expression": expression})


def fact(month: int, tiltak: str, low: int, high: int, **other_members: str) -> tuple[Value, ...]:
    """Return a fact of everybody on a measure, or of the members that are named."""
    members = {"tiltak_key": tiltak, **{f"{name}_key": member for name, member in other_members.items()}}
    keys = [members.get(column, "_T") for column in FACT if column.endswith("_key") and column != "month_key"]
    return (month, *keys, low, high)


def exceptions_in(months: tuple[int | None, ...]) -> Table:
    """Return accepted exceptions on record for checks of these months."""
    return Table(EXCEPTION, [(f"E{no}", month) for no, month in enumerate(months)])


def adds_up(
    name: str,
    partition: list[tuple[int, str, str, int, int]],
    facts: list[tuple[Value, ...]],
    failures: int,
    whole_columns: tuple[str, ...] = ("tiltak_key",),
    excepted_months: tuple[int | None, ...] = (),
) -> Case:
    """Return a case of adds_up_to_printed_total."""
    return Case(
        name,
        "adds_up_to_printed_total",
        Table(PARTITION, partition),
        failures,
        {"whole_columns": list(whole_columns)},
        {"facts": Table(FACT, facts), "exceptions": exceptions_in(excepted_months)},
    )


def shares_allow_one(
    name: str, links: list[tuple[str, str, float, float, float | None]], failures: int
) -> Case:
    """Return a case of shares_allow_one."""
    members = {"members": Table(STRUCTURE_REGION, MEMBERS)}
    return Case(name, "shares_allow_one", Table(LINK, links), failures, relations=members)


def structures_add_up(
    name: str,
    cells: list[tuple[str, int, str, str, int, int]],
    facts: list[tuple[Value, ...]],
    failures: int,
    excepted_months: tuple[int | None, ...] = (),
) -> Case:
    """Return a case of structures_add_up."""
    relations = {"facts": Table(FACT, facts), "exceptions": exceptions_in(excepted_months)}
    return Case(name, "structures_add_up", Table(STRUCTURE_CELL, cells), failures, relations=relations)


def holds_exactly(name: str, letters: tuple[str | None, ...], failures: int) -> Case:
    """Return a case of holds_exactly for the letters A and B."""
    table = Table(PAIR, [(letter, 1) for letter in letters])
    arguments: dict[str, str | list[str] | dict[str, str]] = {"column_name": "letter", "values": ["A", "B"]}
    return Case(name, "holds_exactly", table, failures, arguments)


def keys_lead_to_members(name: str, rows: list[tuple[int | None, str | None]], failures: int) -> Case:
    """Return a case of keys_lead_to_members over a month and a letter."""
    return Case(
        name,
        "keys_lead_to_members",
        Table({"first_month_key": "integer", "letter_key": "string"}, rows),
        failures,
        {"keys": {"first_month_key": "some_months.month_key", "letter_key": "some_letters.letter_key"}},
        neighbours={
            "some_months": Table({"month_key": "integer"}, [(202401,), (202402,)]),
            "some_letters": Table({"letter_key": "string"}, [("a",), ("b",), (None,)]),
        },
    )


CASES = [
    # --- keys_lead_to_members ---
    keys_lead_to_members("keys_of_members_lead_to_them", [(202401, "a"), (202402, "a")], 0),
    keys_lead_to_members("an_empty_key_leads_nowhere", [(None, "a"), (202401, None)], 0),
    keys_lead_to_members("a_table_without_rows_has_no_key_without_member", [], 0),
    keys_lead_to_members("a_key_without_member_fails_once", [(202403, "a"), (202403, "b")], 1),
    keys_lead_to_members("the_key_of_the_last_column_is_looked_up_too", [(202401, "c"), (202402, "a")], 1),
    keys_lead_to_members("each_key_without_member_fails", [(202403, "A"), (202404, "c"), (202401, "c")], 4),
    # --- unique_combination ---
    unique_combination("combinations_may_share_single_values", [("a", 1), ("a", 2), ("b", 1)], 0),
    unique_combination("an_empty_table_repeats_no_combination", [], 0),
    unique_combination("a_repeated_combination_fails_once", [("a", 1), ("a", 1), ("a", 1), ("b", 1)], 1),
    unique_combination("each_repeated_combination_fails", [("a", 1), ("a", 1), ("b", 2), ("b", 2)], 2),
    unique_combination("combinations_with_unknown_members_repeat_too", [("a", None), ("a", None)], 1),
    # --- has_no_rows ---
    has_no_rows("an_empty_table_has_no_rows", [], 0),
    has_no_rows("rows_that_do_not_meet_the_condition_are_none", [("a", 1), ("a", None)], 0, "letter = 'b'"),
    has_no_rows("every_row_fails_where_there_is_no_condition", [("a", 1), ("a", None)], 2),
    has_no_rows(
        "every_row_that_meets_the_condition_fails", [("a", 1), ("b", 1), ("b", 2)], 2, "letter = 'b'"
    ),
    # --- expression_is_true ---
    expression_is_true("an_expression_that_is_true_for_all_rows_holds", [("a", 1), ("b", 2)], 0),
    expression_is_true("an_expression_holds_for_no_rows", [], 0),
    expression_is_true("a_row_for_which_the_expression_is_false_fails", [("a", 1), ("b", 0)], 1),
    expression_is_true("a_row_for_which_the_expression_is_unknown_fails", [("a", 1), ("b", None)], 1),
    expression_is_true(
        "an_expression_with_alternatives_is_judged_as_a_whole",
        [("a", 0), ("b", 1), ("b", 0)],
        1,
        "letter = 'a' or number = 1",
    ),
    # --- adds_up_to_printed_total ---
    adds_up(
        "a_month_with_an_exception_on_record_need_not_add_up_but_others_must",
        [(202401, "_T", "A", 6, 6), (202402, "_T", "A", 6, 6)],
        [fact(202401, "A", 7, 7), fact(202402, "A", 7, 7)],
        1,
        excepted_months=(202401, None),
    ),
    adds_up(
        "a_partition_that_adds_up_to_the_printed_totals_holds",
        [
            (202401, "_T", "A", 6, 6),
            (202401, "_T", "A", 4, 4),
            (202401, "_T", "B", 5, 5),
            (202402, "_T", "A", 7, 7),
        ],
        [fact(202401, "A", 10, 10), fact(202401, "B", 5, 5), fact(202402, "A", 7, 7)],
        0,
    ),
    adds_up(
        "a_partition_with_hidden_parts_holds_within_their_bounds",
        [(202401, "_T", "A", 8, 8), (202401, "_T", "A", 0, 3)],
        [fact(202401, "A", 10, 10)],
        0,
    ),
    adds_up(
        "a_hidden_total_holds_within_its_bounds",
        [(202401, "_T", "A", 0, 3), (202401, "_T", "A", 0, 3)],
        [fact(202401, "A", 0, 3)],
        0,
    ),
    adds_up(
        "measures_add_up_to_the_total_of_their_population",
        [
            (202401, "_T", "A", 6, 6),
            (202401, "_T", "B", 4, 4),
            (202401, "A", "A1", 2, 2),
            (202401, "A", "A2", 4, 4),
        ],
        [fact(202401, "_T", 10, 10), fact(202401, "A", 6, 6)],
        0,
        ("tiltak_key", "scope_tiltak_key"),
    ),
    adds_up(
        "measures_that_are_right_but_not_all_there_fail_against_their_population",
        [(202401, "_T", "A", 6, 6), (202401, "A", "A1", 2, 2)],
        [fact(202401, "_T", 10, 10), fact(202401, "A", 6, 6), fact(202401, "A1", 2, 2)],
        2,
        ("tiltak_key", "scope_tiltak_key"),
    ),
    adds_up("an_empty_partition_needs_no_total", [], [fact(202401, "A", 10, 10)], 0),
    adds_up("rows_of_which_no_total_is_printed_are_not_judged", [(202401, "_T", "A", 10, 10)], [], 0),
    adds_up(
        "the_total_of_a_county_or_gender_is_no_total_of_the_country",
        [(202401, "_T", "A", 10, 10)],
        [fact(202401, "A", 7, 7, region="03"), fact(202401, "A", 3, 3, gender="F")],
        0,
    ),
    adds_up(
        "rows_without_a_printed_total_are_not_judged_beside_rows_that_have_one",
        [(202401, "_T", "A", 10, 10), (202401, "_T", "B", 5, 5)],
        [fact(202401, "A", 10, 10)],
        0,
    ),
    adds_up(
        "a_partition_that_is_one_too_few_fails",
        [(202401, "_T", "A", 6, 6), (202401, "_T", "A", 3, 3)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    adds_up(
        "a_partition_that_is_one_too_many_fails",
        [(202401, "_T", "A", 6, 6), (202401, "_T", "A", 5, 5)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    adds_up(
        "hidden_parts_that_cannot_make_up_the_difference_fail",
        [(202401, "_T", "A", 6, 6), (202401, "_T", "A", 0, 3)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    adds_up(
        "parts_beyond_the_bounds_of_a_hidden_total_fail",
        [(202401, "_T", "A", 4, 4)],
        [fact(202401, "A", 0, 3)],
        1,
    ),
    adds_up(
        "each_month_and_measure_that_does_not_add_up_fails",
        [
            (202401, "_T", "A", 9, 9),
            (202401, "_T", "B", 5, 5),
            (202402, "_T", "A", 9, 9),
            (202403, "_T", "A", 10, 10),
        ],
        [
            fact(202401, "A", 10, 10),
            fact(202401, "B", 6, 6),
            fact(202402, "A", 10, 10),
            fact(202403, "A", 10, 10),
        ],
        3,
    ),
    adds_up(
        "a_month_that_makes_up_for_another_fails_in_both",
        [(202401, "_T", "A", 11, 11), (202402, "_T", "A", 9, 9)],
        [fact(202401, "A", 10, 10), fact(202402, "A", 10, 10)],
        2,
    ),
    # --- shares_allow_one ---
    shares_allow_one("a_region_that_goes_over_whole_has_a_share_of_one", [("A19", "A20", 1, 1, 1)], 0),
    shares_allow_one(
        "shares_that_may_be_anything_and_estimates_of_one_hold",
        [("A19", "A24", 0, 1, 0.9), ("A19", "B24", 0, 1, 0.1)],
        0,
    ),
    shares_allow_one(
        "estimates_are_not_judged_where_one_is_missing",
        [("A19", "A24", 0, 1, 0.9), ("A19", "B24", 0, 1, None)],
        0,
    ),
    shares_allow_one(
        "each_structure_is_judged_for_itself", [("A19", "A20", 1, 1, 1), ("A19", "A24", 1, 1, 1)], 0
    ),
    shares_allow_one("regions_of_no_structure_are_not_judged", [("A19", "Z", 0, 0.5, 0.5)], 0),
    shares_allow_one(
        "lowest_shares_of_more_than_one_fail", [("A19", "A24", 1, 1, None), ("A19", "B24", 0.5, 1, None)], 1
    ),
    shares_allow_one(
        "highest_shares_of_less_than_one_fail",
        [("A19", "A24", 0, 0.5, None), ("A19", "B24", 0, 0.25, None)],
        1,
    ),
    shares_allow_one(
        "estimates_of_less_than_one_fail", [("A19", "A24", 0, 1, 0.8), ("A19", "B24", 0, 1, 0.1)], 1
    ),
    shares_allow_one(
        "estimates_of_more_than_one_fail", [("A19", "A24", 0, 1, 0.9), ("A19", "B24", 0, 1, 0.2)], 1
    ),
    shares_allow_one(
        "each_region_whose_shares_are_wrong_fails",
        [("A19", "A24", 0, 1, 0.5), ("B19", "B24", 0, 1, 0.5), ("C19", "A20", 1, 1, 1)],
        2,
    ),
    # --- holds_exactly ---
    holds_exactly("values_may_stand_in_several_rows_and_some_rows_be_empty", ("A", "B", "B", None), 0),
    holds_exactly("a_value_that_no_row_has_fails", ("A", "A"), 1),
    holds_exactly("a_value_that_is_not_wanted_fails", ("A", "B", "C"), 1),
    holds_exactly("every_value_of_an_empty_table_fails", (), 2),
    # --- structures_add_up ---
    structures_add_up(
        "a_month_with_an_exception_on_record_need_not_add_up_but_needs_its_total",
        [
            ("2024", 202401, "_T", "A", 6, 6),
            ("2024", 202402, "_T", "A", 6, 6),
            ("2024", 202403, "_T", "A", 6, 6),
        ],
        [fact(202401, "A", 7, 7), fact(202402, "A", 7, 7)],
        2,
        (202401, 202403),
    ),
    structures_add_up(
        "structures_that_add_up_to_the_printed_total_hold",
        [
            ("2019", 202401, "_T", "A", 6, 6),
            ("2019", 202401, "_T", "A", 4, 4),
            ("2024", 202401, "_T", "A", 10, 10),
            ("2024", 202401, "ANDRE", "A", 3, 3),
        ],
        [fact(202401, "A", 10, 10), fact(202401, "A", 3, 3, hovedgruppe="ANDRE")],
        0,
    ),
    structures_add_up(
        "a_structure_with_bounds_around_the_printed_total_holds",
        [("2024", 202401, "_T", "A", 0, 10), ("2024", 202401, "_T", "A", 0, 10)],
        [fact(202401, "A", 10, 10)],
        0,
    ),
    structures_add_up("a_slice_without_figures_by_county_needs_none", [], [fact(202401, "A", 10, 10)], 0),
    structures_add_up(
        "only_the_structure_that_is_one_too_few_fails",
        [("2019", 202401, "_T", "A", 10, 10), ("2024", 202401, "_T", "A", 9, 9)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    structures_add_up(
        "a_structure_that_is_at_least_one_too_many_fails",
        [("2024", 202401, "_T", "A", 6, 10), ("2024", 202401, "_T", "A", 5, 9)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    structures_add_up(
        "a_structure_beyond_the_bounds_of_a_hidden_total_fails",
        [("2024", 202401, "_T", "A", 4, 5)],
        [fact(202401, "A", 0, 3)],
        1,
    ),
    structures_add_up(
        "each_month_and_slice_that_does_not_add_up_fails",
        [
            ("2024", 202401, "_T", "A", 9, 9),
            ("2024", 202401, "ANDRE", "A", 2, 2),
            ("2024", 202402, "_T", "A", 10, 10),
        ],
        [
            fact(202401, "A", 10, 10),
            fact(202401, "A", 3, 3, hovedgruppe="ANDRE"),
            fact(202402, "A", 10, 10),
        ],
        2,
    ),
    structures_add_up(
        "a_structure_of_which_no_total_is_printed_fails",
        [("2024", 202401, "_T", "A", 10, 10), ("2024", 202402, "_T", "A", 10, 10)],
        [fact(202401, "A", 10, 10)],
        1,
    ),
    structures_add_up(
        "the_total_of_a_county_or_gender_is_no_total_of_a_slice",
        [("2024", 202401, "_T", "A", 10, 10)],
        [fact(202401, "A", 10, 10, region="03"), fact(202401, "A", 10, 10, gender="F")],
        1,
    ),
]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Return what dbt says of each case, from one run over all of them."""
    return run_cases(CASES, tmp_path_factory.mktemp("generic_tests"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.test}-{case.name}")
def test_a_generic_test_finds_what_it_should(case: Case, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[case.name]
    assert (outcome.status, outcome.failures) == ("fail" if case.failures else "pass", case.failures), (
        outcome.message
    )


def test_every_generic_test_has_cases_that_hold_and_cases_that_fail() -> None:
    names = {path.stem for path in GENERIC_TESTS.glob("*.sql")}
    assert {case.test for case in CASES if case.failures == 0} == names
    assert {case.test for case in CASES if case.failures > 0} == names


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
