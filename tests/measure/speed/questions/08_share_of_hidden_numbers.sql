-- What share of the numbers does each report hide, by how it splits them?
select
    reports.period_start_date,
    breakdowns.breakdown_key,
    breakdowns.name as breakdown_name,
    count(*) as figure_count,
    sum(case when facts.value_status = 'suppressed' then 1 else 0 end) as hidden_count,
    cast(sum(case when facts.value_status = 'suppressed' then 1 else 0 end) as double precision)
    / cast(count(*) as double precision) as hidden_share
from fct_monthly_participants as facts
inner join dim_report as reports on facts.report_key = reports.report_key
inner join dim_breakdown as breakdowns on facts.breakdown_key = breakdowns.breakdown_key
group by reports.period_start_date, breakdowns.breakdown_key, breakdowns.name
order by reports.period_start_date, breakdowns.breakdown_key
