{# Spark's Parquet tables take no constraints: keys and checks are data tests there. #}
{% macro spark__persist_constraints(relation, model) -%}
{%- endmacro %}
