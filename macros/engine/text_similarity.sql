{# The likeness of two texts, for messages only. #}
{% macro text_similarity(left_text, right_text) -%}
    {{ return(adapter.dispatch('text_similarity')(left_text, right_text)) }}
{%- endmacro %}

{% macro default__text_similarity(left_text, right_text) -%}
    1.0 - levenshtein({{ left_text }}, {{ right_text }})
    / greatest(length({{ left_text }}), length({{ right_text }}), 1)
{%- endmacro %}

{# DuckDB counts bytes, of which a letter beyond ASCII has two: such letters are folded first. #}
{% macro duckdb__text_similarity(left_text, right_text) -%}
    {% set folded_left = "translate(" ~ left_text ~ ", 'æøåäöéèáüđŋčšž', 'aoaaoeeaudncsz')" %}
    {% set folded_right = "translate(" ~ right_text ~ ", 'æøåäöéèáüđŋčšž', 'aoaaoeeaudncsz')" %}
    {{ default__text_similarity(folded_left, folded_right) }}
{%- endmacro %}
