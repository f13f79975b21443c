-- A number that is hidden in one of the two files, or in a newer edition, is shown from neither.
with witness_places as (
    select *
    from {{ ref('int_witness_place') }}
    where report_id <> lead_report_id
),

witnesses as (
    select distinct
        lead_report_id,
        report_id
    from witness_places
),

lead_places as (
    select
        witnesses.report_id as witness_report_id,
        places.*
    from {{ ref('int_witness_place') }} as places
    inner join witnesses on places.report_id = witnesses.lead_report_id
),

-- Either file may print a place several times, such as a total that each page repeats.
pairs as (
    select
        coalesce(lead_places.lead_report_id, witness_places.lead_report_id) as report_id,
        coalesce(lead_places.witness_report_id, witness_places.report_id) as witness_report_id,
        lead_places.cell_id,
        witness_places.cell_id as witness_cell_id
    from lead_places
    full outer join witness_places
        on
            lead_places.witness_report_id = witness_places.report_id
            and lead_places.total_place = witness_places.total_place
            and lead_places.row_place = witness_places.row_place
            and lead_places.column_place = witness_places.column_place
),

-- A text that the other file does not print at that place is a difference from each text that it does print.
paired as (
    select
        pairs.report_id,
        pairs.witness_report_id,
        pairs.cell_id,
        pairs.witness_cell_id,
        case
            when pairs.witness_cell_id is null then 'only_in_lead'
            when pairs.cell_id is null then 'only_in_witness'
            else 'other_text'
        end as difference
    from pairs
    left join {{ ref('int_witness_agreement') }} as lead_agreements
        on
            pairs.witness_report_id = lead_agreements.report_id
            and pairs.cell_id = lead_agreements.lead_cell_id
    left join {{ ref('int_witness_agreement') }} as agreements
        on
            pairs.witness_report_id = agreements.report_id
            and pairs.witness_cell_id = agreements.cell_id
    where lead_agreements.cell_id is null or agreements.cell_id is null
),

-- Cells of the leading file whose number may be shown.
shown as (
    select meanings.cell_id
    from {{ ref('int_cell') }} as meanings
    inner join {{ ref('int_known_cell') }} as known
        on
            meanings.report_id = known.report_id
            and meanings.column_type = known.column_type
            and meanings.fact_key = known.fact_key
    where known.value_status = 'published'
)

select
    concat(
        paired.witness_report_id,
        '|',
        coalesce(paired.cell_id, ''),
        '|',
        coalesce(paired.witness_cell_id, '')
    ) as difference_key,
    paired.report_id as report_key,
    paired.witness_report_id as witness_key,
    paired.difference,
    files.source_file as witness_file,
    paired.cell_id,
    cells.source_place,
    paired.witness_cell_id,
    witness_cells.source_place as witness_place,
    coalesce(cells.total_label, witness_cells.total_label) as total_label,
    coalesce(cells.row_label, witness_cells.row_label) as row_label,
    coalesce(cells.column_label, witness_cells.column_label) as column_label,
    case when shown.cell_id is not null then cells.printed_text end as printed_text,
    case when shown.cell_id is not null then witness_cells.printed_text end as witness_text
from paired
inner join {{ ref('stg_report_file') }} as files on paired.witness_report_id = files.report_id
left join {{ ref('stg_cell') }} as cells on paired.cell_id = cells.cell_id
left join {{ ref('stg_witness_cell') }} as witness_cells on paired.witness_cell_id = witness_cells.cell_id
left join shown on paired.cell_id = shown.cell_id
