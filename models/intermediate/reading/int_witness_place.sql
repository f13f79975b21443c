-- One row per file of an edition with several files, place in the statistic, and text printed there. A place
-- is what the labels of total, row and column say; labels of one member are one, however they are spelled,
-- with a code before the name or without. A correction on record takes the place of what it names.
with witnessed as (
    select distinct lead_report_id from {{ ref('stg_witness_cell') }}
),

cells as (
    select
        cells.report_id as lead_report_id,
        cells.report_id,
        cells.cell_id,
        cells.total_label,
        cells.row_label,
        cells.column_label,
        coalesce(corrections.corrected_text, cells.printed_text) as printed_text
    from {{ ref('stg_cell') }} as cells
    inner join witnessed on cells.report_id = witnessed.lead_report_id
    left join {{ ref('cell_correction') }} as corrections
        on cells.cell_id = corrections.cell_id and cells.printed_text = corrections.printed_text
    union all
    select
        lead_report_id,
        report_id,
        cell_id,
        total_label,
        row_label,
        column_label,
        printed_text
    from {{ ref('stg_witness_cell') }}
),

members as (
    select
        label,
        min(concat(dimension, ':', member_code)) as member
    from {{ ref('stg_label') }}
    where member_code <> '_T'
    group by label
),

labelled as (
    select
        lead_report_id,
        report_id,
        cell_id,
        {{ normalise_label('total_label') }} as total_label,
        {{ normalise_label('row_label') }} as row_label,
        {{ normalise_label('column_label') }} as column_label,
        replace(printed_text, ' ', '') as printed_text
    from cells
),

-- Of a total, what it is the total of.
without_total as (
    select
        labelled.lead_report_id,
        labelled.report_id,
        labelled.cell_id,
        {% for part in ['total', 'row'] %}
        trim(substr(labelled.{{ part }}_label, coalesce(length(total_in_{{ part }}.label), 0) + 1))
            as {{ part }}_label,
        {% endfor %}
        concat(headers.column_type, coalesce(cast(headers.month_no as string), '')) as column_place,
        labelled.printed_text
    from labelled
    inner join {{ ref('header_label') }} as headers on labelled.column_label = headers.label
    {% for part in ['total', 'row'] %}
    left join {{ ref('label_total') }} as total_in_{{ part }}
        on instr(labelled.{{ part }}_label || ' ', total_in_{{ part }}.label || ' ') = 1
    {% endfor %}
),

named as (
    select
        lead_report_id,
        report_id,
        cell_id,
        {% for part in ['total', 'row'] %}
        {{ part }}_label,
        {{ regexp_replace_all(part ~ '_label', '^[0-9][0-9] ', '') }} as {{ part }}_name,
        {% endfor %}
        column_place,
        printed_text
    from without_total
)

select
    named.lead_report_id,
    named.report_id,
    coalesce(total_names.member, total_labels.member, named.total_name) as total_place,
    coalesce(row_names.member, row_labels.member, named.row_name) as row_place,
    named.column_place,
    named.printed_text,
    min(named.cell_id) as cell_id
from named
{% for part in ['total', 'row'] %}
left join members as {{ part }}_names on named.{{ part }}_name = {{ part }}_names.label
left join members as {{ part }}_labels on named.{{ part }}_label = {{ part }}_labels.label
{% endfor %}
group by
    named.lead_report_id,
    named.report_id,
    coalesce(total_names.member, total_labels.member, named.total_name),
    coalesce(row_names.member, row_labels.member, named.row_name),
    named.column_place,
    named.printed_text
