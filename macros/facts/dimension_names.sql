{# The names of the dimensions, in the order of a fact's key. #}
{% macro dimension_names() -%}
    {{ return(dimensions() | list) }}
{%- endmacro %}
