-- One row per slice, county structure and region that forms it: what is known of it from the counties that
-- are printed. Shares turn the bounds of a county into the bounds of its part; no part is more than the
-- printed whole, unless that would reveal how much of it a hidden county can be.
--
-- An estimate takes the share of the unemployed for that of the participants. It can be wrong by the part
-- that moved, x people: by chance, and by how much participants per unemployed differ between places.
with parameters as (
    select
        max(case when parameter = 'hidden_mean' then value end) as hidden_mean,
        max(case when parameter = 'variation' then value end) as variation,
        max(case when parameter = 'deviations' then value end) as deviations
    from {{ ref('estimate_parameter') }}
),

counties as (
    select
        cells.*,
        cells.is_printed and cells.participants_min < cells.participants_max as is_hidden,
        case
            when cells.participants_min < cells.participants_max then parameters.hidden_mean
            else cells.participants_min
        end as expected,
        case
            when cells.participants_min < cells.participants_max then parameters.hidden_mean
            else 0
        end as hidden_variance,
        parameters.variation,
        parameters.deviations
    from {{ ref('int_county_cell') }} as cells
    cross join parameters
),

sums as (
    select
        counties.month_key,
        counties.month_date,
        counties.hovedgruppe_key,
        counties.tiltak_key,
        counties.structure_key as printed_structure_key,
        targets.structure_key,
        targets.region_key,
        max(case when counties.region_key = targets.region_key then counties.fact_key end) as fact_key,
        min(case when links.is_exact then 1 else 0 end) = 1 as is_territory_exact,
        min(case when counties.is_known then 1 else 0 end) = 1 as is_known,
        cast(sum(case when counties.is_printed then 1 else 0 end) as integer) as printed_count,
        cast(sum(counties.participants_min * links.share_min) as integer) as participants_min,
        cast(
            case
                when max(case when counties.is_hidden then 1 else 0 end) = 1
                    then sum(counties.participants_max * links.share_max)
                else least(sum(counties.participants_max * links.share_max), max(counties.whole_max))
            end as integer
        ) as participants_max,
        count(*) = count(links.estimated_share) as has_estimate,
        round(cast({{ exact_sum('counties.expected * links.estimated_share') }} as double), 3) as estimate,
        {% set spread -%}
        counties.expected * links.moved_share
                    + power(counties.variation * counties.expected * links.moved_share, 2)
                    + counties.hidden_variance * links.estimated_share
        {%- endset %}
        round(max(counties.deviations) * sqrt(cast({{ exact_sum(spread) }} as double)), 3) as estimate_reach,
        {{ joined_text('counties.region_key', '+', 'counties.region_key') }} as derived_from
    from counties
    inner join {{ ref('int_region_link') }} as links on counties.region_key = links.from_region_key
    inner join {{ ref('int_county_structure_region') }} as targets
        on links.to_region_key = targets.region_key
    group by
        counties.month_key,
        counties.month_date,
        counties.hovedgruppe_key,
        counties.tiltak_key,
        counties.structure_key,
        targets.structure_key,
        targets.region_key
)

select
    month_key,
    month_date,
    hovedgruppe_key,
    tiltak_key,
    printed_structure_key,
    structure_key,
    region_key,
    fact_key,
    is_territory_exact,
    is_known,
    printed_count,
    participants_min,
    participants_max,
    has_estimate,
    -- An estimate and its range lie within what is possible.
    greatest(least(estimate, participants_max), participants_min) as estimate,
    round(greatest(least(estimate - estimate_reach, participants_max), participants_min), 3) as estimate_min,
    round(greatest(least(estimate + estimate_reach, participants_max), participants_min), 3) as estimate_max,
    derived_from
from sums
