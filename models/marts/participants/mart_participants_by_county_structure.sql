with printed_elsewhere as (
    select
        cells.fact_key,
        cells.month_key,
        cells.hovedgruppe_key,
        cells.tiltak_key,
        cells.region_key,
        cells.participants_min,
        cells.participants_max
    from {{ ref('int_newest_cell') }} as cells
    inner join {{ ref('region') }} as regions on cells.region_key = regions.region_key
    where
        cells.column_type = 'month'
        and regions.region_type = 'nav_category'
        {% for dimension in dimension_names() if dimension not in ('hovedgruppe', 'tiltak', 'region') %}
        and cells.{{ dimension }}_key = '_T'
        {% endfor %}
),

cells as (
    select
        structure_key,
        region_key,
        month_key,
        hovedgruppe_key,
        tiltak_key,
        printed_structure_key,
        participants_min,
        participants_max,
        case when has_estimate and not is_territory_exact and is_known then estimate end as estimate,
        case when has_estimate and not is_territory_exact and is_known then estimate_min end as estimate_min,
        case when has_estimate and not is_territory_exact and is_known then estimate_max end as estimate_max,
        case
            when fact_key is not null then 'printed'
            when not is_known then 'unknown'
            when is_territory_exact and participants_min = participants_max then 'exact_sum'
            when is_territory_exact then 'bounded'
            when has_estimate then 'estimated'
            else 'bounded'
        end as derivation,
        is_territory_exact,
        derived_from,
        fact_key
    from {{ ref('int_county_structure_cell') }}
    -- A county that is zero all year is not printed, and so has no row here either.
    where printed_count > 0 or (not is_known and structure_key <> printed_structure_key)

    union all

    select
        structures.structure_key,
        printed.region_key,
        printed.month_key,
        printed.hovedgruppe_key,
        printed.tiltak_key,
        slices.structure_key as printed_structure_key,
        printed.participants_min,
        printed.participants_max,
        cast(null as double) as estimate,
        cast(null as double) as estimate_min,
        cast(null as double) as estimate_max,
        'printed' as derivation,
        true as is_territory_exact,
        printed.region_key as derived_from,
        printed.fact_key
    from printed_elsewhere as printed
    inner join {{ ref('int_county_slice') }} as slices
        on
            printed.month_key = slices.month_key
            and printed.hovedgruppe_key = slices.hovedgruppe_key
            and printed.tiltak_key = slices.tiltak_key
    cross join {{ ref('int_county_structure') }} as structures
)

select
    cells.structure_key,
    cells.month_key,
    months.first_date as month_date,
    cells.hovedgruppe_key,
    hovedgruppe.name as hovedgruppe_name,
    hovedgruppe.name_en as hovedgruppe_name_en,
    cells.tiltak_key,
    tiltak.name as tiltak_name,
    tiltak.name_en as tiltak_name_en,
    tiltak.tiltaksgruppe_key,
    cells.region_key,
    region.region_code,
    region.name as region_name,
    region.name_en as region_name_en,
    region.sort_order as region_sort_order,
    case
        when
            cells.derivation in ('printed', 'exact_sum')
            and cells.participants_min = cells.participants_max
            then cells.participants_min
    end as participants,
    cells.participants_min,
    cells.participants_max,
    cells.estimate as participants_estimate,
    cells.estimate_min as participants_estimate_min,
    cells.estimate_max as participants_estimate_max,
    cells.derivation,
    cells.is_territory_exact,
    cells.derived_from,
    cells.printed_structure_key,
    breaks.series_break_date,
    cells.fact_key
from cells
inner join {{ ref('dim_month') }} as months on cells.month_key = months.month_key
inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe on cells.hovedgruppe_key = hovedgruppe.hovedgruppe_key
inner join {{ ref('dim_tiltak') }} as tiltak on cells.tiltak_key = tiltak.tiltak_key
inner join {{ ref('dim_region') }} as region on cells.region_key = region.region_key
left join {{ ref('int_series_break_cell') }} as breaks
    on
        cells.month_key = breaks.month_key
        and cells.hovedgruppe_key = breaks.hovedgruppe_key
        and cells.tiltak_key = breaks.tiltak_key
        and breaks.is_by_region
