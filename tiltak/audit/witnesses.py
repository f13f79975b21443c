"""Where the files of one edition print different numbers: one of them is wrong, whatever the rules say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import duckdb

from tiltak.audit.localise import OTHER_FORMAT, Suspect
from tiltak.audit.misreading import Slip
from tiltak.audit.registers import CORRECTIONS, csv_lines
from tiltak.audit.system import STAR, System

# A text is not there where one of the two files, or a newer edition, hides the number.
DIFFERENCES = """
    select
        differences.cell_id, leads.source_file, differences.source_place, differences.printed_text,
        differences.row_label, differences.column_label,
        differences.witness_file, differences.witness_place, differences.witness_text
    from quality.mart_witness_difference as differences
    inner join staging.stg_report as leads on differences.report_key = leads.report_id
    where differences.difference = 'other_text'
    order by differences.cell_id, differences.witness_file, differences.witness_cell_id
"""


class Printed(NamedTuple):
    """What one of the files prints; the text is None where it is not to be told."""

    source_file: str
    place: str
    text: str | None

    def __str__(self) -> str:
        """Say where it is."""
        return f"{self.source_file}, {self.place}"


@dataclass(frozen=True)
class Disagreement:
    """A cell of the file that leads an edition, of which other files print something else.

    Attributes:
        cell_id: the cell.
        row_label: its row.
        column_label: its column.
        lead: what the file that leads prints.
        witnesses: what the others print.
    """

    cell_id: str
    row_label: str
    column_label: str
    lead: Printed
    witnesses: Sequence[Printed]

    @property
    def is_lead_outvoted(self) -> bool:
        """Tell whether several files print one and the same other number."""
        return len(self.witnesses) > 1 and len({one.text for one in self.witnesses}) == 1

    @property
    def slip(self) -> Slip:
        """What the number of the leading file would be: no misreading, but something a person can look up."""
        places = " and ".join(str(one) for one in self.witnesses)
        return Slip(OTHER_FORMAT, 1.0, f"printed in {places}")


def read_disagreements(connection: duckdb.DuckDBPyConnection, *, is_complete: bool) -> list[Disagreement]:
    """Read where the files of an edition print different numbers.

    Args:
        connection: to the built file.
        is_complete: False for the file of a build that failed, and may lack the model.

    Raises:
        duckdb.Error: the file lacks the model.
    """
    try:
        rows = connection.sql(DIFFERENCES).fetchall()
    except duckdb.CatalogException:
        if is_complete:
            raise
        return []
    found = []
    for _, of_cell in groupby(rows, key=lambda row: row[0]):
        others = list(of_cell)
        cell_id, file, place, text, row, column = others[0][:6]
        witnesses = tuple(Printed(*other[6:]) for other in others)
        found.append(Disagreement(cell_id, row, column, Printed(file, place, text), witnesses))
    return found


def suspects(system: System, disagreements: Sequence[Disagreement]) -> Iterator[Suspect]:
    """Yield the cells of the system of which other files print one other number, with that number."""
    cells = {place.cell_id: cell for cell, place in enumerate(system.places)}
    for one in disagreements:
        texts = {witness.text for witness in one.witnesses}
        if one.cell_id not in cells or len(texts) > 1:
            continue
        cell, text = cells[one.cell_id], "".join((texts.pop() or "").split())
        if text.isdigit():
            yield Suspect(cell, False, int(text), int(text), one.slip, None, one.slip.weight)
        elif text == STAR:
            hidden = int(system.hidden_lows[cell]), int(system.hidden_highs[cell])
            yield Suspect(cell, True, *hidden, one.slip, None, one.slip.weight)


def tell_disagreement(one: Disagreement) -> tuple[str, ...]:
    """Say in plain words that files of one edition print different numbers, the likelier slip first.

    A file that leads is NAV's own, or nearer to it; against it speak several others that agree.
    """
    where = f'row "{one.row_label}", column "{one.column_label}"'
    if one.lead.text is None:
        others = " and ".join(str(witness) for witness in one.witnesses)
        return (
            f"most likely wrong: {others}, {where}: {one.lead} prints something else, "
            "and one of them hides the number",
        )
    of_lead = _quoted(one.lead.text)
    slips = [
        f"{witness}, {where}: printed {_quoted(witness.text)}, but {of_lead} is printed in {one.lead}"
        for witness in one.witnesses
    ]
    texts = {_quoted(witness.text) for witness in one.witnesses}
    slip_of_lead = (
        f"{one.lead}, {where}: printed {of_lead}, but {' or '.join(sorted(texts))} is {one.slip.name}"
    )
    ordered = [slip_of_lead, *slips] if one.is_lead_outvoted else [*slips, slip_of_lead]
    files = " and ".join(dict.fromkeys(witness.source_file for witness in one.witnesses))
    lines = [("or: " if rank else "most likely wrong: ") + text for rank, text in enumerate(ordered)]
    lines.append(f"to publish what {one.lead.source_file} prints, take {files} out of the folder")
    if len(texts) == 1:
        lines += [
            f"if {one.lead.source_file} is wrong, add to {CORRECTIONS}:",
            *csv_lines([_correction(one, one.lead.text)]),
        ]
    return tuple(lines)


def _correction(one: Disagreement, printed: str) -> tuple[str, ...]:
    """Return the row of the register that gives the leading file the number of the others."""
    evidence = " and ".join(str(witness) for witness in one.witnesses)
    right = one.witnesses[0].text or ""
    return one.cell_id, one.cell_id, printed, right, "another format prints it", evidence, "inferred"


def _quoted(text: str | None) -> str:
    return f'"{text or ""}"'
