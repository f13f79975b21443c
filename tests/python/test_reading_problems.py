"""The kinds of reading problems are one seed: the model finds no others, and CONTRIBUTING has each."""

import csv
import re

from tiltak.home import PROJECT

READING = PROJECT / "models" / "intermediate" / "reading"


def kinds() -> dict[str, dict[str, str]]:
    path = PROJECT / "seeds" / "rules" / "reading_problem.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["problem"]: row for row in csv.DictReader(file)}


def test_every_problem_that_a_model_finds_is_in_the_seed_and_no_other() -> None:
    found = {
        problem
        for path in READING.glob("int_reading_*.sql")
        for problem in re.findall(r"'(\w+)' as problem\b", path.read_text(encoding="utf-8"))
    }
    assert found == set(kinds())


def test_contributing_has_every_problem() -> None:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("### Reading problems")[2].partition("\n### ")[0]
    told = {row.replace(" ", "_") for row in re.findall(r"^\| `([^`]+)`", section, flags=re.MULTILINE)}
    assert told == set(kinds())


def test_every_next_step_names_a_seed_that_exists() -> None:
    for problem, kind in kinds().items():
        assert ("{file}" in kind["next_step"]) == bool(kind["seed_file"]), problem
        assert not kind["seed_file"] or (PROJECT / kind["seed_file"]).exists(), problem
