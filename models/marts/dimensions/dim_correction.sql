select
    corrections.correction_code,
    corrections.cell_id,
    reports.report_id as report_key,
    corrections.printed_text,
    corrections.corrected_text,
    corrections.reason,
    corrections.evidence,
    corrections.status
from {{ ref('cell_correction') }} as corrections
inner join {{ ref('stg_report') }} as reports on corrections.cell_id like reports.report_id || ':%'
