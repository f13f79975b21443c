{#
    For a part of a sum and a rule, the member of each dimension that the whole has: the total in the rule's
    own dimension (the parent, for tiltak), the part's own member in all others. To be passed to fact_key.
#}
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
