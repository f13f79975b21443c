-- One row per witness of an edition and text that it prints at the same place as the leading file.
select
    witnesses.report_id,
    witnesses.cell_id,
    leads.report_id as lead_report_id,
    leads.cell_id as lead_cell_id
from {{ ref('int_witness_place') }} as witnesses
inner join {{ ref('int_witness_place') }} as leads
    on
        witnesses.lead_report_id = leads.report_id
        and witnesses.total_place = leads.total_place
        and witnesses.row_place = leads.row_place
        and witnesses.column_place = leads.column_place
        and witnesses.printed_text = leads.printed_text
where witnesses.report_id <> witnesses.lead_report_id
