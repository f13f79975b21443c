-- How many are in training in each of today's counties in March 2019, and how is that known?
select
    region_code,
    region_name,
    hovedgruppe_key,
    participants,
    participants_min,
    participants_max,
    participants_estimate,
    derivation,
    derived_from
from mart_participants_by_county_structure
where
    structure_key = '2024'
    and month_key = 201903
    and tiltak_key = 'GRP_OPPLAERING'
order by region_sort_order, hovedgruppe_key
