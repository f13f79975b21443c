{# The likeness of two texts, for messages only. #}
{% macro text_similarity(left_text, right_text) -%}
    {{ return(adapter.dispatch('text_similarity')(left_text, right_text)) }}
{%- endmacro %}

{% macro default__text_similarity(left_text, right_text) -%}
    1.0 - levenshtein({{ left_text }}, {{ right_text }})
    / greatest(length({{ left_text }}), length({{ right_text }}), 1)
{%- endmacro %}
