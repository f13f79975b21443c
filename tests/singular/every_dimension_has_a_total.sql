-- Fails for each dimension without a member `_T`.
with totals as (
    {% for dimension in dimension_names() %}
    select
        '{{ dimension }}' as dimension,
        sum(case when {{ dimension }}_key = '_T' then 1 else 0 end) as total_count
    from {{ ref('dim_' ~ dimension) }}
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
)

select dimension
from totals
where total_count <> 1
