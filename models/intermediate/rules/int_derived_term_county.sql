-- One row per row of a mart on other counties and cell it is made of.
with by_structure as (
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
)

select * from by_structure
union all
select * from by_stable_area
