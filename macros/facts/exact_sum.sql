{# A sum of fractions that is the same in whatever order they are added: a sum of doubles is not. #}
{% macro exact_sum(fraction) -%}
    sum(cast({{ fraction }} as decimal(28, 9)))
{%- endmacro %}
