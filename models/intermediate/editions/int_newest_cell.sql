-- One row per distinct cell, from the newest edition that prints it. What a newer edition of its product
-- dropped is left out.
with ranked as (
    select
        cells.*,
        row_number() over (
            partition by cells.column_type, cells.fact_key
            order by editions.edition_order desc
        ) as edition_rank
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('int_edition') }} as editions on cells.report_id = editions.report_id
    left join {{ ref('int_dropped_cell') }} as dropped on cells.cell_id = dropped.cell_id
    where dropped.cell_id is null
)

select
    report_id,
    column_type,
    fact_key,
    month_key,
    {% for dimension in dimension_names() %}
    {{ dimension }}_key,
    {% endfor %}
    breakdown_key,
    participants,
    participants_min,
    participants_max,
    value_status,
    printed_text,
    correction_code,
    times_printed,
    cell_id
from ranked
where edition_rank = 1
