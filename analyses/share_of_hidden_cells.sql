-- How much do the stars hide, in each report and each of its cross-tabulations?
--
-- How to read the answer: one row per report and breakdown, counting its distinct monthly cells.
-- `hidden_percent` is the share of cells with a star: the loss for somebody who wants one particular cell.
-- The last two columns are the loss for somebody who adds the cells of a month up: so many people at most
-- are behind stars (3 for each star) in the mean month, and so large a part they are of all people there
-- can be. Many hidden cells may hide few people.
with cells as (
    select
        reports.product_code,
        months.year,
        facts.breakdown_key,
        count(*) as cell_count,
        count(distinct facts.month_key) as month_count,
        sum(case when facts.value_status = 'suppressed' then 1 else 0 end) as hidden_count,
        sum(case when facts.value_status = 'suppressed' then facts.participants_max else 0 end)
            as hidden_people_max,
        sum(facts.participants_max) as people_max
    from {{ ref('fct_monthly_participants') }} as facts
    inner join {{ ref('dim_report') }} as reports on facts.report_key = reports.report_key
    inner join {{ ref('dim_month') }} as months on facts.month_key = months.month_key
    group by reports.product_code, months.year, facts.breakdown_key
)

select
    cells.product_code,
    cells.year,
    breakdowns.name as breakdown_name,
    cells.cell_count,
    cells.hidden_count,
    round(100.0 * cells.hidden_count / cells.cell_count, 1) as hidden_percent,
    round(1.0 * cells.hidden_people_max / cells.month_count, 0) as people_behind_stars_at_most,
    round(100.0 * cells.hidden_people_max / cells.people_max, 2) as people_behind_stars_at_most_percent
from cells
inner join {{ ref('dim_breakdown') }} as breakdowns on cells.breakdown_key = breakdowns.breakdown_key
order by cells.year asc, cells.product_code asc, hidden_percent desc, breakdowns.name asc
