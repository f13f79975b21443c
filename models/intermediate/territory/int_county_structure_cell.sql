-- One row per slice, county structure and region that forms it: what is known of it from the counties that
-- are printed. Shares turn the bounds of a county into the bounds of its part; no part is more than the
-- printed whole, unless saying so would tell how much of it a hidden county can be.
select
    cells.month_key,
    cells.month_date,
    cells.hovedgruppe_key,
    cells.tiltak_key,
    cells.structure_key as printed_structure_key,
    targets.structure_key,
    targets.region_key,
    max(case when cells.region_key = targets.region_key then cells.fact_key end) as fact_key,
    min(case when links.is_exact then 1 else 0 end) = 1 as is_territory_exact,
    min(case when cells.is_known then 1 else 0 end) = 1 as is_known,
    sum(case when cells.is_printed then 1 else 0 end) as printed_count,
    cast(sum(cells.participants_min * links.share_min) as integer) as participants_min,
    cast(
        case
            when
                max(
                    case
                        when cells.is_printed and cells.participants_min < cells.participants_max then 1
                        else 0
                    end
                ) = 1
                then sum(cells.participants_max * links.share_max)
            else least(sum(cells.participants_max * links.share_max), max(cells.whole_max))
        end as integer
    ) as participants_max,
    count(*) = count(links.estimated_share) as has_estimate,
    -- Shares have five decimals, so six hold every sum exactly, in whatever order its parts were added.
    round(sum((cells.participants_min + cells.participants_max) / 2.0 * links.estimated_share), 6) as estimate,
    round(sum(cells.participants_min * links.estimated_share_min), 6) as estimate_min,
    round(sum(cells.participants_max * links.estimated_share_max), 6) as estimate_max,
    {{ joined_text('cells.region_key', '+', 'cells.region_key') }} as derived_from
from {{ ref('int_county_cell') }} as cells
inner join {{ ref('int_region_link') }} as links on cells.region_key = links.from_region_key
inner join {{ ref('int_county_structure_region') }} as targets on links.to_region_key = targets.region_key
group by
    cells.month_key,
    cells.month_date,
    cells.hovedgruppe_key,
    cells.tiltak_key,
    cells.structure_key,
    targets.structure_key,
    targets.region_key
