-- One row per distinct cell of an edition and its successor: the same cell in the next newer edition that
-- prints it. Without a successor where a newer edition of the product holds the month, the cell is gone.
with cells as (
    select
        cells.column_type,
        cells.fact_key,
        cells.month_key,
        cells.breakdown_key,
        cells.report_id,
        cells.cell_id,
        cells.participants,
        cells.participants_min,
        cells.participants_max,
        cells.value_status,
        edition_months.newer_report_id as replaced_by_report_id,
        lead(cells.report_id) over cell_editions as newer_report_id,
        lead(cells.cell_id) over cell_editions as newer_cell_id,
        lead(cells.participants) over cell_editions as newer_participants,
        lead(cells.participants_min) over cell_editions as newer_participants_min,
        lead(cells.participants_max) over cell_editions as newer_participants_max,
        lead(cells.value_status) over cell_editions as newer_value_status
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
    left join {{ ref('int_edition_month') }} as edition_months
        on cells.report_id = edition_months.report_id and cells.month_key = edition_months.month_key
    window cell_editions as (
        partition by cells.column_type, cells.fact_key
        order by editions.edition_order asc
    )
)

select
    column_type,
    fact_key,
    month_key,
    breakdown_key,
    report_id,
    cell_id,
    participants,
    participants_min,
    participants_max,
    value_status,
    coalesce(newer_report_id, replaced_by_report_id) as newer_report_id,
    newer_cell_id,
    newer_participants,
    newer_participants_min,
    newer_participants_max,
    newer_value_status
from cells
where newer_report_id is not null or replaced_by_report_id is not null
