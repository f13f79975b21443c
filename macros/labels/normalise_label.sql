{#
  The normal form in which labels are compared: lower case, look-alike letters folded to Latin, single blanks
  of whatever kind, none around a slash, no zero-width characters. `normalise` in loaders/layout.py is the
  same.
#}
{% macro normalise_label(text) -%}
    {% set folded = "translate(lower(" ~ text ~ "), 'абвгдеиклмнопрстуф\u200b\u200c\u200d\u2060\ufeff', "
        ~ "'abvgdeiklmnoprstuf')" %}
    {% set blanks = '[\\s\\x0b\\x1c-\\x1f\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}'
        ~ '\\x{202f}\\x{205f}\\x{3000}]+' %}
    trim({{ regexp_replace_all(regexp_replace_all(folded, blanks, ' '), ' ?/ ?', '/') }})
{%- endmacro %}
