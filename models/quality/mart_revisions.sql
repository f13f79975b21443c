with compared as (
    select
        *,
        case
            when newer_cell_id is null then 'gone'
            when value_status = newer_value_status and coalesce(participants = newer_participants, true)
                then 'same'
            when value_status = 'suppressed' then 'newly_shown'
            when newer_value_status = 'suppressed' then 'newly_hidden'
            else 'changed'
        end as revision
    from {{ ref('int_edition_pair') }}
    -- An average is replaced by the average over more months: another quantity, not a revision.
    where column_type = 'month' or newer_cell_id is not null
)

select
    compared.cell_id,
    compared.fact_key,
    compared.column_type as measure,
    compared.month_key,
    compared.report_id as report_key,
    compared.newer_report_id as newer_report_key,
    compared.newer_cell_id,
    known.participants,
    known.value_status,
    newer_known.participants as newer_participants,
    newer_known.value_status as newer_value_status,
    compared.revision
from compared
inner join {{ ref('int_known_cell') }} as known on compared.cell_id = known.cell_id
left join {{ ref('int_known_cell') }} as newer_known on compared.newer_cell_id = newer_known.cell_id
where compared.revision <> 'same'
