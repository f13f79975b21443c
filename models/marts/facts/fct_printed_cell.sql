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
    cells.source_place,
    cells.section_heading,
    cells.table_heading,
    cells.total_label,
    dimensions.row_dimension,
    cells.row_label,
    cells.column_label,
    case when known.value_status <> 'withheld' then cells.printed_text end as printed_text,
    case when known.value_status = 'withheld' then known.value_status else cell_values.value_status end
        as value_status,
    cell_values.correction_code
from {{ ref('stg_cell') }} as cells
inner join {{ ref('int_cell') }} as meanings on cells.cell_id = meanings.cell_id
inner join {{ ref('int_table_row_dimension') }} as dimensions
    on cells.report_id = dimensions.report_id and cells.table_no = dimensions.table_no
inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
inner join {{ ref('int_known_cell') }} as known
    on
        meanings.report_id = known.report_id
        and meanings.column_type = known.column_type
        and meanings.fact_key = known.fact_key
