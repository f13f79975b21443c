"""Which printed cells are most likely wrong when checks fail together.

Failing checks that share a cell are one group. A single cell explains a group when another number in it makes
all its checks hold; then pairs of cells are tried. Several groups in one table may have one cause: two rows
that changed places, or a row shifted by a column.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, pairwise

import numpy as np

from tiltak.audit.check import conflict_checks, failing_checks, forbidden_numbers, left_by_others, propagate
from tiltak.audit.likelihood import likeliest_slip, likelihood, likelihood_of_star
from tiltak.audit.misreading import Misreadings, Slip
from tiltak.audit.system import UNBOUNDED, Bools, Component, Ints, Reading, System, part_of_reading

# Pairs of cells that are tried for a group that no single cell explains.
PAIRS_TRIED = 400
# Groups that are explained, the largest first: nobody mends more at a time, and a build must end soon.
EXPLAINED_GROUPS = 50
# Slips of whole rows that are tried in a round.
ROW_SLIPS_TRIED = 500
# Joint conflicts that are looked for in one build; a report with more is wrong in another way.
CONFLICTS = 20
# The slip of a cell of which another file of its edition prints another number.
OTHER_FORMAT = "other_format"


@dataclass(frozen=True)
class Suspect:
    """A cell that may be wrong, and what it would have to be.

    Attributes:
        cell: the cell.
        needs_hidden: True where it would have to be hidden.
        low: lowest number that makes its checks hold, each by itself; of no use where `needs_hidden`.
        high: highest such number.
        slip: the likeliest misreading.
        example: the number that `slip` would have misread; None where no slip leads to one.
        score: how likely this is, compared with other suspects of the group.
    """

    cell: int
    needs_hidden: bool
    low: int
    high: int
    slip: Slip
    example: int | None
    score: float


@dataclass(frozen=True)
class Explanation:
    """Changes that would make all checks of a group hold.

    Attributes:
        suspects: the cells to change, one or two; in a pattern, none.
        pattern: the slip of whole rows, where that is the cause.
        cells: all cells that are wrong if this is true.
        is_complete: False where not all checks would hold, each by itself and together.
        score: how likely this is, compared with other explanations of the group.
        texts: in a pattern, what each of the cells would have to print; empty where that is not known.
    """

    suspects: tuple[Suspect, ...]
    pattern: Slip | None
    cells: tuple[int, ...]
    is_complete: bool
    score: float
    texts: tuple[str, ...] = ()

    @property
    def is_by_other_format(self) -> bool:
        """Tell whether another file of the edition prints what would make the checks hold."""
        return any(suspect.slip.code == OTHER_FORMAT for suspect in self.suspects)


@dataclass(frozen=True)
class Finding:
    """Something that cannot be right, with its explanations.

    Attributes:
        checks: the checks that fail, each by itself or together.
        forbidden: cells with a number that their edition would have hidden.
        is_joint: True where each check could hold, but not all of them.
        explanations: the likeliest first.
    """

    checks: tuple[int, ...]
    forbidden: tuple[int, ...]
    is_joint: bool
    explanations: tuple[Explanation, ...]

    def lifted(self, part: Component) -> "Finding":
        """Return the finding of a component in the numbers of the whole system."""
        return Finding(
            tuple(part.checks[list(self.checks)].tolist()),
            tuple(part.variables[list(self.forbidden)].tolist()),
            self.is_joint,
            tuple(
                replace(
                    found,
                    suspects=tuple(
                        replace(suspect, cell=int(part.variables[suspect.cell])) for suspect in found.suspects
                    ),
                    cells=tuple(part.variables[list(found.cells)].tolist()),
                )
                for found in self.explanations
            ),
        )


def find(
    system: System, reading: Reading, slips: Misreadings, elsewhere: Sequence[Suspect] = ()
) -> list[Finding]:
    """Return what cannot be right, and for each the likeliest wrong cells.

    Args:
        system: cells and checks.
        reading: what is printed.
        slips: how texts are misread.
        elsewhere: cells of which another file of their edition prints another number, with that number.
    """
    failing = failing_checks(system, reading)
    forbidden = forbidden_numbers(system, reading)
    groups = _groups(system, failing, forbidden)
    findings = [
        found
        for group in groups
        if (found := _by_other_format(system, reading, failing, group, elsewhere)) is not None
    ]
    explained = {(found.checks, found.forbidden) for found in findings}
    groups = [group for group in groups if (group.checks, group.forbidden) not in explained]
    for found, covered in _patterns(system, reading, failing, groups, slips):
        findings.append(found)
        groups = [group for group in groups if group not in covered]
    groups.sort(key=lambda group: -len(group.checks) - len(group.forbidden))
    findings += [
        Finding(group.checks, group.forbidden, is_joint=False, explanations=())
        for group in groups[EXPLAINED_GROUPS:]
    ]
    for group in groups[:EXPLAINED_GROUPS]:
        anchor = group.forbidden[0] if group.forbidden else system.variables_of(group.checks[0])[0]
        narrow = system.component(int(system.components[anchor]))
        inside = part_of_reading(reading, narrow.variables)
        local = _explain(narrow.system, inside, slips, group.inside(narrow), failing[narrow.checks])
        findings.append(local.lifted(narrow))
    if len(groups) > EXPLAINED_GROUPS:
        return findings
    return findings + _joint_findings(system, reading, slips, failing, findings)


@dataclass(frozen=True)
class _Group:
    """Failing checks and forbidden numbers that hang together."""

    checks: tuple[int, ...]
    forbidden: tuple[int, ...]

    def inside(self, part: Component) -> "_Group":
        """Return the group in the numbers of a component that holds it."""
        return _Group(
            tuple(np.searchsorted(part.checks, self.checks).tolist()),
            tuple(np.searchsorted(part.variables, self.forbidden).tolist()),
        )


def _groups(system: System, failing: Bools, forbidden: Ints) -> list[_Group]:
    """Group failing checks and forbidden numbers that share a cell."""
    members: list[tuple[list[int], list[int], set[int]]] = [
        ([int(check)], [], set(system.variables_of(check).tolist()))
        for check in np.nonzero(failing)[0].tolist()
    ]
    members += [([], [int(cell)], {int(cell)}) for cell in forbidden]
    merged: list[tuple[list[int], list[int], set[int]]] = []
    for checks, cells, variables in members:
        apart = []
        for other in merged:
            if variables & other[2]:
                checks, cells, variables = checks + other[0], cells + other[1], variables | other[2]  # noqa: PLW2901
            else:
                apart.append(other)
        merged = [*apart, (checks, cells, variables)]
    return [_Group(tuple(sorted(checks)), tuple(sorted(cells))) for checks, cells, _ in merged]


def _by_other_format(
    system: System, reading: Reading, failing: Bools, group: _Group, elsewhere: Sequence[Suspect]
) -> Finding | None:
    """Return the finding of a group that holds with what another file of the edition prints."""
    inside = _checks_by_cell(system, group)
    said = [suspect for suspect in elsewhere if suspect.cell in inside]
    for suspects in (*((suspect,) for suspect in said), tuple(said)):
        tried = reading
        for suspect in suspects:
            tried = tried.within(suspect.cell, suspect.low, suspect.high)
        after = failing_checks(system, tried)
        is_hidden = set(forbidden_numbers(system, tried)) & set(inside)
        if suspects and not (after[list(group.checks)].any() or (after & ~failing).any() or is_hidden):
            cells = tuple(suspect.cell for suspect in suspects)
            explanation = Explanation(suspects, None, cells, is_complete=True, score=float(len(cells)))
            return Finding(group.checks, group.forbidden, is_joint=False, explanations=(explanation,))
    return None


def _explain(system: System, reading: Reading, slips: Misreadings, group: _Group, failing: Bools) -> Finding:
    others = failing.copy()
    others[list(group.checks)] = False
    bound = system.without(others)
    explanations = _singles(bound, reading, slips, group) or _pairs(bound, reading, slips, group)
    if not explanations:
        explanations = _incomplete(system, reading, slips, group)
    return Finding(group.checks, group.forbidden, is_joint=False, explanations=tuple(_ranked(explanations)))


def _joint_findings(
    system: System, reading: Reading, slips: Misreadings, failing: Bools, findings: list[Finding]
) -> list[Finding]:
    """Find conflicts of checks that could hold each by itself, apart from what is already suspected."""
    suspected = [cell for found in findings for best in found.explanations[:1] for cell in best.cells]
    left_out = failing.copy()
    for cell in suspected:
        left_out[system.checks_of(cell)] = True
    joint = []
    for _ in range(CONFLICTS):
        conflict = propagate(system.without(left_out), reading).conflict
        if conflict is None:
            break
        narrow = system.component(int(system.check_components[conflict]))
        inside = part_of_reading(reading, narrow.variables)
        bound = narrow.system.without(left_out[narrow.checks])
        group = _Group(tuple(conflict_checks(bound, inside).tolist()), ())
        found = (
            _singles_of_conflict(bound, inside, slips, group)
            or _pairs_of_conflict(bound, inside, slips, group)
            or _incomplete(bound, inside, slips, group)
        )
        local = Finding(group.checks, (), is_joint=True, explanations=tuple(_ranked(found)))
        joint.append(local.lifted(narrow))
        left_out[list(joint[-1].checks)] = True
        for best in joint[-1].explanations[:1]:
            for cell in best.cells:
                left_out[system.checks_of(cell)] = True
    return joint


def _singles(system: System, reading: Reading, slips: Misreadings, group: _Group) -> list[Explanation]:
    """Return the cells whose change alone makes all checks of the group hold."""
    shared = set(group.forbidden) or set(range(len(system.places)))
    for check in group.checks:
        shared &= set(system.variables_of(check).tolist())
    if len(group.forbidden) > 1:
        return []
    return _judged(system, reading, slips, sorted(cell for cell in shared if cell < len(system.places)))


def _singles_of_conflict(
    system: System, reading: Reading, slips: Misreadings, group: _Group
) -> list[Explanation]:
    """Return the cells of a joint conflict whose change alone lets everything hold."""
    cells = {
        int(cell)
        for check in group.checks
        for cell in system.variables_of(check)
        if cell < len(system.places)
    }
    found = _judged(system, reading, slips, sorted(cells))
    return [explanation for explanation in found if explanation.is_complete]


def _pairs_of_conflict(
    system: System, reading: Reading, slips: Misreadings, group: _Group
) -> list[Explanation]:
    """Return pairs of cells of which no one alone, but both together, let everything hold.

    With one cell of the conflict free, what is left of it is another conflict; the second cell is in that.
    """
    pairs: dict[tuple[int, int], None] = {}
    for first in _checks_by_cell(system, group):
        left = conflict_checks(system, reading.within(first, 0, UNBOUNDED))
        for second in _checks_by_cell(system, _Group(tuple(left.tolist()), ())):
            pairs[min(first, second), max(first, second)] = None
    found = (_as_pair(system, reading, slips, pair) for pair in islice(pairs, PAIRS_TRIED))
    return [explanation for explanation in found if explanation is not None]


def _judged(system: System, reading: Reading, slips: Misreadings, cells: Iterable[int]) -> list[Explanation]:
    lows, highs = left_by_others(system, reading)
    found = []
    for cell in cells:
        low = max(int(lows[cell]), 0)
        suspects = [
            judged
            for judged in (
                _as_number(system, reading, slips, cell, (low, int(highs[cell]))),
                _as_hidden(system, reading, slips, cell),
            )
            if judged is not None
        ]
        if suspects:
            # What the cell would have to be is either; the likelier is told.
            best = max(suspects, key=lambda judged: (judged[1], judged[0].score))
            score = sum(suspect.score for suspect, holds in suspects if holds == best[1])
            found.append(Explanation((best[0],), None, (cell,), best[1], score))
    return found


def _as_number(
    system: System, reading: Reading, slips: Misreadings, cell: int, needed: tuple[int, int]
) -> tuple[Suspect, bool] | None:
    """Judge that a cell should be a number within bounds, not hidden; tells whether all would hold."""
    hidden_low, hidden_high = int(system.hidden_lows[cell]), int(system.hidden_highs[cell])
    low, high = needed
    if hidden_low <= low <= hidden_high:
        low = hidden_high + 1
    if low > high or (low == high == reading.lows[cell] == reading.highs[cell]):
        return None
    all_bounds = propagate(system, reading.within(cell, low, high))
    holds = all_bounds.conflict is None
    inner = (int(all_bounds.lows[cell]), int(all_bounds.highs[cell])) if holds else (low, high)
    score = likelihood(system, reading, slips, cell, inner)
    # What is told keeps to what each check says by itself.
    slip, example = likeliest_slip(system, reading, slips, cell, (low, high))
    return Suspect(cell, False, low, high, slip, example, score), holds


def _as_hidden(
    system: System, reading: Reading, slips: Misreadings, cell: int
) -> tuple[Suspect, bool] | None:
    """Judge that a cell should be hidden; tells whether all would hold."""
    low, high = int(system.hidden_lows[cell]), int(system.hidden_highs[cell])
    if high < low or (reading.lows[cell], reading.highs[cell]) == (low, high):
        return None
    hidden = reading.within(cell, low, high)
    if failing_checks(system, hidden)[system.checks_of(cell)].any():
        return None
    holds = propagate(system, hidden).conflict is None
    slip = slips.slips["number_for_star"]
    score = slip.weight * likelihood_of_star(system, reading, cell)
    return Suspect(cell, True, low, high, slip, None, score), holds


def _pairs(system: System, reading: Reading, slips: Misreadings, group: _Group) -> list[Explanation]:
    """Return pairs of cells whose change makes all checks of a group hold."""
    covered = _checks_by_cell(system, group)
    goal = set(group.checks) | {-1 - cell for cell in group.forbidden}
    pairs = [pair for pair in combinations(covered, 2) if covered[pair[0]] | covered[pair[1]] == goal]
    # Two errors rarely hide in one check; pairs that share few come first.
    pairs.sort(key=lambda pair: len(covered[pair[0]] & covered[pair[1]]))
    found = (_as_pair(system, reading, slips, pair) for pair in pairs[:PAIRS_TRIED])
    return [explanation for explanation in found if explanation is not None]


def _as_pair(
    system: System, reading: Reading, slips: Misreadings, pair: tuple[int, int]
) -> Explanation | None:
    """Judge that two cells are wrong; None where not all can hold, or one may stay as it is."""
    both = reading
    for cell in pair:
        both = both.within(cell, 0, UNBOUNDED)
    all_bounds = propagate(system, both)
    if all_bounds.conflict is not None:
        return None
    lows, highs = left_by_others(system, both)
    suspects = []
    for cell in pair:
        inner = (int(all_bounds.lows[cell]), int(all_bounds.highs[cell]))
        low, high = max(int(lows[cell]), 0), int(highs[cell])
        hidden_low, hidden_high = int(system.hidden_lows[cell]), int(system.hidden_highs[cell])
        needs_hidden = hidden_low <= high <= hidden_high
        if needs_hidden and (reading.lows[cell], reading.highs[cell]) == (hidden_low, hidden_high):
            return None  # it is hidden as it should be
        if needs_hidden:
            slip, example = slips.slips["number_for_star"], None
            score = slip.weight
        else:
            low = hidden_high + 1 if hidden_low <= low <= hidden_high else low
            slip, example = likeliest_slip(system, reading, slips, cell, (low, high))
            score = likelihood(system, reading, slips, cell, inner)
        suspects.append(Suspect(cell, needs_hidden, low, high, slip, example, score))
    score = suspects[0].score * suspects[1].score
    return Explanation(tuple(suspects), None, pair, True, score)


def _incomplete(system: System, reading: Reading, slips: Misreadings, group: _Group) -> list[Explanation]:
    """Return the cells that take part in most of what fails, where nothing explains all of it."""
    lows, highs = left_by_others(system, reading)
    found = []
    for cell, covered in _checks_by_cell(system, group).items():
        suspect = Suspect(
            cell, False, max(int(lows[cell]), 0), int(highs[cell]), slips.slips["other"], None, 0.0
        )
        found.append(Explanation((suspect,), None, (cell,), False, float(len(covered))))
    return found


def _checks_by_cell(system: System, group: _Group) -> dict[int, set[int]]:
    """Return what of a group each cell takes part in; a forbidden number counts as -1 minus the cell."""
    covered: dict[int, set[int]] = {}
    for check in group.checks:
        for cell in system.variables_of(check).tolist():
            if cell < len(system.places):
                covered.setdefault(cell, set()).add(check)
    for cell in group.forbidden:
        covered.setdefault(cell, set()).add(-1 - cell)
    return covered


def _ranked(explanations: list[Explanation]) -> list[Explanation]:
    return sorted(
        explanations,
        key=lambda found: (not found.is_complete, len(found.suspects), -found.score, found.cells),
    )


Values = dict[int, tuple[str, int, int]]


def _patterns(
    system: System, reading: Reading, failing: Bools, groups: list[_Group], slips: Misreadings
) -> Iterator[tuple[Finding, list[_Group]]]:
    """Yield slips of whole rows that explain several groups at once, the one that explains most first."""
    left = list(groups)
    while len(left) > 1:
        best: tuple[Finding, list[_Group]] | None = None
        for pattern, rows, tried in islice(_row_slips(system, reading, left), ROW_SLIPS_TRIED):
            covered = [group for group in left if _is_within(system, group, rows)]
            if len(covered) < max(2, len(best[1]) + 1 if best else 2):
                continue
            after = failing_checks(system, tried)
            allowed = failing.copy()
            for group in covered:
                allowed[list(group.checks)] = False
            if (after & ~allowed).any() or set(forbidden_numbers(system, tried)) & set(rows):
                continue
            checks = tuple(sorted(check for group in covered for check in group.checks))
            hidden = tuple(sorted(cell for group in covered for cell in group.forbidden))
            cells = tuple(sorted(rows))
            texts = tuple(tried.texts[cell] for cell in cells)
            slip = slips.slips[pattern]
            explanation = Explanation((), slip, cells, True, slip.weight, texts)
            best = Finding(checks, hidden, is_joint=False, explanations=(explanation,)), covered
        if best is None:
            return
        yield best
        left = [group for group in left if group not in best[1]]


def _is_within(system: System, group: _Group, cells: set[int]) -> bool:
    return all(cells & set(system.variables_of(check).tolist()) for check in group.checks) and all(
        cell in cells for cell in group.forbidden
    )


def _row_slips(
    system: System, reading: Reading, groups: list[_Group]
) -> Iterator[tuple[str, set[int], Reading]]:
    """Yield rows that may have changed places or be shifted, with the reading if they had not."""
    touched: dict[tuple[str, int, int], set[int]] = {}
    for number, group in enumerate(groups):
        for cell in _checks_by_cell(system, group):
            touched.setdefault(system.places[cell].row, set()).add(number)
    rows = {row: _cells_of_row(system, row) for row, numbers in touched.items() if len(numbers) > 1}
    for cells in rows.values():
        for tried in _shifts(reading, cells):
            yield "row_shifted", set(cells), tried
    for first, second in combinations(rows, 2):
        if first[:2] == second[:2] and len(rows[first]) == len(rows[second]):
            changes: Values = {}
            for one, other in zip(rows[first], rows[second], strict=True):
                changes[one], changes[other] = _value(reading, other), _value(reading, one)
            yield "rows_swapped", {*rows[first], *rows[second]}, reading.rewritten(changes)


def _shifts(reading: Reading, cells: list[int]) -> Iterator[Reading]:
    """Yield a row with its values moved one column back, and forth; what is pushed out is not known."""
    for moved in (1, -1):
        sources = cells[moved:] if moved > 0 else cells[:moved]
        targets = cells[:-moved] if moved > 0 else cells[-moved:]
        changes = {target: _value(reading, source) for target, source in zip(targets, sources, strict=True)}
        end = cells[-1] if moved > 0 else cells[0]
        yield reading.rewritten({**changes, end: ("", 0, UNBOUNDED)})
    for one, other in pairwise(cells):
        yield reading.rewritten({one: _value(reading, other), other: _value(reading, one)})


def _value(reading: Reading, cell: int) -> tuple[str, int, int]:
    return reading.texts[cell], int(reading.lows[cell]), int(reading.highs[cell])


def _cells_of_row(system: System, row: tuple[str, int, int]) -> list[int]:
    return system.cells_by_row[row]
