"""A query as its parts: which public relation each number comes from, and probes of the rows behind it.

A query is examined by what it does to the rows at hand, not by how it is worded: a probe has the same tables,
conditions and groups, and asks for instance how many months one sum takes in. Numbers are followed through
subqueries; to that end the months and the like that are beside them are carried along as columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
from sqlglot import exp, parse
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from loaders.errors import LookupFailedError
from tiltak.relations import BOUNDS, COUNTS, Relation

DIALECT = "duckdb"


def parsed(text: str, relations: Mapping[str, Relation]) -> exp.Query:
    """Return one SELECT with every column led to its table.

    Raises:
        LookupFailedError: it is no SELECT of the public relations, or too unusual to be examined.
    """
    schema = MappingSchema(dialect=DIALECT)
    for name, relation in relations.items():
        space, _, table = name.rpartition(".")
        schema.add_table(f"{space or 'main'}.{table}", dict(relation.columns))
    try:
        statements = parse(text, read=DIALECT)
        tree = statements[0] if len(statements) == 1 else None
        if isinstance(tree, exp.Query):
            tree = qualify(
                tree,
                schema=schema,
                dialect=DIALECT,
                db="main",
                quote_identifiers=False,
            )
    except (SqlglotError, RecursionError) as error:
        raise LookupFailedError(
            f"the query cannot be examined: {str(error).splitlines()[0]}",
            "name the columns that describe_table lists, and write it with plain SELECT, FROM and WHERE",
            text=text,
        ) from error
    if not isinstance(tree, exp.Query):
        raise LookupFailedError("this is not one SELECT", "ask with one SELECT statement", text=text)
    return tree


@dataclass
class Examined:
    """A query that can be asked about its rows.

    Attributes:
        tree: the query, with every column led to its table.
        relations: the public relations by name.
        connection: to the published file.
    """

    tree: exp.Query
    relations: Mapping[str, Relation]
    connection: duckdb.DuckDBPyConnection
    _carried: dict[tuple[int, int, str], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the parts of the query.

        Raises:
            LookupFailedError: a part cannot be examined.
        """
        self.scopes = traverse_scope(self.tree)
        for scope in self.scopes:
            for name, source in scope.sources.items():
                if isinstance(source, exp.Table):
                    self.relation(source)
                elif not isinstance(source, Scope):
                    raise _unusual(name)
        if any(with_.recursive for with_ in self.tree.find_all(exp.With)):
            raise _unusual("with recursive")
        for select in self.tree.find_all(exp.Select):
            _write_groups_out(select)

    @property
    def selects(self) -> list[Scope]:
        """The parts that are one SELECT each, the outermost last."""
        return [scope for scope in self.scopes if isinstance(scope.expression, exp.Select)]

    @property
    def outermost(self) -> list[Scope]:
        """The SELECT, or SELECTs of a UNION, that the answer is made of."""
        return list(_branches(self.scopes[-1]))

    def relation(self, table: exp.Table) -> Relation:
        """Return the public relation that a table of the query is.

        Raises:
            LookupFailedError: it is none.
        """
        name = table.name if table.db in {"", "main"} else f"{table.db}.{table.name}"
        if not isinstance(table.this, exp.Identifier) or name not in self.relations:
            raise _unusual(name or table.sql(DIALECT))
        return self.relations[name]

    def tables(self, scope: Scope) -> dict[str, Relation]:
        """Return the public relations that a SELECT itself reads, by their alias."""
        return {
            alias: self.relation(source)
            for alias, source in scope.sources.items()
            if isinstance(source, exp.Table) and alias in scope.selected_sources
        }

    def origins(self, scope: Scope, column: exp.Column) -> list[tuple[Relation, str]]:
        """Return the measures of public relations that a column is made of."""
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            relation = self.relation(source)
            return [(relation, column.name)] if column.name in relation.measures else []
        if not isinstance(source, Scope):
            return []
        found = []
        for branch in _branches(source):
            projection = _projection(branch, _place(source, column.name))
            if projection is not None and not isinstance(projection.unalias(), exp.Count):
                for inner in own_columns(projection):
                    found += self.origins(branch, inner)
        return found

    def measures(self, scope: Scope, part: exp.Expr) -> list[exp.Column]:
        """Return the columns in a part of a SELECT that count people."""
        return [column for column in own_columns(part) if self.origins(scope, column)]

    def beside(self, scope: Scope, column: exp.Column, name: str) -> exp.Expr | None:
        """Return, as SQL in a SELECT, a column that is beside a measure in its relation.

        Args:
            scope: the SELECT.
            column: the measure, or what a subquery has made of it.
            name: of the column beside it; `_min` and `_max` are the bounds of the measure.
        """
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            relation = self.relation(source)
            wanted = f"{column.name}{name}" if name in BOUNDS else name
            has_it = column.name in relation.measures and wanted in relation.columns
            return exp.column(wanted, table=column.table) if has_it else None
        if not isinstance(source, Scope):
            return None
        alias = self._carry(source, _place(source, column.name), name)
        return exp.column(alias, table=column.table) if alias else None

    def _carry(self, scope: Scope, place: int, name: str) -> str | None:
        """Add to a subquery the column that is beside one of its measures; return its name."""
        known = (id(scope), place, name)
        if known not in self._carried:
            branches = list(_branches(scope))
            values = [self._carried_value(branch, place, name) for branch in branches]
            alias = f"_carried_{len(self._carried)}" if any(values) else None
            self._carried[known] = alias
            for branch, value in zip(branches, values, strict=True):
                if alias:
                    select_of(branch).select(exp.alias_(value or exp.null(), alias), copy=False)
        return self._carried[known]

    def _carried_value(self, branch: Scope, place: int, name: str) -> exp.Expr | None:
        projection = _projection(branch, place)
        if projection is None:
            return None
        for column in own_columns(projection):
            value = self.beside(branch, column, name)
            if value is not None:
                if not branch.expression.args.get("group") and not projection.find(exp.AggFunc):
                    return value
                # Of a group that takes in several, none is carried on; of its numbers, whether all are known.
                text = value.sql(DIALECT)
                is_known = f"count({text}) = count(*)" if name in COUNTS else f"count(distinct {text}) = 1"
                return exp.maybe_parse(f"case when {is_known} then min({text}) end", dialect=DIALECT)
        return None

    def probe(
        self,
        scope: Scope,
        questions: Sequence[str],
        groups: Sequence[exp.Expr] | None = None,
        without: exp.Expr | None = None,
    ) -> list[int]:
        """Ask about the rows behind a SELECT; return the highest answer to each question over all groups.

        Args:
            scope: the SELECT.
            questions: aggregates over its rows, as SQL.
            groups: by which they are asked; those of the SELECT if not given.
            without: a condition that is left off.

        Raises:
            LookupFailedError: the rows depend on another SELECT in a way that cannot be followed.
        """
        highest = ", ".join(f"max(q{place})" for place in range(len(questions)))
        [row] = self._answer(f"select {highest} from ({self._behind(scope, questions, groups, without)})")
        return [int(str(value or 0)) for value in row]

    def values(self, scope: Scope, column: exp.Expr) -> list[str]:
        """Return the values of a column in the rows behind a SELECT, as text, in their order."""
        text = f"cast({column.sql(DIALECT)} as varchar)"
        rows = self._answer(f"select distinct q0 from ({self._behind(scope, [text], [])}) order by q0")
        return [str(value) for (value,) in rows if value is not None]

    def _behind(
        self,
        scope: Scope,
        questions: Sequence[str],
        groups: Sequence[exp.Expr] | None = None,
        without: exp.Expr | None = None,
    ) -> str:
        select = select_of(scope).copy()
        by = [*(_groups(scope) if groups is None else groups)]
        for part in ("group", "having", "order", "limit", "offset", "distinct", "qualify", "windows"):
            select.set(part, None)
        by += _freed(select, {column.sql(DIALECT) for column in scope.external_columns}, without)
        asked = [f"{text} as q{place}" for place, text in enumerate(questions)]
        select.set("expressions", [])
        select.select(*asked, dialect=DIALECT, copy=False)
        if by:
            select.group_by(*(one.sql(DIALECT) for one in by), dialect=DIALECT, copy=False)
        with_ = self.tree.args.get("with_")
        if with_ is not None and not select.args.get("with_"):
            select.set("with_", with_.copy())
        return select.sql(DIALECT)

    def _answer(self, query: str) -> list[tuple[object, ...]]:
        try:
            return self.connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise _unusual(str(error).splitlines()[0]) from error


def select_of(scope: Scope) -> exp.Select:
    """Return the SELECT that a part of a query is.

    Raises:
        LookupFailedError: it is none.
    """
    if not isinstance(scope.expression, exp.Select):
        raise _unusual(scope.expression.sql(DIALECT))
    return scope.expression


def _groups(scope: Scope) -> list[exp.Expr]:
    group = scope.expression.args.get("group")
    return list(group.expressions) if group else []


def own_columns(part: exp.Expr) -> Iterator[exp.Column]:
    """Yield the columns in a part of a SELECT that are not those of a subquery in it."""
    for node in own_nodes(part):
        if isinstance(node, exp.Column):
            yield node


def own_nodes(part: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the nodes in a SELECT, or in a part of one, that are not those of a subquery in it."""
    yield from part.walk(prune=lambda node: node is not part and isinstance(node, exp.Query))


def conditions(scope: Scope) -> list[exp.Expr]:
    """Return the conditions of a SELECT that must all hold, with those of its joins."""
    parts = [scope.expression.args.get("where"), *scope.expression.args.get("joins", [])]
    texts = [
        part.this if isinstance(part, exp.Where) else part.args.get("on")
        for part in parts
        if part is not None
    ]
    return [one.unnest() for text in texts if text is not None for one in _flattened(text)]


def _flattened(condition: exp.Expr) -> Iterator[exp.Expr]:
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        yield from _flattened(condition.left)
        yield from _flattened(condition.right)
    else:
        yield condition


def _branches(scope: Scope) -> Iterator[Scope]:
    """Yield the SELECTs of a UNION, or the SELECT itself."""
    if scope.set_operation_scopes:
        for branch in scope.set_operation_scopes:
            yield from _branches(branch)
    else:
        yield scope


def _place(scope: Scope, name: str) -> int:
    names = scope.expression.named_selects if isinstance(scope.expression, exp.Query) else []
    return names.index(name) if name in names else -1


def _projection(scope: Scope, place: int) -> exp.Expr | None:
    selects = select_of(scope).selects
    return selects[place] if 0 <= place < len(selects) else None


def _write_groups_out(select: exp.Select) -> None:
    group = select.args.get("group")
    if group is not None and group.args.get("all"):
        kept = [one.unalias() for one in select.selects if not one.find(exp.AggFunc)]
        select.set("group", exp.Group(expressions=[one.copy() for one in kept]) if kept else None)


def _freed(select: exp.Select, external: set[str], without: exp.Expr | None) -> list[exp.Expr]:
    """Take conditions off a SELECT: one, and those that lead to another SELECT.

    Returns:
        The columns that were held by the latter.
    """
    where = select.args.get("where")
    kept, groups = [], []
    for condition in _flattened(where.this) if where else ():
        if condition == without:
            continue
        sides = (condition.this, condition.expression) if isinstance(condition, exp.EQ) else ()
        outside = [side for side in sides if side.sql(DIALECT) in external]
        if not any(column.sql(DIALECT) in external for column in condition.find_all(exp.Column)):
            kept.append(condition)
        elif len(outside) == 1:
            groups += [side for side in sides if side is not outside[0]]
        else:
            raise _unusual(condition.sql(DIALECT))
    select.set("where", exp.Where(this=exp.and_(*kept)) if kept else None)
    return groups


def _unusual(text: str) -> LookupFailedError:
    return LookupFailedError(
        "the query cannot be examined",
        "read only the tables that find_tables lists, with plain SELECT, FROM, JOIN, WHERE and GROUP BY",
        text=text,
    )
