{# The measures of a population and month that are no sum over the hovedgrupper: a part is missing. #}
{% macro incomplete_sums() -%}
select distinct
        scope_tiltak_key,
        month_key,
        tiltak_key
    from {{ ref('int_missing_part') }}
    where hovedgruppe_key <> '_T'
{%- endmacro %}
