select
    fact_key,
    month_key,
    {% for dimension in dimension_names() %}
    {{ dimension }}_key,
    {% endfor %}
    breakdown_key,
    report_id as report_key,
    participants as participants_average,
    participants_min as participants_average_min,
    participants_max as participants_average_max,
    value_status,
    printed_text,
    correction_code,
    times_printed,
    cell_id
from {{ ref('int_newest_cell') }}
where column_type = 'year_to_date_average'
