-- One row per printed cell, as printed.
select
    cell_id,
    report_id,
    table_no,
    page_no,
    line_no,
    source_place,
    product_title,
    section_heading,
    table_heading,
    total_label,
    row_no,
    row_label,
    column_no,
    column_label,
    printed_text
from {{ source('staged', 'cell') }}
