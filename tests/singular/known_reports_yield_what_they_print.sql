-- Fails for each known report of which tables or cells were found other than those it prints.
select
    expected.report_key,
    expected.table_count as expected_table_count,
    found.table_count,
    expected.number_count as expected_number_count,
    found.number_count,
    expected.suppressed_count as expected_suppressed_count,
    found.suppressed_count,
    expected.blank_count as expected_blank_count,
    found.blank_count
from {{ ref('expected_report') }} as expected
inner join {{ ref('mart_reconciliation') }} as found on expected.report_key = found.report_key
where
    expected.table_count <> found.table_count
    or expected.number_count <> found.number_count
    or expected.suppressed_count <> found.suppressed_count
    or expected.blank_count <> found.blank_count
