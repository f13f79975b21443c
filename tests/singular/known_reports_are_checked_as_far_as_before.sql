-- Fails for each known report of which other checks were made than it allows, or fewer facts are held by
-- checks: a green that checked nothing is red. Checks against other editions and products come and go with
-- them. Reports of which a newer edition prints cells too are left out, since their checks count there.
with reports as (
    select report_key
    from {{ ref('mart_reconciliation') }}
    where superseded_cell_count = 0
),

made as (
    select
        found.report_key,
        found.rule_code,
        found.part_level,
        found.tested_count
    from {{ ref('mart_quality_by_report_and_rule') }} as found
    inner join {{ ref('expected_report') }} as known on found.report_key = known.report_key
    where found.tested_count > 0 and found.part_level not in ('edition', 'product')
),

rules as (
    select
        coalesce(expected.report_key, found.report_key) as report_key,
        coalesce(expected.rule_code, found.rule_code) || ' '
        || coalesce(expected.part_level, found.part_level) as guarded,
        coalesce(expected.tested_count, 0) as expected_count,
        coalesce(found.tested_count, 0) as found_count
    from {{ ref('expected_rule_check') }} as expected
    full outer join made as found
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
where
    found_count <> expected_count
    and report_key in (
        select reports.report_key
        from reports
    )
union all
select
    report_key,
    guarded,
    expected_count,
    found_count
from coverage
where found_count < expected_count
