-- One row per distinct cell of an edition: what it says, and how often it is printed there. Of several copies
-- a corrected one stands for all, so that the correction is seen; else the first.
-- Nothing is counted while a report prints something that could not be placed:
-- depends_on: {{ ref('int_reading_advice') }}
with copies as (
    select
        cells.*,
        cell_values.printed_text,
        cell_values.correction_code,
        cell_values.participants,
        cell_values.participants_min,
        cell_values.participants_max,
        cell_values.value_status,
        count(*) over (
            partition by cells.report_id, cells.column_type, cells.fact_key
        ) as times_printed,
        row_number() over (
            partition by cells.report_id, cells.column_type, cells.fact_key
            order by case when cell_values.correction_code is null then 1 else 0 end asc, cells.cell_id asc
        ) as copy_no
    from {{ ref('int_cell') }} as cells
    inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
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
    cast(times_printed as integer) as times_printed,
    cell_id
from copies
where copy_no = 1
