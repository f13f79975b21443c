{# The readable key of a fact. #}
{% macro fact_key(month_key='month_key', replaced={}) -%}
    cast({{ month_key }} as string)
    {%- for dimension in dimension_names() %}
    || ':' || {{ replaced.get(dimension, dimension ~ '_key') }}
    {%- endfor %}
{%- endmacro %}
