{#
    The normal form in which labels are compared: lower case, single blanks, no blank around `/`,
    Cyrillic letters that a converter took for Latin ones folded back.

    | before                        | after                        |
    |-------------------------------|------------------------------|
    | `Digital oppfølging/ jobbkubb` | `digital oppfølging/jobbkubb` |
    | `Jobbk` + Cyrillic `луб` + `b`  | `jobbklubb`                  |
#}
{% macro normalise_label(text) -%}
    translate(
        {{ regexp_replace_all(regexp_replace_all('trim(lower(' ~ text ~ '))', '\\s+', ' '), ' ?/ ?', '/') }},
        'абеклорсту', 'abeklopctu'
    )
{%- endmacro %}
