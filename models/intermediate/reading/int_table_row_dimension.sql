-- What the rows of each table stand for. The set of row labels and the section heading must leave exactly
-- one dimension; where a heading is lost and the labels leave several, a neighbouring page of the same
-- table decides.
with row_counts as (
    select
        report_id,
        table_no,
        count(*) as row_count
    from {{ ref('int_row') }}
    group by report_id, table_no
),

known_rows as (
    select
        report_id,
        table_no,
        row_dimension,
        count(distinct row_no) as row_count
    from {{ ref('int_row_candidate') }}
    group by report_id, table_no, row_dimension
),

sections as (
    select distinct
        label as section_label,
        row_dimension
    from {{ ref('label_section') }}
),

candidates as (
    select
        known_rows.report_id,
        known_rows.table_no,
        known_rows.row_dimension
    from known_rows
    inner join row_counts
        on
            known_rows.report_id = row_counts.report_id
            and known_rows.table_no = row_counts.table_no
            and known_rows.row_count = row_counts.row_count
    inner join {{ ref('int_table') }} as printed
        on known_rows.report_id = printed.report_id and known_rows.table_no = printed.table_no
    left join sections
        on
            printed.section_label = sections.section_label
            and known_rows.row_dimension = sections.row_dimension
    where printed.section_label is null or sections.row_dimension is not null
),

counted as (
    select
        report_id,
        table_no,
        row_dimension,
        count(*) over (partition by report_id, table_no) as candidate_count
    from candidates
),

settled_alone as (
    select
        report_id,
        table_no,
        row_dimension
    from counted
    where candidate_count = 1
),

settled_by_neighbour as (
    select distinct
        counted.report_id,
        counted.table_no,
        counted.row_dimension
    from counted
    inner join {{ ref('int_table') }} as printed
        on counted.report_id = printed.report_id and counted.table_no = printed.table_no
    inner join {{ ref('int_table') }} as neighbour
        on
            printed.report_id = neighbour.report_id
            and printed.total_label = neighbour.total_label
            and abs(printed.table_no - neighbour.table_no) = 1
    inner join settled_alone
        on
            neighbour.report_id = settled_alone.report_id
            and neighbour.table_no = settled_alone.table_no
            and counted.row_dimension = settled_alone.row_dimension
    where counted.candidate_count > 1
),

settled as (
    select
        report_id,
        table_no,
        row_dimension
    from settled_alone
    union all
    select
        report_id,
        table_no,
        row_dimension
    from settled_by_neighbour
)

select
    report_id,
    table_no,
    min(row_dimension) as row_dimension
from settled
group by report_id, table_no
having count(*) = 1
