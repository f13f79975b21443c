{# The readable key of a fact. #}
{% macro fact_key(relation, replaced={}) -%}
    cast({{ relation }}.month_key as string)
    {%- for dimension in dimension_names() %}
    || ':' || {{ replaced.get(dimension, relation ~ '.' ~ dimension ~ '_key') }}
    {%- endfor %}
{%- endmacro %}
