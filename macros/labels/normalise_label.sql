{#
    The normal form in which labels are compared: lower case, single blanks, no blank around `/`, and
    Cyrillic letters, which a converter may print instead of Latin ones, folded back.

    | before                     | after                     |
    |----------------------------|---------------------------|
    | `Helsemessig utredning/ behandling` | `helsemessig utredning/behandling` |
    | `Jobbkлубb` (three Cyrillic letters) | `jobbklubb`     |
#}
{% macro normalise_label(text) -%}
    translate(
        {{ regexp_replace_all(regexp_replace_all('trim(lower(' ~ text ~ '))', '\\s+', ' '), ' ?/ ?', '/') }},
        'абвгдеиклмнопрстуф', 'abvgdeiklmnoprstuf'
    )
{%- endmacro %}
