-- The member each printed row stands for, the total row included.
with members as (
    select
        candidates.report_id,
        candidates.table_no,
        candidates.row_no,
        candidates.row_dimension,
        candidates.member_code
    from {{ ref('int_row_candidate') }} as candidates
    inner join {{ ref('int_table_row_dimension') }} as dimensions
        on
            candidates.report_id = dimensions.report_id
            and candidates.table_no = dimensions.table_no
            and candidates.row_dimension = dimensions.row_dimension
),

totals as (
    select
        report_id,
        table_no,
        1 as row_no,
        row_dimension,
        '_T' as member_code
    from {{ ref('int_table_row_dimension') }}
)

select
    report_id,
    table_no,
    row_no,
    row_dimension,
    member_code
from totals
union all
select
    report_id,
    table_no,
    row_no,
    row_dimension,
    member_code
from members
