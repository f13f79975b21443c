{# A normalised label as words with one blank on each side. #}
{% macro slice_words(text) -%}
    ' ' || replace({{ text }}, ',', ' ,') || ' '
{%- endmacro %}
