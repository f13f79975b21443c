-- How did the number of people in Arbeidspraksis change from 2019 to 2024, area by area?
--
-- How to read the answer: means of the twelve months of each year; intervals where a county hides a number.
-- The areas are the smallest that are the same territory in both years, made of whole counties, so nothing
-- is estimated: Oslo and Rogaland are counties, others are several counties together. Akershus alone has no
-- row, because its borders of 2019 and of 2024 cannot be compared from county figures. NAV's own members,
-- Ukjent and Svalbard og øvrige områder, belong to no area, so the areas do not quite add up to the country.
-- The 2024 number is the sum of the two tiltak of Arbeidspraksis, the 2019 number the printed tiltaksgruppe.
with months as (
    select
        cells.stable_area_key,
        cells.stable_area_name,
        dates.year,
        cells.month_key,
        sum(cells.participants_min) as participants_min,
        sum(cells.participants_max) as participants_max
    from {{ ref('mart_participants_by_stable_area') }} as cells
    inner join {{ ref('dim_month') }} as dates on cells.month_key = dates.month_key
    where
        cells.comparison_key = '2019/2024'
        and cells.hovedgruppe_key = '_T'
        and cells.tiltaksgruppe_key = 'GRP_ARBEIDSPRAKSIS'
        and dates.year in (2019, 2024)
    group by cells.stable_area_key, cells.stable_area_name, dates.year, cells.month_key
),

years as (
    select
        stable_area_key,
        stable_area_name,
        year,
        count(*) as month_count,
        avg(participants_min) as mean_min,
        avg(participants_max) as mean_max
    from months
    group by stable_area_key, stable_area_name, year
)

select
    earlier.stable_area_name,
    round(earlier.mean_min, 0) as mean_2019_min,
    round(earlier.mean_max, 0) as mean_2019_max,
    round(later.mean_min, 0) as mean_2024_min,
    round(later.mean_max, 0) as mean_2024_max,
    round(100.0 * (later.mean_min / earlier.mean_max - 1), 1) as change_percent_min,
    round(100.0 * (later.mean_max / earlier.mean_min - 1), 1) as change_percent_max
from years as earlier
inner join years as later on earlier.stable_area_key = later.stable_area_key
where
    earlier.year = 2019
    and later.year = 2024
    and earlier.month_count = 12
    and later.month_count = 12
order by earlier.mean_min desc
