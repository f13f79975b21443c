-- How many job seekers were in training (Opplæring) in each county, month by month, in 2019?
--
-- How to read the answer: one row per county and one column per month, the whole country last. A number is
-- printed by NAV. `0-3` is a star: a number below 4 that NAV hides, and that nobody should work out from
-- the others. The row of the country is printed too, it is not a sum of the rows above. Never add up a
-- row: each month is a stock. Counties are those of 2019; Akershus, say, is not the Akershus of 2024.
with cells as (
    select
        region_key,
        month_key,
        participants,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_county_and_hovedgruppe') }}
    where hovedgruppe_key = 'ARBEIDSSOKERE' and tiltak_key = 'GRP_OPPLAERING'
    union all
    select
        region_key,
        month_key,
        participants,
        participants_min,
        participants_max
    from {{ ref('fct_monthly_participants') }}
    where
        hovedgruppe_key = 'ARBEIDSSOKERE'
        and tiltak_key = 'GRP_OPPLAERING'
        and breakdown_key = 'HOVEDGRUPPE.TILTAKSGRUPPE'
),

shown as (
    select
        region.name as county,
        case when region.region_key = '_T' then 9999 else region.sort_order end as place,
        months.month_no,
        case
            when cells.participants_min = cells.participants_max then cast(cells.participants_min as string)
            else cast(cells.participants_min as string) || '-' || cast(cells.participants_max as string)
        end as people
    from cells
    inner join {{ ref('dim_month') }} as months on cells.month_key = months.month_key
    inner join {{ ref('dim_region') }} as region on cells.region_key = region.region_key
    where months.year = 2019
)

select
    county,
    {% for no in range(1, 13) %}
    max(case when month_no = {{ no }} then people end) as month_{{ no }}{% if not loop.last %},{% endif %}

    {% endfor %}
from shown
group by county, place
order by place
