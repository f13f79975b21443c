with areas as (
    select distinct
        comparison_key,
        stable_area_key,
        structure_key,
        region_key
    from {{ ref('int_stable_area') }}
),

sums as (
    select
        areas.comparison_key,
        areas.stable_area_key,
        cells.month_key,
        cells.hovedgruppe_key,
        cells.tiltak_key,
        cast(sum(cells.participants_min) as integer) as participants_min,
        cast(sum(cells.participants_max) as integer) as participants_max,
        min(case when cells.is_known then 1 else 0 end) = 1 as is_known,
        sum(case when cells.is_printed then 1 else 0 end) as printed_count,
        {{ joined_text('cells.region_key', '+', 'cells.region_key') }} as derived_from
    from areas
    inner join {{ ref('int_county_cell') }} as cells
        on areas.structure_key = cells.structure_key and areas.region_key = cells.region_key
    group by
        areas.comparison_key, areas.stable_area_key, cells.month_key, cells.hovedgruppe_key, cells.tiltak_key
)

select
    sums.comparison_key,
    sums.stable_area_key,
    areas.name as stable_area_name,
    areas.name_en as stable_area_name_en,
    sums.month_key,
    months.first_date as month_date,
    sums.hovedgruppe_key,
    hovedgruppe.name as hovedgruppe_name,
    hovedgruppe.name_en as hovedgruppe_name_en,
    sums.tiltak_key,
    tiltak.name as tiltak_name,
    tiltak.name_en as tiltak_name_en,
    tiltak.tiltaksgruppe_key,
    case when sums.is_known and sums.participants_min = sums.participants_max then sums.participants_min end
        as participants,
    sums.participants_min,
    sums.participants_max,
    case
        when not sums.is_known then 'unknown'
        when sums.participants_min = sums.participants_max then 'exact_sum'
        else 'bounded'
    end as derivation,
    sums.derived_from,
    breaks.series_break_date
from sums
inner join {{ ref('dim_stable_area') }} as areas on sums.stable_area_key = areas.stable_area_key
inner join {{ ref('dim_month') }} as months on sums.month_key = months.month_key
inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe on sums.hovedgruppe_key = hovedgruppe.hovedgruppe_key
inner join {{ ref('dim_tiltak') }} as tiltak on sums.tiltak_key = tiltak.tiltak_key
left join {{ ref('int_series_break_cell') }} as breaks
    on
        sums.month_key = breaks.month_key
        and sums.hovedgruppe_key = breaks.hovedgruppe_key
        and sums.tiltak_key = breaks.tiltak_key
        and breaks.is_by_region
