-- One row per printed row below a table's total, with its label in normal form.
with total_labels as (
    select label
    from {{ ref('stg_label') }}
    where dimension = 'total'
),

printed as (
    select
        report_id,
        table_no,
        row_no,
        min(cell_id) as cell_id,
        {{ normalise_label('min(row_label)') }} as label
    from {{ ref('stg_cell') }}
    where row_no > 1
    group by report_id, table_no, row_no
)

select
    printed.report_id,
    printed.table_no,
    printed.row_no,
    printed.cell_id,
    printed.label,
    total_labels.label is not null as is_group_total,
    case
        when total_labels.label is null then printed.label
        else trim(substr(printed.label, length(total_labels.label) + 1))
    end as member_label
from printed
left join total_labels on instr(printed.label, total_labels.label || ' ') = 1
