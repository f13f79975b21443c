select
    report_id as report_key,
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
    known_from_date,
    known_from_basis,
    known_to_date,
    cell_id
from {{ ref('int_known_cell') }}
where column_type = 'month'
