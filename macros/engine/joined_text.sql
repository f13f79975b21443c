{# An aggregate that joins the texts of a group in order. #}
{% macro joined_text(text, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text')(text, separator, order_by)) }}
{%- endmacro %}

{% macro default__joined_text(text, separator, order_by) -%}
    array_join(
        transform(array_sort(collect_list(struct({{ order_by }}, {{ text }}))), pair -> pair['{{ text }}']),
        '{{ separator }}'
    )
{%- endmacro %}

{% macro duckdb__joined_text(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}
