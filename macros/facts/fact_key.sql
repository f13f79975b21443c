{#
    The readable key of a fact: the month and one member per dimension, joined by colons, e.g.
    `201901:_T:GRP_OPPLAERING:03:_T:_T:_T:_T:_T`. Arguments name the columns; a dimension that is not
    given stands in its own column `<dimension>_key`.
#}
{% macro fact_key(month_key='month_key', replaced={}) -%}
    cast({{ month_key }} as string)
    {%- for dimension in dimension_names() %}
    || ':' || {{ replaced.get(dimension, dimension ~ '_key') }}
    {%- endfor %}
{%- endmacro %}
