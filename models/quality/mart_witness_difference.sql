-- A number that is hidden in one of the two files, or in a newer edition, is shown from neither.
with lead_places as (
    select *
    from {{ ref('int_witness_place') }}
    where report_id = lead_report_id
),

witness_places as (
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

-- What one file prints at a place and the other does not.
lead_only as (
    select
        witnesses.report_id as witness_report_id,
        lead_places.*
    from lead_places
    inner join witnesses on lead_places.lead_report_id = witnesses.lead_report_id
    left join witness_places
        on
            witnesses.report_id = witness_places.report_id
            and lead_places.total_place = witness_places.total_place
            and lead_places.row_place = witness_places.row_place
            and lead_places.column_place = witness_places.column_place
            and lead_places.printed_text = witness_places.printed_text
    where witness_places.cell_id is null
),

witness_only as (
    select witness_places.*
    from witness_places
    left join lead_places
        on
            witness_places.lead_report_id = lead_places.lead_report_id
            and witness_places.total_place = lead_places.total_place
            and witness_places.row_place = lead_places.row_place
            and witness_places.column_place = lead_places.column_place
            and witness_places.printed_text = lead_places.printed_text
    where lead_places.cell_id is null
),

paired as (
    select
        coalesce(lead_only.lead_report_id, witness_only.lead_report_id) as report_id,
        coalesce(lead_only.witness_report_id, witness_only.report_id) as witness_report_id,
        lead_only.cell_id,
        witness_only.cell_id as witness_cell_id,
        case
            when witness_only.cell_id is null then 'only_in_lead'
            when lead_only.cell_id is null then 'only_in_witness'
            else 'other_text'
        end as difference
    from lead_only
    full outer join witness_only
        on
            lead_only.witness_report_id = witness_only.report_id
            and lead_only.total_place = witness_only.total_place
            and lead_only.row_place = witness_only.row_place
            and lead_only.column_place = witness_only.column_place
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
