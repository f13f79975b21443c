{# Fails for each key of a row that is no member of the table it leads to. #}
{% test keys_lead_to_members(model, keys) %}
{% for column, target in keys.items() %}
{% set table, key = target.split('.') %}
select
    '{{ model.identifier }}' as relation_name,
    '{{ column }}' as column_name,
    cast(rows_with_key.{{ column }} as string) as key_without_member,
    count(*) as row_count
from {{ model }} as rows_with_key
left join {{ ref(table) }} as members on rows_with_key.{{ column }} = members.{{ key }}
where rows_with_key.{{ column }} is not null and members.{{ key }} is null
group by rows_with_key.{{ column }}
{% if not loop.last %}union all{% endif %}

{% endfor %}
{% endtest %}
