-- One row per printed table, with its headings in normal form.
with tables as (
    select
        report_id,
        table_no,
        min(page_no) as page_no,
        min(cell_id) as cell_id,
        min(section_heading) as section_heading,
        min(table_heading) as table_heading,
        min(total_label) as total_label
    from {{ ref('stg_cell') }}
    group by report_id, table_no
)

select
    tables.report_id,
    tables.table_no,
    tables.page_no,
    tables.cell_id,
    reports.product_code,
    statistics.fact_relation,
    products.scope_tiltak_key,
    products.slice_tiltak_level,
    {{ normalise_label('tables.section_heading') }} as section_label,
    {{ normalise_label('tables.table_heading') }} as table_heading_label,
    {{ normalise_label('tables.total_label') }} as total_label
from tables
inner join {{ ref('stg_report') }} as reports on tables.report_id = reports.report_id
left join {{ ref('product') }} as products on reports.product_code = products.product_code
left join {{ ref('statistic') }} as statistics
    on products.statistic_code = statistics.statistic_code and products.unit_code = statistics.unit_code
