-- One row per slice that is printed by county, and county in force in its month: the printed bounds; nobody
-- where a complete table leaves the county out, which means zero all year; unknown where a table lost rows.
with printed as (
    select
        fact_key,
        month_key,
        hovedgruppe_key,
        tiltak_key,
        region_key,
        participants_min,
        participants_max
    from {{ ref('int_newest_cell') }}
    where
        column_type = 'month'
        {% for dimension in dimension_names() if dimension not in ('hovedgruppe', 'tiltak', 'region') %}
        and {{ dimension }}_key = '_T'
        {% endfor %}
)

select
    slices.month_key,
    slices.month_date,
    slices.hovedgruppe_key,
    slices.tiltak_key,
    slices.structure_key,
    regions.region_key,
    printed.fact_key,
    printed.fact_key is not null as is_printed,
    printed.fact_key is not null or slices.is_complete as is_known,
    coalesce(printed.participants_min, 0) as participants_min,
    coalesce(
        printed.participants_max, case when slices.is_complete then 0 else wholes.participants_max end
    ) as participants_max,
    wholes.participants_max as whole_max
from {{ ref('int_county_slice') }} as slices
inner join {{ ref('int_county_structure_region') }} as regions
    on slices.structure_key = regions.structure_key
left join printed
    on
        slices.month_key = printed.month_key
        and slices.hovedgruppe_key = printed.hovedgruppe_key
        and slices.tiltak_key = printed.tiltak_key
        and regions.region_key = printed.region_key
left join printed as wholes
    on
        slices.month_key = wholes.month_key
        and slices.hovedgruppe_key = wholes.hovedgruppe_key
        and slices.tiltak_key = wholes.tiltak_key
        and wholes.region_key = '_T'
