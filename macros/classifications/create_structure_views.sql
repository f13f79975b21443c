{# After the county structures are built: one view per structure, so that a BI tool can pick one. #}
{% macro create_structure_views() -%}
    {% if execute %}
        {% set keys = run_query('select distinct structure_key from ' ~ this ~ ' order by structure_key') %}
        {% set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
        {% for key in keys.columns[0].values() %}
            {% set view = this.identifier | replace('by_county_structure', 'on_counties_of_' ~ key) %}
            create or replace view {{ this.schema }}.{{ view }} as
            select {{ columns | reject('equalto', 'structure_key') | join(', ') }}
            from {{ this.schema }}.{{ this.identifier }}
            where structure_key = '{{ key }}';
            comment on view {{ this.schema }}.{{ view }} is
            'The rows of {{ this.identifier }} on the counties of {{ key }}; the columns are described there.';
        {% endfor %}
    {% endif %}
{%- endmacro %}
