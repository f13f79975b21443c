-- One row per kind of table, member of its rows or month that an edition should print: how many are missing.
-- A page or a row may be lost.
with months as (
    select
        shapes.report_id,
        shapes.total_key,
        shapes.row_dimension,
        min(shapes.first_table_no) as table_no,
        min(shapes.month_count) as month_count,
        max(month(reports.period_end_date) - month(reports.period_start_date) + 1) as period_count
    from {{ ref('int_table_shape') }} as shapes
    inner join {{ ref('stg_report') }} as reports on shapes.report_id = reports.report_id
    group by shapes.report_id, shapes.total_key, shapes.row_dimension
)

select
    'TABLE_MISSING' as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    min(first_table_no) as table_no,
    cast(null as string) as cell_id,
    total_key || ' by ' || row_dimension as concerns,
    cast(count(first_table_no) as double) as seen,
    cast(count(*) as double) as expected,
    cast(case when count(first_table_no) = 0 then 1 else 0 end as double) as measured
from {{ ref('int_expected_row') }}
group by report_id, total_key, row_dimension
union all
select
    'ROW_MISSING' as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    min(case when not is_printed then first_table_no end) as table_no,
    cast(null as string) as cell_id,
    row_dimension || ' ' || member_code as concerns,
    cast(sum(case when is_printed then 1 else 0 end) as double) as seen,
    cast(count(*) as double) as expected,
    cast(sum(case when is_printed then 0 else 1 end) as double) as measured
from {{ ref('int_expected_row') }}
where first_table_no is not null
group by report_id, row_dimension, member_code
union all
select
    'MONTH_MISSING' as plausibility_code,
    report_id,
    cast(null as integer) as month_key,
    table_no,
    cast(null as string) as cell_id,
    total_key || ' by ' || row_dimension as concerns,
    cast(month_count as double) as seen,
    cast(period_count as double) as expected,
    cast(period_count - month_count as double) as measured
from months
