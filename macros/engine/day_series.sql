{# A query with one row per day. #}
{% macro day_series(first_date, last_date) -%}
    {{ return(adapter.dispatch('day_series')(first_date, last_date)) }}
{%- endmacro %}

{% macro spark__day_series(first_date, last_date) -%}
    select explode(sequence({{ first_date }}, {{ last_date }}, interval 1 day)) as day_date
{%- endmacro %}

{% macro duckdb__day_series(first_date, last_date) -%}
    select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval 1 day)) as date)
        as day_date
{%- endmacro %}
