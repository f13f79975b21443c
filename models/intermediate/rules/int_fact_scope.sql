-- The populations whose reports print a fact: two products may print the same cell in the same month.
select distinct
    cells.fact_key,
    products.scope_tiltak_key
from {{ ref('int_cell_edition') }} as cells
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
inner join {{ ref('product') }} as products on reports.product_code = products.product_code
where cells.column_type = 'month'
