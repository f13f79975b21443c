{#
    Interval arithmetic: a quantity is known to lie from `minimum` to `maximum`, both included.
    `A sum of intervals` is the interval of the sums, so parts are added with plain `sum()`.
#}

{# True where two intervals have a number in common. #}
{% macro intervals_overlap(minimum_a, maximum_a, minimum_b, maximum_b) -%}
    ({{ minimum_a }} <= {{ maximum_b }} and {{ minimum_b }} <= {{ maximum_a }})
{%- endmacro %}

{#
    The outcome of comparing the sum of parts with the printed whole.

    | parts     | whole     | outcome      |
    |-----------|-----------|--------------|
    | 10 to 10  | 10 to 10  | `equal`      |
    | 8 to 14   | 10 to 10  | `possible`   |
    | 8 to 9    | 10 to 10  | `impossible` |
#}
{% macro interval_outcome(parts_min, parts_max, whole_min, whole_max) -%}
    case
        when not {{ intervals_overlap(parts_min, parts_max, whole_min, whole_max) }} then 'impossible'
        when {{ parts_min }} = {{ parts_max }} and {{ whole_min }} = {{ whole_max }} then 'equal'
        else 'possible'
    end
{%- endmacro %}
