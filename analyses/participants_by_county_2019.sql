-- How many people were on a measure in each county in December 2019, and how large a share is that?
--
-- How to read the answer: the 2019 report prints no total by county, so a county's number is the sum of
-- its tiltaksgrupper. Where a star is among them, the sum is an interval: `participants` is empty, and the
-- number lies from `participants_min` to `participants_max`. Shares are of the sum of the printed totals
-- of the tiltaksgrupper, which hide nothing. The last two rows are members of NAV's own, not counties; the
-- first of them was called Øvrige områder in 2019.
with counties as (
    select
        region_key,
        sum(participants_min) as participants_min,
        sum(participants_max) as participants_max,
        sum(case when value_status = 'suppressed' then 1 else 0 end) as hidden_count
    from {{ ref('mart_participants_by_county') }}
    where month_key = 201912 and scope_tiltak_key = '_T'
    group by region_key
),

country as (
    select sum(participants) as participants
    from {{ ref('mart_participants_by_tiltaksgruppe') }}
    where month_key = 201912 and scope_tiltak_key = '_T'
)

select
    region.name as county,
    case when counties.hidden_count = 0 then counties.participants_min end as participants,
    counties.participants_min,
    counties.participants_max,
    counties.hidden_count,
    round(100.0 * counties.participants_min / country.participants, 2) as share_percent_min,
    round(100.0 * counties.participants_max / country.participants, 2) as share_percent_max
from counties
cross join country
inner join {{ ref('dim_region') }} as region on counties.region_key = region.region_key
order by region.sort_order
