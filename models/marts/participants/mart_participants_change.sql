with levels as (
    select
        slices.partition_key,
        slices.month_key,
        slices.month_date,
        months.month_no,
        slices.scope_tiltak_key,
        scopes.name as scope_name,
        scopes.name_en as scope_name_en,
        slices.hovedgruppe_key,
        slices.tiltak_key,
        case when slices.hovedgruppe_key <> '_T' then hovedgruppe.name else tiltak.name end as group_name,
        case when slices.hovedgruppe_key <> '_T' then hovedgruppe.name_en else tiltak.name_en end
            as group_name_en,
        case when slices.hovedgruppe_key <> '_T' then hovedgruppe.sort_order else tiltak.sort_order end
            as group_sort_order,
        slices.participants,
        slices.participants_min,
        slices.participants_max,
        breaks.series_break_date
    from {{ ref('fct_participants_by_slice') }} as slices
    inner join {{ ref('dim_month') }} as months on slices.month_key = months.month_key
    inner join {{ ref('dim_tiltak') }} as scopes on slices.scope_tiltak_key = scopes.tiltak_key
    inner join {{ ref('dim_tiltak') }} as tiltak on slices.tiltak_key = tiltak.tiltak_key
    inner join {{ ref('dim_hovedgruppe') }} as hovedgruppe
        on slices.hovedgruppe_key = hovedgruppe.hovedgruppe_key
    left join {{ ref('int_series_break_cell') }} as breaks
        on
            slices.month_key = breaks.month_key
            and slices.hovedgruppe_key = breaks.hovedgruppe_key
            and slices.tiltak_key = breaks.tiltak_key
            and not breaks.is_by_region
    where slices.partition_key in ('TOTAL', 'HOVEDGRUPPE', 'TILTAKSGRUPPE', 'TILTAK')
),

{% set same_month -%}
over (
            partition by partition_key, scope_tiltak_key, hovedgruppe_key, tiltak_key, month_no
            order by month_key
        )
{%- endset %}
compared as (
    select
        partition_key,
        month_key,
        month_date,
        scope_tiltak_key,
        scope_name,
        scope_name_en,
        hovedgruppe_key,
        tiltak_key,
        group_name,
        group_name_en,
        group_sort_order,
        participants,
        participants_min,
        participants_max,
        series_break_date,
        lag(month_key) {{ same_month }} as earlier_month_key,
        lag(month_date) {{ same_month }} as earlier_month_date,
        lag(participants_min) {{ same_month }} as earlier_participants_min,
        lag(participants_max) {{ same_month }} as earlier_participants_max
    from levels
)

select
    partition_key,
    month_key,
    month_date,
    scope_tiltak_key,
    scope_name,
    scope_name_en,
    hovedgruppe_key,
    tiltak_key,
    group_name,
    group_name_en,
    group_sort_order,
    participants,
    participants_min,
    participants_max,
    earlier_month_key,
    earlier_month_date,
    earlier_participants_min,
    earlier_participants_max,
    -- An interval of one number is that of two numbers that are known exactly.
    case
        when participants_min - earlier_participants_max = participants_max - earlier_participants_min
            then participants_min - earlier_participants_max
    end as change,
    participants_min - earlier_participants_max as change_min,
    participants_max - earlier_participants_min as change_max,
    case
        when participants_min - earlier_participants_max = participants_max - earlier_participants_min
            then
                cast(100 * (participants_min - earlier_participants_max) as double)
                / nullif(earlier_participants_min, 0)
    end as change_percent,
    case when series_break_date > earlier_month_date then series_break_date end as break_between_date
from compared
