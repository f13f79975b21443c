"""Read the numbers of the pages for people: the newest, those of a group of measures, those of a county."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from tiltak.questions import rows_of
from tiltak.site.charts import Point, Series

Row = dict[str, Any]
TOTAL = "_T"


def newest_totals(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the newest total of each population, and those it can be compared with, newest first.

    These are the month before, and the same month of the latest earlier year, where they are printed.
    """
    return rows_of(
        connection,
        """
        with newest as (
            select *, row_number() over (partition by scope_tiltak_key order by month_key desc) as place
            from mart_participants_total
        )

        select
            newest.scope_tiltak_key, newest.scope_name, newest.scope_name_en, newest.month_date,
            newest.participants, newest.derivation,
            before.month_date as before_date, newest.participants - before.participants as change_from_before,
            newest.series_break_date is distinct from before.series_break_date as is_break_since_before,
            earlier.month_date as earlier_date,
            newest.participants - earlier.participants as change_from_earlier,
            newest.series_break_date is distinct from earlier.series_break_date as is_break_since_earlier
        from newest
        left join mart_participants_total as before
            on newest.scope_tiltak_key = before.scope_tiltak_key
            and before.month_date = newest.month_date - interval 1 month
        left join mart_participants_total as earlier
            on newest.scope_tiltak_key = earlier.scope_tiltak_key
            and earlier.month_key = (
                select max(month_key) from mart_participants_total
                where scope_tiltak_key = newest.scope_tiltak_key and month_key < newest.month_key
                    and month_key % 100 = newest.month_key % 100
            )
        where newest.place = 1
        order by newest.month_key desc, newest.scope_tiltak_key
        """,
    )


def groups(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the groups of measures with their newest number."""
    return rows_of(
        connection,
        """
        select
            measures.tiltak_key, measures.name, measures.name_en, measures.definition, measures.definition_en,
            max(numbers.month_date) as month_date,
            max_by(numbers.participants_min, numbers.month_key) as participants_min,
            max_by(numbers.participants_max, numbers.month_key) as participants_max
        from dim_tiltak as measures
        left join mart_participants_by_tiltaksgruppe as numbers using (tiltak_key)
        where measures.tiltak_level = 'tiltaksgruppe'
        group by measures.tiltak_key, measures.name, measures.name_en, measures.definition,
            measures.definition_en, measures.sort_order
        order by measures.sort_order
        """,
    )


def measures_of(connection: duckdb.DuckDBPyConnection, group: str) -> list[Row]:
    """Return the measures of a group, with the months they are printed in."""
    return rows_of(
        connection,
        """
        select measures.tiltak_key, measures.name, measures.name_en, first.first_date as first_seen,
            last.first_date as last_seen
        from dim_tiltak as measures
        left join dim_month as first on measures.first_observed_month_key = first.month_key
        left join dim_month as last on measures.last_observed_month_key = last.month_key
        where measures.parent_key = $group
        order by measures.sort_order
        """,
        {"group": group},
    )


def group_series(connection: duckdb.DuckDBPyConnection, group: str) -> list[Row]:
    """Return the numbers of a group per month: in all (`_T`) and by hovedgruppe."""
    return rows_of(
        connection,
        """
        select month_key, month_date, '_T' as hovedgruppe_key, 'I alt' as name, 'Total' as name_en,
            0 as place, participants, participants_min, participants_max, derivation,
            cast(series_break_date as date) as series_break_date
        from mart_participants_by_tiltaksgruppe where tiltak_key = $group
        union all
        select month_key, month_date, hovedgruppe_key, hovedgruppe_name, hovedgruppe_name_en,
            hovedgruppe_sort_order, participants, participants_min, participants_max, 'printed',
            series_break_date
        from mart_participants_by_tiltaksgruppe_and_hovedgruppe where tiltak_key = $group
        order by place, month_key
        """,
        {"group": group},
    )


@dataclass(frozen=True)
class County:
    """A county in the newest county structure that has it."""

    region_key: str
    code: str
    name: str
    name_en: str
    structure_key: str
    structure: Row
    valid_from: date | None
    valid_to: date | None


def counties(connection: duckdb.DuckDBPyConnection) -> list[County]:
    """Return all counties, newest structure first."""
    found = rows_of(
        connection,
        """
        with known as (
            select
                regions.region_key, regions.region_code, regions.name, regions.name_en,
                regions.valid_from_date, regions.valid_to_date, regions.sort_order,
                members.structure_key, structures.name as structure_name,
                structures.name_en as structure_name_en, structures.sort_order as structure_no,
                row_number() over (
                    partition by regions.region_key order by structures.sort_order desc
                ) as place
            from dim_region as regions
            inner join bridge_county_structure_region as members using (region_key)
            inner join dim_county_structure as structures using (structure_key)
            where regions.region_type = 'county'
        )

        select * from known where place = 1 order by structure_no desc, sort_order
        """,
    )
    return [
        County(
            row["region_key"],
            row["region_code"],
            row["name"],
            row["name_en"],
            row["structure_key"],
            {"name": row["structure_name"], "name_en": row["structure_name_en"]},
            row["valid_from_date"],
            row["valid_to_date"],
        )
        for row in found
    ]


def structures(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the county structures, newest first, each with the keys of its counties in their order."""
    found = rows_of(connection, "from dim_county_structure order by sort_order desc")
    for structure in found:
        members = connection.execute(
            """
            select region_key
            from bridge_county_structure_region
            inner join dim_region as regions using (region_key)
            where structure_key = $structure and regions.region_type = 'county'
            order by regions.sort_order
            """,
            {"structure": structure["structure_key"]},
        ).fetchall()
        structure["regions"] = [key for (key,) in members]
    return found


def county_series(connection: duckdb.DuckDBPyConnection, county: County) -> list[Row]:
    """Return the numbers of everybody in a county, per measure or group and month, on its own territory."""
    return rows_of(
        connection,
        """
        select
            numbers.tiltak_key, numbers.tiltak_name as name, numbers.tiltak_name_en as name_en,
            numbers.month_key, numbers.month_date, numbers.participants, numbers.participants_min,
            numbers.participants_max, numbers.participants_estimate, numbers.participants_estimate_min,
            numbers.participants_estimate_max, numbers.derivation, numbers.derived_from,
            numbers.series_break_date
        from mart_participants_by_county_structure as numbers
        inner join dim_tiltak as measures using (tiltak_key)
        where numbers.region_key = $region and numbers.structure_key = $structure
            and numbers.hovedgruppe_key = '_T'
        order by measures.sort_order, numbers.month_key
        """,
        {"region": county.region_key, "structure": county.structure_key},
    )


def successions(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return what became of each county at the next change; what stayed the same is left out."""
    return rows_of(
        connection,
        """
        select links.from_region_key, links.to_region_key, links.is_exact, links.municipalities
        from bridge_region_succession as links
        inner join dim_region as earlier on links.from_region_key = earlier.region_key
        inner join dim_region as later on links.to_region_key = later.region_key
        where links.from_region_key <> links.to_region_key
            and earlier.region_type = 'county' and later.region_type = 'county'
            and later.valid_from_date = earlier.valid_to_date + interval 1 day
        order by earlier.sort_order, later.sort_order
        """,
    )


def measure_successions(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return which measures replaced which, newest first."""
    return rows_of(
        connection,
        """
        select
            earlier.tiltak_key as earlier_key, earlier.name as earlier, earlier.name_en as earlier_en,
            later.tiltak_key as later_key, later.name as later, later.name_en as later_en,
            links.to_valid_from_date as since, links.source
        from bridge_tiltak_succession as links
        inner join dim_tiltak as earlier on links.from_tiltak_key = earlier.tiltak_key
        inner join dim_tiltak as later on links.to_tiltak_key = later.tiltak_key
        order by links.to_valid_from_date desc nulls last, earlier.sort_order, later.sort_order
        """,
    )


def latest_in_counties(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the printed numbers of the latest month by county, of the measure that has most people."""
    return rows_of(
        connection,
        """
        with latest as (
            select tiltak_key, month_key, scope_tiltak_key
            from mart_participants_by_county
            where month_key = (select max(month_key) from mart_participants_by_county)
            group by tiltak_key, month_key, scope_tiltak_key
            order by sum(participants_min) desc, tiltak_key
            limit 1
        )

        select
            numbers.region_key, numbers.region_code, numbers.region_name as name,
            numbers.region_name_en as name_en, numbers.tiltak_key, numbers.tiltak_name,
            numbers.tiltak_name_en, numbers.month_date, numbers.scope_tiltak_key,
            numbers.participants_min, numbers.participants_max
        from mart_participants_by_county as numbers
        inner join latest using (tiltak_key, month_key, scope_tiltak_key)
        order by numbers.region_sort_order
        """,
    )


def breaks(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return all breaks of the series, oldest first."""
    return rows_of(connection, "from dim_series_break order by break_date, break_key")


def breaks_within(known: Sequence[Row], found: Sequence[Row]) -> list[Row]:
    """Return the breaks that lie within the months of some rows and concern them."""
    first = min((row["month_date"] for row in found), default=None)
    days = {row["series_break_date"] for row in found if row["series_break_date"]}
    return [row for row in known if row["break_date"] in days and first and row["break_date"] > first]


def as_series(found: Sequence[Row], name: str) -> Series:
    """Return rows of months as a line: an estimate with its range, or the bounds of what is not exact."""
    return Series(name, tuple(_point(row) for row in found))


def _point(row: Row) -> Point:
    estimate = row.get("participants_estimate")
    if row["participants"] is None and estimate is not None:
        ends = row["participants_estimate_min"], row["participants_estimate_max"]
        return Point(row["month_date"], *ends, estimate)
    return Point(row["month_date"], row["participants_min"], row["participants_max"])
