{# A text without the first occurrence of a piece. #}
{% macro remove_first(text, piece) -%}
    substr({{ text }}, 1, instr({{ text }}, {{ piece }}) - 1)
    || ' '
    || substr({{ text }}, instr({{ text }}, {{ piece }}) + length({{ piece }}))
{%- endmacro %}
