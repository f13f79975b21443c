{#
  By which members a figure divides everybody, as `tiltak=GRP_OPPLAERING region=03`; `everybody` where by
  none. What is on record under such a key stays right when there is one dimension more.
#}
{% macro divided_by(members) -%}
    coalesce(
        nullif(
            concat_ws(
                ' ',
                {% for dimension, member in members.items() %}
                case when {{ member }} <> '_T' then '{{ dimension }}=' || {{ member }} end
                {%- if not loop.last %},{% endif %}

                {% endfor %}
            ),
            ''
        ),
        'everybody'
    )
{%- endmacro %}

{# The members of a relation that has a column `<dimension>_key` for each dimension. #}
{% macro members_of(relation) -%}
    {% set members = {} %}
    {% for dimension in dimension_names() %}
    {% do members.update({dimension: relation ~ '.' ~ dimension ~ '_key'}) %}
    {% endfor %}
    {{ return(members) }}
{%- endmacro %}
