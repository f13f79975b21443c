-- Fails for each month in which the lineages cannot add up to the printed total of the population, unless an
-- exception for the month is on record, or a part is missing that the product prints: then its lineage is
-- left out.
with sums as (
    select
        month_key,
        scope_tiltak_key,
        sum(participants_min) as parts_min,
        sum(participants_max) as parts_max
    from {{ ref('mart_participants_by_tiltak_lineage') }}
    group by month_key, scope_tiltak_key
)

select
    sums.month_key,
    sums.scope_tiltak_key,
    sums.parts_min,
    sums.parts_max,
    totals.participants_min
from sums
inner join {{ ref('fct_monthly_participants') }} as totals
    on
        sums.month_key = totals.month_key
        and sums.scope_tiltak_key = totals.tiltak_key
        {% for dimension in dimension_names() if dimension != 'tiltak' %}
        and totals.{{ dimension }}_key = '_T'
        {% endfor %}
where
    not {{ intervals_overlap(
        'sums.parts_min', 'sums.parts_max', 'totals.participants_min', 'totals.participants_max'
    ) }}
    and not exists (
        select 1
        from {{ ref('dim_accepted_exception') }} as exceptions
        where exceptions.month_key = sums.month_key
    )
    and not exists (
        select 1
        from {{ ref('int_missing_part') }} as missing_parts
        where
            missing_parts.month_key = sums.month_key
            and missing_parts.scope_tiltak_key = sums.scope_tiltak_key
    )
