{# The dimensions of a fact besides month and report, in the order of its key. #}
{% macro dimension_names() -%}
    {{ return([
        'hovedgruppe',
        'tiltak',
        'region',
        'gender',
        'age_group',
        'immigrant_background',
        'birth_region',
        'education',
    ]) }}
{%- endmacro %}
