{#
  The query of a mart that shows printed numbers, or else sums over the hovedgrupper. There is no sum where a
  part that the product prints is missing.
#}
{% macro printed_or_summed(level) -%}
with facts as (
    select
        facts.fact_key,
        facts.month_key,
        scoped.scope_tiltak_key,
        facts.tiltak_key,
        facts.hovedgruppe_key,
        facts.participants,
        facts.participants_min,
        facts.participants_max
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('int_fact_scope') }} as scoped on facts.fact_key = scoped.fact_key
    inner join {{ ref('dim_tiltak') }} as tiltak on facts.tiltak_key = tiltak.tiltak_key
    where
        tiltak.tiltak_level = '{{ level }}'
        {% for dimension in dimension_names() if dimension not in ('tiltak', 'hovedgruppe') %}
        and facts.{{ dimension }}_key = '_T'
        {% endfor %}
),

printed as (
    select
        fact_key,
        month_key,
        scope_tiltak_key,
        tiltak_key,
        participants,
        participants_min,
        participants_max,
        'printed' as derivation
    from facts
    where hovedgruppe_key = '_T'
),

summed as (
    select
        month_key,
        scope_tiltak_key,
        tiltak_key,
        cast(sum(participants_min) as integer) as participants_min,
        cast(sum(participants_max) as integer) as participants_max
    from facts
    where hovedgruppe_key <> '_T'
    group by month_key, scope_tiltak_key, tiltak_key
),

incomplete as (
    {{ incomplete_sums() }}
),

cells as (
    select
        fact_key,
        month_key,
        scope_tiltak_key,
        tiltak_key,
        participants,
        participants_min,
        participants_max,
        derivation
    from printed
    union all
    select
        cast(null as string) as fact_key,
        summed.month_key,
        summed.scope_tiltak_key,
        summed.tiltak_key,
        case when summed.participants_min = summed.participants_max then summed.participants_min end
            as participants,
        summed.participants_min,
        summed.participants_max,
        case when summed.participants_min = summed.participants_max then 'exact_sum' else 'bounded' end
            as derivation
    from summed
    left join printed
        on
            summed.month_key = printed.month_key
            and summed.scope_tiltak_key = printed.scope_tiltak_key
            and summed.tiltak_key = printed.tiltak_key
    left join incomplete
        on
            summed.month_key = incomplete.month_key
            and summed.scope_tiltak_key = incomplete.scope_tiltak_key
            and summed.tiltak_key = incomplete.tiltak_key
    where printed.tiltak_key is null and incomplete.tiltak_key is null
)

select
    cells.month_key,
    months.first_date as month_date,
    cells.scope_tiltak_key,
    scopes.name as scope_name,
    scopes.name_en as scope_name_en,
    cells.tiltak_key,
    tiltak.name as tiltak_name,
    tiltak.name_en as tiltak_name_en,
    tiltak.tiltaksgruppe_key,
    tiltak.tiltaksgruppe_name,
    tiltak.tiltaksgruppe_name_en,
    tiltak.sort_order as tiltak_sort_order,
    cells.participants,
    cells.participants_min,
    cells.participants_max,
    cells.derivation,
    breaks.series_break_date,
    cells.fact_key
from cells
inner join {{ ref('dim_month') }} as months on cells.month_key = months.month_key
inner join {{ ref('dim_tiltak') }} as scopes on cells.scope_tiltak_key = scopes.tiltak_key
inner join {{ ref('dim_tiltak') }} as tiltak on cells.tiltak_key = tiltak.tiltak_key
left join {{ ref('int_series_break_cell') }} as breaks
    on
        cells.month_key = breaks.month_key
        and breaks.hovedgruppe_key = '_T'
        and cells.tiltak_key = breaks.tiltak_key
        and not breaks.is_by_region
{%- endmacro %}
