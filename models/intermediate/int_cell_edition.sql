-- One row per distinct cell of an edition: how often it is printed there, and whether all copies agree.
-- Nothing is counted while a report prints something that could not be placed:
-- depends_on: {{ ref('int_reading_problem') }}
select
    cells.report_id,
    cells.column_type,
    cells.fact_key,
    cells.month_key,
    {% for dimension in dimension_names() %}
    cells.{{ dimension }}_key,
    {% endfor %}
    cells.breakdown_key,
    min(cell_values.participants) as participants,
    min(cell_values.participants_min) as participants_min,
    min(cell_values.participants_max) as participants_max,
    min(cell_values.value_status) as value_status,
    cast(count(*) as integer) as times_printed,
    cast(count(distinct cell_values.printed_text) as integer) as distinct_text_count,
    min(cells.cell_id) as cell_id
from {{ ref('int_cell') }} as cells
inner join {{ ref('int_cell_value') }} as cell_values on cells.cell_id = cell_values.cell_id
group by
    cells.report_id,
    cells.column_type,
    cells.fact_key,
    cells.month_key,
    {% for dimension in dimension_names() %}
    cells.{{ dimension }}_key,
    {% endfor %}
    cells.breakdown_key
