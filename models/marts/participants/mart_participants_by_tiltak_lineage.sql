with cells as (
    select
        lineages.lineage_key,
        lineages.lineage_name,
        lineages.lineage_name_en,
        lineages.has_inexact_link,
        measures.month_key,
        measures.month_date,
        measures.scope_tiltak_key,
        measures.scope_name,
        measures.scope_name_en,
        measures.tiltak_key,
        measures.tiltak_name,
        measures.tiltak_sort_order,
        measures.participants_min,
        measures.participants_max,
        measures.derivation,
        measures.series_break_date
    from {{ ref('mart_participants_by_tiltak') }} as measures
    inner join {{ ref('int_tiltak_lineage') }} as lineages on measures.tiltak_key = lineages.tiltak_key
),

-- Of a line, a measure that the product prints, and no edition does.
incomplete as (
    select distinct
        missing.scope_tiltak_key,
        missing.month_key,
        lineages.lineage_key
    from {{ ref('int_missing_part') }} as missing
    inner join {{ ref('int_tiltak_lineage') }} as lineages on missing.tiltak_key = lineages.tiltak_key
    left join {{ ref('mart_participants_by_tiltak') }} as measures
        on
            missing.scope_tiltak_key = measures.scope_tiltak_key
            and missing.month_key = measures.month_key
            and missing.tiltak_key = measures.tiltak_key
    where measures.tiltak_key is null
),

outside as (
    select distinct
        populations.scope_tiltak_key,
        lineages.lineage_key
    from {{ ref('dim_report') }} as populations
    cross join {{ ref('int_tiltak_lineage') }} as lineages
    inner join {{ ref('dim_tiltak') }} as tiltak
        on
            lineages.tiltak_key = tiltak.tiltak_key
            and tiltak.first_observed_month_key is not null
    where
        populations.scope_tiltak_key <> '_T'
        and populations.scope_tiltak_key <> tiltak.tiltaksgruppe_key
),

sums as (
    select
        lineage_key,
        min(lineage_name) as lineage_name,
        min(lineage_name_en) as lineage_name_en,
        month_key,
        min(month_date) as month_date,
        scope_tiltak_key,
        min(scope_name) as scope_name,
        min(scope_name_en) as scope_name_en,
        cast(sum(participants_min) as integer) as participants_min,
        cast(sum(participants_max) as integer) as participants_max,
        count(*) as member_count,
        min(derivation) as derivation,
        {{ joined_text('tiltak_name', ' + ', 'tiltak_sort_order') }} as printed_members,
        max(case when has_inexact_link then 1 else 0 end) = 1 as has_inexact_link,
        max(series_break_date) as series_break_date
    from cells
    group by lineage_key, month_key, scope_tiltak_key
)

select
    sums.lineage_key,
    sums.lineage_name,
    sums.lineage_name_en,
    sums.month_key,
    sums.month_date,
    sums.scope_tiltak_key,
    sums.scope_name,
    sums.scope_name_en,
    case when sums.participants_min = sums.participants_max then sums.participants_min end as participants,
    sums.participants_min,
    sums.participants_max,
    case
        when sums.member_count = 1 and sums.derivation = 'printed' then 'printed'
        when sums.participants_min = sums.participants_max then 'exact_sum'
        else 'bounded'
    end as derivation,
    sums.printed_members,
    sums.has_inexact_link,
    outside.lineage_key is not null as has_members_outside_population,
    sums.series_break_date
from sums
left join outside
    on sums.scope_tiltak_key = outside.scope_tiltak_key and sums.lineage_key = outside.lineage_key
left join incomplete
    on
        sums.scope_tiltak_key = incomplete.scope_tiltak_key
        and sums.month_key = incomplete.month_key
        and sums.lineage_key = incomplete.lineage_key
where incomplete.lineage_key is null
