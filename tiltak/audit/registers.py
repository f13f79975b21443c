"""Findings and the registers: a finding as lines to paste, and corrections that nothing needs any more."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

import duckdb

from tiltak.audit.check import can_hold_together
from tiltak.audit.localise import Explanation, Finding, Suspect
from tiltak.audit.system import STAR, System, read_system

CORRECTIONS = "seeds/corrections/cell_correction.csv"
EXCEPTIONS = "seeds/corrections/accepted_exception.csv"
# Of a finding with more failing checks than this, none is accepted as it is: something else is wrong.
MOST_EXCEPTIONS = 4
# A correction that no single check needs may be one that all of them together need.
UNEXPLAINED = """
    select
        problems.entry_code,
        problems.concerns,
        cells.month_key // 100 * 100 as first_month,
        cell_values.printed_min,
        cell_values.printed_max
    from intermediate.int_register_problem as problems
    inner join intermediate.int_cell as cells on problems.concerns = cells.cell_id
    inner join intermediate.int_cell_value as cell_values on problems.concerns = cell_values.cell_id
    where problems.problem = 'explains_no_failing_check'
    order by problems.entry_code
"""


def register_lines(system: System, texts: Sequence[str], found: Finding) -> Iterator[str]:
    """Yield the lines that put a finding on record, each kind after a line that says where they go.

    The likeliest explanation becomes corrections; a text that the checks do not settle is left empty. Checks
    that fail by themselves become exceptions, for where it is not known which cell is wrong.
    """
    if found.explanations:
        rows = list(_corrections(system, texts, found, found.explanations[0]))
        if rows:
            yield f"to put it on record, add to {CORRECTIONS}:"
            yield from csv_lines(rows)
    if not found.is_joint and 0 < len(found.checks) <= MOST_EXCEPTIONS:
        yield f"or, if it is not known which cell is wrong, add to {EXCEPTIONS}:"
        yield from csv_lines(_exceptions(system, found))


def needless_corrections(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return code and cell of each correction without which everything printed could be true.

    Raises:
        duckdb.Error: the file lacks the models.
    """
    needless = []
    for code, cell_id, first, low, high in connection.sql(UNEXPLAINED).fetchall():
        system, reading = read_system(connection, (first, first + 99))
        cell = next(cell for cell, place in enumerate(system.places) if place.cell_id == cell_id)
        if can_hold_together(system, reading.within(cell, low, high)):
            needless.append((code, cell_id))
    return needless


def _corrections(
    system: System, texts: Sequence[str], found: Finding, explanation: Explanation
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the register that an explanation would be."""
    evidence = ", ".join(system.checks[check].key for check in found.checks[:MOST_EXCEPTIONS])
    if explanation.pattern is not None:
        corrected = dict(zip(explanation.cells, explanation.texts, strict=True))
        reasons = dict.fromkeys(explanation.cells, explanation.pattern.name)
    else:
        corrected = {suspect.cell: _needed(suspect, found) for suspect in explanation.suspects}
        reasons = {suspect.cell: suspect.slip.name for suspect in explanation.suspects}
    for cell, text in corrected.items():
        if text != texts[cell]:
            cell_id = system.places[cell].cell_id
            yield cell_id, cell_id, texts[cell], text, reasons[cell], evidence, "inferred"


def _needed(suspect: Suspect, found: Finding) -> str:
    """Return the text that a cell would have to print, as far as its checks settle it each by itself."""
    if suspect.needs_hidden:
        return STAR
    return f"{suspect.low:,}".replace(",", " ") if suspect.low == suspect.high and not found.is_joint else ""


def _exceptions(system: System, found: Finding) -> Iterator[tuple[str, ...]]:
    for check in found.checks:
        cell = next(cell for cell in system.variables_of(check).tolist() if cell < len(system.places))
        report = system.places[cell].cell_id.partition(":")[0]
        key = system.checks[check].key
        yield key, key, report, "", "", "inferred"


def csv_lines(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return rows of a register as lines to paste."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().splitlines()
