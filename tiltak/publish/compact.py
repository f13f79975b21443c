"""How the largest relations are stored in the published file: long keys as numbers, few texts once each.

Keys like `fact_key` are most of what they hold, and say nothing that other columns do not say: which fact,
and where a cell is printed. So a table of the schema `stored` holds these as numbers, and the published
relation is a view that writes the keys out: the same columns, types and rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from tiltak.errors import BuildError
from tiltak.publish.catalogue import Catalogue, Name, Table
from tiltak.publish.ddl import DUCKDB

STORED = "stored"
PRINTED = Name("main", "fct_printed_cell")
KNOWN = Name("main", "fct_participants_as_known")
MONTHLY = Name("main", "fct_monthly_participants")
AVERAGE = Name("main", "fct_year_to_date_average")
CHECK = Name("quality", "fct_rule_check")
TERM = Name("quality", "bridge_rule_check_cell")
COMPACT = (PRINTED, KNOWN, MONTHLY, AVERAGE, CHECK, TERM)

# A list of texts with a number in each row is smaller than the texts where there are few of them.
LONGEST_LIST = 10_000
ROWS_PER_TEXT = 10

# Report, table, row and column, where a key ends with those of a cell.
CELL_AT_END = ":[^:]+:t[0-9]+:r[0-9]+:c[0-9]+$"
# All keys of facts that are printed or checked, numbered in their order.
FACTS = f"""
    create table {STORED}.fact as
    select cast(row_number() over (order by fact_key) as integer) as fact_no, fact_key
    from (
        select fact_key from built.{PRINTED}
        union select whole_fact_key from built.{CHECK}
        union select fact_key from built.{TERM}
    )
    order by fact_key
"""


@dataclass(frozen=True)
class Stored:
    """How a relation is stored, in SQL on its `rows` and what is joined to them.

    Attributes:
        written: what a reader gets for each column that is not stored.
        kept: what is stored instead.
        order: what the rows are sorted by.
        making: what is joined to the built rows to make the stored ones.
        reading: what is joined to the stored rows to make the published ones.
    """

    written: dict[str, str]
    kept: dict[str, str]
    order: str
    making: str = ""
    reading: str = ""


def write_compact(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> frozenset[Name]:
    """Write the relations that are stored in another form, if a catalogue has them; returns their names.

    Raises:
        BuildError: a key is not made of what it is taken to be made of.
    """
    tables = {table.name: table for table in catalogue.tables}
    if not set(COMPACT) <= tables.keys():
        return frozenset()
    connection.execute(f"create schema if not exists {STORED}")
    connection.execute(FACTS)
    connection.execute(
        f"comment on table {STORED}.fact is 'The keys of all facts that are printed or checked, numbered.'"
    )
    for name in COMPACT:
        _write(connection, tables[name])
        _check_same_rows(connection, tables[name])
    return frozenset(COMPACT)


def _stored(table: Table) -> Stored:
    facts = f"inner join {STORED}.fact as facts on rows.fact_no = facts.fact_no"
    if table.name == PRINTED:
        return Stored(
            written={"cell_id": _cell_id("rows.report_key", "rows"), "fact_key": "facts.fact_key"},
            kept={"cell_no": _number("rows.cell_id"), "fact_no": "facts.fact_no"},
            order="rows.cell_id",
            making=f"inner join {STORED}.fact as facts on rows.fact_key = facts.fact_key",
            reading=facts,
        )
    if table.name == CHECK:
        return _stored_checks(facts)
    if table.name == TERM:
        return _stored_terms()
    names = [column.name for column in table.columns]
    of_fact = [f"rows.{name}" for name in names[names.index("month_key") : names.index("breakdown_key")]]
    return Stored(
        written={
            "fact_key": f"concat_ws(':', {', '.join(of_fact)})",
            "cell_id": _cell_id("rows.report_key", "rows"),
        },
        kept=_place("rows.cell_id"),
        # Editions of a fact follow one another: most of them print the same number.
        order="rows.fact_key" + (", rows.known_from_date, rows.report_key" if table.name == KNOWN else ""),
    )


def _stored_checks(facts: str) -> Stored:
    """Return how checks are stored; a key is the rule, then the cell or the fact that it is about."""
    of_cell = f"regexp_matches(rows.check_key, '{CELL_AT_END}')"
    return Stored(
        written={"check_key": _check_key("rows", "facts"), "whole_fact_key": "facts.fact_key"},
        kept={
            "check_no": _number("rows.check_key"),
            "fact_no": "facts.fact_no",
            "scope": f"""case
                when {of_cell} then regexp_replace(rows.check_key, '{CELL_AT_END}', '')
                else left(rows.check_key, length(rows.check_key) - length(facts.fact_key) - 1)
            end""",
            "cell_report_key": f"case when {of_cell} then split_part(rows.check_key, ':', -4) end",
            **_place("rows.check_key"),
        },
        order="rows.check_key",
        making=f"inner join {STORED}.fact as facts on rows.whole_fact_key = facts.fact_key",
        reading=facts,
    )


def _stored_terms() -> Stored:
    """Return how the cells of checks are stored: as the numbers of both."""
    return Stored(
        written={
            "check_key": _check_key("checks", "check_facts"),
            "cell_id": _cell_id("cells.report_key", "cells"),
            "measure": "cells.measure",
            "fact_key": "facts.fact_key",
        },
        kept={"check_no": "checks.check_no", "cell_no": "cells.cell_no"},
        order="rows.check_key, rows.cell_id",
        making=f"""
            inner join (select check_key, {_number("check_key")} as check_no from built.{CHECK}) as checks
                on rows.check_key = checks.check_key
            inner join (select cell_id, {_number("cell_id")} as cell_no from built.{PRINTED}) as cells
                on rows.cell_id = cells.cell_id
        """,
        reading=f"""
            inner join {table_of(CHECK)} as checks on rows.check_no = checks.check_no
            inner join {STORED}.fact as check_facts on checks.fact_no = check_facts.fact_no
            inner join {table_of(PRINTED)} as cells on rows.cell_no = cells.cell_no
            inner join {STORED}.fact as facts on cells.fact_no = facts.fact_no
        """,
    )


def _number(key: str) -> str:
    """Return the place of a row among all rows of its relation, in the order of their key."""
    return f"cast(row_number() over (order by {key}) as integer)"


def _place(key: str) -> dict[str, str]:
    """Return table, row and column of the cell that a key ends with; NULL if it ends with none."""
    return {
        name: f"try_cast(substr(split_part({key}, ':', {part}), 2) as integer)"
        for name, part in (("table_no", -3), ("row_no", -2), ("column_no", -1))
    }


def _cell_id(report: str, rows: str) -> str:
    """Return the key of a cell, as `5111a59692e6:t019:r04:c03`; a format string takes three times as long."""
    table, row, column = (f"{rows}.{name}" for name in ("table_no", "row_no", "column_no"))
    return (
        f"concat({report}"
        f", case when {table} < 10 then ':t00' when {table} < 100 then ':t0' else ':t' end, {table}"
        f", case when {row} < 10 then ':r0' else ':r' end, {row}"
        f", case when {column} < 10 then ':c0' else ':c' end, {column})"
    )


def _check_key(rows: str, facts: str) -> str:
    cell = _cell_id(f"{rows}.cell_report_key", rows)
    concerns = f"case when {rows}.cell_report_key is null then {facts}.fact_key else {cell} end"
    return f"{rows}.scope || ':' || {concerns}"


def table_of(name: Name) -> Name:
    """Return the table that holds the rows of a published table, which is a view if that is another one."""
    return Name(STORED, name.relation) if name in COMPACT else name


def _write(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Write the stored rows of a relation, and the view that readers get."""
    stored = _stored(table)
    own = [column.name for column in table.columns if column.name not in stored.written]
    columns = {**{name: f"rows.{name}" for name in own}, **stored.kept}
    selected = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    connection.execute(
        f"create temp table making as select {selected} from built.{table.name} as rows {stored.making}"
        f" order by {stored.order}"
    )
    lists = dict(_lists(connection, table))
    for name, type_name in lists.items():
        connection.execute(
            f"create type {type_name} as enum"
            f" (select distinct {name} from making where {name} is not null order by {name})"
        )
    kept = ", ".join(
        f"cast({name} as {lists[name]}) as {name}" if name in lists else name for name in columns
    )
    connection.execute(f"create table {table_of(table.name)} as select {kept} from making")
    connection.execute("drop table making")
    read = ", ".join(
        f"cast({stored.written.get(column.name, f'rows.{column.name}')}"
        f" as {DUCKDB.type_of(column.data_type)}) as {column.name}"
        for column in table.columns
    )
    connection.execute(
        f"comment on table {table_of(table.name)} is 'How {table.name} is stored; read {table.name} itself.'"
    )
    connection.execute(
        f"create view {table.name} as select {read} from {table_of(table.name)} as rows {stored.reading}"
    )


def _lists(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[tuple[str, str]]:
    """Yield the text columns of `making` that hold few texts, each with the type that lists them."""
    described = connection.execute("describe making").fetchall()
    texts = [name for name, data_type, *_ in described if data_type == "VARCHAR"]
    counted = ", ".join(f"count(distinct {name})" for name in texts)
    ((rows, *counts),) = connection.execute(f"select count(*), {counted} from making").fetchall()
    for name, count in zip(texts, counts, strict=True):
        if 0 < count <= min(LONGEST_LIST, rows / ROWS_PER_TEXT):
            yield name, f"{STORED}.{table.name.relation}_{name}"


def _check_same_rows(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Check that readers get the rows that were built.

    Raises:
        BuildError: they do not, because a key is made of other things than is taken here.
    """
    columns = ", ".join(column.name for column in table.columns)
    rows = [
        connection.execute(f"select count(*), bit_xor(hash({columns})) from {relation}").fetchall()
        for relation in (f"built.{table.name}", table.name)
    ]
    if rows[0] != rows[1]:
        raise BuildError(
            f"{table.name} cannot be stored: its keys are made of other things than they were",
            "see how `tiltak/publish/compact.py` writes the keys out",
        )
