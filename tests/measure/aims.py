"""What the long runs must show. The page is not written from results that miss one of these."""

from collections.abc import Callable, Mapping
from typing import Any

Results = Mapping[str, Any]

MISREAD_DETECTED, MISREAD_FIRST, MISREAD_IN_THREE = 0.99, 0.95, 0.99
SLIPS_NOTICED, FEWEST_SLIPS = 0.95, 500
FEWEST_FULL_BUILDS, FEWEST_KILLS = 10, 200
FEWEST_FUZZED = {"reports": 10_000, "workbooks": 3_000, "pdfs": 3_000, "made": 10_000, "places": 500}
CONSISTENT_NOTICED, FIGURES_PER_FINDING = 0.9, 1000
EVERY_NUMBER = ("digit_changed", "digit_dropped", "digit_added")

AIMS: Mapping[str, Callable[[Results], bool]] = {
    "every printed number is corrupted in every way": lambda results: all(
        _tried(results)[kind] == results["mutants"]["printed_numbers"] for kind in EVERY_NUMBER
    ),
    "known counts of the reports are no help": lambda results: (
        not results["mutants"]["guards_of_known_reports_used"]
    ),
    "single digit errors are detected": lambda results: (
        results["mutants"]["any_digit"]["detected"] >= MISREAD_DETECTED
    ),
    "single digit errors are named": lambda results: (
        results["mutants"]["any_digit"]["first"] >= MISREAD_FIRST
        and results["mutants"]["any_digit"]["first_three"] >= MISREAD_IN_THREE
    ),
    "full builds agree with the fast run": lambda results: _all_equal(
        results["mutants"]["full_builds"], "count", "same_checks", "named_as_ranked", least=FEWEST_FULL_BUILDS
    ),
    "damage that adds up is noticed, but for another year": lambda results: all(
        kind["noticed"] >= CONSISTENT_NOTICED
        for kind in results["consistent"]["kinds"]
        if kind["kind"] != "year"
    ),
    "few findings are made on the reports as they are": lambda results: (
        results["consistent"]["findings"] <= results["consistent"]["figures"] / FIGURES_PER_FINDING
    ),
    "slips in the vocabulary are noticed": lambda results: (
        results["vocabulary"]["noticed"] >= SLIPS_NOTICED and results["vocabulary"]["mutants"] >= FEWEST_SLIPS
    ),
    "full builds of slips meet the same end": lambda results: (
        results["vocabulary"]["full_builds"]["the_same"] == results["vocabulary"]["full_builds"]["count"] > 0
    ),
    "nothing that is fuzzed is silent": lambda results: (
        results["fuzz"]["is_passed"]
        and all(
            results["fuzz"]["targets"].get(target, {}).get("inputs", 0) >= least
            for target, least in FEWEST_FUZZED.items()
        )
    ),
    "every killed build leaves the warehouse whole": lambda results: _all_equal(
        results["faults"]["kills"], "killed", "published_intact", "recovered", least=FEWEST_KILLS
    ),
    "every fault is handled": lambda results: all(
        fault["outcome"] in {"handled", "not possible"} for fault in results["faults"]["faults"]
    ),
}


def missed_aims(results: Results) -> list[str]:
    """Return the aims that results miss.

    Args:
        results: what the long runs have written, by the name of the file: `mutants`, `consistent`,
            `vocabulary`, `fuzz`, `faults`.
    """
    return [name for name, holds in AIMS.items() if not holds(results)]


def _tried(results: Results) -> dict[str, int]:
    return {rate["kind"]: rate["mutants"] for rate in results["mutants"]["kinds"]}


def _all_equal(figures: Mapping[str, int], *names: str, least: int) -> bool:
    return {figures[name] for name in names} == {figures[names[0]]} and figures[names[0]] >= least
