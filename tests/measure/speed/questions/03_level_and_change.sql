-- How did hovedgrupper and tiltaksgrupper change since the same month of the year printed before, and is
-- there a break between?
with levels as (
    select
        month_key,
        month_date,
        'Hovedgruppe' as division,
        hovedgruppe_key as group_key,
        hovedgruppe_name as group_name,
        participants_min,
        participants_max,
        series_break_date
    from mart_participants_by_hovedgruppe
    where scope_tiltak_key = '_T'
    union all
    select
        month_key,
        month_date,
        'Tiltaksgruppe' as division,
        tiltak_key as group_key,
        tiltak_name as group_name,
        participants_min,
        participants_max,
        series_break_date
    from mart_participants_by_tiltaksgruppe
    where scope_tiltak_key = '_T'
),

compared as (
    select
        levels.*,
        lag(levels.month_date) over same_month as earlier_date,
        lag(levels.participants_min) over same_month as earlier_min,
        lag(levels.participants_max) over same_month as earlier_max
    from levels
    inner join dim_month as months on levels.month_key = months.month_key
    window same_month as (
        partition by levels.division, levels.group_key, months.month_no
        order by levels.month_date
    )
)

select
    division,
    group_key,
    group_name,
    month_date,
    earlier_date,
    participants_min,
    participants_max,
    participants_min - earlier_max as change_min,
    participants_max - earlier_min as change_max,
    coalesce(series_break_date > earlier_date, false) as has_break
from compared
where earlier_date is not null
order by division, group_key, month_date
