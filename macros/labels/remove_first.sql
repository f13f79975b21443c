{# Take the first occurrence of a piece out of a text, leaving one blank in its place. #}
{% macro remove_first(text, piece) -%}
    substr({{ text }}, 1, instr({{ text }}, {{ piece }}) - 1)
    || ' '
    || substr({{ text }}, instr({{ text }}, {{ piece }}) + length({{ piece }}))
{%- endmacro %}
