"""How likely it is that one cell is the wrong one, and that it should read a certain number.

Two things count together: the slip that would have made the printed text of that number, and how the number
fits the months beside the cell.
"""

from collections.abc import Iterator

import numpy as np

from tiltak.audit.misreading import Misreadings, Slip
from tiltak.audit.system import Floats, Ints, Reading, System

# How far a stock moves in a month: about the chance of its size, and a share of it.
NEIGHBOUR_SHARE = 0.03


Needed = tuple[int, int]


def likelihood(system: System, reading: Reading, slips: Misreadings, cell: int, needed: Needed) -> float:
    """Return how likely a cell is a misreading of a number in an interval.

    Args:
        system: the checks.
        reading: what is printed.
        slips: the slips of converters.
        cell: the cell.
        needed: lowest and highest number that it could be.
    """
    numbers, readings = _readings(system, reading, slips, cell, needed)
    weights = np.array([slip.weight for slip in readings])
    return float((weights * _fit(reading, cell, numbers)).sum())


def likeliest_slip(
    system: System, reading: Reading, slips: Misreadings, cell: int, needed: Needed
) -> tuple[Slip, int | None]:
    """Return the likeliest slip that made a cell's text of a number in an interval, and that number.

    Only the text and its neighbours count, so that it may be told. The number is None where no slip leads
    to one.
    """
    numbers, readings = _readings(system, reading, slips, cell, needed)
    best = int(np.argmax(np.array([slip.weight for slip in readings]) * _fit(reading, cell, numbers)))
    return readings[best], int(numbers[best]) if best < len(readings) - 1 else None


def _readings(
    system: System, reading: Reading, slips: Misreadings, cell: int, needed: Needed
) -> tuple[Ints, list[Slip]]:
    """Return the numbers of an interval that a cell may mean, each with its slip; the last has none."""
    low, high = needed
    text = reading.texts[cell]
    meant = {number: slip for number, slip in slips.meanings(text).items() if low <= number <= high}
    for slip, number in _neighbours_values(system, reading, slips, cell):
        if low <= number <= high and (number not in meant or meant[number].weight < slip.weight):
            meant[number] = slip
    rest = slips.slips["other"] if text[:1].isdigit() else slips.slip_of_symbol(text)
    numbers = np.array([*meant, _likeliest(reading, cell, needed)], dtype=np.int64)
    return numbers, [*meant.values(), rest]


def likelihood_of_star(system: System, reading: Reading, cell: int) -> float:
    """Return how likely it is, compared with what is printed, that a cell is hidden."""
    hidden = np.arange(system.hidden_lows[cell], system.hidden_highs[cell] + 1)
    return float(np.mean(_fit(reading, cell, hidden)))


def _neighbours_values(
    system: System, reading: Reading, slips: Misreadings, cell: int
) -> Iterator[tuple[Slip, int]]:
    """Yield the numbers printed beside, above and below a cell."""
    for value in reading.beside[cell].tolist():
        if value.is_integer():
            yield slips.slips["neighbour_column"], int(value)
    place = system.places[cell]
    for row_no in (place.row_no - 1, place.row_no + 1):
        neighbour = system.cells_by_place.get((*place.table, row_no, place.column_no))
        if neighbour is not None and reading.lows[neighbour] == reading.highs[neighbour]:
            yield slips.slips["neighbour_row"], int(reading.lows[neighbour])


def _fit(reading: Reading, cell: int, numbers: Ints) -> Floats:
    """Return how much better numbers fit the months beside a cell than what is printed there.

    Stocks change little from month to month: a cell that is out of line with its row is more likely the wrong
    one than a cell that would be, if it were changed.
    """
    expected = _expected(reading, cell)
    if expected is None:
        return np.ones(len(numbers))
    printed = (float(reading.lows[cell]) + float(reading.highs[cell])) / 2
    scale = 1 + expected**0.5 + NEIGHBOUR_SHARE * expected
    misfit: Floats = 1 + ((numbers - expected) / scale) ** 2
    better: Floats = (1 + ((printed - expected) / scale) ** 2) / misfit
    return better


def _expected(reading: Reading, cell: int) -> float | None:
    beside = reading.beside[cell]
    beside = beside[~np.isnan(beside)]
    return float(beside.mean()) if len(beside) else None


def _likeliest(reading: Reading, cell: int, needed: tuple[int, int]) -> int:
    """Return the number of an interval that fits the months beside a cell best."""
    expected = _expected(reading, cell)
    return needed[0] if expected is None else int(min(max(round(expected), needed[0]), needed[1]))
