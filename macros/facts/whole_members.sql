{# The members of the whole that a part of a sum belongs to. #}
{% macro whole_members(part) -%}
    {% set members = {} %}
    {% for dimension in dimension_names() %}
        {% set total = part ~ '.parent_key' if dimension == 'tiltak' else "'_T'" %}
        {% do members.update({
            dimension: "case when rules.dimension = '" ~ dimension ~ "' then " ~ total
            ~ ' else ' ~ part ~ '.' ~ dimension ~ '_key end'
        }) %}
    {% endfor %}
    {{ return(members) }}
{%- endmacro %}
