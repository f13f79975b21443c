"""Does a reading hold: each check by itself, and all of them at once.

All at once means that the bounds which one check leaves a cell count in its other checks, until nothing
moves. The tightened bounds never leave memory: they can say more of a hidden number than its report does.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tiltak.audit.system import UNBOUNDED, Bools, Ints, Reading, System

# Bounds move by at least one person in every sweep; in the reports they rest after about ten.
SWEEPS = 200
UNLIMITED = 4 * 10**18


class Outcome(StrEnum):
    """What a check says, in the words of `fct_rule_check`."""

    EQUAL = "equal"
    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    NOT_TESTABLE = "not_testable"


@dataclass(frozen=True)
class Propagated:
    """The bounds when nothing moves any more, or the check that could not hold.

    Attributes:
        lows: lowest value of each variable.
        highs: highest value of each variable.
        conflict: a check that cannot hold with the bounds; None where all hold.
        sweeps: in which order the bounds were found; None unless asked for.
    """

    lows: Ints
    highs: Ints
    conflict: int | None
    sweeps: "list[tuple[Ints, Ints]] | None" = None


def failing_checks(system: System, reading: Reading) -> Bools:
    """Tell which binding checks with a printed whole cannot hold, each by itself."""
    lowest, highest = _range_of_sums(system, reading.lows, reading.highs)
    apart = (lowest > system.tolerances) | (highest < -system.tolerances)
    return (apart | _unequal(system, reading)) & system.has_whole & system.is_binding


def outcomes(system: System, reading: Reading) -> list[Outcome]:
    """Return the outcome of each check, binding or not, as `int_rule_check` has it."""
    lowest, highest = _range_of_sums(system, reading.lows, reading.highs)
    apart = (lowest > system.tolerances) | (highest < -system.tolerances) | _unequal(system, reading)
    is_number = (reading.lows == reading.highs)[system.term_variables]
    numbers = np.add.reduceat(is_number.astype(np.int64), system.term_starts[:-1])
    terms = np.diff(system.term_starts)
    found = []
    is_made = system.has_whole & system.is_complete & (system.is_equality | (numbers > 0))
    for check in range(len(system.checks)):
        if not is_made[check]:
            found.append(Outcome.NOT_TESTABLE)
        elif apart[check]:
            found.append(Outcome.IMPOSSIBLE)
        elif system.is_equality[check] or numbers[check] == terms[check]:
            found.append(Outcome.EQUAL)
        else:
            found.append(Outcome.POSSIBLE)
    return found


def forbidden_numbers(system: System, reading: Reading) -> Ints:
    """Return the cells that print a number which their edition would have hidden."""
    cells = len(system.places)
    lows, highs = reading.lows[:cells], reading.highs[:cells]
    hidden = (lows >= system.hidden_lows) & (highs <= system.hidden_highs)
    return np.nonzero(hidden & (lows == highs))[0]


def can_hold_together(system: System, reading: Reading) -> bool:
    """Tell whether nothing stands in the way of all that is printed."""
    return not (
        failing_checks(system, reading).any()
        or len(forbidden_numbers(system, reading))
        or propagate(system, reading).conflict is not None
    )


def propagate(system: System, reading: Reading, *, keep_sweeps: bool = False) -> Propagated:
    """Tighten the bounds of all variables over all binding checks until nothing moves.

    Args:
        system: the checks.
        reading: where the bounds begin.
        keep_sweeps: keep the bounds after every sweep, to tell how a conflict came about.
    """
    lows, highs = reading.lows.copy(), reading.highs.copy()
    sweeps = [(lows.copy(), highs.copy())] if keep_sweeps else None
    order = system.terms_by_variable
    held, starts = _held(system)
    for _ in range(SWEEPS):
        lowest, highest = _range_of_sums(system, lows, highs)
        broken = ((lowest > system.tolerances) | (highest < -system.tolerances)) & system.is_binding
        if broken.any():
            return Propagated(lows, highs, int(np.argmax(broken)), sweeps)
        upper, lower = _left_by_terms(system, lows, highs, system.is_binding)
        new_highs, new_lows = highs.copy(), lows.copy()
        new_highs[held] = np.minimum(highs[held], np.minimum.reduceat(upper[order], starts))
        new_lows[held] = np.maximum(lows[held], np.maximum.reduceat(lower[order], starts))
        if np.array_equal(new_lows, lows) and np.array_equal(new_highs, highs):
            break
        lows, highs = new_lows, new_highs
        if sweeps is not None:
            sweeps.append((lows.copy(), highs.copy()))
        crossed = np.nonzero(lows > highs)[0]
        if len(crossed):
            checks = system.checks_of(int(crossed[0]))
            return Propagated(lows, highs, int(checks[system.is_binding[checks]][0]), sweeps)
    return Propagated(lows, highs, None, sweeps)


def can_be_true(system: System, reading: Reading, cell: int, tries: int) -> bool | None:
    """Look for numbers behind the symbols with which every check holds exactly, by trial and propagation.

    Only whether there are such numbers is told, never which.

    Args:
        system: the checks.
        reading: what is printed.
        cell: a cell whose checks are settled first.
        tries: numbers that are tried at most.

    Returns:
        True where such numbers were found, False where there are none, None where the tries were used up.
    """
    cells = len(system.places)
    near = np.unique(system.term_variables[np.isin(system.term_checks, system.checks_of(cell))])
    open_bounds = [reading]
    while open_bounds:
        found = propagate(system, open_bounds.pop())
        if found.conflict is not None:
            continue
        width = (found.highs - found.lows)[:cells]
        free = np.nonzero(width)[0]
        if not len(free):
            return True
        first = np.intersect1d(free, near)
        chosen = int(first[0]) if len(first) else int(free[np.argmin(width[free])])
        tries -= int(width[chosen]) + 1
        if tries < 0:
            return None
        bounds = Reading(reading.texts, found.lows, found.highs, reading.beside)
        open_bounds += [
            bounds.within(chosen, number, number)
            for number in range(int(found.highs[chosen]), int(found.lows[chosen]) - 1, -1)
        ]
    return False


def left_by_others(system: System, reading: Reading) -> tuple[Ints, Ints]:
    """Return what the checks leave each variable, given what is printed in all others.

    Each check counts by itself; where its lowest is above its highest, no change of the variable alone makes
    its checks hold. A variable without checks keeps wide bounds.
    """
    upper, lower = _left_by_terms(system, reading.lows, reading.highs, system.is_binding & system.has_whole)
    lows = np.full(system.variable_count, -UNBOUNDED)
    highs = np.full(system.variable_count, UNBOUNDED)
    held, starts = _held(system)
    order = system.terms_by_variable
    highs[held] = np.minimum(highs[held], np.minimum.reduceat(upper[order], starts))
    lows[held] = np.maximum(lows[held], np.maximum.reduceat(lower[order], starts))
    return lows, highs


def conflict_checks(system: System, reading: Reading) -> Ints:
    """Return a small set of binding checks that cannot all hold; empty where all can.

    None of them can be left out: what remained could hold.
    """
    found = propagate(system, reading, keep_sweeps=True)
    if found.conflict is None or found.sweeps is None:
        return np.zeros(0, dtype=np.int64)
    kept = _neighbourhood(system, reading, found.conflict)
    for check in kept.copy():
        fewer = kept[kept != check]
        if not _can_hold(system, reading, fewer):
            kept = fewer
    return kept


def _neighbourhood(system: System, reading: Reading, conflict: int) -> Ints:
    """Return checks around a conflict that suffice for it, in rings that grow until they do."""
    kept = np.array([conflict])
    while _can_hold(system, reading, kept):
        inside = np.zeros(system.variable_count, dtype=bool)
        inside[system.term_variables[np.isin(system.term_checks, kept)]] = True
        touched = np.zeros(len(system.checks), dtype=bool)
        touched[system.term_checks[inside[system.term_variables]]] = True
        grown = np.nonzero(touched & system.is_binding)[0]
        if len(grown) == len(kept):
            return np.nonzero(system.is_binding)[0]
        kept = grown
    return kept


def _can_hold(system: System, reading: Reading, checks: Ints) -> bool:
    if not len(checks):
        return True
    variables = np.unique(system.term_variables[np.isin(system.term_checks, checks)])
    part = system.part(variables, checks)
    bounds = Reading((), reading.lows[variables], reading.highs[variables], reading.beside[:0])
    return propagate(part, bounds).conflict is None


def _range_of_sums(system: System, lows: Ints, highs: Ints) -> tuple[Ints, Ints]:
    """Return the lowest and highest difference of parts and whole of each check."""
    at_low, at_high = _ends_of_terms(system, lows, highs)
    starts = system.term_starts[:-1]
    return np.add.reduceat(at_low, starts), np.add.reduceat(at_high, starts)


def _held(system: System) -> tuple[Ints, Ints]:
    """Return the variables that take part in a check, and where their terms begin."""
    held = np.nonzero(np.diff(system.variable_starts))[0]
    return held, system.variable_starts[:-1][held]


def _left_by_terms(system: System, lows: Ints, highs: Ints, binding: Bools) -> tuple[Ints, Ints]:
    """Return the highest and lowest value that its check leaves the variable of each term."""
    at_low, at_high = _ends_of_terms(system, lows, highs)
    starts, of_term = system.term_starts[:-1], system.term_checks
    most = system.tolerances[of_term] - (np.add.reduceat(at_low, starts)[of_term] - at_low)
    least = -system.tolerances[of_term] - (np.add.reduceat(at_high, starts)[of_term] - at_high)
    factors = system.term_factors
    part = factors > 0
    if system.is_unit:
        upper, lower = np.where(part, most, -least), np.where(part, least, -most)
    else:
        upper = np.where(part, most, least) // factors
        lower = -(np.where(part, -least, -most) // factors)
    bound = binding[of_term]
    return np.where(bound, upper, UNLIMITED), np.where(bound, lower, -UNLIMITED)


def _ends_of_terms(system: System, lows: Ints, highs: Ints) -> tuple[Ints, Ints]:
    low, high, factors = lows[system.term_variables], highs[system.term_variables], system.term_factors
    part = factors > 0
    return np.where(part, low, high) * factors, np.where(part, high, low) * factors


def _unequal(system: System, reading: Reading) -> Bools:
    """Tell which equalities have two terms that do not print the same."""
    unequal = np.zeros(len(system.checks), dtype=bool)
    equalities = np.nonzero(system.is_equality)[0]
    first = system.term_variables[system.term_starts[equalities]]
    second = system.term_variables[system.term_starts[equalities] + 1]
    unequal[equalities] = (reading.lows[first] != reading.lows[second]) | (
        reading.highs[first] != reading.highs[second]
    )
    return unequal
