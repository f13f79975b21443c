{#
    A normalised label as words with one blank on each side, commas standing alone, so that a member's
    label can be found in it whole: `i alt andre på tiltak, opplæring` becomes
    ` i alt andre på tiltak , opplæring `.
#}
{% macro slice_words(text) -%}
    ' ' || replace({{ text }}, ',', ' ,') || ' '
{%- endmacro %}
