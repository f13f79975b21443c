{# The number that a cell's text says; NULL where it is a symbol or blank. #}
{% macro number_of(text) -%}
    case when {{ matches_pattern(text, '[0-9 ]+') }} then cast(replace({{ text }}, ' ', '') as integer) end
{%- endmacro %}
