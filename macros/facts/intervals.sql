{# Interval arithmetic: a quantity lies from its minimum to its maximum, both included. #}
{% macro intervals_overlap(minimum_a, maximum_a, minimum_b, maximum_b) -%}
    ({{ minimum_a }} <= {{ maximum_b }} and {{ minimum_b }} <= {{ maximum_a }})
{%- endmacro %}
