with staged as (
    select
        cells.report_id,
        count(*) as staged_cell_count,
        count(distinct cells.table_no) as staged_table_count,
        sum(case when cell_values.value_status = 'published' then 1 else 0 end) as number_count,
        sum(case when cell_values.value_status = 'suppressed' then 1 else 0 end) as suppressed_count,
        sum(case when cell_values.value_status = 'blank_zero' then 1 else 0 end) as blank_count
    from {{ ref('stg_cell') }} as cells
    left join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
    group by cells.report_id
),

editions as (
    select
        cells.report_id,
        sum(cells.times_printed) as placed_cell_count,
        sum(case when newest.cell_id is not null and cells.column_type = 'month' then 1 else 0 end)
            as monthly_fact_count,
        sum(case when newest.cell_id is not null and cells.column_type <> 'month' then 1 else 0 end)
            as average_fact_count,
        sum(case when newest.cell_id is null then 1 else 0 end) as superseded_cell_count,
        sum(cells.times_printed - 1) as repeated_cell_count
    from {{ ref('int_cell_edition') }} as cells
    left join {{ ref('int_newest_cell') }} as newest on cells.cell_id = newest.cell_id
    group by cells.report_id
)

select
    reports.report_id as report_key,
    reports.source_file,
    reports.line_count,
    reports.heading_line_count,
    reports.note_line_count,
    reports.period_line_count,
    reports.header_line_count,
    reports.data_line_count,
    reports.rule_line_count,
    reports.blank_line_count,
    reports.fragment_line_count,
    reports.table_count,
    reports.cell_count,
    cast(staged.number_count as integer) as number_count,
    cast(staged.suppressed_count as integer) as suppressed_count,
    cast(staged.blank_count as integer) as blank_count,
    cast(editions.monthly_fact_count as integer) as monthly_fact_count,
    cast(editions.average_fact_count as integer) as average_fact_count,
    cast(editions.superseded_cell_count as integer) as superseded_cell_count,
    cast(editions.repeated_cell_count as integer) as repeated_cell_count,
    reports.line_count
    = reports.heading_line_count + reports.note_line_count + reports.period_line_count
    + reports.header_line_count + reports.data_line_count + reports.rule_line_count
    + reports.blank_line_count + reports.fragment_line_count as is_every_line_accounted_for,
    coalesce(
        reports.cell_count = staged.staged_cell_count
        and reports.table_count = staged.staged_table_count
        and reports.cell_count = staged.number_count + staged.suppressed_count + staged.blank_count
        and reports.cell_count
        = editions.monthly_fact_count + editions.average_fact_count
        + editions.superseded_cell_count + editions.repeated_cell_count,
        false
    ) as is_every_cell_accounted_for
from {{ ref('stg_report') }} as reports
left join staged on reports.report_id = staged.report_id
left join editions on reports.report_id = editions.report_id
