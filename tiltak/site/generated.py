"""Write the generated parts of the pages in docs/ from the published warehouse.

A generated part is between `<!-- generated: NAME -->` and `<!-- end -->`; the picture of the county
successions is a file of its own. A test fails when any of them is not what this script writes.
"""

import html
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from tiltak.home import PROJECT, Home, connect_published

DOCS = PROJECT / "docs"
PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

COLUMN_WIDTH = 245
BOX_WIDTH = 168
ROW_HEIGHT = 27
BOX_HEIGHT = 21
TOP = 46

Query = Callable[[str], list[tuple[object, ...]]]


def main() -> None:
    """Write all pages; the first argument is the home of the warehouse, `warehouse` if not given."""
    home = Home(Path(sys.argv[1] if len(sys.argv) > 1 else "warehouse"))
    with connect_published(home) as connection:
        for path, content in pages(connection).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            print(path.relative_to(PROJECT))


def pages(connection: duckdb.DuckDBPyConnection) -> dict[Path, str]:
    """Return every page and picture with generated content, by path."""
    parts = {
        "stable_areas": stable_areas(connection),
        "akershus_2019": on_counties_of_2024(connection, 201901, "GRP_OPPLAERING"),
        "bound_widths": bound_widths(connection),
        "viken_parts": viken_parts(connection),
        "wage_subsidies": wage_subsidies(connection),
        "series_breaks": series_breaks(connection),
    }
    written = {DOCS / "images" / "county_successions.svg": succession_picture(connection)}
    for name in ("counties.md", "measures.md"):
        text = (DOCS / name).read_text(encoding="utf-8")
        written[DOCS / name] = PART.sub(lambda match: match[1] + parts[match[2]] + match[3], text)
    return written


def stable_areas(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the stable areas of 2019 and 2024, and of all structures, with the counties of each."""
    return _table(
        connection,
        """
        select
            case areas.comparison_key when 'all' then 'all' else '2019 and 2024' end as "holds for",
            areas.name as "stable area",
            string_agg(distinct regions.region_code, ' ' order by regions.region_code)
                filter (where members.structure_key = '2019') as "counties of 2019",
            string_agg(distinct regions.region_code, ' ' order by regions.region_code)
                filter (where members.structure_key = '2024') as "counties of 2024"
        from dim_stable_area as areas
        inner join bridge_stable_area_region as members using (stable_area_key)
        inner join dim_region as regions on members.region_key = regions.region_key
        where areas.comparison_key in ('2019/2024', 'all')
        group by all
        order by 1, 4
        """,
    )


def on_counties_of_2024(connection: duckdb.DuckDBPyConnection, month_key: int, tiltak_key: str) -> str:
    """Return one slice of the 2019 county report on the counties of 2024."""
    return _table(
        connection,
        f"""
        select
            region_code as code,
            region_name as county,
            participants,
            round(participants_estimate)::integer as estimate,
            round(participants_estimate_min)::integer || ' to '
            || round(participants_estimate_max)::integer as "nine in ten",
            participants_min as "lowest possible",
            participants_max as "highest possible",
            derivation
        from mart_participants_on_counties_of_2024
        where month_key = {month_key} and tiltak_key = '{tiltak_key}' and hovedgruppe_key = '_T'
        order by region_sort_order
        """,
    )


def bound_widths(connection: duckdb.DuckDBPyConnection) -> str:
    """Return how wide bounds and estimates are per county of 2024, over the months of 2019."""
    return _table(
        connection,
        """
        with counties as (
            select
                region_sort_order,
                region_code as code,
                region_name as county,
                month_key,
                sum(participants_min) as lowest,
                sum(participants_max) as highest,
                sum(coalesce(participants_estimate, (participants_min + participants_max) / 2.0)) as estimate,
                sum(coalesce(participants_estimate_min, participants_min)) as estimate_min,
                sum(coalesce(participants_estimate_max, participants_max)) as estimate_max
            from mart_participants_on_counties_of_2024
            where month_key between 201901 and 201912 and hovedgruppe_key = '_T' and region_code < '60'
            group by all
        )

        select
            code,
            county,
            round(avg(estimate))::integer as "mean level",
            round(avg(estimate_max - estimate_min))::integer as "width of the ranges",
            printf('%.1f %%', 100 * avg((estimate_max - estimate_min) / estimate))
                as "ranges, share of level",
            round(avg(highest - lowest))::integer as "width of bounds",
            printf('%.1f %%', 100 * avg((highest - lowest) / estimate)) as "bounds, share of level"
        from counties
        group by region_sort_order, code, county
        order by region_sort_order
        """,
    )


def viken_parts(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the counties of 2024 on the county of 2020 they came from."""
    return _table(
        connection,
        """
        select
            month_key as month,
            tiltak_name as measure,
            region_name as county,
            participants,
            derivation,
            derived_from as "derived from"
        from mart_participants_on_counties_of_2020
        where month_key = 202401 and region_code in ('30', '38', '54') and hovedgruppe_key = '_T'
        order by tiltak_name, region_sort_order
        """,
    )


def wage_subsidies(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the lineages of wage subsidies, one month of each year they are printed."""
    return _table(
        connection,
        """
        select
            lineage_name as lineage,
            month_key as month,
            participants,
            participants_min as lowest,
            participants_max as highest,
            derivation,
            printed_members as "measures printed",
            series_break_date as "break before"
        from mart_participants_by_tiltak_lineage
        where
            lineage_key in ('MIDLERTIDIG_LONNSTILSKUDD', 'VARIG_LONNSTILSKUDD')
            and month_key in (201301, 202001, 202201)
        order by lineage_key, month_key
        """,
    )


def series_breaks(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the breaks of the series."""
    return _table(
        connection,
        """
        select break_date as "from", scope as concerns, name_en as what, source
        from dim_series_break
        order by break_date
        """,
    )


def succession_picture(connection: duckdb.DuckDBPyConnection) -> str:
    """Draw the counties of each structure in a column, and between columns what share went where."""
    structures = connection.sql(
        "select structure_key, name_en from dim_county_structure order by sort_order"
    ).fetchall()
    members = connection.sql("""
        select members.structure_key, members.region_key, regions.region_code, regions.name
        from bridge_county_structure_region as members
        inner join dim_region as regions using (region_key)
    """).fetchall()
    links = connection.sql("""
        select from_region_key, to_region_key, is_exact, coalesce(municipalities, '')
        from bridge_region_succession
        order by from_region_key, to_region_key
    """).fetchall()
    keys = [key for key, _ in structures]
    label = {region: f"{code} {name}" for _, region, code, name in members}
    place = _places(keys, members, links)
    height = TOP + ROW_HEIGHT * max(row for _, row in place) + BOX_HEIGHT + 16
    width = COLUMN_WIDTH * (len(keys) - 1) + BOX_WIDTH + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        "<title>Norwegian counties through the reforms</title>",
        f'<rect width="{width}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    for column, (_, name) in enumerate(structures):
        x = 10 + column * COLUMN_WIDTH
        lines.append(
            f'<text x="{x + BOX_WIDTH / 2}" y="24" text-anchor="middle" font-weight="bold" fill="#222222">'
            f"{html.escape(str(name))}</text>"
        )
    position = {place[item]: item for item in place}
    for column in range(len(keys) - 1):
        for source, target, is_exact, municipalities in links:
            if (keys[column], source) in position and (keys[column + 1], target) in position:
                lines.append(
                    _link(
                        column,
                        position[keys[column], source][1],
                        position[keys[column + 1], target][1],
                        is_exact=is_exact,
                        municipalities=municipalities,
                    )
                )
    for (column, row), (_, region) in sorted(place.items()):
        x, y = 10 + column * COLUMN_WIDTH, TOP + row * ROW_HEIGHT
        lines.append(
            f'<rect x="{x}" y="{y:.1f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="4" fill="#eef3f8" '
            'stroke="#5b7c99"/>'
        )
        lines.append(f'<text x="{x + 8}" y="{y + 15:.1f}" fill="#1b2a38">{html.escape(label[region])}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _places(
    keys: Sequence[str],
    members: Sequence[tuple[str, str, str, str]],
    links: Sequence[tuple[str, str, bool, str]],
) -> dict[tuple[int, float], tuple[str, str]]:
    """Place each region in its structure's column, near the regions of the first column it comes from."""
    first = sorted((code, region) for key, region, code, _ in members if key == keys[0])
    rank = {region: float(row) for row, (_, region) in enumerate(first)}
    place: dict[tuple[int, float], tuple[str, str]] = {}
    for column, key in enumerate(keys):
        regions = [region for structure, region, _, _ in members if structure == key]
        wanted = {}
        for region in regions:
            whole = [rank[to] for source, to, _, _ in links if source == region and to in rank]
            sources = [source for source, to, is_exact, _ in links if to == region and is_exact]
            near = [rank[source] for source in sources if source in rank] or whole
            wanted[region] = sum(near) / len(near)
        step = (len(first) - 1) / max(len(regions) - 1, 1)
        for row, region in enumerate(sorted(regions, key=lambda item: (wanted[item], item))):
            place[column, row * step] = (key, region)
    return place


def _link(column: int, source_row: float, target_row: float, *, is_exact: bool, municipalities: str) -> str:
    x1, x2 = 10 + column * COLUMN_WIDTH + BOX_WIDTH, 10 + (column + 1) * COLUMN_WIDTH
    y1 = TOP + source_row * ROW_HEIGHT + BOX_HEIGHT / 2
    y2 = TOP + target_row * ROW_HEIGHT + BOX_HEIGHT / 2
    middle = (x1 + x2) / 2
    style = (
        'stroke="#5b7c99" stroke-width="2.4"'
        if is_exact
        else 'stroke="#c0562b" stroke-width="1.4" stroke-dasharray="5 3"'
    )
    title = f"<title>{html.escape(municipalities)}</title>" if municipalities and not is_exact else ""
    return (
        f'<path d="M{x1} {y1:.1f} C{middle} {y1:.1f} {middle} {y2:.1f} {x2} {y2:.1f}" fill="none" {style}>'
        f"{title}</path>"
    )


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    relation = connection.sql(query)
    rows = [relation.columns, ["---"] * len(relation.columns)]
    rows += [["" if value is None else str(value) for value in row] for row in relation.fetchall()]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


if __name__ == "__main__":
    main()
