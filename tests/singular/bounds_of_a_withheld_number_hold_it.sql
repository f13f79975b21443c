-- Fails for each number that a newer edition hides and that its own bounds do not hold.
select
    known.cell_id,
    known.participants_min,
    known.participants_max
from {{ ref('int_known_cell') }} as known
inner join {{ ref('int_cell_edition') }} as cells
    on
        known.report_id = cells.report_id
        and known.column_type = cells.column_type
        and known.fact_key = cells.fact_key
where
    known.value_status = 'withheld'
    and not (
        cells.participants_min >= known.participants_min and cells.participants_max <= known.participants_max
    )
