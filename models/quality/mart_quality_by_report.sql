with checks as (
    select
        report_id,
        count(*) as instance_count,
        sum(case when outcome = 'equal' then 1 else 0 end) as equal_count,
        sum(case when outcome = 'possible' then 1 else 0 end) as possible_count,
        sum(case when outcome = 'impossible' then 1 else 0 end) as impossible_count,
        sum(case when outcome = 'not_testable' then 1 else 0 end) as not_testable_count,
        avg(slack) as mean_slack
    from {{ ref('int_rule_check') }}
    group by report_id
),

coverage as (
    select
        report_id,
        count(*) as fact_count,
        sum(case when rule_count >= 1 then 1 else 0 end) as covered_once_count,
        sum(case when rule_count >= 2 then 1 else 0 end) as covered_twice_count
    from {{ ref('int_cell_coverage') }}
    group by report_id
)

select
    reports.report_id as report_key,
    cast(coalesce(checks.instance_count, 0) as integer) as instance_count,
    cast(coalesce(checks.equal_count, 0) as integer) as equal_count,
    cast(coalesce(checks.possible_count, 0) as integer) as possible_count,
    cast(coalesce(checks.impossible_count, 0) as integer) as impossible_count,
    cast(coalesce(checks.not_testable_count, 0) as integer) as not_testable_count,
    checks.mean_slack,
    cast(coalesce(coverage.fact_count, 0) as integer) as fact_count,
    cast(coalesce(coverage.covered_once_count, 0) as integer) as covered_once_count,
    cast(coalesce(coverage.covered_twice_count, 0) as integer) as covered_twice_count,
    cast(coverage.covered_once_count as double) / coverage.fact_count as covered_once_share,
    cast(coverage.covered_twice_count as double) / coverage.fact_count as covered_twice_share
from {{ ref('stg_report') }} as reports
left join checks on reports.report_id = checks.report_id
left join coverage on reports.report_id = coverage.report_id
