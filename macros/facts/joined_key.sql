{# A key made of several, joined by bars. #}
{% macro joined_key(keys) -%}
    {%- for key in keys -%}
    cast({{ key }} as string){% if not loop.last %} || '|' || {% endif %}
    {%- endfor -%}
{%- endmacro %}
