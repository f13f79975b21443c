"""The audit on small systems with a known answer, and on the five reports."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import combinations, takewhile
from pathlib import Path

import duckdb
import numpy as np
import pytest
from support.small_systems import Sheet, cross_table

from tiltak.audit import findings as findings_module
from tiltak.audit.check import (
    can_be_true,
    conflict_checks,
    failing_checks,
    left_by_others,
    outcomes,
    propagate,
)
from tiltak.audit.findings import audit, find_all, tell
from tiltak.audit.localise import Finding, Suspect
from tiltak.audit.misreading import read_misreadings
from tiltak.audit.system import STAR, Reading, System, part_of_reading, read_numbers, read_system, spans
from tiltak.audit.witnesses import Disagreement, Printed, suspects, tell_disagreement
from tiltak.errors import BuildError
from tiltak.home import PROJECT, Home

SLIPS = read_misreadings()


def look(sheet: Sheet) -> tuple[System, Reading, list[Finding]]:
    system, reading = sheet.read()
    return system, reading, find_all(system, reading, SLIPS)


def named(found: Finding) -> set[int]:
    return set(found.explanations[0].cells)


def told(sheet: Sheet) -> str:
    system, reading, findings = look(sheet)
    return "\n".join(line for found in findings for line in tell(system, reading, found))


def test_nothing_is_found_where_everything_adds_up() -> None:
    assert look(cross_table(3))[2] == []


@pytest.mark.parametrize("row", list(cross_table().rows))
def test_a_single_wrong_number_is_named_with_what_it_should_be(row: str) -> None:
    sheet = cross_table(3)
    right = sheet.rows[row][1]
    wrong = right[:-1] + str((int(right[-1]) + 4) % 10)
    sheet.rows[row][1] = wrong
    _, _, findings = look(sheet)
    assert len(findings) == 1
    suspect = findings[0].explanations[0].suspects[0]
    assert suspect.cell == sheet.cell(f"{row} 2")
    assert (suspect.low, suspect.high) == (int(right.replace(" ", "")),) * 2
    assert f'row "{row}", column "2": printed "{wrong}"; all 2 failing checks hold if it is {right}' in told(
        sheet
    )


def test_the_slip_is_told_in_plain_words() -> None:
    sheet = cross_table(3)
    for wrong, slip in (
        ("42", "one digit lost"),
        ("4240", "one digit too many"),
        ("442", "neighbouring digits"),
    ):
        sheet.rows["old women"][1] = wrong
        assert slip in told(sheet)


def test_two_wrong_numbers_that_share_a_check_are_named_as_a_pair() -> None:
    sheet = cross_table()
    sheet.rows["young women"][0] = "190"
    sheet.rows["old women"][0] = "426"
    _, _, findings = look(sheet)
    assert [len(found.explanations[0].suspects) for found in findings] == [2]
    pairs = [set(found.cells) for found in findings[0].explanations[:3]]
    assert {sheet.cell("young women 1"), sheet.cell("old women 1")} in pairs


def test_wrong_numbers_that_share_no_check_are_each_named() -> None:
    sheet = cross_table(3)
    sheet.rows["young women"][0] = "130"
    sheet.rows["old men"][2] = "238"
    _, _, findings = look(sheet)
    assert sorted(min(named(found)) for found in findings) == sorted(
        [sheet.cell("young women 1"), sheet.cell("old men 3")]
    )


def test_an_error_within_what_a_star_leaves_is_not_found() -> None:
    sheet = Sheet({"all": ["100"], "some": ["98"], "few": [STAR]}, [(["some 1", "few 1"], "all 1")])
    assert look(sheet)[2] == []
    sheet.rows["some"][0] = "96"
    assert len(look(sheet)[2]) == 1


def overlapping_stars() -> Sheet:
    """Make a sheet whose checks hold one by one: the star is 0 in one row and 3 in its column."""
    return Sheet(
        {"all": ["100"], "some": ["100"], "few": [STAR], "column": ["53"], "rest": ["50"]},
        [(["some 1", "few 1"], "all 1"), (["few 1", "rest 1"], "column 1")],
    )


def test_checks_that_only_hold_one_by_one_are_found() -> None:
    sheet = overlapping_stars()
    system, reading, findings = look(sheet)
    assert not failing_checks(system, reading).any()
    assert [found.is_joint for found in findings] == [True]
    assert findings[0].checks == (0, 1)
    singles = {cell for found in findings[0].explanations for cell in found.cells}
    assert singles >= {
        sheet.cell("all 1"),
        sheet.cell("some 1"),
        sheet.cell("column 1"),
        sheet.cell("rest 1"),
    }


def test_two_wrong_numbers_that_only_all_checks_together_show_are_named_as_a_pair() -> None:
    sheet = overlapping_stars()
    sheet.rows |= {"sum": ["41"], "others": ["40"]}  # the star is 0, 3 and 1: no one cell makes it one number
    sheet.checks.append((["few 1", "others 1"], "sum 1"))
    _, _, findings = look(sheet)
    assert [found.is_joint for found in findings] == [True]
    assert all(found.is_complete and len(found.cells) == 2 for found in findings[0].explanations)
    pairs = [set(found.cells) for found in findings[0].explanations]
    assert {sheet.cell("some 1"), sheet.cell("rest 1")} in pairs
    assert {sheet.cell("few 1"), sheet.cell("rest 1")} not in pairs


def on_record(sheet: Sheet, register: str) -> list[dict[str, str]]:
    """Return the rows that a finding says to add to a register."""
    lines = iter(told(sheet).splitlines())
    rows = []
    for line in lines:
        if line.endswith(f"{register}.csv:"):
            rows = list(takewhile(lambda row: not row.startswith("or, if"), lines))
            break
    header = (PROJECT / "seeds" / "corrections" / f"{register}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(header + "\n".join(rows))))


def test_a_finding_can_be_pasted_into_the_registers() -> None:
    sheet = cross_table(3)
    sheet.rows["old women"][1] = "474"
    (correction,) = on_record(sheet, "cell_correction")
    assert correction == {
        "correction_code": "r:t001:old women 2",
        "cell_id": "r:t001:old women 2",
        "printed_text": "474",
        "corrected_text": "424",
        "reason": "one digit misread",
        "evidence": "check 7, check 16",
        "status": "inferred",
    }
    exceptions = on_record(sheet, "accepted_exception")
    assert [(row["check_key"], row["report_key"]) for row in exceptions] == [
        ("check 7", "r"),
        ("check 16", "r"),
    ]


def test_what_only_all_checks_show_goes_on_record_without_a_number() -> None:
    (correction,) = on_record(overlapping_stars(), "cell_correction")
    assert correction["printed_text"]
    assert not correction["corrected_text"]
    assert on_record(overlapping_stars(), "accepted_exception") == []


def test_rows_that_changed_places_go_on_record_cell_by_cell() -> None:
    sheet = cross_table(2)
    rows = sheet.rows
    rows["young women"], rows["old men"] = rows["old men"], rows["young women"]
    corrected = {row["cell_id"]: row["corrected_text"] for row in on_record(sheet, "cell_correction")}
    assert corrected == {
        "r:t001:young women 1": "180", "r:t001:young women 2": "181",
        "r:t001:old men 1": "280", "r:t001:old men 2": "284",
    }  # fmt: skip


def elsewhere(sheet: Sheet, **texts: str) -> list[Suspect]:
    """Return cells by row of the first month, with what another file is said to print there."""
    system, _ = sheet.read()
    return list(
        suspects(
            system,
            [
                Disagreement(
                    f"r:t001:{row} 1", row, "1", Printed("report.xlsx", "A!B2", "?"),
                    (Printed("report.txt", "line 7", text),),
                )
                for row, text in texts.items()
            ],
        )
    )  # fmt: skip


def test_what_another_file_of_the_edition_prints_is_ranked_first_if_it_makes_the_checks_hold() -> None:
    sheet = cross_table()
    sheet.rows["young"][0] = "300"
    sheet.rows["women"][0] = "620"  # a wrong number of women, and two other ways to explain what fails
    system, reading = sheet.read()
    [without] = find_all(system, reading, SLIPS)
    assert not without.explanations[0].is_by_other_format
    [found] = find_all(system, reading, SLIPS, elsewhere(sheet, women="600"))
    assert named(found) == {sheet.cell("women 1")}
    text = tell(system, reading, found)
    assert "all 2 failing checks hold if it is 600 (printed in report.txt, line 7)" in text[0]
    assert "r:t001:women 1,r:t001:women 1,620,600," in "\n".join(text)
    # What makes no check hold explains nothing here; it is told as a finding of its own.
    assert find_all(system, reading, SLIPS, elsewhere(sheet, women="601")) == [without]


def test_several_numbers_that_another_file_prints_explain_checks_together() -> None:
    sheet = cross_table()
    sheet.rows["young women"][0] = "190"
    sheet.rows["old women"][0] = "426"
    system, reading = sheet.read()
    others = elsewhere(sheet, **{"young women": "180", "old women": "420", "old men": "281"})
    [found] = find_all(system, reading, SLIPS, others[:2])
    assert named(found) == {sheet.cell("young women 1"), sheet.cell("old women 1")}
    assert found.explanations[0].is_by_other_format


def disagreement(lead: str | None, *others: str | None) -> Disagreement:
    witnesses = tuple(Printed(f"{no}.txt", f"line {no}", text) for no, text in enumerate(others, start=1))
    return Disagreement(
        "r:t001:r02:c01", "Mentor", "Januar", Printed("r.xlsx", "3 Tiltak!D9", lead), witnesses
    )


def test_files_that_disagree_are_told_with_both_places_and_the_number_of_the_other() -> None:
    text = tell_disagreement(disagreement("1 193", "1 198"))
    assert text[0] == (
        'most likely wrong: 1.txt, line 1, row "Mentor", column "Januar": printed "1 198", '
        'but "1 193" is printed in r.xlsx, 3 Tiltak!D9'
    )
    assert text[1].startswith("or: r.xlsx, 3 Tiltak!D9")
    assert '"1 198" is printed in 1.txt, line 1' in text[1]
    assert text[2] == "to publish what r.xlsx prints, take 1.txt out of the folder"
    assert text[-1].startswith("r:t001:r02:c01,r:t001:r02:c01,1 193,1 198,")


def test_a_leading_file_against_which_all_others_agree_is_the_likelier_to_be_wrong() -> None:
    text = tell_disagreement(disagreement("198", "193", "193"))
    assert text[0].startswith("most likely wrong: r.xlsx, 3 Tiltak!D9")
    assert '"193" is printed in 1.txt, line 1 and 2.txt, line 2' in text[0]
    apart = tell_disagreement(disagreement("198", "193", "194"))
    assert apart[0].startswith("most likely wrong: 1.txt, line 1")
    assert "seeds/corrections" not in "\n".join(apart)


def test_of_a_hidden_number_the_places_alone_are_told() -> None:
    text = "\n".join(tell_disagreement(disagreement(None, None)))
    assert "1.txt, line 1" in text
    assert "r.xlsx, 3 Tiltak!D9 prints something else" in text
    assert 'printed "' not in text


def test_a_finding_tells_no_more_of_a_hidden_number_than_its_rule() -> None:
    sheet = overlapping_stars()
    text = told(sheet)
    # Both checks at once need 103, and 53 in the last row; each by itself leaves room for three people.
    assert "another number between 100 and 103" in text
    assert "another number between 50 and 53" in text
    assert "for instance" not in text
    _, _, findings = look(sheet)
    star = sheet.cell("few 1")
    for explanation in findings[0].explanations:
        for suspect in explanation.suspects:
            assert suspect.cell != star or suspect.low > 3


def test_a_whole_that_is_not_printed_ties_its_sums_together() -> None:
    sheet = Sheet(
        {"women": ["60"], "men": ["40"], "young": ["30"], "old": ["75"]},
        [(["women 1", "men 1"], "nowhere"), (["young 1", "old 1"], "nowhere")],
    )
    _, _, findings = look(sheet)
    assert [found.is_joint for found in findings] == [True]
    sheet.rows["old"][0] = "70"
    assert look(sheet)[2] == []


def test_of_two_copies_the_one_that_adds_up_is_right() -> None:
    for wrong in ("young women", "copy"):
        sheet = cross_table()
        sheet.rows["copy"] = ["180"]
        sheet.equalities = [("young women 1", "copy 1")]
        sheet.rows[wrong][0] = "150"
        _, _, findings = look(sheet)
        assert named(findings[0]) == {sheet.cell(f"{wrong} 1")}


def test_of_three_copies_the_odd_one_out_is_wrong() -> None:
    sheet = Sheet(
        {"one": ["57"], "two": ["57"], "three": ["51"]}, equalities=[("one 1", "two 1"), ("one 1", "three 1")]
    )
    assert named(look(sheet)[2][0]) == {sheet.cell("three 1")}


def test_a_star_and_a_number_are_no_copies_of_each_other() -> None:
    sheet = Sheet(
        {"one": [STAR], "two": [STAR], "three": ["7"]}, equalities=[("one 1", "two 1"), ("one 1", "three 1")]
    )
    text = told(sheet)
    assert text.splitlines()[0].endswith(
        'printed "7"; the failing check holds if it is hidden (number in place of a star)'
    )


def test_a_number_that_its_edition_hides_is_the_wrong_one() -> None:
    sheet = Sheet({"all": ["100"], "some": ["98"], "few": ["2"]}, [(["some 1", "few 1"], "all 1")])
    _, _, findings = look(sheet)
    assert findings[0].forbidden == (sheet.cell("few 1"),)
    assert named(findings[0]) == {sheet.cell("few 1")}
    sheet.hides = False
    assert look(sheet)[2] == []


def test_rows_that_changed_places_are_told_as_one_slip() -> None:
    sheet = cross_table(3)
    rows = sheet.rows
    rows["young women"], rows["old men"] = rows["old men"], rows["young women"]
    _, _, findings = look(sheet)
    assert len(findings) == 1
    pattern = findings[0].explanations[0]
    assert pattern.pattern is not None
    assert pattern.pattern.code == "rows_swapped"
    assert {cell // 3 for cell in pattern.cells} == {5, 8}


def test_a_row_shifted_by_a_column_is_told_as_one_slip() -> None:
    sheet = cross_table(3)
    row = sheet.rows["old women"]
    row[:] = [row[-1], *row[:-1]]
    _, _, findings = look(sheet)
    assert len(findings) == 1
    pattern = findings[0].explanations[0].pattern
    assert pattern is not None
    assert pattern.code == "row_shifted"


def test_a_check_on_record_binds_nobody() -> None:
    sheet = cross_table()
    sheet.rows["all"][0] = "1 900"
    system, reading = sheet.read()
    failing = failing_checks(system, reading)
    assert failing.sum() == 2
    assert find_all(system.without(failing), reading, SLIPS) == []


def test_a_conflict_holds_as_soon_as_one_of_its_checks_is_left_out() -> None:
    system, reading = overlapping_stars().read()
    conflict = conflict_checks(system, reading)
    for fewer in combinations(conflict.tolist(), len(conflict) - 1):
        left_out = np.ones(len(system.checks), dtype=bool)
        left_out[list(fewer)] = False
        assert propagate(system.without(left_out), reading).conflict is None


@pytest.mark.parametrize(
    ("printed", "meant", "slip"),
    [
        ("1 224", 1234, "digit_confused"),
        ("124", 1234, "digit_lost"),
        ("12 334", 1234, "digit_added"),
        ("1 324", 1234, "digits_swapped"),
        ("234", 12234, "group_lost"),
        ("15 234", 234, "group_gained"),
    ],
)
def test_a_text_may_be_a_misreading_by_each_slip(printed: str, meant: int, slip: str) -> None:
    assert SLIPS.meanings(printed)[meant].code == slip


def test_digits_that_look_alike_are_likelier_confused() -> None:
    meanings = SLIPS.meanings("17")
    assert meanings[77].weight > meanings[27].weight


def test_outcomes_are_those_of_the_quality_mart(built: duckdb.DuckDBPyConnection) -> None:
    system, reading = read_system(built)
    expected = dict(built.sql("select check_key, outcome from quality.fct_rule_check").fetchall())
    found = {
        check.key: str(outcome)
        for check, outcome in zip(system.checks, outcomes(system, reading), strict=True)
    }
    assert len(found) == 13543
    assert found == expected


def test_years_are_audited_apart_and_none_is_left_out(built: duckdb.DuckDBPyConnection) -> None:
    whole, _ = read_numbers(built)
    years = spans(built, most_cells=8_000)
    assert years == [(201300, 201399), (201900, 202099), (202200, 202299), (202400, 202499)]
    parts = [read_numbers(built, months)[0] for months in years]
    assert sum(len(part.places) for part in parts) == len(whole.places) == 20_360
    assert sum(len(part.checks) for part in parts) == len(whole.checks)
    assert sum(part.printed_term_count for part in parts) == whole.printed_term_count
    assert spans(built) == [(201300, 202499)]


def test_numbers_without_names_are_those_of_the_whole_system(built: duckdb.DuckDBPyConnection) -> None:
    (bare, numbers), (named, reading) = read_numbers(built), read_system(built)
    assert (numbers.lows == reading.lows).all()
    assert (numbers.highs == reading.highs).all()
    assert len(bare.places) == len(named.places)
    with pytest.raises(LookupError, match="was not read"):
        bare.places[0]


@pytest.fixture
def altered(built_home: Home, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A built file with what the audit reads, for a test to change; closed before it is audited."""
    with duckdb.connect(str(tmp_path / "altered.duckdb")) as connection:
        connection.execute(f"attach '{built_home.building}' as original (read_only)")
        for relation in (
            "intermediate.int_cell", "intermediate.int_cell_value", "intermediate.int_rule_check",
            "intermediate.int_rule_term", "staging.stg_cell", "staging.stg_report", "seeds.symbol",
            "seeds.accepted_exception", "intermediate.int_register_problem",
            "quality.mart_witness_difference",
        ):  # fmt: skip
            connection.execute(f"create schema if not exists {relation.partition('.')[0]}")
            connection.execute(f"create table {relation} as from original.{relation}")
        yield connection


def test_a_wrong_number_is_named_in_whichever_span_of_years_it_is(
    altered: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = "participants_min = 99999, participants_max = 99999"
    for month in (201301, 202401):
        altered.execute(f"""
            update intermediate.int_cell_value set {cell} where cell_id = (
                select min(cell_id) from intermediate.int_cell
                where month_key = {month} and hovedgruppe_key = 'ANDRE' and column_type = 'month'
            )
        """)
    altered.close()
    at_once = audit(tmp_path / "altered.duckdb")
    monkeypatch.setattr(findings_module, "spans", lambda connection: spans(connection, most_cells=1))
    assert audit(tmp_path / "altered.duckdb") == at_once
    assert len(at_once.told) == 2
    assert {"deltakere_2013" in told[0] for told in at_once.told} == {True, False}


def test_a_check_across_years_stops_the_audit(
    altered: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered.execute("update intermediate.int_rule_term set month_key = 201912 where month_key = 201301")
    altered.close()
    monkeypatch.setattr(findings_module, "spans", lambda connection: spans(connection, most_cells=1))
    with pytest.raises(BuildError, match="cells of checks are in another year than their check"):
        audit(tmp_path / "altered.duckdb")


def test_a_cell_without_bounds_stops_the_audit(altered: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    altered.execute(
        "update intermediate.int_cell_value set participants_min = null where report_id = "
        "(select min(report_id) from intermediate.int_cell_value)"
    )
    altered.close()
    with pytest.raises(BuildError, match="a cell or check has no bounds"):
        audit(tmp_path / "altered.duckdb")


def test_the_five_reports_hold_together(built_home: Home) -> None:
    assert not audit(built_home.building)


def test_bounds_of_all_checks_together_are_never_wider_than_printed(built: duckdb.DuckDBPyConnection) -> None:
    system, reading = read_system(built)
    together = propagate(system, reading)
    assert together.conflict is None
    assert (together.lows >= reading.lows).all()
    assert (together.highs <= reading.highs).all()
    assert (together.lows <= together.highs).all()


def test_where_nothing_explains_all_the_finding_says_so() -> None:
    sheet = cross_table()
    for row, text in (("women", "500"), ("men", "510"), ("young", "520"), ("old", "533")):
        sheet.rows[row][0] = text
    for row in ("young women", "young men", "old women", "old men"):
        sheet.rows[row][0] = "77"
    text = told(sheet)
    assert "it takes part in 2 of 6 failing checks, but no other number in it lets everything hold" in text


def test_a_search_tells_whether_numbers_behind_the_stars_fit() -> None:
    stars = {"a": [STAR], "b": [STAR], "c": [STAR]}
    # Two of three add up to 1, for every two: each bound by itself leaves room, no whole numbers do.
    odd = Sheet(
        {**stars, "p": ["10"], "q": ["11"], "r": ["11"], "s": ["11"]},
        [(["a 1", "b 1", "p 1"], "q 1"), (["b 1", "c 1", "p 1"], "r 1"), (["a 1", "c 1", "p 1"], "s 1")],
    )
    system, reading = odd.read()
    assert propagate(system, reading).conflict is None
    assert can_be_true(system, reading, 0, 100) is False
    assert can_be_true(system, reading, 0, 1) is None
    for row in ("q", "r", "s"):
        odd.rows[row][0] = "12"
    system, reading = odd.read()
    assert can_be_true(system, reading, 0, 100) is True


@pytest.mark.parametrize("error", [duckdb.OutOfMemoryException, duckdb.IOException, duckdb.CatalogException])
def test_an_audit_that_cannot_read_the_build_lets_nothing_pass(
    error: type[duckdb.Error], built_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise error("no memory")

    monkeypatch.setattr(findings_module, "spans", fails)
    with pytest.raises(BuildError, match="no memory"):
        audit(built_home.building)


def numbers_held_jointly(system: System, reading: Reading) -> Iterator[tuple[int, int, bool]]:
    """Yield cells with another number that each check allows, and whether all of them together do not."""
    lows, highs = left_by_others(system, reading)
    printed = np.nonzero(reading.lows == reading.highs)[0]
    for cell in printed[lows[printed] < highs[printed]].tolist():
        part = system.component(int(system.components[cell]))
        inside, local = part_of_reading(reading, part.variables), int(np.searchsorted(part.variables, cell))
        if propagate(part.system, inside).conflict is not None:
            continue
        for number in range(max(int(lows[cell]), 4), min(int(highs[cell]), int(lows[cell]) + 9) + 1):
            conflict = propagate(part.system, inside.within(local, number, number)).conflict
            if number != reading.lows[cell]:
                yield cell, number, conflict is not None


@pytest.mark.parametrize("is_joint", [True, False])
def test_a_correction_is_needed_where_only_all_checks_together_need_it(
    is_joint: bool, altered: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    system, reading = read_system(altered)
    cell, misprint, _ = next(found for found in numbers_held_jointly(system, reading) if found[2] is is_joint)
    cell_id = system.places[cell].cell_id
    altered.execute(
        """
        insert into intermediate.int_register_problem
        values ('cell_correction', 'entry', $1, 'explains_no_failing_check', null)
        """,
        [cell_id],
    )
    altered.execute(
        "update intermediate.int_cell_value set printed_min = $1, printed_max = $1 where cell_id = $2",
        [misprint, cell_id],
    )
    altered.close()
    findings = audit(tmp_path / "altered.duckdb")
    assert not findings.told
    assert findings.needless == (() if is_joint else (("entry", cell_id),))
