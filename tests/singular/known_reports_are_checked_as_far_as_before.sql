-- Fails for each known report of which fewer checks were made than it allows, or fewer facts are held by
-- checks: a green that checked nothing is red. Reports of which a newer edition prints cells too are left
-- out, since their checks count there.
with reports as (
    select report_key
    from {{ ref('mart_reconciliation') }}
    where superseded_cell_count = 0
),

rules as (
    select
        expected.report_key,
        expected.rule_code || ' ' || expected.part_level as guarded,
        expected.tested_count as expected_count,
        coalesce(found.tested_count, 0) as found_count
    from {{ ref('expected_rule_check') }} as expected
    inner join reports on expected.report_key = reports.report_key
    left join {{ ref('mart_quality_by_report_and_rule') }} as found
        on
            expected.report_key = found.report_key
            and expected.rule_code = found.rule_code
            and expected.part_level = found.part_level
),

coverage as (
    select
        expected.report_key,
        'facts held by at least one rule' as guarded,
        expected.covered_once_count as expected_count,
        found.covered_once_count as found_count
    from {{ ref('expected_report') }} as expected
    inner join reports on expected.report_key = reports.report_key
    inner join {{ ref('mart_quality_by_report') }} as found on expected.report_key = found.report_key
    union all
    select
        expected.report_key,
        'facts held by at least two rules' as guarded,
        expected.covered_twice_count as expected_count,
        found.covered_twice_count as found_count
    from {{ ref('expected_report') }} as expected
    inner join reports on expected.report_key = reports.report_key
    inner join {{ ref('mart_quality_by_report') }} as found on expected.report_key = found.report_key
)

select
    report_key,
    guarded,
    expected_count,
    found_count
from rules
where found_count < expected_count
union all
select
    report_key,
    guarded,
    expected_count,
    found_count
from coverage
where found_count < expected_count
