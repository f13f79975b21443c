{# The members of the whole that a part of a sum belongs to. #}
{% macro whole_members() -%}
    {% set members = {} %}
    {% for dimension in dimension_names() %}
        {% do members.update({
            dimension: "case when rules.dimension = '" ~ dimension ~ "' then "
            ~ ("facts.parent_key" if dimension == "tiltak" else "'_T'")
            ~ " else facts." ~ dimension ~ "_key end"
        }) %}
    {% endfor %}
    {{ return(members) }}
{%- endmacro %}
