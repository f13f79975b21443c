-- Fails for each measured share of a county and each parameter of the estimates that cannot be what it says.
-- The series that shares come from has the same months for all counties, and what leaves a county is about as
-- large a part of it every year: in three years no share was more than 2.2 times another.
{% set steadiness = 2.5 %}
with shares as (
    select
        shares.region_key,
        shares.year,
        shares.share_mean,
        shares.share_min,
        shares.share_max,
        shares.month_count,
        regions.region_code,
        regions.valid_from_date,
        regions.valid_to_date,
        min(shares.share_mean) over (partition by regions.region_code) as lowest_mean,
        max(shares.share_mean) over (partition by regions.region_code) as highest_mean,
        min(shares.month_count) over (partition by shares.year) as fewest_months,
        max(shares.month_count) over (partition by shares.year) as most_months
    from {{ ref('region_transfer_share') }} as shares
    left join {{ ref('region') }} as regions on shares.region_key = regions.region_key
),

years as (
    select distinct year
    from shares
),

-- A county that loses a piece has a share in every year that it is in force.
wanted as (
    select distinct
        pieces.region_key,
        years.year
    from {{ ref('region_transfer_piece') }} as pieces
    inner join {{ ref('region') }} as regions on pieces.region_key = regions.region_key
    cross join years
    where
        years.year >= coalesce(year(regions.valid_from_date), years.year)
        and years.year <= coalesce(year(regions.valid_to_date), years.year)
),

-- What left a county on its own is what lies elsewhere today than the rest of it.
today as (
    select
        members.piece_key,
        members.region_key
    from {{ ref('region_piece_member') }} as members
    inner join {{ ref('region') }} as regions on members.region_key = regions.region_key
    where regions.valid_to_date is null
),

leaving as (
    select
        members.region_key,
        members.piece_key
    from {{ ref('region_piece_member') }} as members
    inner join {{ ref('region') }} as regions on members.region_key = regions.region_key
    inner join today as piece_today on members.piece_key = piece_today.piece_key
    inner join today as rest_today on rest_today.piece_key = regions.region_code || '_core'
    where regions.valid_to_date is not null and piece_today.region_key <> rest_today.region_key
),

hidden as (
    select
        min(participants_min) as lowest,
        max(participants_max) as highest
    from {{ ref('symbol') }}
    where value_status = 'suppressed'
)

select
    region_key as found_in,
    year
from shares
where
    not coalesce(
        0 < share_min
        and share_min <= share_mean
        and share_mean <= share_max
        and share_max < 1
        and highest_mean <= {{ steadiness }} * lowest_mean
        and fewest_months = most_months
        and month_count between 1 and 12
        and region_code is not null,
        false
    )
union all
select
    coalesce(wanted.region_key, shares.region_key) as found_in,
    coalesce(wanted.year, shares.year) as year
from wanted
full outer join shares on wanted.region_key = shares.region_key and wanted.year = shares.year
where wanted.region_key is null or shares.region_key is null
union all
select
    coalesce(pieces.region_key, leaving.region_key) as found_in,
    cast(null as integer) as year
from {{ ref('region_transfer_piece') }} as pieces
full outer join leaving on pieces.region_key = leaving.region_key and pieces.piece_key = leaving.piece_key
where pieces.piece_key is null or leaving.piece_key is null
union all
select
    parameters.parameter as found_in,
    cast(null as integer) as year
from {{ ref('estimate_parameter') }} as parameters
cross join hidden
where
    not coalesce(
        case parameters.parameter
            when 'hidden_mean' then parameters.value > hidden.lowest and parameters.value < hidden.highest
            when 'variation' then parameters.value > 0 and parameters.value < 1
            -- Nine in ten of a normal distribution lie within so many standard deviations.
            when 'deviations' then round(parameters.value, 3) = 1.645
        end,
        false
    )
