"""The parts of a number that no report prints: of a sum over statuses, counties or measures, or an estimate.

A row of a mart is given by its key columns. Its parts are looked up in what is published, and must add up to
the bounds of the row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from loaders.errors import LookupFailedError
from tiltak.questions import columns_of, rows_of
from tiltak.relations import dimension_names

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A number that another one is made of.

    Attributes:
        name: what it counts.
        fact_key: its fact, which is printed.
        participants_min: lower bound.
        participants_max: upper bound.
        share: which share of it an estimate takes; None where nothing is estimated.
        is_whole: whether all of it belongs to the number; if not, a part that nobody knows does.
    """

    name: str
    fact_key: str
    participants_min: int
    participants_max: int
    share: float | None
    is_whole: bool


def find_row(connection: duckdb.DuckDBPyConnection, relation: str, given: Sequence[str]) -> Row:
    """Return the one row of a relation that `column=value` pairs lead to.

    Raises:
        LookupFailedError: they lead to no row, to several, or name no column.
    """
    known = [str(row[0]) for row in columns_of(connection, relation).rows]
    pairs = [text.partition("=")[::2] for text in given]
    if wrong := [column for column, value in pairs if column not in known or not value]:
        raise LookupFailedError(
            "a row is given as column=value", f"the columns are {', '.join(known)}", relation, text=wrong[0]
        )
    where = " and ".join(f'cast("{column}" as varchar) = ?' for column, _ in pairs) or "true"
    rows = rows_of(
        connection, f"select * from {relation} where {where} limit 2", [value for _, value in pairs]
    )
    if len(rows) != 1:
        keys = [name for name in known if name.endswith("_key")]
        raise LookupFailedError(
            "several rows are like that" if rows else "there is no such row",
            f"give more of {', '.join(keys)}" if rows else "look for it with `tiltak sql`",
            relation,
            text=" ".join(given),
        )
    return rows[0]


def find_parts(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    """Return the printed numbers that a row of a mart was made of.

    Raises:
        LookupFailedError: the row is no sum, or what was found does not add up to it.
    """
    if "earlier_month_key" in row:
        parts = _of_change(connection, row)
    elif "slice_key" in row:
        parts = _of_slice(connection, row)
    elif "partition_key" in row:
        parts = _of_total(connection, row)
    elif "lineage_key" in row:
        parts = _of_members(connection, row)
    elif "derived_from" in row:
        parts = _of_counties(connection, row)
    elif "tiltak_key" in row and "derivation" in row:
        parts = _of_statuses(connection, row)
    else:
        parts = []
    if not parts and row.get("participants_max") != 0:
        raise LookupFailedError("this row has no printed parts", "give a row of a mart of participants")
    return parts


def conclusion(row: Row, parts: Sequence[Part]) -> str:
    """Say how the parts make the number of the row.

    Raises:
        LookupFailedError: they do not.
    """
    if row.get("earlier_month_key") is not None:
        return _change_concluded(row, parts)
    low, high = sum(part.participants_min for part in parts), sum(part.participants_max for part in parts)
    number = row.get("participants")  # a total is exact, and has no bounds beside it
    bounds = (row.get("participants_min", number), row.get("participants_max", number))
    if not parts:
        return "there is no part: a county without anybody is left out of a table"
    if row.get("participants_estimate") is not None:
        return f"estimated as {row['participants_estimate']:g}: the shares of the parts, added up"
    if not all(part.is_whole for part in parts):
        return f"between {bounds[0]} and {bounds[1]}: of some parts nobody knows how much belongs to it"
    if (low, high) != bounds:
        raise LookupFailedError(
            f"the parts add up to {low} to {high}, the row says {bounds[0]} to {bounds[1]}",
            "this is a fault of the warehouse: run `tiltak build --anew`, and report it if it stays",
        )
    if len(parts) == 1:
        return f"it is {low}" if low == high else f"it is hidden, between {low} and {high}"
    return f"they add up to {low}" if low == high else f"they add up to {low} to {high}: numbers are hidden"


def _change_concluded(row: Row, parts: Sequence[Part]) -> str:
    months = {name: str(row[name]) for name in ("earlier_month_key", "month_key")}
    (low, high), (low_now, high_now) = (
        (
            sum(part.participants_min for part in parts if part.fact_key.startswith(month)),
            sum(part.participants_max for part in parts if part.fact_key.startswith(month)),
        )
        for month in months.values()
    )
    bounds = (row["change_min"], row["change_max"])
    if (low_now - high, high_now - low) != bounds:
        raise LookupFailedError(
            f"the parts change by {low_now - high} to {high_now - low}, the row says"
            f" {bounds[0]} to {bounds[1]}",
            "this is a fault of the warehouse: run `tiltak build --anew`, and report it if it stays",
        )
    now, then = (str(one) if one == other else f"{one} to {other}" for one, other in (
        (low_now, high_now), (low, high),
    ))  # fmt: skip
    changed = f"{bounds[0]:+}" if bounds[0] == bounds[1] else f"{bounds[0]:+} to {bounds[1]:+}"
    return f"{now} in {months['month_key']}, {then} in {months['earlier_month_key']}: a change of {changed}"


FACTS = """
    select {name}, facts.fact_key, facts.participants_min, facts.participants_max, {share}, {is_whole}
    from fct_monthly_participants as facts
    {joins}
    where
        facts.month_key = $month_key and facts.tiltak_key = $tiltak_key
        and {others}
        and {where}
    order by facts.fact_key
"""


SLICES = """
    select * from fct_participants_by_slice
    where partition_key = $partition_key and scope_tiltak_key = $scope_tiltak_key and month_key = $month_key
"""
SLICED = ("hovedgruppe_key", "tiltak_key", "region_key", "age_group_key", "gender_key")
# What a condition on the facts always names itself.
NAMED = ("tiltak_key", "hovedgruppe_key", "region_key")


def _of_total(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    keys = {key: row[key] for key in ("partition_key", "scope_tiltak_key", "month_key")}
    slices = rows_of(connection, f"{SLICES} order by hovedgruppe_key, tiltak_key", keys)
    return [part for one in slices for part in _of_slice(connection, one)]


def _of_change(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    group = {key: row[key] for key in ("partition_key", "scope_tiltak_key", "hovedgruppe_key", "tiltak_key")}
    query = f"{SLICES} and hovedgruppe_key = $hovedgruppe_key and tiltak_key = $tiltak_key"
    months = [month for month in (row["month_key"], row["earlier_month_key"]) if month is not None]
    slices = [one for month in months for one in rows_of(connection, query, {**group, "month_key": month})]
    return [part for one in slices for part in _of_slice(connection, one)]


def _of_slice(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    """Return the printed number of a slice, or its parts; one on other counties is that of its mart."""
    if row["structure_key"] is not None:
        keys = ("structure_key", "month_key", "hovedgruppe_key", "tiltak_key", "region_key")
        where = " and ".join(f"{key} = ${key}" for key in keys)
        query = f"select * from mart_participants_by_county_structure where {where}"
        [row] = rows_of(connection, query, {key: row[key] for key in keys})
        if row["fact_key"] is None:
            return find_parts(connection, row)
        name, fact = row["region_name"], row["fact_key"]
        return [Part(name, fact, row["participants_min"], row["participants_max"], None, True)]
    printed = FACTS.format(
        name="groups.name || ', ' || statuses.name", share="null", is_whole="true",
        joins="inner join dim_hovedgruppe as statuses on facts.hovedgruppe_key = statuses.hovedgruppe_key"
        " inner join dim_tiltak as groups on facts.tiltak_key = groups.tiltak_key",
        where="facts.hovedgruppe_key = $hovedgruppe_key and facts.region_key = $region_key",
        others=_others(SLICED),
    )  # fmt: skip
    members = {key: row[key] for key in ("month_key", *SLICED)}
    return _parts(connection, printed, members) or _of_statuses(connection, row)


def _of_statuses(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    query = FACTS.format(
        name="statuses.name", share="null", is_whole="true",
        joins="inner join dim_hovedgruppe as statuses on facts.hovedgruppe_key = statuses.hovedgruppe_key",
        where="facts.region_key = '_T' and facts.hovedgruppe_key <> '_T'", others=_others(),
    )  # fmt: skip
    return _parts(connection, query, {key: row[key] for key in ("month_key", "tiltak_key")})


def _of_counties(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    shares = "links.estimated_share" if row.get("participants_estimate") is not None else "null"
    whole = "coalesce(links.is_exact, false)" if "region_key" in row else "true"
    query = FACTS.format(
        name="regions.name", share=shares, is_whole=whole,
        joins="inner join dim_region as regions on facts.region_key = regions.region_key"
        " left join bridge_region_succession as links"
        " on facts.region_key = links.from_region_key and links.to_region_key = $to_region_key",
        where="facts.hovedgruppe_key = $hovedgruppe_key"
        " and list_contains(string_split($derived_from, '+'), facts.region_key)", others=_others(),
    )  # fmt: skip
    keys = {key: row[key] for key in ("month_key", "tiltak_key", "hovedgruppe_key", "derived_from")}
    return _parts(connection, query, {**keys, "to_region_key": row.get("region_key", "")})


def _of_members(connection: duckdb.DuckDBPyConnection, row: Row) -> list[Part]:
    query = """
        select * from mart_participants_by_tiltak
        where
            month_key = $month_key and scope_tiltak_key = $scope_tiltak_key
            and list_contains(string_split($printed_members, ' + '), tiltak_name)
        order by tiltak_sort_order
    """
    keys = {key: row[key] for key in ("month_key", "scope_tiltak_key", "printed_members")}
    parts = []
    for member in rows_of(connection, query, keys):
        if member["fact_key"] is None:
            parts += [
                Part(f"{member['tiltak_name']}, {part.name}", *_rest(part))
                for part in _of_statuses(connection, member)
            ]
        else:
            bounds = (member["participants_min"], member["participants_max"])
            parts.append(Part(member["tiltak_name"], member["fact_key"], *bounds, None, True))
    return parts


def _others(given: Sequence[str] = ()) -> str:
    """Return the condition on the dimensions that no other condition names: given, or their total."""
    keys = [key for name in dimension_names() if (key := f"{name}_key") not in NAMED]
    return " and ".join(f"facts.{key} = " + (f"${key}" if key in given else "'_T'") for key in keys)


def _rest(part: Part) -> tuple[str, int, int, float | None, bool]:
    return part.fact_key, part.participants_min, part.participants_max, part.share, part.is_whole


def _parts(connection: duckdb.DuckDBPyConnection, query: str, keys: Mapping[str, object]) -> list[Part]:
    return [Part(*values) for values in connection.execute(query, dict(keys)).fetchall()]
