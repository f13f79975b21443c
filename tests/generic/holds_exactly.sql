{# Fails for each value that no row has, or that none should have. #}
{% test holds_exactly(model, column_name, values) %}
with wanted as (
    {% for value in values %}
    select '{{ value }}' as wanted_value
    {% if not loop.last %}union all{% endif %}

    {% endfor %}
),

found as (
    select distinct {{ column_name }} as found_value
    from {{ model }}
    where {{ column_name }} is not null
)

select
    wanted.wanted_value,
    found.found_value
from wanted
full outer join found on wanted.wanted_value = found.found_value
where wanted.wanted_value is null or found.found_value is null
{% endtest %}
