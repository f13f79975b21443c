-- How many are in each tiltaksgruppe at the end of each month?
select
    month_date,
    tiltak_name,
    participants,
    participants_min,
    participants_max,
    derivation
from mart_participants_by_tiltaksgruppe
where scope_tiltak_key = '_T'
order by month_date, tiltak_sort_order
