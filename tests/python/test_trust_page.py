"""The page How far to trust the numbers shows what was measured, and all that was promised."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import measure.trust_page as module
import pytest
from measure.trust_page import PAGE, RESULTS, main, read_results, trust_page

from tiltak.home import Home, connect_published


def test_the_page_is_what_its_module_writes(built_home: Home) -> None:
    with connect_published(built_home) as connection:
        assert PAGE.read_text(encoding="utf-8") == trust_page(connection, RESULTS)


Change = Callable[[Any], None]


def setting(value: object, *path: str | int) -> Change:
    """Return a change of results: a value at the end of a path of names."""

    def change(results: Any) -> None:
        for name in path[:-1]:
            results = results[name]
        results[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        (setting(1, "mutants", "kinds", 0, "mutants"), "every printed number is corrupted in every way"),
        (setting(True, "mutants", "guards_of_known_reports_used"), "known counts of the reports are no help"),
        (setting(0.98, "mutants", "any_digit", "detected"), "single digit errors are detected"),
        (setting(0.94, "mutants", "any_digit", "first"), "single digit errors are named"),
        (setting(1, "mutants", "full_builds", "same_checks"), "full builds agree with the fast run"),
        (setting(0.89, "consistent", "kinds", 0, "noticed"), "damage that adds up is noticed"),
        (setting(1_000, "consistent", "findings"), "few findings are made"),
        (setting(0.94, "vocabulary", "noticed"), "slips in the vocabulary are noticed"),
        (setting(0, "vocabulary", "full_builds", "the_same"), "full builds of slips meet the same end"),
        (setting(False, "fuzz", "is_passed"), "nothing that is fuzzed is silent"),
        (setting(9_999, "fuzz", "targets", "reports", "inputs"), "nothing that is fuzzed is silent"),
        (setting(2_999, "fuzz", "targets", "pdfs", "inputs"), "nothing that is fuzzed is silent"),
        (setting(1, "faults", "kills", "recovered"), "every killed build leaves the warehouse whole"),
        (setting("silent", "faults", "faults", 0, "outcome"), "every fault is handled"),
    ],
)
def test_results_that_miss_an_aim_are_no_page(
    change: Change, missed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = read_results(RESULTS)
    change(results)
    for name, content in results.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(module, "RESULTS", tmp_path)
    with pytest.raises(SystemExit, match=missed):
        main()
