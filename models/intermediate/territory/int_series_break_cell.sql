-- One row per month, hovedgruppe and measure, by county or not: the latest break of the series before or in
-- that month that concerns it. What no break concerns has no row.
with months as (
    select distinct
        month_key,
        make_date(cast(floor(month_key / 100) as integer), month_key % 100, 1) as month_date
    from {{ ref('int_newest_cell') }}
),

geographies as (
    select true as is_by_region
    union all
    select false as is_by_region
),

cells as (
    select
        months.month_key,
        months.month_date,
        hovedgrupper.hovedgruppe_key,
        nodes.member_key as tiltak_key,
        nodes.level as tiltak_level,
        nodes.parent_key,
        geographies.is_by_region
    from months
    cross join {{ ref('hovedgruppe') }} as hovedgrupper
    cross join {{ ref('int_member') }} as nodes
    cross join geographies
    where nodes.dimension = 'tiltak'
)

select
    cells.month_key,
    cells.hovedgruppe_key,
    cells.tiltak_key,
    cells.is_by_region,
    max(breaks.break_date) as series_break_date
from cells
inner join {{ ref('series_break') }} as breaks on cells.month_date >= breaks.break_date
inner join {{ ref('series_break_scope') }} as scopes
    on
        breaks.break_key = scopes.break_key
        and (
            (scopes.dimension = 'region' and cells.is_by_region)
            or (scopes.dimension = 'hovedgruppe' and cells.hovedgruppe_key = scopes.member_key)
            or (
                scopes.dimension = 'tiltaksgruppe'
                and scopes.member_key in (cells.tiltak_key, cells.parent_key)
            )
            or (
                scopes.dimension = 'tiltak'
                and cells.tiltak_level = 'tiltak'
                and cells.tiltak_key = coalesce(scopes.member_key, cells.tiltak_key)
            )
        )
group by cells.month_key, cells.hovedgruppe_key, cells.tiltak_key, cells.is_by_region
