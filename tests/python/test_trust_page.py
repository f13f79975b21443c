"""The page How far to trust the numbers shows what was measured, and all that was promised."""

import json
from typing import Any

import pytest
from measure.trust_page import PAGE, RESULTS, trust_page

from tiltak.home import Home, connect_published


def result(name: str) -> Any:
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def test_the_page_is_what_its_module_writes(built_home: Home) -> None:
    with connect_published(built_home) as connection:
        assert PAGE.read_text(encoding="utf-8") == trust_page(connection, RESULTS)


def test_every_printed_number_was_corrupted_in_every_way() -> None:
    mutants = result("mutants")
    tried = {rate["kind"]: rate["mutants"] for rate in mutants["kinds"]}
    assert mutants["printed_numbers"] == 17682
    assert {tried[kind] for kind in ("digit_changed", "digit_dropped", "digit_added")} == {17682}
    assert tried["number_for_star"] == 2528
    assert not mutants["guards_of_known_reports_used"]


def test_single_digit_errors_are_detected_and_named() -> None:
    rate = result("mutants")["any_digit"]
    assert rate["detected"] >= 0.99
    assert rate["first"] >= 0.95
    assert rate["first_three"] >= 0.99


def test_full_builds_agree_with_the_fast_run() -> None:
    builds = result("mutants")["full_builds"]
    assert builds["count"] >= 10
    assert builds["same_checks"] == builds["named_as_ranked"] == builds["count"]


def test_no_damaged_text_ended_in_anything_but_a_right_load_or_a_named_error() -> None:
    fuzz = result("fuzz")
    assert fuzz["reports"]["inputs"] >= 10_000
    assert fuzz["reports"]["failed"] == fuzz["settings"]["failed"] == 0


def test_every_killed_build_left_the_warehouse_intact() -> None:
    kills = result("faults")["kills"]
    assert kills["killed"] >= 200
    assert kills["published_intact"] == kills["recovered"] == kills["killed"]


@pytest.mark.parametrize("fault", result("faults")["faults"], ids=lambda fault: fault["name"])
def test_every_fault_was_handled_or_not_possible(fault: dict[str, str | None]) -> None:
    assert fault["outcome"] in {"handled", "not possible"}, fault["why"]
