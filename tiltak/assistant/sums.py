"""Sums and means of nobody: over months, over other views of the same people, over hidden numbers."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from tiltak.assistant.findings import Finding, Kind
from tiltak.assistant.query import DIALECT, Examined, own_nodes
from tiltak.relations import MONTH

# They give one of the numbers, and add none.
OF_ONE_ROW = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)


def sums_of_nobody(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield what is wrong with the aggregates of a SELECT."""
    for aggregate in aggregates(scope):
        measures = examined.measures(scope, aggregate)
        if measures and not isinstance(aggregate, OF_ONE_ROW):
            yield from _of_aggregate(examined, scope, aggregate, measures)


def aggregates(scope: Scope) -> Iterator[exp.AggFunc]:
    """Yield the aggregates of a SELECT itself that give more than a count of rows."""
    for node in own_nodes(scope.expression):
        if isinstance(node, exp.AggFunc) and not isinstance(node, exp.Count):
            yield node


def _of_aggregate(
    examined: Examined, scope: Scope, aggregate: exp.AggFunc, measures: list[exp.Column]
) -> Iterator[Finding]:
    names = {name for relation, _ in examined.origins(scope, measures[0]) for name in relation.alternatives}
    found = {name: examined.beside(scope, measures[0], name) for name in sorted(names)}
    beside = {name: value.sql(DIALECT) for name, value in found.items() if value is not None}
    counts = _counts(aggregate, measures, beside.get(MONTH))
    distinct = {name: f"count(distinct {text}) filter (where {counts})" for name, text in beside.items()}
    lost = f"{counts} and ({aggregate.this.sql(DIALECT)}) is null"
    highest = examined.beside(scope, measures[0], "_max")
    if isinstance(aggregate, exp.Sum) and highest is not None:
        lost += f" and {highest.sql(DIALECT)} > 0"  # a blank for nobody adds nothing
    hidden = f"count(*) filter (where {lost})"
    more_rows = (
        f"count(*) filter (where {counts}) > {distinct.get(MONTH, '0')} and {distinct.get(MONTH, '0')} > 1"
    )
    questions = [*distinct.values(), hidden, f"cast({more_rows} as integer)"]
    *members, hidden_count, has_more_rows = examined.probe(scope, questions, _partition(aggregate))
    shown = aggregate.sql(DIALECT)
    if isinstance(aggregate, exp.Sum) and not _is_of_share(aggregate):
        yield from _over_members(shown, dict(zip(distinct, members, strict=True)))
    if isinstance(aggregate, exp.Avg) and has_more_rows:
        yield Finding(
            Kind.MEAN_OF_PARTS,
            f"{shown} is a mean over several rows of each month, not over months",
            "add up the rows of each month first, each bound by itself, and take the mean of the sums",
        )
    if hidden_count and not isinstance(aggregate, exp.Max | exp.ArgMax):
        yield Finding(
            Kind.HIDDEN_LEFT_OUT,
            f"{shown} leaves out {hidden_count} numbers that are hidden or not known",
            "ask for the same of participants_min and of participants_max: the answer is between the two",
        )


def _over_members(shown: str, members: dict[str, int]) -> Iterator[Finding]:
    for name, count in members.items():
        if count > 1 and name == MONTH:
            yield Finding(
                Kind.SUM_OVER_MONTHS,
                f"{shown} adds up {count} months; a number counts people at the end of a month, and most of"
                " them are counted again in the next month",
                "group by month_key, ask for one month, or take the mean of the months",
            )
        elif count > 1:
            yield Finding(
                Kind.SUM_OVER_ALTERNATIVES,
                f"{shown} adds up {count} members of {name}, which show the same people again",
                f"ask for one {name}, or group by it",
            )


def _is_of_share(aggregate: exp.Expr) -> bool:
    """Tell whether a sum is divided by a sum, or divides one: a share over months is that of their mean."""
    share = aggregate.find_ancestor(exp.Div, exp.Select)
    return isinstance(share, exp.Div) and all(side.find(exp.Sum) for side in (share.this, share.expression))


def _counts(aggregate: exp.AggFunc, measures: list[exp.Column], month: str | None) -> str:
    """Return the condition under which a row counts in an aggregate, its hidden numbers taken as known."""
    known = {column.sql(DIALECT): number for number, column in enumerate(measures, start=1)}
    argument = aggregate.this.copy()
    text = argument.transform(
        lambda node: (
            exp.Literal.number(known[node.sql(DIALECT)])
            if isinstance(node, exp.Column) and node.sql(DIALECT) in known
            else node
        )
    ).sql(DIALECT)
    parts = [f"({text}) is not null"]
    if isinstance(aggregate, exp.Sum):
        parts.append(f"({text}) <> 0")
    if month is not None:
        parts.append(f"{month} is not null")
    if isinstance(aggregate.parent, exp.Filter):
        parts.append(f"({aggregate.parent.expression.this.sql(DIALECT)})")
    return " and ".join(parts)


def _partition(aggregate: exp.AggFunc) -> list[exp.Expr] | None:
    """Return the groups of an aggregate over a window; None for those of the SELECT."""
    parent = aggregate.parent
    if isinstance(parent, exp.Filter):
        parent = parent.parent
    return list(parent.args.get("partition_by") or []) if isinstance(parent, exp.Window) else None
