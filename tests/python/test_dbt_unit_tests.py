"""Run the dbt unit tests of the models; each is one test here."""

import re
import shutil
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from tiltak.build import run_dbt
from tiltak.home import PROJECT, Home

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
UNIT_TESTS: list[dict[str, Any]] = [
    test
    for path in sorted((PROJECT / "models").rglob("_unit_tests.yml"))
    for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]
]
UNIT_TEST_COUNT = 108


@dataclass(frozen=True)
class Outcome:
    """What dbt says of one unit test: its status, and the rows that differ."""

    status: str
    message: str


@pytest.fixture(scope="module")
def outcomes(small_home: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Return the outcome of each unit test; of the relations that it needs dbt reads the columns alone."""
    home = Home(tmp_path_factory.mktemp("unit_tests"))
    shutil.copytree(small_home.staged, home.staged)
    home.building.parent.mkdir(parents=True)
    shutil.copy(small_home.building, home.building)
    result = run_dbt(home, ["test", "--select", "test_type:unit"])
    assert result.exception is None, result.exception
    return {
        run.node.name: Outcome(str(run.status), COLOUR.sub("", str(run.message or "")))
        for run in result.result.results  # type: ignore[union-attr]
        if run.node.resource_type == "unit_test"
    }


@pytest.mark.parametrize("test", UNIT_TESTS, ids=lambda test: f"{test['model']}-{test['name']}")
def test_a_model_does_what_its_unit_test_says(test: dict[str, Any], outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[test["name"]]
    assert outcome.status == "pass", outcome.message


def test_every_unit_test_was_run(outcomes: dict[str, Outcome]) -> None:
    assert set(outcomes) == {test["name"] for test in UNIT_TESTS}
    assert len(outcomes) == len(UNIT_TESTS) >= UNIT_TEST_COUNT


def test_every_unit_test_is_described_in_a_sentence() -> None:
    assert [test["name"] for test in UNIT_TESTS if not test["description"].strip().endswith(".")] == []
