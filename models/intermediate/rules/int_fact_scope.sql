-- The populations whose reports print a fact: two products may print the same cell in the same month. One
-- that dropped it prints it no more.
select distinct
    cells.fact_key,
    products.scope_tiltak_key
from {{ ref('int_cell_edition') }} as cells
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
inner join {{ ref('product') }} as products on reports.product_code = products.product_code
left join {{ ref('int_dropped_cell') }} as dropped on cells.cell_id = dropped.cell_id
where cells.column_type = 'month' and dropped.cell_id is null
