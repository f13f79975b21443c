{# An aggregate that joins the texts of a group in order. #}
{% macro joined_text(text, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text')(text, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__joined_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{# Spark gives an empty text for a group without texts; DuckDB none. Fields are named after their column,
   since some engines take two calls with equal names in one query for one. #}
{% macro spark__joined_text(text, separator, order_by) -%}
    {%- set piece = 'piece_' ~ text | replace('.', '_') -%}
    nullif(
        array_join(
            transform(
                array_sort(collect_list(named_struct('rank', {{ order_by }}, '{{ piece }}', {{ text }}))),
                pair -> pair.{{ piece }}
            ),
            '{{ separator }}'
        ),
        ''
    )
{%- endmacro %}
