{# Interval arithmetic: a quantity lies from its minimum to its maximum, both included. #}
{% macro intervals_overlap(minimum_a, maximum_a, minimum_b, maximum_b) -%}
    ({{ minimum_a }} <= {{ maximum_b }} and {{ minimum_b }} <= {{ maximum_a }})
{%- endmacro %}

{% macro interval_outcome(parts_min, parts_max, whole_min, whole_max) -%}
    case
        when not {{ intervals_overlap(parts_min, parts_max, whole_min, whole_max) }} then 'impossible'
        when {{ parts_min }} = {{ parts_max }} and {{ whole_min }} = {{ whole_max }} then 'equal'
        else 'possible'
    end
{%- endmacro %}
