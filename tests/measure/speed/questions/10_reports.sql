-- Which reports do the numbers come from, what do they print, and is every line accounted for?
select
    reports.period_start_date,
    reports.period_end_date,
    reports.product_title,
    scopes.name as scope_name,
    reports.law,
    reconciliation.table_count,
    reconciliation.cell_count,
    reconciliation.suppressed_count,
    reconciliation.monthly_fact_count,
    reconciliation.is_every_line_accounted_for,
    reconciliation.is_every_cell_accounted_for,
    reports.source_file
from dim_report as reports
inner join mart_reconciliation as reconciliation on reports.report_key = reconciliation.report_key
inner join dim_tiltak as scopes on reports.scope_tiltak_key = scopes.tiltak_key
order by reports.period_start_date
