-- How old are the participants of each tiltaksgruppe? (mean of January to July 2022)
--
-- How to read the answer: one row per tiltaksgruppe and age group, all participants first. A share is an
-- interval: lowest where this age group has as few people as possible and all others as many, highest the
-- other way round. Where no number is hidden both ends are the same. An age group that is not printed has
-- nobody. The 2022 report prints no total by tiltaksgruppe, so the whole is the sum of its age groups; for
-- all participants the printed age groups are used, which hide nothing. Seven months without an autumn are
-- not the year 2022.
with cells as (
    select
        tiltak_key,
        month_key,
        age_group_key,
        participants_min,
        participants_max
    from {{ ref('mart_participants_by_age_group') }}
    where scope_tiltak_key = '_T' and tiltak_level = 'tiltaksgruppe' and month_key between 202201 and 202207
    union all
    select
        tiltak_key,
        month_key,
        age_group_key,
        participants_min,
        participants_max
    from {{ ref('fct_monthly_participants') }}
    where breakdown_key = 'AGE_GROUP' and month_key between 202201 and 202207
),

month_counts as (
    select
        tiltak_key,
        count(distinct month_key) as month_count
    from cells
    group by tiltak_key
),

sums as (
    select
        cells.tiltak_key,
        cells.age_group_key,
        sum(cells.participants_min) as part_min,
        sum(cells.participants_max) as part_max,
        max(months.month_count) as month_count
    from cells
    inner join month_counts as months on cells.tiltak_key = months.tiltak_key
    group by cells.tiltak_key, cells.age_group_key
),

wholes as (
    select
        *,
        sum(part_min) over (partition by tiltak_key) as whole_min,
        sum(part_max) over (partition by tiltak_key) as whole_max
    from sums
)

select
    tiltak.name as tiltaksgruppe_name,
    age_group.name as age_group_name,
    round(1.0 * wholes.part_min / wholes.month_count, 0) as mean_participants_min,
    round(1.0 * wholes.part_max / wholes.month_count, 0) as mean_participants_max,
    round(100.0 * wholes.part_min / (wholes.whole_max - wholes.part_max + wholes.part_min), 1)
        as share_percent_min,
    round(100.0 * wholes.part_max / (wholes.whole_min - wholes.part_min + wholes.part_max), 1)
        as share_percent_max
from wholes
inner join {{ ref('dim_tiltak') }} as tiltak on wholes.tiltak_key = tiltak.tiltak_key
inner join {{ ref('dim_age_group') }} as age_group on wholes.age_group_key = age_group.age_group_key
order by tiltak.sort_order, age_group.sort_order
