"""A sample of the fuzzing, and its watchdog. `make fuzz` runs tens of thousands of inputs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from measure.fuzz import odd_places
from measure.fuzz.damaged_reports import Whole, whole_pdfs, whole_workbooks
from measure.fuzz.inputs import load
from measure.fuzz.made_reports import Due, MadeReport, facts_to_read
from measure.fuzz.odd_places import OddPlace
from measure.fuzz.run import (
    ACCEPTED,
    FAILED,
    MISPRINT,
    SHOWN,
    TARGETS,
    Damaged,
    EndlessRun,
    FuzzFailure,
    Target,
    check_made,
    check_place,
    fuzz,
    read_file,
    run_batch,
    time_limit,
)
from measure.fuzz.second_reading import problems_of_pdf, problems_of_workbook
from support.report_printer import LEGEND, Cover, Part, Start, Style, WrittenReport, print_report
from support.small_reports import TITLE

from loaders.printed import Period, PrintedReport

TESTS = Path(__file__).parents[1]


def test_a_few_hundred_mutated_reports_are_loaded_right_or_refused_by_name() -> None:
    tally = run_batch(TARGETS["reports"], 150, seed=1)
    assert tally.outcomes[ACCEPTED] > 30
    assert sum(tally.refused.values()) > 60
    assert set(tally.refused) <= {"LayoutError", "UnknownReportError", "UnreadableFileError"}


@pytest.mark.parametrize("kind", ["workbooks", "pdfs"])
def test_damaged_workbooks_and_pdfs_are_read_as_a_second_reader_reads_them_or_refused(kind: str) -> None:
    tally = run_batch(TARGETS[kind], 100, seed=1)
    assert tally.outcomes[ACCEPTED] > 20
    assert tally.outcomes[MISPRINT] + tally.outcomes[SHOWN] > 0
    assert sum(tally.refused.values()) > 40
    assert set(tally.refused) <= {"LayoutError", "UnknownReportError", "UnreadableFileError"}


@pytest.mark.parametrize("whole", whole_workbooks() + whole_pdfs(), ids=lambda whole: whole.name)
def test_the_second_reader_sees_what_a_reader_makes_up(whole: Whole) -> None:
    content = whole.written(whole.parts)
    source, report = read_file(content)
    compare = problems_of_pdf if whole.is_pdf else problems_of_workbook
    assert not list(compare(content, source, report))
    for broken in broken_readings(report):
        assert list(compare(content, source, broken))


def broken_readings(report: PrintedReport) -> Iterator[PrintedReport]:
    """Yield the report as readers would read it that lose, change, move or misname something."""
    first, *others = report.tables
    packed, width = first.packed, len(first.columns)
    values = packed.values
    labels = (packed.labels[1], packed.labels[0], *packed.labels[2:])
    for table in (
        replace(first, packed=replace(packed, values=("7", *values[1:]))),
        replace(first, packed=replace(packed, values=(values[1], values[0], *values[2:]))),
        replace(first, packed=replace(packed, labels=labels)),
        replace(first, columns=(*first.columns[1:], first.columns[0])),
        replace(first, table_heading="Alle på tiltak i fjor"),
        replace(
            first,
            packed=replace(
                packed, labels=packed.labels[:-1], values=values[:-width], places=packed.places[:-width]
            ),
        ),
    ):
        yield replace(report, tables=[table, *others])
    yield replace(report, tables=[first] if others else [])


def test_damaged_cards_and_seeds_are_read_or_refused_by_name() -> None:
    tally = run_batch(TARGETS["settings"], 120, seed=1)
    assert tally.outcomes[ACCEPTED] > 10
    assert tally.refused["ProvenanceError"] > 10


def test_made_reports_are_read_as_they_were_written_or_refused_by_name() -> None:
    tally = run_batch(TARGETS["made"], 150, seed=1)
    assert tally.outcomes[ACCEPTED] > 30
    assert sum(tally.refused.values()) > 60
    assert set(tally.refused) <= {"LayoutError", "UnknownReportError", "UnreadableFileError"}


MADE = WrittenReport(
    title=TITLE,
    period=Period(2024, 4, 6),
    cover=Cover.TITLED,
    legend=LEGEND,
    updated=None,
    parts=(
        Part(
            Start.FULL,
            "Tiltak og fylke",
            None,
            ("April", "Mai", "Juni"),
            (("I alt", ("1 234", "70 453", "*")), ("03 Oslo", ("11", "22", "33"))),
        ),
    ),
)


def made(due: Due, change: Callable[[bytes], bytes] = lambda content: content) -> MadeReport:
    """Return a made report, its text changed."""
    facts = facts_to_read(MADE, has_headings=True)
    return MadeReport(("nothing",), due, change(print_report(MADE, Style())), (facts,), has_headings=True)


def test_the_judge_of_made_reports_knows_what_was_written() -> None:
    assert check_made(made(Due.READ)) == ACCEPTED
    for wrong, told in (
        (made(Due.REFUSED), "was to be refused"),
        (made(Due.READ, lambda content: content.replace(b"1 234", b"1,234")), "nothing is wrong with it"),
        (made(Due.READ_OR_REFUSED, lambda content: content.replace(b"22", b"23")), "read otherwise"),
        (made(Due.READ_OR_REFUSED, lambda content: content.replace(b"Oslo", b"Osl0")), "read otherwise"),
        (made(Due.READ_OR_REFUSED, lambda content: content.replace(b"fylke", b"alder")), "read otherwise"),
        (made(Due.READ_OR_REFUSED, lambda content: content.replace(b"2024", b"2023")), "read otherwise"),
    ):
        with pytest.raises(FuzzFailure, match=told):
            check_made(wrong)


def test_reports_in_folders_and_files_with_odd_names_are_staged_as_they_are_or_refused() -> None:
    tally = run_batch(TARGETS["places"], 30, seed=1)
    assert tally.outcomes[ACCEPTED] > 10


def test_the_judge_of_odd_places_looks_at_rows_name_and_message(monkeypatch: pytest.MonkeyPatch) -> None:
    place = OddPlace(("nothing",), ("home", "folder", "file"))
    assert check_place(place) == ACCEPTED
    with monkeypatch.context() as patch:
        patch.setattr("loaders.load.source_name", lambda _: "another.txt")
        with pytest.raises(FuzzFailure, match="its name is staged as"):
            check_place(place)
    with monkeypatch.context() as patch:
        patch.setattr("loaders.load.source_name", lambda _: 1 / 0)
        with pytest.raises(FuzzFailure, match="no orderly end"):
            check_place(place)
    with monkeypatch.context() as patch:
        patch.setattr(odd_places, "original", lambda: replace(load(odd_places.REPORT.read_bytes()), rows=()))
        with pytest.raises(FuzzFailure, match="staged otherwise"):
            check_place(place)


def test_the_same_seed_draws_the_same_texts() -> None:
    strategy = TARGETS["reports"].strategy
    first, again, other = (
        run_batch(Target("nothing", strategy, lambda _: ACCEPTED), 10, seed).distinct for seed in (7, 7, 8)
    )
    assert first == again != other


def test_what_fails_is_kept_with_the_reason(tmp_path: Path) -> None:
    def check(_: Damaged) -> str:
        raise ValueError("a defect")

    def keep(drawn: Damaged, what: str) -> str:
        (tmp_path / "kept.txt").write_bytes(drawn.content)
        return what

    tally = run_batch(Target("broken", TARGETS["settings"].strategy, check), 5, 1, keep)
    assert tally.outcomes[FAILED] == tally.inputs == len(tally.failures) > 0
    assert tally.failures[0]["kept"] == "ValueError: a defect"
    assert (tmp_path / "kept.txt").exists()


def test_an_endless_run_is_a_failure() -> None:
    def check(_: Damaged) -> str:
        return max(number for number in count() if number < 0)  # type: ignore[return-value]  # never comes

    target = Target("endless", TARGETS["settings"].strategy, check)
    tally = run_batch(target, 2, 1, keep=lambda *_: "", seconds=0.1)
    assert tally.outcomes[FAILED] == tally.inputs > 0
    assert tally.failures[0]["what"].startswith("EndlessRun: not done after 0.1 s")


def test_a_limit_that_is_kept_leaves_no_alarm_behind() -> None:
    # Long enough for a machine that is busy with other work.
    with time_limit(0.5):
        pass
    time.sleep(0.6)
    with pytest.raises(EndlessRun), time_limit(0.05):
        time.sleep(1)


def test_what_cannot_be_interrupted_is_ended_with_its_process() -> None:
    script = (
        "from itertools import repeat\nfrom measure.fuzz.run import time_limit\n"
        "with time_limit(0.2, patience=0.2): sum(repeat(1))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "Timeout" in run.stderr


def test_several_processes_share_the_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    tally = fuzz("settings", 20, seed=1, cores=2, folder=tmp_path)
    assert tally.inputs > 10
    assert not tally.failures
