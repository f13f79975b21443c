-- Everybody of a population in a month: as printed, or else as a division of them adds up exactly. A division
-- of which a part is missing that the product prints is none.
with parts as (
    select *
    from {{ ref('fct_participants_by_slice') }}
    where partition_key in ('TOTAL', 'HOVEDGRUPPE', 'TILTAKSGRUPPE')
),

incomplete as (
    select distinct
        case missing.tiltak_key when missing.scope_tiltak_key then 'HOVEDGRUPPE' else 'TILTAKSGRUPPE' end
            as partition_key,
        missing.scope_tiltak_key,
        missing.month_key
    from {{ ref('int_missing_part') }} as missing
    inner join {{ ref('dim_tiltak') }} as tiltak on missing.tiltak_key = tiltak.tiltak_key
    left join parts
        on
            parts.partition_key = 'TILTAKSGRUPPE'
            and missing.scope_tiltak_key = parts.scope_tiltak_key
            and missing.month_key = parts.month_key
            and missing.tiltak_key = parts.tiltak_key
    where
        missing.tiltak_key = missing.scope_tiltak_key
        or (tiltak.tiltak_level = 'tiltaksgruppe' and parts.tiltak_key is null)
),

divisions as (
    select
        parts.partition_key,
        parts.scope_tiltak_key,
        parts.month_key,
        cast(sum(parts.participants_min) as integer) as participants,
        case parts.partition_key
            when 'TOTAL' then 1
            when 'HOVEDGRUPPE' then 2
            else 3
        end as preference
    from parts
    left join incomplete
        on
            parts.partition_key = incomplete.partition_key
            and parts.scope_tiltak_key = incomplete.scope_tiltak_key
            and parts.month_key = incomplete.month_key
    where incomplete.partition_key is null
    group by parts.partition_key, parts.scope_tiltak_key, parts.month_key
    having sum(parts.participants_min) = sum(parts.participants_max)
),

ranked as (
    select
        *,
        row_number() over (partition by scope_tiltak_key, month_key order by preference asc) as rank_no
    from divisions
)

select
    ranked.month_key,
    months.first_date as month_date,
    ranked.scope_tiltak_key,
    scopes.name as scope_name,
    scopes.name_en as scope_name_en,
    ranked.participants,
    case when ranked.partition_key = 'TOTAL' then 'printed' else 'exact_sum' end as derivation,
    ranked.partition_key,
    breaks.series_break_date
from ranked
inner join {{ ref('dim_month') }} as months on ranked.month_key = months.month_key
inner join {{ ref('dim_tiltak') }} as scopes on ranked.scope_tiltak_key = scopes.tiltak_key
left join {{ ref('int_series_break_cell') }} as breaks
    on
        ranked.month_key = breaks.month_key
        and breaks.hovedgruppe_key = '_T'
        and ranked.scope_tiltak_key = breaks.tiltak_key
        and not breaks.is_by_region
where ranked.rank_no = 1
