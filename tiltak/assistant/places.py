"""Questions about months, members and areas that are not there, or are not the same."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from tiltak.assistant.findings import Finding, Kind
from tiltak.assistant.months import IN_MARTS, months_asked, own_conditions
from tiltak.assistant.query import DIALECT, Examined, conditions, own_columns, select_of
from tiltak.assistant.sums import aggregates
from tiltak.relations import Relation, in_words

SHOWN = 6
ESTIMATE = "participants_estimate"


def not_there(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield the members and months that a SELECT asks for and that are not printed."""
    for alias, relation in examined.tables(scope).items():
        known = [_no_member(examined, relation, alias, one) for one in _single_members(scope, alias)]
        unknown = [finding for finding in known if finding is not None]
        yield from unknown
        if relation.measures and not unknown:
            yield from _no_month(examined, scope, relation, alias)


def _single_members(scope: Scope, alias: str) -> Iterator[exp.Expr]:
    """Yield the conditions on a table that each name one member."""
    for condition in own_conditions(scope, alias):
        if {column.name for column in own_columns(condition)} & IN_MARTS:
            continue
        if isinstance(condition, exp.In) and condition.expressions:
            yield from (exp.EQ(this=condition.this, expression=one) for one in condition.expressions)
        elif isinstance(condition, exp.EQ | exp.Like | exp.ILike) and isinstance(condition.this, exp.Column):
            yield condition


def _no_member(examined: Examined, relation: Relation, alias: str, condition: exp.Expr) -> Finding | None:
    text = condition.sql(DIALECT)
    [(count,)] = examined.connection.execute(
        f"select count(*) from {relation.name} as {alias} where {text}"
    ).fetchall()
    if count:
        return None
    [column, *_] = [*own_columns(condition)]
    elsewhere = [
        other.name
        for other in examined.relations.values()
        if column.name in other.columns
        and examined.connection.execute(
            f"select 1 from {other.name} as {alias} where {text} limit 1"
        ).fetchall()
    ]
    return Finding(
        Kind.NOT_PRINTED,
        f"{relation.name} has no row with {text.replace(f'{alias}.', '')}",
        f"it is in {', '.join(elsewhere[:SHOWN])}"
        if elsewhere
        else f"look for the name with find_tables, or list the values of {column.name}",
    )


def _no_month(examined: Examined, scope: Scope, relation: Relation, alias: str) -> Iterator[Finding]:
    asked = months_asked(examined, scope, alias)
    if asked.selected is None:
        return
    printed = in_words(asked.printed) or "none"
    if not asked.selected & asked.printed:
        yield Finding(
            Kind.NOT_PRINTED,
            f"{relation.name} has no number for what is asked of {in_words(asked.selected)}",
            f"with the other conditions it has these months: {printed}; nothing is known between them",
        )
    elif asked.missing and _counts_people(examined, scope) and (asked.is_listed or not _shows_months(scope)):
        yield Finding(
            Kind.MONTHS_MISSING,
            f"of the months asked for, {relation.name} lacks {in_words(asked.missing)}",
            f"say which months the answer is of; with the other conditions there are: {printed}",
        )


def _counts_people(examined: Examined, scope: Scope) -> bool:
    return any(examined.measures(scope, projection) for projection in select_of(scope).selects)


def _shows_months(scope: Scope) -> bool:
    shown = {column.name for one in select_of(scope).selects for column in own_columns(one)}
    return bool(shown & IN_MARTS) and not any(
        column.name in IN_MARTS for one in aggregates(scope) for column in own_columns(one)
    )


def not_the_same(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield names of counties that stand for different areas in the rows of a SELECT."""
    columns = [column for column in own_columns(scope.expression) if column.name.startswith("region_")]
    for alias, relation in examined.tables(scope).items():
        names = {column.name for column in columns if column.table == alias}
        if not relation.measures or "region_name" not in names or "region_key" in names:
            continue
        keys = f"count(distinct {alias}.region_key)"
        if examined.probe(scope, [keys], [exp.column("region_name", table=alias)])[0] > 1:
            yield _other_area(f"{relation.name}: one name of a county stands for several areas over time")
    for condition in conditions(scope):
        sides = list(own_columns(condition)) if isinstance(condition, exp.EQ) else []
        if [side.name for side in sides] == ["region_name", "region_name"]:
            one, other = (side.table for side in sides)
            differ = f"count(*) filter (where {one}.region_key <> {other}.region_key)"
            if examined.probe(scope, [differ], [])[0]:
                yield _other_area("counties of the same name are joined, and are not the same area")


def _other_area(statement: str) -> Finding:
    return Finding(
        Kind.OTHER_AREA,
        statement,
        "ask mart_participants_by_county_structure for one structure_key, or use region_key",
    )


def mixed_populations(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield where an answer has numbers of several populations and does not say which."""
    if any(name.startswith("scope_") for name in select_of(scope).named_selects):
        return
    for projection in select_of(scope).selects:
        for column in examined.measures(scope, projection):
            population = examined.beside(scope, column, "scope_tiltak_key")
            if population is not None:
                if examined.probe(scope, [f"count(distinct {population.sql(DIALECT)})"], [])[0] > 1:
                    yield Finding(
                        Kind.POPULATIONS_MIXED,
                        "the numbers are of different populations: in some months the report covers only"
                        " one group of measures",
                        "select scope_name beside the number, or ask for one scope_tiltak_key",
                    )
                return


def estimates_without_range(examined: Examined, scope: Scope) -> Iterator[Finding]:
    """Yield where an answer has an estimate without its range."""
    names = {
        name
        for projection in select_of(scope).selects
        for column in own_columns(projection)
        for _, name in examined.origins(scope, column)
    }
    if ESTIMATE in names and not {f"{ESTIMATE}_min", f"{ESTIMATE}_max"} <= names:
        yield Finding(
            Kind.ESTIMATE_WITHOUT_RANGE,
            "an estimate is shown as if it were a number that NAV has printed",
            f"select {ESTIMATE}_min and {ESTIMATE}_max beside it, and call it an estimate",
        )
