{# The month_key of January in the year of a month_key. #}
{% macro january_of(month_key) -%}
    ({{ month_key }} - {{ month_key }} % 100 + 1)
{%- endmacro %}
