{# Of what each edition prints a number for a month: the members, whatever the month. #}
{% macro figures_of_editions() -%}
select distinct
        cells.report_id,
        {% for dimension in dimension_names() %}
        cells.{{ dimension }}_key,
        {% endfor %}
        products.scope_tiltak_key
    from {{ ref('int_cell') }} as cells
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
    where cells.column_type = 'month'
{%- endmacro %}
