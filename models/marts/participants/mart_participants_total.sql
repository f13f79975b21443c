-- Everybody of a population in a month: as printed, or else as a division of them adds up exactly.
with divisions as (
    select
        partition_key,
        scope_tiltak_key,
        month_key,
        cast(sum(participants_min) as integer) as participants,
        case partition_key
            when 'TOTAL' then 1
            when 'HOVEDGRUPPE' then 2
            else 3
        end as preference
    from {{ ref('fct_participants_by_slice') }}
    where partition_key in ('TOTAL', 'HOVEDGRUPPE', 'TILTAKSGRUPPE')
    group by partition_key, scope_tiltak_key, month_key
    having sum(participants_min) = sum(participants_max)
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
