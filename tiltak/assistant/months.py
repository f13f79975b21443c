"""The months that a question asks for, and those that are printed."""

from typing import NamedTuple

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from tiltak.assistant.query import DIALECT, Examined, conditions, own_columns
from tiltak.relations import MONTH

# Any month that a person may name; `dim_month` has those of the reports only.
CALENDAR = """
    select
        cast(strftime(day, '%Y%m') as integer) as month_key, cast(day as date) as month_date,
        cast(day as date) as first_date, last_day(day) as last_date,
        year(day) as year, quarter(day) as quarter, month(day) as month_no
    from unnest(generate_series(date '1990-01-01', date '2059-12-01', interval 1 month)) as months(day)
"""
IN_CALENDAR = {MONTH, "month_date", "first_date", "last_date", "year", "quarter", "month_no"}
IN_MARTS = {MONTH, "month_date"}
FIRST, LAST = 199001, 205912


class Asked(NamedTuple):
    """The months that the conditions of a SELECT let through for one relation.

    Attributes:
        selected: all of them; None where there is no condition on months.
        printed: those of the relation that meet its other conditions.
        is_listed: whether each is named by itself.
    """

    selected: frozenset[int] | None
    printed: frozenset[int]
    is_listed: bool

    @property
    def missing(self) -> list[int]:
        """The months asked for that are not printed; not those beyond an end that is left open."""
        selected, printed = self.selected or frozenset(), self.printed
        years = {month // 100 for month in selected}
        first = min(printed, default=FIRST) if FIRST // 100 in years else FIRST
        last = max(printed, default=LAST) if LAST // 100 in years else LAST
        return sorted(month for month in selected - printed if first <= month <= last)


def own_conditions(scope: Scope, alias: str) -> list[exp.Expr]:
    """Return the conditions of a SELECT that are on one of its tables alone."""
    return [
        condition
        for condition in conditions(scope)
        if not condition.find(exp.Query) and {column.table for column in own_columns(condition)} == {alias}
    ]


def months_asked(examined: Examined, scope: Scope, alias: str) -> Asked:
    """Return the months that a SELECT asks a relation for."""
    relation = examined.tables(scope)[alias]
    own = own_conditions(scope, alias)
    on_months = [one for one in own if _names(one) <= IN_MARTS]
    of_months = [name for name, table in examined.tables(scope).items() if table.name == "dim_month"]
    for name in of_months:
        on_months += [one for one in own_conditions(scope, name) if _names(one) <= IN_CALENDAR]
    others = [one.sql(DIALECT) for one in own if not _names(one) & IN_MARTS]
    printed = examined.connection.execute(
        f"select distinct {MONTH} from {relation.name} as {alias} where {' and '.join(others) or 'true'}"
    ).fetchall()
    selected = None
    if on_months:
        where = " and ".join(f"({_on_calendar(one)})" for one in on_months)
        found = examined.connection.execute(
            f"with calendar as ({CALENDAR}) select {MONTH} from calendar where {where}"
        ).fetchall()
        selected = frozenset(month for (month,) in found)
    is_listed = all(isinstance(one, exp.EQ | exp.In) and _names(one) <= IN_MARTS for one in on_months)
    return Asked(selected, frozenset(month for (month,) in printed), is_listed)


def _names(condition: exp.Expr) -> set[str]:
    return {column.name for column in own_columns(condition)}


def _on_calendar(condition: exp.Expr) -> str:
    moved = condition.copy()
    for column in list(own_columns(moved)):
        column.replace(exp.column(column.name, table="calendar"))
    return moved.sql(DIALECT)
