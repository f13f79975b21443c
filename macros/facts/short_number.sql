{# A number as a person would say it: whole where it is large or whole, else with two digits. #}
{% macro short_number(number) -%}
    case
        when abs({{ number }}) >= 10 or {{ number }} = round({{ number }})
            then cast(cast(round({{ number }}) as bigint) as string)
        else cast(round({{ number }}, 2) as string)
    end
{%- endmacro %}
