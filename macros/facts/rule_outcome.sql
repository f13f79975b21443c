{#
  What a check says, from the bounds of its parts and of its whole. The whole counts `whole_weight` times (a
  mean: the number of its months) and may be off by `tolerance` for rounding.
#}
{% macro rule_outcome(rule_type, is_testable, parts_min, parts_max, whole_min, whole_max, tolerance) -%}
    case
        when not {{ is_testable }} then 'not_testable'
        when
            {{ rule_type }} = 'equality'
            and {{ parts_min }} = {{ whole_min }}
            and {{ parts_max }} = {{ whole_max }}
            then 'equal'
        when {{ rule_type }} = 'equality' then 'impossible'
        when not {{ intervals_overlap(
            parts_min, parts_max, whole_min ~ ' - ' ~ tolerance, whole_max ~ ' + ' ~ tolerance
        ) }} then 'impossible'
        when {{ parts_min }} = {{ parts_max }} and {{ whole_min }} = {{ whole_max }} then 'equal'
        else 'possible'
    end
{%- endmacro %}
