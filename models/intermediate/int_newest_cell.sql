-- One row per distinct cell, from the newest edition that prints it. Of two editions the one whose period
-- ends later is newer, then the one updated later; the report's id makes the choice stable.
with ranked as (
    select
        cells.*,
        row_number() over (
            partition by cells.column_type, cells.fact_key
            order by
                reports.period_end_date desc,
                coalesce(reports.updated_date, date '1900-01-01') desc,
                cells.report_id desc
        ) as edition_rank
    from {{ ref('int_cell_edition') }} as cells
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
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
    times_printed,
    cell_id
from ranked
where edition_rank = 1
