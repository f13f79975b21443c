-- One row per row that is the total of another table: its label is known, and yet no dimension that knows all
-- other rows knows it as the total of a group. The rows below it would count for the table above.
with plain_rows as (
    select
        report_id,
        table_no,
        count(*) as row_count
    from {{ ref('int_row') }}
    where not is_group_total
    group by report_id, table_no
),

known_rows as (
    select
        printed.report_id,
        printed.table_no,
        candidates.row_dimension,
        count(distinct printed.row_no) as row_count
    from {{ ref('int_row') }} as printed
    inner join {{ ref('int_row_candidate') }} as candidates
        on
            printed.report_id = candidates.report_id
            and printed.table_no = candidates.table_no
            and printed.row_no = candidates.row_no
    where not printed.is_group_total
    group by printed.report_id, printed.table_no, candidates.row_dimension
),

dimensions as (
    select
        known_rows.report_id,
        known_rows.table_no,
        known_rows.row_dimension
    from known_rows
    inner join plain_rows
        on
            known_rows.report_id = plain_rows.report_id
            and known_rows.table_no = plain_rows.table_no
            and known_rows.row_count = plain_rows.row_count
),

labels as (
    select distinct label
    from {{ ref('stg_label') }}
    where dimension <> 'total'
)

select
    printed.report_id,
    printed.table_no,
    printed.row_no,
    printed.cell_id,
    printed.label
from {{ ref('int_row') }} as printed
inner join labels on printed.member_label = labels.label
inner join dimensions
    on printed.report_id = dimensions.report_id and printed.table_no = dimensions.table_no
left join {{ ref('int_row_candidate') }} as candidates
    on
        printed.report_id = candidates.report_id
        and printed.table_no = candidates.table_no
        and printed.row_no = candidates.row_no
        and dimensions.row_dimension = candidates.row_dimension
where printed.is_group_total
group by printed.report_id, printed.table_no, printed.row_no, printed.cell_id, printed.label
having count(candidates.member_code) = 0
