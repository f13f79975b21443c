-- One row per printed cell whose labels are all known, with its meaning: measure, month, one member per
-- dimension. A row's own member goes before what the total of its table says; a dimension that neither names
-- is not split. What a measure is not said to be, the product says.
with region_versions as (
    select
        region_key,
        region_code,
        coalesce(valid_from_date, date '1900-01-01') as valid_from,
        coalesce(valid_to_date, date '9999-12-31') as valid_to
    from {{ ref('region') }}
),

placed as (
    select
        cells.cell_id,
        cells.report_id,
        headers.column_type,
        make_date(
            year(reports.period_end_date), coalesce(headers.month_no, month(reports.period_end_date)), 1
        ) as month_start,
        tables.scope_tiltak_key,
        row_members.row_dimension,
        nullif(row_members.member_code, '_T') as member_code,
        {% for dimension in dimension_names() %}
        slices.{{ dimension }}_code as slice_{{ dimension }}_code{% if not loop.last %},{% endif %}

        {% endfor %}
    from {{ ref('stg_cell') }} as cells
    inner join {{ ref('stg_report') }} as reports on cells.report_id = reports.report_id
    inner join {{ ref('int_table') }} as tables
        on
            cells.report_id = tables.report_id
            and cells.table_no = tables.table_no
            and tables.fact_relation is not null
    inner join {{ ref('int_row_member') }} as row_members
        on
            cells.report_id = row_members.report_id
            and cells.table_no = row_members.table_no
            and cells.row_no = row_members.row_no
    inner join {{ ref('int_slice_label') }} as slices
        on tables.total_label = slices.label and tables.slice_tiltak_level = slices.slice_tiltak_level
    inner join {{ ref('header_label') }} as headers
        on {{ normalise_label('cells.column_label') }} = headers.label
),

members as (
    select
        cell_id,
        report_id,
        column_type,
        {% for dimension, label_lists in dimensions().items() %}
        {% set own = label_lists | join("', '") %}
        coalesce(
            case when row_dimension in ('{{ own }}') then member_code end,
            slice_{{ dimension }}_code,
            {{ 'scope_tiltak_key' if dimension == 'tiltak' else "'_T'" }}
        ) as {{ dimension }}_code,
        {% endfor %}
        month_start
    from placed
),

keyed as (
    select
        members.cell_id,
        members.report_id,
        members.column_type,
        {% for dimension in dimension_names() %}
        {% if dimension == 'region' %}
        regions.region_key,
        {% else %}
        members.{{ dimension }}_code as {{ dimension }}_key,
        {% endif %}
        {% endfor %}
        cast(year(members.month_start) * 100 + month(members.month_start) as integer) as month_key
    from members
    inner join region_versions as regions
        on
            members.region_code = regions.region_code
            and members.month_start between regions.valid_from and regions.valid_to
)

select
    keyed.cell_id,
    keyed.report_id,
    keyed.column_type,
    {{ fact_key('keyed') }} as fact_key,
    keyed.month_key,
    {% for dimension in dimension_names() %}
    keyed.{{ dimension }}_key,
    {% endfor %}
    coalesce(
        nullif(
            concat_ws(
                '.',
                {% for dimension in dimension_names() %}
                member_of_{{ dimension }}.breakdown_code{% if not loop.last %},{% endif %}

                {% endfor %}
            ),
            ''
        ),
        'TOTAL'
    ) as breakdown_key
from keyed
{% for dimension in dimension_names() %}
left join {{ ref('int_member') }} as member_of_{{ dimension }}
    on
        member_of_{{ dimension }}.dimension = '{{ dimension }}'
        and keyed.{{ dimension }}_key = member_of_{{ dimension }}.member_key
{% endfor %}
