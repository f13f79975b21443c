{#
  The dimensions of a fact besides month and report, in the order of its key, each with the lists of labels
  that lead to its members. The seed `dimension` says the same with names; a test holds the two together,
  since dbt cannot read a seed while it parses.
#}
{% macro dimensions() -%}
    {{ return({
        'hovedgruppe': ['hovedgruppe'],
        'tiltak': ['tiltaksgruppe', 'tiltak'],
        'region': ['region'],
        'gender': ['gender'],
        'age_group': ['age_group'],
        'immigrant_background': ['immigrant_background'],
        'birth_region': ['birth_region'],
        'education': ['education'],
    }) }}
{%- endmacro %}
