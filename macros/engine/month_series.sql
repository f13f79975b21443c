{# A query with one row per month. #}
{% macro month_series(first_date, last_date) -%}
    {{ return(adapter.dispatch('month_series')(first_date, last_date)) }}
{%- endmacro %}

{% macro spark__month_series(first_date, last_date) -%}
    select explode(sequence({{ first_date }}, {{ last_date }}, interval 1 month)) as month_start
{%- endmacro %}

{% macro duckdb__month_series(first_date, last_date) -%}
    select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 month)) as date)
        as month_start
{%- endmacro %}
