{# Fails where the regions of a structure cannot add up to the printed total of their slice. #}
{% test structures_add_up(model, facts, exceptions) %}
with sums as (
    select
        structure_key,
        month_key,
        hovedgruppe_key,
        tiltak_key,
        sum(participants_min) as parts_min,
        sum(participants_max) as parts_max
    from {{ model }}
    group by structure_key, month_key, hovedgruppe_key, tiltak_key
),

totals as (
    select
        month_key,
        hovedgruppe_key,
        tiltak_key,
        participants_min,
        participants_max
    from {{ facts }}
    where
        region_key = '_T'
        {% for dimension in dimension_names() if dimension not in ('hovedgruppe', 'tiltak', 'region') %}
        and {{ dimension }}_key = '_T'
        {% endfor %}
)

select
    sums.structure_key,
    sums.month_key,
    sums.hovedgruppe_key,
    sums.tiltak_key,
    sums.parts_min,
    sums.parts_max,
    totals.participants_min,
    totals.participants_max
from sums
left join totals
    on
        sums.month_key = totals.month_key
        and sums.hovedgruppe_key = totals.hovedgruppe_key
        and sums.tiltak_key = totals.tiltak_key
where
    totals.tiltak_key is null
    or (
        not {{ intervals_overlap(
            'sums.parts_min', 'sums.parts_max', 'totals.participants_min', 'totals.participants_max'
        ) }}
        and not exists (
            select 1
            from {{ exceptions }} as exceptions
            where exceptions.month_key = sums.month_key
        )
    )
{% endtest %}
