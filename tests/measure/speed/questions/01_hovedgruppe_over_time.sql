-- How many are on a measure at the end of each month, in all and by hovedgruppe?
select
    months.first_date as month_date,
    hovedgruppe.name as hovedgruppe_name,
    facts.participants,
    facts.participants_min,
    facts.participants_max
from fct_monthly_participants as facts
inner join dim_month as months on facts.month_key = months.month_key
inner join dim_report as reports on facts.report_key = reports.report_key
inner join dim_hovedgruppe as hovedgruppe on facts.hovedgruppe_key = hovedgruppe.hovedgruppe_key
where
    facts.breakdown_key in ('TOTAL', 'HOVEDGRUPPE')
    and reports.scope_tiltak_key = '_T'
order by months.first_date, hovedgruppe.sort_order
