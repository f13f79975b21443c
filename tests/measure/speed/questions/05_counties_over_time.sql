-- How many are in training in each of today's counties, month by month?
select
    region_code,
    region_name,
    month_date,
    participants,
    participants_min,
    participants_max
from mart_participants_by_county_structure
where
    structure_key = '2024'
    and tiltak_key = 'GRP_OPPLAERING'
    and hovedgruppe_key = '_T'
order by region_sort_order, month_date
