"""What the audit found, in plain words: which cell is most likely wrong, and what it would have to be.

A finding says of a printed number what would make its checks hold. Of a hidden number it says nothing that
the printed rule does not say, and no bound that several checks give together is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tiltak.audit.check import can_hold_together
from tiltak.audit.localise import Explanation, Finding, Suspect, find
from tiltak.audit.misreading import Misreadings, Slip, read_misreadings
from tiltak.audit.registers import needless_corrections, register_lines
from tiltak.audit.system import STAR, TERM_COUNT, Months, Reading, System, read_numbers, read_system, spans
from tiltak.audit.witnesses import Disagreement, read_disagreements, suspects, tell_disagreement
from tiltak.errors import BuildError

# Explanations and checks that are told for each finding.
TOLD_EXPLANATIONS = 3
TOLD_CHECKS = 4
SURELY_LARGER = 10**8

# What comes first: what another file of the edition prints otherwise, and best what makes checks hold; then a
# cause for everything; then the finding of more checks.
BY_OTHER_FORMAT, DISAGREEMENT, COMPLETE, INCOMPLETE = range(4)
Rank = tuple[int, int]


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
            apart = read_disagreements(connection, is_complete=is_complete)
            wrong = spans_in_conflict(connection)
            found = [found for months in wrong for found in _found_in(connection, months, slips, apart)]
            # What each correction is needed for can be told where everything holds.
            needless = needless_corrections(connection) if is_complete and not wrong else []
    except duckdb.CatalogException as error:
        if is_complete:
            raise _cannot_audit(building_file, error) from error
        return Findings(())  # a model that failed to build has left others out; that is told already
    except duckdb.Error as error:
        raise _cannot_audit(building_file, error) from error
    explained = {cell_id for one in found for cell_id in one.elsewhere}
    found += [
        _Told((DISAGREEMENT, 0), tell_disagreement(one)) for one in apart if one.cell_id not in explained
    ]
    return Findings(tuple(one.lines for one in sorted(found, key=lambda one: one.rank)), tuple(needless))


@dataclass(frozen=True)
class _Told:
    """A finding in plain words.

    Attributes:
        rank: where it is in the list.
        lines: its lines.
        elsewhere: cells that it explains by what another file of their edition prints.
    """

    rank: Rank
    lines: tuple[str, ...]
    elsewhere: frozenset[str] = frozenset()


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
    connection: duckdb.DuckDBPyConnection,
    months: Months,
    slips: Misreadings,
    disagreements: Sequence[Disagreement],
) -> list[_Told]:
    """Return what is wrong in some months in plain words; names and places are read."""
    system, reading = read_system(connection, months)
    elsewhere = list(suspects(system, disagreements))
    return [
        _Told(_rank(found), tell(system, reading, found), _explained(system, found))
        for found in find_all(system, reading, slips, elsewhere)
    ]


def _explained(system: System, found: Finding) -> frozenset[str]:
    """Return the cells of a finding that another file of their edition explains."""
    best = [explanation for explanation in found.explanations if explanation.is_by_other_format]
    return frozenset(system.places[cell].cell_id for explanation in best for cell in explanation.cells)


def _cannot_audit(building_file: Path, error: duckdb.Error) -> BuildError:
    return BuildError(
        f"the printed numbers cannot be audited: {error}",
        "see that memory and the file are free, and build again; nothing is published without an audit",
        str(building_file),
    )


def find_all(
    system: System, reading: Reading, slips: Misreadings, elsewhere: Sequence[Suspect] = ()
) -> list[Finding]:
    """Return the findings, those first that another file explains, then those with a cause for everything."""
    return sorted(find(system, reading, slips, elsewhere), key=_rank)


def _rank(found: Finding) -> Rank:
    best = found.explanations[0] if found.explanations else None
    kind = (
        INCOMPLETE
        if best is None or not best.is_complete
        else BY_OTHER_FORMAT
        if best.is_by_other_format
        else COMPLETE
    )
    return kind, -len(found.checks) - len(found.forbidden)


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
        f"{place.source_file}, page {place.page_no}, table {place.table_no}, {place.source_place}, "
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
    told = " and ".join(f'{place.source_place}, row "{place.row_label}"' for place in rows.values())
    place = next(iter(rows.values()))
    where = f"{place.source_file}, page {place.page_no}, table {place.table_no}, {told}"
    return f"{where}: {_what_holds(found)} if this is true: {pattern.name}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
