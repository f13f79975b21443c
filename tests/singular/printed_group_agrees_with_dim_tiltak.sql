-- Fails for each measure that is, in a table of measures, above the total of another tiltaksgruppe than
-- the code list's. A group's total may be on a later page of the same table.
-- Asked only after unknown labels, which would make it fail too, are found:
-- depends_on: {{ ref('int_reading_advice') }}
with printed_rows as (
    select
        members.report_id,
        members.table_no,
        members.row_no,
        tables.total_label,
        members.table_no * 1000 + members.row_no as position,
        members.member_code,
        nodes.level as tiltak_level,
        nodes.parent_key
    from {{ ref('int_row_member') }} as members
    inner join {{ ref('int_table') }} as tables
        on members.report_id = tables.report_id and members.table_no = tables.table_no
    inner join {{ ref('int_member') }} as nodes
        on nodes.dimension = 'tiltak' and members.member_code = nodes.member_key
    where members.row_dimension = 'tiltak' and members.row_no > 1
),

next_totals as (
    select
        measures.report_id,
        measures.table_no,
        measures.row_no,
        measures.member_code,
        measures.parent_key,
        min(totals.position) as total_position
    from printed_rows as measures
    inner join printed_rows as totals
        on
            measures.report_id = totals.report_id
            and measures.total_label = totals.total_label
            and measures.position < totals.position
            and totals.tiltak_level = 'tiltaksgruppe'
    where measures.tiltak_level = 'tiltak'
    group by
        measures.report_id, measures.table_no, measures.row_no, measures.member_code, measures.parent_key
)

select
    next_totals.report_id,
    next_totals.table_no,
    next_totals.row_no,
    next_totals.member_code,
    next_totals.parent_key,
    totals.member_code as printed_group
from next_totals
inner join printed_rows as totals
    on next_totals.report_id = totals.report_id and next_totals.total_position = totals.position
where next_totals.parent_key <> totals.member_code
