"""What the audit found, in plain words: which cell is most likely wrong, and what it would have to be.

A finding says of a printed number what would make its checks hold. Of a hidden number it says nothing that
the printed rule does not say, and no bound that several checks give together is told.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tiltak.audit.check import can_hold_together
from tiltak.audit.localise import Explanation, Finding, Suspect, find
from tiltak.audit.misreading import Misreadings, Slip, read_misreadings
from tiltak.audit.registers import needless_corrections, register_lines
from tiltak.audit.system import STAR, TERM_COUNT, Months, Reading, System, read_numbers, read_system, spans
from tiltak.errors import BuildError

# Explanations and checks that are told for each finding.
TOLD_EXPLANATIONS = 3
TOLD_CHECKS = 4
SURELY_LARGER = 10**8

# A finding that names a cause for everything comes first, then the one of more checks.
Rank = tuple[bool, int]


class ContradictionError(BuildError):
    """The printed numbers cannot all be right, though each check by itself could hold.

    Attributes:
        findings: what was found, in plain words.
    """

    findings: "Findings"

    @classmethod
    def of(cls, findings: "Findings") -> "ContradictionError":
        """Make the error with its findings."""
        error = cls(
            f"the printed numbers contradict each other: {len(findings.told)}",
            "compare the cells above with the original report; the published warehouse is as it was",
        )
        error.findings = findings
        return error


@dataclass(frozen=True)
class Findings:
    """All that cannot be right in a build.

    Attributes:
        told: a paragraph for each finding, the lines of it apart.
        needless: code and cell of each correction on record that neither a check by itself nor all checks
            together need.
    """

    told: tuple[tuple[str, ...], ...]
    needless: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.told)


def audit(building_file: Path, *, is_complete: bool = True) -> Findings:
    """Look for what cannot be right in a built file, and for the cells that are most likely wrong.

    Nothing is changed, and nothing that is worked out about hidden numbers is kept.

    Args:
        building_file: a built file with all its schemas.
        is_complete: False for the file of a build that failed, and may lack the models to tell.

    Returns:
        The findings; none where everything can be true.

    Raises:
        BuildError: the file or the slips of converters cannot be read.
    """
    slips = read_misreadings()
    try:
        with duckdb.connect(str(building_file), read_only=True) as connection:
            wrong = spans_in_conflict(connection)
            found = [found for months in wrong for found in _found_in(connection, months, slips)]
            # What each correction is needed for can be told where everything holds.
            needless = needless_corrections(connection) if is_complete and not wrong else []
    except duckdb.CatalogException as error:
        if is_complete:
            raise _cannot_audit(building_file, error) from error
        return Findings(())  # a model that failed to build has left others out; that is told already
    except duckdb.Error as error:
        raise _cannot_audit(building_file, error) from error
    return Findings(tuple(told for _, told in sorted(found, key=lambda ranked: ranked[0])), tuple(needless))


def spans_in_conflict(connection: duckdb.DuckDBPyConnection) -> list[Months]:
    """Return the spans of years in which something is wrong, after all cells of all checks were read."""
    wrong, term_count = [], 0
    for months in spans(connection):
        system, reading = read_numbers(connection, months)
        term_count += system.printed_term_count
        if not can_hold_together(system, reading):
            wrong.append(months)
    ((all_terms,),) = connection.sql(TERM_COUNT).fetchall()
    if term_count != all_terms:
        left_out = f"{all_terms - term_count} cells of checks are in another year than their check"
        raise duckdb.InvalidInputException(left_out)
    return wrong


def _found_in(
    connection: duckdb.DuckDBPyConnection, months: Months, slips: Misreadings
) -> list[tuple[Rank, tuple[str, ...]]]:
    """Return what is wrong in some months in plain words, each with its rank; names and places are read."""
    system, reading = read_system(connection, months)
    return [(_rank(found), tell(system, reading, found)) for found in find_all(system, reading, slips)]


def _cannot_audit(building_file: Path, error: duckdb.Error) -> BuildError:
    return BuildError(
        f"the printed numbers cannot be audited: {error}",
        "see that memory and the file are free, and build again; nothing is published without an audit",
        str(building_file),
    )


def find_all(system: System, reading: Reading, slips: Misreadings) -> list[Finding]:
    """Return the findings, those that name a cause for everything first."""
    return sorted(find(system, reading, slips), key=_rank)


def _rank(found: Finding) -> Rank:
    return (
        not (found.explanations and found.explanations[0].is_complete),
        -len(found.checks) - len(found.forbidden),
    )


def tell(system: System, reading: Reading, found: Finding) -> tuple[str, ...]:
    """Say a finding in plain words.

    Args:
        system: cells and checks.
        reading: what is printed.
        found: the finding.
    """
    lines = []
    for rank, explanation in enumerate(found.explanations[:TOLD_EXPLANATIONS]):
        lines.append(
            ("most likely wrong: " if rank == 0 else "or: ")
            + _explanation(system, reading, found, explanation)
        )
    left = len(found.explanations) - TOLD_EXPLANATIONS
    if left > 0:
        lines.append("or another cell" if left == 1 else f"or one of {left} other cells")
    for cell in found.forbidden:
        place = system.places[cell]
        lines.append(f"a number that is hidden in this edition is printed: {place.cell_id}")
    keys = [system.checks[check].key for check in found.checks]
    more = f" and {len(keys) - TOLD_CHECKS} more" if len(keys) > TOLD_CHECKS else ""
    if keys:
        what = "checks that cannot all hold" if found.is_joint else "failing checks"
        lines.append(f"{what}: {', '.join(keys[:TOLD_CHECKS])}{more}")
    return (*lines, *register_lines(system, reading.texts, found))


def _explanation(system: System, reading: Reading, found: Finding, explanation: Explanation) -> str:
    if explanation.pattern is not None:
        return _pattern(system, found, explanation, explanation.pattern)
    suspects = "; and ".join(_suspect(system, reading, suspect) for suspect in explanation.suspects)
    if not explanation.is_complete:
        taking_part = len(set(system.checks_of(explanation.cells[0]).tolist()) & set(found.checks))
        return (
            f"{suspects}; it takes part in {taking_part} of {len(found.checks)} failing checks, "
            "but no other number in it lets everything hold"
        )
    needs = " and ".join(_need(reading, suspect, found) for suspect in explanation.suspects)
    they_are = "it is" if len(explanation.suspects) == 1 else "they are"
    return f"{suspects}; {_what_holds(found)} if {they_are} {needs}"


def _what_holds(found: Finding) -> str:
    if found.is_joint:
        return f"all {len(found.checks)} checks can hold at once"
    if not found.checks:
        return "nothing is printed that should be hidden"
    return (
        "the failing check holds"
        if len(found.checks) == 1
        else f"all {len(found.checks)} failing checks hold"
    )


def _suspect(system: System, reading: Reading, suspect: Suspect) -> str:
    place = system.places[suspect.cell]
    return (
        f"{place.source_file}, page {place.page_no}, table {place.table_no}, line {place.line_no}, "
        f'row "{place.row_label}", column "{place.column_label}": printed "{reading.texts[suspect.cell]}"'
    )


def _need(reading: Reading, suspect: Suspect, found: Finding) -> str:
    if suspect.needs_hidden:
        return f"hidden ({suspect.slip.name})"
    if reading.texts[suspect.cell] == STAR and (found.is_joint or suspect.low < suspect.high):
        return f"a number that is not hidden ({suspect.slip.name})"
    if found.is_joint:
        # Which number of its interval lets all checks hold could tell a hidden number.
        return "another number" if suspect.high >= SURELY_LARGER else f"another number {_between(suspect)}"
    if suspect.low == suspect.high:
        return f"{_grouped(suspect.low)} ({suspect.slip.name})"
    example = (
        "" if suspect.example is None else f", for instance {_grouped(suspect.example)} ({suspect.slip.name})"
    )
    if suspect.high >= SURELY_LARGER:
        return f"another number{example}"
    return f"{_between(suspect)}{example}"


def _between(suspect: Suspect) -> str:
    return f"between {_grouped(suspect.low)} and {_grouped(suspect.high)}"


def _pattern(system: System, found: Finding, explanation: Explanation, pattern: Slip) -> str:
    rows = {system.places[cell].row: system.places[cell] for cell in explanation.cells}
    told = " and ".join(f'line {place.line_no}, row "{place.row_label}"' for place in rows.values())
    place = next(iter(rows.values()))
    where = f"{place.source_file}, page {place.page_no}, table {place.table_no}, {told}"
    return f"{where}: {_what_holds(found)} if this is true: {pattern.name}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
