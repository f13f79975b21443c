with editions as (
    select
        cells.column_type,
        cells.fact_key,
        cells.month_key,
        cells.report_id,
        cells.cell_id,
        cells.participants,
        cells.value_status,
        editions.newer_report_id as replaced_by_report_id,
        lead(cells.report_id) over cell_editions as newer_report_id,
        lead(cells.cell_id) over cell_editions as newer_cell_id,
        lead(cells.participants) over cell_editions as newer_participants,
        lead(cells.value_status) over cell_editions as newer_value_status
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
    window cell_editions as (
        partition by cells.column_type, cells.fact_key
        order by editions.edition_order asc
    )
),

compared as (
    select
        *,
        case
            when newer_cell_id is null and replaced_by_report_id is null then 'newest'
            when newer_cell_id is null then 'gone'
            when value_status = newer_value_status and coalesce(participants = newer_participants, true)
                then 'same'
            when value_status = 'suppressed' then 'newly_shown'
            when newer_value_status = 'suppressed' then 'newly_hidden'
            else 'changed'
        end as revision
    from editions
    -- An average is replaced by the average over more months: another quantity, not a revision.
    where column_type = 'month' or newer_cell_id is not null
)

select
    cell_id,
    fact_key,
    column_type as measure,
    month_key,
    report_id as report_key,
    coalesce(newer_report_id, replaced_by_report_id) as newer_report_key,
    newer_cell_id,
    participants,
    value_status,
    newer_participants,
    newer_value_status,
    revision
from compared
where revision in ('changed', 'newly_shown', 'newly_hidden', 'gone')
