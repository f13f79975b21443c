"""Questions that lose hidden numbers, put a number in their place, or work them out."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from tiltak.assistant.findings import Finding, Kind
from tiltak.assistant.months import own_conditions
from tiltak.assistant.query import DIALECT, Examined, conditions, own_columns, own_nodes, select_of
from tiltak.assistant.sums import aggregates
from tiltak.relations import BOUNDS, COUNTS

# What the marts say of a number: a condition on it chooses between printed and hidden.
STATES = {"value_status", "derivation"}


def mistreated_hidden(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield what is wrong with how a SELECT treats numbers that are hidden."""
    yield from _replaced(examined, scope)
    yield from _worked_out(examined, scope)
    yield from _dropped_by_condition(examined, scope)
    yield from _dropped_by_state(examined, scope)
    yield from _last_in_order(examined, scope)


def _replaced(examined: Examined, scope: Scope) -> Iterator[Finding]:
    for node in _own(scope, exp.Coalesce):
        if _nullable(examined, scope, node.this) and any(
            not any(own_columns(one)) for one in node.expressions
        ):
            yield Finding(
                Kind.HIDDEN_AS_NUMBER,
                f"{node.sql(DIALECT)} puts a number where NAV hides one: it can be 0, 1, 2 or 3",
                "leave it empty, and ask for participants_min and participants_max beside it",
            )


def _worked_out(examined: Examined, scope: Scope) -> Iterator[Finding]:
    for node in _own(scope, exp.Sub):
        sides = {_is_summed(examined, scope, side) for side in (node.this, node.expression)}
        if {True, False} <= sides and any(_adds_hidden(examined, one) for one in examined.selects):
            yield Finding(
                Kind.HIDDEN_BY_SUBTRACTION,
                f"{node.sql(DIALECT)} takes parts from their total, and so works out what NAV hides",
                "leave hidden numbers hidden: NAV hides them to protect people",
            )


def _is_summed(examined: Examined, scope: Scope, side: exp.Expr) -> bool | None:
    """Tell whether one side of a subtraction is a sum; None where it counts nobody."""
    if any(one.find(exp.Sum) for one in side.find_all(exp.Query)):
        return True
    columns = examined.measures(scope, side)
    if not columns:
        return False if side.find(exp.Query) else None
    sources = [scope.sources.get(column.table) for column in columns]
    return side.find(exp.Sum) is not None or any(
        isinstance(source, Scope) and source.expression.find(exp.Sum) is not None for source in sources
    )


def _adds_hidden(examined: Examined, scope: Scope) -> bool:
    """Tell whether a SELECT adds up rows of which some are hidden, be it by their bounds."""
    for aggregate in aggregates(scope):
        for column in examined.measures(scope, aggregate):
            for whole in COUNTS:
                number = examined.beside(scope, column, whole)
                if column.name in {whole, *(f"{whole}{bound}" for bound in BOUNDS)} and number is not None:
                    empty = f"count(*) filter (where {number.sql(DIALECT)} is null)"
                    return examined.probe(scope, [empty])[0] > 0
    return False


def _dropped_by_condition(examined: Examined, scope: Scope) -> Iterator[Finding]:
    for condition in conditions(scope):
        measures = _nullable(examined, scope, condition)
        if not measures or condition.find(exp.Query):
            continue
        if isinstance(condition, exp.Is) and isinstance(condition.expression, exp.Null):
            continue
        low, high = (_with_bound(examined, scope, condition, measures, bound) for bound in BOUNDS)
        may_meet = f"count(*) filter (where {measures[0].sql(DIALECT)} is null and (({low}) or ({high})))"
        if examined.probe(scope, [may_meet], [], without=condition)[0]:
            yield Finding(
                Kind.HIDDEN_LEFT_OUT,
                f"the condition {condition.sql(DIALECT)} leaves out hidden numbers that may meet it",
                "put the condition on participants_min or on participants_max",
            )


def _dropped_by_state(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield conditions on how a number is known that keep hidden numbers out of a sum."""
    if not any(examined.measures(scope, aggregate) for aggregate in aggregates(scope)):
        return
    for alias, relation in examined.tables(scope).items():
        if not relation.has_bounds(COUNTS[0]):
            continue
        for condition in own_conditions(scope, alias):
            if {column.name for column in own_columns(condition)} <= STATES:
                lost = f"not ({condition.sql(DIALECT)}) and {alias}.{COUNTS[0]} is null"
                if examined.probe(scope, [f"count(*) filter (where {lost})"], [], without=condition)[0]:
                    yield Finding(
                        Kind.HIDDEN_LEFT_OUT,
                        f"the condition {condition.sql(DIALECT)} leaves hidden numbers out of a sum",
                        "leave the condition off, and sum each of the bounds",
                    )


def _last_in_order(examined: Examined, scope: Scope) -> Iterator[Finding]:
    order, limit = (scope.expression.args.get(part) for part in ("order", "limit"))
    if not order or not limit or order.expressions[0].args.get("desc"):
        return
    first = order.expressions[0].this
    named = {one.alias: one.unalias() for one in select_of(scope).selects if one.alias}
    if isinstance(first, exp.Column) and not first.table:
        first = named.get(first.name, first)
    columns = _nullable(examined, scope, first)
    if columns and not first.find(exp.AggFunc):
        empty = f"count(*) filter (where {columns[0].sql(DIALECT)} is null)"
        if examined.probe(scope, [empty], [])[0]:
            yield Finding(
                Kind.HIDDEN_LEFT_OUT,
                f"the order by {first.sql(DIALECT)} puts hidden numbers last, though they are the smallest",
                "order by participants_min, participants_max",
            )


def _nullable(examined: Examined, scope: Scope, part: exp.Expr) -> list[exp.Column]:
    """Return the columns in a part of a SELECT that are empty where a number is hidden."""
    return [
        column
        for column in own_columns(part)
        if any(relation.has_bounds(name) for relation, name in examined.origins(scope, column))
        and all(examined.beside(scope, column, bound) is not None for bound in BOUNDS)
    ]


def _with_bound(
    examined: Examined, scope: Scope, condition: exp.Expr, measures: list[exp.Column], bound: str
) -> str:
    bounds = {column.sql(DIALECT): examined.beside(scope, column, bound) for column in measures}
    moved = condition.copy().transform(
        lambda node: bounds.get(node.sql(DIALECT)) or node if isinstance(node, exp.Column) else node
    )
    return str(moved.sql(DIALECT))


def _own(scope: Scope, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    return (node for node in own_nodes(scope.expression) if isinstance(node, kind))
