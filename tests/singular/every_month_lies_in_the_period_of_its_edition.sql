-- Fails for each cell whose month is outside the period of the report that prints it.
select
    cells.cell_id,
    cells.month_key
from {{ ref('int_cell') }} as cells
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
where
    cells.month_key < year(reports.period_start_date) * 100 + month(reports.period_start_date)
    or cells.month_key > year(reports.period_end_date) * 100 + month(reports.period_end_date)
