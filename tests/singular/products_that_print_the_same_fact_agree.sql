-- Fails for each figure that two products print differently and that is not on record, with both places.
select
    checks.whole_fact_key as fact_key,
    reports.source_file,
    cells.line_no,
    cells.printed_text,
    other_reports.source_file as other_source_file,
    other_cells.line_no as other_line_no,
    other_cells.printed_text as other_printed_text
from {{ ref('fct_rule_check') }} as checks
inner join {{ ref('int_rule_term') }} as wholes
    on checks.check_key = wholes.check_key and wholes.term_role = 'whole'
inner join {{ ref('stg_cell') }} as cells on wholes.cell_id = cells.cell_id
inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
inner join {{ ref('int_rule_term') }} as parts
    on checks.check_key = parts.check_key and parts.term_role = 'part'
inner join {{ ref('stg_cell') }} as other_cells on parts.cell_id = other_cells.cell_id
inner join {{ ref('stg_report') }} as other_reports on other_cells.report_id = other_reports.report_id
where
    checks.part_level = 'product'
    and checks.outcome = 'impossible'
    and checks.exception_code is null
