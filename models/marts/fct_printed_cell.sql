select
    cells.cell_id,
    meanings.fact_key,
    meanings.column_type as measure,
    cells.report_id as report_key,
    reports.source_file,
    cells.page_no,
    cells.table_no,
    cells.row_no,
    cells.column_no,
    cells.line_no,
    cells.section_heading,
    cells.table_heading,
    cells.total_label,
    cells.row_label,
    cells.column_label,
    cells.printed_text,
    cell_values.value_status
from {{ ref('stg_cell') }} as cells
inner join {{ ref('int_cell') }} as meanings on cells.cell_id = meanings.cell_id
inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
