{# The normal form in which labels are compared. #}
{% macro normalise_label(text) -%}
    translate(
        {{ regexp_replace_all(regexp_replace_all('trim(lower(' ~ text ~ '))', '\\s+', ' '), ' ?/ ?', '/') }},
        'абвгдеиклмнопрстуф', 'abvgdeiklmnoprstuf'
    )
{%- endmacro %}
