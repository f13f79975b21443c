{#
    The dimensions of a fact besides month and report, in the order of its key. Every model that goes
    through them in a loop takes them from here.
#}
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
