{# Fails where a partition cannot add up to its printed totals. #}
{% test adds_up_to_printed_total(model, facts, exceptions, whole_columns) %}
with sums as (
    {% for whole_column in whole_columns %}
    select
        month_key,
        {{ whole_column }} as tiltak_key,
        sum(participants_min) as parts_min,
        sum(participants_max) as parts_max
    from {{ model }}
    group by month_key, scope_tiltak_key, {{ whole_column }}
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
),

totals as (
    select
        month_key,
        tiltak_key,
        participants_min,
        participants_max
    from {{ facts }}
    where
        {% for dimension in dimension_names() if dimension != 'tiltak' %}
        {% if not loop.first %}and {% endif %}{{ dimension }}_key = '_T'
        {% endfor %}
),

compared as (
    select
        sums.month_key,
        sums.tiltak_key,
        sums.parts_min,
        sums.parts_max,
        totals.participants_min,
        totals.participants_max
    from sums
    inner join totals on sums.month_key = totals.month_key and sums.tiltak_key = totals.tiltak_key
)

select
    month_key,
    tiltak_key,
    parts_min,
    parts_max,
    participants_min,
    participants_max
from compared
where
    not {{ intervals_overlap('parts_min', 'parts_max', 'participants_min', 'participants_max') }}
    and not exists (
        select 1
        from {{ exceptions }} as exceptions
        where exceptions.month_key = compared.month_key
    )
{% endtest %}
