-- How did hovedgrupper and tiltaksgrupper change since the same month of the year printed before, and is
-- there a break between?
select
    case partition_key when 'HOVEDGRUPPE' then 'Hovedgruppe' else 'Tiltaksgruppe' end as division,
    case partition_key when 'HOVEDGRUPPE' then hovedgruppe_key else tiltak_key end as group_key,
    group_name,
    month_date,
    earlier_month_date as earlier_date,
    participants_min,
    participants_max,
    change_min,
    change_max,
    break_between_date is not null as has_break
from mart_participants_change
where
    scope_tiltak_key = '_T'
    and partition_key in ('HOVEDGRUPPE', 'TILTAKSGRUPPE')
    and earlier_month_date is not null
order by division, group_key, month_date
