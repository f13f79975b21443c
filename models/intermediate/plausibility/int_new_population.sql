-- One row per population of an edition that may be expected to have another table: those that have one, and
-- everybody. Only of products of which nothing is on record.
{% set everybody = {} -%}
{% for dimension in dimension_names() -%}
{% do everybody.update({dimension: "'_T'"}) -%}
{% endfor -%}
{% do everybody.update({'tiltak': 'products.scope_tiltak_key'}) -%}
with unknown as (
    select
        reports.report_id,
        {{ divided_by(everybody) }} as total_key
    from {{ ref('stg_report') }} as reports
    inner join {{ ref('product') }} as products on reports.product_code = products.product_code
    left join {{ ref('product_shape') }} as shapes on reports.product_code = shapes.product_code
    where shapes.product_code is null
)

select
    report_id,
    total_key
from unknown
union
select
    tables.report_id,
    tables.total_key
from {{ ref('int_table_shape') }} as tables
inner join unknown on tables.report_id = unknown.report_id
