-- One row per row of a derived mart and cell it is made of, with the bounds that the printed rule gives for
-- the cell and the share of it that may count: what a reader could put together again.
with monthly as (
    select
        facts.*,
        nodes.tiltak_level
    from {{ ref('int_newest_cell') }} as facts
    inner join {{ ref('int_tiltak_node') }} as nodes on facts.tiltak_key = nodes.tiltak_key
    where facts.column_type = 'month'
),

by_structure as (
    select
        'mart_participants_by_county_structure' as relation_name,
        {{ joined_key(
            ['targets.structure_key', 'cells.month_key', 'cells.hovedgruppe_key', 'cells.tiltak_key',
             'targets.region_key']
        ) }} as row_key,
        coalesce(cells.fact_key, cells.region_key) as part_key,
        cells.fact_key,
        cells.participants_min,
        cells.participants_max,
        links.share_min,
        links.share_max
    from {{ ref('int_county_cell') }} as cells
    inner join {{ ref('int_region_link') }} as links on cells.region_key = links.from_region_key
    inner join {{ ref('int_county_structure_region') }} as targets on links.to_region_key = targets.region_key
),

by_stable_area as (
    select
        'mart_participants_by_stable_area' as relation_name,
        {{ joined_key(
            ['areas.comparison_key', 'areas.stable_area_key', 'cells.month_key', 'cells.hovedgruppe_key',
             'cells.tiltak_key']
        ) }} as row_key,
        coalesce(cells.fact_key, cells.region_key) as part_key,
        cells.fact_key,
        cells.participants_min,
        cells.participants_max,
        1 as share_min,
        1 as share_max
    from (
        select distinct
            comparison_key,
            stable_area_key,
            structure_key,
            region_key
        from {{ ref('int_stable_area') }}
    ) as areas
    inner join {{ ref('int_county_cell') }} as cells
        on areas.structure_key = cells.structure_key and areas.region_key = cells.region_key
),

-- A measure is a printed cell, or the sum over its labour-market statuses where none is printed.
measures as (
    select
        scoped.scope_tiltak_key,
        monthly.month_key,
        monthly.tiltak_key,
        monthly.tiltak_level,
        monthly.hovedgruppe_key,
        monthly.fact_key,
        monthly.participants_min,
        monthly.participants_max,
        max(case when monthly.hovedgruppe_key = '_T' then 1 else 0 end) over (
            partition by scoped.scope_tiltak_key, monthly.month_key, monthly.tiltak_key
        ) as has_printed_total
    from monthly
    inner join {{ ref('int_fact_scope') }} as scoped on monthly.fact_key = scoped.fact_key
    where
        monthly.tiltak_level in ('tiltak', 'tiltaksgruppe')
        {% for dimension in dimension_names() if dimension not in ('tiltak', 'hovedgruppe') %}
        and monthly.{{ dimension }}_key = '_T'
        {% endfor %}
),

measure_terms as (
    select
        scope_tiltak_key,
        month_key,
        tiltak_key,
        tiltak_level,
        fact_key,
        participants_min,
        participants_max
    from measures
    where (hovedgruppe_key = '_T') = (has_printed_total = 1)
),

by_measure as (
    select
        'mart_participants_by_' || tiltak_level as relation_name,
        {{ joined_key(['scope_tiltak_key', 'month_key', 'tiltak_key']) }} as row_key,
        fact_key as part_key,
        fact_key,
        participants_min,
        participants_max,
        1 as share_min,
        1 as share_max
    from measure_terms
),

by_lineage as (
    select
        'mart_participants_by_tiltak_lineage' as relation_name,
        {{ joined_key(['terms.scope_tiltak_key', 'terms.month_key', 'lineages.lineage_key']) }} as row_key,
        terms.fact_key as part_key,
        terms.fact_key,
        terms.participants_min,
        terms.participants_max,
        1 as share_min,
        1 as share_max
    from measure_terms as terms
    inner join {{ ref('int_tiltak_lineage') }} as lineages on terms.tiltak_key = lineages.tiltak_key
    where terms.tiltak_level = 'tiltak'
)

select * from by_structure
union all
select * from by_stable_area
union all
select * from by_measure
union all
select * from by_lineage
