-- How old are those in each tiltaksgruppe, in July 2022?
select
    tiltaksgruppe_key,
    tiltaksgruppe_name,
    age_group_name,
    sum(participants_min) as participants_min,
    sum(participants_max) as participants_max
from mart_participants_by_age_group
where
    month_key = 202207
    and scope_tiltak_key = '_T'
group by tiltaksgruppe_key, tiltaksgruppe_name, age_group_name, age_group_sort_order
order by tiltaksgruppe_key, age_group_sort_order
