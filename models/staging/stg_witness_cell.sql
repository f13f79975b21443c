-- One row per printed cell of the files that are witnesses of an edition, as printed.
select
    files.lead_report_id,
    cells.cell_id,
    cells.report_id,
    cells.table_no,
    cells.page_no,
    cells.line_no,
    cells.source_place,
    cells.product_title,
    cells.section_heading,
    cells.table_heading,
    cells.total_label,
    cells.row_no,
    cells.row_label,
    cells.column_no,
    cells.column_label,
    cells.printed_text
from {{ source('staged', 'cell') }} as cells
inner join {{ ref('stg_report_file') }} as files on cells.report_id = files.report_id
where files.lead_report_id is not null
