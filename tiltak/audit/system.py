"""The printed cells and the checks that hold them together, as arrays read from a built file.

A `System` is what the rules say of a set of reports: which cells take part in which check, and how. A
`Reading` is what is printed in the cells. The two are apart, so that another reading can be tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

import duckdb
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # for its type alone
    import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# No figure of this statistic comes near it, and sums of it stay exact in 64 bits.
UNBOUNDED = 10**9
STAR = "*"
# Cells that are audited at once: a gigabyte with all the checks they take part in.
MOST_CELLS = 2_000_000
T = TypeVar("T")

# Sums and pairs of editions never cross a year, so that some years can be read without the others.
Months = tuple[int, int]
ALL_MONTHS: Months = (0, 999912)
TERM_COUNT = "select count(*) from intermediate.int_rule_term"
SPANS = """
    select month_key // 100 as year, count(*) as cell_count
    from intermediate.int_cell
    group by month_key // 100
    order by year
"""

CELLS = """
    select
        cell_values.participants_min,
        cell_values.participants_max,
        coalesce(symbols.participants_min, 1) as hidden_min,
        coalesce(symbols.participants_max, 0) as hidden_max
    from intermediate.int_cell as known
    inner join intermediate.int_cell_value as cell_values on known.cell_id = cell_values.cell_id
    left join seeds.symbol as symbols
        on cell_values.suppression_rule = symbols.suppression_rule and symbols.value_status = 'suppressed'
    where known.month_key between $first and $last
    order by known.cell_id
"""

PLACES = """
    select
        cells.cell_id,
        reports.source_file,
        cells.page_no,
        cells.table_no,
        cells.source_place,
        cells.row_no,
        cells.column_no,
        cells.row_label,
        cells.column_label,
        known.report_id || ':' || known.column_type || ':' || known.fact_key as fact,
        cells.printed_text
    from intermediate.int_cell as known
    inner join staging.stg_cell as cells on known.cell_id = cells.cell_id
    inner join staging.stg_report as reports on cells.report_id = reports.report_id
    where known.month_key between $first and $last
    order by known.cell_id
"""

# A check that is on record, or only warns, binds nobody.
CHECKS = """
    select
        checks.rule_type = 'equality' as is_equality,
        cast(floor(checks.tolerance) as bigint) as tolerance,
        checks.whole_min is not null as has_whole,
        checks.rule_type <> 'mean' or checks.part_count = checks.whole_weight as is_complete,
        checks.severity = 'error' and exceptions.check_key is null as is_required
    from intermediate.int_rule_check as checks
    left join seeds.accepted_exception as exceptions on checks.check_key = exceptions.check_key
    where checks.month_key between $first and $last
    order by checks.check_key
"""

CHECK_NAMES = """
    select check_key from intermediate.int_rule_check
    where month_key between $first and $last
    order by check_key
"""

# Variables are the printed cells, then the wholes that are not printed, each in the order of its key.
TERMS = """
    with checks as (
        select
            check_key,
            whole_fact_key,
            whole_weight,
            whole_min is not null as has_whole,
            row_number() over (order by check_key) - 1 as check_no
        from intermediate.int_rule_check
        where month_key between $first and $last
    ),

    cells as (
        select cell_id, row_number() over (order by cell_id) - 1 as cell_no
        from intermediate.int_cell
        where month_key between $first and $last
    ),

    unprinted as (
        select
            check_no,
            (select count(*) from cells) + dense_rank() over (order by whole_fact_key) - 1 as whole_no
        from checks
        where not has_whole
    )

    select
        checks.check_no,
        cells.cell_no as variable,
        case when terms.term_role = 'part' then 1 else -checks.whole_weight end as factor
    from intermediate.int_rule_term as terms
    inner join checks on terms.check_key = checks.check_key
    inner join cells on terms.cell_id = cells.cell_id
    where terms.month_key between $first and $last
    union all
    select
        check_no,
        whole_no,
        -1
    from unprinted
    order by check_no, factor, variable
"""


@dataclass(frozen=True)
class Place:
    """Where a cell is printed.

    Attributes:
        fact: report, measure and fact key; copies of a cell within a report share it.
    """

    cell_id: str
    source_file: str
    page_no: int
    table_no: int
    source_place: str
    row_no: int
    column_no: int
    row_label: str
    column_label: str
    fact: str

    @property
    def table(self) -> tuple[str, int]:
        """The printed table."""
        return self.source_file, self.table_no

    @property
    def row(self) -> tuple[str, int, int]:
        """The printed row."""
        return self.source_file, self.table_no, self.row_no


@dataclass(frozen=True)
class Check:
    """A check: the sum of its parts is its whole, times a weight and within a tolerance.

    Attributes:
        key: `check_key` of the quality marts.
    """

    key: str


@dataclass(frozen=True)
class Reading:
    """What is printed, or tried.

    Attributes:
        texts: text of each printed cell.
        lows: lowest value of each variable: the printed cells, then the wholes that are not printed.
        highs: highest value of each.
        beside: middle of what is printed in the columns before and after each cell; shape (cells, 2), NaN
            where there is no such column.
    """

    texts: Sequence[str]
    lows: Ints
    highs: Ints
    beside: Floats

    def changed(self, cell: int, text: str, low: int, high: int) -> "Reading":
        """Return the reading with another text in one cell."""
        return self.rewritten({cell: (text, low, high)})

    def rewritten(self, changes: dict[int, tuple[str, int, int]]) -> "Reading":
        """Return the reading with other texts and bounds in some cells."""
        texts, lows, highs = list(self.texts), self.lows.copy(), self.highs.copy()
        for cell, (text, low, high) in changes.items():
            texts[cell], lows[cell], highs[cell] = text, low, high
        return Reading(tuple(texts), lows, highs, self.beside)

    def within(self, cell: int, low: int, high: int) -> "Reading":
        """Return the reading with other bounds for one cell, whatever its text."""
        lows, highs = self.lows.copy(), self.highs.copy()
        lows[cell], highs[cell] = low, high
        return Reading(self.texts, lows, highs, self.beside)


@dataclass(frozen=True)
class System:
    """Cells and checks, the checks as sparse linear constraints on the variables.

    Attributes:
        places: place of each printed cell; the cells are the first variables.
        hidden_lows: lowest number that the edition of each cell hides; 1 where it hides none.
        hidden_highs: highest such number; 0 where it hides none.
        variable_count: number of printed cells and unprinted wholes.
        checks: the checks.
        is_equality: whether part and whole must print the same, a star only the same as a star.
        has_whole: whether the whole is printed; without it a check only ties cells together.
        is_complete: whether every part it needs is printed; a mean needs all its months.
        is_binding: whether it must hold: complete, not on record as an exception, and no mere warning.
        tolerances: whole persons by which parts and whole of each check may differ.
        term_starts: where the terms of each check begin; shape (checks + 1).
        term_variables: variable of each term, ordered by check.
        term_factors: 1 for a part, minus the weight for a whole.
    """

    places: Sequence[Place]
    hidden_lows: Ints
    hidden_highs: Ints
    variable_count: int
    checks: Sequence[Check]
    is_equality: Bools
    has_whole: Bools
    is_complete: Bools
    is_binding: Bools
    tolerances: Ints
    term_starts: Ints
    term_variables: Ints
    term_factors: Ints

    @cached_property
    def term_checks(self) -> Ints:
        """Check of each term."""
        return np.repeat(np.arange(len(self.checks)), np.diff(self.term_starts))

    @property
    def printed_term_count(self) -> int:
        """Terms whose variable is a printed cell."""
        return int((self.term_variables < len(self.places)).sum())

    @cached_property
    def is_unit(self) -> bool:
        """Whether every term counts once."""
        return bool((np.abs(self.term_factors) == 1).all())

    @cached_property
    def terms_by_variable(self) -> Ints:
        """The terms, ordered by variable."""
        return np.argsort(self.term_variables, kind="stable")

    @cached_property
    def variable_starts(self) -> Ints:
        """Where the terms of each variable begin in `terms_by_variable`; shape (variables + 1)."""
        counts = np.bincount(self.term_variables, minlength=self.variable_count)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def cells_by_place(self) -> dict[tuple[str, int, int, int], int]:
        """Cell by file, table, row and column."""
        return {(*place.row, place.column_no): cell for cell, place in enumerate(self.places)}

    @cached_property
    def cells_beside(self) -> Ints:
        """Cell in the column before and after each cell; shape (cells, 2), -1 where there is none."""
        return np.array(
            [
                [self.cells_by_place.get((*place.row, place.column_no + step), -1) for step in (-1, 1)]
                for place in self.places
            ],
            dtype=np.int64,
        ).reshape(-1, 2)

    @cached_property
    def cells_by_row(self) -> dict[tuple[str, int, int], list[int]]:
        """Cells of each printed row, by column."""
        found: dict[tuple[str, int, int], list[int]] = {}
        for cell, place in enumerate(self.places):
            found.setdefault(place.row, []).append(cell)
        return {
            row: sorted(cells, key=lambda cell: self.places[cell].column_no) for row, cells in found.items()
        }

    @cached_property
    def copies(self) -> dict[str, list[int]]:
        """Cells by fact, in the order of their places."""
        found: dict[str, list[int]] = {}
        for cell, place in enumerate(self.places):
            found.setdefault(place.fact, []).append(cell)
        return found

    def variables_of(self, check: int) -> Ints:
        """Return the variables of a check."""
        return self.term_variables[self.term_starts[check] : self.term_starts[check + 1]]

    def checks_of(self, variable: int) -> Ints:
        """Return the checks that a variable takes part in."""
        start, end = self.variable_starts[variable], self.variable_starts[variable + 1]
        return self.term_checks[self.terms_by_variable[start:end]]

    @cached_property
    def components(self) -> Ints:
        """Number of the connected component of each variable: what no check ties together is apart."""
        label = np.arange(self.variable_count)
        while True:
            lowest = np.minimum.reduceat(label[self.term_variables], self.term_starts[:-1])
            spread = label.copy()
            np.minimum.at(spread, self.term_variables, lowest[self.term_checks])
            spread = spread[spread]
            if np.array_equal(spread, label):
                return np.unique(label, return_inverse=True)[1]
            label = spread

    def part(self, variables: Ints, checks: Ints) -> "System":
        """Return the system of some variables and of checks that only they take part in.

        Args:
            variables: variables to keep, ascending.
            checks: checks to keep, ascending.
        """
        new_number = np.full(self.variable_count, -1)
        new_number[variables] = np.arange(len(variables))
        lengths = np.diff(self.term_starts)
        kept_terms = np.repeat(np.isin(np.arange(len(self.checks)), checks), lengths)
        cells = variables[variables < len(self.places)]
        return System(
            places=tuple(self.places[cell] for cell in cells),
            hidden_lows=self.hidden_lows[cells],
            hidden_highs=self.hidden_highs[cells],
            variable_count=len(variables),
            checks=tuple(self.checks[check] for check in checks),
            is_equality=self.is_equality[checks],
            has_whole=self.has_whole[checks],
            is_complete=self.is_complete[checks],
            is_binding=self.is_binding[checks],
            tolerances=self.tolerances[checks],
            term_starts=np.concatenate([[0], np.cumsum(lengths[checks])]).astype(np.int64),
            term_variables=new_number[self.term_variables[kept_terms]],
            term_factors=self.term_factors[kept_terms],
        )

    @cached_property
    def check_components(self) -> Ints:
        """Number of the connected component of each check."""
        return self.components[self.term_variables[self.term_starts[:-1]]]

    def component(self, number: int) -> "Component":
        """Return a connected component as a system of its own."""
        if number not in self._parts:
            variables = np.nonzero(self.components == number)[0]
            checks = np.nonzero(self.check_components == number)[0]
            is_all = len(variables) == self.variable_count
            self._parts[number] = Component(
                variables, checks, self if is_all else self.part(variables, checks)
            )
        return self._parts[number]

    @cached_property
    def _parts(self) -> "dict[int, Component]":
        return {}

    def without(self, checks: Bools) -> "System":
        """Return the system in which some checks bind nobody."""
        if not (self.is_binding & checks).any():
            return self
        freed = replace(self, is_binding=self.is_binding & ~checks)
        # What is worked out about the shape stays true.
        freed.__dict__.update({name: known for name, known in vars(self).items() if name not in vars(freed)})
        return freed


@dataclass(frozen=True)
class Component:
    """A part of a system that no check ties to the rest.

    Attributes:
        variables: number in the whole system of each variable of the part.
        checks: number in the whole system of each check of the part.
        system: the part.
    """

    variables: Ints
    checks: Ints
    system: System


def part_of_reading(reading: Reading, variables: Ints) -> Reading:
    """Return what is printed in some variables, ascending."""
    cells = variables[variables < len(reading.texts)]
    texts = tuple(reading.texts[cell] for cell in cells)
    return Reading(texts, reading.lows[variables], reading.highs[variables], reading.beside[cells])


def with_neighbours(system: System, reading: Reading) -> Reading:
    """Return a reading that knows what is printed beside each cell; for a system of whole tables."""
    middles = np.append((reading.lows + reading.highs)[: len(system.places)] / 2, np.nan)
    return replace(reading, beside=middles[system.cells_beside])


def _bools(column: "npt.NDArray[Any] | pd.Categorical[Any]") -> Bools:
    return np.asarray(column, dtype=bool)


def _ints(column: "npt.NDArray[Any] | pd.Categorical[Any]") -> Ints:
    """Return the numbers of a column, of which none may be missing."""
    if np.ma.is_masked(column):
        raise duckdb.InvalidInputException("a cell or check has no bounds")
    return np.asarray(column, dtype=np.int64)


class Unread(Sequence[T]):
    """As many things as there are, of which nobody has asked what they are called."""

    def __init__(self, count: int) -> None:
        """Stand for so many things."""
        self._count = count

    def __len__(self) -> int:
        """Return how many there are."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        """Refuse: what is asked for was not read."""
        raise LookupError(f"{index} was not read: `read_system` reads places, texts and keys")


def spans(connection: duckdb.DuckDBPyConnection, most_cells: int = MOST_CELLS) -> list[Months]:
    """Return spans of whole years that together hold all cells, each with no more cells than a number.

    A year with more is a span of its own.

    Raises:
        duckdb.Error: the file lacks the models.
    """
    found: list[tuple[Months, int]] = []
    for year, count in connection.sql(SPANS).fetchall():
        first, last = year * 100, year * 100 + 99
        if found and found[-1][1] + count <= most_cells:
            (first, _), before = found.pop()
            count += before  # noqa: PLW2901 - the span grows by the year
        found.append(((first, last), count))
    return [months for months, _ in found]


def read_numbers(
    connection: duckdb.DuckDBPyConnection, months: Months = ALL_MONTHS
) -> tuple[System, Reading]:
    """Read cells and checks of some months from a built file with all its schemas, without their names.

    A whole that is not printed becomes a variable of its own where several rules know its parts.

    Args:
        connection: to the built file.
        months: the first and the last, of whole years.

    Raises:
        duckdb.Error: the file lacks the models.
    """
    asked = {"first": months[0], "last": months[1]}
    cells, rules, terms = (connection.execute(query, asked).fetchnumpy() for query in (CELLS, CHECKS, TERMS))
    cell_count, check_count = len(cells["hidden_min"]), len(rules["tolerance"])
    variables = _ints(terms["variable"])
    variable_count = max(cell_count, int(variables.max(initial=-1)) + 1)
    is_complete = _bools(rules["is_complete"])
    system = System(
        places=Unread(cell_count),
        hidden_lows=_ints(cells["hidden_min"]),
        hidden_highs=_ints(cells["hidden_max"]),
        variable_count=variable_count,
        checks=Unread(check_count),
        is_equality=_bools(rules["is_equality"]),
        has_whole=_bools(rules["has_whole"]),
        is_complete=is_complete,
        is_binding=is_complete & _bools(rules["is_required"]),
        tolerances=_ints(rules["tolerance"]),
        term_starts=np.searchsorted(terms["check_no"], np.arange(check_count + 1)).astype(np.int64),
        term_variables=variables,
        term_factors=_ints(terms["factor"]),
    )
    unprinted = np.zeros(variable_count - cell_count, dtype=np.int64)
    lows = np.concatenate([_ints(cells["participants_min"]), unprinted])
    highs = np.concatenate([_ints(cells["participants_max"]), unprinted + UNBOUNDED])
    return system, Reading(Unread(cell_count), lows, highs, np.zeros((cell_count, 2)))


def read_system(connection: duckdb.DuckDBPyConnection, months: Months = ALL_MONTHS) -> tuple[System, Reading]:
    """Read cells and checks of some months with what they are called and where they are printed.

    Args:
        connection: to the built file.
        months: the first and the last, of whole years.

    Raises:
        duckdb.Error: the file lacks the models.
    """
    system, reading = read_numbers(connection, months)
    asked = {"first": months[0], "last": months[1]}
    places = connection.execute(PLACES, asked).fetchall()
    names = connection.execute(CHECK_NAMES, asked).fetchall()
    named = replace(
        system,
        places=tuple(Place(*row[:-1]) for row in places),
        checks=tuple(Check(*row) for row in names),
    )
    texts = tuple(row[-1] or "" for row in places)
    return named, with_neighbours(named, replace(reading, texts=texts))
